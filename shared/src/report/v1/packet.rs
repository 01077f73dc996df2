//! Packets: where to find them again, and the journal of an attempt.

use serde::{Deserialize, Serialize};

/// Where to find a packet's bytes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PacketRef {
    /// Index in the report's `captures`.
    pub capture: u16,
    /// The packet's number, from 1 as in Wireshark.
    pub number: u32,
    /// Byte offset of its first captured byte in the capture, after decompression.
    pub offset: u64,
    /// Captured bytes.
    pub length: u32,
}

/// A moment and the packet that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stamp {
    /// When, after the epoch.
    pub at_ns: i64,
    /// The packet.
    pub packet: PacketRef,
}

/// One of the two ends of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The client, or what sends from its address.
    Client,
    /// The server, or what sends from its address.
    Server,
}

/// One value for each end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PerEnd<T> {
    /// The client's.
    pub client: T,
    /// The server's.
    pub server: T,
}

/// One packet of an attempt, as its journal keeps it: the first ones and the last ones of a long flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JournalPacket {
    /// Where to find it.
    pub packet: PacketRef,
    /// When, after the epoch.
    pub at_ns: i64,
    /// Who sent it.
    pub from: End,
    /// TCP flags in Wireshark's words and order, for example `SYN,ACK`; absent for UDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<String>,
    /// Sequence number relative to its side's first; absent for UDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Acknowledgement number relative to the other side's first; absent without the ACK flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ack: Option<u64>,
    /// Payload bytes on the wire.
    pub length: u32,
    /// Window in bytes, scaled where the scale is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// Time to live or hop limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<u8>,
    /// IPv4 identification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_id: Option<u16>,
    /// TSval and TSecr (RFC 7323).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamps: Option<[u32; 2]>,
    /// What is to be said of it: `retransmission`, `duplicate-ack`, `keep-alive`, `client-hello`, …
    #[serde(default)]
    pub notes: Vec<String>,
}

/// An ICMP or ICMPv6 error that quotes a packet of the attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IcmpError {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Address of the host or router that sent it.
    pub from: String,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
    /// The field's words for type and code, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Next-hop MTU it reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Who had sent the packet that it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<End>,
    /// The packet.
    pub packet: PacketRef,
}
