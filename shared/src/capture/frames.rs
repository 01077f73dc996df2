//! From unpacked bytes in any chunking to whole packets and blocks.
//!
//! The container's reader gets a window of bytes, takes what is complete and says how many bytes it needs
//! from there. Windows are the chunks themselves; only what a chunk leaves over is copied, until the block
//! it began is whole.

use super::output::Output;
use super::pcap::{FileHeader, PcapReader};
use super::pcapng::{PcapngReader, SECTION_HEADER_START, SECTION_HEADER_TYPE, section_order};
use super::{CaptureEnd, CaptureError, CaptureSink, Compression, LooksLike};
use crate::limits::SNIFF_BYTES;

/// Bytes that a container's reader may take packets from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    /// The bytes.
    pub(super) bytes: &'a [u8],
    /// Where they start in the unpacked capture.
    pub(super) offset: u64,
    /// No more bytes follow.
    pub(super) is_last: bool,
}

impl Window<'_> {
    /// What is left after `consumed` bytes.
    #[inline]
    pub(super) fn after(self, consumed: usize) -> Self {
        Self {
            bytes: self.bytes.get(consumed..).unwrap_or_default(),
            offset: self.offset_at(consumed),
            is_last: self.is_last,
        }
    }

    /// The capture offset of the byte at `position`.
    #[inline]
    pub(super) const fn offset_at(&self, position: usize) -> u64 {
        self.offset.saturating_add(position as u64)
    }
}

/// How far a reader came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    /// Bytes taken from the start of the window.
    pub(super) consumed: usize,
    /// Bytes needed after those, always more than the window has left.
    pub(super) needed: usize,
}

/// What a search for readable bytes behind damage came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// The capture can be read on after this many bytes.
    Found(usize),
    /// It cannot in the first `skipped` bytes, and to tell about the next, `needed` are needed.
    Needs { skipped: usize, needed: usize },
}

/// Cuts the bytes of a capture into packets.
#[derive(Debug)]
pub(super) struct Frames {
    container: Container,
    /// Bytes of a block that is not whole; those before `start` are used up.
    carry: Vec<u8>,
    start: usize,
    needed: usize,
    /// Where the next byte that is not used up is in the capture.
    offset: u64,
}

/// Who reads.
#[derive(Debug)]
enum Container {
    /// Nobody yet: the first bytes will tell.
    Undecided,
    Pcap(PcapReader),
    Pcapng(PcapngReader),
}

impl Frames {
    pub(super) const fn new() -> Self {
        Self {
            container: Container::Undecided,
            carry: Vec::new(),
            start: 0,
            needed: 0,
            offset: 0,
        }
    }

    /// Takes the next bytes.
    pub(super) fn feed<S: CaptureSink>(
        &mut self,
        mut chunk: &[u8],
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        let unpacked = &mut output.facts.bytes_unpacked;
        *unpacked = unpacked.saturating_add(chunk.len() as u64);
        while self.carried() > 0 {
            let missing = self.needed.saturating_sub(self.carried());
            let (now, later) = chunk.split_at_checked(missing).unwrap_or((chunk, &[]));
            self.carry.extend_from_slice(now);
            chunk = later;
            if self.carried() < self.needed {
                return Ok(());
            }
            self.read_carry(false, output)?;
        }
        let progress = self.container.read(
            Window {
                bytes: chunk,
                offset: self.offset,
                is_last: false,
            },
            output,
        )?;
        self.offset = self.offset.saturating_add(progress.consumed as u64);
        self.needed = progress.needed;
        self.carry
            .extend_from_slice(chunk.get(progress.consumed..).unwrap_or_default());
        Ok(())
    }

    /// Takes the end of the bytes.
    pub(super) fn finish<S: CaptureSink>(
        &mut self,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        self.read_carry(true, output)?;
        let rest = Window {
            bytes: self.carry.get(self.start..).unwrap_or_default(),
            offset: self.offset,
            is_last: true,
        };
        match &mut self.container {
            Container::Undecided => {}
            Container::Pcap(reader) => reader.finish(rest, output),
            Container::Pcapng(reader) => reader.finish(rest, output)?,
        }
        if output.facts.end == CaptureEnd::NotYet {
            output.facts.end = CaptureEnd::Clean;
        }
        Ok(())
    }

    fn carried(&self) -> usize {
        self.carry.len().saturating_sub(self.start)
    }

    fn read_carry<S: CaptureSink>(
        &mut self,
        is_last: bool,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        let window = Window {
            bytes: self.carry.get(self.start..).unwrap_or_default(),
            offset: self.offset,
            is_last,
        };
        let progress = self.container.read(window, output)?;
        self.offset = self.offset.saturating_add(progress.consumed as u64);
        self.needed = progress.needed;
        self.start = self.start.saturating_add(progress.consumed);
        if self.start >= self.carry.len() {
            self.carry.clear();
            self.start = 0;
        } else if self.start > self.carry.len() / 2 {
            // Moving less than was used up keeps the cost of a long search linear.
            self.carry.drain(..self.start);
            self.start = 0;
        }
        Ok(())
    }
}

impl Container {
    fn read<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Result<Progress, CaptureError> {
        let begun = match self {
            Self::Undecided => match self.begin(window, output)? {
                Begin::At(position) => position,
                Begin::Needs(needed) => {
                    return Ok(Progress {
                        consumed: 0,
                        needed,
                    });
                }
            },
            Self::Pcap(_) | Self::Pcapng(_) => 0,
        };
        let progress = match self {
            Self::Undecided => Progress {
                consumed: 0,
                needed: SNIFF_BYTES,
            },
            Self::Pcap(reader) => reader.read(window.after(begun), output),
            Self::Pcapng(reader) => reader.read(window.after(begun), output)?,
        };
        Ok(Progress {
            consumed: progress.consumed.saturating_add(begun),
            ..progress
        })
    }

    /// Chooses the reader by the first bytes.
    fn begin<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Result<Begin, CaptureError> {
        let Some(magic) = window.bytes.first_chunk() else {
            return refuse(window, 4, output.compression);
        };
        if FileHeader::kind(*magic).is_some() {
            let Some(header) = window
                .bytes
                .get(..FileHeader::LENGTH)
                .and_then(FileHeader::parse)
            else {
                return await_header("pcap file header", window, FileHeader::LENGTH);
            };
            *self = Self::Pcap(header.open(output));
            return Ok(Begin::At(FileHeader::LENGTH));
        }
        if *magic == SECTION_HEADER_TYPE {
            let Some(start) = window.bytes.first_chunk() else {
                return await_header("pcapng section header", window, SECTION_HEADER_START);
            };
            if let Some(order) = section_order(start) {
                *self = Self::Pcapng(PcapngReader::new(order));
                return Ok(Begin::At(0));
            }
        }
        refuse(window, SNIFF_BYTES, output.compression)
    }
}

/// Where the reader begins.
enum Begin {
    At(usize),
    Needs(usize),
}

fn await_header(
    header: &'static str,
    window: Window<'_>,
    needed: usize,
) -> Result<Begin, CaptureError> {
    if window.is_last {
        return Err(CaptureError::CutInHeader {
            header,
            length: window.bytes.len() as u64,
            needed: needed as u64,
        });
    }
    Ok(Begin::Needs(needed))
}

/// Says what the bytes look like once there are `needed`, or all.
fn refuse(
    window: Window<'_>,
    needed: usize,
    inside: Option<Compression>,
) -> Result<Begin, CaptureError> {
    if window.bytes.len() < needed && !window.is_last {
        return Ok(Begin::Needs(needed));
    }
    let head = window.bytes.get(..SNIFF_BYTES).unwrap_or(window.bytes);
    Err(match LooksLike::of(head) {
        None => CaptureError::Empty,
        Some(looks_like) => CaptureError::NotACapture { looks_like, inside },
    })
}
