//! Dissection: one captured packet becomes its network and transport headers.
//!
//! ```text
//!  link header, tags, labels -> IP -> (tunnel -> link or IP)* -> TCP | UDP | ICMP
//! ```
//!
//! The innermost transport is what counts; tunnels are taken off. Checksums are not verified: network cards
//! fill them in after the capture point, so a wrong one says nothing. Lengths come from the IP headers, so
//! padding is never payload and a snapped payload keeps its length on the wire. What is not read is counted.

mod counters;
mod icmp;
mod ip;
mod kind;
mod tcp;
mod tcp_options;
mod udp;

pub use self::counters::{Counters, FragmentCounters, Tally};
pub use self::icmp::{IcmpMessage, QuotedPacket};
pub use self::ip::IpHeader;
pub use self::kind::{Fault, Kind, Layer, Malformed, WifiFrame};
pub use self::tcp::{TcpFlags, TcpSegment};
pub use self::tcp_options::TcpOptions;
pub use self::udp::UdpDatagram;

use crate::capture::CapturedPacket;

/// Reads packets one after the other. Its only memory is the fragments that wait for their others, and the counters.
#[derive(Debug, Default)]
pub struct Dissector {
    counters: Counters,
}

impl Dissector {
    /// Without fragments, all counters zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one packet down to its innermost transport header.
    ///
    /// The result borrows the packet, or for a datagram that this packet completed, the dissector.
    pub fn dissect<'a>(&'a mut self, packet: &CapturedPacket<'a>) -> Outcome<'a> {
        Outcome::NotUnderstood(Kind::LinkType(packet.link_type))
    }

    /// What became of all packets so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }
}

/// What became of one packet.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The headers were read down to a transport.
    Dissected(Dissected<'a>),
    /// A fragment, kept until the others of its datagram come.
    FragmentHeld,
    /// It carries something that is not read.
    NotUnderstood(Kind),
    /// A header could not be read.
    Malformed(Malformed),
}

/// What one packet carries above IP.
#[derive(Clone, Copy, Debug)]
pub enum Transport<'a> {
    /// A TCP segment.
    Tcp(TcpSegment<'a>),
    /// A UDP datagram.
    Udp(UdpDatagram<'a>),
    /// An ICMP or ICMPv6 message.
    Icmp(IcmpMessage),
}

/// A packet whose network and transport headers were understood.
#[derive(Clone, Copy, Debug)]
pub struct Dissected<'a> {
    /// The innermost IP header.
    pub ip: IpHeader,
    /// What it carries.
    pub transport: Transport<'a>,
}
