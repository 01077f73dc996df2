//! Requests and responses: M7.

use serde::{Deserialize, Serialize};

use crate::report::v1::{End, PacketRef, Stamp};

/// M7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestThink {
    /// Index in the attempt's `http`.
    pub exchange: u32,
    /// The length of time with the round trip in it.
    pub elapsed_ns: i64,
    /// The same less the shortest round trip known, of the SYN or of data; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_ns: Option<i64>,
    /// First and last packet of it.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// What became of a request's bytes, and what was before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestDelivery {
    /// Index in the attempt's `http`.
    pub exchange: u32,
    /// Bytes of its packets; absent when these are not kept, or only one end's were captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Of these, acknowledged in the end; absent as `bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acked_bytes: Option<u64>,
    /// Length of time from its last byte to the ACK that covers all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elapsed_ns: Option<i64>,
    /// Copies sent, the first one counted; absent as `bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Repetitions of any of it.
    #[serde(default)]
    pub resent: Vec<Stamp>,
    /// The time before it in which the connection was not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<Idle>,
    /// Longest length of time without a byte inside its body; in clear only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_gap_ns: Option<i64>,
    /// Its first and last packet, and the ACK.
    #[serde(default)]
    pub packets: Vec<PacketRef>,
}

/// Time in which a connection was not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Idle {
    /// The length of time.
    pub elapsed_ns: i64,
    /// Who had sent the last packet before.
    pub last_from: End,
    /// The packet before.
    pub packet: PacketRef,
}
