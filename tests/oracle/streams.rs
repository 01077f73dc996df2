//! TCP streams: which ones there are, how they opened and closed, what was lost on the way.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use stallscope_shared::report::v1::{
    Attempt, AttemptKind, End, EndTransport, PacketRef, PerEnd, Report, Teardown, TeardownKind,
    Transport,
};

use crate::behind_holes::{self, Message};
use crate::copies::{self, Copies};
use crate::facts::Comparison;
use crate::oracle::{Endpoint, Oracle, PerDirection, Stream, Syn, Tshark, nanos};
use crate::{http, tls};

/// What all streams of a capture share.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The report's epoch, nanoseconds since 1970.
    epoch: i128,
    /// First digits of the capture's SHA-256.
    sha: String,
    /// Streams whose TLS or HTTP tshark only finds by content.
    differs: &'a [u32],
    behind_holes: &'a behind_holes::List,
    /// ICMP errors: what they quote is no message of its own.
    quoting: BTreeSet<u32>,
}

impl<'a> Context<'a> {
    /// Of one capture.
    pub(crate) fn new(
        oracle: &'a Oracle,
        epoch: i128,
        behind_holes: &'a behind_holes::List,
    ) -> Self {
        let errors = &oracle.tshark.icmp_errors;
        Self {
            epoch,
            sha: oracle.sha256.chars().take(12).collect(),
            differs: &oracle.heuristics_first_differs_streams,
            behind_holes,
            quoting: errors.iter().map(|error| error.frame).collect(),
        }
    }

    /// The packet is an ICMP error.
    pub(crate) fn is_quoting(&self, frame: u32) -> bool {
        self.quoting.contains(&frame)
    }
}

/// One stream as both see it.
pub(crate) struct Pair<'a> {
    pub(crate) subject: String,
    pub(crate) theirs: &'a Stream,
    pub(crate) ours: &'a Attempt,
    pub(crate) context: &'a Context<'a>,
    /// Who is the client is the same for both.
    is_forward: bool,
}

impl Pair<'_> {
    /// Our value of each of their directions.
    pub(crate) fn each<'b, T>(&self, ours: &'b PerEnd<T>) -> PerDirection<&'b T> {
        if self.is_forward {
            PerDirection {
                c2s: &ours.client,
                s2c: &ours.server,
            }
        } else {
            PerDirection {
                c2s: &ours.server,
                s2c: &ours.client,
            }
        }
    }

    /// Their word for one of our ends as a sender.
    pub(crate) fn direction(&self, from: End) -> &'static str {
        if (from == End::Client) == self.is_forward {
            "c2s"
        } else {
            "s2c"
        }
    }

    /// A time of ours since 1970.
    pub(crate) fn at(&self, ns: Option<i64>) -> Option<i128> {
        ns.map(|ns| self.context.epoch + i128::from(ns))
    }

    /// What tshark reads of the stream only where it does not wait at holes.
    pub(crate) fn behind_holes(&self) -> &[Message] {
        let name = (self.context.sha.clone(), self.theirs.stream);
        let messages = self.context.behind_holes.get(&name);
        messages.map_or(&[], Vec::as_slice)
    }
}

/// Compares all streams of a capture.
pub(crate) fn compare(
    comparison: &mut Comparison,
    report: &Report,
    tshark: &Tshark,
    context: &Context<'_>,
) {
    let mut ours = attempts_by_ends(report);
    let mut unmatched = Vec::new();
    // Streams of one pair of ends are told apart by their first packet, and the rest by order.
    let by_first_packet = tshark.tcp_streams.iter().filter_map(|theirs| {
        let of_ends = ours.get_mut(&ends(theirs))?;
        let index = of_ends
            .iter()
            .position(|ours| first_packet(ours) == Some(theirs.first_frame))?;
        Some((theirs, of_ends.remove(index)))
    });
    let mut pairs: Vec<_> = by_first_packet.collect();
    for theirs in &tshark.tcp_streams {
        if pairs
            .iter()
            .any(|(paired, _)| paired.stream == theirs.stream)
        {
            continue;
        }
        match ours.get_mut(&ends(theirs)).filter(|left| !left.is_empty()) {
            Some(left) => pairs.push((theirs, left.remove(0))),
            None => unmatched.push(subject(theirs)),
        }
    }
    for subject in unmatched {
        comparison.fact(&subject, "tcp stream", None, Some("stream"));
    }
    for ours in ours.into_values().flatten() {
        let first = first_packet(ours).unwrap_or_default();
        let subject = format!("tcp {} {} at {first}", ours.client, ours.server);
        comparison.fact(&subject, "tcp stream", Some("stream"), None);
    }
    for (theirs, ours) in pairs {
        let pair = Pair {
            subject: subject(theirs),
            theirs,
            ours,
            is_forward: ours.client == endpoint(&theirs.client),
            context,
        };
        comparison.fact(&pair.subject, "tcp stream", Some("stream"), Some("stream"));
        stream(comparison, &pair);
        if context.differs.contains(&theirs.stream) {
            by_content(comparison, &pair);
        } else {
            tls::compare(comparison, &pair);
            http::compare(comparison, &pair);
        }
    }
}

fn attempts_by_ends(report: &Report) -> BTreeMap<[String; 2], Vec<&Attempt>> {
    let mut by_ends: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for attempt in &report.attempts {
        if attempt.kind == AttemptKind::Tcp {
            let mut ends = [attempt.client.clone(), attempt.server.clone()];
            ends.sort();
            by_ends.entry(ends).or_default().push(&**attempt);
        }
    }
    by_ends
}

fn ends(stream: &Stream) -> [String; 2] {
    let mut ends = [endpoint(&stream.client), endpoint(&stream.server)];
    ends.sort();
    ends
}

fn endpoint((address, port): &Endpoint) -> String {
    address.parse::<IpAddr>().map_or_else(
        |_| format!("{address}:{port}"),
        |address| SocketAddr::new(address, *port).to_string(),
    )
}

fn subject(stream: &Stream) -> String {
    format!(
        "stream {} {} {}",
        stream.stream,
        endpoint(&stream.client),
        endpoint(&stream.server)
    )
}

fn first_packet(attempt: &Attempt) -> Option<u32> {
    attempt.packets.first().map(|packet| packet.packet.number)
}

/// Only counts are known of streams where tshark's ports and contents disagree; contents are right.
fn by_content(comparison: &mut Comparison, pair: &Pair<'_>) {
    let Some(theirs) = &pair.theirs.heuristics_first else {
        return;
    };
    let tls = pair.ours.tls.as_ref();
    let hello = tls.and_then(|tls| tls.client_hello_complete_ns);
    let answer = tls.and_then(|tls| tls.server_hello_complete_ns);
    let subject = &pair.subject;
    comparison.count(
        subject,
        "client hello",
        hello.map_or(0, |_| 1),
        theirs.ch.min(1),
    );
    comparison.count(
        subject,
        "server hello",
        answer.map_or(0, |_| 1),
        theirs.sh.min(1),
    );
    let (requests, responses) = http::counts(pair);
    comparison.count(subject, "http request", requests, theirs.req);
    comparison.count(subject, "http response", responses, theirs.resp);
}

fn stream(comparison: &mut Comparison, pair: &Pair<'_>) {
    let Some(transport) = &pair.ours.transport else {
        return;
    };
    let subject = &pair.subject;
    if !["lower_port_is_server", "first_packet"].contains(&&*pair.theirs.direction_basis) {
        let ours = pair.ours.client.clone();
        comparison.fact(
            subject,
            "client",
            Some(ours),
            Some(endpoint(&pair.theirs.client)),
        );
    }
    let theirs = pair.theirs;
    let first = pair.ours.packets.first();
    let started = pair.at(first.map(|packet| packet.at_ns));
    comparison.time(
        subject,
        "stream start",
        started,
        Some(nanos(&theirs.first_ts)),
    );
    let last = pair.ours.packets.last();
    let number = last.map(|packet| packet.packet.number);
    comparison.fact(subject, "last packet", number, Some(theirs.last_frame));
    let copy = last.filter(|last| copies::is_copy(last));
    let ended = pair.at(copy.map(|copy| copy.at_ns).or(Some(pair.ours.ended_ns)));
    comparison.time(subject, "stream end", ended, Some(nanos(&theirs.last_ts)));
    let copies = copies::of(pair);
    handshake(comparison, pair, transport, &copies);
    endings(comparison, pair, transport, &copies);
    sides(comparison, pair, transport, &copies);
    analysis(comparison, pair, transport, &copies);
}

fn handshake(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    transport: &Transport,
    copies: &PerEnd<Copies>,
) {
    let (subject, theirs) = (&pair.subject, pair.theirs);
    let both = |count: fn(&Copies) -> u64| count(&copies.client) + count(&copies.server);
    let syns = transport.syn_count + both(|copies| copies.syns);
    let syn_acks = transport.syn_ack_count + both(|copies| copies.syn_acks);
    comparison.count(subject, "syn count", syns, theirs.syn_count);
    comparison.count(subject, "syn-ack count", syn_acks, theirs.synack_count);
    let packet = |seen: Option<PacketRef>| seen.map(|packet| packet.number);
    let their_packet = |seen: &[Syn]| seen.first().map(|syn| syn.0);
    let ours = packet(transport.syn_packet);
    comparison.fact(subject, "syn packet", ours, their_packet(&theirs.syn));
    let ours = packet(transport.syn_ack_packet);
    comparison.fact(
        subject,
        "syn-ack packet",
        ours,
        their_packet(&theirs.synack),
    );
    let first = |seen: &[Syn]| seen.first().map(|syn| nanos(&syn.1));
    let (syn, syn_ack) = (pair.at(transport.syn_ns), pair.at(transport.syn_ack_ns));
    comparison.time(subject, "syn time", syn, first(&theirs.syn));
    comparison.time(subject, "syn-ack time", syn_ack, first(&theirs.synack));
    // From the last SYN before the first SYN-ACK.
    let answered = theirs.synack.first().and_then(|syn_ack| {
        let syn = theirs.syn.iter().rfind(|syn| syn.0 < syn_ack.0)?;
        Some(nanos(&syn_ack.1) - nanos(&syn.1))
    });
    let rtt = transport.syn_rtt_ns.map(i128::from);
    let rtt = rtt.map(|rtt| rtt - copies::syn_delay(pair));
    comparison.time(subject, "syn rtt", rtt, answered);
    let ack = theirs.handshake_ack.as_ref().map(|ack| nanos(&ack.1));
    let ours = pair.at(transport.established_ns);
    comparison.time(subject, "handshake ack time", ours, ack);
}

fn endings(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    transport: &Transport,
    copies: &PerEnd<Copies>,
) {
    let (subject, theirs) = (&pair.subject, pair.theirs);
    let resets = transport.resets + copies.client.resets + copies.server.resets;
    comparison.count(subject, "rst count", resets, theirs.rst_count);
    let first = |is_wanted: &dyn Fn(&Teardown) -> bool| {
        let found = transport.teardown.iter().find(|end| is_wanted(end));
        pair.at(found.map(|end| end.at_ns))
    };
    let reset = first(&|end| end.kind == TeardownKind::Rst);
    let theirs_reset = theirs.rst.first().map(|rst| nanos(&rst.1));
    comparison.time(subject, "rst time", reset, theirs_reset);
    let by = transport
        .teardown
        .iter()
        .find(|end| end.kind == TeardownKind::Rst)
        .map(|end| pair.direction(end.from).to_owned());
    comparison.fact(
        subject,
        "rst by",
        by,
        theirs.rst.first().map(|rst| rst.2.clone()),
    );
    for (direction, fact, fin) in [
        ("c2s", "fin time c2s", &theirs.fin.c2s),
        ("s2c", "fin time s2c", &theirs.fin.s2c),
    ] {
        let ours =
            first(&|end| end.kind == TeardownKind::Fin && pair.direction(end.from) == direction);
        comparison.time(subject, fact, ours, fin.as_ref().map(|fin| nanos(&fin.1)));
    }
}

fn sides(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    transport: &Transport,
    copies: &PerEnd<Copies>,
) {
    let (subject, theirs) = (&pair.subject, pair.theirs);
    let ours = pair.each(&transport.ends);
    let copies = pair.each(copies);
    let packets = &theirs.packets;
    // tshark counts both copies of what was captured twice.
    let captured = |end: &EndTransport| end.packets + end.duplicates;
    comparison.count(subject, "packets c2s", captured(ours.c2s), packets.c2s);
    comparison.count(subject, "packets s2c", captured(ours.s2c), packets.s2c);
    let payload = &theirs.payload_bytes;
    comparison.count(
        subject,
        "payload bytes c2s",
        ours.c2s.payload_bytes + copies.c2s.payload_bytes,
        payload.c2s,
    );
    comparison.count(
        subject,
        "payload bytes s2c",
        ours.s2c.payload_bytes + copies.s2c.payload_bytes,
        payload.s2c,
    );
    comparison.fact(subject, "mss c2s", ours.c2s.mss, theirs.mss.c2s);
    comparison.fact(subject, "mss s2c", ours.s2c.mss, theirs.mss.s2c);
    let scale = &theirs.wscale;
    comparison.fact(
        subject,
        "window scale c2s",
        ours.c2s.window_scale,
        scale.c2s,
    );
    comparison.fact(
        subject,
        "window scale s2c",
        ours.s2c.window_scale,
        scale.s2c,
    );
    for (fact, ours, theirs) in [
        ("first payload c2s", ours.c2s, &theirs.first_payload.c2s),
        ("first payload s2c", ours.s2c, &theirs.first_payload.s2c),
    ] {
        let theirs = theirs.as_ref().map(|seen| nanos(&seen.1));
        comparison.time(subject, fact, pair.at(ours.first_data_ns), theirs);
    }
}

fn analysis(
    comparison: &mut Comparison,
    pair: &Pair<'_>,
    transport: &Transport,
    copies: &PerEnd<Copies>,
) {
    let again = pair.each(&transport.retransmissions);
    let segments = pair.each(&transport.segments);
    let copies = pair.each(copies);
    for (direction, again, segments, copies) in [
        ("c2s", again.c2s, segments.c2s, copies.c2s),
        ("s2c", again.s2c, segments.s2c, copies.s2c),
    ] {
        let kinds = [
            ("retransmission", again.count),
            ("fast_retransmission", again.fast),
            ("spurious_retransmission", again.spurious),
            ("out_of_order", segments.out_of_order),
            ("duplicate_ack", segments.duplicate_acks),
            ("lost_segment", segments.lost_before),
            ("ack_lost_segment", segments.acked_unseen),
            ("keep_alive", segments.keep_alives),
            ("zero_window", segments.zero_windows),
            ("zero_window_probe", segments.zero_window_probes),
            ("window_full", segments.window_full),
        ];
        let subject = format!("{} {direction}", pair.subject);
        for (kind, ours) in kinds {
            let key = format!("{direction}:{kind}");
            let ours = ours + copies.named(kind);
            let theirs = pair.theirs.analysis_by_dir.get(&key);
            comparison.count(&subject, kind, ours, theirs.copied().unwrap_or(0));
        }
    }
}
