//! `stallscope probe` against servers that behave, and servers that do not: real sockets, on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod around;
mod beside;
mod logged;
mod names;
mod outcomes;
mod outlets;
mod run;
mod server;
