//! One try to reach one address, and the phases of its time.

use serde::{Deserialize, Serialize};

use super::{
    Exchange, Http2, IcmpError, JournalPacket, LoggedText, Prelude, Primitives, Probe, Quic,
    Silence, Tls, Transport, Verdict,
};

/// One connection, or one lookup that failed or stalled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attempt {
    /// Its rank by start, from 1; gaps are attempts that are only counted.
    pub id: u32,
    /// Index in the report's `vantage.points`.
    pub vantage: u16,
    /// What the connection is.
    pub kind: AttemptKind,
    /// `ip:port`, `[ip]:port` for IPv6.
    pub client: String,
    /// `ip:port`, `[ip]:port` for IPv6; of a lookup, the resolver's.
    pub server: String,
    /// The name that the client wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Where the name is from; absent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_basis: Option<NameBasis>,
    /// Time of its first packet, the lookup's where that belongs to it, after the epoch.
    pub started_ns: i64,
    /// Time of its last packet, after the epoch.
    pub ended_ns: i64,
    /// How it went.
    pub outcome: Outcome,
    /// Its time, cut; in order, without overlap.
    #[serde(default)]
    pub phases: Vec<Phase>,
    /// What TCP says; absent for UDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// What TLS says; absent when the client did not start TLS in what was captured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// What was spoken before TLS or the request: proxy, STARTTLS.
    #[serde(default)]
    pub proxy: Vec<Prelude>,
    /// Requests and responses, by request.
    #[serde(default)]
    pub http: Vec<Exchange>,
    /// What is said of the HTTP/2 connection as a whole; absent when it is not HTTP/2 in clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http2: Option<Http2>,
    /// The lookup whose answer it used, or the one that it is: `lookup` of its transactions in the report's
    /// `dns`, of the same vantage point.
    #[serde(default)]
    pub lookups: Vec<u32>,
    /// First flight of QUIC; absent for TCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quic: Option<Quic>,
    /// What a client of stallscope's own saw on its sockets; absent for attempts that a capture shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
    /// What each of some well-known clients was seen to write into its log when an attempt ended like this one; absent
    /// for attempts that a capture shows, and for those that went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logged: Option<Vec<LoggedText>>,
    /// ICMP errors that quote its packets.
    #[serde(default)]
    pub icmp: Vec<IcmpError>,
    /// Stretches in which nothing came from the awaited side, longest first.
    #[serde(default)]
    pub silences: Vec<Silence>,
    /// The measurements that verdicts rest on.
    pub primitives: Primitives,
    /// Its first and last packets.
    #[serde(default)]
    pub packets: Vec<JournalPacket>,
    /// Packets between them that the journal does not hold.
    pub packets_left_out: u64,
    /// Cause and party; null when it is healthy or not judged.
    pub verdict: Option<Verdict>,
}

/// What an attempt is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptKind {
    /// A TCP connection.
    Tcp,
    /// A QUIC connection.
    Quic,
    /// A lookup that failed or stalled.
    Dns,
}

/// Where a server's name is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NameBasis {
    /// The ClientHello's server_name (RFC 6066 §3).
    Sni,
    /// A request's Host or :authority.
    Host,
    /// The request to a proxy.
    Proxy,
    /// A DNS answer that held the address.
    Dns,
    /// A name resolution block of the capture.
    Capture,
}

/// How an attempt went. Failures are those of [`Outcome::is_failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What the client asked for came, as far as the capture can show.
    Completed,
    /// The connection was made (TLS too, where it was started) and nothing was asked on it.
    HandshakeOnly,
    /// The capture ends while it is under way and nothing is overdue, or whoever ran the probe broke it off.
    InProgress,
    /// The client closed or went away before it had what it awaited, and nothing was overdue.
    ClosedByClient,
    /// The client reset before it had what it awaited, and nothing was overdue.
    ResetByClient,
    /// The capture does not show enough to tell.
    NotObserved,
    /// No SYN was answered.
    SynUnanswered,
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered the SYN or a later packet, and that was the end; or the client's own host had no way to
    /// send.
    Unreachable,
    /// A SYN was answered, but the three-way handshake did not complete.
    ConnectStalled,
    /// The proxy, SOCKS server or STARTTLS dialogue said no.
    ProxyRefused,
    /// The proxy, SOCKS server or STARTTLS dialogue fell silent.
    ProxyStalled,
    /// A fatal alert ended TLS.
    TlsAlert,
    /// The TLS handshake fell silent.
    TlsStalled,
    /// The answer to the ClientHello is not TLS.
    NotTls,
    /// The request was not delivered whole.
    RequestStalled,
    /// The request was delivered and no response began.
    ResponseStalled,
    /// The response began and fell silent.
    ReceiveStalled,
    /// The server's address closed before the client had what it awaited.
    ClosedByServer,
    /// The server's address reset before the client had what it awaited.
    ResetByServer,
    /// A lookup without an answer.
    DnsTimeout,
    /// A lookup whose answer is an error (RFC 1035 §4.1.1, RCODE).
    DnsError,
    /// No QUIC Initial packet was answered.
    QuicUnanswered,
}

impl Outcome {
    /// The attempt did not do what it was made for, and not by the client's own choice.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::Completed
                | Self::HandshakeOnly
                | Self::InProgress
                | Self::ClosedByClient
                | Self::ResetByClient
                | Self::NotObserved
        )
    }
}

/// One stretch of an attempt's time. Times count from the attempt's `started_ns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phase {
    /// Which.
    pub phase: PhaseName,
    /// Start; absent when the phase was not reached or not observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_ns: Option<i64>,
    /// End; of a stalled phase, when waiting ended. Absent when the phase was not reached or not observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_ns: Option<i64>,
    /// How it went.
    pub outcome: PhaseOutcome,
    /// What was awaited when it stalled or failed, in the RFC's words, for example `ServerHello`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<String>,
    /// How its boundaries are known.
    pub basis: Basis,
    /// Index in the attempt's `http` for request, wait and receive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange: Option<u32>,
}

/// The phases, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhaseName {
    /// Looking the name up.
    Dns,
    /// The TCP three-way handshake.
    Connect,
    /// CONNECT, SOCKS, PROXY protocol or STARTTLS.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Sending the request.
    Request,
    /// From the request's end to the response's first byte.
    Wait,
    /// From the response's first byte to its last.
    Receive,
}

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhaseOutcome {
    /// It ended as it should.
    Completed,
    /// It waited past its budget for the awaited side.
    Stalled,
    /// It was ended: reset, close, alert, refusal.
    Failed,
    /// An earlier phase failed.
    NotReached,
    /// The capture cannot show it.
    NotObserved,
}

/// How a boundary in time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Decoded from packets.
    Observed,
    /// Concluded from the order, direction or size of encrypted records.
    Inferred,
    /// Told by a client of stallscope's own, by its kernel's clock where that stamped it.
    Reported,
}
