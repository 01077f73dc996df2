//! The first and last packets of a flow in short form: what a page shows of it.

mod packed;

use std::collections::VecDeque;

pub(super) use self::packed::Packed;
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::limits::{JOURNAL_HEAD, JOURNAL_TAIL};
use crate::packet::TcpFlags;
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// The first `JOURNAL_HEAD` and last `JOURNAL_TAIL` packets of a flow.
///
/// Of most flows it is never read, and there are many: the first packets are kept packed, and unpacked when asked for.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    head: Packed,
    /// What turns the first of them into what is read.
    as_sent: AsSent,
    /// What few flows are long enough for.
    #[expect(clippy::box_collection, reason = "one word in all the others")]
    tail: Option<Box<VecDeque<Entry>>>,
    omitted: u64,
}

/// The first entries of a journal have their numbers as they were sent; this makes them relative.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AsSent {
    /// How many entries.
    count: usize,
    /// Sequence number of each side's first byte.
    starts: PerSide<u32>,
    /// How far each side's windows are shifted once it sent its SYN.
    shifts: PerSide<u8>,
}

impl AsSent {
    /// For entries to be counted.
    pub(super) const fn new(starts: PerSide<u32>, shifts: PerSide<u8>) -> Self {
        Self {
            count: 0,
            starts,
            shifts,
        }
    }

    fn relative(&self, mut entry: Entry) -> Entry {
        let side = entry.side();
        let relative = |raw: u32, side: Side| raw.wrapping_sub(self.starts[side]).wrapping_add(1);
        entry.sequence = relative(entry.sequence, side);
        entry.acknowledgment = if entry.flags.contains(TcpFlags::ACK) {
            relative(entry.acknowledgment, !side)
        } else {
            0
        };
        if !entry.flags.contains(TcpFlags::SYN) {
            entry.window <<= self.shifts[side];
        }
        entry
    }
}

impl Journal {
    /// Of packets whose numbers are as they were sent.
    pub(super) fn adopt(head: Packed, as_sent: AsSent) -> Self {
        let as_sent = AsSent {
            count: head.len(),
            ..as_sent
        };
        Self {
            head,
            as_sent,
            ..Self::default()
        }
    }

    /// Adds the flow's next packet.
    pub(crate) fn push(&mut self, entry: Entry) {
        if self.head.len() < JOURNAL_HEAD {
            self.head.push(&entry);
            return;
        }
        let tail = self.tail.get_or_insert_default();
        if tail.len() >= JOURNAL_TAIL {
            tail.pop_front();
            self.omitted = self.omitted.saturating_add(1);
        }
        tail.push_back(entry);
    }

    /// The first packets.
    #[must_use]
    pub fn head(&self) -> Vec<Entry> {
        self.first().collect()
    }

    fn first(&self) -> impl Iterator<Item = Entry> {
        let entries = self.head.iter().enumerate();
        entries.map(|(index, entry)| {
            if index < self.as_sent.count {
                self.as_sent.relative(entry)
            } else {
                entry
            }
        })
    }

    /// How many packets were left out between the first and the last.
    #[must_use]
    pub const fn omitted(&self) -> u64 {
        self.omitted
    }

    /// The last packets, those in `head` not repeated.
    pub fn tail(&self) -> impl ExactSizeIterator<Item = Entry> {
        let tail = self.tail.as_deref().map(VecDeque::iter);
        tail.unwrap_or_default().copied()
    }

    /// All kept packets in order.
    pub fn iter(&self) -> impl Iterator<Item = Entry> {
        self.first().chain(self.tail())
    }
}

/// One packet of a flow in short form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    at: Timestamp,
    offset: u64,
    number: PacketNumber,
    captured: u32,
    /// Sequence number relative to the side's initial one, as Wireshark shows it: the SYN is 0.
    pub sequence: u32,
    /// Acknowledgement number relative to the other side's initial one; 0 without the ACK flag.
    pub acknowledgment: u32,
    /// Payload bytes on the wire.
    pub payload: u32,
    /// Window in bytes, scaled where the scale is known.
    pub window: u32,
    tsval: u32,
    tsecr: u32,
    notes: Notes,
    identification: u16,
    capture: CaptureId,
    /// Flags.
    pub flags: TcpFlags,
    /// Time to live or hop limit.
    pub ttl: u8,
    present: u8,
}

const FROM_RESPONDER: u8 = 1;
const HAS_TIMESTAMPS: u8 = 2;
const HAS_IDENTIFICATION: u8 = 4;

/// The parts of an [`Entry`] that are not numbers of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryHeader {
    pub(crate) stamp: Stamp,
    pub(crate) side: Side,
    pub(crate) flags: TcpFlags,
    pub(crate) ttl: u8,
    pub(crate) identification: Option<u16>,
    pub(crate) timestamps: Option<(u32, u32)>,
}

impl Entry {
    /// It comes from `side` and acknowledges everything before the relative number `end`.
    pub(crate) fn acknowledges(&self, side: Side, end: u32) -> bool {
        self.side() == side
            && self.flags.contains(TcpFlags::ACK)
            && !self.flags.intersects(TcpFlags::RST)
            // Modular, as sequence numbers are compared (RFC 9293 §3.4).
            && (self.acknowledgment.wrapping_sub(end) as i32) >= 0
    }

    /// With all numbers 0 and no notes.
    pub(crate) fn new(header: EntryHeader) -> Self {
        let mut present = 0;
        if header.side == Side::Responder {
            present |= FROM_RESPONDER;
        }
        if header.timestamps.is_some() {
            present |= HAS_TIMESTAMPS;
        }
        if header.identification.is_some() {
            present |= HAS_IDENTIFICATION;
        }
        let (tsval, tsecr) = header.timestamps.unwrap_or_default();
        Self {
            at: header.stamp.at,
            offset: header.stamp.packet.offset(),
            number: header.stamp.packet.number,
            captured: header.stamp.packet.length,
            sequence: 0,
            acknowledgment: 0,
            payload: 0,
            window: 0,
            tsval,
            tsecr,
            notes: Notes::default(),
            identification: header.identification.unwrap_or_default(),
            capture: header.stamp.packet.capture(),
            flags: header.flags,
            ttl: header.ttl,
            present,
        }
    }

    /// Adds what was found out about the packet.
    pub(crate) const fn annotate(&mut self, notes: Notes) {
        self.notes.0 |= notes.0;
    }

    /// When, and where to find it.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        Stamp {
            at: self.at,
            packet: PacketRef::new(self.capture, self.number, self.offset, self.captured),
        }
    }

    /// Who sent it.
    #[must_use]
    pub const fn side(&self) -> Side {
        if self.present & FROM_RESPONDER == 0 {
            Side::Originator
        } else {
            Side::Responder
        }
    }

    /// TSval and TSecr.
    #[must_use]
    pub const fn timestamps(&self) -> Option<(u32, u32)> {
        if self.present & HAS_TIMESTAMPS == 0 {
            None
        } else {
            Some((self.tsval, self.tsecr))
        }
    }

    /// TSval.
    #[must_use]
    pub fn tsval(&self) -> Option<u32> {
        self.timestamps().map(|(tsval, _)| tsval)
    }

    /// TSecr.
    #[must_use]
    pub fn tsecr(&self) -> Option<u32> {
        self.timestamps().map(|(_, tsecr)| tsecr)
    }

    /// IPv4 identification.
    #[must_use]
    pub const fn identification(&self) -> Option<u16> {
        if self.present & HAS_IDENTIFICATION == 0 {
            None
        } else {
            Some(self.identification)
        }
    }

    /// What was found out about it.
    #[must_use]
    pub const fn notes(&self) -> Notes {
        self.notes
    }
}

/// What was found out about a packet: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes(pub u32);

impl Notes {
    /// Sent again.
    pub const RETRANSMISSION: Self = Self(1);
    /// Sent again on duplicate ACKs.
    pub const FAST_RETRANSMISSION: Self = Self(1 << 1);
    /// Sent again although acknowledged.
    pub const SPURIOUS_RETRANSMISSION: Self = Self(1 << 2);
    /// Late, not repeated.
    pub const OUT_OF_ORDER: Self = Self(1 << 3);
    /// A duplicate ACK.
    pub const DUPLICATE_ACK: Self = Self(1 << 4);
    /// A keep-alive.
    pub const KEEP_ALIVE: Self = Self(1 << 5);
    /// The answer to a keep-alive.
    pub const KEEP_ALIVE_ACK: Self = Self(1 << 6);
    /// Announces a window of 0.
    pub const ZERO_WINDOW: Self = Self(1 << 7);
    /// Sent into a zero window to see whether it opened.
    pub const ZERO_WINDOW_PROBE: Self = Self(1 << 8);
    /// The answer to a zero-window probe.
    pub const ZERO_WINDOW_PROBE_ACK: Self = Self(1 << 9);
    /// Fills the other side's window.
    pub const WINDOW_FULL: Self = Self(1 << 10);
    /// Announces a new window and nothing else.
    pub const WINDOW_UPDATE: Self = Self(1 << 11);
    /// Its first SACK block reports a duplicate.
    pub const DSACK: Self = Self(1 << 12);
    /// An earlier segment is missing before it.
    pub const LOST_BEFORE: Self = Self(1 << 13);
    /// Acknowledges something not captured.
    pub const ACKED_UNSEEN: Self = Self(1 << 14);
    /// Has SACK blocks.
    pub const SACK: Self = Self(1 << 15);
    /// More payload than the MSS allows.
    pub const SUPER_SEGMENT: Self = Self(1 << 16);
    /// Payload cut by the snapshot length.
    pub const SNAPPED: Self = Self(1 << 17);
    /// Takes over a 5-tuple seen before.
    pub const REUSED_PORTS: Self = Self(1 << 18);
    /// Same packet as one before, captured twice.
    pub const DUPLICATE_CAPTURE: Self = Self(1 << 19);
    /// A bare ACK to a SYN.
    pub const CHALLENGE_ACK: Self = Self(1 << 20);
    /// TTL differs from that of the side's packet before.
    pub const TTL_CHANGE: Self = Self(1 << 21);
    /// An identification is missing before it, on a side whose identifications count by 1.
    pub const IP_ID_GAP: Self = Self(1 << 22);

    /// Sends something for the first time: payload, SYN or FIN.
    pub const NEW: Self = Self(1 << 23);

    /// All of `other` are in the set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set with `other` added.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
