//! The only modules that may name the browser (`web_sys`, `js_sys`, `wasm_bindgen`).

pub mod canvas;
pub mod element;
pub mod fetch;
pub mod file;
pub mod listen;
pub mod page;
pub mod scope;
pub mod thread;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// What this instance of the module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It shows.
    Page,
    /// It analyses.
    Worker,
}

/// The role that the surroundings give.
#[must_use]
pub fn role() -> Role {
    if js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>() {
        Role::Worker
    } else {
        Role::Page
    }
}

/// Milliseconds since 1970 by the browser's clock, for progress only.
#[must_use]
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Runs a future to its end beside everything else.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
