//! TCP headers (RFC 9293 §3.1).

use std::ops::BitOr;

use super::kind::Layer;
use super::view::{Found, Stop, View, Walk, saturating_u32};
use super::{Dissected, IpHeader, TcpOptions, Transport};

/// TCP flags as on the wire, low nine bits: FIN 0x001 … CWR 0x080, AE 0x100 (RFC 9293 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpFlags(pub u16);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x001);
    /// Synchronize sequence numbers.
    pub const SYN: Self = Self(0x002);
    /// Reset the connection.
    pub const RST: Self = Self(0x004);
    /// Push.
    pub const PSH: Self = Self(0x008);
    /// The acknowledgement number is significant.
    pub const ACK: Self = Self(0x010);
    /// The urgent pointer is significant.
    pub const URG: Self = Self(0x020);
    /// ECN echo.
    pub const ECE: Self = Self(0x040);
    /// Congestion window reduced.
    pub const CWR: Self = Self(0x080);

    /// All flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// At least one flag of `other` is set.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for TcpFlags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// One TCP header and what is known of its payload.
#[derive(Clone, Copy, Debug)]
pub struct TcpSegment<'a> {
    /// Source port.
    pub source_port: u16,
    /// Destination port.
    pub destination_port: u16,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number; meaningful only with the ACK flag.
    pub acknowledgment: u32,
    /// Flags.
    pub flags: TcpFlags,
    /// Window as sent, not scaled.
    pub window: u16,
    /// Options.
    pub options: TcpOptions,
    /// The captured part of the payload; shorter than `payload_length` when the capture was snapped.
    pub payload: &'a [u8],
    /// Payload bytes on the wire, from the IP lengths.
    pub payload_length: u32,
}

/// Reads a segment. Options cut off by the capture do not hide the rest of the header.
#[inline]
pub(super) fn segment(view: View<'_>, ip: IpHeader) -> Walk<'_> {
    let (header, behind) = match view.bytes.split_first_chunk::<20>() {
        Some(split) => split,
        None => return Err(view.cut(20, Layer::Tcp)),
    };
    let &[
        p0,
        p1,
        p2,
        p3,
        s0,
        s1,
        s2,
        s3,
        a0,
        a1,
        a2,
        a3,
        f0,
        f1,
        w0,
        w1,
        ..,
    ] = header;
    let header_length = usize::from(f0 >> 4).saturating_mul(4);
    let length = saturating_u32(header_length);
    let Some(options_length) = header_length.checked_sub(20) else {
        return Err(Stop::invalid(Layer::Tcp));
    };
    if length > view.length {
        return Err(Stop::invalid(Layer::Tcp));
    }
    let (options, payload, is_snapped) = match behind.split_at_checked(options_length) {
        Some((options, payload)) => (options, payload, false),
        None => (behind, [].as_slice(), true),
    };
    let segment = TcpSegment {
        source_port: u16::from_be_bytes([p0, p1]),
        destination_port: u16::from_be_bytes([p2, p3]),
        sequence: u32::from_be_bytes([s0, s1, s2, s3]),
        acknowledgment: u32::from_be_bytes([a0, a1, a2, a3]),
        flags: TcpFlags(u16::from_be_bytes([f0 & 1, f1])),
        window: u16::from_be_bytes([w0, w1]),
        options: TcpOptions::parse(options, is_snapped),
        payload,
        payload_length: view.length.saturating_sub(length),
    };
    Ok(Found::Transport(Dissected {
        ip,
        transport: Transport::Tcp(segment),
    }))
}
