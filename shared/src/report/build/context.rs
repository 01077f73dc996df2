//! What every conversion needs: the epoch, and which end of a flow is the client.

use std::net::SocketAddr;

use crate::ids;
use crate::report::v1::{End, PacketRef, PerEnd, Stamp};
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// What is known beside an attempt when it is converted.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// What all times count from.
    pub epoch: Timestamp,
    /// The attempt's id.
    pub id: u32,
    /// The last packet of any flow before the attempt was closed: proof that the capture went on.
    pub running: Option<ids::Stamp>,
}

impl Context {
    pub(super) const fn ns(&self, at: Timestamp) -> i64 {
        at.since(self.epoch).get()
    }

    pub(super) const fn stamp(&self, stamp: ids::Stamp) -> Stamp {
        Stamp {
            at_ns: self.ns(stamp.at),
            packet: packet(stamp),
        }
    }

    pub(super) fn at(&self, stamp: Option<ids::Stamp>) -> Option<i64> {
        stamp.map(|stamp| self.ns(stamp.at))
    }
}

/// The packet of a stamp.
pub(super) const fn packet(stamp: ids::Stamp) -> PacketRef {
    let packet = stamp.packet;
    PacketRef {
        capture: packet.capture().0,
        number: packet.number.get(),
        offset: packet.offset(),
        length: packet.length,
    }
}

/// Which end a side is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) client: Side,
}

impl Ends {
    pub(super) fn of(self, side: Side) -> End {
        if side == self.client {
            End::Client
        } else {
            End::Server
        }
    }

    pub(super) fn each<T, U>(self, sides: &PerSide<T>, make: impl Fn(&T) -> U) -> PerEnd<U> {
        PerEnd {
            client: make(&sides[self.client]),
            server: make(&sides[!self.client]),
        }
    }
}

/// `ip:port`, `[v6]:port`.
pub(super) fn endpoint(address: SocketAddr) -> String {
    address.to_string()
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| {
        DIGITS
            .get(usize::from(nibble))
            .map_or('0', |digit| char::from(*digit))
    };
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
