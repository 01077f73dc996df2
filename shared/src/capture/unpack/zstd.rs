//! Zstandard (RFC 8878): one frame after another, pushed.
//!
//! The decoder reads from a source that must have all it asks for. Headers and blocks tell their sizes, so
//! each is collected here and handed over whole. Checksums of the content are not verified.

use std::io::Read;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Broken;
use crate::capture::CaptureError;
use crate::limits::{UNPACKED_BYTES, ZSTD_WINDOW_BYTES};

/// Unpacks Zstandard.
pub(in crate::capture) struct Unzstd {
    decoder: FrameDecoder,
    state: State,
    /// The header or block that is being collected.
    held: Vec<u8>,
    buffer: Vec<u8>,
    /// Compressed bytes that were used.
    used: u64,
}

/// What is being collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The magic number of a frame, or the end of the file.
    Magic,
    /// The length of a frame that is to be skipped.
    SkipLength,
    /// The content of such a frame; it is not kept.
    Skip(u32),
    /// A frame's header as far as its descriptor.
    Descriptor,
    /// A frame's header, of this many bytes in all.
    Header(usize),
    /// A block's header.
    BlockHeader(Frame),
    /// A block, of this many bytes with its header and the checksum that may follow it.
    Block(usize, Frame),
    /// Nothing: it stopped making sense, and no more is read.
    Over(Broken),
}

/// What of a frame's header matters to its blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Frame {
    has_checksum: bool,
    is_last_block: bool,
}

/// These four bytes begin a frame, of data or one that is to be skipped.
pub(super) const fn is_magic(magic: [u8; 4]) -> bool {
    matches!(magic, FRAME_MAGIC) || is_skippable(magic)
}

const fn is_skippable(magic: [u8; 4]) -> bool {
    matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

impl Unzstd {
    pub(super) fn new() -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW_BYTES);
        Self {
            decoder,
            state: State::Magic,
            held: Vec::new(),
            buffer: vec![0; UNPACKED_BYTES],
            used: 0,
        }
    }

    /// Takes the next compressed bytes.
    pub(super) fn feed(
        &mut self,
        mut chunk: &[u8],
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<(), CaptureError> {
        loop {
            if let State::Skip(left) = self.state {
                chunk = self.skip(left, chunk);
            }
            let Some(wanted) = self.state.wanted() else {
                return Ok(());
            };
            let missing = wanted.saturating_sub(self.held.len());
            let (now, later) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
            self.held.extend_from_slice(now);
            chunk = later;
            if self.held.len() < wanted {
                return Ok(());
            }
            match self.go_on() {
                Ok(state) => self.state = state,
                Err(problem) => return self.broken(problem, feed_on),
            }
            self.drain(feed_on)?;
        }
    }

    /// Takes the end of the compressed bytes; where they stopped making sense, if they did.
    pub(super) fn finish(
        &mut self,
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<Option<Broken>, CaptureError> {
        let is_between = self.state == State::Magic && self.held.is_empty();
        if !is_between && !matches!(self.state, State::Over(_)) {
            self.broken("the stream has no end", feed_on)?;
        }
        Ok(match self.state {
            State::Over(broken) => Some(broken),
            _ => None,
        })
    }

    /// The next state, from what was collected.
    fn go_on(&mut self) -> Result<State, &'static str> {
        let state = match self.state {
            State::Magic => {
                return match self.held.first_chunk() {
                    Some(&FRAME_MAGIC) => Ok(State::Descriptor),
                    Some(magic) if is_skippable(*magic) => Ok(State::SkipLength),
                    _ => Err("bytes that are not a Zstandard frame follow"),
                };
            }
            State::Descriptor => {
                let descriptor = self.held.last().copied().unwrap_or_default();
                return Ok(State::Header(header_length(descriptor)));
            }
            State::BlockHeader(frame) => return self.block(frame),
            State::SkipLength => {
                let length = self.held.last_chunk().copied().unwrap_or_default();
                match u32::from_le_bytes(length) {
                    0 => State::Magic,
                    length => State::Skip(length),
                }
            }
            State::Header(_) => {
                self.decoder
                    .reset(self.held.as_slice())
                    .map_err(|_damaged| "a frame's header is damaged, or its window is larger than is accepted")?;
                State::BlockHeader(Frame {
                    has_checksum: self
                        .held
                        .get(4)
                        .is_some_and(|descriptor| descriptor & 0x04 != 0),
                    is_last_block: false,
                })
            }
            State::Block(_, frame) => {
                self.decoder
                    .decode_blocks(self.held.as_slice(), BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(|_damaged| "a block is damaged")?;
                if frame.is_last_block {
                    State::Magic
                } else {
                    State::BlockHeader(frame)
                }
            }
            State::Skip(_) | State::Over(_) => return Ok(self.state),
        };
        self.used = self.used.saturating_add(self.held.len() as u64);
        self.held.clear();
        Ok(state)
    }

    /// From a block's header (RFC 8878 §3.1.1.2), which stays in front of the block: the decoder reads both.
    fn block(&self, frame: Frame) -> Result<State, &'static str> {
        let [low, middle, high] = self.held.first_chunk().copied().unwrap_or_default();
        let header = u32::from_le_bytes([low, middle, high, 0]);
        let size = header >> 3;
        let content = match header >> 1 & 0b11 {
            1 => 1,
            0 | 2 if size <= LARGEST_BLOCK => size as usize,
            _ => return Err("a block's header is damaged"),
        };
        let frame = Frame {
            is_last_block: header & 1 != 0,
            ..frame
        };
        let checksum = if frame.is_last_block && frame.has_checksum {
            4
        } else {
            0
        };
        Ok(State::Block(BLOCK_HEADER + content + checksum, frame))
    }

    /// What is left of the chunk after the content of a skippable frame.
    fn skip<'a>(&mut self, left: u32, chunk: &'a [u8]) -> &'a [u8] {
        let (now, later) = chunk
            .split_at_checked(left as usize)
            .unwrap_or((chunk, &[]));
        let left = left.saturating_sub(u32::try_from(now.len()).unwrap_or(left));
        self.used = self.used.saturating_add(now.len() as u64);
        self.state = if left == 0 {
            State::Magic
        } else {
            State::Skip(left)
        };
        later
    }

    /// Feeds on what the decoder can give; it keeps a window's bytes until the frame is over.
    fn drain(
        &mut self,
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<(), CaptureError> {
        while self.decoder.can_collect() > 0 {
            let made = self.decoder.read(&mut self.buffer).unwrap_or_default();
            if made == 0 {
                return Ok(());
            }
            feed_on(self.buffer.get(..made).unwrap_or_default())?;
        }
        Ok(())
    }

    fn broken(
        &mut self,
        problem: &'static str,
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<(), CaptureError> {
        if matches!(self.state, State::BlockHeader(_) | State::Block(..)) {
            // An empty last block and a checksum end the frame, so that the decoder gives what it kept.
            let ended = self.decoder.decode_blocks(
                [1, 0, 0, 0, 0, 0, 0].as_slice(),
                BlockDecodingStrategy::UptoBlocks(1),
            );
            if ended.is_ok() {
                self.drain(feed_on)?;
            }
        }
        self.state = State::Over(Broken {
            offset: self.used,
            problem,
        });
        Ok(())
    }
}

impl State {
    /// Bytes to collect; `None` where there is nothing to collect.
    const fn wanted(self) -> Option<usize> {
        match self {
            Self::Magic => Some(4),
            Self::Descriptor => Some(5),
            Self::SkipLength => Some(8),
            Self::Header(length) | Self::Block(length, _) => Some(length),
            Self::BlockHeader(_) => Some(BLOCK_HEADER),
            Self::Skip(_) | Self::Over(_) => None,
        }
    }
}

impl std::fmt::Debug for Unzstd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unzstd")
            .field("state", &self.state)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

/// Bytes of a frame's header with its magic number, by its descriptor (RFC 8878 §3.1.1.1.1).
const fn header_length(descriptor: u8) -> usize {
    let is_single_segment = descriptor & 0x20 != 0;
    let window = if is_single_segment { 0 } else { 1 };
    let dictionary = match descriptor & 0b11 {
        0 => 0,
        1 => 1,
        2 => 2,
        _ => 4,
    };
    let content_size = match descriptor >> 6 {
        0 if is_single_segment => 1,
        0 => 0,
        1 => 2,
        2 => 4,
        _ => 8,
    };
    5 + window + dictionary + content_size
}

/// The magic number of a frame with data.
const FRAME_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Bytes of a block's header.
const BLOCK_HEADER: usize = 3;

/// The most bytes a block can have (RFC 8878 §3.1.1.2.4).
const LARGEST_BLOCK: u32 = 128 << 10;
