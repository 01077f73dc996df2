//! A NAT: the client's connections go on under its own address, as long as it remembers them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::packet::{Seen, with_address};
use crate::scenario::From;
use crate::site::{CLIENT, ROUTER};

/// Where the addresses of an IPv4 header begin (RFC 791 §3.1).
const SOURCE: usize = 12;
const DESTINATION: usize = 16;

/// What it remembers: when the last packet of each connection came, by both ends as the client sees them.
#[derive(Debug)]
pub(crate) struct Nat {
    idle: Duration,
    seen: BTreeMap<(SocketAddr, SocketAddr), Duration>,
}

impl Nat {
    /// One that forgets what was silent for so long.
    pub(crate) const fn new(idle: Duration) -> Self {
        Self {
            idle,
            seen: BTreeMap::new(),
        }
    }

    /// The packet as it is on the other side; `None` when it belongs to nothing that is remembered.
    pub(crate) fn translate(&mut self, from: From, bytes: &[u8], now: Duration) -> Option<Vec<u8>> {
        let (place, address) = match from {
            From::Client => (SOURCE, ROUTER),
            From::Server => (DESTINATION, CLIENT),
        };
        if let Some(seen) = Seen::read(bytes) {
            let client = |port| SocketAddr::from((CLIENT, port));
            let ends = match from {
                From::Client => (seen.source, seen.destination),
                From::Server => (client(seen.destination.port()), seen.source),
            };
            let is_known = self
                .seen
                .get(&ends)
                .is_some_and(|last| now - *last <= self.idle);
            let opens = from == From::Client && seen.is_opening();
            if !is_known && !opens {
                return None;
            }
            self.seen.insert(ends, now);
        }
        Some(with_address(bytes.to_vec(), place, address))
    }
}
