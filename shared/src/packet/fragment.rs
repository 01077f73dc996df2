//! IPv4 and IPv6 datagrams put together from their fragments, in bounded memory.
//!
//! Bytes that came first are kept where fragments overlap. A datagram is delivered by the fragment that completes
//! it, and is forgotten when it is too old or when there are too many (RFC 791 §3.2, RFC 8200 §4.5).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;

use super::counters::FragmentCounters;
use super::kind::Layer;
use super::view::{Stop, View, Walk, saturating_u32};
use super::{IpHeader, ip};
use crate::limits::{FRAGMENT_BYTES, FRAGMENTED_DATAGRAMS};
use crate::time::{Nanos, Timestamp};

/// One fragment, all of whose bytes are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) ip: IpHeader,
    /// What the datagram carries, or the extension header behind the fragment header.
    pub(super) protocol: u8,
    pub(super) identification: u32,
    /// Position of the first byte in the datagram's payload.
    pub(super) offset: u32,
    pub(super) has_more: bool,
    pub(super) data: View<'a>,
}

/// A datagram put together.
#[derive(Debug)]
pub(super) struct Assembled {
    ip: IpHeader,
    protocol: u8,
    depth: View<'static>,
    bytes: Vec<u8>,
}

impl Assembled {
    /// Reads on behind the IP header.
    pub(super) fn walk(&self) -> Walk<'_> {
        ip::payload(self.depth.replaced(&self.bytes), self.ip, self.protocol)
    }
}

/// The datagrams that wait for fragments.
#[derive(Debug, Default)]
pub(super) struct Table {
    waiting: BTreeMap<Key, Incomplete>,
    /// The sum of their costs.
    bytes: usize,
    /// Datagrams begun so far: the next one's rank.
    begun: u64,
}

impl Table {
    /// Takes a fragment in; the datagram, if it was the last one missing.
    pub(super) fn insert(
        &mut self,
        fragment: &Fragment<'_>,
        at: Option<Timestamp>,
        counters: &mut FragmentCounters,
    ) -> Result<Option<Assembled>, Stop> {
        let end = fragment.offset.saturating_add(fragment.data.length);
        if fragment.data.length == 0 || end > MAX_PAYLOAD {
            return Err(Stop::invalid(Layer::Fragments));
        }
        let key = Key::of(fragment);
        self.expire(key, at, counters);
        let begun = self.begun;
        let entry = self.waiting.entry(key).or_insert_with(|| Incomplete {
            since: at,
            rank: begun,
            head: None,
            end: None,
            bytes: Vec::new(),
            present: Vec::new(),
        });
        if entry.rank == begun {
            self.begun = begun.saturating_add(1);
        }
        let before = entry.cost();
        entry.add(fragment, counters);
        self.bytes = self.bytes.saturating_sub(before);
        let answer = if entry.is_complete() {
            self.waiting.remove(&key).and_then(Incomplete::assemble)
        } else {
            self.bytes = self.bytes.saturating_add(entry.cost());
            None
        };
        counters.completed = counters
            .completed
            .saturating_add(u64::from(answer.is_some()));
        self.make_room(key, counters);
        counters.waiting = self.waiting.len() as u64;
        Ok(answer)
    }

    /// Before a datagram is begun, gives up those that are too old; one of the same name only if it is itself.
    fn expire(&mut self, key: Key, at: Option<Timestamp>, counters: &mut FragmentCounters) {
        let is_old = |key: &Key, entry: &Incomplete| match (at, entry.since) {
            (Some(now), Some(since)) => now.since(since) > key.patience(),
            _ => false,
        };
        match self.waiting.get(&key) {
            Some(entry) if !is_old(&key, entry) => return,
            _ => {}
        }
        let mut freed = 0usize;
        self.waiting.retain(|key, entry| {
            let keep = !is_old(key, entry);
            if !keep {
                freed = freed.saturating_add(entry.cost());
                counters.given_up = counters.given_up.saturating_add(1);
            }
            keep
        });
        self.bytes = self.bytes.saturating_sub(freed);
    }

    /// Gives up the oldest until the caps hold; the one that just grew is the last to go.
    fn make_room(&mut self, grown: Key, counters: &mut FragmentCounters) {
        while self.waiting.len() > FRAGMENTED_DATAGRAMS || self.bytes > FRAGMENT_BYTES {
            let oldest = self
                .waiting
                .iter()
                .filter(|(key, _)| **key != grown)
                .min_by_key(|(_, entry)| entry.rank)
                .map(|(key, _)| *key);
            let Some(entry) = oldest.and_then(|key| self.waiting.remove(&key)) else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(entry.cost());
            counters.given_up = counters.given_up.saturating_add(1);
        }
    }
}

/// What fragments of one datagram have in common; the protocol in IPv4 only (RFC 791 §3.2, RFC 8200 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    identification: u32,
    source: IpAddr,
    destination: IpAddr,
    protocol: Option<u8>,
}

impl Key {
    fn of(fragment: &Fragment<'_>) -> Self {
        Self {
            identification: fragment.identification,
            source: fragment.ip.source,
            destination: fragment.ip.destination,
            protocol: fragment.ip.source.is_ipv4().then_some(fragment.protocol),
        }
    }

    /// How long after its first fragment a datagram is given up.
    const fn patience(&self) -> Nanos {
        if self.source.is_ipv4() {
            PATIENCE_V4
        } else {
            PATIENCE_V6
        }
    }
}

#[derive(Debug)]
struct Incomplete {
    since: Option<Timestamp>,
    /// The rank by first fragment.
    rank: u64,
    /// What the fragment at position 0 says of the whole.
    head: Option<(IpHeader, u8, View<'static>)>,
    /// Where the payload ends, once the fragment without "more" came.
    end: Option<u32>,
    /// The payload up to the highest position seen; zero where nothing came yet.
    bytes: Vec<u8>,
    /// What is there: ascending, apart from each other.
    present: Vec<Range<u32>>,
}

impl Incomplete {
    /// Memory that follows from the fragments.
    const fn cost(&self) -> usize {
        let ranges = self.present.len().saturating_mul(size_of::<Range<u32>>());
        self.bytes.len().saturating_add(ranges)
    }

    fn add(&mut self, fragment: &Fragment<'_>, counters: &mut FragmentCounters) {
        let start = fragment.offset;
        let mut end = start.saturating_add(saturating_u32(fragment.data.bytes.len()));
        let mut overlaps = false;
        if !fragment.has_more {
            // An end before bytes already there, or a second, different one, contradicts what came first.
            let highest = saturating_u32(self.bytes.len());
            match self.end {
                None if end >= highest => self.end = Some(end),
                Some(first) if first == end => {}
                _ => overlaps = true,
            }
        }
        if let Some(limit) = self.end {
            overlaps |= end > limit;
            end = end.min(limit);
        }
        if start == 0 && self.head.is_none() {
            let ip = IpHeader {
                identification: None,
                ..fragment.ip
            };
            self.head = Some((ip, fragment.protocol, fragment.data.replaced(&[])));
        }
        let (added, repeated) = self.fill(start..end, fragment.data.bytes);
        if added == 0 {
            counters.duplicates = counters.duplicates.saturating_add(1);
        } else if overlaps || repeated > 0 {
            counters.overlaps = counters.overlaps.saturating_add(1);
        }
    }

    /// Copies what is new of `bytes`, which belong at `place`: how many bytes were new, and how many not.
    fn fill(&mut self, place: Range<u32>, bytes: &[u8]) -> (u32, u32) {
        if place.is_empty() {
            return (0, 0);
        }
        let first = self
            .present
            .partition_point(|range| range.end < place.start);
        let last = self
            .present
            .partition_point(|range| range.start <= place.end);
        let mut merged = place.clone();
        let mut repeated = 0u32;
        let mut at = place.start;
        let highest = self.bytes.len().max(place.end as usize);
        self.bytes.resize(highest, 0);
        let touched = self.present.get(first..last).unwrap_or_default();
        for range in touched {
            copy(&mut self.bytes, bytes, place.start, at..range.start);
            let common = range
                .end
                .min(place.end)
                .saturating_sub(range.start.max(place.start));
            repeated = repeated.saturating_add(common);
            at = at.max(range.end);
            merged = merged.start.min(range.start)..merged.end.max(range.end);
        }
        copy(&mut self.bytes, bytes, place.start, at..place.end);
        self.present.splice(first..last, [merged]);
        let length = place.end.saturating_sub(place.start);
        (length.saturating_sub(repeated), repeated)
    }

    fn is_complete(&self) -> bool {
        let [range] = self.present.as_slice() else {
            return false;
        };
        range.start == 0 && Some(range.end) == self.end
    }

    fn assemble(self) -> Option<Assembled> {
        let (ip, protocol, depth) = self.head?;
        Some(Assembled {
            ip,
            protocol,
            depth,
            bytes: self.bytes,
        })
    }
}

/// Copies the part `gap` of the datagram from `source`, whose first byte belongs at `start`; nothing when empty.
fn copy(datagram: &mut [u8], source: &[u8], start: u32, gap: Range<u32>) {
    if gap.is_empty() {
        return;
    }
    let from = gap.start.saturating_sub(start) as usize..gap.end.saturating_sub(start) as usize;
    let to = gap.start as usize..gap.end as usize;
    if let (Some(to), Some(from)) = (datagram.get_mut(to), source.get(from)) {
        to.copy_from_slice(from);
    }
}

/// The largest payload that an IP length field can say.
const MAX_PAYLOAD: u32 = 65_535;

/// Linux `net.ipv4.ipfrag_time`; RFC 791 §3.2 suggests 15 s, RFC 1122 §3.3.2 at least 60 s.
const PATIENCE_V4: Nanos = Nanos::from_secs(30);
/// RFC 8200 §4.5.
const PATIENCE_V6: Nanos = Nanos::from_secs(60);
