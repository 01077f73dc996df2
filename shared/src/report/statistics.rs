//! Statistics of each server address over every attempt, kept in full or not.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::nodes::Nodes;
use super::v1::{Percentiles, PhaseName, Server, Totals};
use crate::diagnosis::{Odds, wilson};
use crate::phase::{Outcome, PhaseOutcome, Timeline};
use crate::probe::Log;

/// What is counted over every attempt. Grows with servers, and by eight bytes for each completed phase.
#[derive(Debug, Default)]
pub struct Statistics {
    servers: BTreeMap<SocketAddr, Tally>,
}

/// What is counted of one server address.
#[derive(Debug, Default)]
struct Tally {
    attempts: u64,
    failures: u64,
    stalled: u64,
    outcomes: BTreeMap<Outcome, u64>,
    /// Lengths of completed phases, nanoseconds.
    lengths: BTreeMap<PhaseName, Vec<i64>>,
    names: BTreeMap<Box<str>, u64>,
    /// Who answered; `None` where nothing was probed.
    nodes: Option<Nodes>,
}

impl Statistics {
    /// Counts one attempt.
    pub fn add(&mut self, server: SocketAddr, name: Option<&str>, timeline: &Timeline) {
        let tally = self.servers.entry(server).or_default();
        tally.attempts += 1;
        tally.failures += u64::from(timeline.outcome.is_failure());
        tally.stalled += u64::from(timeline.is_stalled);
        *tally.outcomes.entry(timeline.outcome).or_default() += 1;
        if let Some(name) = name {
            tally.count_name(name);
        }
        for phase in &timeline.phases {
            if let (PhaseOutcome::Completed, Some(length)) = (phase.outcome, phase.length()) {
                tally
                    .lengths
                    .entry(phase.name.into())
                    .or_default()
                    .push(length.get());
            }
        }
    }

    /// One of those that were counted as completed failed all the same: its verdict says so, and TLS hides it.
    pub fn fail(&mut self, server: SocketAddr) {
        if let Some(tally) = self.servers.get_mut(&server) {
            tally.failures += 1;
        }
    }

    /// Counts who answered an attempt of a client of our own.
    pub fn add_node(&mut self, log: &Log) {
        let tally = self.servers.entry(log.server).or_default();
        tally.nodes.get_or_insert_default().add(log);
    }

    /// Counts over all servers.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for tally in self.servers.values() {
            totals.attempts += tally.attempts;
            totals.failures += tally.failures;
            totals.stalled += tally.stalled;
            for (outcome, count) in &tally.outcomes {
                *totals.outcomes.entry((*outcome).into()).or_default() += count;
            }
        }
        totals
    }

    /// Attempts and failures of every server.
    #[must_use]
    pub fn odds(&self) -> BTreeMap<SocketAddr, Odds> {
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let odds = |tally: &Tally| Odds {
            attempts: count(tally.settled()),
            failures: count(tally.failures),
        };
        let servers = self.servers.iter();
        servers
            .map(|(address, tally)| (*address, odds(tally)))
            .collect()
    }

    /// Every server, most failures first, then most stalls, then by address.
    #[must_use]
    pub fn servers(&self) -> Vec<Server> {
        let mut servers: Vec<_> = self
            .servers
            .iter()
            .map(|(address, tally)| tally.report(*address))
            .collect();
        servers.sort_by_key(|server| std::cmp::Reverse((server.failures, server.stalled)));
        servers
    }
}

impl Tally {
    fn count_name(&mut self, name: &str) {
        if let Some(count) = self.names.get_mut(name) {
            *count += 1;
        } else if self.names.len() < NAMES_PER_SERVER {
            self.names.insert(Box::from(name), 1);
        }
    }

    /// Attempts that say whether the server fails: a probe that is broken off breaks off what it has under way.
    fn settled(&self) -> u64 {
        let unsettled = self.outcomes.get(&Outcome::InProgress);
        let unsettled = unsettled.filter(|_| self.nodes.is_some());
        self.attempts
            .saturating_sub(unsettled.copied().unwrap_or(0))
    }

    fn report(&self, address: SocketAddr) -> Server {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let percentiles = self
            .lengths
            .iter()
            .filter_map(|(phase, lengths)| Some((*phase, percentiles(lengths)?)));
        Server {
            address: address.to_string(),
            names: names
                .into_iter()
                .map(|(name, _)| name.to_string())
                .collect(),
            attempts: self.attempts,
            failures: self.failures,
            stalled: self.stalled,
            failure_rate: wilson::rate(self.failures, self.settled()),
            wilson95: wilson::wilson95(self.failures, self.settled()),
            phase_percentiles: percentiles.collect(),
            outcomes: self
                .outcomes
                .iter()
                .map(|(outcome, count)| ((*outcome).into(), *count))
                .collect(),
            arms: Vec::new(),
            given_by: None,
            nodes: self.nodes.as_ref().map(Nodes::report),
            verdict: None,
        }
    }
}

/// Nearest-rank percentiles; `None` of nothing.
pub(super) fn percentiles(lengths: &[i64]) -> Option<Percentiles> {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let nearest_rank = |percent: usize| {
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    };
    Some(Percentiles {
        n: sorted.len() as u64,
        p50_ns: nearest_rank(50)?,
        p95_ns: nearest_rank(95)?,
        max_ns: *sorted.last()?,
    })
}

/// Names kept for one server address; further ones are not listed.
const NAMES_PER_SERVER: usize = 32;

#[cfg(test)]
mod tests {
    use super::percentiles;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let lengths: Vec<i64> = (1..=20).rev().collect();
        let found = percentiles(&lengths).unwrap();
        assert_eq!(
            (found.n, found.p50_ns, found.p95_ns, found.max_ns),
            (20, 10, 19, 20)
        );
        assert_eq!(percentiles(&[7]).unwrap().p95_ns, 7);
        assert!(percentiles(&[]).is_none());
    }
}
