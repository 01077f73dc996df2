//! The only modules that may name the browser (`web_sys`, `js_sys`, `wasm_bindgen`).

pub mod canvas;
pub mod element;
pub mod fetch;
pub mod file;
pub mod listen;
pub mod page;
pub mod scope;
pub mod thread;

use js_sys::WebAssembly;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Milliseconds since 1970 by the browser's clock, for progress only.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Does something in a task of its own, after what is waiting already.
pub fn later(work: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let closure = Closure::once_into_js(work);
    // Only something that is no function would be refused.
    drop(window.set_timeout_with_callback(closure.unchecked_ref()));
}

/// Does something once what was rendered last is on the screen.
pub fn after_frame(work: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let closure = Closure::once_into_js(move || later(work));
    // Only something that is no function would be refused.
    drop(window.request_animation_frame(closure.unchecked_ref()));
}

/// Something that is done after a while. It is not done when this is dropped before.
#[derive(Debug)]
pub struct Timer {
    id: i32,
    _closure: Closure<dyn Fn()>,
}

impl Timer {
    /// Does it after so many milliseconds.
    pub fn start(after_ms: i32, work: impl Fn() + 'static) -> Option<Self> {
        let closure = Closure::<dyn Fn()>::new(work);
        let function = closure.as_ref().unchecked_ref();
        let id = web_sys::window()?
            .set_timeout_with_callback_and_timeout_and_arguments_0(function, after_ms)
            .ok()?;
        Some(Self {
            id,
            _closure: closure,
        })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// Memory that this module has taken, bytes.
#[must_use]
pub fn heap_bytes() -> u64 {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}

/// Runs a future to its end beside everything else.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
