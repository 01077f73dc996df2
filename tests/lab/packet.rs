//! A packet on the wire: what rules ask of it, and the packets that a box on the way makes of it.

use std::net::{Ipv4Addr, SocketAddr};

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
/// An IPv4 header without options.
const IP_HEADER: usize = 20;
/// TCP's protocol number.
const TCP: u8 = 6;

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

    /// A SYN without ACK.
    pub(crate) fn is_opening(&self) -> bool {
        self.is(Kind::Syn)
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

/// The same packet with another TTL.
pub(crate) fn with_ttl(mut bytes: Vec<u8>, ttl: u8) -> Vec<u8> {
    if bytes.len() < IP_HEADER {
        return bytes;
    }
    bytes[8] = ttl;
    sum_header(&mut bytes);
    bytes
}

/// The same packet with another address at `place`, and the checksums that go with it. The kernel's own may be left to a
/// device that is none here, so TCP's is reckoned anew.
pub(crate) fn with_address(mut bytes: Vec<u8>, place: usize, address: Ipv4Addr) -> Vec<u8> {
    if bytes.len() < IP_HEADER {
        return bytes;
    }
    bytes[place..place + 4].copy_from_slice(&address.octets());
    sum_header(&mut bytes);
    let header = usize::from(bytes[0] & 15) * 4;
    if bytes[9] == TCP && bytes.len() >= header + 20 {
        let length = u32::try_from(bytes.len() - header).unwrap();
        bytes[header + 16..header + 18].fill(0);
        // RFC 9293 §3.1: both addresses, the protocol and the length are in front.
        let pseudo = sum(&bytes[12..20]) + u32::from(TCP) + length;
        let checksum = folded(pseudo + sum(&bytes[header..]));
        bytes[header + 16..header + 18].copy_from_slice(&checksum.to_be_bytes());
    }
    bytes
}

/// The checksum of an IPv4 header (RFC 791 §3.1).
fn sum_header(bytes: &mut [u8]) {
    let header = usize::from(bytes[0] & 15) * 4;
    bytes[10..12].fill(0);
    let checksum = folded(sum(&bytes[..header.min(bytes.len())]));
    bytes[10..12].copy_from_slice(&checksum.to_be_bytes());
}

/// Sixteen bits after sixteen bits, an odd byte at the end as their upper half (RFC 1071 §1).
fn sum(bytes: &[u8]) -> u32 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    bytes.chunks(2).map(word).sum()
}

fn folded(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap()
}
