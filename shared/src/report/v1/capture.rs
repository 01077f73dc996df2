//! What was read: captures, their quality, and where they were taken.

use serde::{Deserialize, Serialize};

/// One capture as it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capture {
    /// File name, or `-` for standard input.
    pub name: String,
    /// SHA-256 of the file as given (compressed where it was), lower-case hex; absent when it was not computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// `pcap`, `pcap-nanosecond`, `pcap-modified` or `pcapng`.
    pub format: String,
    /// `gzip` or `zstd`; absent when it was not compressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// Packets.
    pub packets: u64,
    /// Bytes of the file as given.
    pub bytes: u64,
    /// Time of the earliest packet, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_ns: Option<i64>,
    /// Time of the latest packet, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ns: Option<i64>,
    /// Link-layer types, most packets first.
    #[serde(default)]
    pub link_types: Vec<LinkTypeCount>,
    /// The interfaces that the file describes.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// What the capture can and cannot show.
    pub quality: Quality,
    /// Comments in the file, in order.
    #[serde(default)]
    pub comments: Vec<String>,
}

/// Packets of one link-layer type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkTypeCount {
    /// Number in the tcpdump.org registry.
    pub link_type: u16,
    /// Its name there, where known, for example `EN10MB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many packets.
    pub packets: u64,
}

/// One interface of a capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Interface {
    /// Its name (pcapng if_name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its description (pcapng if_description).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Link-layer type number.
    pub link_type: u16,
    /// Snapshot length in bytes; absent when unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snap_length: Option<u32>,
    /// Length of one tick of its clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tick_ns: Option<u64>,
    /// Packets that the interface received, by its last statistics (pcapng isb_ifrecv).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<u64>,
    /// Packets that the capturing host dropped, by its last statistics (pcapng isb_ifdrop + isb_osdrop).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
}

/// What a capture can and cannot show. Counts of zero were looked for and not found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quality {
    /// Packets that the capturing kernel dropped; absent when the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_drops: Option<u64>,
    /// Packets cut by the snapshot length.
    pub snapped_packets: u64,
    /// Packets whose time is before the packet's in front of them.
    pub time_went_back: u64,
    /// The largest such step, a length of time; zero when there was none.
    pub largest_step_back_ns: i64,
    /// Packets to which the format gives no time (pcapng simple packet block); they count as seen with the
    /// packet before.
    pub packets_without_time: u64,
    /// Packets captured twice (same bytes within a moment, as with `-i any`), left out of every count of loss.
    pub duplicates: u64,
    /// Flows of which only one direction is in the capture.
    pub one_sided_flows: u64,
    /// Segments larger than any packet on the wire: captured before segmentation or after merging (TSO, GRO).
    pub offload_super_segments: u64,
    /// Flows whose start is before the capture's.
    pub flows_joined_midway: u64,
    /// Segments that the receiver acknowledged although the capture does not have them.
    pub acked_not_captured: u64,
    /// Where the file ends inside a packet or block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_at: Option<CutAt>,
    /// Bytes that damage made unreadable.
    pub bytes_skipped: u64,
    /// Packets that were not dissected down to TCP, UDP or ICMP, by kind.
    #[serde(default)]
    pub not_understood: Vec<NotUnderstood>,
}

/// Where a file ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutAt {
    /// The number that the packet which is not all there would have; absent inside a block that is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet: Option<u32>,
    /// Byte offset of its record, after decompression.
    pub offset: u64,
}

/// Packets of one kind that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotUnderstood {
    /// The kind, kebab-case, for example `arp` or `ip-protocol-132`.
    pub kind: String,
    /// How many packets.
    pub packets: u64,
}

/// Where the captures were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Vantage {
    /// Each place; captures that continue each other share one.
    #[serde(default)]
    pub points: Vec<VantagePoint>,
}

/// One place where captures were taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VantagePoint {
    /// Indices of its captures, in order of time.
    #[serde(default)]
    pub captures: Vec<u16>,
    /// Where on the path it is.
    pub position: Position,
    /// How that is known, in words; absent when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// A place on the path between client and server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// On the client's host, or its container.
    Client,
    /// On the server's host.
    Server,
    /// Somewhere between them.
    Between,
    /// Nothing tells.
    #[default]
    Unknown,
}
