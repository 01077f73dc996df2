//! What became of the packets that did not turn into a transport header: nothing is dropped in silence.

use std::collections::BTreeMap;

use super::view::Stop;
use super::{Kind, Malformed, Outcome};
use crate::ids::PacketRef;
use crate::limits::PACKET_KINDS;

/// How often something occurred, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many packets.
    pub packets: u64,
    /// The first of them.
    pub first: PacketRef,
}

/// Counts over everything dissected so far. Every packet is in exactly one of `dissected`, `fragments.held`,
/// `not_understood` and `malformed`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets whose transport header was read; the last fragment of a whole datagram is one of them.
    pub dissected: u64,
    /// Packets that carry something that is not read, by kind.
    pub not_understood: BTreeMap<Kind, Tally>,
    /// Packets with a header that could not be read, by layer and fault.
    pub malformed: BTreeMap<Malformed, Tally>,
    /// Fragments of IPv4 and IPv6 datagrams.
    pub fragments: FragmentCounters,
}

/// What became of fragments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FragmentCounters {
    /// Fragments that did not complete a datagram when they came.
    pub held: u64,
    /// Datagrams put together.
    pub completed: u64,
    /// Datagrams that wait for more fragments now.
    pub waiting: u64,
    /// Datagrams given up: too old, or pushed out by `limits::FRAGMENTED_DATAGRAMS` or `limits::FRAGMENT_BYTES`.
    pub given_up: u64,
    /// Fragments that repeat bytes already there, and nothing else.
    pub duplicates: u64,
    /// Fragments that overlap bytes already there in part; the bytes that came first are kept.
    pub overlaps: u64,
}

impl Counters {
    /// Counts a packet that ended without a transport header.
    #[cold]
    pub(super) fn stopped<'a>(&mut self, stop: Stop, at: PacketRef) -> Outcome<'a> {
        match stop {
            Stop::NotUnderstood(kind) => {
                let is_known = self.not_understood.contains_key(&kind);
                let has_room = self.not_understood.len() < PACKET_KINDS;
                let counted = if is_known || has_room {
                    kind
                } else {
                    Kind::FurtherKinds
                };
                tally(&mut self.not_understood, counted, at);
                Outcome::NotUnderstood(kind)
            }
            Stop::Malformed(malformed) => {
                tally(&mut self.malformed, malformed, at);
                Outcome::Malformed(malformed)
            }
        }
    }
}

fn tally<K: Ord>(tallies: &mut BTreeMap<K, Tally>, key: K, at: PacketRef) {
    let entry = tallies.entry(key).or_insert(Tally {
        packets: 0,
        first: at,
    });
    entry.packets = entry.packets.saturating_add(1);
}
