//! Finds the packet that acknowledges a position somebody asked about (M3).

use super::chunk::{Mark, MarkKind};
use super::facts::{AckStamp, MarkAck};
use crate::grow;
use crate::ids::Stamp;
use crate::limits::MARKS;
use crate::side::Side;

/// Hello, flight, Finished and the first request: what a TLS connection has.
pub(super) const USUAL_MARKS: usize = 4;

/// The marks of one flow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    marks: Vec<MarkAck>,
    /// How many have no acknowledgement yet.
    open: usize,
}

impl Marks {
    /// Some mark waits for its acknowledgement.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.open > 0
    }

    fn forget(&mut self, side: Side, kind: MarkKind) {
        let is_it = |mark: &MarkAck| mark.side == side && mark.kind == kind;
        if let Some(index) = self.marks.iter().position(is_it) {
            let was_open = self.marks.remove(index).acked.is_none();
            self.open = self.open.saturating_sub(usize::from(was_open));
        }
    }

    /// A new mark; `latest` is the other side's latest acknowledgement.
    pub(crate) fn add(&mut self, mark: Mark, latest: Option<AckStamp>) {
        // A flight is marked wherever it stops; where it stopped last is its end.
        if mark.kind == MarkKind::ServerFlight {
            self.forget(mark.side, mark.kind);
        }
        if self.marks.len() >= MARKS && !self.make_room() {
            return;
        }
        let acked = latest.filter(|ack| ack.position >= mark.end);
        if acked.is_none() {
            self.open = self.open.saturating_add(1);
        }
        if self.marks.is_empty() {
            self.marks.reserve_exact(USUAL_MARKS);
        }
        grow::push(
            &mut self.marks,
            MarkAck {
                side: mark.side,
                end: mark.end,
                kind: mark.kind,
                acked,
                sacked: None,
            },
        );
    }

    /// The other side of `side` acknowledges.
    pub(crate) fn on_ack(&mut self, side: Side, ack: AckStamp) {
        for mark in &mut self.marks {
            if mark.side == side && mark.acked.is_none() && ack.position >= mark.end {
                mark.acked = Some(ack);
                self.open = self.open.saturating_sub(1);
            }
        }
    }

    /// The other side of `side` has a SACK block.
    pub(crate) fn on_sack(&mut self, side: Side, (left, right): (u64, u64), stamp: Stamp) {
        for mark in &mut self.marks {
            if mark.side == side && mark.acked.is_none() && mark.sacked.is_none() && left < mark.end
            {
                mark.sacked = Some(Box::new((left, right, stamp)));
            }
        }
    }

    /// Forgets the oldest acknowledged request: handshakes and the latest exchanges say more.
    fn make_room(&mut self) -> bool {
        let oldest = self
            .marks
            .iter()
            .position(|mark| mark.kind == MarkKind::Request && mark.acked.is_some());
        oldest.is_some_and(|index| {
            self.marks.remove(index);
            true
        })
    }

    /// What became of them.
    pub(crate) fn into_facts(self) -> Vec<MarkAck> {
        self.marks
    }
}
