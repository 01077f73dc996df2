//! Tests of DNS: a scene writes messages at times and asks the tracker what it made of them.

mod laws;
mod lookups;
mod messages;
mod streams;

use std::net::{IpAddr, SocketAddr};

use crate::dns::{Lookup, RecordType, Tracker};
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::packet::{IcmpMessage, IpHeader, QuotedPacket, UdpDatagram};
use crate::time::{Nanos, Timestamp};

const NAME: &str = "api.shop.example";

/// The stamp of packet `number` at `micros`.
fn stamp(number: u32, micros: i64) -> Stamp {
    Stamp {
        at: Timestamp::from_parts(1_700_000_000, 0) + Nanos::from_micros(micros),
        packet: PacketRef::new(CaptureId(0), PacketNumber::new(number).unwrap(), 0, 0),
    }
}

fn wire_name(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

fn message(
    id: u16,
    flags: u16,
    name: &str,
    record_type: RecordType,
    answers: &[IpAddr],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in [id, flags, 1, answers.len() as u16, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    bytes.extend(wire_name(name));
    bytes.extend(record_type.0.to_be_bytes());
    bytes.extend([0, 1]);
    for answer in answers {
        // Owner: a pointer to the question's name. Class IN, 60 s.
        let (kind, data) = match answer {
            IpAddr::V4(v4) => (1, v4.octets().to_vec()),
            IpAddr::V6(v6) => (28, v6.octets().to_vec()),
        };
        bytes.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, data.len() as u8]);
        bytes.extend(data);
    }
    bytes
}

/// A capture of one host, 10.0.0.1, and its resolvers.
struct Scene {
    tracker: Tracker,
    packets: u32,
    /// IP identification of the next datagram; `None` leaves it out.
    identification: Option<u16>,
    last: Timestamp,
}

impl Scene {
    fn new() -> Self {
        Self {
            tracker: Tracker::new(),
            packets: 0,
            identification: None,
            last: stamp(1, 0).at,
        }
    }

    fn stamp(&mut self, micros: i64) -> Stamp {
        self.packets += 1;
        let stamp = stamp(self.packets, micros);
        self.last = stamp.at;
        stamp
    }

    fn datagram(&mut self, micros: i64, from: SocketAddr, to: SocketAddr, payload: &[u8]) -> bool {
        let stamp = self.stamp(micros);
        let ip = IpHeader {
            source: from.ip(),
            destination: to.ip(),
            ttl: 64,
            identification: self.identification,
            ecn: 0,
            dont_fragment: true,
            tunnel_depth: 0,
        };
        let datagram = UdpDatagram {
            source_port: from.port(),
            destination_port: to.port(),
            payload,
            payload_length: payload.len() as u32,
        };
        self.tracker.on_datagram(&ip, &datagram, stamp)
    }

    /// A query for [`NAME`] from this port of 10.0.0.1.
    fn asks(&mut self, micros: i64, port: u16, id: u16, record_type: RecordType) {
        self.asks_for(micros, port, NAME, id, record_type);
    }

    fn asks_for(&mut self, micros: i64, port: u16, name: &str, id: u16, record_type: RecordType) {
        let payload = message(id, 0x0100, name, record_type, &[]);
        assert!(self.datagram(micros, client(port), resolver(), &payload));
    }

    /// The resolver's answer; `flags` is the low byte: RA and response code.
    fn answers(
        &mut self,
        micros: i64,
        (port, id, record_type): (u16, u16, RecordType),
        rcode: u16,
        addresses: &[&str],
    ) {
        self.answers_for(micros, (port, id, record_type), NAME, rcode, addresses);
    }

    fn answers_for(
        &mut self,
        micros: i64,
        (port, id, record_type): (u16, u16, RecordType),
        name: &str,
        rcode: u16,
        addresses: &[&str],
    ) {
        let addresses: Vec<IpAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        let payload = message(id, 0x8180 | rcode, name, record_type, &addresses);
        assert!(self.datagram(micros, resolver(), client(port), &payload));
    }

    /// Port unreachable, about a datagram from `source` to `destination`.
    fn refuses(&mut self, micros: i64, source: SocketAddr, destination: SocketAddr) -> bool {
        let stamp = self.stamp(micros);
        self.tracker.on_icmp(
            &IcmpMessage {
                is_v6: false,
                kind: 3,
                code: 3,
                mtu: None,
                quoted: Some(QuotedPacket {
                    source: source.ip(),
                    destination: destination.ip(),
                    protocol: 17,
                    ports: Some((source.port(), destination.port())),
                    sequence: None,
                }),
            },
            stamp,
        )
    }

    /// Ends the capture `micros` after its start.
    fn lookups(&mut self, micros: i64) -> Vec<Lookup> {
        self.tracker.finish(stamp(1, micros).at);
        let mut lookups = self.finished();
        lookups.sort_by_key(|lookup| lookup.id);
        lookups
    }

    /// What is over by now.
    fn finished(&mut self) -> Vec<Lookup> {
        std::iter::from_fn(|| self.tracker.take_finished()).collect()
    }
}

fn client(port: u16) -> SocketAddr {
    SocketAddr::new("10.0.0.1".parse().unwrap(), port)
}

fn resolver() -> SocketAddr {
    "10.0.0.53:53".parse().unwrap()
}

/// Seconds and milliseconds in microseconds.
const fn s(seconds: i64) -> i64 {
    seconds * 1_000_000
}

const fn ms(millis: i64) -> i64 {
    millis * 1_000
}
