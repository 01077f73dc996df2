//! Takes gzip or Zstandard off on the way in.
//!
//! What comes out goes on at once in pieces of bounded size, so that a small file which unpacks to a large
//! one costs time and never memory. A stream that is cut or damaged is a warning: what was unpacked before
//! it still counts.

mod gzip;
mod zstd;

use gzip::Gunzip;
use zstd::Unzstd;

use super::frames::Frames;
use super::output::Output;
use super::{CaptureError, CaptureSink, Compression};

/// What takes off the compression, if there is one.
#[derive(Debug)]
pub(super) enum Unpacker {
    /// The first bytes are awaited; these came.
    Undecided(Vec<u8>),
    Plain,
    Gzip(Box<Gunzip>),
    Zstd(Box<Unzstd>),
}

/// Where a compressed stream stopped making sense, and how.
///
/// It is told at the end only: how far the packets were read when it showed depends on the chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// In the compressed bytes.
    pub(super) offset: u64,
    pub(super) problem: &'static str,
}

impl Unpacker {
    pub(super) const fn new() -> Self {
        Self::Undecided(Vec::new())
    }

    /// The compression that is taken off.
    pub(super) const fn compression(&self) -> Option<Compression> {
        match self {
            Self::Undecided(_) | Self::Plain => None,
            Self::Gzip(_) => Some(Compression::Gzip),
            Self::Zstd(_) => Some(Compression::Zstd),
        }
    }

    /// Takes the next bytes of the file and feeds on what they unpack to.
    pub(super) fn feed<S: CaptureSink>(
        &mut self,
        chunk: &[u8],
        frames: &mut Frames,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        let Self::Undecided(held) = self else {
            return self.unpack(chunk, frames, output);
        };
        if held.is_empty() && chunk.len() >= MAGIC_BYTES {
            *self = Self::by_magic(chunk);
            return self.unpack(chunk, frames, output);
        }
        let missing = MAGIC_BYTES.saturating_sub(held.len());
        let (now, later) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
        held.extend_from_slice(now);
        if held.len() < MAGIC_BYTES {
            return Ok(());
        }
        let held = std::mem::take(held);
        *self = Self::by_magic(&held);
        self.unpack(&held, frames, output)?;
        self.unpack(later, frames, output)
    }

    /// Takes the end of the file; where the compressed stream stopped making sense, if it did.
    pub(super) fn finish<S: CaptureSink>(
        &mut self,
        frames: &mut Frames,
        output: &mut Output<'_, S>,
    ) -> Result<Option<Broken>, CaptureError> {
        output.compression = self.compression();
        match self {
            // Too short for any magic number, and so for any compression.
            Self::Undecided(held) => frames.feed(held, output).map(|()| None),
            Self::Plain => Ok(None),
            Self::Gzip(gunzip) => Ok(gunzip.finish()),
            Self::Zstd(unzstd) => unzstd.finish(&mut |piece| frames.feed(piece, output)),
        }
    }

    fn by_magic(head: &[u8]) -> Self {
        match head.first_chunk() {
            Some([0x1f, 0x8b, _, _]) => Self::Gzip(Box::new(Gunzip::new())),
            Some(magic) if zstd::is_magic(*magic) => Self::Zstd(Box::new(Unzstd::new())),
            _ => Self::Plain,
        }
    }

    fn unpack<S: CaptureSink>(
        &mut self,
        chunk: &[u8],
        frames: &mut Frames,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        output.compression = self.compression();
        let mut feed_on = |piece: &[u8]| frames.feed(piece, output);
        match self {
            Self::Undecided(_) => Ok(()),
            Self::Plain => feed_on(chunk),
            Self::Gzip(gunzip) => gunzip.feed(chunk, &mut feed_on),
            Self::Zstd(unzstd) => unzstd.feed(chunk, &mut feed_on),
        }
    }
}

/// Bytes that tell gzip, Zstandard and neither apart.
const MAGIC_BYTES: usize = 4;
