//! The page's side: the worker, which is fetched when it is first needed.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::file::LocalFile;
use super::scope::{CARGO, bytes, message, words};
use crate::load::protocol::{FromWorker, ToWorker};

#[wasm_bindgen]
extern "C" {
    /// In `loader.js`: a worker that has been given its module, also when the page is on disk.
    #[wasm_bindgen(catch, js_name = stallscopeWorker)]
    fn start_worker() -> Result<Promise, JsValue>;
}

/// What the page hears: words, and the bytes that came with them.
type Hear = Rc<dyn Fn(FromWorker, Vec<u8>)>;

/// A worker. It ends when this is dropped.
#[derive(Clone, Debug)]
pub struct Thread(Rc<RefCell<Stage>>, Waiting);

/// What is said to a worker that does not listen yet; nothing once it does.
type Waiting = Rc<RefCell<Option<Vec<ToWorker>>>>;

/// How far a worker is.
#[derive(Debug)]
enum Stage {
    /// Its module is being fetched.
    Coming,
    /// It runs.
    Running(Running),
    /// Nobody wants it any more.
    Gone,
}

#[derive(Debug)]
struct Running {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Thread {
    /// Starts one on these files; `hear` is called for everything it says of them.
    pub fn start(files: Vec<LocalFile>, hear: impl Fn(FromWorker, Vec<u8>) + 'static) -> Self {
        let waiting = Rc::new(RefCell::new(Some(Vec::new())));
        let thread = Self(Rc::new(RefCell::new(Stage::Coming)), waiting);
        let (stage, hear): (_, Hear) = (Rc::clone(&thread.0), Rc::new(hear));
        let waiting = Rc::clone(&thread.1);
        super::spawn(async move {
            let worker = match start_worker() {
                Ok(coming) => JsFuture::from(coming).await,
                Err(error) => Err(error),
            };
            if matches!(*stage.borrow(), Stage::Gone) {
                return;
            }
            match worker.map(JsCast::unchecked_into) {
                Ok(worker) => {
                    *stage.borrow_mut() = Stage::Running(Running::on(worker, files, hear, waiting));
                }
                Err(error) => hear(
                    FromWorker::NotStarted {
                        detail: text_of(&error),
                    },
                    Vec::new(),
                ),
            }
        });
        thread
    }

    /// Tells it something, with files where it is about them; one that does not listen yet hears the words once it does.
    pub fn tell(&self, words: &ToWorker, files: &[LocalFile]) {
        if let Some(waiting) = &mut *self.1.borrow_mut() {
            waiting.push(words.clone());
        } else if let Stage::Running(running) = &*self.0.borrow() {
            send(&running.worker, words, files);
        }
    }

    /// Ends it.
    pub fn end(&self) {
        drop(self.0.replace(Stage::Gone));
    }
}

impl Running {
    fn on(worker: Worker, files: Vec<LocalFile>, hear: Hear, waiting: Waiting) -> Self {
        let (on_words, receiver) = (Rc::clone(&hear), worker.clone());
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data();
            match words(&message) {
                // What is sent before it listens is lost, so the files wait for this, and what was said meanwhile.
                Some(FromWorker::Ready) => {
                    send(&receiver, &ToWorker::Open, &files);
                    for words in waiting.take().into_iter().flatten() {
                        send(&receiver, &words, &[]);
                    }
                }
                Some(words) => on_words(words, bytes(&message, CARGO).unwrap_or_default()),
                None => {}
            }
        });
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            let detail = event.message();
            hear(FromWorker::Broken { detail }, Vec::new());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // What it has said already but was not heard yet belongs to no one any more.
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn send(worker: &Worker, words: &ToWorker, files: &[LocalFile]) {
    let files: Array = files.iter().map(LocalFile::handle).collect();
    if let Some(message) = message(words, &files) {
        // Only a value that cannot be cloned would be refused, and there is none in it.
        drop(worker.post_message(&message));
    }
}

fn text_of(error: &JsValue) -> String {
    let error = error.dyn_ref::<js_sys::Error>();
    error.map_or_else(String::new, |error| String::from(error.message()))
}
