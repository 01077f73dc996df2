//! Connections made by hand, on a stage: what each of them says is written into one capture, and the report of it read.

pub(super) mod messages;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::analyzer::{Analyzer, Options};
use crate::capture::{ByteOrder, LinkType};
use crate::report::v1::{Party, Severity, Verdict};
use crate::side::Side;
use crate::testkit::capture::{PcapKind, PcapWriter};
use crate::testkit::conversation::Conversation;
use crate::testkit::packet::Packet;
use crate::time::{Nanos, Timestamp};

pub(super) const C: Side = Side::Originator;
pub(super) const S: Side = Side::Responder;
/// The round trip of every connection, milliseconds.
pub(super) const ROUND_TRIP: i64 = 24;
/// Somewhere in 2023.
const CURTAIN: i64 = 1_700_000_000_000_000_000;

/// Cause, party and severity.
pub(super) type Said = Option<(String, Party, Severity)>;

pub(super) fn is(cause: &str, party: Party, severity: Severity) -> Said {
    Some((cause.to_owned(), party, severity))
}

/// What one place sees.
#[derive(Default)]
pub(super) struct Stage {
    packets: Vec<(Timestamp, Vec<u8>)>,
    connections: u16,
}

impl Stage {
    /// A connection that begins so many milliseconds after the curtain rose, from the next client port, 40000 first.
    pub(super) fn connection(
        &mut self,
        millis: i64,
        act: impl FnOnce(&mut Conversation),
    ) -> &mut Self {
        let mut talk = Conversation::new();
        let port = 40_000 + 2 * self.connections;
        self.connections += 1;
        talk.ends.originator.address = SocketAddr::from(([10, 9, 0, 1], port));
        talk.ends.responder.address = SocketAddr::from(([203, 0, 113, 10], 443));
        talk.ends.responder.ttl = 55;
        act(&mut talk);
        for sent in talk.packets() {
            let begun = Timestamp::from_nanos(CURTAIN) + Nanos::from_millis(millis);
            let at = begun + sent.stamp.at.since(Timestamp::from_nanos(0));
            self.packets.push((at, sent.packet().bytes()));
        }
        self
    }

    /// In order of time, and watched for another minute.
    fn capture(&self) -> Vec<u8> {
        let mut packets = self.packets.clone();
        packets.sort_by_key(|(at, _)| *at);
        let end = packets.last().map(|(at, _)| *at + Nanos::from_secs(60));
        let elsewhere = Packet::udp("192.0.2.1:9", "192.0.2.2:9", b"later");
        packets.extend(end.map(|end| (end, elsewhere.bytes())));
        let mut capture = PcapWriter::new(PcapKind::Nanos, ByteOrder::Little, LinkType(101));
        for (at, bytes) in &packets {
            capture.packet(*at, bytes);
        }
        capture.bytes().to_vec()
    }

    /// What is said of each connection, by client port.
    pub(super) fn said(&self) -> BTreeMap<u16, Said> {
        said(&[self])
    }
}

/// What is said of each connection, by client port; where several places saw it, at the first of them.
pub(super) fn said(places: &[&Stage]) -> BTreeMap<u16, Said> {
    let mut analyzer = Analyzer::new(Options::default());
    for place in places {
        analyzer.begin("stage");
        analyzer.feed(&place.capture()).unwrap();
        analyzer.end().unwrap();
    }
    let mut said = BTreeMap::new();
    for attempt in analyzer.report().attempts {
        let client: SocketAddr = attempt.client.parse().unwrap();
        said.entry(client.port())
            .or_insert_with(|| attempt.verdict.map(in_words));
    }
    said
}

fn in_words(verdict: Verdict) -> (String, Party, Severity) {
    assert!(
        !verdict.statement.contains('{') && !verdict.remedy.contains('{'),
        "a gap was left open: {} {}",
        verdict.statement,
        verdict.remedy
    );
    (verdict.cause, verdict.party, verdict.severity)
}
