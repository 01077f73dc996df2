//! Statistics of one server address over every attempt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Outcome, PhaseName, Verdict};

/// One server address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Server {
    /// `ip:port`, `[ip]:port` for IPv6.
    pub address: String,
    /// Names that it was asked for, most attempts first.
    #[serde(default)]
    pub names: Vec<String>,
    /// Attempts.
    pub attempts: u64,
    /// Attempts whose outcome is a failure.
    pub failures: u64,
    /// Attempts with a phase that stalled, whether or not they went on in the end.
    pub stalled: u64,
    /// Failures per attempt, 0 to 1.
    pub failure_rate: f64,
    /// 95 % Wilson score interval of it.
    pub wilson95: [f64; 2],
    /// Percentiles of each phase over the attempts in which it completed.
    #[serde(default)]
    pub phase_percentiles: BTreeMap<PhaseName, Percentiles>,
    /// Attempts by outcome.
    #[serde(default)]
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Cause and party that its attempts agree on; null when there is none.
    pub verdict: Option<Verdict>,
}

/// Percentiles of lengths of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Percentiles {
    /// How many were measured.
    pub n: u64,
    /// Median.
    pub p50_ns: i64,
    /// 95th percentile.
    pub p95_ns: i64,
    /// Largest.
    pub max_ns: i64,
}
