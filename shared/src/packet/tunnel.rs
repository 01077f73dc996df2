//! Tunnels: GRE with ERSPAN and PPTP, VXLAN, GENEVE, GTP-U, Ethernet in IP.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ethernet, ip, ppp};

/// Generic routing encapsulation (RFC 2784, 2890), its optional fields and its enhanced version (RFC 2637).
pub(super) fn gre(view: View<'_>) -> Walk<'_> {
    let (&[f0, f1, p0, p1], mut rest) = view.into_tunnel()?.split(Layer::Gre)?;
    let flags = u16::from_be_bytes([f0, f1]);
    let protocol = u16::from_be_bytes([p0, p1]);
    let has = |flag: u16| flags & flag != 0;
    let version = flags & GRE_VERSION;
    if version > 1 {
        return Err(Stop::invalid(Layer::Gre));
    }
    if version == 1 && !has(GRE_SEQUENCE) {
        return Err(Stop::NotUnderstood(Kind::GreAcknowledgment));
    }
    for is_present in [
        has(GRE_CHECKSUM | GRE_ROUTING),
        has(GRE_KEY),
        has(GRE_SEQUENCE),
        version == 1 && has(GRE_ACKNOWLEDGMENT),
    ] {
        if is_present {
            rest = rest.skip(4, Layer::Gre)?;
        }
    }
    if has(GRE_ROUTING) {
        rest = behind_routing(rest)?;
    }
    gre_payload(protocol, has(GRE_SEQUENCE), rest)
}

fn gre_payload(protocol: u16, has_sequence: bool, view: View<'_>) -> Walk<'_> {
    match protocol {
        0x6558 => ethernet::frame(view),
        // ERSPAN type I has no header of its own, type II has eight bytes and comes with a sequence number.
        0x88be if !has_sequence => ethernet::frame(view),
        0x88be => ethernet::frame(view.skip(8, Layer::Gre)?),
        0x22eb => erspan_3(view),
        0x883e => wccp(view),
        _ => ethernet::ethertype(protocol, view),
    }
}

/// Source route entries (RFC 1701): address family, offset, length, until a null one.
fn behind_routing(mut view: View<'_>) -> Result<View<'_>, Stop> {
    loop {
        let (&[f0, f1, _, length], rest) = view.split(Layer::Gre)?;
        if length == 0 && [f0, f1] == [0, 0] {
            return Ok(rest);
        }
        view = rest.skip(length.into(), Layer::Gre)?;
    }
}

/// ERSPAN type III: twelve bytes, eight more where the last bit says so.
fn erspan_3(view: View<'_>) -> Walk<'_> {
    let (&[.., last], rest) = view.split::<12>(Layer::Gre)?;
    let subheader = if last & 1 == 1 { 8 } else { 0 };
    ethernet::frame(rest.skip(subheader, Layer::Gre)?)
}

/// A web cache's redirected packets: IPv4, in version 2 behind a four-byte header.
fn wccp(view: View<'_>) -> Walk<'_> {
    let &[first] = view.head(Layer::Gre)?;
    if first >> 4 == 4 {
        return ip::v4(view);
    }
    ip::v4(view.skip(4, Layer::Gre)?)
}

/// Ethernet in IP (RFC 3378): version 3 and zeros.
pub(super) fn ethernet_in_ip(view: View<'_>) -> Walk<'_> {
    let (&[first, _], rest) = view.into_tunnel()?.split(Layer::Ethernet)?;
    if first >> 4 != 3 {
        return Err(Stop::invalid(Layer::Ethernet));
    }
    ethernet::frame(rest)
}

/// What a datagram to this port carries, when the port is a tunnel's and the bytes look like it.
pub(super) fn over_udp(destination_port: u16, view: View<'_>) -> Option<Walk<'_>> {
    match destination_port {
        // The registered port, and the one of Linux before it was.
        4789 | 8472 => vxlan(view),
        6081 => geneve(view),
        2152 => gtp(view),
        _ => None,
    }
}

/// VXLAN (RFC 7348 §5): the I flag, a network number between reserved bytes. Group policy's bits are let through.
fn vxlan(view: View<'_>) -> Option<Walk<'_>> {
    let (&[flags, policy, _, _, _, _, _, reserved], _) = view.bytes.split_first_chunk()?;
    if flags & 0x7f != 0x08 || policy & 0xb7 != 0 || reserved != 0 {
        return None;
    }
    Some(into_tunnel(view, 8).and_then(ethernet::frame))
}

/// GENEVE (RFC 8926 §3.4): version 0, options in units of four bytes, the payload's `EtherType`.
fn geneve(view: View<'_>) -> Option<Walk<'_>> {
    let (&[options, flags, p0, p1, _, _, _, reserved], _) = view.bytes.split_first_chunk()?;
    if options >> 6 != 0 || flags & 0x3f != 0 || reserved != 0 {
        return None;
    }
    let length = usize::from(options & 0x3f)
        .saturating_mul(4)
        .saturating_add(8);
    let protocol = u16::from_be_bytes([p0, p1]);
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

fn into_tunnel(view: View<'_>, header_length: usize) -> Result<View<'_>, Stop> {
    view.into_tunnel()?.skip(header_length, Layer::UdpTunnel)
}

// GRE flags, in network order (RFC 1701, 2637).
const GRE_CHECKSUM: u16 = 0x8000;
const GRE_ROUTING: u16 = 0x4000;
const GRE_KEY: u16 = 0x2000;
const GRE_SEQUENCE: u16 = 0x1000;
const GRE_ACKNOWLEDGMENT: u16 = 0x0080;
const GRE_VERSION: u16 = 0x0007;

/// A user's packet (3GPP TS 29.060 §7.1).
const GTP_G_PDU: u8 = 0xff;
/// Any of next extension header, sequence number, N-PDU number: then all three fields are there.
const GTP_HAS_OPTIONAL: u8 = 0x07;
