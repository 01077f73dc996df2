//! What the page shows of a report beside its attempts.

use serde::{Deserialize, Serialize};
use stallscope_shared::report::v1::{Confidence, Party, PhaseName};

use super::sentence::Sentence;

/// A report without its attempts, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Time of the first packet, RFC 3339.
    pub epoch: Option<String>,
    /// Whose it is and the one sentence.
    pub headline: Option<(Party, Sentence)>,
    /// The captures.
    pub captures: Vec<CaptureLine>,
    /// Where they were taken, and how that is known.
    pub points: Vec<(Sentence, Option<String>)>,
    /// Attempts, kept in full or not.
    pub attempts: u64,
    /// Of these, those that a probe did not break off: what shares are of.
    pub settled: u64,
    /// Of these, failures.
    pub failures: u64,
    /// Attempts in which something stalled.
    pub stalled: u64,
    /// Each server address.
    pub servers: Vec<ServerLine>,
    /// What makes the captures less telling.
    pub remarks: Vec<Sentence>,
}

/// A capture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureLine {
    /// Its name.
    pub name: String,
    /// Its SHA-256, lower-case hex, where it was computed.
    pub sha256: Option<String>,
    /// Packets in it.
    pub packets: u64,
    /// Bytes of it.
    pub bytes: u64,
    /// Time of the earliest packet, after the epoch.
    pub first_ns: Option<i64>,
    /// Time of the latest packet, after the epoch.
    pub last_ns: Option<i64>,
    /// How most of its packets begin, by the tcpdump.org registry.
    pub link_type: Option<u16>,
}

/// Counts of one server address over every attempt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerLine {
    /// `ip:port`.
    pub address: String,
    /// Names that it was asked for.
    pub names: Vec<String>,
    /// Attempts.
    pub attempts: u64,
    /// Of these, failures.
    pub failures: u64,
    /// Attempts in which something stalled.
    pub stalled: u64,
    /// Failures per attempt.
    pub failure_rate: f64,
    /// Its 95 % interval.
    pub wilson95: [f64; 2],
    /// Median of each phase that completed, in order.
    pub medians: Vec<(PhaseName, i64)>,
    /// Cause and party, where there is one.
    pub verdict: Option<VerdictLine>,
}

/// A verdict in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// Id of the cause.
    pub cause: String,
    /// Whose it is.
    pub party: Party,
    /// How sure that is.
    pub confidence: Confidence,
    /// One sentence.
    pub statement: Sentence,
}
