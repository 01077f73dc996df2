//! The bytes of one direction of a TCP flow, in order, as the protocol trackers get them.

use crate::ids::Stamp;
use crate::side::Side;

/// The next bytes of one direction, in order and without repetition.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// Who sent them.
    pub side: Side,
    /// Position of the first byte in this direction's stream; the byte after the SYN is 0.
    /// In a flow that was joined midway, 0 is the first byte seen.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The packet that carried them (the first copy captured).
    pub carried: Stamp,
    /// The packet that put them in order: `carried`, or a later one that filled the hole before them. Where the
    /// capture does not have what filled it, they count as in order when they came.
    pub delivered: Stamp,
}

/// Bytes of one direction that will never come: not captured, snapped, given up, or not needed.
#[derive(Clone, Copy, Debug)]
pub struct Hole {
    /// Who sent them.
    pub side: Side,
    /// Position of the first missing byte.
    pub offset: u64,
    /// How many bytes are missing.
    pub length: u64,
    /// The packet that shows that they were sent: the first captured one behind them, one that acknowledges them,
    /// the snapped one, or the last where they never arrived.
    pub known: Stamp,
    /// Why.
    pub reason: HoleReason,
}

/// Why bytes are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoleReason {
    /// The receiver acknowledged them, so they travelled, but the capture does not have them.
    NotCaptured,
    /// The packet is there but was cut by the capture's snapshot length.
    Snapped,
    /// Too many bytes waited behind the hole, or the flow ended with it open.
    GivenUp,
    /// They were captured while a hole before them was open, and the sink had said that it does not
    /// need them.
    NotNeeded,
}

/// A position in one side's stream whose acknowledgement by the other side is wanted.
///
/// The flow answers with the first packet of the other side that acknowledges `end` or more: the proof
/// that the other side's kernel had every byte before it (M3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Who sent the bytes.
    pub side: Side,
    /// Position after the last byte.
    pub end: u64,
    /// What ends there.
    pub kind: MarkKind,
}

/// What ends at a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A request to a proxy (CONNECT, SOCKS5) or a STARTTLS command.
    Prelude,
    /// A TLS ClientHello; the second one after a HelloRetryRequest too.
    ClientHello,
    /// The server's handshake flight, up to ServerHelloDone or its last record before the client speaks.
    ServerFlight,
    /// The client's last handshake record.
    ClientFinished,
    /// A request.
    Request,
}

/// What takes a flow's bytes: one protocol tracker, or the router in front of several.
pub trait StreamSink {
    /// One for another flow, as new; it may share with this one what recurs from flow to flow.
    fn sibling(&self) -> Self
    where
        Self: Sized + Default,
    {
        Self::default()
    }
    /// The next bytes of one side.
    fn on_bytes(&mut self, chunk: Chunk<'_>);
    /// Bytes of one side that will never come; the next chunk starts after them.
    fn on_hole(&mut self, hole: Hole);
    /// The position up to which this side's bytes are not needed (a record's or body's inside):
    /// they need not be kept while a hole before them is open. `None`: everything is needed.
    fn skip_until(&self, side: Side) -> Option<u64>;
    /// The next position whose acknowledgement is wanted, each once; asked after every delivery.
    fn next_mark(&mut self) -> Option<Mark>;
}
