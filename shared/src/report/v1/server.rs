//! Statistics of one server address over every attempt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Outcome, PhaseName, Report, Verdict};

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
    /// Attempts whose outcome is a failure, and those of which only their verdict says so: TLS hides how they ended.
    pub failures: u64,
    /// Attempts with a phase that stalled, whether or not they went on in the end.
    pub stalled: u64,
    /// Failures per attempt, 0 to 1; attempts of a probe that were broken off (`in_progress`) are left out of it.
    pub failure_rate: f64,
    /// 95 % Wilson score interval of it.
    pub wilson95: [f64; 2],
    /// Percentiles of each phase over the attempts in which it completed.
    #[serde(default)]
    pub phase_percentiles: BTreeMap<PhaseName, Percentiles>,
    /// Attempts by outcome.
    #[serde(default)]
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Its attempts by what a client of stallscope's own varied in them; empty where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<ServerArm>,
    /// Who gave this address to a probe: resolvers, for which subnet where one was named, the hosts file, a flag; absent
    /// where nothing was probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_by: Option<Vec<String>>,
    /// The machines behind the address, by what their responses to a probe say, most attempts first; absent where nothing
    /// was probed. Attempts without a response are with none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<Node>>,
    /// Cause and party that its attempts agree on; null when there is none.
    pub verdict: Option<Verdict>,
}

impl Report {
    /// Attempts of a probe, at all addresses, that whoever ran it broke off.
    #[must_use]
    pub fn broken_off(&self) -> u64 {
        let servers = self.servers.iter();
        servers.map(Server::broken_off).fold(0, u64::saturating_add)
    }
}

impl Server {
    /// Attempts of a probe that whoever ran it broke off.
    #[must_use]
    pub fn broken_off(&self) -> u64 {
        let is_probed = self.nodes.is_some();
        let count = self.outcomes.get(&Outcome::InProgress);
        count.filter(|_| is_probed).copied().unwrap_or(0)
    }

    /// Attempts that say whether it fails: all but those that were broken off.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.attempts.saturating_sub(self.broken_off())
    }
}

/// Attempts at one address that differ from the base arm in one thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerArm {
    /// Which, as in `attempts[].probe.arm`.
    pub arm: String,
    /// Attempts.
    pub attempts: u64,
    /// Attempts whose outcome is a failure.
    pub failures: u64,
    /// 95 % Wilson score interval of the failure rate.
    pub wilson95: [f64; 2],
    /// Probability that chance alone makes it differ so much from the base arm (Fisher's exact test, one-sided); absent
    /// of the base arm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
}

/// One machine behind an address, as far as its responses tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Node {
    /// What it calls itself, or its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The header that says so, for example `x-served-by`; absent with the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_by: Option<String>,
    /// SHA-256 of its certificate; absent without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_sha256: Option<String>,
    /// Attempts that it answered.
    pub attempts: u64,
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
