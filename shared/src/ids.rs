//! Names of things: handles, not bare integers.

use std::num::NonZeroU32;

use crate::time::Timestamp;

/// One capture fed to an analysis, in the order of feeding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureId(pub u16);

/// A packet's place in its capture, counted from 1 as Wireshark's frame numbers are.
///
/// Saturates at `u32::MAX`, which is 128 GB of the smallest packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketNumber(NonZeroU32);

impl PacketNumber {
    /// The first packet of a capture.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// From a 1-based count; `None` for zero.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The 1-based number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The next packet's number.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Where to find a packet's bytes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketRef {
    /// The capture in the upper 16 bits, the offset in the others: a flow keeps dozens of these.
    place: u64,
    /// Which packet of its capture.
    pub number: PacketNumber,
    /// Captured bytes.
    pub length: u32,
}

impl PacketRef {
    const OFFSET_BITS: u32 = 48;

    /// `offset` saturates at 256 TiB.
    #[must_use]
    pub const fn new(capture: CaptureId, number: PacketNumber, offset: u64, length: u32) -> Self {
        let most = (1 << Self::OFFSET_BITS) - 1;
        let offset = if offset < most { offset } else { most };
        Self {
            place: (capture.0 as u64) << Self::OFFSET_BITS | offset,
            number,
            length,
        }
    }

    /// Which capture.
    #[must_use]
    pub const fn capture(self) -> CaptureId {
        CaptureId((self.place >> Self::OFFSET_BITS) as u16)
    }

    /// Byte offset of the packet's first captured byte in the capture, after decompression.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.place & ((1 << Self::OFFSET_BITS) - 1)
    }
}

/// When something was seen, and on which packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The packet's time.
    pub at: Timestamp,
    /// The packet.
    pub packet: PacketRef,
}

/// A flow's handle: its rank by first packet, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub u32);
