//! Which rows are shown, in which order, under which heads.

use std::rc::Rc;

use stallscope_shared::report::overview::{Overview, Row, Word};

use super::case::Case;
use super::view::{Group, Order, View};
use crate::filter::{Filter, Problem};
use crate::geometry::ecdf::quantile;

/// What of a case is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    /// The filter that chose them.
    pub(crate) filter: String,
    /// Indices of rows that pass the filter, whatever time is chosen, by start.
    pub(crate) matching: Rc<Vec<usize>>,
    /// Indices of rows that pass filter and time, by start.
    pub(crate) rows: Rc<Vec<usize>>,
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

/// Chooses and orders the rows of a case. Rows that pass a filter are not looked for again while it stays.
pub(crate) fn arrange(case: &Case, view: &View, earlier: Option<&Shown>) -> Shown {
    let overview = &case.overview;
    let (matching, problems) = match earlier {
        Some(shown) if shown.filter == view.filter => {
            (Rc::clone(&shown.matching), shown.problems.clone())
        }
        _ => {
            let filter = Filter::parse(&view.filter);
            let rows = overview.rows.iter().enumerate();
            let found = rows.filter(|(_, row)| filter.matches(overview, row));
            (
                Rc::new(found.map(|(index, _)| index).collect()),
                filter.problems,
            )
        }
    };
    let rows = match view.brush {
        None => Rc::clone(&matching),
        Some((from, to)) => {
            // Rows stand by start, so those of a stretch of time stand beside each other.
            let before = |index: &usize, at: i64| {
                overview
                    .rows
                    .get(*index)
                    .is_some_and(|row| row.started_ns < at)
            };
            let first = matching.partition_point(|index| before(index, from));
            let end = matching.partition_point(|index| before(index, to.saturating_add(1)));
            Rc::new(matching.get(first..end).unwrap_or_default().to_vec())
        }
    };
    let ordered = ordered(case, &rows, view.order);
    let items = match view.group {
        Group::Flat => ordered.iter().copied().map(Item::Row).collect(),
        Group::Address => grouped(overview, &ordered, |row| Some(row.server)),
        Group::Name => grouped(overview, &ordered, |row| row.name),
    };
    let (longest, usual) = match earlier {
        // Another order changes neither.
        Some(shown) if shown.rows == rows => (shown.longest, shown.usual),
        _ => reaches(case, &rows),
    };
    Shown {
        filter: view.filter.clone(),
        longest,
        usual,
        matching,
        rows,
        items,
        problems,
    }
}

/// How far the longest of the rows reaches, and how far nine of ten of them do at most.
fn reaches(case: &Case, rows: &[usize]) -> (i64, i64) {
    let reaches = rows
        .iter()
        .filter_map(|index| case.reckoned.reach.get(*index));
    let mut reaches: Vec<i64> = reaches.copied().collect();
    let longest = reaches.iter().copied().max().unwrap_or_default();
    (longest, quantile(&mut reaches, 90).unwrap_or_default())
}

/// Rows in an order; equals stay by start.
fn ordered(case: &Case, rows: &[usize], order: Order) -> Vec<usize> {
    let all = match order {
        Order::Start => return rows.to_vec(),
        Order::Worst => &case.reckoned.worst,
        Order::Longest => &case.reckoned.longest,
    };
    let all = all.iter().map(|index| *index as usize);
    if rows.len() == case.overview.rows.len() {
        return all.collect();
    }
    let mut is_in = vec![false; case.overview.rows.len()];
    for index in rows {
        if let Some(is_in) = is_in.get_mut(*index) {
            *is_in = true;
        }
    }
    all.filter(|index| is_in.get(*index).copied().unwrap_or_default())
        .collect()
}

/// Groups with most failures first, then by their first row; rows keep their order within.
fn grouped(overview: &Overview, rows: &[usize], key: fn(&Row) -> Option<Word>) -> Vec<Item> {
    let mut groups: Vec<(Option<Word>, Vec<usize>, usize)> = Vec::new();
    // Words are counted from 0, so a list finds a group as fast as can be; its first place is for none.
    let mut places: Vec<Option<usize>> = Vec::new();
    for index in rows {
        let Some(row) = overview.rows.get(*index) else {
            continue;
        };
        let word = key(row);
        let slot = word.map_or(0, |word| word as usize + 1);
        if places.len() <= slot {
            places.resize(slot + 1, None);
        }
        let place = places.get(slot).copied().flatten().unwrap_or_else(|| {
            groups.push((word, Vec::new(), 0));
            groups.len() - 1
        });
        if let Some(known) = places.get_mut(slot) {
            *known = Some(place);
        }
        if let Some((_, members, failures)) = groups.get_mut(place) {
            members.push(*index);
            *failures += usize::from(row.outcome.is_failure());
        }
    }
    let mut items = Vec::with_capacity(rows.len() + groups.len());
    for place in most_first(groups.iter().map(|(_, _, failures)| *failures)) {
        let Some((word, members, failures)) = groups.get(place) else {
            continue;
        };
        items.push(Item::Head {
            word: *word,
            count: members.len(),
            failures: *failures,
        });
        items.extend(members.iter().copied().map(Item::Row));
    }
    items
}

/// Places of counts, the largest first and equals in their order. Both are in one number, so that the page needs
/// no sorting of its own for them.
fn most_first(counts: impl Iterator<Item = usize>) -> impl Iterator<Item = usize> {
    const PLACE_BITS: u32 = 32;
    let keyed = counts.enumerate().map(|(place, count)| {
        let count = i64::try_from(count).unwrap_or(i64::MAX >> PLACE_BITS);
        place as i64 - (count << PLACE_BITS)
    });
    let mut keyed: Vec<i64> = keyed.collect();
    keyed.sort_unstable();
    let place = |key: i64| (key & ((1 << PLACE_BITS) - 1)) as usize;
    keyed.into_iter().map(place)
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
        let shown = arrange(&two_servers(), view, None);
        let rows = shown.items.iter().filter_map(|item| match item {
            Item::Row(index) => Some(*index),
            Item::Head { .. } => None,
        });
        rows.collect()
    }

    #[test]
    fn groups_with_failures_come_first() {
        let shown = arrange(&two_servers(), &View::default(), None);
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
        let items = arrange(&case, &View::default(), None).items;
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
