//! Takes in who was alive and when nothing was said: silences, pauses, keep-alives, zero windows (M14).

use super::facts::{KeepAlive, KeepAlives, Pause, Silence, ZeroWindowSpan, ZeroWindows};
use super::few::Few;
use crate::ids::Stamp;
use crate::limits::{KEEP_ALIVES, SILENCES, ZERO_WINDOWS};
use crate::side::{PerSide, Side};
use crate::time::Nanos;

/// What is shorter no timer of TCP makes (Linux waits 200 ms before it sends again): it is the pace of
/// hosts and paths, and is kept only where a flow has nothing longer.
pub(crate) const SILENCE_FLOOR: Nanos = Nanos::from_millis(100);

/// Something with a length, of which the longest are kept.
pub(crate) trait Lasting {
    fn length(&self) -> Nanos;
}

impl Lasting for Silence {
    fn length(&self) -> Nanos {
        self.length
    }
}

impl Lasting for Pause {
    fn length(&self) -> Nanos {
        self.length
    }
}

/// What a length must be above to be kept: the floor, or the shortest of as many as are kept. Without
/// any above the floor, the longest.
pub(crate) fn bar<T: Lasting>(kept: &[T]) -> Nanos {
    match kept {
        [] => Nanos(0),
        [first, ..] if first.length() < SILENCE_FLOOR => first.length(),
        [.., last] if kept.len() >= SILENCES => last.length().max(SILENCE_FLOOR),
        _ => SILENCE_FLOOR,
    }
}

/// Keeps the longest, longest first; of equals the earlier first.
pub(crate) fn keep_longest<T: Lasting>(kept: &mut Few<T>, item: T) {
    if kept.len() >= SILENCES || item.length() < SILENCE_FLOOR {
        kept.pop();
    }
    let place = kept.partition_point(|other| other.length() >= item.length());
    kept.insert(place, item, SILENCES);
}

/// Since when nothing new was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standstill {
    pub(crate) since: Stamp,
    pub(crate) speaker: Side,
    pub(crate) packets: PerSide<u32>,
}

impl Standstill {
    pub(crate) fn new(since: Stamp, speaker: Side) -> Self {
        Self {
            since,
            speaker,
            packets: PerSide::default(),
        }
    }

    /// As a pause that ended, or lasts to the end.
    pub(crate) const fn pause(&self, until: Option<Stamp>, length: Nanos) -> Pause {
        Pause {
            after: self.since,
            until,
            length,
            last_speaker: self.speaker,
            packets: self.packets,
        }
    }
}

impl KeepAlives {
    /// A keep-alive was sent; whether the one before it was answered.
    pub(crate) fn on_sent(&mut self, stamp: Stamp) {
        self.file_last();
        self.sent = self.sent.saturating_add(1);
        self.unanswered_last = self.unanswered_last.saturating_add(1);
        self.last = Some(KeepAlive {
            sent: stamp,
            answered: None,
            answer_position: 0,
            answer_expected: 0,
        });
    }

    /// The other side answered: its sequence position, and what the capture has of it.
    pub(crate) fn on_answer(&mut self, stamp: Stamp, position: u64, expected: u64) {
        let Some(last) = self.last.as_mut() else {
            return;
        };
        if last.answered.is_some() {
            return;
        }
        last.answered = Some(stamp);
        last.answer_position = position;
        last.answer_expected = expected;
        self.answered = self.answered.saturating_add(1);
        self.unanswered_last = 0;
    }

    /// Moves the last one, whose answer will not change any more, to the first ones.
    fn file_last(&mut self) {
        if let Some(last) = self.last
            && self.first.len() < KEEP_ALIVES
        {
            self.first.push(last);
        }
    }

    /// The flow is over.
    pub(crate) fn finish(&mut self) {
        self.file_last();
    }
}

impl ZeroWindows {
    /// The side announced 0.
    pub(crate) fn on_zero(&mut self, stamp: Stamp) {
        match self.open_span.as_mut() {
            Some((_, last)) => *last = stamp,
            None => {
                self.count = self.count.saturating_add(1);
                self.open_span = Some((stamp, stamp));
            }
        }
    }

    /// The side announced more than 0.
    pub(crate) fn on_open(&mut self, stamp: Stamp) {
        if let Some((from, _)) = self.open_span.take() {
            self.file(from, Some(stamp), stamp);
        }
    }

    /// The flow is over.
    pub(crate) fn finish(&mut self, last: Stamp) {
        if let Some((from, _)) = self.open_span {
            self.file(from, None, last);
        }
    }

    fn file(&mut self, from: Stamp, until: Option<Stamp>, end: Stamp) {
        let length = end.at.since(from.at);
        self.total = Nanos(self.total.get().saturating_add(length.get()));
        if self.spans.len() < ZERO_WINDOWS {
            self.spans.push(ZeroWindowSpan { from, until });
        }
    }
}
