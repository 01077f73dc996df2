//! PPP in its framings (RFC 1661, 1662, 2516) and Cisco HDLC.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ethernet, ip, mpls};

/// PPP, with the address and control bytes or without, its protocol field compressed or not (RFC 1661 §6.5).
pub(super) fn frame(view: View<'_>) -> Walk<'_> {
    let view = match view.bytes {
        [0xff, 0x03, ..] => view.skip(2, Layer::Ppp)?,
        _ => view,
    };
    // Protocol numbers are odd in the low byte and even in the high one, so an odd first byte is all there is.
    let &[first] = view.head(Layer::Ppp)?;
    if first & 1 == 1 {
        return protocol(first.into(), view.skip(1, Layer::Ppp)?);
    }
    let (&number, rest) = view.split(Layer::Ppp)?;
    protocol(u16::from_be_bytes(number), rest)
}

fn protocol(number: u16, view: View<'_>) -> Walk<'_> {
    match number {
        0x0021 => ip::v4(view),
        0x0057 => ip::v6(view),
        0x0281 | 0x0283 => mpls::stack(view),
        _ => Err(Stop::NotUnderstood(Kind::PppProtocol(number))),
    }
}

/// PPP in HDLC-like framing, or Cisco HDLC, which starts with 0x0f (unicast) or 0x8f (broadcast).
pub(super) fn hdlc(view: View<'_>) -> Walk<'_> {
    match view.bytes {
        [0x0f | 0x8f, ..] => {
            let (&[_, _, t0, t1], rest) = view.split(Layer::Ppp)?;
            ethernet::ethertype(u16::from_be_bytes([t0, t1]), rest)
        }
        _ => frame(view),
    }
}

/// A PPPoE session packet: version and type, code, session, length.
pub(super) fn over_ethernet(view: View<'_>) -> Walk<'_> {
    let (&[version, code, _, _, l0, l1], rest) = view.split(Layer::Pppoe)?;
    if version != 0x11 {
        return Err(Stop::invalid(Layer::Pppoe));
    }
    if code != 0 {
        return Err(Stop::NotUnderstood(Kind::Ethertype(PPPOE_DISCOVERY)));
    }
    frame(rest.at_most(u16::from_be_bytes([l0, l1]).into()))
}

/// `EtherType` of the discovery stage; its codes are not zero.
const PPPOE_DISCOVERY: u16 = 0x8863;
