//! Loss, repetition and disorder of one side's segments, in Wireshark's words (M8, M9, M10).

use crate::ids::Stamp;

/// How often each thing happened to segments that one side sent. Each segment is in at most one of
/// the first six.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LossCounts {
    /// Retransmissions of any kind, SYN and FIN included.
    pub retransmissions: u32,
    /// Of these: sent on duplicate ACKs.
    pub fast_retransmissions: u32,
    /// Of these: of bytes that had been acknowledged before.
    pub spurious_retransmissions: u32,
    /// Late but not repeated: fills a gap within about a round trip.
    pub out_of_order: u32,
    /// Keep-alives: no or one byte just before the next position.
    pub keep_alives: u32,
    /// One byte sent into a zero window.
    pub zero_window_probes: u32,
    /// Started after a gap: an earlier segment was lost before the capture point, or not captured.
    pub lost_before: u32,
    /// Acknowledged something that the capture does not have.
    pub acked_unseen: u32,
    /// Duplicate ACKs (RFC 5681 §2, and Wireshark's window condition).
    pub duplicate_acks: u32,
    /// Answers to keep-alives.
    pub keep_alive_acks: u32,
    /// Answers to zero-window probes.
    pub zero_window_probe_acks: u32,
    /// Segments that announce a window of 0 (RST, SYN and FIN excepted).
    pub zero_windows: u32,
    /// Segments that fill the other side's announced window to its last byte.
    pub window_full: u32,
    /// Pure window updates.
    pub window_updates: u32,
}

/// Why a segment was sent again, as far as the capture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetransmissionKind {
    /// Soon after two or more duplicate ACKs.
    Fast,
    /// Everything else: most often the retransmission timer.
    Timeout,
    /// Its bytes had been acknowledged before it was sent.
    Spurious,
}

/// One retransmitted segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retransmission {
    /// The packet.
    pub stamp: Stamp,
    /// Why.
    pub kind: RetransmissionKind,
    /// Position of its first byte.
    pub start: u64,
    /// Positions it covers: payload, and one for FIN.
    pub length: u32,
    /// The first copy of its first byte; `None` when that was not captured or no longer kept.
    pub original: Option<Stamp>,
    /// TSval of this copy.
    pub tsval: Option<u32>,
    /// TSval of the copy before it, when it is kept.
    pub earlier_tsval: Option<u32>,
    /// Which copy the other side got, by TSecr or D-SACK (M10).
    pub arrival: Arrival,
    /// The first packet that acknowledges all of it.
    pub acked: Option<Stamp>,
}

/// Which copy of a retransmitted segment reached the other side first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// No acknowledgement was seen yet.
    Unacknowledged,
    /// An earlier copy did: the acknowledgement echoes a TSval older than this copy's, or a D-SACK
    /// reports this copy as the second. The loss, if any, was on the way back.
    Earlier,
    /// This copy did: the acknowledgement echoes this copy's TSval, which no earlier copy had.
    This,
    /// A later copy of the same positions did, by the TSval that the acknowledgement echoes.
    Later,
    /// Acknowledged, but nothing tells the copies apart.
    Undecided,
}

/// Selective acknowledgements that one side sent (M9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SackFacts {
    /// Segments with SACK blocks.
    pub segments: u32,
    /// The first of them.
    pub first: Option<Stamp>,
    /// The last of them.
    pub last: Option<Stamp>,
    /// The last SACK block above the acknowledged position, as positions of the *other* side's stream.
    pub last_block: Option<(u64, u64)>,
    /// The packet of `last_block`.
    pub last_block_in: Option<Stamp>,
    /// Segments whose first block is a D-SACK (RFC 2883): the other side's copy was redundant.
    pub dsacks: u32,
    /// The first D-SACK.
    pub first_dsack: Option<Stamp>,
    /// What the first D-SACK reports, as positions of the *other* side's stream.
    pub first_duplicate: Option<(u64, u64)>,
}

/// A segment that starts beyond everything seen before it (M8): its sender had sent bytes that were
/// lost before the capture point or not captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceJump {
    /// The segment.
    pub stamp: Stamp,
    /// The position that was due.
    pub expected: u64,
    /// The position it has.
    pub found: u64,
    /// It carries payload; `false` for a pure ACK, whose sequence number is then the only witness.
    pub with_payload: bool,
    /// The packet that filled the last missing byte; `None` when none did.
    pub filled: Option<Stamp>,
    /// The first packet of the other side that acknowledges past the missing bytes: they did arrive,
    /// and the capture lacks them. `None` when none was seen.
    pub acked: Option<Stamp>,
}
