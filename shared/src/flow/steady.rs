//! Takes in the packets of a plain flow that is over, where none of them is one that gets a name.
//!
//! Each has the next bytes of its side, or none, and acknowledges what was seen: nothing was lost, repeated or out of
//! order, no window was closed, and no copy was captured. So most of what [`Live::take_in`] asks has its answer. What
//! only later packets would ask for is not kept.

use super::chunk::StreamSink;
use super::facts::{AckStamp, EchoLag};
use super::journal::{Entry, Notes};
use super::live::Live;
use super::sequence::offset;
use crate::packet::TcpFlags;
use crate::side::Side;

impl Live {
    /// The next packet, its numbers as they were sent. It is no SYN.
    pub(super) fn take_steady(&mut self, entry: &Entry, sink: &mut dyn StreamSink) -> Notes {
        let (side, stamp) = (entry.side(), entry.stamp());
        self.note_silence(side, stamp);
        let mut notes = self.read_header(entry);
        let has_fin = entry.flags.intersects(TcpFlags::FIN);
        if entry.payload > 0 || has_fin {
            notes = notes.with(self.go_on(entry, sink));
        }
        self.acknowledge(entry);
        if !has_fin {
            let window = entry.window << self.shifts[side].unwrap_or(0);
            let facts = &mut self.facts.sides[side];
            facts.window_min = Some(facts.window_min.map_or(window, |min| min.min(window)));
        }
        self.note_standstill(side, stamp, notes.contains(Notes::NEW));
        self.facts.sides[side].last = Some(stamp);
        notes
    }

    /// What does not depend on numbers.
    fn read_header(&mut self, entry: &Entry) -> Notes {
        let (side, stamp) = (entry.side(), entry.stamp());
        let agreed = self.facts.timestamps_agreed();
        let handshake = &mut self.facts.handshake;
        if side == Side::Originator && handshake.ack.is_none() {
            handshake.ack = Some(stamp);
        }
        let facts = &mut self.facts.sides[side];
        facts.packets = facts.packets.saturating_add(1);
        facts.timestamps.on_option(entry.tsval(), stamp, agreed);
        let last_ttl = self.tracks[side].last_ttl.replace(entry.ttl);
        let before = facts.last;
        facts
            .ttl
            .on_packet(entry.ttl, stamp, last_ttl)
            .with(facts.ip_id.on_packet(entry.identification(), stamp, before))
    }

    /// The next bytes, a FIN, or both.
    fn go_on(&mut self, entry: &Entry, sink: &mut dyn StreamSink) -> Notes {
        let (side, stamp) = (entry.side(), entry.stamp());
        let has_fin = entry.flags.intersects(TcpFlags::FIN);
        let mut notes = Notes::NEW;
        let (track, peer) = self.tracks.both_mut(side);
        let start = track.seen_end;
        let payload_end = start.saturating_add(i64::from(entry.payload));
        let end = payload_end.saturating_add(i64::from(has_fin));
        track.outstanding.push(start, end, stamp, entry.tsval());
        track.seen_end = end;
        track.known_end = end;
        track.assembler.pass(payload_end);
        let fills = peer.order.window_edge(self.shifts[!side])
            == Some(entry.sequence.wrapping_add(entry.payload));
        let peer_mss = self.facts.sides[!side].mss;
        let facts = &mut self.facts.sides[side];
        let in_flight = offset(end.saturating_sub(facts.acked_position()));
        facts.in_flight_max = facts.in_flight_max.max(in_flight);
        if has_fin {
            facts.on_fin(stamp, payload_end);
        } else if fills {
            notes = notes.with(Notes::WINDOW_FULL);
            facts.loss.count(Notes::WINDOW_FULL);
        }
        if entry.payload > 0 {
            notes = notes.with(facts.on_payload(stamp, entry.payload, peer_mss));
            facts.last_payload = Some(stamp);
            let is_bulk = facts.stream_bytes > EchoLag::BULK;
            facts.stream_bytes = facts.stream_bytes.saturating_add(entry.payload.into());
            if is_bulk {
                self.on_bulk(side, entry.tsecr());
            }
            self.ask_marks(sink);
        }
        notes
    }

    /// What arrived at the packet's sender.
    fn acknowledge(&mut self, entry: &Entry) {
        let side = !entry.side();
        let (track, own) = self.tracks.both_mut(side);
        own.order.hear(entry.acknowledgment, entry.window as u16);
        let position = track.sequence.position(entry.acknowledgment);
        let ack = AckStamp {
            stamp: entry.stamp(),
            position: offset(position),
            echoed: entry.tsecr(),
            with_payload: entry.payload > 0,
        };
        let before = self.facts.sides[side].acked;
        if before.is_none_or(|before| before.position < ack.position) {
            self.on_progress(side, ack, position);
        }
        if self.marks.is_waiting() {
            self.marks.on_ack(side, ack);
        }
    }
}
