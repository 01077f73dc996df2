//! A packet under way, before anybody writes it down.

use std::net::SocketAddr;

use crate::packet::TcpFlags;
use crate::testkit::packet::{Packet, Segment};

/// One packet.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Who sent it, or seems to have.
    pub source: SocketAddr,
    /// Whom it goes to.
    pub destination: SocketAddr,
    /// Time to live where it is now.
    pub ttl: u8,
    /// IPv4 identification.
    pub identification: u16,
    /// What is in it.
    pub content: Content,
}

/// What an IP packet carries.
#[derive(Clone, Debug)]
pub enum Content {
    /// A segment.
    Tcp(Segment),
    /// A datagram.
    Udp(Vec<u8>),
    /// An ICMP error: type and code, the second word, and what it quotes.
    Icmp {
        /// Type and code, of ICMP or ICMPv6 by the addresses.
        kind: (u8, u8),
        /// The second word: an MTU, or nothing.
        word: u32,
        /// The packet that it is about, or the beginning of it.
        quoted: Vec<u8>,
    },
}

impl Wire {
    /// Its segment.
    #[must_use]
    pub const fn segment(&self) -> Option<&Segment> {
        match &self.content {
            Content::Tcp(segment) => Some(segment),
            Content::Udp(_) | Content::Icmp { .. } => None,
        }
    }

    /// Bytes of TCP or UDP payload.
    #[must_use]
    pub fn payload(&self) -> usize {
        match &self.content {
            Content::Tcp(segment) => segment.payload.len(),
            Content::Udp(payload) => payload.len(),
            Content::Icmp { .. } => 0,
        }
    }

    /// It is a segment with all of these flags.
    #[must_use]
    pub fn has(&self, flags: TcpFlags) -> bool {
        self.segment()
            .is_some_and(|segment| segment.flags.contains(flags))
    }

    /// It is a SYN, not a SYN-ACK.
    #[must_use]
    pub fn is_syn(&self) -> bool {
        self.has(TcpFlags::SYN) && !self.has(TcpFlags::ACK)
    }

    /// As bytes.
    #[must_use]
    pub fn packet(&self) -> Packet {
        let mut packet = match &self.content {
            Content::Tcp(segment) => Packet::tcp(self.source, self.destination, segment),
            Content::Udp(payload) => Packet::udp(self.source, self.destination, payload),
            Content::Icmp { kind, word, quoted } => {
                Packet::icmp(self.source, self.destination, *kind, *word, quoted)
            }
        };
        packet.ttl = self.ttl;
        packet.identification = self.identification;
        packet
    }

    /// Bytes of the IP packet.
    #[must_use]
    pub fn length(&self) -> usize {
        self.packet().bytes().len()
    }
}
