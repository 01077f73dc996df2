//! One flow while its packets come: every segment is taken in by the parts that care, once.

use std::net::SocketAddr;

use super::chunk::StreamSink;
use super::facts::{
    DirectionBasis, EchoLag, Fin, FlowEnd, IcmpError, SideFacts, Silence, TcpFlow,
    ThreeWayHandshake,
};
use super::few::{Few, Rare};
use super::journal::{AsSent, Entry, Journal, Notes, Packed};
use super::key::FlowKey;
use super::liveness::{Standstill, bar, keep_longest};
use super::marks::Marks;
use super::order::Surroundings;
use super::seen::Seen;
use super::track::Track;
use crate::ids::{FlowId, Stamp};
use crate::limits::FLOW_ICMP;
use crate::packet::TcpFlags;
use crate::side::{PerSide, Side};
use crate::time::{Nanos, Timestamp};

/// A flow that may still get packets.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) facts: Box<TcpFlow>,
    pub(super) tracks: PerSide<Track>,
    pub(super) marks: Marks,
    standstill: Standstill,
    last_speaker: Side,
    latest_syn: Option<Timestamp>,
    first_round_trip: Option<Nanos>,
    /// What a silence, and a pause, must be longer than to be kept.
    silence_bar: Nanos,
    pause_bar: Nanos,
    /// How far the windows of each side are shifted, as `TcpFlow::window_shift` says.
    pub(super) shifts: PerSide<Option<u8>>,
    stage: Stage,
}

/// How far a flow is on its way to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// No RST, and no FIN.
    #[default]
    Open,
    /// One side said goodbye.
    Parting,
    /// Both sides said goodbye, or one reset it.
    Closed,
    /// Both sides' FINs are acknowledged: nothing can follow but copies.
    Settled,
}

/// What a new flow starts from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Birth {
    pub(crate) id: FlowId,
    pub(crate) nth: u32,
    /// Between whom, and which of the two is the originator.
    pub(crate) key: FlowKey,
    pub(crate) low_is_originator: bool,
    pub(crate) direction: DirectionBasis,
    pub(crate) stamp: Stamp,
    pub(crate) speaker: Side,
}

impl Birth {
    pub(super) fn endpoints(&self) -> PerSide<SocketAddr> {
        let (low, high) = self.key.endpoints();
        let (originator, responder) = if self.low_is_originator {
            (low, high)
        } else {
            (high, low)
        };
        PerSide {
            originator,
            responder,
        }
    }
}

impl Live {
    /// Before its first packet is taken in.
    pub(crate) fn new(birth: Birth) -> Self {
        Self {
            facts: Box::new(TcpFlow::new(birth)),
            tracks: PerSide::default(),
            marks: Marks::default(),
            standstill: Standstill::new(birth.stamp, birth.speaker),
            last_speaker: birth.speaker,
            latest_syn: None,
            first_round_trip: None,
            silence_bar: Nanos(0),
            pause_bar: Nanos(0),
            shifts: PerSide::default(),
            stage: Stage::Open,
        }
    }

    /// The flow is over: `lasting` says why, when neither FIN nor RST does, and `now` is the latest time
    /// of the capture.
    pub(crate) fn finish(
        mut self,
        lasting: FlowEnd,
        now: Timestamp,
        sink: &mut dyn StreamSink,
    ) -> Box<TcpFlow> {
        let last = self.facts.last;
        for side in [Side::Originator, Side::Responder] {
            let ends = self.tracks[side].ends(&self.facts.sides[side]);
            let track = &mut self.tracks[side];
            let progress = track.assembler.finish(side, ends, last, sink);
            track.account(&mut self.facts.sides[side], progress, last);
            self.ask_marks(sink);
            self.settle_side(side, last);
        }
        self.facts.end = self.facts.ending(lasting);
        if self.stage < Stage::Closed {
            self.note_last_silence(now);
        }
        self.facts.marks = self.marks.into_facts();
        self.facts
    }

    /// How far it is on its way to its end.
    pub(crate) const fn stage(&self) -> Stage {
        self.stage
    }

    /// The SYN does not belong to this flow: it opens another one on the same ports.
    pub(crate) fn is_replaced_by(&self, seen: &Seen<'_>) -> bool {
        let sequence = &self.tracks[seen.side].sequence;
        seen.is_syn() && sequence.is_known() && sequence.relative(seen.segment.sequence) != 0
    }

    /// The next packet.
    pub(crate) fn on_segment(&mut self, seen: &Seen<'_>, sink: &mut dyn StreamSink) {
        let notes = self.take_in(seen, sink);
        self.write_journal(seen, notes);
    }

    /// The next packet, which is in the journal or will be; says what is to be noted there.
    pub(super) fn take_in(&mut self, seen: &Seen<'_>, sink: &mut dyn StreamSink) -> Notes {
        if self.tracks[seen.side].is_second_copy(seen) {
            let facts = &mut self.facts.sides[seen.side];
            facts.duplicate_packets = facts.duplicate_packets.saturating_add(1);
            return Notes::DUPLICATE_CAPTURE;
        }
        self.tracks[!seen.side].unanswered = 0;
        self.note_silence(seen.side, seen.stamp);
        self.anchor(seen);
        let mut notes = self.name(seen);
        notes = notes.with(self.on_headers(seen));
        if seen.has(TcpFlags::RST) {
            self.facts.on_reset(seen, &self.tracks);
            self.find_stage();
        } else {
            if self.facts.reset_count > 0 {
                self.facts.contradict_resets(seen);
            }
            notes = notes.with(self.on_numbers(seen, notes, sink));
            self.on_acknowledgment(seen, &mut notes, sink);
            self.on_window(seen, notes);
        }
        let is_new = seen.has(TcpFlags::RST) || notes.contains(Notes::NEW);
        self.note_standstill(seen.side, seen.stamp, is_new);
        self.facts.sides[seen.side].last = Some(seen.stamp);
        let track = &mut self.tracks[seen.side];
        track.last_ttl = Some(seen.ttl);
        track.last_identification = seen.identification;
        notes
    }

    /// The packets so far, with numbers as they were sent: the first one of each side's stream is in `starts`.
    pub(super) fn adopt(&mut self, packets: Packed, starts: PerSide<u32>) {
        let shift = |side: Side| self.shifts[side].unwrap_or(0);
        let shifts = PerSide {
            originator: shift(Side::Originator),
            responder: shift(Side::Responder),
        };
        self.facts.journal = Journal::adopt(packets, AsSent::new(starts, shifts));
    }

    /// An ICMP error that quotes a packet of `quoted`.
    pub(crate) fn on_icmp(&mut self, mut error: IcmpError, sequence: Option<u32>) {
        self.facts.icmp_count = self.facts.icmp_count.saturating_add(1);
        if self.facts.icmp.len() < FLOW_ICMP {
            let track = &self.tracks[error.quoted].sequence;
            error.position = sequence
                .filter(|_| track.is_known())
                .map(|raw| super::sequence::offset(track.position(raw)));
            self.facts.icmp.push(error);
        }
    }

    /// Looks where the flow is on its way to its end.
    pub(super) fn find_stage(&mut self) {
        let sides = &self.facts.sides;
        let fins = [sides.originator.fin.as_ref(), sides.responder.fin.as_ref()];
        let all = |is: fn(&Fin) -> bool| fins.iter().all(|fin| fin.is_some_and(|fin| is(fin)));
        self.stage = if all(|fin| fin.acked.is_some()) {
            Stage::Settled
        } else if self.facts.reset_count > 0 || all(|_| true) {
            Stage::Closed
        } else if fins.iter().any(Option::is_some) {
            Stage::Parting
        } else {
            Stage::Open
        };
    }

    /// Writes what only the track knows into the facts.
    fn settle_side(&mut self, side: Side, last: Stamp) {
        let track = &self.tracks[side];
        let facts = &mut self.facts.sides[side];
        facts.seen_end = super::sequence::offset(track.seen_end);
        facts.known_end = super::sequence::offset(track.known_end);
        if let Some(keep_alives) = facts.keep_alives.as_mut() {
            keep_alives.finish();
        }
        if let Some(zero_windows) = facts.zero_windows.as_mut() {
            zero_windows.finish(last);
        }
    }

    /// The time since the packet before.
    pub(super) fn note_silence(&mut self, speaker: Side, stamp: Stamp) {
        let after = self.facts.last;
        let length = stamp.at.since(after.at);
        if length > self.silence_bar {
            let silence = self.silence(after, length, Some(stamp));
            keep_longest(&mut self.facts.silences, silence);
            self.silence_bar = bar(&self.facts.silences);
        }
        self.facts.last = stamp;
        self.last_speaker = speaker;
    }

    /// The time since the last packet, and since the last new thing, up to the end of the capture.
    fn note_last_silence(&mut self, now: Timestamp) {
        let after = self.facts.last;
        let length = now.since(after.at);
        if length > self.silence_bar {
            let silence = self.silence(after, length, None);
            keep_longest(&mut self.facts.silences, silence);
        }
        let length = now.since(self.standstill.since.at);
        if length > self.pause_bar {
            keep_longest(&mut self.facts.pauses, self.standstill.pause(None, length));
        }
    }

    fn silence(&self, after: Stamp, length: Nanos, until: Option<Stamp>) -> Silence {
        Silence {
            after,
            until,
            length,
            last_speaker: self.last_speaker,
            outstanding: PerSide {
                originator: self
                    .tracks
                    .originator
                    .has_outstanding(&self.facts.sides.originator),
                responder: self
                    .tracks
                    .responder
                    .has_outstanding(&self.facts.sides.responder),
            },
        }
    }

    /// The time since the last new thing: another one, or not.
    pub(super) fn note_standstill(&mut self, speaker: Side, stamp: Stamp, is_new: bool) {
        if !is_new {
            let count = &mut self.standstill.packets[speaker];
            *count = count.saturating_add(1);
            return;
        }
        let length = stamp.at.since(self.standstill.since.at);
        if length > self.pause_bar {
            let pause = self.standstill.pause(Some(stamp), length);
            keep_longest(&mut self.facts.pauses, pause);
            self.pause_bar = bar(&self.facts.pauses);
        }
        self.standstill = Standstill::new(stamp, speaker);
    }

    /// The segment's name among those before it, counted.
    fn name(&mut self, seen: &Seen<'_>) -> Notes {
        let around = Surroundings {
            peer_shift: self.shifts[!seen.side],
            first_round_trip: self.first_round_trip,
        };
        let (own, peer) = match seen.side {
            Side::Originator => (&mut self.tracks.originator, &mut self.tracks.responder),
            Side::Responder => (&mut self.tracks.responder, &mut self.tracks.originator),
        };
        let notes = own.order.classify(&mut peer.order, seen, around);
        if seen.is_syn() {
            self.latest_syn = Some(seen.stamp.at);
        } else if self.first_round_trip.is_none()
            && seen.has(TcpFlags::ACK)
            && !seen.has(TcpFlags::SYN)
        {
            self.first_round_trip = self.latest_syn.map(|syn| seen.stamp.at.since(syn));
        }
        if !notes.is_empty() {
            self.facts.sides[seen.side].loss.count(notes);
        }
        notes
    }

    /// Handshake, and what headers tell.
    fn on_headers(&mut self, seen: &Seen<'_>) -> Notes {
        let handshake = &mut self.facts.handshake;
        let mut challenge = Notes::default();
        match (seen.is_syn(), seen.is_syn_ack(), seen.side) {
            (true, ..) => handshake.on_syn(seen),
            (_, true, Side::Responder) => handshake.on_syn_ack(seen),
            _ => challenge = handshake.on_other(seen),
        }
        let agreed = seen.segment.options.timestamps.is_none()
            && !seen.has(TcpFlags::SYN)
            && self.facts.timestamps_agreed();
        let track = &self.tracks[seen.side];
        let facts = &mut self.facts.sides[seen.side];
        if seen.has(TcpFlags::SYN) {
            facts.on_syn_options(seen);
            self.shifts = PerSide {
                originator: self.facts.window_shift(Side::Originator),
                responder: self.facts.window_shift(Side::Responder),
            };
        }
        let facts = &mut self.facts.sides[seen.side];
        facts.timestamps.on_packet(seen, agreed);
        let ttl = facts.ttl.on_packet(seen.ttl, seen.stamp, track.last_ttl);
        let mut gap = Notes::default();
        if !seen.has(TcpFlags(TcpFlags::SYN.0 | TcpFlags::RST.0)) {
            let before = facts.last;
            gap = facts
                .ip_id
                .on_packet(seen.identification, seen.stamp, before);
        }
        facts.packets = facts.packets.saturating_add(1);
        if facts.stream_bytes > EchoLag::BULK && seen.segment.payload_length > 0 {
            self.on_bulk(seen.side, seen.tsecr());
        }
        challenge.with(ttl).with(gap)
    }

    /// A data packet of a side that has sent much.
    pub(super) fn on_bulk(&mut self, speaker: Side, tsecr: Option<u32>) {
        let latest = self.facts.sides[!speaker].timestamps.latest;
        let Some((tsecr, latest)) = tsecr.zip(latest) else {
            return;
        };
        let lag = latest.wrapping_sub(tsecr);
        // What is ahead of the other side's last packet echoes one that the capture does not have.
        if i32::try_from(lag).is_ok() {
            let facts = &mut self.facts.sides[speaker];
            facts.echo_lag.get_or_insert_default().on_data(lag);
        }
    }

    /// The segment's window in bytes, where the scale is known; as sent otherwise.
    pub(super) fn scaled_window(&self, seen: &Seen<'_>) -> u32 {
        let window = u32::from(seen.segment.window);
        if seen.has(TcpFlags::SYN) {
            return window;
        }
        window << self.shifts[seen.side].unwrap_or(0)
    }

    fn write_journal(&mut self, seen: &Seen<'_>, notes: Notes) {
        let segment = seen.segment;
        let mut entry = Entry::new(seen.header());
        entry.sequence = self.tracks[seen.side].sequence.relative(segment.sequence);
        if seen.has(TcpFlags::ACK) {
            let peer = &self.tracks[!seen.side].sequence;
            entry.acknowledgment = peer.relative(segment.acknowledgment);
        }
        entry.payload = segment.payload_length;
        entry.window = self.scaled_window(seen);
        entry.annotate(notes);
        self.facts.journal.push(entry);
    }
}

impl SideFacts {
    /// The options of its SYN or SYN-ACK; of several, the first.
    fn on_syn_options(&mut self, seen: &Seen<'_>) {
        if self.isn.is_some() {
            return;
        }
        let options = &seen.segment.options;
        self.isn = Some(seen.segment.sequence);
        // Of options that the capture cut, those that are there were sent; of the others nothing is known.
        self.mss = options.mss;
        self.window_scale = options.window_scale;
        self.sack_permitted =
            Some(options.sack_permitted).filter(|permitted| *permitted || !options.snapped);
        self.option_kinds = Some(options.kinds).filter(|_| !options.snapped);
    }
}

impl TcpFlow {
    /// Before its first packet.
    fn new(birth: Birth) -> Self {
        Self {
            id: birth.id,
            nth: birth.nth,
            endpoints: birth.endpoints(),
            direction: birth.direction,
            first: birth.stamp,
            last: birth.stamp,
            handshake: ThreeWayHandshake::default(),
            sides: PerSide::default(),
            silences: Few::None,
            pauses: Few::None,
            icmp: Rare::default(),
            icmp_count: 0,
            marks: Vec::new(),
            resets: Rare::default(),
            reset_count: 0,
            end: FlowEnd::Open,
            journal: Journal::default(),
        }
    }

    /// How far the windows of a side are shifted after the handshake (RFC 7323 §2.2: both must offer
    /// it); `None` when that option of its SYN or SYN-ACK may be among those not seen.
    #[must_use]
    pub fn window_shift(&self, side: Side) -> Option<u8> {
        let (own, other) = (&self.sides[side], &self.sides[!side]);
        if own.option_kinds.is_none() && own.window_scale.is_none() {
            return None;
        }
        let agreed = other.option_kinds.is_none() || other.window_scale.is_some();
        // RFC 7323 §2.3: a shift above 14 means 14.
        Some(own.window_scale.filter(|_| agreed).unwrap_or(0).min(14))
    }

    /// SYN and SYN-ACK both had the timestamps option.
    #[must_use]
    pub fn timestamps_agreed(&self) -> bool {
        self.sides.originator.timestamps.offered == Some(true)
            && self.sides.responder.timestamps.offered == Some(true)
    }
}
