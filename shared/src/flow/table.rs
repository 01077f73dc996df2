//! All flows of a capture: finds the one a segment belongs to, and hands finished ones out.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use super::chunk::StreamSink;
use super::facts::{DirectionBasis, FinishedFlow, FlowEnd, IcmpError};
use super::followed::Followed;
use super::key::FlowKey;
use super::live::{Birth, Stage};
use super::seen::Seen;
use crate::ids::{FlowId, Stamp};
use crate::limits::LIVE_FLOWS;
use crate::packet::{IcmpMessage, IpHeader, TcpSegment};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// How long a closed flow waits for late packets: Linux keeps a closed socket in TIME-WAIT for 60 s
/// (`TCP_TIMEWAIT_LEN`), and no sooner are its ports used again.
pub const LINGER: Nanos = Nanos::from_secs(60);

/// How long a flow waits for late packets when both sides' FINs are acknowledged: only copies that were
/// on the way can come, and twice the initial retransmission timeout (RFC 6298 §2) outlasts them. Its
/// ports are remembered for `LINGER` all the same, so that a stray packet opens no flow.
pub const SETTLED_LINGER: Nanos = Nanos::from_secs(2);

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
/// 128 kB.
const RECENT: usize = 2048;

/// The flows of one vantage point.
#[derive(Debug)]
pub struct FlowTable<S> {
    places: HashMap<FlowKey, Place>,
    flows: Vec<Option<Box<Followed<S>>>>,
    free: Vec<u32>,
    live: usize,
    /// Places found lately, by a part of their key: packets of one flow come in bursts.
    recent: Vec<Recent>,
    /// Flows whose FINs are acknowledged, by the time they were looked at last.
    settled: VecDeque<Visit>,
    /// Closed flows, by the time they were looked at last.
    closed: VecDeque<Visit>,
    /// Flows of which one side said goodbye, by the time of that or when they were looked at last.
    parting: VecDeque<Visit>,
    /// Ports of settled flows that were handed out, by the time of that.
    graves: VecDeque<(Timestamp, FlowKey)>,
    /// All flows, by the time they were looked at last.
    idle: VecDeque<Visit>,
    finished: VecDeque<FinishedFlow<S>>,
    /// Flows that the capture's end closed and nobody took yet.
    leaving: VecDeque<u32>,
    now: Option<Timestamp>,
    /// No visit is due before this time.
    due: Timestamp,
    next_id: u32,
    evicted: u64,
    late: u64,
    /// The sink of no flow, whose siblings the others are.
    sink: S,
}

/// Where a flow is, and what its key does not say.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// `GONE` for a flow that was handed out.
    slot: u32,
    nth: u32,
    low_is_originator: bool,
}

/// A place that was found lately: one line of the processor's cache.
#[derive(Clone, Copy, Debug)]
struct Recent {
    key: FlowKey,
    place: Place,
}

impl Recent {
    /// Of no flow.
    const NONE: Self = Self {
        key: FlowKey::NONE,
        place: Place {
            slot: GONE,
            nth: 0,
            low_is_originator: false,
        },
    };
}

/// Later than all packets.
const NEVER: Timestamp = Timestamp::from_nanos(i64::MAX);

/// No flow is in this slot.
const GONE: u32 = u32::MAX;

/// A flow to look at again when `at` is long ago.
#[derive(Clone, Copy, Debug)]
struct Visit {
    at: Timestamp,
    slot: u32,
    id: FlowId,
}

impl<S: Default> Default for FlowTable<S> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            flows: Vec::new(),
            free: Vec::new(),
            live: 0,
            recent: vec![Recent::NONE; RECENT],
            settled: VecDeque::new(),
            closed: VecDeque::new(),
            parting: VecDeque::new(),
            graves: VecDeque::new(),
            idle: VecDeque::new(),
            finished: VecDeque::new(),
            leaving: VecDeque::new(),
            now: None,
            due: NEVER,
            next_id: 0,
            evicted: 0,
            late: 0,
            sink: S::default(),
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
            ttl: ip.ttl,
            identification: ip.identification,
            segment,
            stamp,
        };
        let mut nth = 0;
        if let Some(place) = self.find(key) {
            nth = place.nth.saturating_add(1);
            seen.side = place.side(source_is_low);
            match live_in(&mut self.flows, place.slot) {
                Some(live) if live.is_replaced_by(&seen) => {
                    self.retire(place.slot, FlowEnd::Replaced);
                }
                Some(_) => {
                    self.advance(place.slot, &seen);
                    return;
                }
                None if !seen.is_syn() => {
                    self.late = self.late.saturating_add(1);
                    return;
                }
                None => {}
            }
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
        !self.finished.is_empty() || !self.leaving.is_empty()
    }

    /// The next flow that is over: closed and quiet, replaced, or put out for want of room.
    pub fn take_finished(&mut self) -> Option<FinishedFlow<S>> {
        if self.finished.is_empty()
            && let Some(slot) = self.leaving.pop_front()
        {
            self.retire(slot, FlowEnd::Open);
        }
        self.finished.pop_front()
    }

    /// The capture is over: all flows are, in the order of their first packets. Each is closed when it is taken,
    /// so that the memory of one serves the next.
    pub fn finish(&mut self) {
        let mut slots: Vec<(FlowId, u32)> = self
            .flows
            .iter()
            .enumerate()
            .filter_map(|(slot, live)| Some((live.as_ref()?.id, u32::try_from(slot).ok()?)))
            .collect();
        slots.sort_unstable();
        self.leaving.extend(slots.into_iter().map(|(_, slot)| slot));
        // What finds flows takes as much room as some thousand of them, and the report needs it.
        self.places = HashMap::new();
        for visits in [
            &mut self.settled,
            &mut self.closed,
            &mut self.parting,
            &mut self.idle,
        ] {
            *visits = VecDeque::new();
        }
        self.graves = VecDeque::new();
        self.recent.fill(Recent::NONE);
    }

    /// How many flows there were so far.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.next_id
    }

    /// How many flows are followed now.
    #[must_use]
    pub const fn live_count(&self) -> usize {
        self.live
    }

    /// How many packets came for a settled flow after it was handed out; they count nowhere else.
    #[must_use]
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// How many flows were handed out for want of room before they were closed.
    #[must_use]
    pub const fn evicted(&self) -> u64 {
        self.evicted
    }

    fn find(&mut self, key: FlowKey) -> Option<Place> {
        let recent = self.recent.get_mut(recent_index(&key));
        if let Some(known) = &recent
            && known.key == key
        {
            return Some(known.place);
        }
        let place = *self.places.get(&key)?;
        if let Some(recent) = recent {
            *recent = Recent { key, place };
        }
        Some(place)
    }

    /// A segment of the flow in `slot`.
    fn advance(&mut self, slot: u32, seen: &Seen<'_>) {
        let Some(live) = live_in(&mut self.flows, slot) else {
            return;
        };
        let before = live.stage();
        live.on_segment(seen);
        let stage = live.stage();
        if before == stage {
            return;
        }
        let visit = Visit {
            at: seen.stamp.at,
            slot,
            id: live.id,
        };
        if before < Stage::Closed && stage >= Stage::Closed {
            self.due = self.due.min(visit.at + LINGER);
            self.closed.push_back(visit);
        }
        match stage {
            Stage::Settled => {
                self.due = self.due.min(visit.at + SETTLED_LINGER);
                self.settled.push_back(visit);
            }
            Stage::Parting => self.parting.push_back(visit),
            Stage::Open | Stage::Closed => {}
        }
    }

    /// The first segment of a flow.
    fn open(&mut self, key: FlowKey, source_is_low: bool, nth: u32, mut seen: Seen<'_>) {
        self.make_room();
        let (direction, speaker) = direction(&seen);
        seen.side = speaker;
        let place = Place {
            slot: self.free_slot(),
            nth,
            low_is_originator: source_is_low == (speaker == Side::Originator),
        };
        let id = FlowId(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        let birth = Birth {
            id,
            nth,
            key,
            low_is_originator: place.low_is_originator,
            direction,
            stamp: seen.stamp,
            speaker,
        };
        let live = Box::new(Followed::new(birth, self.sink.sibling()));
        if let Some(entry) = usize::try_from(place.slot)
            .ok()
            .and_then(|slot| self.flows.get_mut(slot))
        {
            *entry = Some(live);
        }
        self.live = self.live.saturating_add(1);
        self.advance(place.slot, &seen);
        self.places.insert(key, place);
        if let Some(recent) = self.recent.get_mut(recent_index(&key)) {
            *recent = Recent { key, place };
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

    /// Hands closed flows out whose last packet is long ago, and forgets ports that are free again.
    fn tick(&mut self, at: Timestamp) {
        let before = self.now.filter(|before| before.since(at) <= LINGER);
        // Further back than a late packet can be: the clock was set, and flows are young by it.
        let now = before.map_or(at, |before| before.max(at));
        self.now = Some(now);
        if now > self.due {
            self.pay_visits(now);
        }
    }

    /// Goes through the visits that are due.
    fn pay_visits(&mut self, now: Timestamp) {
        while let Some(visit) = self.settled.front().copied()
            && now.since(visit.at) > SETTLED_LINGER
        {
            self.settled.pop_front();
            match self.last_of(visit) {
                Some(last) if now.since(last) > SETTLED_LINGER => self.bury(visit.slot, now),
                Some(last) => self.settled.push_back(Visit { at: last, ..visit }),
                None => {}
            }
        }
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
        while let Some((since, key)) = self.graves.front().copied()
            && now.since(since) > LINGER
        {
            self.graves.pop_front();
            if self
                .places
                .get(&key)
                .is_some_and(|place| place.slot == GONE)
            {
                self.forget(&key);
            }
        }
        let after = |at: Option<Timestamp>, wait: Nanos| at.map_or(NEVER, |at| at + wait);
        self.due = after(self.settled.front().map(|visit| visit.at), SETTLED_LINGER)
            .min(after(self.closed.front().map(|visit| visit.at), LINGER))
            .min(after(self.graves.front().map(|grave| grave.0), LINGER));
    }

    /// Hands a settled flow out, but remembers its ports.
    fn bury(&mut self, slot: u32, now: Timestamp) {
        let Some(live) = live_in(&mut self.flows, slot) else {
            return;
        };
        let (key, low_is_originator) = live.key();
        let grave = Place {
            slot: GONE,
            nth: live.nth(),
            low_is_originator,
        };
        self.retire(slot, FlowEnd::Open);
        self.places.insert(key, grave);
        self.graves.push_back((now, key));
        self.due = self.due.min(now + LINGER);
    }

    /// Puts flows out while there are too many: closed ones, then those that one side left and that are quiet, then the
    /// one that was idle longest.
    fn make_room(&mut self) {
        while self.live >= LIVE_FLOWS {
            let closed = self.settled.pop_front().or_else(|| self.closed.pop_front());
            if let Some(visit) = closed.or_else(|| self.quiet_parting()) {
                if self.last_of(visit).is_some() {
                    // Its ports stay known: what still comes for them is late, and no flow of its own.
                    self.bury(visit.slot, self.now.unwrap_or(visit.at));
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
        let (flows, most) = (
            &mut self.flows,
            self.live.saturating_add(self.live / 2) + VISITS,
        );
        // Visits of flows that are gone would pile up in a capture that never fills the room.
        for visits in [&mut self.idle, &mut self.parting] {
            if visits.len() > most {
                visits.retain(|visit| {
                    live_in(flows, visit.slot).is_some_and(|live| live.id == visit.id)
                });
            }
        }
    }

    /// The flow that one side left first of all, when nothing came for longer than copies take.
    fn quiet_parting(&mut self) -> Option<Visit> {
        let now = self.now?;
        while let Some(visit) = self.parting.pop_front() {
            match self.last_of(visit) {
                Some(last) if now.since(last) > SETTLED_LINGER => return Some(visit),
                Some(last) => {
                    self.parting.push_back(Visit { at: last, ..visit });
                    return None;
                }
                None => {}
            }
        }
        None
    }

    /// The last packet's time of the flow a visit is for, while it lives.
    fn last_of(&mut self, visit: Visit) -> Option<Timestamp> {
        live_in(&mut self.flows, visit.slot)
            .filter(|live| live.id == visit.id)
            .map(|live| live.last())
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
        self.live = self.live.saturating_sub(1);
        self.forget(&live.key().0);
        let now = self.now.unwrap_or(live.last());
        self.finished.push_back(live.finish(lasting, now));
    }

    fn forget(&mut self, key: &FlowKey) {
        self.places.remove(key);
        if let Some(recent) = self.recent.get_mut(recent_index(key)) {
            *recent = Recent::NONE;
        }
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

fn live_in<S>(flows: &mut [Option<Box<Followed<S>>>], slot: u32) -> Option<&mut Followed<S>> {
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
        _ => match (is_ephemeral(source), is_ephemeral(destination)) {
            (true, false) => (DirectionBasis::EphemeralPort, Side::Originator),
            (false, true) => (DirectionBasis::EphemeralPort, Side::Responder),
            _ => (DirectionBasis::FirstPacket, Side::Originator),
        },
    }
}

/// Linux takes ports from 32768 on for the connections that it opens (`ip_local_port_range`), others from 49152 on
/// (RFC 6335 §6).
const fn is_ephemeral(port: u16) -> bool {
    port >= 1 << 15
}

fn is_served(port: u16) -> bool {
    port < 1024 || SERVED_PORTS.contains(&port)
}
