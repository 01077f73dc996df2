//! The only modules that may name the browser (`web_sys`, `js_sys`, `wasm_bindgen`).

pub mod canvas;
pub mod element;
pub mod fetch;
pub mod file;
pub mod listen;
pub mod page;
pub mod scope;
pub mod thread;

/// Milliseconds since 1970 by the browser's clock, for progress only.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Runs a future to its end beside everything else.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
