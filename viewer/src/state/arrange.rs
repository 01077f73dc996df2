//! Which rows are shown, in which order, under which heads.

use stallscope_shared::report::overview::{Overview, Row, Word};

use super::case::Case;
use super::view::{Group, Order, View};
use crate::filter::{Filter, Problem};
use crate::geometry::ecdf::percentile;

/// What of a case is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    /// Indices of rows that pass the filter, whatever time is chosen, by start.
    pub(crate) matching: Vec<usize>,
    /// Indices of rows that pass filter and time, by start.
    pub(crate) rows: Vec<usize>,
    /// How far the drawing of the longest of these reaches, nanoseconds after its start.
    pub(crate) longest: i64,
    /// How far nine of ten of them reach at most.
    pub(crate) usual: i64,
    /// The same rows in the order and groups of the waterfall.
    pub(crate) items: Vec<Item>,
    /// What of the filter was not understood.
    pub(crate) problems: Vec<Problem>,
}

/// A line of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// The head of a group: its word, how many attempts it has, how many of them failed.
    Head {
        /// Address or name; `None` for attempts without a name.
        word: Option<Word>,
        /// Attempts in it.
        count: usize,
        /// Of these, failures.
        failures: usize,
    },
    /// An attempt: the index of its row.
    Row(usize),
}

/// Chooses and orders the rows of a case.
pub(crate) fn arrange(case: &Case, view: &View) -> Shown {
    let filter = Filter::parse(&view.filter);
    let overview = &case.overview;
    let matching: Vec<usize> = overview
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| filter.matches(overview, row))
        .map(|(index, _)| index)
        .collect();
    let in_time = |index: &&usize| {
        overview
            .rows
            .get(**index)
            .is_some_and(|row| is_in(row, view.brush))
    };
    let rows: Vec<usize> = matching.iter().filter(in_time).copied().collect();
    let mut ordered: Vec<(usize, &Row)> = rows
        .iter()
        .filter_map(|index| Some((*index, overview.rows.get(*index)?)))
        .collect();
    match view.order {
        Order::Start => {}
        Order::Worst => ordered.sort_by_key(|(_, row)| {
            let is_fine = !row.outcome.is_failure();
            (
                is_fine,
                !row.is_stalled,
                std::cmp::Reverse(row.longest_wait_ns),
            )
        }),
        Order::Longest => {
            ordered.sort_by_key(|(_, row)| std::cmp::Reverse(total(overview, row)));
        }
    }
    let items = match view.group {
        Group::Flat => ordered.iter().map(|(index, _)| Item::Row(*index)).collect(),
        Group::Address => grouped(&ordered, |row| Some(row.server)),
        Group::Name => grouped(&ordered, |row| row.name),
    };
    let mut extents: Vec<i64> = ordered
        .iter()
        .map(|(_, row)| extent(&case.overview, row))
        .collect();
    extents.sort_unstable();
    Shown {
        matching,
        rows,
        longest: extents.last().copied().unwrap_or_default(),
        usual: percentile(&extents, 90).unwrap_or_default(),
        items,
        problems: filter.problems,
    }
}

fn is_in(row: &Row, brush: Option<(i64, i64)>) -> bool {
    brush.is_none_or(|(from, to)| (from..=to).contains(&row.started_ns))
}

/// How far a row's drawing reaches after its start: its phases; an idle connection that is closed much later
/// does not make the others small.
fn extent(overview: &Overview, row: &Row) -> i64 {
    let phases = overview.spans_of(row).iter().map(|span| span.end_ns).max();
    phases.unwrap_or_else(|| length(row))
}

/// How long the attempt took: to its last packet, or to where waiting for one more ended.
pub(crate) fn total(overview: &Overview, row: &Row) -> i64 {
    length(row).max(extent(overview, row))
}

/// From the first packet to the last.
const fn length(row: &Row) -> i64 {
    row.ended_ns.saturating_sub(row.started_ns)
}

/// Groups with most failures first, then by their first row; rows keep their order within.
fn grouped(rows: &[(usize, &Row)], key: impl Fn(&Row) -> Option<Word>) -> Vec<Item> {
    let mut groups: Vec<(Option<Word>, Vec<usize>, usize)> = Vec::new();
    let mut places: std::collections::BTreeMap<Option<Word>, usize> =
        std::collections::BTreeMap::new();
    for (index, row) in rows {
        let word = key(row);
        let place = *places.entry(word).or_insert_with(|| {
            groups.push((word, Vec::new(), 0));
            groups.len() - 1
        });
        if let Some((_, members, failures)) = groups.get_mut(place) {
            members.push(*index);
            *failures += usize::from(row.outcome.is_failure());
        }
    }
    groups.sort_by_key(|(_, _, failures)| std::cmp::Reverse(*failures));
    let mut items = Vec::with_capacity(rows.len() + groups.len());
    for (word, members, failures) in groups {
        items.push(Item::Head {
            word,
            count: members.len(),
            failures,
        });
        items.extend(members.into_iter().map(Item::Row));
    }
    items
}

/// The next attempt in the list after (or before) the one that is selected, one that failed where only those
/// are wanted.
pub(crate) fn neighbour(
    case: &Case,
    items: &[Item],
    selected: Option<usize>,
    step: Step,
) -> Option<usize> {
    let is_wanted = |item: &Item| match item {
        Item::Row(index) => {
            let row = case.overview.rows.get(*index)?;
            (!step.only_failures || row.outcome.is_failure()).then_some(*index)
        }
        Item::Head { .. } => None,
    };
    let at = items
        .iter()
        .position(|item| selected.is_some_and(|index| *item == Item::Row(index)));
    if step.is_back {
        let end = at.unwrap_or(items.len());
        items.get(..end)?.iter().rev().find_map(is_wanted)
    } else {
        let start = at.map_or(0, |at| at + 1);
        items.get(start..)?.iter().find_map(is_wanted)
    }
}

/// Where a key goes in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Upward.
    pub(crate) is_back: bool,
    /// Over those that did not fail.
    pub(crate) only_failures: bool,
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::Outcome;

    use super::*;
    use crate::state::case::tests::case;

    fn two_servers() -> Case {
        case(&[
            ("10.0.0.1:443", 0, Outcome::Completed, 20),
            ("10.0.0.2:443", 10, Outcome::TlsStalled, 10_000),
            ("10.0.0.1:443", 20, Outcome::Completed, 30),
            ("10.0.0.2:443", 30, Outcome::Completed, 10),
        ])
    }

    fn order(view: &View) -> Vec<usize> {
        let shown = arrange(&two_servers(), view);
        let rows = shown.items.iter().filter_map(|item| match item {
            Item::Row(index) => Some(*index),
            Item::Head { .. } => None,
        });
        rows.collect()
    }

    #[test]
    fn groups_with_failures_come_first() {
        let shown = arrange(&two_servers(), &View::default());
        assert!(
            matches!(
                shown.items.first(),
                Some(Item::Head {
                    count: 2,
                    failures: 1,
                    ..
                })
            ),
            "{:?}",
            shown.items
        );
        assert_eq!(order(&View::default()), [1, 3, 0, 2]);
    }

    #[test]
    fn rows_are_ordered_and_left_out() {
        let flat = View {
            group: Group::Flat,
            ..View::default()
        };
        assert_eq!(order(&flat), [0, 1, 2, 3]);
        assert_eq!(
            order(&View {
                order: Order::Longest,
                ..flat.clone()
            }),
            [1, 2, 0, 3]
        );
        assert_eq!(
            order(&View {
                order: Order::Worst,
                ..flat.clone()
            }),
            [1, 2, 0, 3]
        );
        assert_eq!(
            order(&View {
                brush: Some((5_000_000, 20_000_000)),
                ..flat.clone()
            }),
            [1, 2]
        );
        assert_eq!(
            order(&View {
                filter: "out:failed".to_owned(),
                ..flat
            }),
            [1]
        );
    }

    #[test]
    fn keys_step_through_the_list_and_over_what_did_not_fail() {
        let case = two_servers();
        let items = arrange(&case, &View::default()).items;
        let step = |selected, is_back, only_failures| {
            neighbour(
                &case,
                &items,
                selected,
                Step {
                    is_back,
                    only_failures,
                },
            )
        };
        assert_eq!(step(None, false, false), Some(1));
        assert_eq!(step(Some(3), false, false), Some(0));
        assert_eq!(step(Some(2), false, false), None);
        assert_eq!(step(Some(2), true, true), Some(1));
        assert_eq!(step(None, true, false), Some(2));
    }
}
