//! The first flight of a QUIC connection.

use serde::{Deserialize, Serialize};

use super::{PacketRef, PerEnd};

/// What can be said of QUIC without its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quic {
    /// Version of the first Initial packet, `1`, `2` or `0x…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Time of the first Initial packet, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_packet: Option<PacketRef>,
    /// Datagrams with Initial packets that the client sent before the server's first datagram.
    pub initials_sent: u64,
    /// Time of the server's first datagram, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_packet: Option<PacketRef>,
    /// The server sent a Retry packet (RFC 9000 §17.2.5).
    pub saw_retry: bool,
    /// The server sent a Version Negotiation packet (RFC 9000 §17.2.1).
    pub saw_version_negotiation: bool,
    /// Datagrams.
    pub datagrams: PerEnd<u64>,
    /// Payload bytes.
    pub bytes: PerEnd<u64>,
}
