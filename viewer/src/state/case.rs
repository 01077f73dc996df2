//! What was opened: the report without its attempts, and a short row of each of these.

use std::rc::Rc;

use stallscope_shared::report::overview::{Overview, Row};

use crate::load::reckoned::Reckoned;
use crate::load::summary::Summary;

use super::view::Place;

/// One opened report or set of captures.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// What is shown of the report beside its attempts.
    pub(crate) summary: Rc<Summary>,
    /// A row for each attempt, by start.
    pub(crate) overview: Overview,
    /// What was reckoned from all of them.
    pub(crate) reckoned: Reckoned,
    /// Names of key logs that were given with the captures.
    pub(crate) key_logs: Vec<String>,
    /// The user ended reading before everything was read.
    pub(crate) is_stopped: bool,
    /// Bytes of packets can be had: captures were opened, not a report.
    pub(crate) has_packets: bool,
}

impl Case {
    /// From the first packet to the last one, nanoseconds after the epoch.
    pub(crate) fn time(&self) -> (i64, i64) {
        let captures = &self.summary.captures;
        let first = captures.iter().filter_map(|capture| capture.first_ns).min();
        let last = captures.iter().filter_map(|capture| capture.last_ns).max();
        let rows = &self.overview.rows;
        let begin = first
            .or_else(|| rows.iter().map(|row| row.started_ns).min())
            .unwrap_or(0);
        let end = last
            .or_else(|| rows.iter().map(|row| row.ended_ns).max())
            .unwrap_or(0);
        (begin, end.max(begin.saturating_add(1)))
    }

    /// How most packets of a capture begin; Ethernet where nothing tells.
    pub(crate) fn link_type(&self, capture: u16) -> u16 {
        let capture = self.summary.captures.get(usize::from(capture));
        capture.and_then(|capture| capture.link_type).unwrap_or(1)
    }

    /// There is a row for every attempt that was counted.
    pub(crate) fn is_whole(&self) -> bool {
        self.overview.rows.len() as u64 >= self.summary.attempts
    }

    /// The row that a link means: the one whose first packet it names, else the nearest in time.
    pub(crate) fn row_at(&self, place: Place) -> Option<usize> {
        let rows = &self.overview.rows;
        let is_it =
            |row: &Row| row.first_packet == (place.capture, place.number) && place.number != 0;
        // One packet may begin two attempts: a lookup's and its connection's.
        let exact = |row: &Row| is_it(row) && row.started_ns == place.at_ns;
        let from = rows.partition_point(|row| row.started_ns < place.at_ns);
        let same_time = rows.get(from..).unwrap_or_default().iter();
        same_time
            .take_while(|row| row.started_ns == place.at_ns)
            .position(exact)
            .map(|after| from + after)
            .or_else(|| rows.iter().position(is_it))
            .or_else(|| {
                let far = |row: &Row| row.started_ns.abs_diff(place.at_ns);
                (0..rows.len()).min_by_key(|index| rows.get(*index).map_or(u64::MAX, far))
            })
    }
}

/// What a link says of a row.
pub(crate) const fn place_of(row: &Row) -> Place {
    Place {
        capture: row.first_packet.0,
        number: row.first_packet.1,
        at_ns: row.started_ns,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use stallscope_shared::report::overview::{Judgement, Overview, Span};
    use stallscope_shared::report::v1::{AttemptKind, Outcome, PhaseName, PhaseOutcome};

    use super::*;

    /// A case of attempts: server, milliseconds of start, how it went, milliseconds that it took.
    pub(crate) fn case(attempts: &[(&str, i64, Outcome, i64)]) -> Case {
        let mut overview = Overview::default();
        for (index, (server, at_ms, outcome, took_ms)) in attempts.iter().enumerate() {
            let words = &mut overview.words;
            let id = u32::try_from(index + 1).unwrap();
            let started_ns = at_ms * 1_000_000;
            let took_ns = took_ms * 1_000_000;
            let row = Row {
                id,
                vantage: 0,
                kind: AttemptKind::Tcp,
                server: words.add(server),
                client: words.add("192.0.2.7"),
                client_port: 40_000,
                name: None,
                judgement: Judgement::Nothing,
                first_packet: (0, id * 10),
                started_ns,
                ended_ns: started_ns + took_ns,
                outcome: *outcome,
                is_stalled: outcome.is_failure(),
                longest_wait_ns: Some(took_ns),
                status: None,
                spans: (0, 0),
                repeats: (0, 0),
            };
            let how = if outcome.is_failure() {
                PhaseOutcome::Stalled
            } else {
                PhaseOutcome::Completed
            };
            let connect = Span {
                phase: PhaseName::Connect,
                outcome: PhaseOutcome::Completed,
                start_ns: 0,
                end_ns: took_ns / 10,
            };
            let tls = Span {
                phase: PhaseName::Tls,
                outcome: how,
                start_ns: took_ns / 10,
                end_ns: took_ns,
            };
            overview.push(row, [connect, tls].into_iter(), std::iter::empty());
        }
        let summary = Summary {
            attempts: attempts.len() as u64,
            ..Summary::default()
        };
        Case {
            summary: Rc::new(summary),
            reckoned: Reckoned::of(&overview),
            overview,
            key_logs: Vec::new(),
            is_stopped: false,
            has_packets: true,
        }
    }

    #[test]
    fn a_link_finds_its_attempt_again() {
        let case = case(&[
            ("a:1", 0, Outcome::Completed, 5),
            ("a:1", 50, Outcome::Completed, 5),
        ]);
        let row = case.overview.rows.get(1).unwrap();
        assert_eq!(case.row_at(place_of(row)), Some(1));
        let moved = Place {
            capture: 0,
            number: 999,
            at_ns: 49_000_000,
        };
        assert_eq!(case.row_at(moved), Some(1), "the nearest in time");
        assert_eq!(
            Case {
                overview: Overview::default(),
                ..case
            }
            .row_at(moved),
            None
        );
    }
}
