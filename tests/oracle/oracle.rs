//! What tshark said of a capture, as the files beside the public captures hold it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stallscope_tests::parallel::in_parallel;

/// One capture's facts.
#[derive(Debug, Deserialize)]
pub(crate) struct Oracle {
    pub(crate) sha256: String,
    pub(crate) path: String,
    pub(crate) tshark: Tshark,
    pub(crate) walker: Walker,
    /// Streams whose TLS or HTTP tshark only finds by content.
    pub(crate) heuristics_first_differs_streams: Vec<u32>,
}

/// What a small reader of containers counted.
#[derive(Debug, Deserialize)]
pub(crate) struct Walker {
    /// pcapng blocks by kind.
    #[serde(default)]
    blocks: BTreeMap<String, u64>,
}

impl Walker {
    /// Custom blocks, which hold anything.
    pub(crate) fn custom_blocks(&self) -> u64 {
        let counts = ["CB", "CB_NOCOPY"].map(|kind| self.blocks.get(kind));
        counts.into_iter().flatten().sum()
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tshark {
    pub(crate) packets: u64,
    pub(crate) tcp_streams: Vec<Stream>,
    pub(crate) dns_messages: Vec<DnsMessage>,
    pub(crate) icmp_errors: Vec<IcmpError>,
}

/// Client or server, `(address, port)`.
pub(crate) type Endpoint = (String, u16);
/// Packet and time.
pub(crate) type Seen = (u32, String);
/// Packet, time, direction, sequence number.
pub(crate) type Syn = (u32, String, String, String);
/// Packet, time, direction.
pub(crate) type Rst = (u32, String, String);

/// One value for each direction.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PerDirection<T> {
    pub(crate) c2s: T,
    pub(crate) s2c: T,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Stream {
    pub(crate) stream: u32,
    pub(crate) client: Endpoint,
    pub(crate) server: Endpoint,
    pub(crate) direction_basis: String,
    pub(crate) first_frame: u32,
    pub(crate) first_ts: String,
    pub(crate) last_frame: u32,
    pub(crate) last_ts: String,
    pub(crate) packets: PerDirection<u64>,
    pub(crate) payload_bytes: PerDirection<u64>,
    pub(crate) syn: Vec<Syn>,
    pub(crate) syn_count: u64,
    pub(crate) synack: Vec<Syn>,
    pub(crate) synack_count: u64,
    pub(crate) rst: Vec<Rst>,
    pub(crate) rst_count: u64,
    pub(crate) handshake_ack: Option<Seen>,
    pub(crate) fin: PerDirection<Option<Seen>>,
    pub(crate) first_payload: PerDirection<Option<Seen>>,
    pub(crate) mss: PerDirection<Option<u16>>,
    pub(crate) wscale: PerDirection<Option<u8>>,
    pub(crate) analysis_by_dir: BTreeMap<String, u64>,
    pub(crate) tls: Option<Tls>,
    #[serde(default)]
    pub(crate) http_headers: Vec<HttpMessage>,
    #[serde(default)]
    pub(crate) http_complete: Vec<HttpMessage>,
    pub(crate) heuristics_first: Option<HeuristicsFirst>,
}

/// Counts of messages where content was asked before ports.
#[derive(Debug, Deserialize)]
pub(crate) struct HeuristicsFirst {
    pub(crate) ch: u64,
    pub(crate) sh: u64,
    pub(crate) req: u64,
    pub(crate) resp: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Tls {
    pub(crate) client_hello: Vec<ClientHello>,
    pub(crate) server_hello: Vec<ServerHello>,
    pub(crate) alerts: Vec<Alert>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ClientHello {
    pub(crate) frame: u32,
    pub(crate) ts: String,
    pub(crate) sni: Vec<String>,
    pub(crate) alpn: Vec<String>,
    pub(crate) supported_versions: Vec<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) key_share_groups: Vec<String>,
    pub(crate) hs_length: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ServerHello {
    pub(crate) ts: String,
    pub(crate) legacy_version: Option<String>,
    pub(crate) selected_version: Option<String>,
    pub(crate) cipher: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) hello_retry: Option<bool>,
    pub(crate) alpn: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Alert {
    pub(crate) frame: u32,
    pub(crate) ts: String,
    pub(crate) level: Vec<u8>,
    pub(crate) desc: Vec<u8>,
    pub(crate) dir: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct HttpMessage {
    pub(crate) kind: String,
    pub(crate) frame: u32,
    pub(crate) ts: String,
    #[serde(default)]
    pub(crate) method: Vec<String>,
    #[serde(default)]
    pub(crate) uri: Vec<String>,
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    #[serde(default)]
    pub(crate) host: Vec<String>,
    pub(crate) over_tls: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DnsMessage {
    pub(crate) frame: u32,
    pub(crate) ts: String,
    pub(crate) proto: String,
    pub(crate) l4: String,
    pub(crate) id: Vec<u16>,
    pub(crate) response: Vec<bool>,
    pub(crate) rcode: Vec<u16>,
    pub(crate) answers: Option<Answers>,
    pub(crate) qname: Vec<String>,
    pub(crate) qtype: Vec<u16>,
}

/// Records of a response's answer section.
#[derive(Debug, Deserialize)]
pub(crate) struct Answers {
    pub(crate) a: Vec<String>,
    pub(crate) aaaa: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct IcmpError {
    pub(crate) frame: u32,
    pub(crate) ts: String,
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) code: u8,
    pub(crate) mtu: Option<u32>,
    pub(crate) src: Option<String>,
    pub(crate) quoted_src: Option<String>,
    pub(crate) quoted_dst: Option<String>,
    pub(crate) quoted_sport: Option<u16>,
    pub(crate) quoted_dport: Option<u16>,
    pub(crate) quoted_l4: Option<String>,
}

/// The facts of every capture in a folder, by SHA-256.
pub(crate) fn all(folder: &Path) -> Vec<Oracle> {
    let entries = fs::read_dir(folder.join("oracle")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    in_parallel(&paths, |path| {
        serde_json::from_slice(&fs::read(path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

/// Nanoseconds since 1970 of `seconds.fraction`, whose fraction may be more than a second in damaged files. tshark
/// writes a minus in front where its fraction fell below zero; its seconds never do.
pub(crate) fn nanos(ts: &str) -> i128 {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let seconds: i128 = seconds.trim_start_matches('-').parse().unwrap_or(0);
    let fraction: i128 = fraction.parse().unwrap_or(0);
    if ts.starts_with('-') {
        seconds * 1_000_000_000 - fraction
    } else {
        seconds * 1_000_000_000 + fraction
    }
}
