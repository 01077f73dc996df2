//! What is known of one TCP flow when it is handed out: plain data, each fact with its packets.
//!
//! These are the measurements M1 to M14 that rules are built from. Nothing here judges. Positions are
//! stream offsets: the byte after the SYN is 0, and a FIN takes one position after the last byte. In a
//! flow joined midway, 0 is the first position seen of that side. Lists are bounded by `limits`; the
//! counter beside a list counts what did not fit too.

mod close;
mod handshake;
mod liveness;
mod loss;
mod path;
mod side_facts;

use std::net::{IpAddr, SocketAddr};

pub use close::{Fin, FlowEnd, Reset, ResetSequence};
pub use handshake::{ChallengeAck, RoundTripBasis, Syn, SynAck, SynRoundTrip, ThreeWayHandshake};
pub use liveness::{KeepAlive, KeepAlives, Pause, Silence, ZeroWindowSpan, ZeroWindows};
pub use loss::{Arrival, LossCounts, Retransmission, RetransmissionKind, SackFacts, SequenceJump};
pub use path::{EchoLag, IpIdFacts, IpIdGap, RoundTrips, TimestampUse, TtlChange, TtlFacts};
pub use side_facts::{Handicaps, SideFacts};

use crate::flow::chunk::MarkKind;
use crate::flow::few::{Few, Rare};
use crate::flow::journal::Journal;
use crate::ids::{FlowId, Stamp};
use crate::side::{PerSide, Side};

/// One life of a TCP 5-tuple, from its first packet to its last.
#[derive(Clone, Debug)]
pub struct TcpFlow {
    /// Rank by first packet among all flows of the table.
    pub id: FlowId,
    /// How many earlier flows of this capture had the same 5-tuple (port reuse); 0 for the first.
    pub nth: u32,
    /// Addresses and ports.
    pub endpoints: PerSide<SocketAddr>,
    /// How it is known which end is the originator.
    pub direction: DirectionBasis,
    /// The first packet.
    pub first: Stamp,
    /// The last packet.
    pub last: Stamp,
    /// The three-way handshake.
    pub handshake: ThreeWayHandshake,
    /// What each side sent, and what became of it. Boxed, since allocators keep pieces of up to a kilobyte at hand and
    /// look for larger ones.
    pub sides: PerSide<Box<SideFacts>>,
    /// The longest times without any packet of this flow, longest first.
    pub silences: Few<Silence>,
    /// The longest times in which neither side sent anything new (payload, SYN, FIN, RST), whatever
    /// acknowledgements, keep-alives and retransmissions passed; longest first.
    pub pauses: Few<Pause>,
    /// ICMP errors that quote a packet of this flow, first ones.
    pub icmp: Rare<IcmpError>,
    /// How many ICMP errors quoted a packet of this flow.
    pub icmp_count: u32,
    /// What became of every mark the protocol tracker asked about, in order of asking (M3).
    pub marks: Vec<MarkAck>,
    /// RST segments of both sides, first ones, in order.
    pub resets: Rare<Reset>,
    /// How many RST segments there were.
    pub reset_count: u32,
    /// How it ended.
    pub end: FlowEnd,
    /// First and last packets in short form.
    pub journal: Journal,
}

impl TcpFlow {
    /// No SYN of either side was seen: the capture began after the flow did.
    #[must_use]
    pub const fn joined_midway(&self) -> bool {
        self.handshake.syn_count == 0 && self.handshake.syn_ack_count == 0
    }

    /// Only packets of one side were seen.
    #[must_use]
    pub const fn is_one_sided(&self) -> bool {
        self.sides.originator.packets == 0 || self.sides.responder.packets == 0
    }

    /// Who has the given address and port.
    #[must_use]
    pub fn side_of(&self, endpoint: SocketAddr) -> Option<Side> {
        if self.endpoints.originator == endpoint {
            Some(Side::Originator)
        } else if self.endpoints.responder == endpoint {
            Some(Side::Responder)
        } else {
            None
        }
    }
}

/// How it is known which end is the originator, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectionBasis {
    /// It sent a SYN.
    Syn,
    /// The other end sent a SYN-ACK.
    SynAck,
    /// The other end has the smaller port, below 1024 (or one commonly served).
    WellKnownPort,
    /// Its port is one that hosts take for connections that they open, and the other end's is not; a guess.
    EphemeralPort,
    /// It sent the first packet seen; a guess.
    FirstPacket,
}

/// What became of a position whose acknowledgement was wanted (M3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkAck {
    /// Who sent the bytes.
    pub side: Side,
    /// Position after the last byte.
    pub end: u64,
    /// What ends there.
    pub kind: MarkKind,
    /// The first packet of the other side that acknowledges all of it; `None` when none was seen.
    pub acked: Option<AckStamp>,
    /// The first SACK block of the other side that lies below `end`, and its packet.
    pub sacked: Option<Box<(u64, u64, Stamp)>>,
}

/// A packet that acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckStamp {
    /// The packet.
    pub stamp: Stamp,
    /// The position it acknowledges up to.
    pub position: u64,
    /// TSecr of the packet (RFC 7323): the TSval of the copy that arrived (M10).
    pub echoed: Option<u32>,
    /// It carried payload of its own.
    pub with_payload: bool,
}

/// An ICMP error about a packet of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpError {
    /// The ICMP packet.
    pub stamp: Stamp,
    /// Who sent it: the accusing evidence (T6).
    pub reporter: IpAddr,
    /// Whose packet it quotes.
    pub quoted: Side,
    /// Position of the quoted segment, where quoted far enough.
    pub position: Option<u64>,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
    /// Next-hop MTU, where given.
    pub mtu: Option<u32>,
}

/// A flow that is handed out: its facts, and what its bytes went to.
#[derive(Debug)]
pub struct FinishedFlow<S> {
    /// The facts.
    pub facts: Box<TcpFlow>,
    /// The sink that took its bytes.
    pub sink: S,
}
