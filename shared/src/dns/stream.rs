//! DNS over TCP: messages behind two bytes of length (RFC 1035 §4.2.2, RFC 7766 §8).
//!
//! A hole within a message costs that message its end; a hole that swallows a length field costs the
//! direction its framing, and nothing more is read of it.

use std::collections::VecDeque;

use crate::dns::message::{HEADER_BYTES, Message};
use crate::flow::chunk::{Chunk, Hole, Mark, StreamSink};
use crate::ids::Stamp;
use crate::side::{PerSide, Side};

/// Bytes of the length field.
const LENGTH_BYTES: usize = 2;

/// One message of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    /// Who sent it.
    pub side: Side,
    /// The message.
    pub message: Message,
    /// The packet that put its last captured byte in order: only then could the other side read it.
    pub completed: Stamp,
}

/// Cuts the two directions of one TCP stream into messages.
#[derive(Debug, Default)]
pub struct Tracker {
    sides: PerSide<Direction>,
    ready: VecDeque<Framed>,
}

#[derive(Debug, Default)]
struct Direction {
    /// Position of the next byte.
    at: u64,
    /// The length field and what there is of the message behind it.
    buffer: Vec<u8>,
    completed: Option<Stamp>,
    /// The message's end is past a hole: its bytes up to here are passed over.
    skipping_to: u64,
    /// Framing was lost, or this is not DNS.
    is_lost: bool,
}

impl Tracker {
    /// At the start of a stream.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next message, in order of completion.
    pub fn next_message(&mut self) -> Option<Framed> {
        self.ready.pop_front()
    }

    /// A direction's framing was lost, or it is not DNS.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.sides.originator.is_lost || self.sides.responder.is_lost
    }
}

impl StreamSink for Tracker {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        let direction = &mut self.sides[chunk.side];
        let mut bytes = chunk.bytes;
        let skipped = direction.skipping_to.saturating_sub(chunk.offset);
        direction.at = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        bytes = bytes
            .get(usize::try_from(skipped).unwrap_or(usize::MAX)..)
            .unwrap_or_default();
        while !bytes.is_empty() && !direction.is_lost {
            let wanted = direction.wanted().saturating_sub(direction.buffer.len());
            let (now, later) = bytes.split_at(wanted.min(bytes.len()));
            direction.completed = Some(chunk.delivered);
            direction.buffer.extend_from_slice(now);
            bytes = later;
            if direction.is_complete() {
                self.ready.extend(direction.take(chunk.side));
            }
        }
    }

    fn on_hole(&mut self, hole: Hole) {
        let direction = &mut self.sides[hole.side];
        let end = hole.offset.saturating_add(hole.length);
        direction.at = end;
        if direction.is_lost || end <= direction.skipping_to {
            return;
        }
        let missing = direction.wanted().saturating_sub(direction.buffer.len()) as u64;
        let message_end = hole.offset.saturating_add(missing);
        let knows_its_end = direction.buffer.len() >= LENGTH_BYTES && end <= message_end;
        if direction.buffer.len() >= LENGTH_BYTES + HEADER_BYTES {
            self.ready.extend(direction.take(hole.side));
        }
        if knows_its_end {
            direction.skip_message_to(message_end);
        } else {
            direction.lose();
        }
    }

    fn skip_until(&self, side: Side) -> Option<u64> {
        let direction = &self.sides[side];
        if direction.is_lost {
            return Some(u64::MAX);
        }
        (direction.skipping_to > direction.at).then_some(direction.skipping_to)
    }

    fn next_mark(&mut self) -> Option<Mark> {
        None
    }
}

impl Direction {
    /// How long the buffer has to be for the next step: the length field, then the whole message.
    fn wanted(&self) -> usize {
        LENGTH_BYTES
            + match self.buffer.as_slice() {
                [high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
                _ => 0,
            }
    }

    fn is_complete(&self) -> bool {
        self.buffer.len() >= LENGTH_BYTES && self.buffer.len() >= self.wanted()
    }

    /// The buffered message, whole or cut; without one the direction is lost.
    fn take(&mut self, side: Side) -> Option<Framed> {
        let length = self.wanted().saturating_sub(LENGTH_BYTES);
        let bytes = self.buffer.get(LENGTH_BYTES..).unwrap_or_default();
        let parsed = Message::parse(bytes, length);
        self.buffer.clear();
        let completed = self.completed.take();
        let Ok(message) = parsed else {
            self.lose();
            return None;
        };
        Some(Framed {
            side,
            message,
            completed: completed?,
        })
    }

    fn skip_message_to(&mut self, end: u64) {
        self.buffer.clear();
        self.completed = None;
        self.skipping_to = end;
    }

    fn lose(&mut self) {
        self.is_lost = true;
        self.buffer = Vec::new();
    }
}
