//! TLS as an observer without keys reads it: in-order bytes of one flow become the facts of its handshake,
//! its alerts, and the times of what follows encrypted (RFC 8446, RFC 5246).
//!
//! ```text
//!  chunk -> record -+-> assembly -> messages (hello, certificate) -> facts
//!                   +-> alerts, ChangeCipherSpec, flight          -> facts
//!                   +-> session (sizes, who speaks)               -> facts, inferred
//! ```

pub mod codepoints;
pub mod facts;
pub mod ja4;

mod assembly;
mod certificate;
mod flight;
mod hello;
mod messages;
mod pieces;
mod protection;
mod record;
mod recurring;
mod session;
mod sizes;
mod sniff;
mod tracker;

pub use certificate::validity;
pub use facts::Facts;
pub use recurring::Recurring;
pub use sniff::{Sniff, sniff};
pub use tracker::Tracker;

#[cfg(test)]
mod tests;
