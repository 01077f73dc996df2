//! How a flow ended, and what its RST and FIN segments look like.

use crate::ids::Stamp;
use crate::side::Side;

/// How the flow ended, as far as the capture shows. An RST after both FINs, or after its sender's own
/// FIN, does not count: it only says that a socket that was closed before is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowEnd {
    /// A SYN was seen and nothing of the other side, or nothing but ICMP.
    SynUnanswered,
    /// A SYN was answered by RST (T5).
    Refused {
        /// The RST.
        by: Stamp,
    },
    /// One side reset it; of several RSTs, the first.
    Reset {
        /// Who, by the packet's source address.
        by: Side,
        /// The RST.
        at: Stamp,
    },
    /// Both sides sent FIN.
    Closed {
        /// Who sent FIN first.
        first: Side,
    },
    /// One side sent FIN, the other did not.
    HalfClosed {
        /// Who sent FIN.
        by: Side,
    },
    /// Neither: still open when the capture, or the room for idle flows, ended.
    Open,
    /// A new SYN took the 5-tuple over while it was open.
    Replaced,
}

/// A side's FIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fin {
    /// The first copy.
    pub stamp: Stamp,
    /// Its position: how many bytes the side sent in all.
    pub position: u64,
    /// The first packet that acknowledges it.
    pub acked: Option<Stamp>,
    /// How many more copies were seen.
    pub repeated: u32,
}

/// An RST segment, with what tells its sender (finding 6, H6, H7, H8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset {
    /// The packet.
    pub stamp: Stamp,
    /// Who, by its source address.
    pub by: Side,
    /// Sequence number as sent.
    pub sequence: u32,
    /// Acknowledgement number as sent; `None` without the ACK flag.
    pub acknowledgment: Option<u32>,
    /// How its sequence number relates to the flow.
    pub relation: ResetSequence,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// TTL of the side's first packet; `None` when this is it.
    pub usual_ttl: Option<u8>,
    /// IPv4 identification.
    pub identification: Option<u16>,
    /// How far the identification is from the side's last counted one; 1 continues the counter.
    pub identification_step: Option<u16>,
    /// Its identification is that of the other side's packet before it.
    pub copies_identification: bool,
    /// Window as sent.
    pub window: u16,
    /// Its window is, as sent, that of the other side's packet before it.
    pub copies_window: bool,
    /// It has the timestamps option.
    pub has_timestamps: bool,
    /// It has any option at all.
    pub has_options: bool,
    /// Payload bytes.
    pub payload: u32,
    /// The last packet of the other side before it: what it may answer.
    pub answers: Option<Stamp>,
    /// The last packet of the other side before it with new payload, SYN or FIN.
    pub answers_data: Option<Stamp>,
    /// The first packet of the same side after it that is no RST: a genuine answer (H6).
    pub contradicted: Option<Stamp>,
}

/// How an RST's sequence number relates to what its side had sent and the other acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetSequence {
    /// The side's next position: as a live socket does.
    Next,
    /// The number that the other side's last packet acknowledges: as a host without the socket does.
    EchoesAcknowledgment,
    /// Zero, as an answer to a SYN does.
    Zero,
    /// Within the window, at another place.
    InWindow,
    /// Anywhere else.
    Elsewhere,
    /// Nothing of the side was known before it.
    Unknown,
}
