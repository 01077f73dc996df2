//! Recognises QUIC among UDP datagrams and follows its flows.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use crate::ids::Stamp;
use crate::limits::QUIC_OPEN_FLOWS;
use crate::packet::{IcmpMessage, IpHeader, UdpDatagram};
use crate::quic::facts::{Beginning, DirectionBasis, Flow, IcmpError};
use crate::quic::flow::{Datagram, Open};
use crate::quic::header::{INITIAL_DATAGRAM_BYTES, LongPacket, Packet, PacketKind};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// Port of HTTP/3.
const PORT: u16 = 443;
/// IP protocol number of UDP.
const UDP: u8 = 17;

/// A flow that was silent for so long is over: longer than the idle timeouts that servers offer.
const CLOSED_AFTER: Nanos = Nanos::from_secs(600);
/// How often flows are looked over for silent ones, in capture time.
const SWEEP: Nanos = Nanos::from_secs(10);

/// What was seen on UDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Datagrams of QUIC flows.
    pub datagrams: u64,
    /// QUIC flows that began.
    pub flows: u64,
    /// Flows on port 443 that may be QUIC joined midway: nothing but short headers.
    pub short_header_flows: u64,
    /// Flows on port 443 that are not QUIC.
    pub other_flows: u64,
    /// QUIC flows closed early because too many were open.
    pub closed_early: u64,
}

/// Two endpoints, the lesser first.
type Pair = (SocketAddr, SocketAddr);

/// Follows every QUIC flow of a capture.
#[derive(Debug, Default)]
pub struct Tracker {
    open: BTreeMap<Pair, Open>,
    /// Flows on port 443 that are not known to be QUIC, and whether they had nothing but short headers.
    others: BTreeMap<Pair, bool>,
    finished: VecDeque<Flow>,
    counts: Counts,
    swept: Option<Timestamp>,
}

impl Tracker {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A UDP datagram on any port; says whether it is of a QUIC flow.
    pub fn on_datagram(&mut self, ip: &IpHeader, datagram: &UdpDatagram<'_>, stamp: Stamp) -> bool {
        let source = SocketAddr::new(ip.source, datagram.source_port);
        let destination = SocketAddr::new(ip.destination, datagram.destination_port);
        let mut datagram = Datagram {
            side: Side::Originator,
            payload: datagram.payload,
            length: datagram.payload_length,
            stamp,
        };
        let pair = pair(source, destination);
        let Some(open) = self.open.get_mut(&pair) else {
            return self.begin(source, destination, &mut datagram);
        };
        if source != open.facts.client {
            datagram.side = Side::Responder;
        }
        self.counts.datagrams += 1;
        if let Some(beginning) = open.next_beginning(&datagram) {
            let (client, server) = (open.facts.client, open.facts.server);
            let next = Open::begin(
                client,
                server,
                DirectionBasis::ClientPacket,
                beginning,
                stamp,
            );
            let earlier = std::mem::replace(open, next);
            open.on_datagram(&datagram);
            self.counts.flows += 1;
            self.finished.push_back(earlier.close(stamp.at));
        } else {
            open.on_datagram(&datagram);
        }
        self.sweep(stamp.at);
        true
    }

    /// An ICMP message; says whether it is about a QUIC flow.
    pub fn on_icmp(&mut self, ip: &IpHeader, icmp: &IcmpMessage, stamp: Stamp) -> bool {
        let Some(quoted) = icmp.quoted.filter(|quoted| quoted.protocol == UDP) else {
            return false;
        };
        let Some((source_port, destination_port)) = quoted.ports else {
            return false;
        };
        let source = SocketAddr::new(quoted.source, source_port);
        let destination = SocketAddr::new(quoted.destination, destination_port);
        let Some(open) = self.open.get_mut(&pair(source, destination)) else {
            return false;
        };
        open.on_icmp(IcmpError {
            stamp,
            reporter: ip.source,
            is_v6: icmp.is_v6,
            kind: icmp.kind,
            code: icmp.code,
            mtu: icmp.mtu,
            quotes_client: source == open.facts.client,
        });
        true
    }

    /// The capture ended at `end`: everything is taken for finished.
    pub fn finish(&mut self, end: Timestamp) {
        while let Some((_, open)) = self.open.pop_first() {
            self.finished.push_back(open.close(end));
        }
    }

    /// The next flow that is over, in the order in which they were closed.
    pub fn take_finished(&mut self) -> Option<Flow> {
        self.finished.pop_front()
    }

    /// What was seen.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// A datagram between endpoints without a flow: QUIC when it begins like QUIC.
    fn begin(
        &mut self,
        source: SocketAddr,
        destination: SocketAddr,
        datagram: &mut Datagram<'_>,
    ) -> bool {
        let uses_port = source.port() == PORT || destination.port() == PORT;
        let first = datagram.packets().next();
        let recognised = match first {
            Some(Packet::Long(long)) if is_plausible(&long, datagram, source, uses_port) => {
                Some(long)
            }
            _ => None,
        };
        let Some(long) = recognised else {
            if uses_port {
                self.note_other(pair(source, destination), first == Some(Packet::Short));
            }
            return false;
        };
        self.forget_other(pair(source, destination));
        let (is_from_client, direction) = roles(&long, source, destination);
        let (client, server) = if is_from_client {
            (source, destination)
        } else {
            datagram.side = Side::Responder;
            (destination, source)
        };
        let mut open = Open::begin(client, server, direction, Beginning::First, datagram.stamp);
        open.on_datagram(datagram);
        self.counts.datagrams += 1;
        self.counts.flows += 1;
        self.sweep(datagram.stamp.at);
        if self.open.len() >= QUIC_OPEN_FLOWS {
            self.close_idlest(datagram.stamp.at);
        }
        self.open.insert(pair(source, destination), open);
        true
    }

    fn note_other(&mut self, pair: Pair, is_short: bool) {
        match self.others.get_mut(&pair) {
            Some(only_short) => {
                if *only_short && !is_short {
                    *only_short = false;
                    self.counts.short_header_flows -= 1;
                    self.counts.other_flows += 1;
                }
            }
            None => {
                // One that is forgotten here and goes on is counted again.
                if self.others.len() >= QUIC_OPEN_FLOWS {
                    self.others.pop_first();
                }
                self.others.insert(pair, is_short);
                self.counts.short_header_flows += u64::from(is_short);
                self.counts.other_flows += u64::from(!is_short);
            }
        }
    }

    fn forget_other(&mut self, pair: Pair) {
        if let Some(is_short) = self.others.remove(&pair) {
            self.counts.short_header_flows -= u64::from(is_short);
            self.counts.other_flows -= u64::from(!is_short);
        }
    }

    fn sweep(&mut self, now: Timestamp) {
        let swept = *self.swept.get_or_insert(now);
        if apart(now, swept) >= SWEEP {
            self.swept = Some(now);
            self.close_where(now, |flow| apart(now, flow.last.at) > CLOSED_AFTER);
        }
    }

    /// Closes the eighth of the flows that has been idle longest.
    fn close_idlest(&mut self, now: Timestamp) {
        let mut lasts: Vec<Timestamp> = self.open.values().map(|open| open.facts.last.at).collect();
        let (_, limit, _) = lasts.select_nth_unstable(QUIC_OPEN_FLOWS / 8);
        let limit = *limit;
        let before = self.open.len();
        self.close_where(now, |flow| flow.last.at <= limit);
        let closed = before.saturating_sub(self.open.len());
        self.counts.closed_early = self.counts.closed_early.saturating_add(closed as u64);
    }

    fn close_where(&mut self, now: Timestamp, is_over: impl Fn(&Flow) -> bool) {
        let over = self.open.extract_if(.., |_, open| is_over(&open.facts));
        self.finished.extend(over.map(|(_, open)| open.close(now)));
    }
}

fn apart(a: Timestamp, b: Timestamp) -> Nanos {
    Nanos(a.since(b).get().saturating_abs())
}

fn pair(a: SocketAddr, b: SocketAddr) -> Pair {
    if a <= b { (a, b) } else { (b, a) }
}

/// A long header that begins a flow. Away from port 443 only what has a known version, and an Initial
/// only at its full size: other protocols' bytes may look like a long header.
fn is_plausible(
    long: &LongPacket<'_>,
    datagram: &Datagram<'_>,
    source: SocketAddr,
    uses_port: bool,
) -> bool {
    let is_full_size = datagram.length >= INITIAL_DATAGRAM_BYTES;
    match long.kind {
        PacketKind::VersionNegotiation => source.port() == PORT,
        _ if long.version.name().is_none() => uses_port && is_full_size,
        PacketKind::Initial => uses_port || is_full_size,
        _ => true,
    }
}

/// Whether the first datagram is the client's, and how that is known.
fn roles(
    long: &LongPacket<'_>,
    source: SocketAddr,
    destination: SocketAddr,
) -> (bool, DirectionBasis) {
    match long.kind {
        PacketKind::VersionNegotiation | PacketKind::Retry => (false, DirectionBasis::ServerPacket),
        PacketKind::ZeroRtt => (true, DirectionBasis::ClientPacket),
        _ if source.port() == PORT && destination.port() != PORT => (false, DirectionBasis::Port),
        PacketKind::Initial => (true, DirectionBasis::ClientPacket),
        _ if destination.port() == PORT => (true, DirectionBasis::Port),
        _ => (true, DirectionBasis::SeenFirst),
    }
}
