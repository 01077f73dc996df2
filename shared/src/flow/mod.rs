//! Who talks to whom: flows, their handshake, loss and round trips, and their bytes in order.

pub mod chunk;
pub mod facts;
pub mod journal;
