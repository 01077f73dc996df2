//! All flows of a capture: finds the one a segment belongs to, and hands finished ones out.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use super::chunk::StreamSink;
use super::facts::{DirectionBasis, FinishedFlow, FlowEnd, IcmpError};
use super::key::FlowKey;
use super::live::{Birth, Live};
use super::seen::Seen;
use crate::ids::{FlowId, Stamp};
use crate::limits::LIVE_FLOWS;
use crate::packet::{IcmpMessage, IpHeader, TcpSegment};
use crate::side::{PerSide, Side};
use crate::time::{Nanos, Timestamp};

/// How long a closed flow waits for late packets: Linux keeps a closed socket in TIME-WAIT for 60 s
/// (`TCP_TIMEWAIT_LEN`), and no sooner are its ports used again.
pub const LINGER: Nanos = Nanos::from_secs(60);

/// IP protocol number of TCP.
const TCP: u8 = 6;

/// Ports from 1024 up that are commonly served, for flows whose SYN was not seen.
const SERVED_PORTS: [u16; 18] = [
    1080, 1433, 1521, 1723, 3128, 3306, 3389, 5060, 5222, 5432, 6379, 8000, 8008, 8080, 8081, 8443,
    8888, 9200,
];

/// Visits of flows that are gone are cleared when there are more than this beside two for each live flow.
const VISITS: usize = 1024;

/// Places in the cache in front of the table: the flows that are active at one time on a busy host, in
/// 32 kB.
const RECENT: usize = 512;

/// The flows of one vantage point.
#[derive(Debug)]
pub struct FlowTable<S> {
    places: HashMap<FlowKey, Place>,
    flows: Vec<Option<Box<Live<S>>>>,
    free: Vec<u32>,
    /// Places found lately, by a part of their key: packets of one flow come in bursts.
    recent: Vec<Option<(FlowKey, Place)>>,
    /// Closed flows, by the time they were looked at last.
    closed: VecDeque<Visit>,
    /// All flows, by the time they were looked at last.
    idle: VecDeque<Visit>,
    finished: VecDeque<FinishedFlow<S>>,
    now: Option<Timestamp>,
    next_id: u32,
    evicted: u64,
}

/// Where a flow is, and what its key does not say.
#[derive(Clone, Copy, Debug)]
struct Place {
    slot: u32,
    low_is_originator: bool,
}

/// A flow to look at again when `at` is long ago.
#[derive(Clone, Copy, Debug)]
struct Visit {
    at: Timestamp,
    slot: u32,
    id: FlowId,
}

impl<S> Default for FlowTable<S> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            flows: Vec::new(),
            free: Vec::new(),
            recent: vec![None; RECENT],
            closed: VecDeque::new(),
            idle: VecDeque::new(),
            finished: VecDeque::new(),
            now: None,
            next_id: 0,
            evicted: 0,
        }
    }
}

impl<S: StreamSink + Default> FlowTable<S> {
    /// Without flows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next TCP segment of the capture.
    pub fn on_segment(&mut self, ip: &IpHeader, segment: &TcpSegment<'_>, stamp: Stamp) {
        let source = SocketAddr::new(ip.source, segment.source_port);
        let destination = SocketAddr::new(ip.destination, segment.destination_port);
        let (key, source_is_low) = FlowKey::of(source, destination);
        self.tick(stamp.at);
        let mut seen = Seen {
            side: Side::Originator,
            ip,
            segment,
            stamp,
        };
        let mut nth = 0;
        if let Some(place) = self.find(key)
            && let Some(live) = live_in(&mut self.flows, place.slot)
        {
            seen.side = place.side(source_is_low);
            if !live.is_replaced_by(&seen) {
                Self::advance(live, &mut self.closed, &seen, place.slot);
                return;
            }
            nth = live.facts.nth.saturating_add(1);
            self.retire(place.slot, FlowEnd::Replaced);
        }
        self.open(key, source_is_low, nth, seen);
    }

    /// An ICMP message; errors that quote a packet of a flow are joined to it.
    pub fn on_icmp(&mut self, ip: &IpHeader, message: &IcmpMessage, stamp: Stamp) {
        let Some(quoted) = message.quoted.filter(|quoted| quoted.protocol == TCP) else {
            return;
        };
        let Some((source, destination)) = quoted.ports else {
            return;
        };
        let (key, source_is_low) = FlowKey::of(
            SocketAddr::new(quoted.source, source),
            SocketAddr::new(quoted.destination, destination),
        );
        let Some(place) = self.find(key) else {
            return;
        };
        let error = IcmpError {
            stamp,
            reporter: ip.source,
            quoted: place.side(source_is_low),
            position: None,
            is_v6: message.is_v6,
            kind: message.kind,
            code: message.code,
            mtu: message.mtu,
        };
        if let Some(live) = live_in(&mut self.flows, place.slot) {
            live.on_icmp(error, quoted.sequence);
        }
    }

    /// Something waits to be taken.
    #[must_use]
    pub fn has_finished(&self) -> bool {
        !self.finished.is_empty()
    }

    /// The next flow that is over: closed and quiet, replaced, or put out for want of room.
    pub fn take_finished(&mut self) -> Option<FinishedFlow<S>> {
        self.finished.pop_front()
    }

    /// The capture is over: all flows are, in the order of their first packets.
    pub fn finish(&mut self) {
        let mut slots: Vec<(FlowId, u32)> = self
            .flows
            .iter()
            .enumerate()
            .filter_map(|(slot, live)| Some((live.as_ref()?.facts.id, u32::try_from(slot).ok()?)))
            .collect();
        slots.sort_unstable();
        for (_, slot) in slots {
            self.retire(slot, FlowEnd::Open);
        }
        self.closed.clear();
        self.idle.clear();
    }

    /// How many flows there were so far.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.next_id
    }

    /// How many flows are followed now.
    #[must_use]
    pub fn live_count(&self) -> usize {
        self.places.len()
    }

    /// How many flows were handed out for want of room before they were closed.
    #[must_use]
    pub const fn evicted(&self) -> u64 {
        self.evicted
    }

    fn find(&mut self, key: FlowKey) -> Option<Place> {
        let recent = self.recent.get_mut(recent_index(&key));
        if let Some(Some((known, place))) = recent
            && *known == key
        {
            return Some(*place);
        }
        let place = *self.places.get(&key)?;
        if let Some(recent) = recent {
            *recent = Some((key, place));
        }
        Some(place)
    }

    /// A segment of a flow that is known.
    fn advance(live: &mut Live<S>, closed: &mut VecDeque<Visit>, seen: &Seen<'_>, slot: u32) {
        let was_closed = live.is_closed();
        live.on_segment(seen);
        if !was_closed && live.is_closed() {
            live.release();
            closed.push_back(Visit {
                at: seen.stamp.at,
                slot,
                id: live.facts.id,
            });
        }
    }

    /// The first segment of a flow.
    fn open(&mut self, key: FlowKey, source_is_low: bool, nth: u32, mut seen: Seen<'_>) {
        self.make_room();
        let (direction, speaker) = direction(&seen);
        seen.side = speaker;
        let place = Place {
            slot: self.free_slot(),
            low_is_originator: source_is_low == (speaker == Side::Originator),
        };
        let (low, high) = key.endpoints();
        let (originator, responder) = if place.low_is_originator {
            (low, high)
        } else {
            (high, low)
        };
        let id = FlowId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        let birth = Birth {
            id,
            nth,
            endpoints: PerSide {
                originator,
                responder,
            },
            direction,
            stamp: seen.stamp,
            speaker,
        };
        let mut live = Box::new(Live::new(birth, S::default()));
        Self::advance(&mut live, &mut self.closed, &seen, place.slot);
        if let Some(entry) = usize::try_from(place.slot)
            .ok()
            .and_then(|slot| self.flows.get_mut(slot))
        {
            *entry = Some(live);
        }
        self.places.insert(key, place);
        if let Some(recent) = self.recent.get_mut(recent_index(&key)) {
            *recent = Some((key, place));
        }
        self.idle.push_back(Visit {
            at: seen.stamp.at,
            slot: place.slot,
            id,
        });
    }

    fn free_slot(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.flows.push(None);
            u32::try_from(self.flows.len().saturating_sub(1)).unwrap_or(u32::MAX)
        })
    }

    /// Hands closed flows out whose last packet is long ago.
    fn tick(&mut self, at: Timestamp) {
        let now = self.now.map_or(at, |now| now.max(at));
        self.now = Some(now);
        while let Some(visit) = self.closed.front().copied()
            && now.since(visit.at) > LINGER
        {
            self.closed.pop_front();
            match self.last_of(visit) {
                Some(last) if now.since(last) > LINGER => self.retire(visit.slot, FlowEnd::Open),
                Some(last) => self.closed.push_back(Visit { at: last, ..visit }),
                None => {}
            }
        }
    }

    /// Puts flows out while there are too many: closed ones, then the one that was idle longest.
    fn make_room(&mut self) {
        while self.places.len() >= LIVE_FLOWS {
            if let Some(visit) = self.closed.pop_front() {
                if self.last_of(visit).is_some() {
                    self.retire(visit.slot, FlowEnd::Open);
                }
                continue;
            }
            let Some(visit) = self.idle.pop_front() else {
                return;
            };
            match self.last_of(visit) {
                Some(last) if last > visit.at => self.idle.push_back(Visit { at: last, ..visit }),
                Some(_) => {
                    self.evicted = self.evicted.saturating_add(1);
                    self.retire(visit.slot, FlowEnd::Open);
                }
                None => {}
            }
        }
        // Visits of flows that are gone would pile up in a capture that never fills the room.
        if self.idle.len() > self.places.len().saturating_mul(2).saturating_add(VISITS) {
            let flows = &mut self.flows;
            self.idle.retain(|visit| {
                live_in(flows, visit.slot).is_some_and(|live| live.facts.id == visit.id)
            });
        }
    }

    /// The last packet's time of the flow a visit is for, while it lives.
    fn last_of(&mut self, visit: Visit) -> Option<Timestamp> {
        live_in(&mut self.flows, visit.slot)
            .filter(|live| live.facts.id == visit.id)
            .map(|live| live.facts.last.at)
    }

    fn retire(&mut self, slot: u32, lasting: FlowEnd) {
        let Some(live) = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.flows.get_mut(slot))
            .and_then(Option::take)
        else {
            return;
        };
        self.free.push(slot);
        let endpoints = live.facts.endpoints;
        let (key, _) = FlowKey::of(endpoints.originator, endpoints.responder);
        self.places.remove(&key);
        if let Some(recent) = self.recent.get_mut(recent_index(&key)) {
            *recent = None;
        }
        let now = self.now.unwrap_or(live.facts.last.at);
        self.finished.push_back(live.finish(lasting, now));
    }
}

impl Place {
    /// Who sends from the lower end, or from the higher one.
    const fn side(self, source_is_low: bool) -> Side {
        if self.low_is_originator == source_is_low {
            Side::Originator
        } else {
            Side::Responder
        }
    }
}

/// Where a key's place is cached: the upper bits of its spread.
const fn recent_index(key: &FlowKey) -> usize {
    (key.spread() >> 32) as usize % RECENT
}

fn live_in<S>(flows: &mut [Option<Box<Live<S>>>], slot: u32) -> Option<&mut Live<S>> {
    flows.get_mut(usize::try_from(slot).ok()?)?.as_deref_mut()
}

/// Who is the originator, judged by the first segment; as the segment's sender's side.
fn direction(seen: &Seen<'_>) -> (DirectionBasis, Side) {
    if seen.is_syn() {
        return (DirectionBasis::Syn, Side::Originator);
    }
    if seen.is_syn_ack() {
        return (DirectionBasis::SynAck, Side::Responder);
    }
    let (source, destination) = (seen.segment.source_port, seen.segment.destination_port);
    match (is_served(source), is_served(destination)) {
        (true, false) => (DirectionBasis::WellKnownPort, Side::Responder),
        (false, true) => (DirectionBasis::WellKnownPort, Side::Originator),
        (true, true) if source < destination => (DirectionBasis::WellKnownPort, Side::Responder),
        (true, true) if source > destination => (DirectionBasis::WellKnownPort, Side::Originator),
        _ => (DirectionBasis::FirstPacket, Side::Originator),
    }
}

fn is_served(port: u16) -> bool {
    port < 1024 || SERVED_PORTS.contains(&port)
}
