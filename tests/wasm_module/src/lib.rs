//! The analyser behind one JavaScript function, for the test that compares wasm with native.

use wasm_bindgen::prelude::wasm_bindgen;

/// See [`stallscope_tests::report_text`].
#[wasm_bindgen]
#[must_use]
pub fn analyze(bytes: &[u8], name: &str, chunk_bytes: usize) -> String {
    stallscope_tests::report_text(bytes, name, chunk_bytes)
}
