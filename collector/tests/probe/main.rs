//! `stallscope probe` against servers that behave, and servers that do not: real sockets, on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod arms;
mod around;
mod beside;
mod egress;
mod expecting;
mod flights;
mod following;
mod http2;
mod lingering;
mod logged;
mod names;
mod outcomes;
mod outlets;
mod proxies;
mod races;
mod real;
mod run;
mod server;
mod spans;
