//! Puts one side's payload in order and hands it to the sink, each byte once.
//!
//! ```text
//!   delivered      | hole |  waiting pieces            |
//!   ---------------^ next                 --> positions
//! ```
//!
//! In order, nothing is copied. Of bytes that arrive twice the copy captured first wins. A hole is
//! declared when it is certain that its bytes will not come; nothing before `next` is looked at again.
//! That is known late, so it is no time of the stream: what the capture missed came to the receiver in its
//! turn, and what waits behind it counts from the packets that carried it.

use std::collections::BTreeMap;

use super::chunk::{Chunk, Hole, HoleReason, StreamSink};
use super::sequence::offset;
use crate::ids::Stamp;
use crate::limits::{REASSEMBLY_BYTES, REASSEMBLY_PIECES};
use crate::side::Side;
use crate::time::Nanos;

/// How long after an acknowledgement the bytes it acknowledges may still follow in the capture:
/// packets of several queues are not captured in their order of arrival.
const CAPTURE_DISORDER: Nanos = Nanos::from_millis(5);

/// One direction's reassembly.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    next: i64,
    waiting: Option<Box<Waiting>>,
}

/// What arrived beyond a hole.
#[derive(Debug, Default)]
struct Waiting {
    pieces: BTreeMap<i64, Piece>,
    /// Bytes kept in the pieces.
    kept: usize,
    /// The first packet that acknowledged the hole before the first piece.
    acked: Option<Stamp>,
}

#[derive(Debug)]
struct Piece {
    end: i64,
    content: Content,
    carried: Stamp,
}

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// Missing although the packet is there.
    Absent(HoleReason),
}

/// The payload of one segment at its position.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    pub(crate) side: Side,
    pub(crate) start: i64,
    /// The captured part.
    pub(crate) bytes: &'a [u8],
    /// Bytes on the wire.
    pub(crate) length: u32,
    pub(crate) stamp: Stamp,
}

/// What a call did, for the counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Stream bytes seen for the first time.
    pub(crate) new_bytes: u64,
    /// Of these, bytes that the snapshot length cut off.
    pub(crate) snapped: u64,
    /// Bytes declared missing: not captured, or given up.
    pub(crate) missing: u64,
    /// The first and last position of what was declared missing.
    pub(crate) declared: Option<(i64, i64)>,
}

impl Assembler {
    /// The position up to which everything was delivered or declared missing.
    pub(crate) const fn next(&self) -> i64 {
        self.next
    }

    /// The bytes up to this position were delivered elsewhere.
    pub(crate) const fn pass(&mut self, position: i64) {
        self.next = position;
    }

    /// Something waits behind a hole.
    pub(crate) const fn has_hole(&self) -> bool {
        self.waiting.is_some()
    }

    /// Takes a segment's payload.
    pub(crate) fn push(&mut self, payload: Payload<'_>, sink: &mut dyn StreamSink) -> Progress {
        let end = payload.start.saturating_add(i64::from(payload.length));
        let mut progress = Progress::default();
        if end <= self.next {
            return progress;
        }
        if self.waiting.is_none() && payload.start <= self.next {
            let from = self.next;
            self.deliver(&payload, from, end, sink);
            progress.new_bytes = offset(end.saturating_sub(from));
            progress.snapped = payload.snapped(from, end);
            return progress;
        }
        self.wait(&payload, end, sink, &mut progress);
        self.enforce(payload.side, payload.stamp, sink, &mut progress);
        progress
    }

    /// The other side's acknowledgements cover `acked`, by the packet `at`. Declares the hole when the
    /// bytes had their time to come: with the next packet of the other side, however long it takes.
    pub(crate) fn settle(
        &mut self,
        side: Side,
        acked: i64,
        at: Stamp,
        sink: &mut dyn StreamSink,
    ) -> Progress {
        let mut progress = Progress::default();
        let Some(waiting) = self.waiting.as_mut() else {
            return progress;
        };
        let Some(first) = waiting.first() else {
            return progress;
        };
        if acked < first {
            return progress;
        }
        let since = *waiting.acked.get_or_insert(at);
        if at.at.since(since.at) >= CAPTURE_DISORDER {
            self.skip(side, None, HoleReason::NotCaptured, sink, &mut progress);
            self.drain(side, None, sink);
        }
        progress
    }

    /// The flow is over: declares every hole, up to the end that is known, and delivers what waits.
    pub(crate) fn finish(
        &mut self,
        side: Side,
        ends: Ends,
        last: Stamp,
        sink: &mut dyn StreamSink,
    ) -> Progress {
        let mut progress = Progress::default();
        while let Some(first) = self.waiting.as_ref().and_then(|waiting| waiting.first()) {
            let (reason, filled) = match ends.acked_at {
                Some(_) if ends.acked >= first => (HoleReason::NotCaptured, None),
                Some(_) => (HoleReason::GivenUp, Some(last)),
                // Nobody is there who would show that they came.
                None => (HoleReason::GivenUp, None),
            };
            self.skip(side, filled, reason, sink, &mut progress);
            self.drain(side, filled, sink);
        }
        let acked_at = ends.acked_at.unwrap_or(last);
        for (end, at, reason) in [
            (ends.acked, acked_at, HoleReason::NotCaptured),
            (ends.known, last, HoleReason::GivenUp),
        ] {
            self.skip_to(side, end, (at, reason), sink, &mut progress);
        }
        progress
    }

    /// Hands `payload` from `self.next` to `end` to the sink.
    fn deliver(&mut self, payload: &Payload<'_>, from: i64, end: i64, sink: &mut dyn StreamSink) {
        let bytes = payload.part(from, end);
        if !bytes.is_empty() {
            sink.on_bytes(Chunk {
                side: payload.side,
                offset: offset(from),
                bytes,
                carried: payload.stamp,
                delivered: payload.stamp,
            });
        }
        let reached = from.saturating_add(bytes.len() as i64);
        if reached < end {
            sink.on_hole(Hole {
                side: payload.side,
                offset: offset(reached),
                length: offset(end.saturating_sub(reached)),
                known: payload.stamp,
                reason: HoleReason::Snapped,
            });
        }
        self.next = end;
    }

    /// Keeps the parts of `payload` that no waiting piece has, or delivers them where they are next.
    fn wait(
        &mut self,
        payload: &Payload<'_>,
        end: i64,
        sink: &mut dyn StreamSink,
        progress: &mut Progress,
    ) {
        let mut from = payload.start.max(self.next);
        while from < end {
            let (gap_end, resume) = self
                .waiting
                .as_ref()
                .map_or((end, end), |waiting| waiting.gap(from, end));
            if gap_end > from {
                progress.new_bytes = progress
                    .new_bytes
                    .saturating_add(offset(gap_end.saturating_sub(from)));
                progress.snapped = progress
                    .snapped
                    .saturating_add(payload.snapped(from, gap_end));
                if from == self.next {
                    self.deliver(payload, from, gap_end, sink);
                } else {
                    self.keep(payload, from, gap_end, sink);
                }
            }
            self.drain(payload.side, Some(payload.stamp), sink);
            from = resume.max(self.next);
        }
    }

    /// Stores a part of `payload`, the bytes only as far as the sink may need them.
    fn keep(&mut self, payload: &Payload<'_>, from: i64, end: i64, sink: &dyn StreamSink) {
        let waiting = self.waiting.get_or_insert_default();
        let unneeded = sink
            .skip_until(payload.side)
            .map_or(from, |until| i64::try_from(until).unwrap_or(i64::MAX))
            .clamp(from, end);
        waiting.insert_absent(from, unneeded, HoleReason::NotNeeded, payload.stamp);
        let bytes = payload.part(unneeded, end);
        let reached = unneeded.saturating_add(bytes.len() as i64);
        if !bytes.is_empty() {
            waiting.kept = waiting.kept.saturating_add(bytes.len());
            let piece = Piece {
                end: reached,
                content: Content::Bytes(bytes.to_vec()),
                carried: payload.stamp,
            };
            waiting.pieces.insert(unneeded, piece);
        }
        waiting.insert_absent(reached, end, HoleReason::Snapped, payload.stamp);
    }

    /// Delivers the waiting pieces that follow `next` without a hole: put in order by `filled`, or each by
    /// itself where the capture does not show what did.
    fn drain(&mut self, side: Side, filled: Option<Stamp>, sink: &mut dyn StreamSink) {
        let Some(waiting) = self.waiting.as_mut() else {
            return;
        };
        let mut latest = filled;
        while let Some(entry) = waiting.pieces.first_entry()
            && *entry.key() <= self.next
        {
            let (start, piece) = entry.remove_entry();
            waiting.acked = None;
            let before = latest.filter(|before| filled.is_some() || before.at > piece.carried.at);
            let delivered = before.unwrap_or(piece.carried);
            latest = Some(delivered);
            match piece.content {
                Content::Bytes(bytes) => {
                    waiting.kept = waiting.kept.saturating_sub(bytes.len());
                    sink.on_bytes(Chunk {
                        side,
                        offset: offset(start),
                        bytes: &bytes,
                        carried: piece.carried,
                        delivered,
                    });
                }
                Content::Absent(reason) => sink.on_hole(Hole {
                    side,
                    offset: offset(start),
                    length: offset(piece.end.saturating_sub(start)),
                    known: piece.carried,
                    reason,
                }),
            }
            self.next = piece.end;
        }
        if waiting.pieces.is_empty() {
            self.waiting = None;
        }
    }

    /// Gives holes up while too much waits behind them.
    fn enforce(
        &mut self,
        side: Side,
        at: Stamp,
        sink: &mut dyn StreamSink,
        progress: &mut Progress,
    ) {
        while self.waiting.as_ref().is_some_and(|waiting| {
            waiting.kept > REASSEMBLY_BYTES || waiting.pieces.len() > REASSEMBLY_PIECES
        }) {
            self.skip(side, Some(at), HoleReason::GivenUp, sink, progress);
            self.drain(side, Some(at), sink);
        }
    }

    /// Declares the hole before the first waiting piece, known by `at` or else by that piece.
    fn skip(
        &mut self,
        side: Side,
        at: Option<Stamp>,
        reason: HoleReason,
        sink: &mut dyn StreamSink,
        progress: &mut Progress,
    ) {
        let waiting = self.waiting.as_ref();
        if let Some((first, piece)) = waiting.and_then(|waiting| waiting.pieces.first_key_value()) {
            let (end, known) = (*first, at.unwrap_or(piece.carried));
            self.skip_to(side, end, (known, reason), sink, progress);
        }
    }

    fn skip_to(
        &mut self,
        side: Side,
        end: i64,
        (known, reason): (Stamp, HoleReason),
        sink: &mut dyn StreamSink,
        progress: &mut Progress,
    ) {
        if end <= self.next {
            return;
        }
        let length = offset(end.saturating_sub(self.next));
        sink.on_hole(Hole {
            side,
            offset: offset(self.next),
            length,
            known,
            reason,
        });
        progress.missing = progress.missing.saturating_add(length);
        let first = progress.declared.map_or(self.next, |(first, _)| first);
        progress.declared = Some((first, end));
        self.next = end;
    }
}

/// How far a side's stream is known to go when its flow ends, FIN not counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// Acknowledged by the other side.
    pub(crate) acked: i64,
    /// The packet that acknowledged so much; `None` where the other side said nothing.
    pub(crate) acked_at: Option<Stamp>,
    /// Known to have been sent.
    pub(crate) known: i64,
}

impl Waiting {
    fn first(&self) -> Option<i64> {
        self.pieces.first_key_value().map(|(start, _)| *start)
    }

    /// From `from` on: the end of the stretch that no piece covers, and where to look again.
    fn gap(&self, from: i64, end: i64) -> (i64, i64) {
        if let Some((_, before)) = self.pieces.range(..=from).next_back()
            && before.end > from
        {
            return (from, before.end);
        }
        let gap_end = self
            .pieces
            .range(from..end)
            .next()
            .map_or(end, |(start, _)| *start);
        (gap_end, gap_end)
    }

    /// Remembers positions without bytes; joins them to the piece before where that is alike.
    fn insert_absent(&mut self, from: i64, end: i64, reason: HoleReason, carried: Stamp) {
        if from >= end {
            return;
        }
        if let Some((_, before)) = self.pieces.range_mut(..from).next_back()
            && before.end == from
            && matches!(before.content, Content::Absent(known) if known == reason)
        {
            before.end = end;
            return;
        }
        let piece = Piece {
            end,
            content: Content::Absent(reason),
            carried,
        };
        self.pieces.insert(from, piece);
    }
}

impl<'a> Payload<'a> {
    /// The captured bytes between two positions.
    fn part(&self, from: i64, end: i64) -> &'a [u8] {
        let skip = usize::try_from(from.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let until = usize::try_from(end.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let until = until.min(self.bytes.len());
        self.bytes.get(skip.min(until)..until).unwrap_or_default()
    }

    /// How many bytes between two positions were not captured.
    fn snapped(&self, from: i64, end: i64) -> u64 {
        offset(end.saturating_sub(from)).saturating_sub(self.part(from, end).len() as u64)
    }
}
