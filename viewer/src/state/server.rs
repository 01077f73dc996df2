//! One card for each server address: counts, medians and the line of those that finished.

use std::collections::BTreeMap;

use stallscope_shared::diagnosis::wilson;
use stallscope_shared::report::overview::{Overview, Row, Word};
use stallscope_shared::report::v1::{PhaseName, PhaseOutcome};

use super::arrange::Shown;
use super::case::Case;
use crate::geometry::ecdf::{Ecdf, ecdf, percentile, quantile};
use crate::load::summary::{ServerLine, VerdictLine};

/// The phases in the order of an attempt.
pub(crate) const PHASES: [PhaseName; 7] = [
    PhaseName::Dns,
    PhaseName::Connect,
    PhaseName::Proxy,
    PhaseName::Tls,
    PhaseName::Request,
    PhaseName::Wait,
    PhaseName::Receive,
];

/// More servers than this are a table, which has no lines of those that finished.
pub(crate) const CARDS: usize = 40;

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
    pub(crate) verdict: Option<VerdictLine>,
}

/// The cards of what is shown, worst first.
pub(crate) fn cards(case: &Case, shown: &Shown) -> Vec<Card> {
    let overview = &case.overview;
    // Words are counted from 0, so a list finds a server's rows as fast as can be.
    let mut by_server: Vec<Vec<&Row>> = Vec::new();
    for row in shown
        .rows
        .iter()
        .filter_map(|index| overview.rows.get(*index))
    {
        let place = row.server as usize;
        if by_server.len() <= place {
            by_server.resize_with(place + 1, Vec::new);
        }
        if let Some(rows) = by_server.get_mut(place) {
            rows.push(row);
        }
    }
    let mut servers: BTreeMap<&str, &ServerLine> = BTreeMap::new();
    for server in &case.summary.servers {
        servers.insert(&server.address, server);
    }
    // While everything is shown, the report's own numbers are: they count attempts without a row too.
    let is_all = shown.filter.is_empty() && shown.rows.len() == overview.rows.len();
    let mut cards: Vec<Card> = Vec::new();
    by_server.retain(|rows| !rows.is_empty());
    let has_lines = by_server.len() <= CARDS;
    for rows in &by_server {
        let address = rows
            .first()
            .map_or("", |row| overview.words.word(row.server));
        let server = servers.remove(address);
        let card = of_rows(overview, address, rows);
        let card = if has_lines {
            with_line(card, overview, rows)
        } else {
            card
        };
        cards.push(match server {
            Some(server) if is_all => with_report(card, server),
            server => Card {
                medians: medians(overview, rows),
                verdict: server.and_then(|server| server.verdict.clone()),
                ..card
            },
        });
    }
    if is_all {
        let others = servers.into_iter();
        cards.extend(
            others.map(|(address, server)| with_report(of_rows(overview, address, &[]), server)),
        );
    }
    cards.sort_unstable_by(|one, other| {
        let key = |card: &Card| (card.failures, card.stalled);
        key(other)
            .cmp(&key(one))
            .then_with(|| one.address.cmp(&other.address))
    });
    cards
}

/// Everything but medians and verdict, which the report may know better, and the line of those that finished.
fn of_rows(overview: &Overview, address: &str, rows: &[&Row]) -> Card {
    let attempts = rows.len() as u64;
    let failures = rows.iter().filter(|row| row.outcome.is_failure()).count() as u64;
    let mut names: Vec<Word> = Vec::new();
    for name in rows.iter().filter_map(|row| row.name) {
        // An address has few names.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let names = names
        .into_iter()
        .map(|name| overview.words.word(name).to_owned());
    Card {
        address: address.to_owned(),
        names: names.collect(),
        attempts,
        failures,
        stalled: rows.iter().filter(|row| row.is_stalled).count() as u64,
        failure_rate: wilson::rate(failures, attempts),
        wilson95: wilson::wilson95(failures, attempts),
        medians: Vec::new(),
        done_p95: None,
        done: Ecdf::default(),
        starts: rows
            .iter()
            .map(|row| (row.started_ns, row.outcome.is_failure()))
            .collect(),
        verdict: None,
    }
}

/// When its attempts were done.
fn with_line(card: Card, overview: &Overview, rows: &[&Row]) -> Card {
    let done = rows.iter().filter_map(|row| done_ns(overview, row));
    let mut done: Vec<i64> = done.collect();
    done.sort_unstable();
    Card {
        done_p95: percentile(&done, 95),
        done: ecdf(&done, rows.len()),
        ..card
    }
}

fn with_report(card: Card, server: &ServerLine) -> Card {
    // When some of them were done does not tell when all were: the worst are held first.
    let is_whole = card.starts.len() as u64 >= server.attempts;
    Card {
        done_p95: card.done_p95.filter(|_| is_whole),
        done: if is_whole { card.done } else { Ecdf::default() },
        names: server.names.clone(),
        attempts: server.attempts,
        failures: server.failures,
        stalled: server.stalled,
        failure_rate: server.failure_rate,
        wilson95: server.wilson95,
        medians: server.medians.clone(),
        verdict: server.verdict.clone(),
        ..card
    }
}

fn medians(overview: &Overview, rows: &[&Row]) -> Vec<(PhaseName, i64)> {
    let median = |phase: PhaseName| {
        let spans = rows.iter().flat_map(|row| overview.spans_of(row));
        let completed =
            spans.filter(|span| span.phase == phase && span.outcome == PhaseOutcome::Completed);
        let lengths = completed.map(|span| span.end_ns.saturating_sub(span.start_ns));
        let mut lengths: Vec<i64> = lengths.collect();
        Some((phase, quantile(&mut lengths, 50)?))
    };
    PHASES.into_iter().filter_map(median).collect()
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
        let cards = cards(&case, &arrange(&case, &View::default(), None));
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
    fn a_server_without_rows_has_its_counts_and_no_line() {
        let mut case = case(&[("10.0.0.2:443", 10, Outcome::Completed, 20)]);
        for (address, attempts) in [("10.0.0.1:443", 15), ("10.0.0.2:443", 14)] {
            std::rc::Rc::make_mut(&mut case.summary)
                .servers
                .push(ServerLine {
                    address: address.to_owned(),
                    attempts,
                    ..ServerLine::default()
                });
        }
        let mut view = View::default();
        let all = cards(&case, &arrange(&case, &view, None));
        let found = all.iter().map(|card| (&*card.address, card.attempts));
        assert!(found.eq([("10.0.0.1:443", 15), ("10.0.0.2:443", 14)]));
        for card in &all {
            assert!(card.done.steps.is_empty() && card.done_p95.is_none());
        }
        view.filter = "out:completed".to_owned();
        let some = cards(&case, &arrange(&case, &view, None));
        assert_eq!(some.len(), 1);
    }

    #[test]
    fn the_reports_own_numbers_are_shown_while_everything_is() {
        let mut case = case(&[("10.0.0.2:443", 10, Outcome::TlsStalled, 10_000)]);
        let server = ServerLine {
            address: "10.0.0.2:443".to_owned(),
            names: Vec::new(),
            attempts: 400,
            failures: 32,
            stalled: 33,
            failure_rate: 0.08,
            wilson95: [0.05, 0.11],
            medians: Vec::new(),
            verdict: None,
        };
        std::rc::Rc::make_mut(&mut case.summary)
            .servers
            .push(server);
        let all = cards(&case, &arrange(&case, &View::default(), None));
        assert_eq!(all.first().map(|card| card.attempts), Some(400));
    }
}
