//! Bytes of a capture in, a report of connection attempts out.
//!
//! ```text
//!  chunk of bytes
//!    capture/     pcap and pcapng, any chunking      -> CapturedPacket
//!    packet/      link, IP, TCP, UDP, ICMP           -> Dissected
//!    flow/        handshake, loss, round trips       -> facts of a flow, in-order bytes
//!    dns/ tls/ http/ quic/                           -> protocol facts
//!    stream/      which protocols speak on one flow  -> Conversation
//!    probe/       what a client of our own saw       -> Log: the other source of attempts
//!    attempt/     one try to reach one address       -> Attempt
//!    phase/       cuts its time                      -> Timeline
//!    report/      the versioned thing that crosses borders
//!    export/      pure formatters: text
//! ```
//!
//! A module uses only modules above it; `analyzer` alone knows them all. Nothing here does I/O,
//! reads a clock or spawns anything, and nothing knows whether it runs in a browser.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    expect(clippy::too_many_lines, reason = "a test may be a table of cases")
)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

mod grow;
pub mod ids;
pub mod limits;
pub mod logged;
pub mod side;
pub mod text;
pub mod time;
pub mod warning;
pub mod wire;

pub mod capture;
pub mod packet;

pub mod flow;

pub mod dns;
pub mod http;
pub mod quic;
pub mod tls;

pub mod stream;

pub mod probe;

pub mod attempt;
pub mod phase;

pub mod measure;

pub mod diagnosis;

pub mod report;

pub mod export;

pub mod analyzer;

#[cfg(feature = "testkit")]
pub mod testkit;
