//! What a client of stallscope's own saw on its sockets.

use serde::{Deserialize, Serialize};

/// What a client of stallscope's own saw of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Probe {
    /// What was asked for, as it was typed.
    pub target: String,
    /// What was varied in it: `base` for nothing, `small` for a ClientHello without post-quantum key share, `large` with
    /// one, `split` for one in two segments, `records` in two records, `sni-other` and `no-sni` for another server name
    /// and none, `mss1200`, `tls12`, `http1`, `http2`, `http3`, `same-port` for the source port of the attempt before, `resumed`, `reused` for
    /// the second request on a connection.
    /// Absent where nothing was to be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arm: Option<String>,
    /// The how-manieth redirect it follows, from 1; absent of what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hop: Option<u32>,
    /// When it was to begin by the plan, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_ns: Option<i64>,
    /// The kernel stamped what was sent, acknowledged and received (SO_TIMESTAMPING).
    pub has_kernel_times: bool,
    /// The longest that the client's process learned of something after its kernel had it, a length of time: it did not
    /// run, or was busy. Absent where the kernel stamped nothing of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_delay_ns: Option<i64>,
    /// The limit of the client that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<ProbeLimit>,
    /// The error of the socket that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ProbeError>,
    /// What happened, in the order in which the client learned of it.
    #[serde(default)]
    pub events: Vec<ProbeEvent>,
    /// What the kernel said of the connection (TCP_INFO), in order; of readings that say nothing new, the first and the
    /// last.
    #[serde(default)]
    pub samples: Vec<TcpSample>,
}

/// A time limit of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeLimit {
    /// Its name where people set it, for example `--tls-timeout`.
    pub name: String,
    /// What it allows, a length of time.
    pub length_ns: i64,
}

/// An error of a socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeError {
    /// Its name in `errno.h`, for example `ECONNREFUSED`.
    pub errno: String,
    /// The client's own host refused: no packet left.
    pub is_local: bool,
    /// The ICMP error behind it; absent when there was none, or nothing told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icmp: Option<ProbeIcmp>,
}

/// An ICMP error that a socket was told of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeIcmp {
    /// Address of the host or router that sent it.
    pub from: String,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
}

/// One thing that happened on the client's socket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProbeEvent {
    /// When the client did it or learned of it, after the epoch.
    pub at_ns: i64,
    /// When its kernel did or saw it, after the epoch; absent where the kernel gave no time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel_ns: Option<i64>,
    /// What happened, kebab-case, for example `client-hello-acknowledged`.
    pub kind: String,
    /// Bytes that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Number that it is about: content type of a record, description of an alert, status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// More of it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// One reading of TCP_INFO, the client's side. What the kernel did not tell is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TcpSample {
    /// When it was read, after the epoch.
    pub at_ns: i64,
    /// State, as numbered in Linux's `tcp_states.h`.
    pub state: u8,
    /// Times in a row that the retransmission timer fired.
    pub retransmits: u8,
    /// Segments sent and not acknowledged.
    pub unacknowledged: u32,
    /// Of these, selectively acknowledged.
    pub sacked: u32,
    /// Of these, taken for lost.
    pub lost: u32,
    /// Segments sent again over the connection's life.
    pub total_retransmits: u32,
    /// Smoothed round trip, a length of time.
    pub rtt_ns: i64,
    /// Smallest round trip, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_rtt_ns: Option<i64>,
    /// Since the last data of the server, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_data_ns: Option<i64>,
    /// Since the last acknowledgement of the server, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_ack_ns: Option<i64>,
    /// Largest segment that may be sent.
    pub send_mss: u32,
    /// Largest segment of the server that came; 536 until a larger one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_mss: Option<u32>,
    /// Bytes that the server acknowledged, the SYN counted as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_acked: Option<u64>,
    /// Bytes of the server that came in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_received: Option<u64>,
    /// Segments of the server that came, of any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments_in: Option<u32>,
    /// Segments of the server that came out of order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_order: Option<u32>,
}
