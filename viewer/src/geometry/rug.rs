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
    let length = (to.saturating_sub(from) as f64).max(1.0);
    for (at, is_failure) in starts {
        let share = at.saturating_sub(from) as f64 / length;
        let index = ((share * count as f64) as usize).min(count.saturating_sub(1));
        if let Some(column) = columns
            .get_mut(index)
            .filter(|_| (0.0..=1.0).contains(&share))
        {
            if is_failure {
                column.failed += 1;
            } else {
                column.fine += 1;
            }
        }
    }
    columns
}

impl Column {
    /// Which of five classes its share of failures is in, 1 to 5; 0 without a failure, `None` without an attempt.
    pub(crate) fn class(self) -> Option<u8> {
        let all = self.fine + self.failed;
        if all == 0 {
            return None;
        }
        let share = f64::from(self.failed) / f64::from(all);
        Some(match share {
            share if share <= 0.0 => 0,
            share if share < 0.02 => 1,
            share if share < 0.1 => 2,
            share if share < 0.25 => 3,
            share if share < 0.6 => 4,
            _ => 5,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, columns};

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
