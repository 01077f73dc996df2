//! Segments of one side that wait for an acknowledgement: round trips, and which copy of a repeated
//! segment arrived (RFC 3522, Eifel; M10).

use std::collections::VecDeque;

use super::facts::{Arrival, Retransmission, RoundTrips};
use super::sequence::offset;
use crate::ids::Stamp;
use crate::limits::OUTSTANDING_SEGMENTS;
use crate::time::Nanos;

/// A segment in flight.
#[derive(Clone, Copy, Debug)]
struct Sent {
    start: i64,
    stamp: Stamp,
    length: u32,
    tsval: Option<u32>,
    /// A copy of a part of it was sent, so its acknowledgement is no round trip.
    is_repeated: bool,
}

impl Sent {
    fn end(&self) -> i64 {
        self.start.saturating_add(i64::from(self.length))
    }
}

/// Unacknowledged segments in order of position; the oldest are forgotten above the cap.
///
/// Requests and answers of one segment each are most of what there is, so the first one needs no memory of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outstanding {
    first: Option<Sent>,
    /// Those behind the first; there are none without it.
    more: VecDeque<Sent>,
}

/// What is known of the earlier copy of a repeated segment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EarlierCopy {
    pub(crate) stamp: Option<Stamp>,
    pub(crate) tsval: Option<u32>,
}

impl Outstanding {
    /// Nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// A segment with positions not sent before.
    pub(crate) fn push(&mut self, start: i64, end: i64, stamp: Stamp, tsval: Option<u32>) {
        let sent = Sent {
            start,
            stamp,
            length: u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX),
            tsval,
            is_repeated: false,
        };
        if self.first.is_none() {
            self.first = Some(sent);
            return;
        }
        self.more.push_back(sent);
        if self.more.len() >= OUTSTANDING_SEGMENTS {
            self.first = self.more.pop_front();
        }
    }

    /// A copy of positions sent before; answers what is known of the first one.
    pub(crate) fn repeat(&mut self, start: i64, end: i64, tsval: Option<u32>) -> EarlierCopy {
        let mut earlier = EarlierCopy::default();
        for sent in self.first.iter_mut().chain(&mut self.more) {
            if sent.start < end && start < sent.end() {
                if earlier.stamp.is_none() {
                    earlier = EarlierCopy {
                        stamp: Some(sent.stamp),
                        tsval: sent.tsval,
                    };
                }
                sent.is_repeated = true;
                sent.tsval = tsval;
            }
        }
        earlier
    }

    /// The other side acknowledged up to `position`; answers the round trip of the newest segment that
    /// this covers, when nothing of what it covers was sent twice.
    pub(crate) fn acknowledge(&mut self, position: i64, at: Stamp) -> Option<Nanos> {
        let mut sample = None;
        let mut any_repeated = false;
        while let Some(sent) = self.first.as_ref()
            && sent.end() <= position
        {
            any_repeated |= sent.is_repeated;
            sample = Some(at.at.since(sent.stamp.at));
            self.first = self.more.pop_front();
        }
        sample.filter(|rtt| !any_repeated && rtt.get() >= 0)
    }
}

impl RoundTrips {
    /// The first sample.
    const fn new(rtt: Nanos) -> Self {
        Self {
            count: 1,
            first: rtt,
            min: rtt,
            max: rtt,
            last: rtt,
            smoothed: rtt,
        }
    }

    /// Takes a sample in.
    pub(crate) fn add(trips: &mut Option<Self>, rtt: Nanos) {
        let Some(known) = trips else {
            *trips = Some(Self::new(rtt));
            return;
        };
        known.count = known.count.saturating_add(1);
        known.min = known.min.min(rtt);
        known.max = known.max.max(rtt);
        known.last = rtt;
        // RFC 6298 §2: SRTT moves an eighth of the way.
        let step = rtt.get().saturating_sub(known.smoothed.get()) / 8;
        known.smoothed = Nanos(known.smoothed.get().saturating_add(step));
    }
}

impl Retransmission {
    /// The other side acknowledged all of it, and echoed a TSval; `later` is the TSval of the next copy.
    pub(crate) fn acknowledge(&mut self, at: Stamp, echoed: Option<u32>, later: Option<u32>) {
        self.acked = Some(at);
        if self.arrival != Arrival::Unacknowledged {
            return;
        }
        self.arrival = match (echoed, self.tsval) {
            (Some(echoed), Some(own)) if is_older(echoed, own) => Arrival::Earlier,
            (Some(echoed), Some(_)) if later.is_some_and(|later| !is_older(echoed, later)) => {
                Arrival::Later
            }
            (Some(_), Some(own)) if self.earlier_tsval.is_some_and(|old| is_older(old, own)) => {
                Arrival::This
            }
            _ => Arrival::Undecided,
        };
    }

    /// A D-SACK reports the positions `left` to `right` as received twice; whether it means this copy.
    pub(crate) fn is_duplicate_of(&self, left: i64, right: i64, echoed: Option<u32>) -> bool {
        let overlaps = self.start < offset(right)
            && offset(left) < self.start.saturating_add(u64::from(self.length));
        let same_copy = match (echoed, self.tsval) {
            (Some(echoed), Some(own)) => !is_older(echoed, own),
            _ => true,
        };
        overlaps && same_copy
    }
}

/// TSval `a` was sent before `b` (RFC 7323 §5.2: modular, as sequence numbers).
const fn is_older(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}
