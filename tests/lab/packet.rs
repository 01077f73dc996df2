//! A packet on the wire: what rules ask of it, and the packets that a box on the way makes of it.

use std::net::SocketAddr;

use stallscope_shared::capture::LinkType;
use stallscope_shared::packet::{Dissector, Outcome, TcpFlags, Transport};
use stallscope_shared::testkit::packet::{Packet, Segment, captured};
use stallscope_shared::time::Timestamp;

use crate::scenario::Kind;

/// IP without anything in front of it (LINKTYPE_RAW).
const RAW: LinkType = LinkType(101);
/// ICMP destination unreachable (RFC 792).
const UNREACHABLE: u8 = 3;
/// The IP header and the first eight bytes behind it are quoted (RFC 792); most routers quote more (RFC 1812 §4.3.2.3).
const QUOTED: usize = 128;

/// What is read of a TCP packet.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    flags: TcpFlags,
    acknowledgment: u32,
    pub(crate) payload: Vec<u8>,
}

impl Seen {
    /// `None` for what is no TCP.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut dissector = Dissector::new();
        let packet = captured(bytes, RAW, 1, Timestamp::from_nanos(0));
        let Outcome::Dissected(packet) = dissector.dissect(&packet) else {
            return None;
        };
        let Transport::Tcp(segment) = packet.transport else {
            return None;
        };
        Some(Self {
            source: SocketAddr::new(packet.ip.source, segment.source_port),
            destination: SocketAddr::new(packet.ip.destination, segment.destination_port),
            flags: segment.flags,
            acknowledgment: segment.acknowledgment,
            payload: segment.payload.to_vec(),
        })
    }

    pub(crate) fn is(&self, kind: Kind) -> bool {
        let is_syn = self.flags.contains(TcpFlags::SYN);
        let is_ack = self.flags.contains(TcpFlags::ACK);
        match kind {
            Kind::Any => true,
            Kind::Syn => is_syn && !is_ack,
            Kind::SynAck => is_syn && is_ack,
            Kind::Later => !is_syn,
            Kind::Data => !self.payload.is_empty(),
        }
    }

    /// A reset to the sender, in the name of the one it wrote to, as boxes make them: no options, its own TTL.
    pub(crate) fn reset(&self, ttl: u8) -> Vec<u8> {
        let segment = Segment {
            sequence: self.acknowledgment,
            flags: TcpFlags::RST,
            ..Segment::default()
        };
        let mut packet = Packet::tcp(self.destination, self.source, &segment);
        packet.ttl = ttl;
        packet.identification = 0;
        packet.bytes()
    }
}

/// An ICMP error to the sender, from the box on the way.
pub(crate) fn unreachable(router: SocketAddr, bytes: &[u8], seen: &Seen, code: u8) -> Vec<u8> {
    let quoted = bytes.get(..QUOTED).unwrap_or(bytes);
    Packet::icmp(router, seen.source, (UNREACHABLE, code), 0, quoted).bytes()
}

/// The same packet with another TTL, and the IPv4 header checksum that goes with it (RFC 1141).
pub(crate) fn with_ttl(mut bytes: Vec<u8>, ttl: u8) -> Vec<u8> {
    if bytes.len() < 20 {
        return bytes;
    }
    bytes[8] = ttl;
    bytes[10] = 0;
    bytes[11] = 0;
    let words = bytes[..20].chunks(2);
    let mut sum: u32 = words
        .map(|word| u32::from(word[0]) << 8 | u32::from(word[1]))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    let checksum = !u16::try_from(sum).unwrap();
    bytes[10..12].copy_from_slice(&checksum.to_be_bytes());
    bytes
}
