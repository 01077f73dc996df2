//! The push reader: bytes of one capture file in, packets out.

use sha2::{Digest, Sha256};

use super::frames::Frames;
use super::output::Output;
use super::unpack::Unpacker;
use super::{CaptureEnd, CaptureError, CaptureFacts, CaptureSink};
use crate::ids::CaptureId;
use crate::text::Message;

/// Reads one capture, fed in any chunking: pcap or pcapng, plain or inside gzip or Zstandard.
///
/// After an error nothing is known of the capture, and every further call gives the same error.
/// After `finish` further calls do nothing.
#[derive(Debug)]
pub struct CaptureReader {
    capture: CaptureId,
    unpacker: Unpacker,
    frames: Frames,
    facts: CaptureFacts,
    digest: Option<Sha256>,
    failed: Option<CaptureError>,
}

impl CaptureReader {
    /// A reader whose packets and warnings carry this capture's number.
    #[must_use]
    pub fn new(capture: CaptureId) -> Self {
        Self {
            capture,
            unpacker: Unpacker::new(),
            frames: Frames::new(),
            facts: CaptureFacts::default(),
            digest: None,
            failed: None,
        }
    }

    /// Also makes the SHA-256 of the bytes fed, which costs more time than reading them.
    #[must_use]
    pub fn with_digest(mut self) -> Self {
        self.digest = Some(Sha256::new());
        self
    }

    /// Takes the next bytes and hands out the packets that are complete with them.
    pub fn feed<S: CaptureSink>(&mut self, chunk: &[u8], sink: &mut S) -> Result<(), CaptureError> {
        if self.facts.end != CaptureEnd::NotYet {
            return Ok(());
        }
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        if let Some(digest) = &mut self.digest {
            digest.update(chunk);
        }
        self.facts.bytes_fed = self.facts.bytes_fed.saturating_add(chunk.len() as u64);
        self.step(sink, |unpacker, frames, output| {
            unpacker.feed(chunk, frames, output)
        })
    }

    /// Takes the end of the bytes. What is left over is a packet that was cut, and a warning.
    pub fn finish<S: CaptureSink>(&mut self, sink: &mut S) -> Result<(), CaptureError> {
        if self.facts.end != CaptureEnd::NotYet {
            return Ok(());
        }
        if let Some(digest) = self.digest.take() {
            self.facts.sha256 = Some(digest.finalize().into());
        }
        self.step(sink, |unpacker, frames, output| {
            let broken = unpacker.finish(frames, output)?.zip(output.compression);
            match broken {
                Some((broken, compression)) if output.facts.bytes_unpacked == 0 => {
                    return Err(CaptureError::BadCompression {
                        compression,
                        offset: broken.offset,
                        problem: broken.problem,
                    });
                }
                _ => frames.finish(output)?,
            }
            if let Some((broken, compression)) = broken {
                output.warn(
                    "damaged-compression",
                    None,
                    output.facts.bytes_unpacked,
                    || {
                        Message::new("input-damaged-compression")
                            .with("compression", compression.to_string())
                            .with("problem", broken.problem)
                            .with("offset", broken.offset)
                    },
                );
            }
            Ok(())
        })
    }

    /// What is known of the capture so far.
    #[must_use]
    pub const fn facts(&self) -> &CaptureFacts {
        &self.facts
    }

    fn step<S: CaptureSink>(
        &mut self,
        sink: &mut S,
        read: impl FnOnce(&mut Unpacker, &mut Frames, &mut Output<'_, S>) -> Result<(), CaptureError>,
    ) -> Result<(), CaptureError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let mut output = Output {
            capture: self.capture,
            compression: self.unpacker.compression(),
            facts: &mut self.facts,
            sink,
        };
        read(&mut self.unpacker, &mut self.frames, &mut output).inspect_err(|error| {
            // How far a chunk went before it failed depends on the chunk.
            self.facts = CaptureFacts::default();
            self.failed = Some(error.clone());
        })
    }
}
