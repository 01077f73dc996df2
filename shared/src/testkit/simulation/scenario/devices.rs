//! What may stand on a path.

use std::net::SocketAddr;

use crate::packet::TcpFlags;
use crate::testkit::packet::Segment;
use crate::testkit::simulation::path::{Fate, Passage};
use crate::testkit::simulation::socket::no_socket;
use crate::testkit::simulation::stack::{Stack, System};
use crate::testkit::simulation::wire::{Content, Wire};
use crate::time::Nanos;

/// Drops what is meant.
pub(super) fn drop_if(
    mut is_meant: impl FnMut(&Wire) -> bool + 'static,
) -> impl FnMut(&mut Passage<'_>) -> Fate {
    move |passage| {
        if is_meant(passage.wire) {
            Fate::Drop
        } else {
            Fate::Pass
        }
    }
}

/// Drops the first so many of what is meant.
pub(super) fn drop_first(
    count: usize,
    mut is_meant: impl FnMut(&Wire) -> bool + 'static,
) -> impl FnMut(&mut Passage<'_>) -> Fate {
    let mut left = count;
    drop_if(move |wire| {
        let is_hit = left > 0 && is_meant(wire);
        left -= usize::from(is_hit);
        is_hit
    })
}

/// Answers what is meant with RSTs in the server's name, so much later, of another TTL; the packet itself may go on.
pub(super) fn reset_if(
    after: Nanos,
    ttl: u8,
    count: u32,
    fate: Fate,
    mut is_meant: impl FnMut(&Wire) -> bool + 'static,
) -> impl FnMut(&mut Passage<'_>) -> Fate {
    move |passage| {
        let Some(segment) = passage.wire.segment().filter(|_| is_meant(passage.wire)) else {
            return Fate::Pass;
        };
        let (source, destination) = (passage.wire.destination, passage.wire.source);
        let length = u32::try_from(segment.payload.len()).unwrap_or_default();
        let (acknowledgment, sequence) = (segment.acknowledgment, segment.sequence);
        for index in 0..count {
            let identification = u16::try_from(passage.dice.between(1, 65_535)).unwrap_or(1);
            let reset = Segment {
                sequence: acknowledgment.wrapping_add(index * 1460),
                acknowledgment: sequence.wrapping_add(length),
                flags: TcpFlags::RST | TcpFlags::ACK,
                ..Segment::default()
            };
            let wire = Wire {
                source,
                destination,
                ttl,
                identification,
                content: Content::Tcp(reset),
            };
            let later = Nanos(after.get() + i64::from(index) * 40_000);
            passage.sent.push((later, wire));
        }
        fate
    }
}

/// What stands here knows nothing of the connection, and says so (RFC 9293 §3.10.7.1).
pub(super) fn knows_nothing(
    back: Nanos,
    ttl: u8,
    mut is_meant: impl FnMut(&Wire) -> bool + 'static,
) -> impl FnMut(&mut Passage<'_>) -> Fate {
    move |passage| {
        let Some(segment) = passage.wire.segment().filter(|_| is_meant(passage.wire)) else {
            return Fate::Pass;
        };
        let stack = Stack {
            ttl,
            ..Stack::of(System::Linux)
        };
        let (own, other) = (passage.wire.destination, passage.wire.source);
        let reset = no_socket(own, other, &stack, segment);
        passage.sent.extend(reset.map(|wire| (back, wire)));
        Fate::Drop
    }
}

/// Answers what is meant with an ICMP error from this router, quoting it as the version asks, and drops it.
pub(super) fn icmp_if(
    (router, after): (SocketAddr, Nanos),
    kind: (u8, u8),
    word: u32,
    mut is_meant: impl FnMut(&Wire) -> bool + 'static,
) -> impl FnMut(&mut Passage<'_>) -> Fate {
    move |passage| {
        if !is_meant(passage.wire) {
            return Fate::Pass;
        }
        let mut quoted = passage.wire.packet().bytes();
        // RFC 792: the header and eight bytes; RFC 4443 §2.4: as much as fits.
        quoted.truncate(if router.is_ipv4() { 28 } else { 1_200 });
        let wire = Wire {
            source: router,
            destination: passage.wire.source,
            ttl: 250,
            identification: 0,
            content: Content::Icmp { kind, word, quoted },
        };
        passage.sent.push((after, wire));
        Fate::Drop
    }
}
