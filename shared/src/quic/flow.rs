//! One QUIC flow while it goes on.

use crate::ids::Stamp;
use crate::limits::{QUIC_ICMP_ERRORS, QUIC_INITIALS, QUIC_VERSIONS};
use crate::quic::facts::{
    Beginning, ConnectionId, DirectionBasis, FirstPackets, Flow, IcmpError, LongestSilence,
    Outcome, Traffic, Version, VersionNegotiation,
};
use crate::quic::header::{INITIAL_DATAGRAM_BYTES, LongPacket, Packet, PacketKind, Packets};
use crate::side::{PerSide, Side};
use crate::time::{Nanos, Timestamp};
use crate::wire::Reader;

/// From here on the silence before a new connection is worth naming: QUIC endpoints that want to keep a
/// connection send something every 30 s at least (RFC 9308 §3.2).
const IDLE: Nanos = Nanos::from_secs(30);

/// Last captured bytes of a datagram by which a copy is known: in a protected packet they are
/// ciphertext, which no two packets share.
const TAIL_BYTES: usize = 16;
/// Shortest captured payload whose tail is ciphertext: behind a short header of up to 25 bytes.
const TAIL_FROM: usize = 25 + TAIL_BYTES;
/// Datagrams of one side that a later one is compared with.
const COMPARED: usize = 4;

/// One UDP payload of a flow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) side: Side,
    /// Captured bytes.
    pub(super) payload: &'a [u8],
    /// Bytes on the wire.
    pub(super) length: u32,
    pub(super) stamp: Stamp,
}

impl<'a> Datagram<'a> {
    pub(super) fn packets(&self) -> Packets<'a> {
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        Packets::new(self.payload, length)
    }

    /// The first packet, when it is an Initial and the datagram as large as a client makes it.
    fn client_initial(&self) -> Option<LongPacket<'a>> {
        match self.packets().next()? {
            Packet::Long(long)
                if long.kind == PacketKind::Initial && self.length >= INITIAL_DATAGRAM_BYTES =>
            {
                Some(long)
            }
            _ => None,
        }
    }
}

/// A flow that may still get datagrams.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) facts: Flow,
    /// The server chose another ID with its Retry before the one in `facts`.
    retry_id: Option<ConnectionId>,
    /// The client came again with this destination before the server was heard.
    other_destination_id: Option<ConnectionId>,
    has_chosen_id: bool,
    tails: PerSide<Tails>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tails {
    kept: [Option<[u8; TAIL_BYTES]>; COMPARED],
    next: usize,
}

impl Open {
    /// Nothing in it yet; the first datagram comes at `first`.
    pub(super) fn begin(
        client: std::net::SocketAddr,
        server: std::net::SocketAddr,
        direction: DirectionBasis,
        beginning: Beginning,
        first: Stamp,
    ) -> Self {
        Self {
            facts: Flow {
                client,
                server,
                direction,
                beginning,
                first,
                last: first,
                versions: Vec::new(),
                original_destination_id: None,
                client_id: None,
                server_id: None,
                client_initials: Vec::new(),
                client_initial_count: 0,
                retry: None,
                version_negotiation: None,
                packets: PerSide::default(),
                traffic: PerSide::default(),
                copy_count: 0,
                longest_silence: None,
                icmp_errors: Vec::new(),
                icmp_error_count: 0,
                outcome: Outcome::Unanswered,
                observed_until: first.at,
            },
            retry_id: None,
            other_destination_id: None,
            has_chosen_id: false,
            tails: PerSide::default(),
        }
    }

    /// How a new connection begins with this datagram; `None` when it belongs to this one.
    pub(super) fn next_beginning(&self, datagram: &Datagram<'_>) -> Option<Beginning> {
        if datagram.side == Side::Responder {
            return None;
        }
        let initial = datagram.client_initial()?;
        let facts = &self.facts;
        let known = [
            Some(facts.original_destination_id?),
            facts.server_id,
            self.retry_id,
            self.other_destination_id,
        ];
        if known.contains(&Some(initial.destination_id)) {
            return None;
        }
        // After Version Negotiation the client begins anew, which is the same attempt for its user.
        let only_negotiated = facts.version_negotiation.is_some() && !self.has_chosen_id;
        let silence = datagram.stamp.at.since(facts.last.at);
        let is_idle = silence >= IDLE;
        let is_new =
            facts.client_id != Some(initial.source_id) || self.server_was_heard() || is_idle;
        match (is_new && !only_negotiated, is_idle) {
            (false, _) => None,
            (true, true) => Some(Beginning::AfterSilence(silence)),
            (true, false) => Some(Beginning::NewConnection),
        }
    }

    pub(super) fn on_datagram(&mut self, datagram: &Datagram<'_>) {
        if self.tails[datagram.side].has_seen(datagram.payload) {
            self.facts.copy_count = self.facts.copy_count.saturating_add(1);
            return;
        }
        let before_server = !self.server_was_heard();
        self.note_time(datagram.stamp);
        let traffic = &mut self.facts.traffic[datagram.side];
        traffic.note(datagram);
        for (index, packet) in datagram.packets().enumerate() {
            let Packet::Long(long) = packet else {
                let packets = &mut self.facts.packets[datagram.side];
                packets.one_rtt.get_or_insert(datagram.stamp);
                continue;
            };
            match datagram.side {
                Side::Originator => {
                    let begins = index == 0 && before_server;
                    self.on_client_packet(&long, begins, datagram.stamp);
                }
                Side::Responder => self.on_server_packet(&long, datagram.stamp),
            }
        }
    }

    pub(super) fn on_icmp(&mut self, error: IcmpError) {
        self.facts.icmp_error_count = self.facts.icmp_error_count.saturating_add(1);
        if self.facts.icmp_errors.len() < QUIC_ICMP_ERRORS {
            self.facts.icmp_errors.push(error);
        }
    }

    /// The finished facts; the capture was watched until `until`.
    pub(super) fn close(mut self, until: Timestamp) -> Flow {
        let refused = |error: &IcmpError| error.quotes_client && error.is_refusal();
        self.facts.outcome = if self.facts.traffic.originator.datagrams == 0 {
            Outcome::ClientNotObserved
        } else if self.server_was_heard() {
            Outcome::Answered
        } else if self.facts.icmp_errors.iter().any(refused) {
            Outcome::RefusedByIcmp
        } else {
            Outcome::Unanswered
        };
        self.facts.observed_until = until;
        self.facts
    }

    const fn server_was_heard(&self) -> bool {
        self.facts.traffic.responder.datagrams > 0
    }

    fn note_time(&mut self, stamp: Stamp) {
        let last = self.facts.last;
        let silence = stamp.at.since(last.at);
        let longest = self
            .facts
            .longest_silence
            .map(|longest| longest.until.at.since(longest.after.at));
        if stamp.packet != last.packet && longest.is_none_or(|longest| silence > longest) {
            self.facts.longest_silence = Some(LongestSilence {
                after: last,
                until: stamp,
            });
        }
        if silence >= Nanos(0) {
            self.facts.last = stamp;
        }
    }

    fn on_client_packet(&mut self, long: &LongPacket<'_>, begins: bool, stamp: Stamp) {
        let facts = &mut self.facts;
        facts.packets.originator.note(long.kind, stamp);
        note_version(&mut facts.versions, long.version);
        facts.client_id.get_or_insert(long.source_id);
        if long.kind != PacketKind::Initial {
            return;
        }
        let first = *facts
            .original_destination_id
            .get_or_insert(long.destination_id);
        if begins {
            facts.client_initial_count = facts.client_initial_count.saturating_add(1);
            if facts.client_initials.len() < QUIC_INITIALS {
                facts.client_initials.push(stamp);
            }
        }
        let is_chosen = [facts.server_id, self.retry_id].contains(&Some(long.destination_id));
        if long.destination_id != first && !is_chosen {
            self.other_destination_id = Some(long.destination_id);
        }
    }

    fn on_server_packet(&mut self, long: &LongPacket<'_>, stamp: Stamp) {
        let facts = &mut self.facts;
        facts.packets.responder.note(long.kind, stamp);
        match long.kind {
            PacketKind::VersionNegotiation => {
                facts
                    .version_negotiation
                    .get_or_insert_with(|| VersionNegotiation {
                        stamp,
                        offered: offered_versions(long.rest),
                    });
                return;
            }
            PacketKind::Retry => {
                facts.retry.get_or_insert(stamp);
                self.retry_id = Some(long.source_id);
                if !self.has_chosen_id {
                    facts.server_id = Some(long.source_id);
                }
            }
            _ if !self.has_chosen_id => {
                self.has_chosen_id = true;
                facts.server_id = Some(long.source_id);
            }
            _ => {}
        }
        note_version(&mut facts.versions, long.version);
    }
}

impl Tails {
    /// A datagram with this end was seen just before; remembers it.
    fn has_seen(&mut self, payload: &[u8]) -> bool {
        let tail = payload
            .len()
            .checked_sub(TAIL_BYTES)
            .filter(|_| payload.len() >= TAIL_FROM)
            .and_then(|from| payload.get(from..))
            .and_then(|tail| <[u8; TAIL_BYTES]>::try_from(tail).ok());
        // Padding behind the last packet is the same in many datagrams.
        let Some(tail) = tail.filter(|tail| *tail != [0; TAIL_BYTES]) else {
            return false;
        };
        if self.kept.contains(&Some(tail)) {
            return true;
        }
        if let Some(slot) = self.kept.get_mut(self.next % COMPARED) {
            *slot = Some(tail);
        }
        self.next = self.next.wrapping_add(1);
        false
    }
}

impl Traffic {
    fn note(&mut self, datagram: &Datagram<'_>) {
        self.datagrams = self.datagrams.saturating_add(1);
        self.bytes = self.bytes.saturating_add(u64::from(datagram.length));
        self.first.get_or_insert(datagram.stamp);
        self.last = Some(datagram.stamp);
    }
}

impl FirstPackets {
    fn note(&mut self, kind: PacketKind, stamp: Stamp) {
        let first = match kind {
            PacketKind::Initial => &mut self.initial,
            PacketKind::ZeroRtt => &mut self.zero_rtt,
            PacketKind::Handshake => &mut self.handshake,
            PacketKind::OneRtt => &mut self.one_rtt,
            PacketKind::Retry | PacketKind::VersionNegotiation => return,
        };
        first.get_or_insert(stamp);
    }
}

fn note_version(versions: &mut Vec<Version>, version: Version) {
    if versions.len() < QUIC_VERSIONS && !versions.contains(&version) {
        versions.push(version);
    }
}

fn offered_versions(list: &[u8]) -> Vec<Version> {
    let mut reader = Reader::new(list);
    std::iter::from_fn(|| reader.u32().ok().map(Version))
        .take(QUIC_VERSIONS)
        .collect()
}
