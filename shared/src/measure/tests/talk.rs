//! A conversation being made, with sequence numbers as Wireshark shows them.

use crate::analyzer::{Analyzer, Options};
use crate::attempt::{Attempt, Body, Connection};
use crate::capture::{ByteOrder, LinkType};
use crate::flow::table::FlowTable;
use crate::ids::Stamp;
use crate::measure::Primitives;
use crate::packet::{Dissected, Dissector, Outcome, TcpFlags, Transport};
use crate::phase::timeline_of;
use crate::report::v1;
use crate::stream::Conversation;
use crate::testkit::capture::{PcapKind, PcapWriter};
use crate::testkit::packet::{Packet, Segment, TcpOption, captured};
use crate::time::Timestamp;

const CLIENT: (&str, u32) = ("10.0.0.1:40000", 1_000);
const SERVER: (&str, u32) = ("10.0.0.2:443", 4_294_967_000);
const RAW: LinkType = LinkType(101);
pub(super) const SYN: TcpFlags = TcpFlags::SYN;
pub(super) const ACK: TcpFlags = TcpFlags::ACK;

/// One segment.
#[derive(Clone, Default)]
pub(super) struct Line {
    pub(super) flags: TcpFlags,
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) data: Vec<u8>,
    pub(super) ts: Option<(u32, u32)>,
    pub(super) id: u16,
    pub(super) sack: Vec<(u32, u32)>,
}

/// Packets in order.
#[derive(Clone, Default)]
pub(super) struct Talk {
    packets: Vec<(Timestamp, Vec<u8>)>,
}

impl Talk {
    /// The client sends, at a time in microseconds.
    pub(super) fn client(&mut self, micros: i64, line: Line) -> &mut Self {
        self.send(micros, (CLIENT, SERVER), 64, line)
    }

    /// The server sends.
    pub(super) fn server(&mut self, micros: i64, line: Line) -> &mut Self {
        self.send(micros, (SERVER, CLIENT), 55, line)
    }

    /// The three-way handshake with a round trip of 24 ms.
    pub(super) fn connected() -> Self {
        let mut talk = Self::default();
        talk.client(0, syn(Some((100, 0))))
            .server(24_000, syn_ack(Some((900, 100))))
            .client(24_050, bare(1, 1));
        talk
    }

    fn send(
        &mut self,
        micros: i64,
        (from, to): ((&str, u32), (&str, u32)),
        ttl: u8,
        line: Line,
    ) -> &mut Self {
        let mut options = Vec::new();
        if line.flags.intersects(SYN) {
            options.extend([TcpOption::Mss(1460), TcpOption::SackPermitted]);
        }
        options.extend(
            line.ts
                .map(|(value, echo)| TcpOption::Timestamps(value, echo)),
        );
        if !line.sack.is_empty() {
            let absolute = |edge: u32| to.1.wrapping_add(edge);
            let blocks = line.sack.iter().map(|(l, r)| (absolute(*l), absolute(*r)));
            options.push(TcpOption::Sack(blocks.collect()));
        }
        let has_ack = line.flags.intersects(ACK);
        let segment = Segment {
            sequence: from.1.wrapping_add(line.seq),
            acknowledgment: if has_ack {
                to.1.wrapping_add(line.ack)
            } else {
                0
            },
            flags: line.flags,
            window: 64_000,
            options,
            payload: line.data,
        };
        let mut packet = Packet::tcp(from.0, to.0, &segment);
        packet.ttl = ttl;
        packet.identification = line.id;
        let at = Timestamp::from_nanos(1_700_000_000_000_000_000 + micros * 1_000);
        self.packets.push((at, packet.bytes()));
        self
    }

    /// What is measured on it when nothing more comes for a minute.
    pub(super) fn measured(&self) -> Primitives {
        let mut dissector = Dissector::new();
        let mut flows = FlowTable::<Conversation>::new();
        let mut last = None;
        for (number, (at, bytes)) in (1..).zip(&self.packets) {
            let packet = captured(bytes, RAW, number, *at);
            let stamp = Stamp {
                at: *at,
                packet: packet.reference,
            };
            let Outcome::Dissected(Dissected { ip, transport }) = dissector.dissect(&packet) else {
                panic!("packet {number} is not read");
            };
            if let Transport::Tcp(segment) = transport {
                flows.on_segment(&ip, &segment, stamp);
            }
            last = Some(*at);
        }
        flows.finish();
        let connection = Connection::from(flows.take_finished().unwrap());
        let attempt = Attempt {
            vantage: 0,
            body: Body::Tcp(Box::new(connection)),
            name: None,
            answer: None,
            owns_lookup: false,
            observed_until: last.unwrap(),
        };
        let timeline = timeline_of(&attempt);
        let Body::Tcp(connection) = &attempt.body else {
            unreachable!()
        };
        Primitives::of(connection, &timeline)
    }

    /// What a report says of it.
    pub(super) fn reported(&self) -> v1::Primitives {
        let mut capture = PcapWriter::new(PcapKind::Nanos, ByteOrder::Little, RAW);
        for (at, bytes) in &self.packets {
            capture.packet(*at, bytes);
        }
        let mut analyzer = Analyzer::new(Options::default());
        analyzer.begin("talk");
        analyzer.feed(capture.bytes()).unwrap();
        analyzer.end().unwrap();
        analyzer.report().attempts.remove(0).primitives
    }
}

pub(super) fn syn(ts: Option<(u32, u32)>) -> Line {
    Line {
        flags: SYN,
        ts,
        ..Line::default()
    }
}

pub(super) fn syn_ack(ts: Option<(u32, u32)>) -> Line {
    Line {
        flags: SYN | ACK,
        ack: 1,
        ts,
        ..Line::default()
    }
}

/// Without payload.
pub(super) fn bare(seq: u32, ack: u32) -> Line {
    data(seq, ack, &[])
}

/// With payload.
pub(super) fn data(seq: u32, ack: u32, data: &[u8]) -> Line {
    Line {
        flags: ACK,
        seq,
        ack,
        data: data.to_vec(),
        ..Line::default()
    }
}

pub(super) fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind, 3, 3], &length[..], body].concat()
}

/// A ClientHello of so many bytes with its record's header.
pub(super) fn client_hello(bytes: usize) -> Vec<u8> {
    let versions = [0, 43, 0, 3, 2, 3, 4];
    // Headers of record, handshake and padding, and everything else in front of the padding.
    let padding = bytes - 5 - 4 - 41 - 2 - versions.len() - 4;
    let padding = [
        &[0, 21],
        &u16::try_from(padding).unwrap().to_be_bytes()[..],
        &vec![0; padding],
    ]
    .concat();
    let extensions = [&versions[..], &padding].concat();
    hello(1, &[0, 2, 0x13, 0x01, 1, 0], &extensions)
}

/// A ServerHello of TLS 1.3, the compatibility record, and so many encrypted bytes.
pub(super) fn server_flight(encrypted: usize) -> Vec<u8> {
    let chosen = hello(2, &[0x13, 0x01, 0], &[0, 43, 0, 2, 3, 4]);
    [chosen, record(20, &[1]), record(23, &vec![7; encrypted])].concat()
}

fn hello(kind: u8, ciphers: &[u8], extensions: &[u8]) -> Vec<u8> {
    let length = u16::try_from(extensions.len()).unwrap().to_be_bytes();
    let body = [&[3, 3], &[5; 32][..], &[0], ciphers, &length, extensions].concat();
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    record(22, &[&[kind], &length[1..], &body].concat())
}
