//! Where a message's body ends (RFC 9112 §6 and §7): bytes are counted, never kept.

use crate::http::facts::{BodyFraming, StopReason};

/// Longest chunk header and longest trailer section, bytes; beyond it the body is not taken for chunked.
const CHUNK_LINE_BYTES: u32 = 16 << 10;

/// A place inside a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// `Content-Length`, this many bytes left.
    Length(u64),
    /// In a chunk's header line.
    ChunkSize {
        size: u64,
        digits: u32,
        length: u32,
        in_extension: bool,
    },
    /// In a chunk, this many bytes left.
    ChunkData(u64),
    /// Before the line end after a chunk.
    ChunkEnd,
    /// In the trailer section: length of this line and of all.
    Trailer { line: u32, length: u32 },
    /// Until the connection closes.
    UntilClose,
}

/// What [`Progress::advance`] did with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Advance {
    /// Bytes taken.
    pub(super) used: usize,
    /// Of these, bytes of the content.
    pub(super) content: u64,
    /// What follows.
    pub(super) then: Then,
}

/// What follows in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// More of it.
    More,
    /// The body ended with the last byte taken.
    End,
    /// These bytes are not what was announced.
    Bad(StopReason),
}

impl Progress {
    /// At the start of a chunked body.
    pub(super) const CHUNKED: Self = Self::ChunkSize {
        size: 0,
        digits: 0,
        length: 0,
        in_extension: false,
    };

    /// How its end is known.
    pub(super) const fn framing(self) -> BodyFraming {
        match self {
            Self::Length(_) => BodyFraming::ContentLength,
            Self::UntilClose => BodyFraming::UntilClose,
            _ => BodyFraming::Chunked,
        }
    }

    /// How many bytes follow in which nothing is to be read.
    pub(super) const fn opaque(self) -> u64 {
        match self {
            Self::Length(left) | Self::ChunkData(left) => left,
            Self::UntilClose => u64::MAX,
            _ => 0,
        }
    }

    /// Takes bytes up to the next border.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Advance {
        match *self {
            Self::Length(left) => self.pass(left, bytes.len() as u64, Self::Length),
            Self::ChunkData(left) => self.pass(left, bytes.len() as u64, Self::ChunkData),
            Self::UntilClose => Advance {
                used: bytes.len(),
                content: bytes.len() as u64,
                then: Then::More,
            },
            _ => self.lines(bytes),
        }
    }

    /// Passes over missing bytes; `false` when they hold a border, so that the place is lost.
    pub(super) fn advance_over_hole(&mut self, length: u64) -> Option<Then> {
        match *self {
            Self::Length(left) if length <= left => {
                Some(self.pass(left, length, Self::Length).then)
            }
            Self::ChunkData(left) if length <= left => {
                Some(self.pass(left, length, Self::ChunkData).then)
            }
            Self::UntilClose => Some(Then::More),
            _ => None,
        }
    }

    fn pass(&mut self, left: u64, available: u64, again: impl Fn(u64) -> Self) -> Advance {
        let content = left.min(available);
        let rest = left - content;
        let then = match (rest, *self) {
            (0, Self::ChunkData(_)) => {
                *self = Self::ChunkEnd;
                Then::More
            }
            (0, _) => Then::End,
            _ => {
                *self = again(rest);
                Then::More
            }
        };
        Advance {
            used: usize::try_from(content).unwrap_or(usize::MAX),
            content,
            then,
        }
    }

    /// Takes bytes of chunk headers, line ends and trailers, one by one.
    fn lines(&mut self, bytes: &[u8]) -> Advance {
        for (at, byte) in bytes.iter().enumerate() {
            let then = self.line_byte(*byte);
            let has_data = matches!(self, Self::ChunkData(_));
            if then != Then::More || has_data {
                return Advance {
                    used: at + 1,
                    content: 0,
                    then,
                };
            }
        }
        Advance {
            used: bytes.len(),
            content: 0,
            then: Then::More,
        }
    }

    fn line_byte(&mut self, byte: u8) -> Then {
        match self {
            Self::ChunkEnd => match byte {
                b'\r' => return Then::More,
                b'\n' => *self = Self::CHUNKED,
                _ => return Then::Bad(StopReason::BadChunk),
            },
            Self::Trailer { line, length } => {
                *length += 1;
                match byte {
                    b'\r' => {}
                    b'\n' if *line == 0 => return Then::End,
                    b'\n' => *line = 0,
                    _ => *line += 1,
                }
                if *length > CHUNK_LINE_BYTES {
                    return Then::Bad(StopReason::HeadersTooLong);
                }
            }
            _ => return self.size_byte(byte),
        }
        Then::More
    }

    fn size_byte(&mut self, byte: u8) -> Then {
        let Self::ChunkSize {
            size,
            digits,
            length,
            in_extension,
        } = self
        else {
            return Then::More;
        };
        *length += 1;
        let bad = Then::Bad(StopReason::BadChunk);
        match (byte, char::from(byte).to_digit(16)) {
            (b'\n', _) if *digits == 0 => return bad,
            (b'\n', _) if *size == 0 => {
                *self = Self::Trailer { line: 0, length: 0 };
                return Then::More;
            }
            (b'\n', _) => {
                *self = Self::ChunkData(*size);
                return Then::More;
            }
            (_, Some(digit)) if !*in_extension => {
                *digits += 1;
                *size = *size << 4 | u64::from(digit);
                // Sixteen digits fill the number.
                if *digits > 15 {
                    return bad;
                }
            }
            (b';' | b' ' | b'\t' | b'\r', _) => *in_extension = true,
            _ if !*in_extension => return bad,
            _ => {}
        }
        if *length > CHUNK_LINE_BYTES {
            return bad;
        }
        Then::More
    }
}
