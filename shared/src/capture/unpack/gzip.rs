//! gzip (RFC 1952): one member after another, pushed.

use flate2::{Decompress, FlushDecompress, Status};

use super::Broken;
use crate::capture::CaptureError;
use crate::limits::UNPACKED_BYTES;

/// Unpacks gzip.
#[derive(Debug)]
pub(in crate::capture) struct Gunzip {
    inflate: Decompress,
    state: State,
    buffer: Vec<u8>,
    /// Compressed bytes before the current member.
    member_at: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Inside a member, its header and checksum included.
    Member,
    /// After a member: another one, zero bytes as padding, or the end may come.
    Between,
    /// Nothing more is read.
    Over,
}

impl Gunzip {
    pub(super) fn new() -> Self {
        Self {
            inflate: Decompress::new_gzip(WINDOW_BITS),
            state: State::Member,
            buffer: vec![0; UNPACKED_BYTES],
            member_at: 0,
        }
    }

    /// Takes the next compressed bytes; `Some` once, where the stream stops making sense.
    pub(super) fn feed(
        &mut self,
        mut chunk: &[u8],
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<Option<Broken>, CaptureError> {
        loop {
            match self.state {
                State::Over => return Ok(None),
                State::Between => match chunk {
                    [] => return Ok(None),
                    [0, rest @ ..] => {
                        self.member_at = self.member_at.saturating_add(1);
                        chunk = rest;
                    }
                    [FIRST_BYTE, ..] => {
                        self.inflate = Decompress::new_gzip(WINDOW_BITS);
                        self.state = State::Member;
                    }
                    _ => return Ok(self.broken("bytes that are not gzip follow the stream")),
                },
                State::Member => {
                    let (before_in, before_out) =
                        (self.inflate.total_in(), self.inflate.total_out());
                    let status =
                        self.inflate
                            .decompress(chunk, &mut self.buffer, FlushDecompress::None);
                    let taken = usize::try_from(self.inflate.total_in().saturating_sub(before_in))
                        .unwrap_or(0);
                    let made = usize::try_from(self.inflate.total_out().saturating_sub(before_out))
                        .unwrap_or(0);
                    chunk = chunk.get(taken..).unwrap_or_default();
                    if made > 0 {
                        feed_on(self.buffer.get(..made).unwrap_or_default())?;
                    }
                    match status {
                        Ok(Status::StreamEnd) => {
                            self.member_at = self.member_at.saturating_add(self.inflate.total_in());
                            self.state = State::Between;
                        }
                        Ok(_) if taken == 0 && made == 0 => return Ok(None),
                        Ok(_) => {}
                        Err(_) => {
                            return Ok(self.broken("the gzip member that starts there is damaged"));
                        }
                    }
                }
            }
        }
    }

    /// Takes the end of the compressed bytes.
    pub(super) fn finish(&mut self) -> Option<Broken> {
        match self.state {
            State::Member => self.broken("the gzip member that starts there has no end"),
            State::Between | State::Over => None,
        }
    }

    /// The place named is the member's start: where in it the damage shows depends on how it is decoded.
    fn broken(&mut self, problem: &'static str) -> Option<Broken> {
        self.state = State::Over;
        Some(Broken {
            offset: self.member_at,
            problem,
        })
    }
}

/// The largest window of DEFLATE, which gzip always allows.
const WINDOW_BITS: u8 = 15;

/// The first byte of a member.
const FIRST_BYTE: u8 = 0x1f;
