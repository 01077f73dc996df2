//! One card for each server address: counts, medians and the line of those that finished.

use std::collections::{BTreeMap, BTreeSet};

use stallscope_shared::diagnosis::wilson;
use stallscope_shared::report::overview::{Overview, Row, Word};
use stallscope_shared::report::v1::{PhaseName, PhaseOutcome, Server, Verdict};

use super::arrange::Shown;
use super::case::Case;
use crate::geometry::ecdf::{Ecdf, ecdf, percentile};

/// What is shown of one server.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// `ip:port`.
    pub(crate) address: String,
    /// Names that it was asked for.
    pub(crate) names: Vec<String>,
    /// Attempts.
    pub(crate) attempts: u64,
    /// Of these, failures.
    pub(crate) failures: u64,
    /// Attempts in which something stalled.
    pub(crate) stalled: u64,
    /// Failures per attempt.
    pub(crate) failure_rate: f64,
    /// Its 95 % interval.
    pub(crate) wilson95: [f64; 2],
    /// Median of each phase that completed, in order.
    pub(crate) medians: Vec<(PhaseName, i64)>,
    /// 95th percentile of the time until an attempt was done.
    pub(crate) done_p95: Option<i64>,
    /// When attempts were done.
    pub(crate) done: Ecdf,
    /// Start and whether it failed, of each attempt that has a row.
    pub(crate) starts: Vec<(i64, bool)>,
    /// Cause and party, where there is one.
    pub(crate) verdict: Option<Verdict>,
}

/// The cards of what is shown, worst first.
pub(crate) fn cards(case: &Case, shown: &Shown) -> Vec<Card> {
    let overview = &case.overview;
    let mut by_server: BTreeMap<Word, Vec<&Row>> = BTreeMap::new();
    for row in shown
        .rows
        .iter()
        .filter_map(|index| overview.rows.get(*index))
    {
        by_server.entry(row.server).or_default().push(row);
    }
    let servers: BTreeMap<&str, &Server> = case
        .report
        .servers
        .iter()
        .map(|server| (server.address.as_str(), server))
        .collect();
    // While everything is shown, the report's own numbers are: they count attempts without a row too.
    let is_all = shown.rows.len() == overview.rows.len();
    let mut cards: Vec<Card> = by_server
        .into_iter()
        .map(|(word, rows)| {
            let address = overview.words.word(word);
            let server = servers.get(address).copied();
            let card = of_rows(overview, address, &rows);
            match server {
                Some(server) if is_all => with_report(card, server),
                server => Card {
                    verdict: server.and_then(|server| server.verdict.clone()),
                    ..card
                },
            }
        })
        .collect();
    cards.sort_by(|one, other| {
        let key = |card: &Card| (card.failures, card.stalled);
        key(other)
            .cmp(&key(one))
            .then_with(|| one.address.cmp(&other.address))
    });
    cards
}

fn of_rows(overview: &Overview, address: &str, rows: &[&Row]) -> Card {
    let attempts = rows.len() as u64;
    let failures = rows.iter().filter(|row| row.outcome.is_failure()).count() as u64;
    let names: BTreeSet<Word> = rows.iter().filter_map(|row| row.name).collect();
    let names = names
        .into_iter()
        .map(|name| overview.words.word(name).to_owned());
    let mut done: Vec<i64> = rows
        .iter()
        .filter_map(|row| done_ns(overview, row))
        .collect();
    done.sort_unstable();
    Card {
        address: address.to_owned(),
        names: names.collect(),
        attempts,
        failures,
        stalled: rows.iter().filter(|row| row.is_stalled).count() as u64,
        failure_rate: wilson::rate(failures, attempts),
        wilson95: wilson::wilson95(failures, attempts),
        medians: medians(overview, rows),
        done_p95: percentile(&done, 95),
        done: ecdf(rows.iter().map(|row| done_ns(overview, row))),
        starts: rows
            .iter()
            .map(|row| (row.started_ns, row.outcome.is_failure()))
            .collect(),
        verdict: None,
    }
}

fn with_report(card: Card, server: &Server) -> Card {
    Card {
        names: server.names.clone(),
        attempts: server.attempts,
        failures: server.failures,
        stalled: server.stalled,
        failure_rate: server.failure_rate,
        wilson95: server.wilson95,
        medians: server
            .phase_percentiles
            .iter()
            .map(|(phase, percentiles)| (*phase, percentiles.p50_ns))
            .collect(),
        verdict: server.verdict.clone(),
        ..card
    }
}

fn medians(overview: &Overview, rows: &[&Row]) -> Vec<(PhaseName, i64)> {
    let mut lengths: BTreeMap<PhaseName, Vec<i64>> = BTreeMap::new();
    for span in rows.iter().flat_map(|row| overview.spans_of(row)) {
        if span.outcome == PhaseOutcome::Completed {
            let length = span.end_ns.saturating_sub(span.start_ns);
            lengths.entry(span.phase).or_default().push(length);
        }
    }
    lengths
        .into_iter()
        .filter_map(|(phase, mut lengths)| {
            lengths.sort_unstable();
            Some((phase, percentile(&lengths, 50)?))
        })
        .collect()
}

/// Time until the last phase that completed; `None` of an attempt that failed, or of which no phase was seen.
pub(crate) fn done_ns(overview: &Overview, row: &Row) -> Option<i64> {
    if row.outcome.is_failure() {
        return None;
    }
    overview
        .spans_of(row)
        .iter()
        .filter(|span| span.outcome == PhaseOutcome::Completed)
        .map(|span| span.end_ns)
        .max()
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::Outcome;

    use super::*;
    use crate::state::arrange::arrange;
    use crate::state::case::tests::case;
    use crate::state::view::View;

    #[test]
    fn the_worst_server_comes_first_and_its_line_ends_below_one() {
        let case = case(&[
            ("10.0.0.1:443", 0, Outcome::Completed, 20),
            ("10.0.0.2:443", 10, Outcome::TlsStalled, 10_000),
            ("10.0.0.2:443", 30, Outcome::Completed, 10),
        ]);
        let cards = cards(&case, &arrange(&case, &View::default()));
        let worst = cards.first().unwrap();
        assert_eq!(
            (worst.address.as_str(), worst.attempts, worst.failures),
            ("10.0.0.2:443", 2, 1)
        );
        assert!((worst.done.never - 0.5).abs() < 1e-9);
        assert_eq!(
            worst.medians,
            [(PhaseName::Connect, 1_000_000), (PhaseName::Tls, 9_000_000)]
        );
        assert_eq!(worst.done_p95, Some(10_000_000));
    }

    #[test]
    fn the_reports_own_numbers_are_shown_while_everything_is() {
        let mut case = case(&[("10.0.0.2:443", 10, Outcome::TlsStalled, 10_000)]);
        let server = Server {
            address: "10.0.0.2:443".to_owned(),
            names: Vec::new(),
            attempts: 400,
            failures: 32,
            stalled: 33,
            failure_rate: 0.08,
            wilson95: [0.05, 0.11],
            phase_percentiles: BTreeMap::new(),
            outcomes: BTreeMap::new(),
            verdict: None,
        };
        std::rc::Rc::make_mut(&mut case.report).servers.push(server);
        let all = cards(&case, &arrange(&case, &View::default()));
        assert_eq!(all.first().map(|card| card.attempts), Some(400));
    }
}
