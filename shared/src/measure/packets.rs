//! The kept packets of one connection, looked up by packet. What lies beyond a gap is never guessed at.

use crate::flow::journal::{Entry, Journal, Notes};
use crate::ids::Stamp;
use crate::packet::TcpFlags;

/// The journal without second copies, as one list.
#[derive(Debug)]
pub(super) struct Packets<'a> {
    entries: Vec<&'a Entry>,
    /// Where packets were left out: the index of the first one after them.
    gap: Option<usize>,
}

impl<'a> Packets<'a> {
    /// `kept` is all that the journal keeps.
    pub(super) fn of(journal: &Journal, kept: &'a [Entry]) -> Self {
        let is_first_copy = |entry: &&Entry| !entry.notes().contains(Notes::DUPLICATE_CAPTURE);
        let first = kept.len().saturating_sub(journal.tail().len());
        let (head, tail) = kept.split_at_checked(first).unwrap_or_default();
        let mut entries = Vec::with_capacity(kept.len());
        entries.extend(head.iter().filter(is_first_copy));
        let gap = (journal.omitted() > 0).then_some(entries.len());
        entries.extend(tail.iter().filter(is_first_copy));
        Self { entries, gap }
    }

    /// None were left out.
    pub(super) const fn are_all(&self) -> bool {
        self.gap.is_none()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().copied()
    }

    /// The packets in unbroken stretches: one, or two with a gap between.
    pub(super) fn stretches(&self) -> [&[&'a Entry]; 2] {
        let (before, after) = self
            .entries
            .split_at_checked(self.gap.unwrap_or(self.entries.len()))
            .unwrap_or_default();
        [before, after]
    }

    /// The packet of a stamp.
    pub(super) fn at(&self, stamp: Stamp) -> Option<&'a Entry> {
        let index = self.rank(stamp);
        let entry = self.entries.get(index)?;
        (entry.stamp().packet == stamp.packet).then_some(*entry)
    }

    /// What follows a packet, up to where packets were left out.
    pub(super) fn after(&self, stamp: Stamp) -> impl Iterator<Item = &'a Entry> {
        let from = self
            .entries
            .partition_point(|entry| entry.stamp().packet <= stamp.packet);
        let until = match self.gap {
            Some(gap) if from <= gap => gap,
            _ => self.entries.len(),
        };
        let run = self.entries.get(from..until).unwrap_or_default();
        run.iter().copied()
    }

    /// The packet right before a packet.
    pub(super) fn before(&self, stamp: Stamp) -> Option<&'a Entry> {
        let index = self.rank(stamp);
        if self.gap == Some(index) {
            return None;
        }
        self.entries.get(index.checked_sub(1)?).copied()
    }

    fn rank(&self, stamp: Stamp) -> usize {
        self.entries
            .partition_point(|entry| entry.stamp().packet < stamp.packet)
    }
}

/// It carries payload of the stream, no probe.
pub(super) fn has_data(entry: &Entry) -> bool {
    let notes = entry.notes();
    entry.payload > 0
        && !entry.flags.intersects(TcpFlags::RST)
        && !notes.contains(Notes::KEEP_ALIVE)
        && !notes.contains(Notes::ZERO_WINDOW_PROBE)
}

/// It carries payload that was not sent before.
pub(super) fn has_new_data(entry: &Entry) -> bool {
    has_data(entry) && entry.notes().contains(Notes::NEW)
}

/// The relative sequence number after its payload.
pub(super) const fn end_of(entry: &Entry) -> u32 {
    entry.sequence.wrapping_add(entry.payload)
}
