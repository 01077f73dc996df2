//! One file for each cause, in the order in which the decision procedure asks: is the peer the peer, did the client
//! do its part, was it cancelled, TCP, the ClientHello's delivery, the server's flight, its answer, what came after.

mod h1;
mod h2;

use super::Rule;

/// Every rule.
pub const ALL: &[Rule] = &[h1::RULE, h2::RULE];
