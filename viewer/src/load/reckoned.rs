//! What is reckoned from all attempts at once, by the worker: a page that did it would stand still for as long.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use stallscope_shared::report::overview::{Overview, Row};

/// Lists as long as an overview's rows, or the next piece of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoned {
    /// Indices of rows: failures before stalls before the others, in each the longest wait first.
    pub worst: Vec<u32>,
    /// Indices of rows, those that took longest first.
    pub longest: Vec<u32>,
    /// How far the drawing of each row reaches, nanoseconds after its start.
    pub reach: Vec<i64>,
}

/// The next rows, and as much of what was reckoned from all of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Piece {
    /// Rows, and what they refer to.
    pub overview: Overview,
    /// The same stretch of the lists beside them.
    pub reckoned: Reckoned,
}

impl Reckoned {
    /// From all rows.
    #[must_use]
    pub fn of(overview: &Overview) -> Self {
        let reach = |row: &Row| reach(overview, row);
        Self {
            worst: ordered(overview, badness),
            longest: ordered(overview, |row| total(overview, row).saturating_neg()),
            reach: overview.rows.iter().map(reach).collect(),
        }
    }

    /// Takes in the next piece.
    pub fn append(&mut self, piece: Self) {
        self.worst.extend(piece.worst);
        self.longest.extend(piece.longest);
        self.reach.extend(piece.reach);
    }

    /// Makes room for so many times as much as there is in a piece.
    pub fn reserve(&mut self, piece: &Self, times: usize) {
        self.worst.reserve(piece.worst.len() * times);
        self.longest.reserve(piece.longest.len() * times);
        self.reach.reserve(piece.reach.len() * times);
    }
}

impl Piece {
    /// Everything, in pieces of at most so many rows.
    pub fn all(overview: &Overview, rows: usize) -> impl Iterator<Item = Self> {
        let Reckoned {
            worst,
            longest,
            reach,
        } = Reckoned::of(overview);
        let mut from = 0;
        overview.pieces(rows).map(move |overview| {
            let stretch = from..from + overview.rows.len();
            from = stretch.end;
            Self {
                reckoned: Reckoned {
                    worst: part(&worst, &stretch),
                    longest: part(&longest, &stretch),
                    reach: part(&reach, &stretch),
                },
                overview,
            }
        })
    }
}

fn part<T: Copy>(list: &[T], stretch: &Range<usize>) -> Vec<T> {
    list.get(stretch.clone()).unwrap_or_default().to_vec()
}

/// Indices of rows by a key, equals by start.
fn ordered(overview: &Overview, key: impl Fn(&Row) -> i64) -> Vec<u32> {
    let keyed = (0_u32..).zip(&overview.rows);
    let mut keyed: Vec<(i64, u32)> = keyed.map(|(index, row)| (key(row), index)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, index)| index).collect()
}

/// Smaller is worse.
fn badness(row: &Row) -> i64 {
    /// Longer than any wait: 36 years.
    const RANK: i64 = 1 << 60;
    let rank = match (row.outcome.is_failure(), row.is_stalled) {
        (true, true) => -2,
        (true, false) => -1,
        (false, true) => 0,
        (false, false) => 1,
    };
    let wait = row.longest_wait_ns.unwrap_or(-1).clamp(-1, RANK - 2);
    rank * RANK - wait
}

/// How far a row's drawing reaches after its start: its phases; an idle connection that is closed much later
/// does not make the others small.
fn reach(overview: &Overview, row: &Row) -> i64 {
    let phases = overview.spans_of(row).iter().map(|span| span.end_ns).max();
    phases.unwrap_or_else(|| length(row))
}

/// How long the attempt took: to its last packet, or to where waiting for one more ended.
#[must_use]
pub fn total(overview: &Overview, row: &Row) -> i64 {
    length(row).max(reach(overview, row))
}

/// From the first packet to the last.
const fn length(row: &Row) -> i64 {
    row.ended_ns.saturating_sub(row.started_ns)
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::Outcome;

    use super::*;
    use crate::state::case::tests::case;

    #[test]
    fn pieces_carry_every_stretch_of_what_was_reckoned() {
        for attempts in [0, 1, 4, 5, 9] {
            let rows: Vec<_> = (0..attempts)
                .map(|at| ("a:1", at, Outcome::Completed, 50 - at))
                .collect();
            let overview = case(&rows).overview;
            let whole = Reckoned::of(&overview);
            for rows in [1, 4, 100] {
                let mut joined = Reckoned::default();
                for piece in Piece::all(&overview, rows) {
                    assert_eq!(piece.overview.rows.len(), piece.reckoned.reach.len());
                    joined.append(piece.reckoned);
                }
                assert_eq!(joined, whole, "{attempts} by {rows}");
            }
        }
    }

    #[test]
    fn what_failed_and_waited_longest_is_worst() {
        let overview = case(&[
            ("a:1", 0, Outcome::Completed, 90_000),
            ("a:1", 1, Outcome::TlsStalled, 3_000),
            ("a:1", 2, Outcome::TlsStalled, 10_000),
            ("a:1", 3, Outcome::Completed, 90_000),
        ])
        .overview;
        let reckoned = Reckoned::of(&overview);
        assert_eq!(reckoned.worst, [2, 1, 0, 3]);
        assert_eq!(reckoned.longest, [0, 3, 2, 1]);
    }
}
