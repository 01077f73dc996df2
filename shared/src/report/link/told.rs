//! What can be counted again: rates from counts, and where every attempt travels, counts and percentiles from the
//! attempts.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::pack::STEP_NS;
use crate::diagnosis::wilson;
use crate::report::statistics::percentiles;
use crate::report::v1::{Outcome, Percentiles, PhaseName, PhaseOutcome, Report, Server, Totals};

/// What is missing from a link because it is told.
#[derive(Debug, Default)]
pub(super) struct Missing {
    totals: bool,
    /// Of each server.
    counts: Vec<bool>,
    percentiles: Vec<bool>,
}

const COUNTS: [&str; 5] = ["attempts", "failures", "stalled", "outcomes", "names"];

/// Lets the report say what will be told, where rounding is all that differs.
pub(super) fn agree(report: &mut Report) {
    let told: Vec<_> = report
        .servers
        .iter()
        .map(|server| phases(report, server))
        .collect();
    for (server, told) in report.servers.iter_mut().zip(told) {
        rates(server);
        // Rounding both ends of a phase may be a step apart from rounding its length.
        if is_near(&told, &server.phase_percentiles) {
            server.phase_percentiles = told;
        }
    }
}

/// Takes out of the report as JSON what can be told.
pub(super) fn take_out(report: &Report, value: &mut Value) {
    let counted: Vec<bool> = report
        .servers
        .iter()
        .map(|server| counts(report, server).are_of(server))
        .collect();
    let measured: Vec<bool> = report
        .servers
        .iter()
        .map(|server| phases(report, server) == server.phase_percentiles)
        .collect();
    let mut told = counted.into_iter().zip(measured);
    each_server(value, &mut |server| {
        server.remove("failure_rate");
        server.remove("wilson95");
        let (counted, measured) = told.next().unwrap_or_default();
        if counted {
            for field in COUNTS {
                server.remove(field);
            }
        }
        if measured {
            server.remove("phase_percentiles");
        }
    });
    if totals(report) == report.totals
        && let Some(fields) = value.as_object_mut()
    {
        fields.remove("totals");
    }
}

/// Fills what is missing with nothing, so that it is a report, and says what it was.
pub(super) fn placeholders(value: &mut Value) -> Missing {
    let mut missing = Missing::default();
    each_server(value, &mut |server| {
        missing.counts.push(!server.contains_key("attempts"));
        missing
            .percentiles
            .push(!server.contains_key("phase_percentiles"));
        for (field, nothing) in [
            ("attempts", json!(0)),
            ("failures", json!(0)),
            ("stalled", json!(0)),
            ("failure_rate", json!(0.0)),
            ("wilson95", json!([0.0, 0.0])),
        ] {
            server.entry(field).or_insert(nothing);
        }
    });
    if let Some(fields) = value.as_object_mut() {
        missing.totals = !fields.contains_key("totals");
        fields
            .entry("totals")
            .or_insert(json!({ "attempts": 0, "failures": 0, "stalled": 0 }));
    }
    missing
}

/// Counts what was missing.
pub(super) fn put_back(report: &mut Report, missing: &Missing) {
    let told: Vec<_> = report
        .servers
        .iter()
        .map(|server| (counts(report, server), phases(report, server)))
        .collect();
    let which = missing.counts.iter().zip(&missing.percentiles);
    for ((server, (counts, phases)), (no_counts, no_percentiles)) in
        report.servers.iter_mut().zip(told).zip(which)
    {
        if *no_counts {
            server.attempts = counts.attempts;
            server.failures = counts.failures;
            server.stalled = counts.stalled;
            server.outcomes = counts.outcomes;
            server.names = counts.names;
        }
        if *no_percentiles {
            server.phase_percentiles = phases;
        }
        rates(server);
    }
    if missing.totals {
        report.totals = totals(report);
    }
}

#[derive(Default)]
struct Counts {
    attempts: u64,
    failures: u64,
    stalled: u64,
    outcomes: BTreeMap<Outcome, u64>,
    names: Vec<String>,
}

impl Counts {
    fn are_of(&self, server: &Server) -> bool {
        self.attempts == server.attempts
            && self.failures == server.failures
            && self.stalled == server.stalled
            && self.outcomes == server.outcomes
            && self.names == server.names
    }
}

fn counts(report: &Report, server: &Server) -> Counts {
    let mut counts = Counts::default();
    let mut names: BTreeMap<&str, u64> = BTreeMap::new();
    for attempt in report
        .attempts
        .iter()
        .filter(|attempt| attempt.server == server.address)
    {
        let mut phases = attempt.phases.iter();
        counts.attempts += 1;
        counts.failures += u64::from(attempt.outcome.is_failure());
        counts.stalled += u64::from(phases.any(|phase| phase.outcome == PhaseOutcome::Stalled));
        *counts.outcomes.entry(attempt.outcome).or_default() += 1;
        if let Some(name) = &attempt.server_name {
            *names.entry(name).or_default() += 1;
        }
    }
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.names = names.into_iter().map(|(name, _)| name.to_owned()).collect();
    counts
}

/// Percentiles of the phases that completed, in steps.
fn phases(report: &Report, server: &Server) -> BTreeMap<PhaseName, Percentiles> {
    let mut lengths: BTreeMap<PhaseName, Vec<i64>> = BTreeMap::new();
    let attempts = report
        .attempts
        .iter()
        .filter(|attempt| attempt.server == server.address);
    for phase in attempts.flat_map(|attempt| &attempt.phases) {
        if let (PhaseOutcome::Completed, Some(start), Some(end)) =
            (phase.outcome, phase.start_ns, phase.end_ns)
        {
            lengths
                .entry(phase.phase)
                .or_default()
                .push(end.saturating_sub(start));
        }
    }
    lengths
        .into_iter()
        .filter_map(|(phase, lengths)| Some((phase, percentiles(&lengths)?)))
        .collect()
}

fn totals(report: &Report) -> Totals {
    let mut totals = Totals::default();
    for server in &report.servers {
        totals.attempts = totals.attempts.saturating_add(server.attempts);
        totals.failures = totals.failures.saturating_add(server.failures);
        totals.stalled = totals.stalled.saturating_add(server.stalled);
        for (outcome, count) in &server.outcomes {
            let sum = totals.outcomes.entry(*outcome).or_default();
            *sum = sum.saturating_add(*count);
        }
    }
    totals
}

fn rates(server: &mut Server) {
    server.failure_rate = wilson::rate(server.failures, server.settled());
    server.wilson95 = wilson::wilson95(server.failures, server.settled());
}

fn is_near(
    one: &BTreeMap<PhaseName, Percentiles>,
    other: &BTreeMap<PhaseName, Percentiles>,
) -> bool {
    let is_near = |one: i64, other: i64| one.abs_diff(other) <= STEP_NS.unsigned_abs();
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|((phase, one), (other_phase, other))| {
                phase == other_phase
                    && one.n == other.n
                    && is_near(one.p50_ns, other.p50_ns)
                    && is_near(one.p95_ns, other.p95_ns)
                    && is_near(one.max_ns, other.max_ns)
            })
}

fn each_server(value: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    let servers = value.get_mut("servers").and_then(Value::as_array_mut);
    for server in servers
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        change(server);
    }
}
