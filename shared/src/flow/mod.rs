//! Who talks to whom: flows, their handshake, loss and round trips, and their bytes in order.
//!
//! ```text
//!  segment -> table -> live flow -+-> facts     (numbers, names, headers, silences)
//!                                 +-> journal   (first and last packets)
//!                                 +-> assembler -> sink (the protocol trackers)
//! ```

pub mod chunk;
pub mod facts;
pub mod few;
pub mod journal;
pub mod key;
pub mod table;

mod assembler;
mod close;
mod followed;
mod handshake;
mod live;
mod liveness;
mod loss;
mod marks;
mod numbers;
mod order;
mod outstanding;
mod path;
mod plain;
mod seen;
mod sequence;
mod steady;
mod track;

#[cfg(test)]
mod tests;
