//! One attempt in a few words: what comparing needs of it.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::attempt::{Attempt, Body, Connection};
use crate::diagnosis::{SealedEnd, SealedEnder};
use crate::flow::chunk::MarkKind;
use crate::flow::facts::{FlowEnd, SideFacts, TcpFlow};
use crate::ids::{CaptureId, Stamp};
use crate::phase::{OVERDUE, Outcome, Timeline};
use crate::probe::Arm;
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// One attempt in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    /// The attempt's id.
    pub id: u32,
    /// Which vantage point saw it.
    pub vantage: u16,
    /// Who asked.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// What a client of our own varied in it.
    pub arm: Option<Arm>,
    /// The name that was wanted.
    pub name: Option<Arc<str>>,
    /// Its first packet, without its lookup.
    pub first: Stamp,
    /// Its last packet.
    pub last: Stamp,
    /// How it went.
    pub outcome: Outcome,
    /// A phase waited long, whether or not it went on.
    pub is_stalled: bool,
    /// It is a TCP connection.
    pub is_tcp: bool,
    /// Its three-way handshake; `None` when no SYN was seen.
    pub syn: Option<SynBrief>,
    /// Its first ClientHello.
    pub hello: Option<HelloBrief>,
    /// Issuer of the server's certificate, where that is in clear.
    pub issuer: Option<Arc<str>>,
    /// When the TLS handshake was over.
    pub through_tls: Option<Timestamp>,
    /// TTL or hop limit of the server's first packet.
    pub server_ttl: Option<u8>,
    /// Bytes of the server.
    pub server_bytes: u64,
    /// Bytes of the client.
    pub client_bytes: u64,
    /// A SYN-ACK to which no SYN of this address and port was seen, and its acknowledgement number (T17).
    /// Boxed, as nearly no attempt has one.
    pub stray_syn_ack: Option<Box<(Stamp, u32)>>,
    /// Largest payload of one packet of the server.
    pub server_largest: u32,
    /// Segments that either side sent again.
    pub retransmissions: u32,
    /// The longest round trip of the client's data, to compare with the shortest.
    pub round_trips: Option<(Nanos, Nanos)>,
    /// In a download of bulk data: the longest round trip that a run of its data packets needed, by the
    /// timestamps that they echo.
    pub echo: Option<Nanos>,
    /// From the end of the server's flight to the client's Finished (M6).
    pub client_think: Option<Nanos>,
    /// The client's bytes were acknowledged, and the server's kernel showed at least [`OVERDUE`] later that its
    /// process had sent nothing; of an attempt of a client of our own, that it was alive and nothing had come.
    pub is_proven_stall: bool,
    /// The same of all that the client had sent, after whatever the server had said before.
    pub is_proven_mute: bool,
    /// How it ended, where TLS hides whether its last response was whole.
    pub sealed: Option<SealedBrief>,
    /// Bytes were acknowledged that the capture does not have, although it has the handshake: it lost packets.
    pub is_leaky: bool,
}

/// The end of a connection whose last response TLS hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedBrief {
    /// Who ended it.
    pub ender: SealedEnder,
    /// From the server's last byte to the end.
    pub waited: Nanos,
    /// Bytes of the server's stream.
    pub bytes: u64,
    /// The time limit of the whole request by which the client left, in seconds.
    pub limit: Option<u32>,
}

/// The three-way handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynBrief {
    /// SYNs sent.
    pub count: u32,
    /// The first SYN-ACK.
    pub answer: Option<Stamp>,
    /// Which SYN was answered, from 1; `None` when nothing tells.
    pub answered: Option<u32>,
    /// M1.
    pub round_trip: Option<Nanos>,
    /// An RST answered.
    pub is_refused: bool,
    /// The SYN asks for ECN.
    pub has_ecn: bool,
    /// The SYN has the timestamps option.
    pub has_timestamps: bool,
    /// The SYN has the fast open option, or data.
    pub has_fast_open: bool,
    /// The SYN-ACK has the timestamps option, or the SACK one, or window scale: more than the MSS.
    pub is_rich_answer: bool,
    /// The SYN-ACK agrees to window scaling.
    pub is_answer_scaled: bool,
}

/// The first ClientHello.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelloBrief {
    /// Its first byte.
    pub first: Stamp,
    /// It was read to its end: what it does not have, it does not offer.
    pub is_whole: bool,
    /// Its bytes, record headers included.
    pub bytes: u64,
    /// Records that it was cut into.
    pub records: u32,
    /// It needs more than one segment: it is larger than the server's MSS allows, or was seen in pieces.
    pub is_split: bool,
    /// It offers to resume a session.
    pub has_psk: bool,
    /// Its server_name.
    pub sni: Option<Arc<str>>,
    /// A digest of what makes its fingerprint: equal for equal clients.
    pub shape: u64,
    /// From the SYN-ACK to it (M2).
    pub after_syn_ack: Option<Nanos>,
    /// From it to the ACK of all of it (M3).
    pub acked_in: Option<Nanos>,
    /// From it to the server's first byte.
    pub answered_in: Option<Nanos>,
}

impl SynBrief {
    /// The first SYN got no answer: a later one did, or none. `None` when nothing tells.
    #[must_use]
    pub const fn is_first_lost(&self) -> Option<bool> {
        match (self.answer, self.answered) {
            (None, _) => Some(true),
            (Some(_), Some(which)) => Some(which > 1),
            (Some(_), None) => None,
        }
    }
}

impl Brief {
    /// Without its names, of which the crowd keeps one copy each.
    pub(super) fn of(id: u32, attempt: &Attempt, timeline: &Timeline) -> Self {
        let mut brief = Self {
            id,
            vantage: attempt.vantage,
            client: attempt.client(),
            server: attempt.server(),
            arm: None,
            name: None,
            first: attempt.connected_from(),
            last: attempt.ended(),
            outcome: timeline.outcome,
            is_stalled: timeline.is_stalled,
            is_tcp: false,
            syn: None,
            hello: None,
            issuer: None,
            through_tls: None,
            server_ttl: None,
            server_bytes: 0,
            client_bytes: 0,
            stray_syn_ack: None,
            server_largest: 0,
            retransmissions: 0,
            round_trips: None,
            echo: None,
            client_think: None,
            is_proven_stall: false,
            is_proven_mute: false,
            sealed: None,
            is_leaky: false,
        };
        if let Body::Probe(log) = &attempt.body {
            brief.take_log(log);
        }
        if let Body::Tcp(connection) = &attempt.body {
            brief.take(connection);
            brief.is_proven_mute = is_mute(connection);
            brief.sealed = sealed(attempt, connection, timeline);
        }
        brief
    }

    fn take(&mut self, connection: &Connection) {
        let flow = &*connection.flow;
        let client = connection.client();
        let (asking, asked) = (&flow.sides[client], &flow.sides[!client]);
        self.is_tcp = true;
        self.syn = syn(connection);
        self.hello = hello(connection);
        self.server_ttl = asked.ttl.first;
        self.server_bytes = asked.stream_bytes;
        self.client_bytes = asking.stream_bytes;
        let stray = flow.handshake.syn_acks.first();
        self.stray_syn_ack = stray
            .filter(|_| flow.handshake.syn_count == 0)
            .map(|syn_ack| Box::new((syn_ack.stamp, syn_ack.acknowledgment)));
        let unseen = |side: &SideFacts| side.loss.acked_unseen > 0 && side.missing_bytes > 0;
        self.is_leaky =
            !flow.joined_midway() && !flow.is_one_sided() && (unseen(asking) || unseen(asked));
        self.server_largest = asked.handicaps.largest_payload;
        self.retransmissions = asking
            .loss
            .retransmissions
            .saturating_add(asked.loss.retransmissions);
        self.round_trips = asking.round_trips.map(|trips| (trips.min, trips.max));
        self.echo = longest_echo(flow, client);
        if let Some(tls) = connection.tls() {
            self.through_tls = tls.handshake_end.map(|end| end.stamp.at);
            let flight = tls.server_flight.as_deref();
            self.client_think = flight
                .zip(tls.client_finished)
                .map(|(flight, end)| end.stamp.at.since(flight.last_byte.at));
        }
        let silent_until = asked.last.filter(|_| asked.known_end == 0);
        self.is_proven_stall = asking
            .acked
            .filter(|acked| acked.position > 0)
            .zip(silent_until)
            .is_some_and(|(acked, last)| last.at.since(acked.stamp.at) >= OVERDUE);
    }

    /// The TLS handshake was completed.
    #[must_use]
    pub const fn is_through_tls(&self) -> bool {
        self.through_tls.is_some()
    }

    /// It began or went on within this stretch.
    #[must_use]
    pub fn meets(&self, from: Timestamp, until: Timestamp) -> bool {
        self.first.at <= until && self.last.at >= from
    }

    /// An attempt of a client of our own that whoever ran it broke off: it says neither that its server fails nor that it
    /// does not.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        self.outcome == Outcome::InProgress && self.first.packet.capture() == CaptureId::EVENTS
    }

    /// The shortest and the longest round trip known of it, of its SYN and of its data.
    #[must_use]
    pub fn round_trip_range(&self) -> Option<(Nanos, Nanos)> {
        let syn = self
            .syn
            .filter(|syn| syn.answered.is_some())
            .and_then(|syn| syn.round_trip);
        let (shortest, longest) = self.round_trips.unzip();
        let shortest = syn.into_iter().chain(shortest).min()?;
        let longest = syn.into_iter().chain(longest).chain(self.echo).max()?;
        Some((shortest, longest))
    }

    /// These are the round trips of a path on which a queue stood: what is longer than the path is more than TCP's
    /// least timeout, and than the path.
    #[must_use]
    pub const fn is_queue(shortest: Nanos, longest: Nanos) -> bool {
        let queue = longest.get().saturating_sub(shortest.get());
        queue >= QUEUED.get() && queue >= shortest.get()
    }

    /// The server answered its SYN.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.syn.is_some_and(|syn| syn.answer.is_some())
    }
}

/// Linux's least retransmission timeout (`TCP_RTO_MIN`): a queue that adds more than this makes TCP send again what
/// was not lost.
const QUEUED: Nanos = Nanos::from_millis(200);

/// The server's kernel showed, at least [`OVERDUE`] after it had acknowledged all, that nothing more was sent.
fn is_mute(connection: &Connection) -> bool {
    let client = connection.client();
    let (asking, asked) = (
        &connection.flow.sides[client],
        &connection.flow.sides[!client],
    );
    let fin = u64::from(asking.fin.is_some());
    let is_delivered = asking
        .acked
        .is_some_and(|acked| acked.position.saturating_add(fin) >= asking.seen_end);
    let is_whole = asked.known_end <= asked.seen_end && asked.missing_bytes == 0;
    let heard = asked.last.zip(asked.last_payload);
    is_delivered && is_whole && heard.is_some_and(|(last, said)| last.at.since(said.at) >= OVERDUE)
}

fn sealed(attempt: &Attempt, connection: &Connection, timeline: &Timeline) -> Option<SealedBrief> {
    let end = SealedEnd::of(attempt, connection, timeline)?;
    let started = timeline.phases.iter().find_map(|phase| phase.start)?;
    Some(SealedBrief {
        ender: end.ender,
        waited: end.waited,
        bytes: end.stream_bytes,
        limit: end.total_limit(started),
    })
}

/// The longest round trip that data of the server's bulk needed, by the timestamps that it echoes and the pace of the
/// client's clock since its first SYN.
fn longest_echo(flow: &TcpFlow, client: Side) -> Option<Nanos> {
    let lag = flow.sides[!client].echo_lag.as_ref()?.longest?;
    let asking = &flow.sides[client];
    let syn = flow.handshake.syns.first()?;
    let ticks = asking.timestamps.latest?.wrapping_sub(syn.tsval?);
    let length = asking.last?.at.since(syn.stamp.at);
    let tick = length.get().checked_div(i64::from(ticks))?;
    Some(Nanos(tick.saturating_mul(i64::from(lag))))
}

fn syn(connection: &Connection) -> Option<SynBrief> {
    let flow = &*connection.flow;
    let handshake = &flow.handshake;
    let first = handshake.syns.first()?;
    let answer = handshake.syn_acks.first();
    let server = &flow.sides[!connection.client()];
    let echoed = answer.and_then(|answer| answer.echoes);
    let only = (handshake.syn_count == 1 && answer.is_some()).then_some(1);
    Some(SynBrief {
        count: handshake.syn_count,
        answer: answer.map(|answer| answer.stamp),
        answered: echoed.map(|index| u32::from(index) + 1).or(only),
        round_trip: handshake.round_trip.map(|trip| trip.rtt),
        is_refused: matches!(flow.end, FlowEnd::Refused { .. }),
        has_ecn: first.ecn_setup,
        has_timestamps: first.tsval.is_some(),
        has_fast_open: first.fast_open || first.payload > 0,
        is_rich_answer: server.sack_permitted == Some(true)
            || server.window_scale.is_some()
            || server.timestamps.offered == Some(true),
        is_answer_scaled: server.window_scale.is_some(),
    })
}

fn hello(connection: &Connection) -> Option<HelloBrief> {
    let tls = connection.tls()?;
    let hello = tls.client_hello()?;
    let flow = &*connection.flow;
    let sent = hello.complete.unwrap_or(hello.first_byte);
    let mark = flow
        .marks
        .iter()
        .find(|mark| mark.kind == MarkKind::ClientHello && mark.end == hello.end);
    let acked = mark.and_then(|mark| mark.acked);
    let answer = flow.sides[!connection.client()]
        .first_payload
        .filter(|first| first.at >= sent.at);
    let syn_ack = flow.handshake.syn_acks.first();
    let bytes = hello.end.saturating_sub(hello.start);
    // An MSS that is not announced is 536 (RFC 9293 §3.7.1); one that was not seen is an Ethernet's.
    let server = &flow.sides[!connection.client()];
    let mss = server.mss.map_or(1460, u64::from);
    // The MSS counts without options, and those take their place from the data (RFC 6691 §2).
    let options = if flow.timestamps_agreed() { 12 } else { 0 };
    Some(HelloBrief {
        first: hello.first_byte,
        is_whole: hello.complete.is_some(),
        bytes,
        records: hello.record_count,
        is_split: hello.piece_count > 1 || bytes.saturating_add(options) > mss,
        has_psk: hello.offer.psk_identities.is_some(),
        sni: None,
        shape: shape(&hello.offer),
        after_syn_ack: syn_ack.map(|syn_ack| hello.first_byte.at.since(syn_ack.stamp.at)),
        acked_in: acked.map(|acked| acked.stamp.at.since(sent.at)),
        answered_in: answer.map(|first| first.at.since(sent.at)),
    })
}

/// Cipher suites, groups and key shares, without GREASE and order of extensions, which vary by design: FNV-1a.
fn shape(offer: &crate::tls::facts::Offer) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let is_grease = |code: &u16| code & 0x0f0f == 0x0a0a;
    let suites = offer.cipher_suites.iter().map(|suite| suite.0);
    let groups = offer.groups.iter().map(|group| group.0);
    let shares = offer.key_shares.iter().map(|(group, _)| group.0);
    suites
        .chain(groups)
        .chain(shares)
        .filter(|code| !is_grease(code))
        .fold(BASIS, |hash, code| {
            (hash ^ u64::from(code)).wrapping_mul(PRIME)
        })
}
