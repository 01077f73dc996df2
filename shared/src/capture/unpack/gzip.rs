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
    /// It stopped making sense: nothing more is read.
    Over(Broken),
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

    /// Takes the next compressed bytes.
    pub(super) fn feed(
        &mut self,
        mut chunk: &[u8],
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<(), CaptureError> {
        loop {
            match self.state {
                State::Over(_) => return Ok(()),
                State::Between => match chunk {
                    [] => return Ok(()),
                    [0, rest @ ..] => {
                        self.member_at = self.member_at.saturating_add(1);
                        chunk = rest;
                    }
                    [FIRST_BYTE, ..] => {
                        self.inflate = Decompress::new_gzip(WINDOW_BITS);
                        self.state = State::Member;
                    }
                    _ => self.state = self.broken("bytes that are not gzip follow the stream"),
                },
                State::Member => {
                    let Some(taken) = self.inflate(chunk, feed_on)? else {
                        return Ok(());
                    };
                    chunk = chunk.get(taken..).unwrap_or_default();
                }
            }
        }
    }

    /// Unpacks one piece of a member; how many bytes it took, or `None` when it waits for more.
    fn inflate(
        &mut self,
        chunk: &[u8],
        feed_on: &mut impl FnMut(&[u8]) -> Result<(), CaptureError>,
    ) -> Result<Option<usize>, CaptureError> {
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let status = self
            .inflate
            .decompress(chunk, &mut self.buffer, FlushDecompress::None);
        let since =
            |before: u64, now: u64| usize::try_from(now.saturating_sub(before)).unwrap_or(0);
        let taken = since(before.0, self.inflate.total_in());
        let made = since(before.1, self.inflate.total_out());
        if made > 0 {
            feed_on(self.buffer.get(..made).unwrap_or_default())?;
        }
        match status {
            Ok(Status::StreamEnd) => {
                self.member_at = self.member_at.saturating_add(self.inflate.total_in());
                self.state = State::Between;
            }
            Ok(Status::Ok | Status::BufError) if taken == 0 && made == 0 => return Ok(None),
            Ok(Status::Ok | Status::BufError) => {}
            Err(_) => self.state = self.broken("the gzip member that starts there is damaged"),
        }
        Ok(Some(taken))
    }

    /// Takes the end of the compressed bytes; where they stopped making sense, if they did.
    pub(super) fn finish(&mut self) -> Option<Broken> {
        if self.state == State::Member {
            self.state = self.broken("the gzip member that starts there has no end");
        }
        match self.state {
            State::Over(broken) => Some(broken),
            State::Member | State::Between => None,
        }
    }

    /// The place named is the member's start: where in it the damage shows depends on how it is decoded.
    const fn broken(&self, problem: &'static str) -> State {
        State::Over(Broken {
            offset: self.member_at,
            problem,
        })
    }
}

/// The largest window of DEFLATE, which gzip always allows.
const WINDOW_BITS: u8 = 15;

/// The first byte of a member.
const FIRST_BYTE: u8 = 0x1f;
