//! What TCP says of one connection.

use serde::{Deserialize, Serialize};

use super::{End, PacketRef, PerEnd, Stamp};

/// The TCP side of an attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transport {
    /// Time of the first SYN, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_packet: Option<PacketRef>,
    /// SYNs, copies included.
    pub syn_count: u64,
    /// Copies of the SYN that followed, the first ones.
    #[serde(default)]
    pub syn_retransmissions: Vec<Stamp>,
    /// Time of the first SYN-ACK, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_ack_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_ack_packet: Option<PacketRef>,
    /// SYN-ACKs, copies included.
    pub syn_ack_count: u64,
    /// Copies of the SYN-ACK that followed, the first ones.
    #[serde(default)]
    pub syn_ack_retransmissions: Vec<Stamp>,
    /// Time of the ACK that completes the three-way handshake, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub established_ns: Option<i64>,
    /// Length of time from a SYN to the SYN-ACK that answers it (M1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syn_rtt_ns: Option<i64>,
    /// Data segments sent again.
    pub retransmissions: PerEnd<Retransmissions>,
    /// What is odd about segments, counted in Wireshark's words.
    pub segments: PerEnd<SegmentCounts>,
    /// Stretches of a closed window, by who closed it.
    pub zero_window: PerEnd<ZeroWindow>,
    /// Keep-alives sent.
    pub keep_alives: PerEnd<u64>,
    /// Keep-alives answered, by who had sent them.
    pub keep_alives_answered: PerEnd<u64>,
    /// Resets seen.
    pub resets: u64,
    /// Who reset; absent when nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_by: Option<End>,
    /// Who closed first with a FIN; absent when nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<End>,
    /// FINs and resets in order.
    #[serde(default)]
    pub teardown: Vec<Teardown>,
    /// The direction was taken from ports or sizes, because no SYN was seen.
    pub joined_midway: bool,
    /// Only one direction was captured.
    pub one_sided: bool,
    /// How many earlier connections of this capture had the same addresses and ports.
    pub nth_use_of_ports: u32,
    /// What each end is and sent.
    pub ends: PerEnd<EndTransport>,
    /// Time from each end's data to the other's ACK of it, at the capture point.
    pub rtt: PerEnd<Option<Rtt>>,
}

/// Data segments that one end sent again, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Retransmissions {
    /// All of them.
    pub count: u64,
    /// After duplicate ACKs (fast retransmit).
    pub fast: u64,
    /// After a timeout.
    pub timeout: u64,
    /// Of data that the receiver already had, by its D-SACK, timestamp echo or earlier ACK.
    pub spurious: u64,
    /// The first of them with their times.
    #[serde(default)]
    pub first: Vec<Stamp>,
}

/// A receiver's closed window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ZeroWindow {
    /// How many times it closed.
    pub count: u64,
    /// How long it was closed in all, a length of time.
    pub total_ns: i64,
    /// The packet that first closed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Stamp>,
}

/// A FIN or a reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Teardown {
    /// When, after the epoch.
    pub at_ns: i64,
    /// From whose address.
    pub from: End,
    /// Which.
    pub kind: TeardownKind,
    /// It has the ACK flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_ack: Option<bool>,
    /// It carries the timestamps option, as a live socket's would.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_timestamps: Option<bool>,
    /// Window as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u16>,
    /// Time to live or hop limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
    /// IPv4 identification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_id: Option<u16>,
    /// Sequence number relative to the sender's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The packet.
    pub packet: PacketRef,
}

/// How an end ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TeardownKind {
    /// An orderly close of one direction.
    Fin,
    /// A reset.
    Rst,
}

/// What one end announced and sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndTransport {
    /// Packets, those captured twice counted once.
    pub packets: u64,
    /// Packets that were captured twice, as with `-i any`: the second copies, which count nowhere else.
    pub duplicates: u64,
    /// Payload bytes, retransmissions counted too.
    pub payload_bytes: u64,
    /// Payload bytes, retransmissions not counted twice.
    pub bytes: u64,
    /// Of these, bytes that the snapshot length cut off.
    pub snapped_bytes: u64,
    /// Payload bytes that it is known to have sent and that the capture does not have.
    pub missing_bytes: u64,
    /// Maximum segment size in its SYN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
    /// Window scale shift in its SYN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_scale: Option<u8>,
    /// It permitted selective acknowledgement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sack_permitted: Option<bool>,
    /// It sent timestamps in its SYN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamps: Option<bool>,
    /// Time to live or hop limit of its first packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
    /// Smallest receive window that it announced after the handshake, bytes, scaled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest_window: Option<u32>,
    /// Largest payload of one of its segments as captured.
    pub largest_segment: u32,
    /// Most bytes that were unacknowledged at one time.
    pub in_flight_max: u64,
    /// Time of its first payload byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_data_ns: Option<i64>,
    /// Time of its last payload byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_data_ns: Option<i64>,
}

/// Round-trip times, lengths of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rtt {
    /// How many were measured; segments sent twice are left out (Karn).
    pub samples: u64,
    /// Smallest.
    pub min_ns: i64,
    /// Largest.
    pub max_ns: i64,
    /// Smoothed as in RFC 6298 §2.
    pub smoothed_ns: i64,
}

/// What is odd about the segments that one end sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SegmentCounts {
    /// Came after later ones, and were no retransmission.
    pub out_of_order: u64,
    /// Began after a gap: an earlier segment was lost before the capture point, or not captured.
    pub lost_before: u64,
    /// Acknowledged something that the capture does not have.
    pub acked_unseen: u64,
    /// Duplicate ACKs.
    pub duplicate_acks: u64,
    /// Keep-alives.
    pub keep_alives: u64,
    /// Answers to keep-alives.
    pub keep_alive_acks: u64,
    /// Announced a window of 0.
    pub zero_windows: u64,
    /// Sent into a window of 0 to see whether it opened.
    pub zero_window_probes: u64,
    /// Answers to those.
    pub zero_window_probe_acks: u64,
    /// Filled the other end's window.
    pub window_full: u64,
    /// Announced a new window and nothing else.
    pub window_updates: u64,
}
