//! IPv4 and IPv6 with extension headers, down to what they carry.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fragment::Fragment;
use super::kind::{Kind, Layer};
use super::view::{Found, Stop, View, Walk};
use super::{ethernet, icmp, mpls, tcp, tunnel, udp};
use crate::wire::Reader;

/// The IP header that carries the transport: the innermost one, tunnels taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpHeader {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// IPv4 identification; `None` in IPv6, and `None` when it came out of reassembled fragments.
    pub identification: Option<u16>,
    /// The two ECN bits (RFC 3168).
    pub ecn: u8,
    /// The don't-fragment bit; `true` in IPv6.
    pub dont_fragment: bool,
    /// How many tunnel headers were taken off.
    pub tunnel_depth: u8,
}

/// IPv4 or IPv6, whichever the first four bits say.
pub(super) fn by_version(view: View<'_>) -> Walk<'_> {
    let &[first] = view.head(Layer::Link)?;
    match first >> 4 {
        4 => v4(view),
        6 => v6(view),
        version => Err(Stop::NotUnderstood(Kind::IpVersion(version))),
    }
}

/// IPv4 (RFC 791 §3.1).
#[inline]
pub(super) fn v4(view: View<'_>) -> Walk<'_> {
    let &[
        version,
        service,
        l0,
        l1,
        i0,
        i1,
        f0,
        f1,
        ttl,
        protocol,
        _,
        _,
        ref addresses @ ..,
    ] = view.head::<20>(Layer::Ipv4)?;
    let header_length = u16::from(version & 0x0f).saturating_mul(4);
    let total_length = u16::from_be_bytes([l0, l1]);
    // Zero is left there by segmentation offload for packets that do not fit the field.
    let is_length_sound = total_length >= header_length || total_length == 0;
    if version >> 4 != 4 || header_length < 20 || !is_length_sound {
        return Err(Stop::invalid(Layer::Ipv4));
    }
    let whole = match u32::from(total_length) {
        0 => view,
        length if length > view.length && is_damaged(view, header_length) => view,
        length => view.stated(length),
    };
    let data = whole.skip(header_length.into(), Layer::Ipv4)?;
    let &[s0, s1, s2, s3, d0, d1, d2, d3] = addresses;
    let identification = u16::from_be_bytes([i0, i1]);
    let ip = IpHeader {
        source: IpAddr::V4(Ipv4Addr::new(s0, s1, s2, s3)),
        destination: IpAddr::V4(Ipv4Addr::new(d0, d1, d2, d3)),
        ttl,
        identification: Some(identification),
        ecn: service & 3,
        dont_fragment: f0 & 0x40 != 0,
        tunnel_depth: view.tunnels,
    };
    let fragmentation = u16::from_be_bytes([f0, f1]);
    if fragmentation & V4_IS_FRAGMENT == 0 {
        return payload(data, ip, protocol);
    }
    fragment(Fragment {
        ip,
        protocol,
        identification: identification.into(),
        offset: u32::from(fragmentation & V4_OFFSET).saturating_mul(8),
        has_more: fragmentation & V4_MORE != 0,
        data,
    })
}

/// Header and frame contradict each other about the packet's length, and the header's checksum (RFC 791 §3.1) is
/// wrong: no host would have taken it for whole. Zero is left there for the network card to fill in.
#[cold]
fn is_damaged(view: View<'_>, header_length: u16) -> bool {
    let Some(header) = view.bytes.get(..header_length.into()) else {
        return false;
    };
    let (words, _) = header.as_chunks::<2>();
    let words = words.iter().map(|word| u16::from_be_bytes(*word));
    let is_left_out = words.clone().nth(5) == Some(0);
    // At most 30 words.
    let sum: u32 = words.map(u32::from).sum();
    !is_left_out && (sum & 0xffff).saturating_add(sum >> 16) != 0xffff
}

/// IPv6 (RFC 8200 §3).
pub(super) fn v6(view: View<'_>) -> Walk<'_> {
    let (header, data) = view.split::<40>(Layer::Ipv6)?;
    let &[
        version,
        class,
        _,
        _,
        l0,
        l1,
        next,
        hop_limit,
        ref addresses @ ..,
    ] = header;
    if version >> 4 != 6 {
        return Err(Stop::invalid(Layer::Ipv6));
    }
    let (source, destination) = addresses.split_at(16);
    let ip = IpHeader {
        source: IpAddr::V6(address(source)),
        destination: IpAddr::V6(address(destination)),
        ttl: hop_limit,
        identification: None,
        ecn: class >> 4 & 3,
        dont_fragment: true,
        tunnel_depth: view.tunnels,
    };
    let data = match u16::from_be_bytes([l0, l1]) {
        // A jumbogram says its length in an option (RFC 2675); segmentation offload does not say it at all.
        0 if next == HOP_BY_HOP => jumbo_length(data).map_or(data, |length| data.stated(length)),
        0 => data,
        length => data.stated(length.into()),
    };
    payload(data, ip, next)
}

/// The jumbo payload option of a hop-by-hop header: type 0xc2, four bytes.
fn jumbo_length(view: View<'_>) -> Option<u32> {
    let mut options = Reader::new(view.bytes);
    options.skip(1).ok()?;
    let words = options.u8().ok()?;
    let length = usize::from(words).saturating_mul(8).saturating_add(6);
    let mut options = options.sub(length).ok()?;
    loop {
        match options.u8().ok()? {
            0 => {}
            0xc2 => {
                options.skip(1).ok()?;
                return options.u32().ok();
            }
            _ => {
                let length = options.u8().ok()?;
                options.skip(length.into()).ok()?;
            }
        }
    }
}

/// What an IP header, or the extension header before, announces by protocol number.
#[inline]
pub(super) fn payload(view: View<'_>, ip: IpHeader, protocol: u8) -> Walk<'_> {
    if protocol == TCP {
        return tcp::segment(view, ip);
    }
    other_payload(view, ip, protocol)
}

fn other_payload(mut view: View<'_>, mut ip: IpHeader, mut protocol: u8) -> Walk<'_> {
    loop {
        (protocol, view) = match protocol {
            TCP => return tcp::segment(view, ip),
            UDP => return udp::datagram(view, ip),
            ICMP | ICMPV6 => return icmp::message(view, ip, protocol == ICMPV6),
            4 => return v4(view.into_tunnel()?),
            41 => return v6(view.into_tunnel()?),
            GRE => return tunnel::gre(view),
            ETHERNET_IN_IP => return tunnel::ethernet_in_ip(view),
            ETHERNET => return ethernet::frame(view.into_tunnel()?),
            137 => return mpls::stack(view.into_tunnel()?),
            AUTHENTICATION => authentication(view)?,
            HOP_BY_HOP | DESTINATION_OPTIONS | MOBILITY | HIP | SHIM6 if ip.source.is_ipv6() => {
                extension(view)?
            }
            ROUTING if ip.source.is_ipv6() => {
                ip.destination = routed_to(view).map_or(ip.destination, IpAddr::V6);
                extension(view)?
            }
            FRAGMENT if ip.source.is_ipv6() => match v6_fragment(view, ip)? {
                // A whole datagram in one fragment (RFC 6946).
                whole if whole.offset == 0 && !whole.has_more => (whole.protocol, whole.data),
                part => return fragment(part),
            },
            _ => return Err(Stop::NotUnderstood(Kind::IpProtocol(protocol))),
        };
    }
}

/// Next header, length in units of eight bytes after the first (RFC 8200 §4).
fn extension(view: View<'_>) -> Result<(u8, View<'_>), Stop> {
    let &[next, words] = view.head(Layer::Ipv6Extension)?;
    let length = usize::from(words).saturating_add(1).saturating_mul(8);
    Ok((next, view.skip(length, Layer::Ipv6Extension)?))
}

/// Next header, length in units of four bytes after the first two (RFC 4302 §2.2).
fn authentication(view: View<'_>) -> Result<(u8, View<'_>), Stop> {
    let &[next, words] = view.head(Layer::Ipv6Extension)?;
    let length = usize::from(words).saturating_add(2).saturating_mul(4);
    Ok((next, view.skip(length, Layer::Ipv6Extension)?))
}

/// The final destination of a packet that a routing header still sends elsewhere first: the last address of
/// types 0 and 2 (RFC 5095, 6275), the first of a segment routing header, type 4 (RFC 8754).
fn routed_to(view: View<'_>) -> Option<Ipv6Addr> {
    let (&[_, words, kind, segments_left], _) = view.bytes.split_first_chunk()?;
    let length = usize::from(words).saturating_add(1).saturating_mul(8);
    let addresses = view.bytes.get(8..length)?;
    match (kind, segments_left) {
        (_, 0) => None,
        (0 | 2, _) => addresses.last_chunk().copied().map(Ipv6Addr::from),
        (4, _) => addresses.first_chunk().copied().map(Ipv6Addr::from),
        _ => None,
    }
}

/// A fragment header (RFC 8200 §4.5).
fn v6_fragment(view: View<'_>, ip: IpHeader) -> Result<Fragment<'_>, Stop> {
    let (&[protocol, _, o0, o1, i0, i1, i2, i3], data) = view.split(Layer::Ipv6Extension)?;
    let offset = u16::from_be_bytes([o0, o1]);
    Ok(Fragment {
        ip,
        protocol,
        identification: u32::from_be_bytes([i0, i1, i2, i3]),
        offset: u32::from(offset & V6_OFFSET),
        has_more: offset & 1 != 0,
        data,
    })
}

/// A part of a datagram. Without all its bytes the whole can never be put together; then a first fragment still
/// shows the transport header, and a later one shows nothing.
#[cold]
fn fragment(part: Fragment<'_>) -> Walk<'_> {
    match part {
        part if !part.data.is_snapped() => Ok(Found::Fragment(part)),
        part if part.offset == 0 => payload(part.data, part.ip, part.protocol),
        _ => Err(Stop::NotUnderstood(Kind::FragmentSnapped)),
    }
}

fn address(bytes: &[u8]) -> Ipv6Addr {
    bytes
        .first_chunk::<16>()
        .copied()
        .map_or(Ipv6Addr::UNSPECIFIED, Ipv6Addr::from)
}

// Flags and fragment offset of IPv4 (RFC 791 §3.1).
const V4_MORE: u16 = 0x2000;
const V4_OFFSET: u16 = 0x1fff;
const V4_IS_FRAGMENT: u16 = V4_MORE | V4_OFFSET;

/// Fragment offset of IPv6, in bytes as it stands (RFC 8200 §4.5).
const V6_OFFSET: u16 = 0xfff8;

// IANA protocol numbers.
pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
pub(super) const HOP_BY_HOP: u8 = 0;
pub(super) const ROUTING: u8 = 43;
pub(super) const FRAGMENT: u8 = 44;
pub(super) const AUTHENTICATION: u8 = 51;
pub(super) const DESTINATION_OPTIONS: u8 = 60;
pub(super) const MOBILITY: u8 = 135;
pub(super) const HIP: u8 = 139;
pub(super) const SHIM6: u8 = 140;
const ICMP: u8 = 1;
const GRE: u8 = 47;
const ICMPV6: u8 = 58;
const ETHERNET_IN_IP: u8 = 97;
/// RFC 8986 §4.9.
const ETHERNET: u8 = 143;
