//! Report version 1: what one analysis says, as plain data.
//!
//! Every `*_ns` is integer nanoseconds after the report's `epoch`, except where the field's description
//! says that it is a length of time; phases count from their attempt's `started_ns`. An absent field was
//! not observed; it never means zero. Lists are always written, so an empty list means "looked, none".

mod attempt;
mod capture;
mod dns;
mod environment;
mod evidence;
mod http;
mod logged;
mod message;
mod packet;
mod primitives;
mod probe;
mod quic;
mod server;
mod silence;
mod tls;
mod transport;
mod verdict;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::attempt::{
    Attempt, AttemptKind, Basis, NameBasis, Outcome, Phase, PhaseName, PhaseOutcome,
};
pub use self::capture::{
    Capture, CutAt, Interface, LinkTypeCount, NotUnderstood, Position, Quality, Vantage,
    VantagePoint,
};
pub use self::dns::{DnsAnswer, DnsSubnet, DnsTransaction, DnsTransport};
pub use self::environment::{
    Clock, Control, Cpu, Egress, Environment, Offloads, Route, Scheduling, Setting,
};
pub use self::evidence::{Event, Evidence, EvidenceSource, Warning};
pub use self::http::{
    Exchange, Goaway, Http2, HttpProtocol, Informational, Prelude, PreludeKind, StreamReset,
    WindowStall,
};
pub use self::logged::LoggedText;
pub use self::message::{Message, Value};
pub use self::packet::{End, IcmpError, JournalPacket, PacketRef, PerEnd, Stamp};
pub use self::primitives::{
    Attribution, AttributionBasis, AttributionOf, Caveats, Challenge, Elapsed, Farewell,
    FlightPause, FlightThink, FlightThinkEnd, HandshakeCopies, Heard, HeldPart, HelloDelivery,
    Idle, IpIdContinuity, IpIdGap, Jump, Liveness, OptionPrint, PhaseLock, Primitives,
    RequestDelivery, RequestThink, ResetPrint, ResetRelation, SackBlock, SackReport, SequenceJump,
    ServerFlight, ServerThink, SlowAck, SynAckCopy, SynCopy, SynRtt, SynRttBasis, TimerMatch,
    TimerSince, TtlValue, Ttls,
};
pub use self::probe::{Probe, ProbeError, ProbeEvent, ProbeIcmp, ProbeLimit, TcpSample};
pub use self::quic::Quic;
pub use self::server::{Node, Percentiles, Server, ServerArm};
pub use self::silence::{Silence, SilenceProof};
pub use self::tls::{
    Alert, Certificate, ClientHello, HelloRetryRequest, HelloSegment, NotTls, Tls,
};
pub use self::transport::{
    EndTransport, Retransmissions, Rtt, SegmentCounts, Teardown, TeardownKind, Transport,
    ZeroWindow,
};
pub use self::verdict::{Confidence, Headline, Party, RuledOut, Severity, Verdict};

/// The version that this module describes.
pub const VERSION: u32 = 1;

/// One analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Always 1 here.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1)))]
    pub report_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// When it was made, RFC 3339; absent when the maker has no clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<String>,
    /// Time of the first packet or event on the capture's clock, RFC 3339, UTC, nine decimals; absent when
    /// there was no packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Where the captures were taken.
    pub vantage: Vantage,
    /// What the host of a probe was like; absent where nothing was probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The captures, in the order given.
    #[serde(default)]
    pub captures: Vec<Capture>,
    /// Counts over every attempt, kept in full or not.
    pub totals: Totals,
    /// The attempts that are kept in full, by start.
    // One takes 5 kB: a list of them side by side would want megabytes in one piece.
    #[serde(default)]
    pub attempts: Vec<Box<Attempt>>,
    /// The attempts that are only counted; absent when every one is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts_left_out: Option<LeftOut>,
    /// Statistics of each server address over every attempt, most failures first.
    #[serde(default)]
    pub servers: Vec<Server>,
    /// The one sentence; null until there is a verdict to make it from.
    pub headline: Option<Headline>,
    /// DNS transactions, by first query.
    #[serde(default)]
    pub dns: Vec<DnsTransaction>,
    /// What verdicts and silences rest on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// What is odd about the input, in order of discovery.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// The program that made a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self {
            name: "stallscope".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Counts over every attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// Attempts.
    pub attempts: u64,
    /// Attempts whose outcome is a failure, and those of which only their verdict says so: TLS hides how they ended.
    pub failures: u64,
    /// Attempts with a phase that stalled, whether or not they went on in the end.
    pub stalled: u64,
    /// Attempts by outcome.
    #[serde(default)]
    pub outcomes: BTreeMap<Outcome, u64>,
}

/// Attempts that a bounded report does not hold in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOut {
    /// How many.
    pub count: u64,
    /// Which ones and why, in words.
    pub because: String,
}
