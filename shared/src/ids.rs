//! Names of things: handles, not bare integers.

use std::num::NonZeroU32;

use crate::time::Timestamp;

/// One capture fed to an analysis, in the order of feeding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaptureId(pub u16);

impl CaptureId {
    /// No capture: what a client of our own saw of its sockets. Each of its attempts numbers its events from 1.
    pub const EVENTS: Self = Self(u16::MAX);
}

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

/// Where to find a packet's bytes again; or, in [`CaptureId::EVENTS`], which event of a probe it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketRef {
    /// The capture in the upper 16 bits, the offset in the others: a flow keeps dozens of these.
    place: u64,
    /// Which packet of its capture.
    pub number: PacketNumber,
    /// Captured bytes; of an event, its kind.
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

    /// An event of a probe's attempt, by its number there and the code of its kind.
    #[must_use]
    pub const fn event(attempt: u32, number: PacketNumber, kind: u32) -> Self {
        Self::new(CaptureId::EVENTS, number, attempt as u64, kind)
    }

    /// It is an event, which no capture holds.
    #[must_use]
    pub const fn is_event(self) -> bool {
        self.capture().0 == CaptureId::EVENTS.0
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
