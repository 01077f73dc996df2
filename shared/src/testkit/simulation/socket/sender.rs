//! The sending half: what was written, what is under way, what the other side has, and the timer for the rest
//! (RFC 9293 §3.8, RFC 5681, RFC 6298, RFC 6675, RFC 8985 §7).

use super::ranges::Ranges;
use crate::testkit::simulation::stack::Stack;
use crate::time::{Nanos, Timestamp};

/// What is to be put into a segment: from where, how much, and whether the FIN is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from: u64,
    pub(super) length: u64,
    pub(super) has_fin: bool,
}

/// Positions count from the first byte; the FIN is behind the last.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) written: Vec<u8>,
    pub(super) is_closed: bool,
    /// First position that is not acknowledged.
    pub(super) unacked: u64,
    /// First position that was never sent.
    pub(super) next: u64,
    /// Payload of a full segment.
    pub(super) full: u64,
    /// What the other side lets us have under way.
    pub(super) window: u64,
    congestion: u64,
    sacked: Ranges,
    repaired: Vec<u64>,
    /// Until where a recovery goes, and whether everything below is lost, not only what SACK skips.
    recovery: Option<(u64, bool)>,
    duplicates: u32,
    smoothed: Option<(i64, i64)>,
    /// How often the timer expired in a row.
    pub(super) backoff: u32,
    has_probed: bool,
    /// For a round trip without timestamps: the position that ends it, and when that was sent.
    timed: Option<(u64, Timestamp)>,
    pub(super) timer: Option<Timestamp>,
    reorder: Option<Timestamp>,
}

/// What the timers of a sender want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// Send this again.
    Again(Piece),
    /// Ask for the window.
    Probe,
}

impl Sender {
    pub(super) fn new(stack: &Stack) -> Self {
        Self {
            written: Vec::new(),
            is_closed: false,
            unacked: 0,
            next: 0,
            full: 536,
            window: 0,
            congestion: stack.initial_window,
            sacked: Ranges::default(),
            repaired: Vec::new(),
            recovery: None,
            duplicates: 0,
            smoothed: None,
            backoff: 0,
            has_probed: false,
            timed: None,
            timer: None,
            reorder: None,
        }
    }

    /// The handshake is over: how large segments are.
    pub(super) fn open(&mut self, full: u64) {
        self.congestion = self.congestion.saturating_mul(full);
        self.full = full;
    }

    /// Behind the last byte and the FIN.
    fn end(&self) -> u64 {
        self.written.len() as u64 + u64::from(self.is_closed)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.unacked == self.end()
    }

    /// The next new piece that may be sent now.
    pub(super) fn take(&mut self, now: Timestamp, stack: &Stack) -> Option<Piece> {
        let under_way = self.next - self.unacked;
        let allowed = self.window.min(self.congestion + self.sacked.total());
        let room = allowed.saturating_sub(under_way);
        let left = (self.written.len() as u64).saturating_sub(self.next);
        let length = left.min(self.full).min(room);
        if left > 0 && length < left.min(self.full) && under_way > 0 {
            return None;
        }
        if stack.nagle && left > 0 && length < self.full && under_way > 0 {
            return None;
        }
        let has_fin = self.is_closed && self.next + length == self.end() - 1;
        if length == 0 && !has_fin {
            if left > 0 && self.timer.is_none() {
                self.arm(now, stack);
            }
            return None;
        }
        let piece = Piece {
            from: self.next,
            length,
            has_fin,
        };
        self.next += length + u64::from(has_fin);
        if self.timed.is_none() && self.backoff == 0 {
            self.timed = Some((self.next, now));
        }
        self.arm(now, stack);
        Some(piece)
    }

    /// What the other side says it has. Pieces to be sent again come back.
    pub(super) fn acknowledge(
        &mut self,
        now: Timestamp,
        stack: &Stack,
        told: &Told<'_>,
    ) -> Vec<Piece> {
        let is_new = told.position > self.unacked && told.position <= self.next;
        for (from, to) in told.sacked {
            if *from >= told.position {
                self.sacked.add(*from, (*to).min(self.next));
            }
        }
        if is_new {
            self.sample(now, stack, told);
            self.congestion = (self.congestion + (told.position - self.unacked)).min(1 << 20);
            self.unacked = told.position;
            self.sacked.forget_before(self.unacked);
            self.duplicates = 0;
            self.backoff = 0;
            self.has_probed = false;
            if self
                .recovery
                .is_some_and(|(until, _)| self.unacked >= until)
            {
                self.recovery = None;
            }
            if self.recovery.is_none() {
                self.repaired.clear();
            }
            self.timer = None;
            if self.unacked < self.next {
                self.arm(now, stack);
            }
        } else if told.is_pure && self.unacked < self.next {
            self.duplicates += 1;
        }
        self.lost(now, is_new)
    }

    /// What is to be sent again now.
    fn lost(&mut self, now: Timestamp, is_new: bool) -> Vec<Piece> {
        let holes = self.sacked.total();
        if self.recovery.is_none() {
            let is_sure = holes >= 3 * self.full || (holes == 0 && self.duplicates >= 3);
            if is_sure {
                self.enter(false);
            } else if holes > 0 && self.reorder.is_none() {
                let wait = self
                    .smoothed
                    .map_or(10_000_000, |(round_trip, _)| round_trip / 4);
                self.reorder = Some(now + Nanos(wait + 1_000_000));
            }
        }
        match self.recovery {
            Some((_, true)) if is_new => self.repair(2),
            Some((_, false)) if is_new || holes > 0 => self.repair(2),
            _ => Vec::new(),
        }
    }

    fn enter(&mut self, is_all: bool) {
        self.recovery = Some((self.next, is_all));
        self.congestion = (self.congestion / 2).max(2 * self.full);
        self.reorder = None;
    }

    /// The next lost pieces, each once in a recovery.
    fn repair(&mut self, count: usize) -> Vec<Piece> {
        let Some((until, is_all)) = self.recovery else {
            return Vec::new();
        };
        let limit = if is_all || self.sacked.total() == 0 {
            until
        } else {
            self.sacked.end().min(until)
        };
        let mut found = Vec::new();
        let mut position = self.unacked;
        while position < limit && found.len() < count {
            if let Some((_, end)) = self.sacked.holding(position) {
                position = end;
                continue;
            }
            let piece = self.piece(position);
            if !self.repaired.contains(&position) {
                self.repaired.push(position);
                found.push(piece);
                if !is_all && self.sacked.total() == 0 {
                    break;
                }
            }
            position += piece.length.max(1);
        }
        found
    }

    /// A segment that begins here and was sent before.
    fn piece(&self, from: u64) -> Piece {
        let bytes = self.written.len() as u64;
        let stop = self.sacked.next_start(from).unwrap_or(self.next);
        let length = self.full.min(bytes.saturating_sub(from)).min(stop - from);
        let has_fin = self.is_closed && from + length == bytes && self.next > bytes;
        Piece {
            from,
            length,
            has_fin,
        }
    }

    /// RFC 6298 §2, with the floor of Linux and others: on the variance's part, not on the sum.
    fn wait(&self, stack: &Stack) -> Nanos {
        let floor = stack.timer_floor.get();
        let base = match self.smoothed {
            Some((round_trip, variance)) => round_trip + floor.max(4 * variance),
            None => 1_000_000_000,
        };
        Nanos((base << self.backoff.min(16)).min(120_000_000_000))
    }

    fn arm(&mut self, now: Timestamp, stack: &Stack) {
        let mut wait = self.wait(stack);
        if let Some((round_trip, _)) = self.smoothed
            && stack.tail_probe
            && !self.has_probed
            && self.recovery.is_none()
            && self.backoff == 0
            && self.next > self.unacked
        {
            let one_only = self.next - self.unacked <= self.full;
            let slack = if one_only {
                stack.timer_floor.get()
            } else {
                2_000_000
            };
            wait = wait.min(Nanos(2 * round_trip + slack));
        }
        self.timer = Some(now + wait);
    }

    /// The timers that have expired.
    pub(super) fn tick(&mut self, now: Timestamp, stack: &Stack) -> Vec<Expired> {
        let mut wanted = Vec::new();
        if self.reorder.is_some_and(|due| due <= now) {
            self.reorder = None;
            if self.sacked.total() > 0 && self.recovery.is_none() {
                self.enter(false);
                wanted.extend(self.repair(2).into_iter().map(Expired::Again));
            }
        }
        if self.timer.is_none_or(|due| due > now) {
            return wanted;
        }
        self.timer = None;
        if self.unacked == self.next {
            if self.next < self.end() {
                self.backoff += 1;
                self.timer = Some(now + self.wait(stack));
                wanted.push(Expired::Probe);
            }
            return wanted;
        }
        let is_probe = stack.tail_probe
            && !self.has_probed
            && self.recovery.is_none()
            && self.backoff == 0
            && self.smoothed.is_some();
        self.timed = None;
        if is_probe {
            self.has_probed = true;
            wanted.push(Expired::Again(self.last_piece()));
            self.timer = Some(now + self.wait(stack));
            return wanted;
        }
        self.backoff += 1;
        if stack.mtu_probing && self.backoff > BLACK_HOLE_AFTER {
            self.full = self.full.min(PROBED);
        }
        self.repaired.clear();
        self.enter(true);
        self.congestion = self.full;
        wanted.extend(self.repair(1).into_iter().map(Expired::Again));
        self.timer = Some(now + self.wait(stack));
        wanted
    }

    /// The last segment that is under way.
    fn last_piece(&self) -> Piece {
        let bytes = self.written.len() as u64;
        let sent = self.next.min(bytes);
        let mut from = self.unacked;
        while from + self.full < sent {
            from += self.full;
        }
        Piece {
            from,
            length: sent.saturating_sub(from),
            has_fin: self.next > bytes,
        }
    }

    /// The path takes smaller segments only (RFC 1191): what is under way is cut again.
    pub(super) fn shrink(&mut self, full: u64) -> Vec<Piece> {
        self.full = self.full.min(full);
        self.repaired.clear();
        self.enter(true);
        self.repair(4)
    }

    fn sample(&mut self, now: Timestamp, stack: &Stack, told: &Told<'_>) {
        let timed = self.timed.filter(|(end, _)| told.position >= *end);
        if timed.is_some() {
            self.timed = None;
        }
        let since = timed.map(|(_, sent)| now.since(sent));
        let Some(round_trip) = since.filter(|_| self.backoff == 0) else {
            return;
        };
        self.measured(round_trip, stack);
    }

    /// A round trip was measured.
    pub(super) fn measured(&mut self, round_trip: Nanos, _stack: &Stack) {
        let trip = round_trip.get().max(1);
        self.smoothed = Some(match self.smoothed {
            None => (trip, trip / 2),
            Some((mean, variance)) => (
                (7 * mean + trip) / 8,
                (3 * variance + (mean - trip).abs()) / 4,
            ),
        });
    }

    /// When something is due.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.timer.into_iter().chain(self.reorder).min()
    }
}

/// What an ACK says.
pub(super) struct Told<'a> {
    pub(super) position: u64,
    pub(super) sacked: &'a [(u64, u64)],
    /// It carries nothing and changes no window: it may be a duplicate (RFC 5681 §2).
    pub(super) is_pure: bool,
}

/// `tcp_retries1`.
const BLACK_HOLE_AFTER: u32 = 3;
/// `tcp_base_mss`.
const PROBED: u64 = 1024;
