//! Capture files: bytes in any chunking become packets.

use crate::ids::PacketRef;
use crate::time::Timestamp;

/// The link-layer type of a packet, by its number in the tcpdump.org registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

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
