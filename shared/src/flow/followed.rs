//! A flow of the table with what takes its bytes: plain at first, in full from the first odd packet on.

use super::chunk::StreamSink;
use super::facts::{FinishedFlow, FlowEnd, IcmpError};
use super::key::FlowKey;
use super::live::{Birth, Live, Stage};
use super::plain::Plain;
use super::seen::Seen;
use crate::ids::FlowId;
use crate::time::Timestamp;

/// A flow that may still get packets.
#[derive(Debug)]
pub(super) struct Followed<S> {
    pub(super) id: FlowId,
    sink: S,
    course: Course,
}

/// What was seen of a flow so far.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every flow is plain, and a box of its own would be one allocation more for each"
)]
enum Course {
    Plain(Plain),
    Full(Box<Live>),
}

impl<S: StreamSink> Followed<S> {
    /// Before its first packet.
    pub(super) fn new(birth: Birth, sink: S) -> Self {
        Self {
            id: birth.id,
            sink,
            course: Course::Plain(Plain::new(birth)),
        }
    }

    /// The same, followed in full from its first packet on.
    #[cfg(test)]
    pub(super) fn in_full(birth: Birth, sink: S) -> Self {
        Self {
            id: birth.id,
            sink,
            course: Course::Full(Box::new(Live::new(birth))),
        }
    }

    /// Nothing odd came.
    #[cfg(test)]
    pub(super) const fn is_plain(&self) -> bool {
        matches!(self.course, Course::Plain(_))
    }

    /// The next packet.
    pub(super) fn on_segment(&mut self, seen: &Seen<'_>) {
        if let Course::Plain(plain) = &mut self.course {
            let is_taken = plain.take(seen, &mut self.sink);
            if is_taken && !plain.is_crowded() {
                return;
            }
            self.course = Course::Full(Box::new(plain.replay()));
            if is_taken {
                return;
            }
        }
        if let Course::Full(live) = &mut self.course {
            live.on_segment(seen, &mut self.sink);
        }
    }

    /// An ICMP error that quotes a packet of it.
    pub(super) fn on_icmp(&mut self, error: IcmpError, sequence: Option<u32>) {
        if let Course::Plain(plain) = &mut self.course {
            self.course = Course::Full(Box::new(plain.replay()));
        }
        if let Course::Full(live) = &mut self.course {
            live.on_icmp(error, sequence);
        }
    }

    /// It is over: `lasting` says why, when neither FIN nor RST does, and `now` is the latest time of the capture.
    pub(super) fn finish(mut self, lasting: FlowEnd, now: Timestamp) -> FinishedFlow<S> {
        let live = match self.course {
            Course::Plain(mut plain) => plain.conclude(),
            Course::Full(live) => *live,
        };
        FinishedFlow {
            facts: live.finish(lasting, now, &mut self.sink),
            sink: self.sink,
        }
    }

    /// The SYN does not belong to this flow: it opens another one on the same ports.
    pub(super) fn is_replaced_by(&self, seen: &Seen<'_>) -> bool {
        match &self.course {
            Course::Plain(plain) => plain.is_replaced_by(seen),
            Course::Full(live) => live.is_replaced_by(seen),
        }
    }

    /// How far it is on its way to its end.
    pub(super) fn stage(&self) -> Stage {
        match &self.course {
            Course::Plain(plain) => plain.stage(),
            Course::Full(live) => live.stage(),
        }
    }

    /// The time of its last packet.
    pub(super) const fn last(&self) -> Timestamp {
        match &self.course {
            Course::Plain(plain) => plain.last,
            Course::Full(live) => live.facts.last.at,
        }
    }

    /// How many earlier flows had the same ports.
    pub(super) const fn nth(&self) -> u32 {
        match &self.course {
            Course::Plain(plain) => plain.birth.nth,
            Course::Full(live) => live.facts.nth,
        }
    }

    /// Between whom it is, and whether the lower end is the originator.
    pub(super) fn key(&self) -> (FlowKey, bool) {
        match &self.course {
            Course::Plain(plain) => (plain.birth.key, plain.birth.low_is_originator),
            Course::Full(live) => {
                let endpoints = &live.facts.endpoints;
                FlowKey::of(endpoints.originator, endpoints.responder)
            }
        }
    }
}
