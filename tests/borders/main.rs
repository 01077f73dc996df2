//! Tests of what crosses a border. `cargo xtask test` builds what they need and tells them where it is;
//! a test that cannot run says `SKIPPED` and why.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod browser;
mod host;
mod node;
mod parity;
mod schema;
mod second_opinion;
mod webdriver;

use std::ffi::OsString;

use stallscope_tests::captures::skipped;

/// Something that `cargo xtask test` built and named.
fn built(variable: &str, what: &str) -> Option<OsString> {
    let value = std::env::var_os(variable);
    if value.is_none() {
        skipped(
            what,
            &format!("{variable} is not set; `cargo xtask test` builds what it names"),
        );
    }
    value
}
