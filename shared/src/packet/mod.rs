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
mod ethernet;
mod fragment;
mod icmp;
mod ip;
mod kind;
mod kind_names;
mod link;
mod mpls;
mod ppp;
mod tcp;
mod tcp_options;
mod tunnel;
mod udp;
mod udp_tunnel;
mod view;
mod wifi;

pub use self::counters::{Counters, FragmentCounters, Tally};
pub use self::icmp::{IcmpMessage, QuotedPacket};
pub use self::ip::IpHeader;
pub use self::kind::{Fault, Kind, Layer, Malformed, WifiFrame};
pub use self::tcp::{TcpFlags, TcpSegment};
pub use self::tcp_options::TcpOptions;
pub use self::udp::UdpDatagram;

#[cfg(test)]
mod tests;

use self::fragment::{Assembled, Fragment, Table};
use self::view::{Found, View, Walk};
use crate::capture::CapturedPacket;
use crate::ids::PacketRef;

/// Reads packets one after the other. Its only memory is the fragments that wait for their others, and the counters.
#[derive(Debug, Default)]
pub struct Dissector {
    counters: Counters,
    fragments: Table,
    /// The datagram put together last: what is handed out borrows it.
    assembled: Option<Assembled>,
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
    #[inline]
    pub fn dissect<'a>(&'a mut self, packet: &CapturedPacket<'a>) -> Outcome<'a> {
        match link::packet(packet.link_type, View::of(packet)) {
            Ok(Found::Fragment(part)) => self.put_together(&part, packet),
            walk => answer(&mut self.counters, walk, packet.reference),
        }
    }

    /// What became of all packets so far; counting begins anew, fragments stay.
    pub fn take_counters(&mut self) -> Counters {
        std::mem::take(&mut self.counters)
    }

    /// What became of all packets so far.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Takes a fragment in. What it completes may be a tunnel's packet that holds a fragment again.
    #[cold]
    fn put_together<'a>(
        &'a mut self,
        part: &Fragment<'a>,
        packet: &CapturedPacket<'a>,
    ) -> Outcome<'a> {
        let counters = &mut self.counters;
        let mut completed = self
            .fragments
            .insert(part, packet.at, &mut counters.fragments);
        while let Ok(Some(datagram)) = &completed {
            let Ok(Found::Fragment(inner)) = datagram.walk() else {
                break;
            };
            completed = self
                .fragments
                .insert(&inner, packet.at, &mut counters.fragments);
        }
        match completed {
            Ok(Some(datagram)) => {
                let datagram = self.assembled.insert(datagram);
                answer(counters, datagram.walk(), packet.reference)
            }
            Ok(None) => answer(counters, Ok(Found::Fragment(*part)), packet.reference),
            Err(stop) => counters.stopped(stop, packet.reference),
        }
    }
}

/// Counts what a walk ended at.
#[inline]
fn answer<'a>(counters: &mut Counters, walk: Walk<'a>, at: PacketRef) -> Outcome<'a> {
    match walk {
        Ok(Found::Transport(dissected)) => {
            counters.dissected = counters.dissected.saturating_add(1);
            Outcome::Dissected(dissected)
        }
        Ok(Found::Fragment(_)) => {
            counters.fragments.held = counters.fragments.held.saturating_add(1);
            Outcome::FragmentHeld
        }
        Err(stop) => counters.stopped(stop, at),
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
