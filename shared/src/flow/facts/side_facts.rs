//! What one side of a flow sent, and what became of it.

use super::{
    AckStamp, EchoLag, Fin, IpIdFacts, KeepAlives, LossCounts, Retransmission, RoundTrips,
    SackFacts, SequenceJump, TimestampUse, TtlFacts, ZeroWindows,
};
use crate::flow::few::Rare;
use crate::ids::Stamp;

/// One side of a flow. "Sent" means captured on its way from this side, unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct SideFacts {
    /// Packets, retransmissions included, captured duplicates not.
    pub packets: u32,
    /// Packets with payload of the stream: keep-alives and RSTs left out.
    pub payload_segments: u32,
    /// Payload bytes on the wire, those of retransmissions and keep-alives included.
    pub payload_bytes: u64,
    /// Distinct stream bytes that the capture shows were sent, snapped ones included.
    pub stream_bytes: u64,
    /// Stream bytes that were acknowledged or jumped over, and that the capture does not have.
    pub missing_bytes: u64,
    /// Distinct stream bytes that the capture's snapshot length cut off.
    pub snapped_bytes: u64,

    /// Initial sequence number; `None` when its SYN or SYN-ACK was not seen.
    pub isn: Option<u32>,
    /// MSS option of its SYN or SYN-ACK.
    pub mss: Option<u16>,
    /// Window scale option of its SYN or SYN-ACK, as sent.
    pub window_scale: Option<u8>,
    /// Its SYN or SYN-ACK permits SACK; `None` when that was not seen.
    pub sack_permitted: Option<bool>,
    /// Option kinds of its SYN or SYN-ACK in order (M13); `None` when they were not seen, be it that the
    /// capture cut them off.
    pub option_kinds: Option<[u8; 16]>,
    /// Packets captured twice (same identification, or none, and same numbers and length at nearly the same time):
    /// they are in the journal and count nowhere else.
    pub duplicate_packets: u32,
    /// Use of the timestamps option (M13).
    pub timestamps: TimestampUse,
    /// How old the timestamps are that its data echoes; `None` when it sent no bulk data, or without timestamps.
    pub echo_lag: Option<Box<EchoLag>>,
    /// TTLs (M12).
    pub ttl: TtlFacts,
    /// IPv4 identifications (M11).
    pub ip_id: IpIdFacts,

    /// Position after the last position that the capture shows was sent.
    pub seen_end: u64,
    /// Position after the last position that this side is known to have sent: its own sequence
    /// numbers, pure ACKs and keep-alives included (`snd.nxt`, M8).
    pub known_end: u64,
    /// The other side's first acknowledgement of the highest position it acknowledged; `None` when it
    /// acknowledged nothing.
    pub acked: Option<AckStamp>,
    /// Jumps over bytes not seen (M8), first ones.
    pub jumps: Rare<SequenceJump>,
    /// How many jumps.
    pub jump_count: u32,

    /// Last packet.
    pub last: Option<Stamp>,
    /// First packet with payload.
    pub first_payload: Option<Stamp>,
    /// Last packet with payload sent for the first time.
    pub last_payload: Option<Stamp>,
    /// Its FIN.
    pub fin: Option<Box<Fin>>,

    /// Loss, repetition and disorder, counted.
    pub loss: LossCounts,
    /// Retransmissions of payload or FIN, first ones. Repeated SYNs are in the handshake.
    pub retransmissions: Rare<Retransmission>,
    /// The last retransmission, when the list above is full.
    pub last_retransmission: Option<Box<Retransmission>>,
    /// SACK blocks that this side sent; `None` when it sent none.
    pub sack: Option<Box<SackFacts>>,
    /// Keep-alives that this side sent; `None` when it sent none.
    pub keep_alives: Option<Box<KeepAlives>>,
    /// Zero windows that this side announced; `None` when it announced none.
    pub zero_windows: Option<Box<ZeroWindows>>,
    /// Smallest window announced after the handshake, bytes, scaled; `None` when none was announced.
    pub window_min: Option<u32>,
    /// Most unacknowledged bytes at one time.
    pub in_flight_max: u64,
    /// Round trips of its data; `None` when none could be measured.
    pub round_trips: Option<RoundTrips>,
    /// What makes the capture of this side less telling.
    pub handicaps: Handicaps,
}

/// Capture artefacts of one side (causes §1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handicaps {
    /// Largest payload of one captured packet, bytes.
    pub largest_payload: u32,
    /// Packets with more payload than the other side's MSS allows: cut or merged by the network card
    /// after or before the capture point (TSO, GRO), so sizes and identifications say less.
    pub super_segments: u32,
    /// The first of them.
    pub first_super_segment: Option<Box<Stamp>>,
    /// Packets whose payload was cut by the snapshot length.
    pub snapped_segments: u32,
}
