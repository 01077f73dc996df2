//! What headers tell of the way: M8, M9, M11, M12, and what tells who sent a reset.

use serde::{Deserialize, Serialize};

use crate::report::v1::{End, PacketRef, PerEnd, Stamp};

/// M8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SequenceJump {
    /// Highest relative sequence number that the server is known to have sent up to.
    pub sent_to: u64,
    /// Relative sequence number up to which the client had everything.
    pub received_to: u64,
    /// Bytes that it jumped over, that never came in the capture and that the client never acknowledged;
    /// zero when none.
    pub missing_bytes: u64,
    /// How many times it jumped over bytes.
    pub jump_count: u32,
    /// The jumps, first ones, those that were healed too.
    #[serde(default)]
    pub jumps: Vec<Jump>,
    /// The packets that show it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M9.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SackReport {
    /// Packets with SACK blocks, by who sent them.
    pub packets_with_blocks: PerEnd<u64>,
    /// D-SACK blocks (RFC 2883), by who sent them.
    pub duplicate_blocks: PerEnd<u64>,
    /// The first blocks.
    #[serde(default)]
    pub blocks: Vec<SackBlock>,
}

/// A block of a selective acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SackBlock {
    /// Who sent it.
    pub from: End,
    /// Left edge, relative.
    pub left: u64,
    /// Right edge, relative.
    pub right: u64,
    /// It is a D-SACK: what it names had come before.
    pub is_duplicate: bool,
    /// The packet.
    pub packet: PacketRef,
}

/// M11.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IpIdContinuity {
    /// Steps of exactly one between visible neighbours: the counter is this flow's own.
    pub clean_steps: u64,
    /// The counter can be trusted: clean stretches step by one.
    pub is_usable: bool,
    /// Packets of the server that were never seen, by the gaps; only meaningful when usable.
    pub unseen_packets: u64,
    /// Steps backward, of none or too far: the numbers are no counter of this flow.
    pub wild_steps: u64,
    /// The gaps, first ones.
    #[serde(default)]
    pub gaps: Vec<IpIdGap>,
    /// The packets on both sides of each gap.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// M12.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ttls {
    /// Each value with its count and first packet, by first packet.
    #[serde(default)]
    pub values: Vec<TtlValue>,
    /// How often the value changed from packet to packet.
    pub changes: u32,
}

/// One time to live or hop limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TtlValue {
    /// The value.
    pub ttl: u8,
    /// How many packets have it; of the kept ones only, when it changed.
    pub packets: u64,
    /// The first of them.
    pub first: PacketRef,
}

/// A segment that starts beyond everything that its sender was known to have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Jump {
    /// The segment.
    pub seen: Stamp,
    /// Relative sequence number that was due.
    pub expected: u64,
    /// Relative sequence number that it has.
    pub found: u64,
    /// It carries payload.
    pub with_payload: bool,
    /// The packet that filled the last missing byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled: Option<Stamp>,
    /// The other end's packet that acknowledges past them: they arrived, and the capture lacks them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acked: Option<Stamp>,
}

/// Identifications left out between two packets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IpIdGap {
    /// How many.
    pub missing: u16,
    /// The packet before.
    pub before: PacketRef,
    /// The packet after.
    pub after: PacketRef,
}

/// What makes the capture of one end less telling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caveats {
    /// Packets larger than the other end's MSS allows: cut or merged beside the capture point.
    pub super_segments: u64,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_super_segment: Option<PacketRef>,
    /// Packets whose payload was cut by the snapshot length.
    pub snapped_segments: u64,
    /// Packets captured twice.
    pub duplicate_packets: u64,
    /// Acknowledgements by this end of something that the capture does not have.
    pub acked_unseen: u64,
    /// Stream bytes of this end that were sent and are not in the capture.
    pub missing_bytes: u64,
}

/// A reset, with what tells its sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResetPrint {
    /// The packet.
    pub sent: Stamp,
    /// From whose address.
    pub from: End,
    /// It has the ACK flag.
    pub has_ack: bool,
    /// How its sequence number relates to the connection.
    pub relation: ResetRelation,
    /// Time to live or hop limit.
    pub ttl: u8,
    /// That of its end's first packet; absent when this is it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_ttl: Option<u8>,
    /// IPv4 identification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_id: Option<u16>,
    /// How far that is from its end's last counted one; 1 continues the counter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_id_step: Option<u16>,
    /// The identification is that of the other end's packet before it.
    pub copies_ip_id: bool,
    /// Window as sent.
    pub window: u16,
    /// The window is that of the other end's packet before it.
    pub copies_window: bool,
    /// It has the timestamps option.
    pub has_timestamps: bool,
    /// It has any option.
    pub has_options: bool,
    /// Payload bytes.
    pub payload: u32,
    /// The other end's last packet before it: what it may answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<Stamp>,
    /// The other end's last packet before it with payload, SYN or FIN that was new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers_data: Option<Stamp>,
    /// The first packet of its end after it that is no reset: a genuine answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contradicted: Option<Stamp>,
}

/// How a reset's sequence number relates to what its end had sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResetRelation {
    /// The next number, as a live socket sends.
    Next,
    /// The number that the other end's last packet acknowledges, as a host without the socket sends.
    EchoesAcknowledgment,
    /// Zero, as in an answer to a SYN.
    Zero,
    /// Elsewhere within the window.
    InWindow,
    /// Anywhere else.
    Elsewhere,
    /// Nothing of its end was known before.
    Unknown,
}
