//! Takes in what sequence and acknowledgement numbers say: bytes, jumps, repetitions, what arrived.

use super::assembler::Payload;
use super::chunk::StreamSink;
use super::facts::{
    AckStamp, Arrival, Retransmission, RetransmissionKind, RoundTrips, SequenceJump, SideFacts,
};
use super::journal::Notes;
use super::live::Live;
use super::seen::Seen;
use super::sequence::offset;
use crate::ids::Stamp;
use crate::limits::{RETRANSMISSIONS, SEQUENCE_JUMPS};
use crate::packet::TcpFlags;
use crate::side::Side;

/// The positions that a segment covers.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: i64,
    /// After the last payload byte.
    payload_end: i64,
    /// After the FIN, where there is one.
    end: i64,
}

impl Live {
    /// Finds out where the positions of both sides begin.
    pub(super) fn anchor(&mut self, seen: &Seen<'_>) {
        let own_has_payload = self.facts.sides[seen.side].payload_segments > 0;
        let track = &mut self.tracks[seen.side];
        let first = seen.payload_sequence();
        if seen.has(TcpFlags::SYN) && !own_has_payload {
            if !track.sequence.is_known() || track.sequence.relative(first) != 1 {
                track.restart(&mut self.facts.sides[seen.side], first);
            }
            track.sequence.settle();
        } else if !track.sequence.is_known() {
            track.sequence.assume(first);
        }
        if !seen.has(TcpFlags::ACK) {
            return;
        }
        if self.tracks[!seen.side].sequence.is_known() {
            if self.facts.handshake.syn_ack_count > 1 {
                self.choose_syn_ack(seen);
            }
            return;
        }
        // The originator's first segment after its SYN acknowledges the SYN-ACK and nothing else.
        let completes = seen.side == Side::Originator
            && self.facts.sides.originator.isn.is_some()
            && self.tracks.originator.sequence.relative(first) == 1;
        let peer = &mut self.tracks[!seen.side];
        if completes {
            peer.sequence.fix(seen.segment.acknowledgment);
        } else if !seen.has(TcpFlags::RST) {
            peer.sequence.assume(seen.segment.acknowledgment);
        }
    }

    /// Of several SYN-ACKs with different numbers (a box answers for the server, or two servers do) the one
    /// counts that the originator acknowledges.
    fn choose_syn_ack(&mut self, seen: &Seen<'_>) {
        let responder = &mut self.facts.sides.responder;
        let next = seen.segment.acknowledgment;
        let peer = &mut self.tracks.responder;
        let is_settled = responder.payload_segments > 0 || peer.sequence.relative(next) == 1;
        if seen.side == Side::Responder || seen.has(TcpFlags::RST) || is_settled {
            return;
        }
        let mut syn_acks = self.facts.handshake.syn_acks.iter();
        if syn_acks.any(|syn_ack| syn_ack.sequence.wrapping_add(1) == next) {
            peer.restart(responder, next);
        }
    }

    /// The sequence number and what it carries.
    pub(super) fn on_numbers(
        &mut self,
        seen: &Seen<'_>,
        notes: Notes,
        sink: &mut dyn StreamSink,
    ) -> Notes {
        let segment = seen.segment;
        let track = &mut self.tracks[seen.side];
        let mut start = track.sequence.position(seen.payload_sequence());
        if !track.sequence.reaches(start) {
            if !self.is_agreed_start(seen) {
                return Notes::default();
            }
            let track = &mut self.tracks[seen.side];
            track.restart(&mut self.facts.sides[seen.side], segment.sequence);
            start = 0;
        }
        if self.is_keep_alive(seen, start, notes) {
            let facts = &mut self.facts.sides[seen.side];
            let length = u64::from(segment.payload_length);
            facts.payload_bytes = facts.payload_bytes.saturating_add(length);
            facts
                .keep_alives
                .get_or_insert_default()
                .on_sent(seen.stamp);
            self.tracks[seen.side].awaits_keep_alive_answer = true;
            return Notes::default();
        }
        let payload_end = start.saturating_add(i64::from(segment.payload_length));
        let fin = i64::from(seen.has(TcpFlags::FIN));
        let mut span = Span {
            start,
            payload_end,
            end: payload_end.saturating_add(fin),
        };
        let track = &mut self.tracks[seen.side];
        if segment.payload_length > 0 && !track.sequence.is_fixed() {
            track.rebase(
                &mut self.facts.sides[seen.side],
                seen.payload_sequence(),
                start,
            );
            span = span.moved_to_zero();
        }
        self.note_jump(seen, span);
        let mut found = Notes::default();
        if span.end > span.start {
            found = self.on_positions(seen, span, notes, sink);
        }
        let track = &mut self.tracks[seen.side];
        if seen.has(TcpFlags::SYN) && !notes.contains(Notes::RETRANSMISSION) {
            found = found.with(Notes::NEW);
        }
        track.known_end = track.known_end.max(span.end);
        track.sequence.advance(track.known_end);
        let facts = &mut self.facts.sides[seen.side];
        let in_flight = offset(track.known_end.saturating_sub(facts.acked_position()));
        facts.in_flight_max = facts.in_flight_max.max(in_flight);
        found
    }

    /// The side's first payload, where the other side awaits it, although the handshake said otherwise: both
    /// ends know better.
    fn is_agreed_start(&self, seen: &Seen<'_>) -> bool {
        seen.segment.payload_length > 0
            && self.facts.sides[seen.side].payload_segments == 0
            && self.tracks[!seen.side].order.ack() == Some(seen.segment.sequence)
    }

    /// A keep-alive by its place, or, where nothing of the side was seen before it, by what the other
    /// side had acknowledged.
    fn is_keep_alive(&self, seen: &Seen<'_>, start: i64, notes: Notes) -> bool {
        if notes.contains(Notes::KEEP_ALIVE) {
            return true;
        }
        let track = &self.tracks[seen.side];
        !track.sequence.is_fixed()
            && !seen.is_control()
            && seen.segment.payload_length == 1
            && self.facts.sides[seen.side]
                .acked
                .is_some_and(|ack| ack.position == offset(start.saturating_add(1)))
    }

    /// The segment lies beyond everything its side was known to have sent (M8).
    fn note_jump(&mut self, seen: &Seen<'_>, span: Span) {
        let track = &mut self.tracks[seen.side];
        let is_first = self.facts.sides[seen.side].packets <= 1 && !track.sequence.is_fixed();
        if span.start <= track.known_end || is_first {
            return;
        }
        let facts = &mut self.facts.sides[seen.side];
        let index = facts.jump_count;
        facts.jump_count = facts.jump_count.saturating_add(1);
        if facts.jumps.len() >= SEQUENCE_JUMPS {
            return;
        }
        let found = offset(span.start);
        let acked = facts.acked.filter(|ack| ack.position >= found);
        facts.jumps.push(SequenceJump {
            stamp: seen.stamp,
            expected: offset(track.known_end),
            found,
            with_payload: seen.segment.payload_length > 0,
            filled: None,
            acked: acked.map(|ack| ack.stamp),
        });
        let bit = 1u8.checked_shl(index).unwrap_or(0);
        track.unfilled_jumps |= bit;
        if acked.is_none() {
            track.unacked_jumps |= bit;
        }
    }

    /// A segment with payload or FIN.
    fn on_positions(
        &mut self,
        seen: &Seen<'_>,
        span: Span,
        notes: Notes,
        sink: &mut dyn StreamSink,
    ) -> Notes {
        let segment = seen.segment;
        let track = &mut self.tracks[seen.side];
        let facts = &mut self.facts.sides[seen.side];
        let is_new = span.end > track.seen_end;
        if span.start < track.seen_end {
            let earlier = track.outstanding.repeat(span.start, span.end, seen.tsval());
            if notes.contains(Notes::RETRANSMISSION) {
                facts.on_retransmission(Retransmission {
                    stamp: seen.stamp,
                    kind: retransmission_kind(notes),
                    start: offset(span.start),
                    length: u32::try_from(span.end.saturating_sub(span.start)).unwrap_or(u32::MAX),
                    original: earlier.stamp,
                    tsval: seen.tsval(),
                    earlier_tsval: earlier.tsval,
                    arrival: Arrival::Unacknowledged,
                    acked: None,
                });
                track.open_retransmissions = track.open_retransmissions.saturating_add(1);
            }
        }
        if is_new {
            let from = span.start.max(track.seen_end);
            track
                .outstanding
                .push(from, span.end, seen.stamp, seen.tsval());
            track.seen_end = span.end;
        }
        if seen.has(TcpFlags::FIN) {
            facts.on_fin(seen.stamp, span.payload_end);
            self.find_stage();
        }
        let mut found = if is_new { Notes::NEW } else { Notes::default() };
        if span.payload_end > span.start {
            let peer_mss = self.facts.sides[!seen.side].mss;
            let facts = &mut self.facts.sides[seen.side];
            found = found.with(facts.on_payload(seen.stamp, segment.payload_length, peer_mss));
            if (segment.payload.len() as u64) < u64::from(segment.payload_length) {
                let handicaps = &mut facts.handicaps;
                handicaps.snapped_segments = handicaps.snapped_segments.saturating_add(1);
                found = found.with(Notes::SNAPPED);
            }
            if is_new {
                facts.last_payload = Some(seen.stamp);
            }
            self.reassemble(seen, span.start, sink);
        }
        found
    }

    fn reassemble(&mut self, seen: &Seen<'_>, start: i64, sink: &mut dyn StreamSink) {
        let payload = Payload {
            side: seen.side,
            start,
            bytes: seen.segment.payload,
            length: seen.segment.payload_length,
            stamp: seen.stamp,
        };
        let track = &mut self.tracks[seen.side];
        let progress = track.assembler.push(payload, sink);
        track.account(&mut self.facts.sides[seen.side], progress, seen.stamp);
        self.ask_marks(sink);
    }

    /// Asks the sink for positions whose acknowledgement it wants.
    pub(super) fn ask_marks(&mut self, sink: &mut dyn StreamSink) {
        while let Some(mark) = sink.next_mark() {
            self.marks.add(mark, self.facts.sides[mark.side].acked);
        }
    }

    /// The acknowledgement number, SACK blocks and TSecr: what the other side's segments came to.
    pub(super) fn on_acknowledgment(
        &mut self,
        seen: &Seen<'_>,
        notes: &mut Notes,
        sink: &mut dyn StreamSink,
    ) {
        if !seen.has(TcpFlags::ACK) {
            return;
        }
        let side = !seen.side;
        let track = &mut self.tracks[side];
        let position = track.sequence.position(seen.segment.acknowledgment);
        if !track.sequence.reaches(position) || position < 0 {
            return;
        }
        track.sequence.advance(position);
        let ack = AckStamp {
            stamp: seen.stamp,
            position: offset(position),
            echoed: seen.tsecr(),
            with_payload: seen.segment.payload_length > 0,
        };
        if self.facts.sides[side]
            .acked
            .is_none_or(|old| old.position < ack.position)
        {
            self.on_progress(side, ack, position);
        }
        if self.marks.is_waiting() {
            self.marks.on_ack(side, ack);
        }
        if seen
            .segment
            .options
            .sack
            .first()
            .is_some_and(Option::is_some)
        {
            *notes = notes.with(self.on_sack(seen, position));
        }
        self.answer_keep_alive(seen);
        let track = &mut self.tracks[side];
        if track.assembler.has_hole() {
            let acked = self.facts.sides[side].acked_position();
            let progress = track.assembler.settle(side, acked, seen.stamp, sink);
            track.account(&mut self.facts.sides[side], progress, seen.stamp);
            self.ask_marks(sink);
        }
    }

    /// The other side of `side` acknowledges more than before.
    pub(super) fn on_progress(&mut self, side: Side, ack: AckStamp, position: i64) {
        let track = &mut self.tracks[side];
        let facts = &mut self.facts.sides[side];
        facts.acked = Some(ack);
        if let Some(rtt) = track.outstanding.acknowledge(position, ack.stamp) {
            RoundTrips::add(&mut facts.round_trips, rtt);
        }
        if track.open_retransmissions > 0 {
            track.open_retransmissions = facts.acknowledge_retransmissions(ack);
        }
        if track.unacked_jumps != 0 {
            track.acknowledge_jumps(facts, ack);
        }
        if let Some(fin) = facts.fin.as_mut()
            && fin.acked.is_none()
            && ack.position > fin.position
        {
            fin.acked = Some(ack.stamp);
            self.find_stage();
        }
    }

    /// SACK blocks (M9): what the sender holds of the other side's stream.
    fn on_sack(&mut self, seen: &Seen<'_>, acked: i64) -> Notes {
        let sequence = self.tracks[!seen.side].sequence;
        let mut blocks = seen
            .segment
            .options
            .sack
            .iter()
            .flatten()
            .map(|(left, right)| (sequence.position(*left), sequence.position(*right)));
        let Some(first) = blocks.next() else {
            return Notes::default();
        };
        let second = blocks.next();
        // RFC 2883 §4: the first block is a D-SACK when it is acknowledged already, or inside the second.
        let is_duplicate = first.1 <= acked
            || second.is_some_and(|(left, right)| left <= first.0 && first.1 <= right);
        let facts = self.facts.sides[seen.side].sack.get_or_insert_default();
        facts.segments = facts.segments.saturating_add(1);
        facts.first.get_or_insert(seen.stamp);
        facts.last = Some(seen.stamp);
        let held = if is_duplicate { second } else { Some(first) };
        if let Some((left, right)) = held {
            facts.last_block = Some((offset(left), offset(right)));
            facts.last_block_in = Some(seen.stamp);
            let block = (offset(left), offset(right));
            self.marks.on_sack(!seen.side, block, seen.stamp);
        }
        if !is_duplicate {
            return Notes::SACK;
        }
        facts.dsacks = facts.dsacks.saturating_add(1);
        if facts.first_dsack.is_none() {
            facts.first_dsack = Some(seen.stamp);
            facts.first_duplicate = Some((offset(first.0), offset(first.1)));
        }
        self.facts.sides[!seen.side].on_duplicate_report(first, seen.tsecr());
        Notes::SACK.with(Notes::DSACK)
    }

    /// A packet after a keep-alive of the other side answers it (M14).
    fn answer_keep_alive(&mut self, seen: &Seen<'_>) {
        if !std::mem::take(&mut self.tracks[!seen.side].awaits_keep_alive_answer) {
            return;
        }
        let track = &self.tracks[seen.side];
        let position = offset(track.sequence.position(seen.segment.sequence));
        let expected = offset(track.seen_end);
        if let Some(keep_alives) = self.facts.sides[!seen.side].keep_alives.as_mut() {
            keep_alives.on_answer(seen.stamp, position, expected);
        }
    }

    /// The receive window (A4).
    pub(super) fn on_window(&mut self, seen: &Seen<'_>, notes: Notes) {
        if seen.is_control() {
            return;
        }
        let window = self.scaled_window(seen);
        let facts = &mut self.facts.sides[seen.side];
        facts.window_min = Some(facts.window_min.map_or(window, |min| min.min(window)));
        if notes.contains(Notes::ZERO_WINDOW) || window == 0 {
            facts
                .zero_windows
                .get_or_insert_default()
                .on_zero(seen.stamp);
        } else if let Some(zero_windows) = facts.zero_windows.as_mut() {
            zero_windows.on_open(seen.stamp);
        }
    }
}

impl Span {
    /// The same span in a stream that begins with it.
    const fn moved_to_zero(self) -> Self {
        Self {
            start: 0,
            payload_end: self.payload_end.saturating_sub(self.start),
            end: self.end.saturating_sub(self.start),
        }
    }
}

const fn retransmission_kind(notes: Notes) -> RetransmissionKind {
    if notes.contains(Notes::SPURIOUS_RETRANSMISSION) {
        RetransmissionKind::Spurious
    } else if notes.contains(Notes::FAST_RETRANSMISSION) {
        RetransmissionKind::Fast
    } else {
        RetransmissionKind::Timeout
    }
}

impl SideFacts {
    /// Counts a segment with payload.
    pub(super) fn on_payload(&mut self, stamp: Stamp, length: u32, peer_mss: Option<u16>) -> Notes {
        self.payload_segments = self.payload_segments.saturating_add(1);
        self.payload_bytes = self.payload_bytes.saturating_add(u64::from(length));
        self.first_payload.get_or_insert(stamp);
        let handicaps = &mut self.handicaps;
        handicaps.largest_payload = handicaps.largest_payload.max(length);
        let mut notes = Notes::default();
        if peer_mss.is_some_and(|mss| length > u32::from(mss)) {
            handicaps.super_segments = handicaps.super_segments.saturating_add(1);
            if handicaps.first_super_segment.is_none() {
                handicaps.first_super_segment = Some(Box::new(stamp));
            }
            notes = notes.with(Notes::SUPER_SEGMENT);
        }
        notes
    }

    fn on_retransmission(&mut self, retransmission: Retransmission) {
        if self.retransmissions.len() < RETRANSMISSIONS {
            self.retransmissions.push(retransmission);
        } else {
            self.last_retransmission = Some(Box::new(retransmission));
        }
    }

    fn kept_retransmissions(&mut self) -> impl DoubleEndedIterator<Item = &mut Retransmission> {
        self.retransmissions
            .iter_mut()
            .chain(self.last_retransmission.as_deref_mut())
    }

    /// Notes what an acknowledgement says of repeated segments; answers how many still wait.
    fn acknowledge_retransmissions(&mut self, ack: AckStamp) -> u32 {
        let mut waiting = 0u32;
        // From the last copy back, so that each knows the one after it.
        let mut next: Option<(u64, Option<u32>)> = None;
        for copy in self.kept_retransmissions().rev() {
            let later = next.filter(|(start, _)| *start == copy.start);
            next = Some((copy.start, copy.tsval));
            if copy.acked.is_some() {
                continue;
            }
            if copy.start.saturating_add(u64::from(copy.length)) <= ack.position {
                copy.acknowledge(ack.stamp, ack.echoed, later.and_then(|(_, tsval)| tsval));
            } else {
                waiting = waiting.saturating_add(1);
            }
        }
        waiting
    }

    /// The other side reports positions that it got twice: the newest copy it can mean was the second.
    fn on_duplicate_report(&mut self, (left, right): (i64, i64), echoed: Option<u32>) {
        let reported = self
            .kept_retransmissions()
            .filter(|copy| copy.arrival != Arrival::Earlier)
            .rfind(|copy| copy.is_duplicate_of(left, right, echoed));
        if let Some(copy) = reported {
            copy.arrival = Arrival::Earlier;
        }
    }
}
