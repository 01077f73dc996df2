//! The share of attempts that were done by each time. Those that never were keep the line below one.

/// Steps of the line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ecdf {
    /// Time and the share of all attempts that were done by then, rising.
    pub(crate) steps: Vec<(i64, f64)>,
    /// Share that never was done.
    pub(crate) never: f64,
}

/// Of attempts: the time that each took, `None` for those that never came to an end.
pub(crate) fn ecdf(times: impl Iterator<Item = Option<i64>>) -> Ecdf {
    let (mut done, mut all) = (Vec::new(), 0_usize);
    for time in times {
        all += 1;
        done.extend(time);
    }
    if all == 0 {
        return Ecdf::default();
    }
    done.sort_unstable();
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
        never: (all - done.len()) as f64 / all as f64,
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

#[cfg(test)]
mod tests {
    use super::{ecdf, percentile, thinned};

    #[test]
    fn the_end_of_the_line_shows_who_never_finished() {
        let found = ecdf([Some(5), None, Some(3), Some(5)].into_iter());
        assert_eq!(found.steps, [(3, 0.25), (5, 0.75)]);
        assert!((found.never - 0.25).abs() < 1e-9);
        assert!(ecdf(std::iter::empty()).steps.is_empty());
        assert!((ecdf([None].into_iter()).never - 1.0).abs() < 1e-9);
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
    }
}
