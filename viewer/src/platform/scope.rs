//! The worker's side of the conversation with the page.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::file::LocalFile;
use crate::load::protocol::{FromWorker, ToWorker};

/// Field of a message that holds its words in postcard's format.
pub(super) const WORDS: &str = "words";
/// Field of a message that holds files, or bytes.
pub(super) const CARGO: &str = "cargo";

/// Calls `hear` for every message of the page, and tells the page that it may send.
pub fn listen(hear: fn(ToWorker, Vec<LocalFile>)) {
    let Some(scope) = scope() else {
        return;
    };
    std::panic::set_hook(Box::new(|panic| {
        post(&FromWorker::Broken {
            detail: panic.to_string(),
        });
    }));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((words, files)) = received(&event.data()) {
            hear(words, files);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens for as long as the worker lives.
    on_message.forget();
    post(&FromWorker::Ready);
}

/// Tells the page something.
pub fn post(words: &FromWorker) {
    send(words, &JsValue::UNDEFINED, &Array::new());
}

/// Tells the page something and hands over what it is about.
pub fn post_cargo(words: &FromWorker, cargo: &impl serde::Serialize) {
    match postcard::to_allocvec(cargo) {
        Ok(bytes) => post_bytes(words, &bytes),
        Err(error) => post(&FromWorker::Broken {
            detail: error.to_string(),
        }),
    }
}

/// Tells the page something and hands the bytes over without copying them again.
pub fn post_bytes(words: &FromWorker, bytes: &[u8]) {
    let bytes = Uint8Array::from(bytes);
    let handed_over = Array::of1(&bytes.buffer());
    send(words, &bytes, &handed_over);
}

fn send(words: &FromWorker, cargo: &JsValue, handed_over: &Array) {
    let (Some(scope), Some(message)) = (scope(), message(words, cargo)) else {
        return;
    };
    // Only a value that cannot be cloned would be refused, and there is none in it.
    drop(scope.post_message_with_transfer(&message, handed_over));
}

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// `{ words, cargo }`.
pub(super) fn message(words: &impl serde::Serialize, cargo: &JsValue) -> Option<JsValue> {
    let words = postcard::to_allocvec(words).ok()?;
    let message = js_sys::Object::new();
    Reflect::set(&message, &WORDS.into(), &Uint8Array::from(words.as_slice())).ok()?;
    Reflect::set(&message, &CARGO.into(), cargo).ok()?;
    Some(message.into())
}

/// The words of a message, when they are of this kind.
pub(super) fn words<Words: serde::de::DeserializeOwned>(message: &JsValue) -> Option<Words> {
    postcard::from_bytes(&bytes(message, WORDS)?).ok()
}

/// The bytes in a field of a message.
pub(super) fn bytes(message: &JsValue, field: &str) -> Option<Vec<u8>> {
    let value = Reflect::get(message, &field.into()).ok()?;
    let bytes = value.dyn_into::<Uint8Array>().ok()?;
    Some(bytes.to_vec())
}

fn received(message: &JsValue) -> Option<(ToWorker, Vec<LocalFile>)> {
    let words = words(message)?;
    let cargo = Reflect::get(message, &CARGO.into()).ok()?;
    let files = if Array::is_array(&cargo) {
        Array::from(&cargo)
            .iter()
            .filter_map(LocalFile::from_handle)
            .collect()
    } else {
        Vec::new()
    };
    Some((words, files))
}
