//! What is fuzzed: one plain function per target, so that the same laws run under libFuzzer and, for
//! a few seconds, as ordinary tests.
//!
//! A target takes any bytes and panics when a law is broken. Its inputs come from `cases/` (what once
//! broke, and what is worth keeping), from the captures in `tests/corpus`, and from mutations of both.

pub mod generate;
mod input;
pub mod seeds;
pub mod targets;

/// A target: its name, which is also the folder of its cases, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 8] = [
    ("analyzer", targets::analyzer::target),
    ("capture_reader", targets::capture_reader::target),
    ("dissect", targets::dissect::target),
    ("dns_message", targets::dns_message::target),
    ("http2", targets::http2::target),
    ("link", targets::link::target),
    ("tcp_events", targets::tcp_events::target),
    ("tls_records", targets::tls_records::target),
];
