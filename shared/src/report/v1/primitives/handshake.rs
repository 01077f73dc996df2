//! The three-way handshake: M1, M10 and M13.

use serde::{Deserialize, Serialize};

use crate::report::v1::{PacketRef, Stamp};

/// M1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SynRtt {
    /// The length of time.
    pub rtt_ns: i64,
    /// How the SYN that was answered is known.
    pub basis: SynRttBasis,
    /// The SYN and the SYN-ACK.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// How the SYN that a SYN-ACK answers is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SynRttBasis {
    /// There was one SYN.
    SingleSyn,
    /// The SYN-ACK echoes its timestamp.
    TimestampEcho,
    /// There were several without timestamps; the last one before the SYN-ACK is taken.
    LastSyn,
}

/// M13.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OptionPrint {
    /// Option kinds in the order sent, for example `[2, 4, 8, 1, 3]`.
    #[serde(default)]
    pub kinds: Vec<u8>,
    /// Maximum segment size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
    /// Window scale shift.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_scale: Option<u8>,
    /// Selective acknowledgement permitted.
    pub sack_permitted: bool,
    /// Timestamps offered.
    pub timestamps: bool,
    /// The SYN asks for ECN, or the SYN-ACK agrees to it.
    pub ecn: bool,
    /// Fast Open option present.
    pub fast_open: bool,
    /// Window as sent; absent when the packet is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u16>,
    /// Later packets of this end, resets not counted, without the timestamps that were agreed on; absent when
    /// they were not agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packets_without_timestamps: Option<u64>,
    /// The first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_without_timestamps: Option<PacketRef>,
    /// The SYN or SYN-ACK.
    pub packet: PacketRef,
}

/// Every SYN and SYN-ACK that was sent, first ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandshakeCopies {
    /// SYNs.
    #[serde(default)]
    pub syns: Vec<SynCopy>,
    /// SYN-ACKs.
    #[serde(default)]
    pub syn_acks: Vec<SynAckCopy>,
    /// The client's answer to a SYN-ACK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ack: Option<Stamp>,
    /// SYN-ACKs that came after that answer was captured: the server does not have it.
    pub syn_acks_after_ack: u32,
    /// A bare ACK that answered a SYN: the server still knows an older connection of these ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
}

/// One SYN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SynCopy {
    /// The packet.
    pub sent: Stamp,
    /// It has the timestamps option.
    pub timestamps: bool,
    /// It asks for ECN.
    pub ecn: bool,
    /// It has the Fast Open option.
    pub fast_open: bool,
    /// Payload bytes.
    pub payload: u32,
}

/// One SYN-ACK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SynAckCopy {
    /// The packet.
    pub sent: Stamp,
    /// Which SYN it answers by its timestamp echo, from 1; absent where that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echoes: Option<u32>,
    /// It agrees to ECN.
    pub ecn: bool,
    /// Time to live or hop limit.
    pub ttl: u8,
}

/// A bare ACK in answer to a SYN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Challenge {
    /// The packet.
    pub sent: Stamp,
    /// Its acknowledgement number as sent.
    pub acknowledgment: u32,
}
