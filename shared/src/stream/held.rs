//! Bytes of one side that wait for a decision, with the packets they came in.

use std::collections::VecDeque;

use crate::flow::chunk::Chunk;
use crate::ids::{PacketRef, Stamp};
use crate::side::Side;

/// Bytes in order, and where each packet's part of them ends.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Stream position of the first byte.
    offset: u64,
    bytes: Vec<u8>,
    pieces: VecDeque<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Index in the bytes after its last.
    end: usize,
    carried: Stamp,
    delivered: Stamp,
}

impl Held {
    pub(super) fn push(&mut self, chunk: &Chunk<'_>) {
        if chunk.bytes.is_empty() {
            return;
        }
        if self.bytes.is_empty() {
            self.offset = chunk.offset;
        }
        self.bytes.extend_from_slice(chunk.bytes);
        let end = self.bytes.len();
        match self.pieces.back_mut() {
            Some(piece) if piece.carried == chunk.carried && piece.delivered == chunk.delivered => {
                piece.end = end;
            }
            _ => self.pieces.push_back(Piece {
                end,
                carried: chunk.carried,
                delivered: chunk.delivered,
            }),
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The packet that carried the first byte.
    pub(super) fn first(&self) -> Option<Stamp> {
        self.pieces.front().map(|piece| piece.carried)
    }

    /// When the first byte was put in order.
    pub(super) fn waits_since(&self) -> Option<Stamp> {
        self.pieces.front().map(|piece| piece.delivered)
    }

    /// The packet that carried the last byte.
    pub(super) fn latest(&self) -> Option<PacketRef> {
        self.pieces.back().map(|piece| piece.carried.packet)
    }

    /// When the first `length` bytes were whole, and the stream position after them.
    pub(super) fn end(&self, length: usize) -> Option<(Stamp, u64)> {
        let piece = self.pieces.iter().find(|piece| piece.end >= length)?;
        Some((piece.delivered, self.offset.saturating_add(length as u64)))
    }

    /// Stream position of the first byte.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The first packet's part.
    pub(super) fn chunk(&self, side: Side) -> Option<Chunk<'_>> {
        let piece = self.pieces.front()?;
        Some(Chunk {
            side,
            offset: self.offset,
            bytes: self.bytes.get(..piece.end)?,
            carried: piece.carried,
            delivered: piece.delivered,
        })
    }

    /// Drops the first `length` bytes.
    pub(super) fn drop_front(&mut self, length: usize) {
        let length = length.min(self.bytes.len());
        drop(self.bytes.drain(..length));
        self.offset = self.offset.saturating_add(length as u64);
        while self.pieces.front().is_some_and(|piece| piece.end <= length) {
            self.pieces.pop_front();
        }
        for piece in &mut self.pieces {
            piece.end -= length;
        }
    }
}
