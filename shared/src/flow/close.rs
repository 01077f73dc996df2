//! Takes in RST and FIN segments and says how the flow ended.

use super::facts::{Fin, FlowEnd, Reset, ResetSequence, SideFacts, TcpFlow};
use super::seen::Seen;
use super::sequence::offset;
use super::track::Track;
use crate::ids::Stamp;
use crate::limits::RESETS;
use crate::packet::TcpFlags;
use crate::side::{PerSide, Side};

impl TcpFlow {
    /// An RST; `tracks` are as they were before it.
    pub(crate) fn on_reset(&mut self, seen: &Seen<'_>, tracks: &PerSide<Track>) {
        self.reset_count = self.reset_count.saturating_add(1);
        if self.resets.len() >= RESETS {
            return;
        }
        let own = &self.sides[seen.side];
        let other = &self.sides[!seen.side];
        let (track, peer) = (&tracks[seen.side], &tracks[!seen.side]);
        let segment = seen.segment;
        let reset = Reset {
            stamp: seen.stamp,
            by: seen.side,
            sequence: segment.sequence,
            acknowledgment: seen.has(TcpFlags::ACK).then_some(segment.acknowledgment),
            relation: relation(seen, track, peer, own.packets > 0),
            ttl: seen.ttl,
            usual_ttl: own.ttl.first,
            identification: seen.identification,
            identification_step: seen
                .identification
                .filter(|number| *number != 0)
                .and_then(|number| own.ip_id.last.map(|last| number.wrapping_sub(last))),
            copies_identification: seen.identification.is_some_and(|number| number != 0)
                && seen.identification == peer.last_identification,
            window: segment.window,
            copies_window: segment.window != 0 && peer.order.window() == Some(segment.window),
            has_timestamps: segment.options.timestamps.is_some(),
            has_options: segment.options.kinds.first().is_some_and(|kind| *kind != 0),
            payload: segment.payload_length,
            answers: other.last,
            answers_data: self.last_speech(!seen.side),
            contradicted: None,
        };
        self.resets.push(reset);
    }

    /// A segment that is no RST: it contradicts earlier RSTs of its side.
    pub(crate) fn contradict_resets(&mut self, seen: &Seen<'_>) {
        for reset in &mut self.resets {
            if reset.by == seen.side && reset.contradicted.is_none() {
                reset.contradicted = Some(seen.stamp);
            }
        }
    }

    /// The last new payload, SYN or FIN of a side.
    fn last_speech(&self, side: Side) -> Option<Stamp> {
        let facts = &self.sides[side];
        let syn = match side {
            Side::Originator => self.handshake.syns.last().map(|syn| syn.stamp),
            Side::Responder => self.handshake.syn_acks.last().map(|syn| syn.stamp),
        };
        facts
            .fin
            .as_ref()
            .map(|fin| fin.stamp)
            .or(facts.last_payload)
            .or(syn)
    }

    /// How it ended; `lasting` says what an end without RST and FIN is.
    pub(crate) fn ending(&self, lasting: FlowEnd) -> FlowEnd {
        let stamp = |side: Side| self.sides[side].fin.as_ref().map(|fin| fin.stamp);
        let fins = PerSide {
            originator: stamp(Side::Originator),
            responder: stamp(Side::Responder),
        };
        let closed_at = match (fins.originator, fins.responder) {
            (Some(one), Some(other)) => Some(later(one, other)),
            _ => None,
        };
        let is_before = |reset: &Reset, end: Option<Stamp>| {
            end.is_none_or(|end| later(end, reset.stamp) != reset.stamp)
        };
        let abort = self
            .resets
            .iter()
            .find(|reset| is_before(reset, closed_at) && is_before(reset, fins[reset.by]));
        if let Some(reset) = abort {
            return self.reset_ending(reset);
        }
        match (fins.originator, fins.responder) {
            (Some(one), Some(other)) if later(one, other) == other => FlowEnd::Closed {
                first: Side::Originator,
            },
            (Some(_), Some(_)) => FlowEnd::Closed {
                first: Side::Responder,
            },
            (Some(_), None) => FlowEnd::HalfClosed {
                by: Side::Originator,
            },
            (None, Some(_)) => FlowEnd::HalfClosed {
                by: Side::Responder,
            },
            (None, None) if self.handshake.syn_count > 0 && self.sides.responder.packets == 0 => {
                FlowEnd::SynUnanswered
            }
            (None, None) => lasting,
        }
    }

    fn reset_ending(&self, reset: &Reset) -> FlowEnd {
        let refused = reset.by == Side::Responder
            && self.handshake.syn_count > 0
            && self.handshake.syn_ack_count == 0
            && self.handshake.challenge.is_none()
            && self.sides.responder.payload_segments == 0;
        if refused {
            FlowEnd::Refused { by: reset.stamp }
        } else {
            FlowEnd::Reset {
                by: reset.by,
                at: reset.stamp,
            }
        }
    }
}

impl SideFacts {
    /// Position up to which the other side acknowledged; the start of the stream when it did not.
    pub(crate) fn acked_position(&self) -> i64 {
        self.acked
            .map_or(0, |ack| i64::try_from(ack.position).unwrap_or(i64::MAX))
    }

    /// A FIN at `position`.
    pub(crate) fn on_fin(&mut self, stamp: Stamp, position: i64) {
        match self.fin.as_mut() {
            Some(fin) => fin.repeated = fin.repeated.saturating_add(1),
            None => {
                self.fin = Some(Box::new(Fin {
                    stamp,
                    position: offset(position),
                    acked: None,
                    repeated: 0,
                }));
            }
        }
    }
}

/// The later of two packets of one capture.
fn later(a: Stamp, b: Stamp) -> Stamp {
    if (b.packet.capture(), b.packet.number) >= (a.packet.capture(), a.packet.number) {
        b
    } else {
        a
    }
}

fn relation(seen: &Seen<'_>, track: &Track, peer: &Track, is_known: bool) -> ResetSequence {
    let sequence = seen.segment.sequence;
    let echoes = peer.order.ack() == Some(sequence);
    if !is_known {
        return match (sequence, echoes) {
            (0, _) => ResetSequence::Zero,
            (_, true) => ResetSequence::EchoesAcknowledgment,
            _ => ResetSequence::Unknown,
        };
    }
    let ahead = track
        .sequence
        .position(sequence)
        .saturating_sub(track.known_end);
    let window = i64::from(peer.order.window().unwrap_or(0)) << 14;
    match ahead {
        0 if echoes && !seen.has(TcpFlags::ACK) => ResetSequence::EchoesAcknowledgment,
        0 => ResetSequence::Next,
        _ if echoes => ResetSequence::EchoesAcknowledgment,
        _ if sequence == 0 => ResetSequence::Zero,
        1.. if ahead <= window => ResetSequence::InWindow,
        _ => ResetSequence::Elsewhere,
    }
}
