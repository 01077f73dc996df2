//! Names for what is odd about a segment's place among those before it, as Wireshark's
//! `tcp.analysis` gives them, so that a reader who opens the capture there sees the same words.
//!
//! A name is a fact about the capture, not a cause: "lost before" is also what a capture that
//! dropped packets looks like, and a window update may hide a SACK. Rules look at positions, SACK
//! blocks and timestamps instead.

use super::journal::Notes;
use super::seen::Seen;
use crate::packet::TcpFlags;
use crate::time::{Nanos, Timestamp};

/// A repeated segment this soon after the last duplicate ACK is taken for a fast retransmission.
const FAST_RETRANSMIT_WITHIN: Nanos = Nanos::from_millis(20);

/// Without a measured round trip, a late segment this soon after the newest one is out of order.
const OUT_OF_ORDER_WITHIN: Nanos = Nanos::from_millis(3);

/// What one side has sent so far, as the names depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Order {
    /// The number after the highest one sent.
    next: Option<u32>,
    next_at: Option<Timestamp>,
    /// The segment that set `next` took positions itself; else a pure ACK told of them.
    next_was_carried: bool,
    /// TSval and identification of that segment: they tell whether a late one was sent before it.
    next_tsval: Option<u32>,
    next_identification: Option<u16>,
    /// The number up to which nothing is missing.
    whole: Option<u32>,
    /// Acknowledgement number of the last segment.
    ack: Option<u32>,
    ack_at: Option<Timestamp>,
    repeats: Repeats,
    /// Window of the last segment, as sent.
    window: Option<u16>,
    /// The side has sent a segment after its SYN, so its window is scaled.
    past_syn: bool,
    /// What the last segment was.
    last: Notes,
}

/// Repetitions of the last acknowledgement number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeats {
    /// This many duplicate ACKs.
    Counted(u32),
    /// The number acknowledges something unseen; said once.
    Unseen,
}

impl Default for Repeats {
    fn default() -> Self {
        Self::Counted(0)
    }
}

/// What the flow knows that one side's order does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// How far the other side's window is shifted; `None` when it is not known.
    pub(crate) peer_shift: Option<u8>,
    /// From the last SYN to the first segment after the handshake's SYN-ACK.
    pub(crate) first_round_trip: Option<Nanos>,
}

/// Sequence number arithmetic of RFC 9293 §3.4: `a` is after `b`.
const fn is_after(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) > 0
}

impl Order {
    /// The window of the side's last segment, as sent.
    pub(crate) const fn window(&self) -> Option<u16> {
        self.window
    }

    /// The acknowledgement number of the side's last segment.
    pub(crate) const fn ack(&self) -> Option<u32> {
        self.ack
    }

    /// Remembers of a segment that needs no name what the other side's next one is measured by.
    pub(crate) const fn hear(&mut self, acknowledgment: u32, window: u16) {
        self.past_syn = true;
        self.ack = Some(acknowledgment);
        self.window = Some(window);
    }

    /// Names the segment and takes it in. `peer` is the other side's order.
    pub(crate) fn classify(
        &mut self,
        peer: &mut Self,
        seen: &Seen<'_>,
        around: Surroundings,
    ) -> Notes {
        let mut notes = self.name_place(peer, seen, around);
        if self.ack != Some(seen.segment.acknowledgment) {
            self.repeats = Repeats::Counted(0);
        }
        if self.acks_unseen(peer, seen) {
            notes = notes.with(Notes::ACKED_UNSEEN);
        }
        if seen.segment.payload_length > 0 || seen.takes_number() {
            notes = notes.with(self.name_repetition(peer, seen, around, notes));
        }
        self.take_in(seen, notes);
        notes
    }

    /// Everything that does not need payload.
    fn name_place(&mut self, peer: &Self, seen: &Seen<'_>, around: Surroundings) -> Notes {
        let segment = seen.segment;
        let is_next = self.next == Some(segment.sequence);
        if segment.payload_length == 1 && is_next && peer.window == Some(0) {
            return Notes::ZERO_WINDOW_PROBE;
        }
        let mut notes = Notes::default();
        if segment.window == 0 && !seen.is_control() {
            notes = notes.with(Notes::ZERO_WINDOW);
        }
        if self
            .next
            .is_some_and(|next| is_after(segment.sequence, next))
            && !seen.has(TcpFlags::RST)
        {
            notes = notes.with(Notes::LOST_BEFORE);
        }
        if seen.is_control() {
            return notes;
        }
        if segment.payload_length <= 1
            && self.next.map(|next| next.wrapping_sub(1)) == Some(segment.sequence)
        {
            notes = notes.with(Notes::KEEP_ALIVE);
        }
        if segment.payload_length > 0 {
            if peer.window_edge(around.peer_shift)
                == Some(segment.sequence.wrapping_add(segment.payload_length))
            {
                notes = notes.with(Notes::WINDOW_FULL);
            }
        } else if is_next && self.ack == Some(segment.acknowledgment) {
            notes = notes.with(self.name_repeated_ack(peer, segment.window));
        }
        notes
    }

    /// An empty segment with the numbers of the one before.
    fn name_repeated_ack(&mut self, peer: &Self, window: u16) -> Notes {
        if self.window != Some(window) {
            return if window == 0 {
                Notes::default()
            } else {
                Notes::WINDOW_UPDATE
            };
        }
        if window == 0 {
            return if peer.last.contains(Notes::ZERO_WINDOW_PROBE) {
                Notes::ZERO_WINDOW_PROBE_ACK
            } else {
                Notes::default()
            };
        }
        if peer.last.contains(Notes::KEEP_ALIVE) {
            return Notes::KEEP_ALIVE_ACK;
        }
        self.repeats = match self.repeats {
            Repeats::Counted(count) => Repeats::Counted(count.saturating_add(1)),
            Repeats::Unseen => Repeats::Counted(1),
        };
        Notes::DUPLICATE_ACK
    }

    /// The number after the last that this side's window allows.
    pub(crate) fn window_edge(&self, shift: Option<u8>) -> Option<u32> {
        let shift = if self.past_syn { shift? } else { 0 };
        let window = u32::from(self.window?) << shift.min(14);
        Some(self.ack?.wrapping_add(window))
    }

    /// Acknowledges more than the capture has of the other side; said once for each gap.
    fn acks_unseen(&self, peer: &mut Self, seen: &Seen<'_>) -> bool {
        let Some(whole) = peer.whole else {
            return false;
        };
        if !seen.has(TcpFlags::ACK) || !is_after(seen.segment.acknowledgment, whole) {
            return false;
        }
        if let Some(next) = peer.next
            && is_after(next, whole)
        {
            peer.whole = peer.next;
            return true;
        }
        let first = peer.repeats == Repeats::Counted(0);
        peer.repeats = Repeats::Unseen;
        first
    }

    /// Retransmission, in one of its kinds, or out of order.
    fn name_repetition(
        &self,
        peer: &Self,
        seen: &Seen<'_>,
        around: Surroundings,
        notes: Notes,
    ) -> Notes {
        let segment = seen.segment;
        if notes.contains(Notes::KEEP_ALIVE) {
            return Notes::default();
        }
        let end = segment.sequence.wrapping_add(segment.payload_length);
        if segment.payload_length > 0 && peer.ack.is_some_and(|ack| !is_after(end, ack)) {
            return Notes::RETRANSMISSION.with(Notes::SPURIOUS_RETRANSMISSION);
        }
        let Some(next) = self.next else {
            return Notes::default();
        };
        // More than one byte from the byte before the next position on: new data after a probe.
        let follows_probe = segment.payload_length > 1 && next.wrapping_sub(1) == segment.sequence;
        if !is_after(next, segment.sequence) || follows_probe {
            return Notes::default();
        }
        let fast = matches!(peer.repeats, Repeats::Counted(2..))
            && peer.ack == Some(segment.sequence)
            && within(seen.stamp.at, peer.ack_at, FAST_RETRANSMIT_WITHIN);
        if fast {
            return Notes::RETRANSMISSION.with(Notes::FAST_RETRANSMISSION);
        }
        let threshold = around.first_round_trip.unwrap_or(OUT_OF_ORDER_WITHIN);
        let closes = next == end.wrapping_add(u32::from(seen.takes_number()));
        if within(seen.stamp.at, self.next_at, threshold) && (!closes || self.was_overtaken(seen)) {
            return Notes::OUT_OF_ORDER;
        }
        Notes::RETRANSMISSION
    }

    /// A pure ACK told of the segment's positions first, and its headers show that it was sent later.
    fn was_overtaken(&self, seen: &Seen<'_>) -> bool {
        if self.next_was_carried {
            return false;
        }
        let by_timestamp = match (seen.tsval(), self.next_tsval) {
            (Some(own), Some(next)) if own != next => Some(is_after(next, own)),
            _ => None,
        };
        by_timestamp.unwrap_or_else(|| match (seen.identification, self.next_identification) {
            (Some(own @ 1..), Some(next @ 1..)) => (own.wrapping_sub(next) as i16) < 0,
            _ => false,
        })
    }

    /// Remembers the segment. An RST is not remembered: its numbers need not be those of the stream.
    fn take_in(&mut self, seen: &Seen<'_>, notes: Notes) {
        if seen.has(TcpFlags::RST) {
            return;
        }
        let segment = seen.segment;
        let end = segment
            .sequence
            .wrapping_add(segment.payload_length)
            .wrapping_add(u32::from(seen.takes_number()));
        if !notes.contains(Notes::ZERO_WINDOW_PROBE) {
            if self.next.is_none_or(|next| is_after(end, next)) {
                let past_flag = self
                    .next
                    .map(|next| next.wrapping_add(u32::from(seen.takes_number())));
                if past_flag.is_none_or(|next| is_after(end, next)) {
                    self.next_was_carried = segment.payload_length > 0 || seen.takes_number();
                }
                self.next = Some(end);
                self.next_at = Some(seen.stamp.at);
                self.next_tsval = seen.tsval();
                self.next_identification = seen.identification;
            }
            if self.whole.is_none_or(|whole| whole == segment.sequence) {
                self.whole = self.next;
            }
        }
        if !seen.has(TcpFlags::SYN) && seen.has(TcpFlags::ACK) {
            self.past_syn = true;
        }
        self.window = Some(segment.window);
        self.ack = Some(segment.acknowledgment).filter(|_| seen.has(TcpFlags::ACK));
        self.ack_at = Some(seen.stamp.at);
        self.last = notes;
    }
}

/// `at` is less than `limit` after `earlier`.
fn within(at: Timestamp, earlier: Option<Timestamp>, limit: Nanos) -> bool {
    earlier.is_some_and(|earlier| at.since(earlier) < limit)
}
