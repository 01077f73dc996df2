//! IP packets made by hand, with right lengths and checksums: TCP with options, UDP, ICMP, any protocol.
//!
//! ```
//! use stallscope_shared::packet::TcpFlags;
//! use stallscope_shared::testkit::packet::{Link, Packet, Segment, TcpOption, Tunnel};
//!
//! let syn = Segment {
//!     flags: TcpFlags::SYN,
//!     options: vec![TcpOption::Mss(1460), TcpOption::SackPermitted],
//!     ..Segment::default()
//! };
//! let packet = Packet::tcp("10.0.0.1:40000", "10.0.0.2:443", &syn);
//! let on_the_wire = packet.frame(Link::Ethernet);
//! let in_a_tunnel = packet.through(Tunnel::Vxlan).frame(Link::Vlan);
//! assert!(in_a_tunnel.len() > on_the_wire.len());
//! ```

mod link;
mod tunnel;

use std::net::{IpAddr, SocketAddr};

pub use self::link::Link;
pub use self::tunnel::Tunnel;
use crate::capture::{CapturedPacket, LinkType};
use crate::ids::{CaptureId, PacketNumber, PacketRef};
use crate::packet::TcpFlags;
use crate::time::Timestamp;

/// One IP packet being made; IPv4 or IPv6 by its addresses.
#[derive(Clone, Debug)]
pub struct Packet {
    source: IpAddr,
    destination: IpAddr,
    /// Time to live or hop limit; 64 at first.
    pub ttl: u8,
    /// IPv4 identification, IPv6 fragment identification; 1 at first.
    pub identification: u16,
    /// The two ECN bits; 0 at first.
    pub ecn: u8,
    /// IPv4's don't-fragment bit; set at first.
    pub dont_fragment: bool,
    /// IPv6 extension headers before the transport: protocol number, and the bytes behind next header and length,
    /// which must fill a multiple of eight with these two.
    pub extensions: Vec<(u8, Vec<u8>)>,
    /// What it carries, by protocol number.
    pub protocol: u8,
    /// What is behind the headers.
    pub payload: Vec<u8>,
}

impl Packet {
    /// A TCP segment; the addresses are written `10.0.0.1:443`, `[2001:db8::1]:443`, or are socket addresses.
    pub fn tcp(source: impl Endpoint, destination: impl Endpoint, segment: &Segment) -> Self {
        let (source, destination) = (source.endpoint(), destination.endpoint());
        let mut packet = Self::of(source.ip(), destination.ip(), 6, &[]);
        packet.payload = segment.bytes(source.port(), destination.port());
        packet.fill_checksum(16);
        packet
    }

    /// A UDP datagram.
    pub fn udp(source: impl Endpoint, destination: impl Endpoint, payload: &[u8]) -> Self {
        let (source, destination) = (source.endpoint(), destination.endpoint());
        let mut packet = Self::of(source.ip(), destination.ip(), 17, &[]);
        let bytes = &mut packet.payload;
        bytes.extend(source.port().to_be_bytes());
        bytes.extend(destination.port().to_be_bytes());
        bytes.extend(length_u16(payload.len().saturating_add(8)).to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(payload);
        packet.fill_checksum(6);
        packet
    }

    /// An ICMP message, or ICMPv6 between IPv6 addresses: type and code, the second word, and what follows.
    /// The ports of the addresses are not used.
    pub fn icmp(
        source: impl Endpoint,
        destination: impl Endpoint,
        kind: (u8, u8),
        second_word: u32,
        body: &[u8],
    ) -> Self {
        let (source, destination) = (source.endpoint().ip(), destination.endpoint().ip());
        let protocol = if source.is_ipv4() { 1 } else { 58 };
        let mut packet = Self::of(source, destination, protocol, &[kind.0, kind.1, 0, 0]);
        packet.payload.extend(second_word.to_be_bytes());
        packet.payload.extend(body);
        packet.fill_checksum(2);
        packet
    }

    /// Any protocol.
    #[must_use]
    pub fn of(source: IpAddr, destination: IpAddr, protocol: u8, payload: &[u8]) -> Self {
        Self {
            source,
            destination,
            ttl: 64,
            identification: 1,
            ecn: 0,
            dont_fragment: true,
            extensions: Vec::new(),
            protocol,
            payload: payload.to_vec(),
        }
    }

    /// The packet from its IP header on.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.part(&self.with_extensions(), None)
    }

    /// The packet cut into fragments that carry `size` bytes each, rounded down to eight; in order.
    #[must_use]
    pub fn fragments(&self, size: usize) -> Vec<Vec<u8>> {
        let whole = self.with_extensions();
        let step = (size & !7).max(8);
        let mut offset = 0usize;
        let mut fragments = Vec::new();
        for chunk in whole.1.chunks(step) {
            let end = offset.saturating_add(chunk.len());
            let place = Place {
                offset: length_u16(offset),
                has_more: end < whole.1.len(),
            };
            fragments.push(self.part(&(whole.0, chunk.to_vec()), Some(place)));
            offset = end;
        }
        fragments
    }

    /// The packet behind the headers of a link layer.
    #[must_use]
    pub fn frame(&self, link: Link) -> Vec<u8> {
        link.frame(&self.bytes())
    }

    /// The packet inside another: the tunnel's packet.
    #[must_use]
    pub fn through(&self, tunnel: Tunnel) -> Self {
        tunnel.wrap(&self.bytes())
    }

    /// The first protocol, and everything behind the IP header.
    fn with_extensions(&self) -> (u8, Vec<u8>) {
        let mut protocol = self.protocol;
        let mut payload = self.payload.clone();
        for (kind, body) in self.extensions.iter().rev() {
            let words = body.len().saturating_add(2).div_euclid(8).saturating_sub(1);
            let mut header = vec![protocol, u8::try_from(words).unwrap_or(u8::MAX)];
            header.extend(body);
            header.append(&mut payload);
            (protocol, payload) = (*kind, header);
        }
        (protocol, payload)
    }

    /// An IP header and a payload, or a fragment of it.
    fn part(&self, payload: &(u8, Vec<u8>), place: Option<Place>) -> Vec<u8> {
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let addresses = [source.octets(), destination.octets()].concat();
                self.part_v4(&addresses, payload, place)
            }
            (source, destination) => {
                let addresses = [v6_octets(source), v6_octets(destination)].concat();
                self.part_v6(&addresses, payload, place)
            }
        }
    }

    fn part_v4(
        &self,
        addresses: &[u8],
        (protocol, payload): &(u8, Vec<u8>),
        place: Option<Place>,
    ) -> Vec<u8> {
        let fragmentation = match place {
            None if self.dont_fragment => 0x4000,
            None => 0,
            Some(place) => (place.offset / 8) | if place.has_more { 0x2000 } else { 0 },
        };
        let mut header = vec![0x45, self.ecn];
        header.extend(length_u16(payload.len().saturating_add(20)).to_be_bytes());
        header.extend(self.identification.to_be_bytes());
        header.extend(fragmentation.to_be_bytes());
        header.extend([self.ttl, *protocol, 0, 0]);
        header.extend(addresses);
        let checksum = checksum(&[&header]);
        put(&mut header, 10, checksum);
        header.extend(payload);
        header
    }

    fn part_v6(
        &self,
        addresses: &[u8],
        (protocol, payload): &(u8, Vec<u8>),
        place: Option<Place>,
    ) -> Vec<u8> {
        let mut behind = Vec::new();
        let mut next = *protocol;
        if let Some(place) = place {
            behind.extend([next, 0]);
            behind.extend((place.offset | u16::from(place.has_more)).to_be_bytes());
            behind.extend(u32::from(self.identification).to_be_bytes());
            next = 44;
        }
        behind.extend(payload);
        let mut header = vec![0x60, self.ecn << 4, 0, 0];
        header.extend(length_u16(behind.len()).to_be_bytes());
        header.extend([next, self.ttl]);
        header.extend(addresses);
        header.append(&mut behind);
        header
    }

    /// Puts the transport's checksum at `at`, which must be zero before.
    fn fill_checksum(&mut self, at: usize) {
        let length = self.payload.len() as u64;
        let mut pseudo = match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                [source.octets(), destination.octets()].concat()
            }
            (source, destination) => [v6_octets(source), v6_octets(destination)].concat(),
        };
        pseudo.extend(length.to_be_bytes());
        pseudo.extend([0, self.protocol]);
        let sum = if self.protocol == 1 {
            checksum(&[&self.payload])
        } else {
            checksum(&[&pseudo, &self.payload])
        };
        put(&mut self.payload, at, sum);
    }
}

/// A TCP segment being made.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number.
    pub acknowledgment: u32,
    /// Flags.
    pub flags: TcpFlags,
    /// Window, not scaled.
    pub window: u16,
    /// Options in order, padded with end-of-list to four bytes.
    pub options: Vec<TcpOption>,
    /// Payload.
    pub payload: Vec<u8>,
}

impl Segment {
    fn bytes(&self, source_port: u16, destination_port: u16) -> Vec<u8> {
        let mut options: Vec<u8> = self.options.iter().flat_map(TcpOption::bytes).collect();
        options.resize(options.len().next_multiple_of(4), 0);
        let words = options.len().saturating_add(20) / 4;
        let data_offset = u16::try_from(words & 0x0f).unwrap_or_default() << 12;
        let mut bytes = Vec::new();
        bytes.extend(source_port.to_be_bytes());
        bytes.extend(destination_port.to_be_bytes());
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.acknowledgment.to_be_bytes());
        bytes.extend((data_offset | self.flags.0 & 0x01ff).to_be_bytes());
        bytes.extend(self.window.to_be_bytes());
        bytes.extend([0, 0, 0, 0]);
        bytes.append(&mut options);
        bytes.extend(&self.payload);
        bytes
    }
}

/// One TCP option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TcpOption {
    /// Kind 1.
    NoOperation,
    /// Kind 2.
    Mss(u16),
    /// Kind 3.
    WindowScale(u8),
    /// Kind 4.
    SackPermitted,
    /// Kind 5.
    Sack(Vec<(u32, u32)>),
    /// Kind 8: TSval, TSecr.
    Timestamps(u32, u32),
    /// Kind 34 with a cookie, or a request when empty.
    FastOpen(Vec<u8>),
    /// Any bytes, kind and length included.
    Raw(Vec<u8>),
}

impl TcpOption {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::NoOperation => vec![1],
            Self::Mss(size) => option(2, &size.to_be_bytes()),
            Self::WindowScale(shift) => option(3, &[*shift]),
            Self::SackPermitted => option(4, &[]),
            Self::Sack(blocks) => {
                let edges = blocks.iter().flat_map(|(left, right)| [*left, *right]);
                let edges: Vec<u8> = edges.flat_map(u32::to_be_bytes).collect();
                option(5, &edges)
            }
            Self::Timestamps(value, echo) => {
                option(8, &[value.to_be_bytes(), echo.to_be_bytes()].concat())
            }
            Self::FastOpen(cookie) => option(34, cookie),
            Self::Raw(bytes) => bytes.clone(),
        }
    }
}

fn option(kind: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len().saturating_add(2)).unwrap_or(u8::MAX);
    let mut bytes = vec![kind, length];
    bytes.extend(value);
    bytes
}

/// An address and port, as text or as a value.
pub trait Endpoint {
    /// The address and port; `0.0.0.0:0` for text that is none.
    fn endpoint(&self) -> SocketAddr;
}

impl Endpoint for SocketAddr {
    fn endpoint(&self) -> SocketAddr {
        *self
    }
}

impl Endpoint for &str {
    fn endpoint(&self) -> SocketAddr {
        self.parse()
            .unwrap_or_else(|_not_an_address| SocketAddr::from(([0, 0, 0, 0], 0)))
    }
}

/// The packet as a capture would hold it, whole, with its number and time.
#[must_use]
pub fn captured(
    bytes: &[u8],
    link_type: LinkType,
    number: u32,
    at: Timestamp,
) -> CapturedPacket<'_> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    CapturedPacket {
        reference: PacketRef::new(
            CaptureId(0),
            PacketNumber::new(number).unwrap_or(PacketNumber::FIRST),
            0,
            length,
        ),
        at: Some(at),
        link_type,
        original_length: length,
        bytes,
    }
}

/// Where a fragment belongs.
#[derive(Clone, Copy)]
struct Place {
    offset: u16,
    has_more: bool,
}

/// The Internet checksum (RFC 1071) over several pieces; all but the last must have even lengths.
fn checksum(pieces: &[&[u8]]) -> u16 {
    let mut sum = 0u32;
    for piece in pieces {
        for pair in piece.chunks(2) {
            let high = pair.first().copied().unwrap_or_default();
            let low = pair.get(1).copied().unwrap_or_default();
            sum = sum.saturating_add(u16::from_be_bytes([high, low]).into());
        }
    }
    while sum > 0xffff {
        sum = (sum & 0xffff).saturating_add(sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

fn put(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at.saturating_add(2)) {
        place.copy_from_slice(&value.to_be_bytes());
    }
}

fn v6_octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// A length for a 16-bit field; zero when it does not fit, as segmentation offload leaves it.
fn length_u16(length: usize) -> u16 {
    u16::try_from(length).unwrap_or_default()
}
