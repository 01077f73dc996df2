//! Ethernet and its IEEE 802 relatives: frames, VLAN tags, LLC and SNAP, and what an `EtherType` leads to.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ip, mpls, ppp, tunnel};

/// Ethernet II or IEEE 802.3: destination, source, type or length.
#[inline]
pub(super) fn frame(view: View<'_>) -> Walk<'_> {
    let (&[.., t0, t1], rest) = view.split::<14>(Layer::Ethernet)?;
    type_or_length(u16::from_be_bytes([t0, t1]), rest)
}

/// What follows the two bytes that are an `EtherType` from 0x600 on, and below it a length (IEEE 802.3 §3.2.6).
#[inline]
fn type_or_length(value: u16, view: View<'_>) -> Walk<'_> {
    if value == ETHERTYPE_IPV4 {
        return ip::v4(view);
    }
    if value <= MAX_LENGTH {
        return llc(view.at_most(value.into()));
    }
    ethertype(value, view)
}

/// What an `EtherType` announces.
pub(super) fn ethertype(ethertype: u16, view: View<'_>) -> Walk<'_> {
    match ethertype {
        ETHERTYPE_IPV4 => ip::v4(view),
        ETHERTYPE_IPV6 => ip::v6(view),
        // 802.1Q, 802.1ad, and the numbers used for stacking before it.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 => vlan(view),
        0x8847 | 0x8848 => mpls::stack(view),
        0x8864 => ppp::over_ethernet(view),
        0x880b => ppp::frame(view),
        0x8870 => llc(view),
        // Provider backbone bridges (802.1ah): a service's number, then the customer's frame.
        0x88e7 => frame(view.into_tunnel()?.skip(4, Layer::Vlan)?),
        // Port extenders (802.1BR): a tag of six bytes.
        0x893f => vlan(view.skip(4, Layer::Vlan)?),
        0x894f => tunnel::service_header(view),
        _ => Err(Stop::NotUnderstood(Kind::Ethertype(ethertype))),
    }
}

/// Priority and VLAN number, then again a type or length.
fn vlan(view: View<'_>) -> Walk<'_> {
    let (&[_, _, t0, t1], rest) = view.split(Layer::Vlan)?;
    type_or_length(u16::from_be_bytes([t0, t1]), rest)
}

/// IEEE 802.2: service access points and control; SNAP and IP (RFC 1042) are followed.
pub(super) fn llc(view: View<'_>) -> Walk<'_> {
    let (&[destination, _, control], rest) = view.split(Layer::Llc)?;
    match (destination, control) {
        (SAP_SNAP, UNNUMBERED_INFORMATION) => snap(rest),
        (SAP_IP, UNNUMBERED_INFORMATION) => ip::v4(rest),
        _ => Err(Stop::NotUnderstood(Kind::Llc(destination))),
    }
}

/// Organisation and protocol; organisation zero and 802.1H's 0000f8 hold an `EtherType`.
fn snap(view: View<'_>) -> Walk<'_> {
    let (&[o0, o1, o2, p0, p1], rest) = view.split(Layer::Llc)?;
    let organisation = u32::from_be_bytes([0, o0, o1, o2]);
    let protocol = u16::from_be_bytes([p0, p1]);
    match organisation {
        0 | 0x00_00f8 => ethertype(protocol, rest),
        _ => Err(Stop::NotUnderstood(Kind::Snap(organisation, protocol))),
    }
}

/// FDDI: frame control, addresses, LLC.
pub(super) fn fddi(view: View<'_>) -> Walk<'_> {
    let (&[control, ..], rest) = view.split::<13>(Layer::Link)?;
    // ANSI X3.139: asynchronous LLC frames; the rest is ring management.
    if control & 0xf0 != 0x50 {
        return Err(Stop::NotUnderstood(Kind::RingManagement));
    }
    llc(rest)
}

/// Token ring: access control, frame control, addresses, source routing where the source's top bit says so, LLC.
pub(super) fn token_ring(view: View<'_>) -> Walk<'_> {
    let (&[_, control, _, _, _, _, _, _, source, ..], rest) = view.split::<14>(Layer::Link)?;
    // IEEE 802.5: frame type bits 01 are LLC, 00 are MAC frames.
    if control & 0xc0 != 0x40 {
        return Err(Stop::NotUnderstood(Kind::RingManagement));
    }
    if source & 0x80 == 0 {
        return llc(rest);
    }
    let &[routing] = rest.head(Layer::Link)?;
    llc(rest.skip(usize::from(routing & 0x1f), Layer::Link)?)
}

const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_IPV6: u16 = 0x86dd;

/// The longest 802.3 payload; values above are types.
const MAX_LENGTH: u16 = 1500;

const SAP_IP: u8 = 0x06;
const SAP_SNAP: u8 = 0xaa;
const UNNUMBERED_INFORMATION: u8 = 0x03;
