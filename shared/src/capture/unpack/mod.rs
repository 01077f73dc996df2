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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Broken {
    /// In the compressed bytes.
    offset: u64,
    problem: &'static str,
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

    /// Takes the end of the file.
    pub(super) fn finish<S: CaptureSink>(
        &mut self,
        frames: &mut Frames,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        if let Self::Undecided(held) = self {
            // Too short for any magic number, and so for any compression.
            let held = std::mem::take(held);
            *self = Self::Plain;
            return frames.feed(&held, output);
        }
        output.compression = self.compression();
        let broken = match self {
            Self::Undecided(_) | Self::Plain => None,
            Self::Gzip(gunzip) => gunzip.finish(),
            Self::Zstd(unzstd) => unzstd.finish(&mut |piece| frames.feed(piece, output))?,
        };
        note(broken, output)
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
        let broken = match self {
            Self::Undecided(_) => None,
            Self::Plain => {
                feed_on(chunk)?;
                None
            }
            Self::Gzip(gunzip) => gunzip.feed(chunk, &mut feed_on)?,
            Self::Zstd(unzstd) => unzstd.feed(chunk, &mut feed_on)?,
        };
        note(broken, output)
    }
}

/// A broken stream is a warning, or the end of it all where nothing was unpacked.
fn note<S: CaptureSink>(
    broken: Option<Broken>,
    output: &mut Output<'_, S>,
) -> Result<(), CaptureError> {
    let (Some(broken), Some(compression)) = (broken, output.compression) else {
        return Ok(());
    };
    if output.facts.bytes_unpacked == 0 {
        return Err(CaptureError::BadCompression {
            compression,
            offset: broken.offset,
            problem: broken.problem,
        });
    }
    let offset = output.facts.bytes_unpacked;
    output.warn("damaged-compression", None, offset, || {
        format!(
            "the {compression} stream cannot be read on: {} at byte {} of the compressed file",
            broken.problem, broken.offset
        )
    });
    Ok(())
}

/// Bytes that tell gzip, Zstandard and neither apart.
const MAGIC_BYTES: usize = 4;
