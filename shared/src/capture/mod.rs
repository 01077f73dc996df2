//! Capture files: bytes in any chunking become packets.
//!
//! ```text
//!  chunk -> unpack (gzip, zstd) -> carry (a block that straddles chunks) -> pcap | pcapng -> CapturedPacket
//! ```
//!
//! A packet borrows the fed chunk; only a block that straddles two chunks is copied. What is odd about
//! the file is a warning with packet number and byte offset, and reading goes on; only bytes that are no
//! capture at all are an error.

mod clock;
mod error;
mod facts;
mod fields;
mod frames;
mod link_type;
mod output;
mod pcap;
mod pcapng;
mod reader;
mod sniff;
mod unpack;

#[cfg(test)]
mod tests;

pub use error::{CaptureError, Compression, LooksLike};
pub use facts::{
    ByteOrder, CaptureEnd, CaptureFacts, Comment, Container, Format, InterfaceFacts,
    InterfaceStatistics, NameRecord, PacketTimes, SectionFacts, TimeUnit,
};
pub use link_type::LinkType;
pub use reader::CaptureReader;

use crate::ids::PacketRef;
use crate::time::Timestamp;
use crate::warning::WarningLog;

/// One packet as the capture holds it; borrows the reader's bytes.
#[derive(Clone, Copy, Debug)]
pub struct CapturedPacket<'a> {
    /// Where to find it again.
    pub reference: PacketRef,
    /// When it was captured; `None` where the format has no time (pcapng simple packet block).
    pub at: Option<Timestamp>,
    /// How its first header is to be read.
    pub link_type: LinkType,
    /// Bytes it had on the wire, which may be more than were captured.
    pub original_length: u32,
    /// The captured bytes.
    pub bytes: &'a [u8],
}

/// What takes the packets of a capture, in the file's order.
pub trait CaptureSink {
    /// The next packet.
    fn packet(&mut self, packet: CapturedPacket<'_>);
    /// Where the reader notes what is odd about the capture.
    fn warnings(&mut self) -> &mut WarningLog;
}
