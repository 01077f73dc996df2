//! Silence: nothing came, and here is why it would have been seen.

use serde::{Deserialize, Serialize};

use super::{End, PacketRef};

/// A stretch in which nothing that was awaited came from the awaited side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Silence {
    /// The last packet before it.
    pub after: PacketRef,
    /// The packet that ended it; absent when it lasts to the end of the flow or capture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<PacketRef>,
    /// Start, after the epoch.
    pub start_ns: i64,
    /// End, after the epoch.
    pub end_ns: i64,
    /// What was awaited, in the RFC's words, for example `ServerHello`.
    pub awaiting: String,
    /// From whom.
    pub from: End,
    /// Why it would have been seen.
    pub proof: SilenceProof,
}

/// Why a packet of the awaited side would have been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SilenceProof {
    /// A later packet of the same flow from the awaited side: the capture point still sees that direction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_side_later: Option<PacketRef>,
    /// A packet of any flow during or after the silence: the capture was running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture_running: Option<PacketRef>,
    /// Packets that the capturing kernel dropped; absent when the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_drops: Option<u64>,
    /// Keep-alives or retransmissions during the silence that the awaited side's kernel answered.
    pub answered_probes: u64,
    /// Bytes that the awaited side is known to have sent meanwhile and that did not come (M8).
    pub sent_but_lost_bytes: u64,
}
