//! `stallscope probe --http3` against servers of QUIC that behave, and servers that do not: real sockets, on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod outcomes;
mod outlets;
#[path = "../probe/run.rs"]
mod run;
mod server;
