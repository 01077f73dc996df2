//! The share of attempts that were done by each time. Those that never were keep the line below one.

/// Steps of the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ecdf {
    /// Time and the share of all attempts that were done by then, rising.
    pub(crate) steps: Vec<(i64, f64)>,
    /// Share that never was done.
    pub(crate) never: f64,
}

/// Of so many attempts: the times that those took which came to an end, in rising order.
pub(crate) fn ecdf(done: &[i64], all: usize) -> Ecdf {
    if all == 0 {
        return Ecdf::default();
    }
    let mut steps: Vec<(i64, f64)> = Vec::new();
    for (index, time) in done.iter().enumerate() {
        let share = (index + 1) as f64 / all as f64;
        match steps.last_mut() {
            Some(last) if last.0 == *time => last.1 = share,
            _ => steps.push((*time, share)),
        }
    }
    Ecdf {
        steps,
        never: all.saturating_sub(done.len()) as f64 / all as f64,
    }
}

/// At most this many steps, spread over all of them: a line of 160 pixels has no more.
pub(crate) fn thinned(steps: &[(i64, f64)], most: usize) -> Vec<(i64, f64)> {
    if steps.len() <= most || most < 2 {
        return steps.to_vec();
    }
    let last = steps.len() - 1;
    (0..most)
        .filter_map(|index| steps.get(index * last / (most - 1)).copied())
        .collect()
}

/// Nearest-rank percentile, as the report's: a value that occurred.
pub(crate) fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// The same of values in any order, which it changes.
pub(crate) fn quantile(values: &mut [i64], percent: usize) -> Option<i64> {
    let rank = (values.len() * percent).div_ceil(100).max(1);
    if rank > values.len() {
        return None;
    }
    let (_, value, _) = values.select_nth_unstable(rank - 1);
    Some(*value)
}

#[cfg(test)]
mod tests {
    use super::{ecdf, percentile, quantile, thinned};

    #[test]
    fn the_end_of_the_line_shows_who_never_finished() {
        let found = ecdf(&[3, 5, 5], 4);
        assert_eq!(found.steps, [(3, 0.25), (5, 0.75)]);
        assert!((found.never - 0.25).abs() < 1e-9);
        assert!(ecdf(&[], 0).steps.is_empty());
        assert!((ecdf(&[], 1).never - 1.0).abs() < 1e-9);
    }

    #[test]
    fn thinning_keeps_both_ends() {
        let steps: Vec<(i64, f64)> = (0..1000).map(|at| (at, at as f64)).collect();
        let few = thinned(&steps, 10);
        assert_eq!((few.len(), few[0].0, few[9].0), (10, 0, 999));
    }

    #[test]
    fn percentiles_occurred() {
        assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
        assert_eq!(percentile(&[], 50), None);
        for percent in [0, 10, 50, 90, 100] {
            let sorted = [1, 2, 3, 4, 7, 9];
            let mut mixed = [9, 1, 7, 3, 2, 4];
            assert_eq!(quantile(&mut mixed, percent), percentile(&sorted, percent));
        }
        assert_eq!(quantile(&mut [], 50), None);
    }
}
