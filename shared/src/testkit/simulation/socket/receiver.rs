//! The receiving half: what came in order, what came ahead, and when to acknowledge it (RFC 9293 §3.10.7.4, RFC 2018,
//! RFC 2883, RFC 5681 §4.2).

use super::ranges::Ranges;
use crate::testkit::simulation::stack::Stack;
use crate::time::Timestamp;

/// Positions count from the first byte; the FIN is behind the last.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    /// First position that did not come yet.
    pub(super) next: u64,
    ahead: Ranges,
    /// Bytes in order that the process has not read.
    pub(super) unread: u64,
    fin: Option<u64>,
    /// Full segments since the last ACK.
    pending: u32,
    has_pending: bool,
    quick: u32,
    /// A range that came twice: the next ACK tells (RFC 2883).
    duplicate: Option<(u64, u64)>,
    /// The range that came last, first of the SACK blocks.
    newest: Option<u64>,
    pub(super) timer: Option<Timestamp>,
    /// The window that was last told.
    pub(super) told: u64,
}

impl Receiver {
    pub(super) fn new(stack: &Stack) -> Self {
        Self {
            next: 0,
            ahead: Ranges::default(),
            unread: 0,
            fin: None,
            pending: 0,
            has_pending: false,
            quick: stack.quick_acks,
            duplicate: None,
            newest: None,
            timer: None,
            told: stack.buffer,
        }
    }

    /// The other side has closed, and everything before came.
    pub(super) fn is_ended(&self) -> bool {
        self.fin.is_some_and(|fin| self.next > fin)
    }

    /// Takes a segment in; true when it is to be acknowledged at once.
    pub(super) fn take(&mut self, now: Timestamp, stack: &Stack, piece: (u64, u64, bool)) -> bool {
        let (from, length, has_fin) = piece;
        let data_end = from + length;
        if has_fin {
            self.fin = Some(data_end);
        }
        let end = data_end + u64::from(has_fin);
        if end <= self.next {
            self.duplicate = (length > 0).then_some((from, data_end));
            return true;
        }
        if from > self.next {
            if self
                .ahead
                .holding(from)
                .is_some_and(|(_, known)| known >= end)
            {
                self.duplicate = Some((from, end));
            }
            self.ahead.add(from, end);
            self.newest = Some(from);
            return true;
        }
        let had_hole = !self.ahead.list().is_empty();
        if from < self.next && length > 0 {
            self.duplicate = Some((from, self.next.min(data_end)));
        }
        let before = self.next;
        self.next = end;
        if let Some((_, known)) = self.ahead.holding(self.next) {
            self.next = known;
        }
        self.ahead.forget_before(self.next);
        let fin_taken = u64::from(self.is_ended());
        self.unread += self.next - before - fin_taken;
        self.has_pending = true;
        self.pending += u32::from(length > 0);
        if had_hole || has_fin || self.pending >= 2 || self.duplicate.is_some() {
            return true;
        }
        if self.quick > 0 {
            self.quick -= 1;
            return true;
        }
        self.timer = self.timer.or(Some(now + stack.delayed_ack));
        false
    }

    /// The window to be told now.
    pub(super) fn window(&self, stack: &Stack) -> u64 {
        let free = stack.buffer.saturating_sub(self.unread);
        // Silly windows are not told (RFC 1122 §4.2.3.3).
        if free < u64::from(stack.mss).min(stack.buffer / 2) {
            0
        } else {
            free
        }
    }

    /// An ACK leaves: nothing is pending any more. The SACK blocks to be told with it.
    pub(super) fn acknowledged(&mut self, stack: &Stack) -> Vec<(u64, u64)> {
        self.pending = 0;
        self.has_pending = false;
        self.timer = None;
        self.told = self.window(stack);
        let mut blocks: Vec<_> = self.duplicate.take().into_iter().collect();
        let newest = self.newest.and_then(|at| self.ahead.holding(at));
        blocks.extend(newest);
        let others = self.ahead.list().iter().copied();
        blocks.extend(others.filter(|range| Some(*range) != newest));
        blocks.truncate(3);
        blocks
    }
}
