//! What one side's packets leave behind while its flow lives, beside its facts.

use super::assembler::{Assembler, Ends, Progress};
use super::facts::{AckStamp, SideFacts};
use super::order::Order;
use super::outstanding::Outstanding;
use super::seen::Seen;
use super::sequence::{Sequence, offset};
use crate::ids::Stamp;
use crate::time::{Nanos, Timestamp};

/// Two copies of one packet in a capture are at most this far apart: it passed two interfaces of one
/// host. A repetition by TCP comes later, and with another identification.
const DUPLICATE_WITHIN: Nanos = Nanos::from_millis(5);

/// The same without an identification, as in IPv6 and in what sets don't-fragment (RFC 6864 §4.1): sooner than any
/// timer repeats, the earliest of which, Linux's tail loss probe, waits two ticks of at most 1 kHz
/// (`TCP_TIMEOUT_MIN`). What comes sooner is an answer to the other side, so that must have been silent.
const UNNUMBERED_WITHIN: Nanos = Nanos::from_millis(1);

/// Packets of one side among which a second copy is looked for.
const RECENT: usize = 3;

/// The state of one side.
#[derive(Debug, Default)]
pub(crate) struct Track {
    pub(crate) sequence: Sequence,
    pub(crate) order: Order,
    /// Position after the last one captured.
    pub(crate) seen_end: i64,
    /// Position after the last one known to have been sent.
    pub(crate) known_end: i64,
    pub(crate) outstanding: Outstanding,
    pub(crate) assembler: Assembler,
    /// Retransmissions in the facts that wait for their acknowledgement.
    pub(crate) open_retransmissions: u32,
    /// Bits of the jumps in the facts that may still be filled, and that may still be acknowledged.
    pub(crate) unfilled_jumps: u8,
    pub(crate) unacked_jumps: u8,
    pub(crate) awaits_keep_alive_answer: bool,
    pub(crate) last_ttl: Option<u8>,
    pub(crate) last_identification: Option<u16>,
    recent: [Signature; RECENT],
    recent_at: usize,
    /// How many of the recent ones the other side has said nothing after.
    pub(crate) unanswered: usize,
}

/// What tells one packet of a side from another, and when it was seen.
#[derive(Clone, Copy, Debug)]
struct Signature {
    key: u64,
    at: Timestamp,
}

impl Default for Signature {
    /// Of no packet: long before any.
    fn default() -> Self {
        Self {
            key: 0,
            at: Timestamp::from_nanos(i64::MIN),
        }
    }
}

impl Track {
    /// The packet was captured a moment ago already.
    pub(crate) fn is_second_copy(&mut self, seen: &Seen<'_>) -> bool {
        let identification = seen.identification.filter(|number| *number != 0);
        let (within, newest) = match identification {
            Some(_) => (DUPLICATE_WITHIN, RECENT),
            None if seen.takes_positions() => (UNNUMBERED_WITHIN, self.unanswered),
            // Duplicate ACKs are alike.
            None => return false,
        };
        let key = signature(seen, identification);
        let at = seen.stamp.at;
        let is_alike = self.recent.iter().enumerate().any(|(place, recent)| {
            let age = (self.recent_at + RECENT - 1 - place) % RECENT;
            recent.key == key && age < newest && at >= recent.at && at.since(recent.at) <= within
        });
        if is_alike && !self.is_new(seen) {
            return true;
        }
        if let Some(place) = self.recent.get_mut(self.recent_at) {
            *place = Signature { key, at };
        }
        self.recent_at = self.recent_at.wrapping_add(1) % RECENT;
        self.unanswered = self.unanswered.saturating_add(1).min(RECENT);
        false
    }

    /// Carries bytes of which none was captured before, so it is nothing's copy, whatever its signature.
    fn is_new(&self, seen: &Seen<'_>) -> bool {
        seen.segment.payload_length > 0
            && self.sequence.is_fixed()
            && self.sequence.position(seen.payload_sequence()) >= self.seen_end
    }

    /// Something the side sent is not acknowledged.
    pub(crate) fn has_outstanding(&self, facts: &SideFacts) -> bool {
        self.known_end > facts.acked_position() || !self.outstanding.is_empty()
    }

    /// Position 0 is at `raw`; nothing before it counts.
    pub(crate) fn restart(&mut self, facts: &mut SideFacts, raw: u32) {
        self.sequence.fix(raw);
        self.seen_end = 0;
        self.known_end = 0;
        facts.acked = None;
    }

    /// Position 0 moves to `raw`, which is at `position` now; what was known moves with it.
    pub(crate) fn rebase(&mut self, facts: &mut SideFacts, raw: u32, position: i64) {
        self.sequence.fix(raw);
        self.seen_end = 0;
        self.known_end = self.known_end.saturating_sub(position).max(0);
        self.sequence.advance(self.known_end);
        if let Some(acked) = facts.acked.as_mut() {
            let old = i64::try_from(acked.position).unwrap_or(i64::MAX);
            acked.position = offset(old.saturating_sub(position));
        }
    }

    /// How far the stream goes, the FIN's position not counted.
    pub(crate) fn ends(&self, facts: &SideFacts) -> Ends {
        let limit = match &facts.fin {
            Some(fin) => i64::try_from(fin.position).unwrap_or(i64::MAX),
            // One position more than was seen is a FIN that was not captured.
            None if facts.acked_position() == self.assembler.next().saturating_add(1) => {
                self.assembler.next()
            }
            None => i64::MAX,
        };
        Ends {
            acked: facts.acked_position().min(limit),
            acked_at: facts.acked.map(|ack| ack.stamp),
            known: self.known_end.min(limit),
        }
    }

    /// Notes which jumps lie below an acknowledgement.
    pub(crate) fn acknowledge_jumps(&mut self, facts: &mut SideFacts, ack: AckStamp) {
        for (index, jump) in facts.jumps.iter_mut().enumerate() {
            let bit = 1u8.checked_shl(index as u32).unwrap_or(0);
            if self.unacked_jumps & bit != 0 && jump.found <= ack.position {
                jump.acked = Some(ack.stamp);
                self.unacked_jumps &= !bit;
            }
        }
    }

    /// Counts what reassembly did, and notes which jumps were filled by it.
    pub(crate) fn account(&mut self, facts: &mut SideFacts, progress: Progress, at: Stamp) {
        facts.stream_bytes = facts.stream_bytes.saturating_add(progress.new_bytes);
        facts.snapped_bytes = facts.snapped_bytes.saturating_add(progress.snapped);
        facts.missing_bytes = facts.missing_bytes.saturating_add(progress.missing);
        if self.unfilled_jumps == 0 {
            return;
        }
        let next = offset(self.assembler.next());
        for (index, jump) in facts.jumps.iter_mut().enumerate() {
            let bit = 1u8.checked_shl(index as u32).unwrap_or(0);
            if self.unfilled_jumps & bit == 0 {
                continue;
            }
            let is_declared = progress.declared.is_some_and(|(from, end)| {
                offset(from) < jump.found && jump.expected < offset(end)
            });
            if is_declared {
                self.unfilled_jumps &= !bit;
            } else if next >= jump.found {
                jump.filled = Some(at);
                self.unfilled_jumps &= !bit;
            }
        }
    }
}

/// Sequence number, identification and length as they are, acknowledgement and flags folded in; for want of an
/// identification the window and the timestamps.
fn signature(seen: &Seen<'_>, identification: Option<u16>) -> u64 {
    let segment = seen.segment;
    let sequence = u64::from(segment.sequence) << 32;
    let number = identification.map_or_else(|| unnumbered(seen), u64::from);
    let rest = number << 16 ^ u64::from(segment.payload_length);
    let folded = u64::from(segment.acknowledgment).rotate_left(24) ^ u64::from(segment.flags.0);
    sequence ^ rest ^ folded.wrapping_mul(SPREAD)
}

fn unnumbered(seen: &Seen<'_>) -> u64 {
    let timestamps = u64::from(seen.tsval().unwrap_or_default()) << 32
        ^ u64::from(seen.tsecr().unwrap_or_default());
    (timestamps.rotate_left(16) ^ u64::from(seen.segment.window)).wrapping_mul(SPREAD)
}

/// An odd number whose products differ in many bits: 2⁶⁴ divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
