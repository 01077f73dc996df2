//! IEEE 802.11 data frames and the radio headers that monitor mode puts before them.

use super::ethernet;
use super::kind::{Kind, Layer, WifiFrame};
use super::view::{Stop, View, Walk};

/// An 802.11 frame without a radio header.
pub(super) fn frame(view: View<'_>) -> Walk<'_> {
    mac(view, false)
}

/// Radiotap: version, padding, length and presence bits, little endian, then fields.
pub(super) fn radiotap(view: View<'_>) -> Walk<'_> {
    let &[version, _, l0, l1, ..] = view.head::<8>(Layer::Wifi)?;
    if version != 0 {
        return Err(Stop::invalid(Layer::Wifi));
    }
    let length = usize::from(u16::from_le_bytes([l0, l1]));
    let rest = view.skip(length, Layer::Wifi)?;
    let header = view.bytes.get(..length).unwrap_or_default();
    let is_padded = radiotap_flags(header).unwrap_or_default() & RADIOTAP_DATA_PAD != 0;
    mac(rest, is_padded)
}

/// The flags field, where present: the second field, behind an 8-byte time stamp aligned to 8.
fn radiotap_flags(header: &[u8]) -> Option<u8> {
    let mut words = header.get(4..)?.chunks_exact(4);
    let &[first, _, _, mut more] = words.next()?.first_chunk()?;
    let mut at = 8usize;
    while more & 0x80 != 0 {
        let &[_, _, _, next] = words.next()?.first_chunk()?;
        more = next;
        at = at.saturating_add(4);
    }
    if first & 0x02 == 0 {
        return None;
    }
    if first & 0x01 != 0 {
        at = at.next_multiple_of(8).saturating_add(8);
    }
    header.get(at).copied()
}

/// Prism's header holds its own length in host order; AVS starts with a magic number and is in network order.
pub(super) fn prism_or_avs(view: View<'_>) -> Walk<'_> {
    let &[m0, m1, m2, m3, l0, l1, l2, l3] = view.head(Layer::Wifi)?;
    let is_avs = u32::from_be_bytes([m0, m1, m2, m3]) & 0xffff_f000 == 0x8021_1000;
    let little = u32::from_le_bytes([l0, l1, l2, l3]);
    // Both are far below 64 kB, so the wrong byte order gives itself away.
    let length = if is_avs || little > 0xffff {
        little.swap_bytes()
    } else {
        little
    };
    if length < 8 {
        return Err(Stop::invalid(Layer::Wifi));
    }
    mac(view.skip(length as usize, Layer::Wifi)?, false)
}

/// The MAC header (IEEE 802.11 §9.2.3): frame control, duration, three or four addresses, sequence,
/// QoS and HT control where the frame has them. Some cards pad it to four bytes.
fn mac(view: View<'_>, is_padded: bool) -> Walk<'_> {
    let &[control, flags] = view.head(Layer::Wifi)?;
    let other = |frame| Err(Stop::NotUnderstood(Kind::Wifi(frame)));
    match control >> 2 & 3 {
        0 => return other(WifiFrame::Management),
        1 => return other(WifiFrame::Control),
        2 => {}
        _ => return other(WifiFrame::Extension),
    }
    if control & SUBTYPE_NO_DATA != 0 {
        return other(WifiFrame::NoData);
    }
    if flags & PROTECTED != 0 {
        return other(WifiFrame::Encrypted);
    }
    let (&[.., sequence, _], mut rest) = view.split::<24>(Layer::Wifi)?;
    if flags & MORE_FRAGMENTS != 0 || sequence & FRAGMENT_NUMBER != 0 {
        return other(WifiFrame::Fragment);
    }
    let mut length = 24usize;
    if flags & BOTH_DS == BOTH_DS {
        rest = rest.skip(6, Layer::Wifi)?;
        length = length.saturating_add(6);
    }
    if control & SUBTYPE_QOS != 0 {
        let (&[qos, _], behind) = rest.split(Layer::Wifi)?;
        if qos & QOS_AGGREGATE != 0 {
            return other(WifiFrame::Aggregate);
        }
        let high_throughput = if flags & ORDER != 0 { 4 } else { 0 };
        rest = behind.skip(high_throughput, Layer::Wifi)?;
        length = length.saturating_add(2);
    }
    if is_padded {
        let padding = length.next_multiple_of(4).saturating_sub(length);
        rest = rest.skip(padding, Layer::Wifi)?;
    }
    ethernet::llc(rest)
}

/// Radiotap flags: padding between the 802.11 header and the payload.
const RADIOTAP_DATA_PAD: u8 = 0x20;

// Frame control, first byte (IEEE 802.11 §9.2.4.1): bits of a data frame's subtype.
const SUBTYPE_NO_DATA: u8 = 0x40;
const SUBTYPE_QOS: u8 = 0x80;

// Frame control, second byte.
const BOTH_DS: u8 = 0x03;
const MORE_FRAGMENTS: u8 = 0x04;
const PROTECTED: u8 = 0x40;
const ORDER: u8 = 0x80;

/// Low bits of the sequence control field, which is little endian.
const FRAGMENT_NUMBER: u8 = 0x0f;
/// QoS control: the body is an A-MSDU.
const QOS_AGGREGATE: u8 = 0x80;
