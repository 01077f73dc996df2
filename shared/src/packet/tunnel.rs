//! Tunnels over IP: GRE with ERSPAN and PPTP, Ethernet in IP; the network service header.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ethernet, ip, mpls};

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
    if version == 1 && protocol == GRE_PPP && !has(GRE_SEQUENCE) {
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
        // MikroTik's Ethernet over IP.
        0x6400 => ethernet::frame(view),
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

/// A network service header (RFC 8300 §2.2): its length in units of four bytes, and what follows.
pub(super) fn service_header(view: View<'_>) -> Walk<'_> {
    let &[_, length, _, next] = view.head(Layer::Gre)?;
    let length = usize::from(length & 0x3f).saturating_mul(4);
    let rest = view.into_tunnel()?.skip(length, Layer::Gre)?;
    match next {
        1 => ip::v4(rest),
        2 => ip::v6(rest),
        3 => ethernet::frame(rest),
        5 => mpls::stack(rest),
        _ => Err(Stop::NotUnderstood(Kind::Ethertype(SERVICE_HEADER))),
    }
}

// GRE flags, in network order (RFC 1701, 2637).
const GRE_CHECKSUM: u16 = 0x8000;
const GRE_ROUTING: u16 = 0x4000;
const GRE_KEY: u16 = 0x2000;
const GRE_SEQUENCE: u16 = 0x1000;
const GRE_ACKNOWLEDGMENT: u16 = 0x0080;
const GRE_VERSION: u16 = 0x0007;

/// What enhanced GRE carries (RFC 2637 §4.1).
const GRE_PPP: u16 = 0x880b;

/// `EtherType` of the network service header.
const SERVICE_HEADER: u16 = 0x894f;
