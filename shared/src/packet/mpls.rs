//! MPLS label stacks (RFC 3032) and what lies under them.

use super::kind::{Kind, Layer};
use super::view::{Stop, View, Walk};
use super::{ethernet, ip};

/// Takes labels off to the bottom of the stack. Nothing says what follows, so its first four bits must.
pub(super) fn stack(mut view: View<'_>) -> Walk<'_> {
    loop {
        let (&[_, _, bottom, _], rest) = view.split(Layer::Mpls)?;
        view = rest;
        if bottom & 1 == 1 {
            break;
        }
    }
    let &[first] = view.head(Layer::Mpls)?;
    match first >> 4 {
        4 => ip::v4(view),
        6 => ip::v6(view),
        nibble => pseudowire(nibble, view),
    }
}

/// Ethernet over MPLS (RFC 4448), with a control word (first bits zero) or without; taken for it only where a
/// well-known `EtherType` stands in the right place.
fn pseudowire(nibble: u8, view: View<'_>) -> Walk<'_> {
    if nibble == 0 {
        let behind_control_word = view.skip(4, Layer::Mpls)?;
        if holds_ethernet(behind_control_word) {
            return ethernet::frame(behind_control_word.into_tunnel()?);
        }
    }
    if holds_ethernet(view) {
        return ethernet::frame(view.into_tunnel()?);
    }
    Err(Stop::NotUnderstood(Kind::MplsPayload(nibble)))
}

fn holds_ethernet(view: View<'_>) -> bool {
    let Ok(&[.., t0, t1]) = view.head::<14>(Layer::Ethernet) else {
        return false;
    };
    matches!(
        u16::from_be_bytes([t0, t1]),
        0x0800 | 0x0806 | 0x86dd | 0x8100 | 0x88a8 | 0x8847 | 0x8863 | 0x8864 | 0x88cc
    )
}
