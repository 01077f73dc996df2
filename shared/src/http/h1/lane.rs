//! One direction of an HTTP/1 connection: where its messages start, and the bytes of a header block that has
//! not ended yet.

use crate::flow::chunk::Chunk;
use crate::http::facts::StopReason;
use crate::http::h1::body::Progress;
use crate::http::h1::head::block_end;
use crate::http::sniff::{self, Sniff};
use crate::ids::{PacketRef, Stamp};
use crate::limits::MESSAGE_BYTES;

/// How every response starts; where something else starts, no response does.
const RESPONSE_START: &[u8] = b"HTTP/";

/// Longest method that is taken for one.
const METHOD_BYTES: usize = 32;

/// A place in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Between two messages.
    Between,
    /// In a header block.
    Head,
    /// In a body.
    Body(Progress),
    /// Somewhere; `is_trying` while the start of a packet may still be the start of a message.
    Lost {
        /// The bytes of this packet so far may start a message.
        is_trying: bool,
    },
    /// The client's next bytes mean something only after the answer to CONNECT or Upgrade.
    Held,
    /// The bytes are no longer HTTP/1.
    Handed,
}

/// Which messages travel in a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Response,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) kind: Kind,
    pub(super) state: State,
    /// Stream position of the next byte.
    pub(super) position: u64,
    /// The first byte of the message in progress.
    pub(super) first: Option<Stamp>,
    /// The last packet that delivered bytes.
    pub(super) last: Option<Stamp>,
    /// The exchange of the message whose body is in progress.
    pub(super) number: Option<u64>,
    /// The header block so far, or while lost the start of the packet.
    pub(super) buffer: Vec<u8>,
    scanned: usize,
    last_carried: Option<PacketRef>,
}

/// What came of looking for a header block.
#[derive(Debug)]
pub(super) enum Cut<H> {
    /// It goes on in the next chunk.
    More,
    /// It is whole, with this many of the bytes.
    Head(Box<H>, usize),
    /// It is not one.
    Bad(StopReason),
}

impl Lane {
    pub(super) const fn new(kind: Kind, position: u64) -> Self {
        Self {
            kind,
            state: State::Between,
            position,
            first: None,
            last: None,
            number: None,
            buffer: Vec::new(),
            scanned: 0,
            last_carried: None,
        }
    }

    /// Remembers what the chunk was, after its bytes were taken.
    pub(super) const fn leave(&mut self, chunk: &Chunk<'_>, used: usize) {
        self.position = chunk.offset.saturating_add(used as u64);
        self.last_carried = Some(chunk.carried.packet);
        self.last = Some(chunk.delivered);
    }

    /// Starts a message where the next byte is not a line end; says how many line ends were passed.
    pub(super) fn begin(&mut self, rest: &[u8], carried: Stamp) -> usize {
        let blank = blank(rest);
        if blank < rest.len() {
            self.state = State::Head;
            self.first = Some(carried);
            self.forget();
        }
        blank
    }

    /// No message is in progress and its place is not known.
    pub(super) fn lose(&mut self) {
        self.state = State::Lost { is_trying: false };
        self.number = None;
        self.first = None;
        self.forget();
    }

    /// Drops the bytes kept, and the room for them where it is large.
    pub(super) fn forget(&mut self) {
        self.scanned = 0;
        self.buffer = Vec::new();
    }

    /// Looks for a message at the start of a packet; says how many bytes were passed over.
    pub(super) fn regain(&mut self, rest: &[u8], carried: Stamp, is_trying: bool) -> usize {
        let is_new_packet = self.last_carried != Some(carried.packet);
        if is_new_packet {
            self.buffer.clear();
            self.first = Some(carried);
        } else if !is_trying {
            return rest.len();
        }
        let look = match self.kind {
            Kind::Request => sniff::request,
            Kind::Response => sniff::response,
        };
        let found = if self.buffer.is_empty() {
            look(rest)
        } else {
            look(&[&self.buffer, rest].concat())
        };
        match found {
            Sniff::Yes => {
                self.state = State::Head;
                self.scanned = 0;
                return 0;
            }
            Sniff::No => {
                self.buffer.clear();
                self.state = State::Lost { is_trying: false };
            }
            Sniff::NeedMore => {
                self.buffer.extend_from_slice(rest);
                self.state = State::Lost { is_trying: true };
            }
        }
        rest.len()
    }

    /// Looks for the end of the header block and reads it.
    pub(super) fn cut<H>(
        &mut self,
        rest: &[u8],
        parse: fn(&[u8]) -> Result<H, StopReason>,
    ) -> Cut<H> {
        if self.buffer.is_empty() {
            if let Some(end) = block_end(rest, 0) {
                let block = rest.get(..end).unwrap_or(rest);
                return self.read(block, end, parse);
            }
            if !self.may_start(rest) {
                return Cut::Bad(StopReason::NotHttp);
            }
        }
        let before = self.buffer.len();
        let room = (MESSAGE_BYTES + 1).saturating_sub(before);
        let taken = rest.get(..room).unwrap_or(rest);
        self.buffer.extend_from_slice(taken);
        let buffer = std::mem::take(&mut self.buffer);
        if let Some(end) = block_end(&buffer, self.scanned) {
            let block = buffer.get(..end).unwrap_or(&buffer);
            return self.read(block, end.saturating_sub(before), parse);
        }
        if !self.may_start(&buffer) {
            return Cut::Bad(StopReason::NotHttp);
        }
        if buffer.len() > MESSAGE_BYTES {
            return self.too_long(&buffer);
        }
        self.scanned = buffer.len();
        self.buffer = buffer;
        Cut::More
    }

    fn read<H>(
        &mut self,
        block: &[u8],
        used: usize,
        parse: fn(&[u8]) -> Result<H, StopReason>,
    ) -> Cut<H> {
        if block.len() > MESSAGE_BYTES {
            return self.too_long(block);
        }
        if !self.may_start(block) {
            return Cut::Bad(StopReason::NotHttp);
        }
        match parse(block) {
            Ok(head) => Cut::Head(Box::new(head), used),
            Err(reason) => Cut::Bad(reason),
        }
    }

    /// A block beyond the cap: its start is kept, for what the first line says.
    fn too_long<H>(&mut self, block: &[u8]) -> Cut<H> {
        self.buffer = block.get(..MESSAGE_BYTES).unwrap_or(block).to_vec();
        Cut::Bad(StopReason::HeadersTooLong)
    }

    /// The first bytes of a message may be a method, or the start of a status line.
    fn may_start(&self, bytes: &[u8]) -> bool {
        match self.kind {
            Kind::Response => sniff::starts(bytes, RESPONSE_START) != Sniff::No,
            Kind::Request => {
                let method = bytes.iter().take_while(|byte| **byte != b' ');
                let mut length = 0;
                for byte in method {
                    length += 1;
                    let is_token =
                        byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
                    if !is_token || length > METHOD_BYTES {
                        return false;
                    }
                }
                true
            }
        }
    }
}

/// Line ends in front of a message, which nobody should send and everybody skips (RFC 9112 §2.2).
pub(super) fn blank(rest: &[u8]) -> usize {
    let is_line_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    rest.iter().take_while(is_line_end).count()
}
