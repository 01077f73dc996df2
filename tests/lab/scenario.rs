//! What a scenario file says.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// One scenario: what the nodes and the wire do, and what is to be said of each node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// The file's name.
    #[serde(skip)]
    pub(crate) name: String,
    /// In words.
    pub(crate) what: String,
    /// `--fault` of the lab's nodes.
    #[serde(default)]
    pub(crate) faults: Vec<String>,
    /// How late what is late comes, in seconds.
    #[serde(default = "three")]
    pub(crate) late: f64,
    /// One way, in milliseconds.
    #[serde(default = "twelve")]
    pub(crate) delay_ms: u64,
    /// What the line carries each way, in thousands of bits each second; everything at once without.
    pub(crate) kbit_per_s: Option<u64>,
    /// A NAT is on the way. It forgets a connection that was silent for so many milliseconds, and what comes for it then
    /// is lost.
    pub(crate) nat_idle_ms: Option<u64>,
    /// Who serves on the nodes.
    #[serde(default)]
    pub(crate) server: Server,
    /// What the wire does beside it, the first that applies.
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    /// What is run at each node in turn.
    #[serde(default)]
    pub(crate) client: Client,
    /// Seconds until the client gives up.
    #[serde(default = "five")]
    pub(crate) limit: f64,
    /// How often each node is tried, at the same time.
    #[serde(default = "once")]
    pub(crate) attempts: u32,
    /// What our own client varies (`--arms`).
    #[serde(default)]
    pub(crate) arms: String,
    /// What else our own client is told.
    #[serde(default)]
    pub(crate) options: Vec<String>,
    /// The first node is a proxy, which all clients ask for the way to the name.
    #[serde(default)]
    pub(crate) is_proxy: bool,
    /// The first and last local port of the clients' host.
    pub(crate) client_ports: Option<(u16, u16)>,
    /// The cause that the headline of our own client's report must have, and words that it must say.
    pub(crate) headline: Option<(String, String)>,
    /// What is to be said of each node, in order.
    pub(crate) nodes: Vec<Expected>,
    /// What is to be said of the lab's resolver, which our own client asks then. Nobody is sent to the nodes.
    pub(crate) resolver: Option<Expected>,
}

/// Who serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Server {
    /// The lab's nodes, which can be given faults.
    #[default]
    Lab,
    /// Debian's nginx, which has none.
    Nginx,
    /// Go's net/http, each node in a manner of its own.
    Go(Vec<Manner>),
}

/// What a node of Go's does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Manner {
    /// It answers.
    Healthy,
    /// Its `GetConfigForClient`, which the library asks between ClientHello and ServerHello, does not return.
    StallBeforeServerHello,
    /// Its handler takes three seconds.
    SlowHandler,
    /// Its handler reads the body after three seconds; the library gives the permission to send it not before.
    ReadsBodyLate,
    /// It ends connections at their second request.
    DropsUsed,
    /// It is a proxy whose handler never returns.
    ProxySilent,
    /// It is a proxy that grants no tunnel.
    ProxyRefuses,
}

impl Manner {
    /// As the program has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::StallBeforeServerHello => "stall_before_server_hello",
            Self::SlowHandler => "slow_handler",
            Self::ReadsBodyLate => "reads_body_late",
            Self::DropsUsed => "drops_used",
            Self::ProxySilent => "proxy_silent",
            Self::ProxyRefuses => "proxy_refuses",
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Client {
    /// Debian's curl, with OpenSSL: a ClientHello of one segment.
    #[default]
    Curl,
    /// The same, with TLS 1.2 at most.
    Curl12,
    /// The same, with a second request on the same connection three seconds after the first.
    CurlTwice,
    /// Go's, with one limit for everything; what it says must be what the report says that it would.
    Go,
    /// The same, with a limit for each phase, of which none is for the body; our own client has them too.
    GoPhases,
}

/// What is to be said of the attempts at a node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Any of these; none: nothing may be said that is more than a remark.
    pub(crate) causes: Vec<String>,
    /// Any of these.
    #[serde(default)]
    pub(crate) parties: Vec<String>,
    /// How many attempts must have that verdict, at least; all of them without.
    pub(crate) at_least: Option<usize>,
    /// What is to be said where our own client tried, when sockets show something else than packets.
    pub(crate) probed: Option<Box<Self>>,
    /// It was no failure: only time was lost.
    #[serde(default)]
    pub(crate) is_delay: bool,
    /// The client may take the answer and close before the server does, of which packets accuse nobody.
    #[serde(default)]
    pub(crate) or_client_closes: bool,
}

/// What the wire does to some packets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Who sent them.
    pub(crate) from: From,
    /// Only of or to this node.
    pub(crate) node: Option<u8>,
    /// Which kind.
    #[serde(default)]
    pub(crate) kind: Kind,
    /// Only those whose IP length is more.
    pub(crate) larger_than: Option<usize>,
    /// Only those that carry this text.
    pub(crate) contains: Option<String>,
    /// Only from the so-manieth on, of one connection.
    #[serde(default)]
    pub(crate) skip: u32,
    /// Only so many, of one connection.
    pub(crate) times: Option<u32>,
    /// What is done.
    #[serde(rename = "do")]
    pub(crate) action: Action,
}

/// A side of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum From {
    /// The client's.
    Client,
    /// The nodes'.
    Server,
}

impl From {
    /// The other one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// A kind of packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Every one.
    #[default]
    Any,
    /// SYN without ACK.
    Syn,
    /// SYN with ACK.
    SynAck,
    /// TCP that is neither.
    Later,
    /// TCP with a payload.
    Data,
}

/// What the wire does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// It is lost.
    Drop,
    /// It goes on, and the client gets a reset in the server's name with this TTL.
    Reset(u8),
    /// It is lost, and its sender gets an ICMP destination unreachable with this code.
    Unreachable(u8),
    /// It goes on with this TTL.
    Ttl(u8),
    /// It comes later by so many milliseconds.
    Late(u64),
}

fn three() -> f64 {
    3.0
}

fn twelve() -> u64 {
    12
}

fn five() -> f64 {
    5.0
}

fn once() -> u32 {
    1
}

impl Scenario {
    /// All scenario files of a folder, by name.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let mut scenarios: Vec<Self> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let text = fs::read_to_string(&path).unwrap();
                let mut scenario: Self = serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                scenario.name = path.file_stem().unwrap().to_string_lossy().into_owned();
                scenario
            })
            .collect();
        scenarios.sort_by(|one, other| one.name.cmp(&other.name));
        scenarios
    }
}
