//! One direction of an HTTP/2 connection, cut into frames.

use crate::flow::chunk::Chunk;
use crate::http::h2::frame::{FrameHeader, HEADER_BYTES, PADDED};
use crate::http::hpack::Decoder;
use crate::http::sniff::PREFACE;
use crate::ids::{PacketRef, Stamp};

/// A place in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In the client's preface, this many bytes of it seen.
    Preface(usize),
    /// In a frame's header.
    Header,
    /// In a payload that is kept.
    Payload(FrameHeader),
    /// In a DATA payload.
    Data(Data),
    /// In a payload that is passed over, this many bytes left.
    Skip(u32),
    /// Somewhere; `is_trying` while the start of a packet may still be the start of a frame.
    Lost {
        /// The bytes of this packet so far may start a frame.
        is_trying: bool,
    },
}

/// A place in a DATA payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) header: FrameHeader,
    /// The byte that says how long the padding is comes first.
    pub(super) awaits_padding: bool,
    /// Content bytes left.
    pub(super) content: u32,
    /// Padding bytes left.
    pub(super) padding: u32,
}

/// A header block that goes on in CONTINUATION frames.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) stream: u32,
    /// The stream that a PUSH_PROMISE promises.
    pub(super) promised: Option<u32>,
    pub(super) ends_stream: bool,
    pub(super) first: Stamp,
    pub(super) bytes: Vec<u8>,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) state: State,
    /// Stream position of the next byte.
    pub(super) position: u64,
    /// The first byte of the frame in progress.
    pub(super) first: Option<Stamp>,
    /// The header or payload so far.
    pub(super) buffer: Vec<u8>,
    pub(super) block: Option<Block>,
    pub(super) hpack: Decoder,
    last_carried: Option<PacketRef>,
}

impl Data {
    pub(super) const fn new(header: FrameHeader) -> Self {
        Self {
            header,
            awaits_padding: header.has(PADDED) && header.length > 0,
            content: header.length,
            padding: 0,
        }
    }

    /// Takes bytes; says how many, and how many of them are content.
    pub(super) fn advance(&mut self, rest: &[u8]) -> (usize, u64) {
        if self.awaits_padding
            && let Some(length) = rest.first()
        {
            self.awaits_padding = false;
            self.content = self.content.saturating_sub(1);
            self.padding = u32::from(*length).min(self.content);
            self.content -= self.padding;
            return (1, 0);
        }
        let available = u32::try_from(rest.len()).unwrap_or(u32::MAX);
        let content = self.content.min(available);
        self.content -= content;
        let padding = self.padding.min(available - content);
        self.padding -= padding;
        ((content + padding) as usize, u64::from(content))
    }

    pub(super) const fn left(&self) -> u32 {
        self.content + self.padding
    }
}

impl Lane {
    pub(super) fn new(state: State, position: u64) -> Self {
        Self {
            state,
            position,
            first: None,
            buffer: Vec::new(),
            block: None,
            hpack: Decoder::new(),
            last_carried: None,
        }
    }

    /// Remembers what the chunk was, after its bytes were taken.
    pub(super) const fn leave(&mut self, chunk: &Chunk<'_>) {
        self.position = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        self.last_carried = Some(chunk.carried.packet);
    }

    /// Its place is not known; what the header table held may be out of date.
    pub(super) fn lose(&mut self) {
        self.state = State::Lost { is_trying: false };
        self.first = None;
        self.block = None;
        self.buffer = Vec::new();
        self.hpack.forget();
    }

    /// Takes bytes of the preface; `None` when they are not it.
    pub(super) fn preface(&mut self, rest: &[u8], seen: usize) -> Option<usize> {
        let expected = PREFACE.get(seen..).unwrap_or_default();
        let taken = expected.len().min(rest.len());
        if rest.get(..taken) != expected.get(..taken) {
            return None;
        }
        let seen = seen + taken;
        self.state = if seen == PREFACE.len() {
            State::Header
        } else {
            State::Preface(seen)
        };
        Some(taken)
    }

    /// Collects bytes until there are `length`; says how many were taken and whether there are enough.
    pub(super) fn collect(&mut self, rest: &[u8], length: usize) -> (usize, bool) {
        let missing = length.saturating_sub(self.buffer.len());
        let taken = rest.get(..missing).unwrap_or(rest);
        self.buffer.extend_from_slice(taken);
        (taken.len(), self.buffer.len() >= length)
    }

    /// Looks for a frame at the start of a packet; says how many bytes were passed over.
    pub(super) fn regain(&mut self, chunk: &Chunk<'_>, rest: &[u8], max_bytes: u32) -> usize {
        let State::Lost { is_trying } = self.state else {
            return 0;
        };
        if self.last_carried != Some(chunk.carried.packet) {
            self.buffer.clear();
            self.first = Some(chunk.carried);
        } else if !is_trying {
            return rest.len();
        }
        let (taken, is_whole) = self.collect(rest, HEADER_BYTES);
        if !is_whole {
            self.state = State::Lost { is_trying: true };
            return rest.len();
        }
        let is_frame =
            FrameHeader::parse(&self.buffer).is_ok_and(|header| header.is_likely(max_bytes));
        if is_frame {
            // The header stays in the buffer, where reading it goes on with what follows.
            self.state = State::Header;
            return taken;
        }
        self.buffer.clear();
        self.state = State::Lost { is_trying: false };
        rest.len()
    }
}
