//! The page's side: a worker that runs the same module.

use std::rc::Rc;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::file::LocalFile;
use super::scope::{CARGO, message, words};
use crate::load::protocol::{FromWorker, ToWorker};

#[wasm_bindgen]
extern "C" {
    /// In `loader.js`: a worker that runs the page's own script and module, also when the page is on disk.
    #[wasm_bindgen(catch, js_name = stallscopeWorker)]
    fn start_worker() -> Result<Worker, JsValue>;
}

/// What the page hears: words, and the bytes that came with them.
type Hear = Box<dyn Fn(FromWorker, Vec<u8>)>;

/// A worker. It ends when this is dropped.
#[derive(Debug)]
pub struct Thread {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl Thread {
    /// Starts one on these files; `hear` is called for everything it says of them. `None` when the
    /// browser allows no workers.
    #[must_use]
    pub fn start(files: Vec<LocalFile>, hear: Hear) -> Option<Self> {
        let worker = start_worker().ok()?;
        let hear = Rc::new(hear);
        let (on_words, receiver) = (Rc::clone(&hear), worker.clone());
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data();
            match words(&message) {
                // What is sent before it listens is lost, so the files wait for this.
                Some(FromWorker::Ready) => send(&receiver, &ToWorker::Open, &files),
                Some(words) => on_words(words, bytes_of(&message)),
                None => {}
            }
        });
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            let detail = event.message();
            hear(FromWorker::Broken { detail }, Vec::new());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Tells it something.
    pub fn tell(&self, words: &ToWorker) {
        send(&self.worker, words, &[]);
    }
}

impl Drop for Thread {
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

fn bytes_of(message: &JsValue) -> Vec<u8> {
    Reflect::get(message, &CARGO.into())
        .ok()
        .and_then(|cargo| cargo.dyn_into::<Uint8Array>().ok())
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default()
}
