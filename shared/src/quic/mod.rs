//! QUIC seen from outside: flows on UDP, their first flights, and whether anything came back.
//!
//! Only what the invariants (RFC 8999) and the long header (RFC 9000 §17.2, RFC 9369 §3.2) show without keys.

pub mod code;
pub mod header;

mod facts;
mod flow;
mod tracker;

pub use facts::{
    Beginning, ConnectionId, DirectionBasis, FirstPackets, Flow, IcmpError, LongestSilence,
    Outcome, Traffic, Version, VersionNegotiation,
};
pub use tracker::{Counts, Tracker};

#[cfg(test)]
mod tests;
