//! Where dissection stands in a packet: the bytes still to read, and how long they were on the wire.

use super::kind::{Fault, Kind, Layer, Malformed};
use super::{Dissected, fragment::Fragment};
use crate::capture::CapturedPacket;
use crate::limits::{NESTED_HEADERS, NESTED_TUNNELS};

/// What lies behind the headers read so far, or why nothing does.
pub(super) type Walk<'a> = Result<Found<'a>, Stop>;

/// What a walk down the headers ends at.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A transport header.
    Transport(Dissected<'a>),
    /// A fragment, which says nothing before the others are there.
    Fragment(Fragment<'a>),
}

/// Why a walk ends without a transport header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    NotUnderstood(Kind),
    Malformed(Malformed),
}

impl Stop {
    /// A field of `layer` contradicts the rules.
    pub(super) const fn invalid(layer: Layer) -> Self {
        Self::Malformed(Malformed {
            layer,
            fault: Fault::Invalid,
        })
    }
}

/// The rest of a packet. Copied from header to header.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    /// The captured bytes.
    pub(super) bytes: &'a [u8],
    /// Bytes on the wire from here on, as the enclosing header says; never below `bytes.len()`.
    pub(super) length: u32,
    /// Tunnel headers taken off.
    pub(super) tunnels: u8,
    /// Headers taken off; bounds the recursion from header to header.
    headers: u8,
}

impl<'a> View<'a> {
    /// The whole packet.
    #[inline]
    pub(super) fn of(packet: &CapturedPacket<'a>) -> Self {
        Self::new(packet.bytes, packet.original_length)
    }

    /// Bytes that had `length` bytes on the wire.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], length: u32) -> Self {
        Self {
            bytes,
            length: length.max(saturating_u32(bytes.len())),
            tunnels: 0,
            headers: 0,
        }
    }

    /// The first `N` bytes, without moving.
    #[inline]
    pub(super) fn head<const N: usize>(&self, layer: Layer) -> Result<&'a [u8; N], Stop> {
        match self.bytes.first_chunk() {
            Some(head) => Ok(head),
            None => Err(self.cut(N, layer)),
        }
    }

    /// Behind a header of `length` bytes.
    #[inline]
    pub(super) fn skip(self, length: usize, layer: Layer) -> Result<Self, Stop> {
        let Some(bytes) = self.bytes.get(length..) else {
            return Err(self.cut(length, layer));
        };
        if self.headers >= NESTED_HEADERS {
            return Err(Stop::NotUnderstood(Kind::NestedTooDeep));
        }
        Ok(Self {
            bytes,
            length: self.length.saturating_sub(saturating_u32(length)),
            headers: self.headers.saturating_add(1),
            ..self
        })
    }

    /// The first `N` bytes, and what is behind them.
    #[inline]
    pub(super) fn split<const N: usize>(self, layer: Layer) -> Result<(&'a [u8; N], Self), Stop> {
        Ok((self.head(layer)?, self.skip(N, layer)?))
    }

    /// One more tunnel is taken off.
    #[inline]
    pub(super) const fn into_tunnel(self) -> Result<Self, Stop> {
        if self.tunnels >= NESTED_TUNNELS {
            return Err(Stop::NotUnderstood(Kind::NestedTooDeep));
        }
        Ok(Self {
            tunnels: self.tunnels.saturating_add(1),
            ..self
        })
    }

    /// As long as a header says, which is believed even beyond the enclosing one's end: then the capture
    /// does not hold all of it. What lies behind `length` is padding.
    #[inline]
    pub(super) fn stated(self, length: u32) -> Self {
        Self {
            bytes: self.bytes.get(..length as usize).unwrap_or(self.bytes),
            length,
            ..self
        }
    }

    /// At most `length` bytes long.
    #[inline]
    pub(super) fn at_most(self, length: u32) -> Self {
        self.stated(length.min(self.length))
    }

    /// Some of the bytes were not captured.
    #[inline]
    pub(super) fn is_snapped(&self) -> bool {
        (self.bytes.len() as u64) < u64::from(self.length)
    }

    /// Bytes put together from fragments instead of these, with the same depth.
    pub(super) fn replaced<'b>(&self, bytes: &'b [u8]) -> View<'b> {
        View {
            bytes,
            length: saturating_u32(bytes.len()),
            tunnels: self.tunnels,
            headers: self.headers,
        }
    }

    /// Why a header of `length` bytes is not all there.
    #[cold]
    pub(super) fn cut(&self, length: usize, layer: Layer) -> Stop {
        let fault = if length as u64 <= u64::from(self.length) {
            Fault::Snapped
        } else {
            Fault::Truncated
        };
        Stop::Malformed(Malformed { layer, fault })
    }
}

/// A length as `u32`; blocks are far below its maximum.
#[inline]
pub(super) fn saturating_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
