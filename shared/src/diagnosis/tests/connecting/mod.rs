//! Stories of lookups and of connecting that the corpus has no capture of, and near misses of them: packets by hand,
//! and the verdict that the report comes to.

mod stories;

use std::net::Ipv4Addr;

use crate::analyzer::{Analyzer, Options};
use crate::capture::{ByteOrder, LinkType};
use crate::packet::TcpFlags;
use crate::report::v1;
use crate::testkit::capture::{PcapKind, PcapWriter};
use crate::testkit::packet::{Packet, Segment, TcpOption};
use crate::time::Timestamp;

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;
const RST: TcpFlags = TcpFlags::RST;
const RESOLVER: &str = "198.18.0.53:53";

/// Packets as they are captured.
#[derive(Default)]
struct Scene {
    packets: Vec<(i64, Vec<u8>)>,
}

/// A client's endpoint, a server's, and the first SYN's sequence number.
#[derive(Clone, Copy)]
struct Pair {
    client: &'static str,
    server: &'static str,
    isn: u32,
    has_timestamps: bool,
}

fn pair(client: &'static str, server: &'static str) -> Pair {
    Pair {
        client,
        server,
        isn: 1_000,
        has_timestamps: true,
    }
}

impl Scene {
    fn push(&mut self, millis: i64, ttl: u8, mut packet: Packet) -> &mut Self {
        packet.ttl = ttl;
        self.packets.push((millis, packet.bytes()));
        self
    }

    /// A SYN, its timestamp the time in milliseconds.
    fn syn(&mut self, millis: i64, of: Pair) -> &mut Self {
        let mut options = vec![TcpOption::Mss(1_460), TcpOption::SackPermitted];
        if of.has_timestamps {
            options.push(TcpOption::Timestamps(ticks(millis), 0));
        }
        let segment = Segment {
            sequence: of.isn,
            flags: SYN,
            window: 64_240,
            options,
            ..Segment::default()
        };
        self.push(millis, 64, Packet::tcp(of.client, of.server, &segment))
    }

    /// A SYN-ACK that echoes the SYN of a moment.
    fn syn_ack(&mut self, millis: i64, of: Pair, echoes: i64) -> &mut Self {
        let mut options = vec![TcpOption::Mss(1_460), TcpOption::SackPermitted];
        if of.has_timestamps {
            options.push(TcpOption::Timestamps(ticks(millis), ticks(echoes)));
        }
        let segment = Segment {
            sequence: 5_000,
            acknowledgment: of.isn.wrapping_add(1),
            flags: SYN | ACK,
            window: 65_160,
            options,
            ..Segment::default()
        };
        self.push(millis, 55, Packet::tcp(of.server, of.client, &segment))
    }

    /// Bytes of the client, or none.
    fn client(&mut self, millis: i64, of: Pair, payload: &[u8]) -> &mut Self {
        let segment = Segment {
            sequence: of.isn.wrapping_add(1),
            acknowledgment: 5_001,
            flags: ACK,
            window: 64_240,
            options: stamped(of, millis),
            payload: payload.to_vec(),
        };
        self.push(millis, 64, Packet::tcp(of.client, of.server, &segment))
    }

    /// Bytes of the server, or none; it has so many of the client's.
    fn server(&mut self, millis: i64, of: Pair, acked: u32, payload: &[u8]) -> &mut Self {
        let segment = Segment {
            sequence: 5_001,
            acknowledgment: of.isn.wrapping_add(1).wrapping_add(acked),
            flags: ACK,
            window: 65_160,
            options: stamped(of, millis),
            payload: payload.to_vec(),
        };
        self.push(millis, 55, Packet::tcp(of.server, of.client, &segment))
    }

    /// A reset that answers the SYN.
    fn refusal(&mut self, millis: i64, ttl: u8, of: Pair) -> &mut Self {
        let segment = Segment {
            acknowledgment: of.isn.wrapping_add(1),
            flags: RST | ACK,
            ..Segment::default()
        };
        self.push(millis, ttl, Packet::tcp(of.server, of.client, &segment))
    }

    /// A connection that works, with a round trip of 24 ms and one exchange.
    fn works(&mut self, millis: i64, of: Pair) -> &mut Self {
        self.syn(millis, of)
            .syn_ack(millis + 24, of, millis)
            .client(millis + 24, of, b"GET / HTTP/1.0\r\n\r\n")
            .server(millis + 48, of, 18, b"HTTP/1.0 204 No Content\r\n\r\n")
    }

    /// SYNs at these moments.
    fn syns(&mut self, of: Pair, moments: &[i64]) -> &mut Self {
        for millis in moments {
            self.syn(*millis, of);
        }
        self
    }

    /// A question for A records.
    fn asks(&mut self, millis: i64, client: &'static str, id: u16, name: &str) -> &mut Self {
        let message = message(id, 0x0100, name, &[]);
        self.push(millis, 64, Packet::udp(client, RESOLVER, &message))
    }

    /// Its answer: addresses with a time to live of 5 s; none is NXDOMAIN.
    fn answers(
        &mut self,
        millis: i64,
        client: &'static str,
        id: u16,
        (name, addresses): (&str, &[Ipv4Addr]),
    ) -> &mut Self {
        let code = if addresses.is_empty() { 3 } else { 0 };
        let message = message(id, 0x8180 | code, name, addresses);
        self.push(millis, 60, Packet::udp(RESOLVER, client, &message))
    }

    /// The verdicts on a client's endpoint, `None` for an attempt without one. The scene goes on for a minute.
    fn verdicts(&self, client: &str) -> Vec<Option<v1::Verdict>> {
        let mut packets = self.packets.clone();
        packets.sort_by_key(|(millis, _)| *millis);
        let end = packets.last().map_or(0, |(millis, _)| *millis) + 60_000;
        let elsewhere = Packet::udp("192.0.2.1:9", "192.0.2.2:9", b"later");
        packets.push((end, elsewhere.bytes()));
        let mut capture = PcapWriter::new(PcapKind::Nanos, ByteOrder::Little, LinkType(101));
        for (millis, bytes) in &packets {
            let at = Timestamp::from_nanos(1_700_000_000_000_000_000 + millis * 1_000_000);
            capture.packet(at, bytes);
        }
        let mut analyzer = Analyzer::new(Options::default());
        analyzer.begin("scene");
        analyzer.feed(capture.bytes()).unwrap();
        analyzer.end().unwrap();
        let attempts = analyzer.report().attempts.into_iter();
        attempts
            .filter(|attempt| attempt.client == client)
            .map(|attempt| attempt.verdict)
            .collect()
    }

    /// Cause, party and severity of the first attempt of a client's endpoint.
    fn verdict(&self, client: &str) -> Option<(String, v1::Party, v1::Severity)> {
        let verdict = self.verdicts(client).into_iter().next().flatten()?;
        assert!(
            !verdict.statement.contains('{') && !verdict.remedy.contains('{'),
            "a gap was left open: {} {}",
            verdict.statement,
            verdict.remedy
        );
        Some((verdict.cause, verdict.party, verdict.severity))
    }
}

fn ticks(millis: i64) -> u32 {
    u32::try_from(millis + 1_000_000).unwrap()
}

fn stamped(of: Pair, millis: i64) -> Vec<TcpOption> {
    let stamps = TcpOption::Timestamps(ticks(millis), ticks(millis - 24));
    of.has_timestamps.then_some(stamps).into_iter().collect()
}

fn message(id: u16, flags: u16, name: &str, addresses: &[Ipv4Addr]) -> Vec<u8> {
    let count = u16::try_from(addresses.len()).unwrap();
    let mut bytes = Vec::new();
    for word in [id, flags, 1, count, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    for label in name.split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.bytes());
    }
    bytes.extend([0, 0, 1, 0, 1]);
    for address in addresses {
        bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
        bytes.extend(address.octets());
    }
    bytes
}
