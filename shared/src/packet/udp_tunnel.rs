//! Tunnels over UDP, known by their port and by what their header looks like: VXLAN, GENEVE, GTP-U, GRE, L2TP, Teredo.

use super::kind::Layer;
use super::view::{Stop, View, Walk, saturating_u32};
use super::{ethernet, ip, ppp, tunnel};

/// What a datagram from or to this port carries, when the port is a tunnel's and the bytes look like it.
#[inline]
pub(super) fn carried(port: u16, view: View<'_>) -> Option<Walk<'_>> {
    match port {
        1701 => l2tp(view),
        // The registered port, and the one of Linux before it was.
        4789 | 8472 => vxlan(view),
        6081 => geneve(view),
        2152 => gtp(view),
        3544 => teredo(view),
        4754 => gre(view),
        4790 => vxlan_gpe(view),
        _ => None,
    }
}

/// VXLAN (RFC 7348 §5): the I flag, a network number between reserved bytes. Group policy's bits are let through.
fn vxlan(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, policy, _, _, _, _, _, reserved], _) = view.bytes.split_first_chunk()?;
    if flags & VXLAN_HAS_PROTOCOL != 0 {
        return vxlan_gpe(view);
    }
    if flags & 0x7f != 0x08 || policy & 0xb7 != 0 || reserved != 0 {
        return None;
    }
    Some(into_tunnel(view, 8).and_then(ethernet::frame))
}

/// VXLAN with the protocol of what follows in its last reserved byte (draft-ietf-nvo3-vxlan-gpe §3.1).
fn vxlan_gpe(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, _, _, next, _, _, _, reserved], _) = view.bytes.split_first_chunk()?;
    if flags & 0xc8 != 0x08 || reserved != 0 || !(1..=4).contains(&next) {
        return None;
    }
    Some(into_tunnel(view, 8).and_then(|inner| match next {
        1 => ip::v4(inner),
        2 => ip::v6(inner),
        3 => ethernet::frame(inner),
        _ => tunnel::service_header(inner),
    }))
}

/// GENEVE (RFC 8926 §3.4): version 0, options in units of four bytes, the payload's `EtherType`.
fn geneve(view: View<'_>) -> Option<Walk<'_>> {
    let (&[options, flags, p0, p1, _, _, _, reserved], _) = view.bytes.split_first_chunk()?;
    let protocol = u16::from_be_bytes([p0, p1]);
    let is_known = matches!(protocol, 0x0800 | 0x86dd | 0x6558 | 0x8847 | 0x894f);
    if options >> 6 != 0 || flags & 0x3f != 0 || reserved != 0 || !is_known {
        return None;
    }
    let length = usize::from(options & 0x3f)
        .saturating_mul(4)
        .saturating_add(8);
    Some(into_tunnel(view, length).and_then(|inner| match protocol {
        0x6558 => ethernet::frame(inner),
        _ => ethernet::ethertype(protocol, inner),
    }))
}

/// GTP-U (3GPP TS 29.281 §5.1): version 1, a G-PDU whose length fits.
fn gtp(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, kind, l0, l1, ..], _) = view.bytes.split_first_chunk::<8>()?;
    let length = u32::from(u16::from_be_bytes([l0, l1]));
    if flags & 0xf0 != 0x30 || kind != GTP_G_PDU || length.saturating_add(8) != view.length {
        return None;
    }
    Some(gtp_payload(flags, view))
}

fn gtp_payload(flags: u8, view: View<'_>) -> Walk<'_> {
    let mut rest = into_tunnel(view, 8)?;
    if flags & GTP_HAS_OPTIONAL != 0 {
        let (&[_, _, _, mut next], behind) = rest.split(Layer::UdpTunnel)?;
        rest = behind;
        // An extension header: its length in units of four bytes first, the next one's type last.
        while next != 0 {
            let &[units] = rest.head(Layer::UdpTunnel)?;
            let length = usize::from(units).saturating_mul(4);
            let Some(last) = length.checked_sub(1) else {
                return Err(Stop::invalid(Layer::UdpTunnel));
            };
            let behind = rest.skip(length, Layer::UdpTunnel)?;
            next = rest.bytes.get(last).copied().unwrap_or_default();
            rest = behind;
        }
    }
    let &[first] = rest.head(Layer::UdpTunnel)?;
    if first == 0xff {
        return ppp::frame(rest);
    }
    ip::by_version(rest)
}

/// GRE in UDP (RFC 8086 §3.2): no routing, version 0, IP or Ethernet inside.
fn gre(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, version, p0, p1], _) = view.bytes.split_first_chunk()?;
    let protocol = u16::from_be_bytes([p0, p1]);
    let is_known = matches!(protocol, 0x0800 | 0x86dd | 0x6558);
    (flags & 0x4f == 0 && version == 0 && is_known).then(|| tunnel::gre(view))
}

/// A data message of L2TP version 2 (RFC 2661 §3.1), which carries PPP. Control messages stay datagrams.
fn l2tp(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, version], _) = view.bytes.split_first_chunk()?;
    let is_data = flags & 0x80 == 0;
    (is_data && flags & 0x34 == 0 && version == 2).then(|| l2tp_payload(flags, view))
}

fn l2tp_payload(flags: u8, view: View<'_>) -> Walk<'_> {
    let has = |flag: u8, bytes: usize| if flags & flag != 0 { bytes } else { 0 };
    // Flags and version, length, tunnel and session, sequence numbers, then an offset that pads.
    let length = 6usize
        .saturating_add(has(0x40, 2))
        .saturating_add(has(0x08, 4));
    let mut rest = into_tunnel(view, length)?;
    if flags & 0x02 != 0 {
        let (&offset, behind) = rest.split(Layer::UdpTunnel)?;
        rest = behind.skip(u16::from_be_bytes(offset).into(), Layer::UdpTunnel)?;
    }
    ppp::frame(rest)
}

/// Teredo (RFC 4380 §5.1.1): IPv6, behind an authentication or an origin indication or both, or neither.
fn teredo(view: View<'_>) -> Option<Walk<'_>> {
    let mut length = 0usize;
    if let [0, 1, identifier, value, ..] = *view.bytes {
        length = 13usize
            .saturating_add(identifier.into())
            .saturating_add(value.into());
    }
    if let Some([0, 0, ..]) = view.bytes.get(length..) {
        length = length.saturating_add(8);
    }
    let inner = view.bytes.get(length..)?;
    let (&[version, _, _, _, l0, l1], _) = inner.split_first_chunk()?;
    let stated = u32::from(u16::from_be_bytes([l0, l1])).saturating_add(40);
    let there = view.length.saturating_sub(saturating_u32(length));
    (version >> 4 == 6 && stated <= there).then(|| into_tunnel(view, length).and_then(ip::v6))
}

fn into_tunnel(view: View<'_>, header_length: usize) -> Result<View<'_>, Stop> {
    view.into_tunnel()?.skip(header_length, Layer::UdpTunnel)
}

/// The P flag: the header says what follows; Linux uses it on VXLAN's own port too.
const VXLAN_HAS_PROTOCOL: u8 = 0x04;

/// A user's packet (3GPP TS 29.060 §7.1).
const GTP_G_PDU: u8 = 0xff;
/// Any of next extension header, sequence number, N-PDU number: then all three fields are there.
const GTP_HAS_OPTIONAL: u8 = 0x07;
