//! Link layers: from the capture's link type to the first IP header.
//!
//! The numbers are those of the tcpdump.org link-layer header type registry, which also describes the headers.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ethernet, ip, ppp, wifi};
use crate::capture::LinkType;

/// Reads a packet of the given link type.
#[inline]
pub(super) fn packet(link_type: LinkType, view: View<'_>) -> Walk<'_> {
    if link_type.0 == ETHERNET {
        return ethernet::frame(view);
    }
    other_packet(link_type, view)
}

fn other_packet(link_type: LinkType, view: View<'_>) -> Walk<'_> {
    match link_type.0 {
        NULL => null(view),
        LOOP => loopback(view),
        RAW_BSD | RAW_OPENBSD | RAW
        // The last two say which version, but files exist where they are wrong.
        | IPV4
        | IPV6 => ip::by_version(view),
        TOKEN_RING => ethernet::token_ring(view),
        FDDI => ethernet::fddi(view),
        LINUX_SLL => sll(view),
        LINUX_SLL2 => sll2(view),
        PPP | PPP_HDLC | C_HDLC => ppp::hdlc(view),
        PPP_ETHER => ppp::over_ethernet(view),
        // Its first byte, the address, holds the direction instead.
        PPP_PPPD => ppp::frame(view.skip(2, Layer::Ppp)?),
        PPP_WITH_DIRECTION => ppp::frame(view.skip(1, Layer::Ppp)?),
        IEEE802_11 => wifi::frame(view),
        RADIOTAP => wifi::radiotap(view),
        PRISM | AVS => wifi::prism_or_avs(view),
        PPI => ppi(view),
        PKTAP | PKTAP_BEFORE => pktap(view),
        IPOIB => ip_over_infiniband(view),
        NFLOG => nflog(view),
        PFLOG => pflog(view),
        _ => Err(Stop::NotUnderstood(Kind::LinkType(link_type))),
    }
}

/// BSD loopback: the address family in the byte order of the host that captured.
fn null(view: View<'_>) -> Walk<'_> {
    let (&family, rest) = view.split::<4>(Layer::Link)?;
    // Address families are small numbers, so the wrong byte order gives itself away.
    let little = u32::from_le_bytes(family);
    let family = if little > 0xffff {
        u32::from_be_bytes(family)
    } else {
        little
    };
    by_family(family, rest)
}

/// OpenBSD loopback: the address family in network order.
fn loopback(view: View<'_>) -> Walk<'_> {
    let (&family, rest) = view.split::<4>(Layer::Link)?;
    by_family(u32::from_be_bytes(family), rest)
}

/// `AF_INET` is 2 everywhere; `AF_INET6` is 10 on Linux, 23 on Windows, 24, 28 and 30 on the BSDs and macOS.
fn by_family(family: u32, view: View<'_>) -> Walk<'_> {
    match family {
        2 => ip::v4(view),
        10 | 23 | 24 | 28 | 30 => ip::v6(view),
        _ => Err(Stop::NotUnderstood(Kind::AddressFamily(family))),
    }
}

/// Linux cooked capture, version 1: type, ARPHRD, address length, 8 bytes of address, protocol.
fn sll(view: View<'_>) -> Walk<'_> {
    let (&[_, _, a0, a1, .., p0, p1], rest) = view.split::<16>(Layer::Link)?;
    cooked(
        u16::from_be_bytes([a0, a1]),
        u16::from_be_bytes([p0, p1]),
        rest,
    )
}

/// Linux cooked capture, version 2: protocol, reserved, interface, ARPHRD, type, address length, address.
fn sll2(view: View<'_>) -> Walk<'_> {
    let (&[p0, p1, _, _, _, _, _, _, a0, a1, ..], rest) = view.split::<20>(Layer::Link)?;
    cooked(
        u16::from_be_bytes([a0, a1]),
        u16::from_be_bytes([p0, p1]),
        rest,
    )
}

fn cooked(hardware: u16, protocol: u16, view: View<'_>) -> Walk<'_> {
    match (hardware, protocol) {
        (ARPHRD_NETLINK, _) => Err(Stop::NotUnderstood(Kind::LinkType(LinkType(NETLINK)))),
        (ARPHRD_IEEE80211_RADIOTAP, _) => wifi::radiotap(view),
        // Linux numbers below 0x600 are not lengths: 4 is an LLC frame (ETH_P_802_2).
        (_, 4) => ethernet::llc(view),
        _ => ethernet::ethertype(protocol, view),
    }
}

/// Per-packet information: version, flags, length and link type, little endian, then fields not needed here.
fn ppi(view: View<'_>) -> Walk<'_> {
    let &[_, _, l0, l1, d0, d1, d2, d3] = view.head(Layer::Link)?;
    let rest = view.skip(usize::from(u16::from_le_bytes([l0, l1])), Layer::Link)?;
    let link_type = u32::from_le_bytes([d0, d1, d2, d3]);
    let link_type = LinkType(u16::try_from(link_type).unwrap_or(u16::MAX));
    packet(link_type, rest)
}

/// Apple's packet tap: length of the header, type of what follows, link type, in the host's order, which is little
/// endian on every Mac that has it.
fn pktap(view: View<'_>) -> Walk<'_> {
    let &[l0, l1, l2, l3, n0, n1, n2, n3, d0, d1, d2, d3] = view.head(Layer::Link)?;
    let length = u32::from_le_bytes([l0, l1, l2, l3]);
    if length < 12 || u32::from_le_bytes([n0, n1, n2, n3]) != PKTAP_PACKET {
        return Err(Stop::invalid(Layer::Link));
    }
    let rest = view.skip(length as usize, Layer::Link)?;
    let link_type = u32::from_le_bytes([d0, d1, d2, d3]);
    packet(LinkType(u16::try_from(link_type).unwrap_or(u16::MAX)), rest)
}

/// IP over InfiniBand: forty bytes of routing header, then an `EtherType` and two reserved bytes (RFC 4391 §6).
fn ip_over_infiniband(view: View<'_>) -> Walk<'_> {
    let (&[.., t0, t1, _, _], rest) = view.split::<44>(Layer::Link)?;
    ethernet::ethertype(u16::from_be_bytes([t0, t1]), rest)
}

/// Netfilter log: family, version, group, then type-length-values in host order; type 9 is the packet.
fn nflog(view: View<'_>) -> Walk<'_> {
    let (&[family, ..], mut rest) = view.split::<4>(Layer::Link)?;
    if !matches!(family, 2 | 10) {
        return Err(Stop::NotUnderstood(Kind::AddressFamily(family.into())));
    }
    loop {
        let &[l0, l1, t0, t1] = rest.head(Layer::Link)?;
        // Lengths are at least 4 and types at most 255, so a type above that is in the other byte order.
        let kind = u16::from_le_bytes([t0, t1]);
        let (length, kind) = if kind > 0xff {
            (u16::from_be_bytes([l0, l1]), kind.swap_bytes())
        } else {
            (u16::from_le_bytes([l0, l1]), kind)
        };
        if length < 4 {
            return Err(Stop::invalid(Layer::Link));
        }
        if kind == NFULA_PAYLOAD {
            let value = rest.stated(length.into()).skip(4, Layer::Link)?;
            return by_family(family.into(), value);
        }
        rest = rest.skip(usize::from(length).next_multiple_of(4), Layer::Link)?;
    }
}

/// OpenBSD and FreeBSD packet filter log: the header's length first, padded to four bytes, then the family.
fn pflog(view: View<'_>) -> Walk<'_> {
    let &[length, family] = view.head(Layer::Link)?;
    if length < 2 {
        return Err(Stop::invalid(Layer::Link));
    }
    let rest = view.skip(usize::from(length).next_multiple_of(4), Layer::Link)?;
    by_family(family.into(), rest)
}

const NULL: u16 = 0;
const ETHERNET: u16 = 1;
const TOKEN_RING: u16 = 6;
const PPP: u16 = 9;
const FDDI: u16 = 10;
const RAW_BSD: u16 = 12;
const RAW_OPENBSD: u16 = 14;
const PPP_HDLC: u16 = 50;
const PPP_ETHER: u16 = 51;
const RAW: u16 = 101;
const C_HDLC: u16 = 104;
const IEEE802_11: u16 = 105;
const LOOP: u16 = 108;
const LINUX_SLL: u16 = 113;
const PFLOG: u16 = 117;
const PRISM: u16 = 119;
const RADIOTAP: u16 = 127;
/// The number that packet taps used before they had their own.
const PKTAP_BEFORE: u16 = 149;
const AVS: u16 = 163;
const PPP_PPPD: u16 = 166;
const PPI: u16 = 192;
const PPP_WITH_DIRECTION: u16 = 204;
const IPV4: u16 = 228;
const IPV6: u16 = 229;
const NFLOG: u16 = 239;
const IPOIB: u16 = 242;
const NETLINK: u16 = 253;
const PKTAP: u16 = 258;
const LINUX_SLL2: u16 = 276;

/// Linux `if_arp.h`.
const ARPHRD_IEEE80211_RADIOTAP: u16 = 803;
const ARPHRD_NETLINK: u16 = 824;

/// Linux `nfnetlink_log.h`: the packet itself.
const NFULA_PAYLOAD: u16 = 9;

/// Apple's `pktap.h`: a packet follows.
const PKTAP_PACKET: u32 = 1;
