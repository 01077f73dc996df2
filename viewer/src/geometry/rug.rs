//! Attempts over wall-clock time, counted in columns: what is fine above the line, what failed below it.

/// One column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Column {
    /// Attempts that did not fail.
    pub(crate) fine: u32,
    /// Attempts that failed.
    pub(crate) failed: u32,
}

/// Counts attempts by their start into equal columns of the time from `from` to `to`.
pub(crate) fn columns(
    starts: impl Iterator<Item = (i64, bool)>,
    (from, to): (i64, i64),
    count: usize,
) -> Vec<Column> {
    let mut columns = vec![Column::default(); count];
    for (at, is_failure) in starts.filter(|(at, _)| (from..=to).contains(at)) {
        if let Some(column) = columns.get_mut(place(at, (from, to), count)) {
            if is_failure {
                column.failed += 1;
            } else {
                column.fine += 1;
            }
        }
    }
    columns
}

/// Which column a time is in.
fn place(at: i64, (from, to): (i64, i64), count: usize) -> usize {
    let length = (to.saturating_sub(from) as f64).max(1.0);
    let share = at.saturating_sub(from) as f64 / length;
    ((share * count as f64) as usize).min(count.saturating_sub(1))
}

/// The first and the last nanosecond of a column: what is counted in it began between them.
pub(crate) fn stretch(index: usize, (from, to): (i64, i64), count: usize) -> (i64, i64) {
    let length = to.saturating_sub(from) as f64;
    let first = |index: usize| {
        let near = from.saturating_add((length * (index as f64 / count as f64)) as i64);
        // Where columns meet is rounded in the other direction too, by some nanoseconds.
        let mut at = near.saturating_sub(ROUNDED).max(from);
        while at < to && place(at, (from, to), count) < index {
            at += 1;
        }
        at
    };
    let last = if index + 1 < count {
        first(index + 1).saturating_sub(1)
    } else {
        to
    };
    (first(index), last)
}

/// By how much a border between columns may be off: doubles tell nanoseconds of days exactly, and of years so.
const ROUNDED: i64 = 64;

/// Shares of failures at which the classes after the first begin.
pub(crate) const CLASSES: [f64; 4] = [0.02, 0.1, 0.25, 0.6];

impl Column {
    /// Which of five classes its share of failures is in, 1 to 5; 0 without a failure, `None` without an attempt.
    pub(crate) fn class(self) -> Option<u8> {
        let all = self.fine + self.failed;
        if all == 0 {
            return None;
        }
        let share = f64::from(self.failed) / f64::from(all);
        if self.failed == 0 {
            return Some(0);
        }
        let passed = CLASSES.iter().filter(|class| share >= **class).count();
        u8::try_from(1 + passed).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, columns, stretch};

    #[test]
    fn every_attempt_is_counted_once() {
        let starts = [(0, false), (49, true), (50, true), (100, false)];
        let found = columns(starts.into_iter(), (0, 100), 2);
        assert_eq!(
            found,
            [Column { fine: 1, failed: 1 }, Column { fine: 1, failed: 1 }]
        );
        assert_eq!(
            columns([(7, true)].into_iter(), (7, 7), 1),
            [Column { fine: 0, failed: 1 }]
        );
    }

    proptest::proptest! {
        #[test]
        fn a_columns_stretch_holds_what_is_counted_in_it(
            from in -1_000_000_000_000_i64..2_000_000_000_000_000_000,
            length in 0_i64..90_000_000_000_000_000,
            share in 0.0..=1.0_f64,
            count in 1_usize..60,
        ) {
            let time = (from, from + length);
            let start = (from + (length as f64 * share) as i64).min(time.1);
            let counted = columns([(start, true)].into_iter(), time, count);
            let index = counted.iter().position(|column| column.failed == 1).unwrap();
            // Borders are where rounding could tear apart what is counted from what is shown.
            for at in [start, stretch(index, time, count).0, stretch(index, time, count).1] {
                let counted = columns([(at, true)].into_iter(), time, count);
                let index = counted.iter().position(|column| column.failed == 1).unwrap();
                let (first, last) = stretch(index, time, count);
                proptest::prop_assert!((first..=last).contains(&at), "{at} in {first}..={last}");
            }
        }
    }

    #[test]
    fn classes_rise_with_the_share() {
        for (fine, failed, class) in [
            (0, 0, None),
            (9, 0, Some(0)),
            (99, 1, Some(1)),
            (9, 1, Some(3)),
            (0, 4, Some(5)),
        ] {
            assert_eq!(Column { fine, failed }.class(), class, "{fine} {failed}");
        }
    }
}
