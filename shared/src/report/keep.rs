//! Which attempts a bounded report keeps in full: the worst, and a fair sample of all.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::time::Nanos;

/// How many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// At most this many: three quarters for the worst, one for a fair sample of the others.
    Bounded(usize),
    /// Every one.
    All,
}

impl Keep {
    /// What a report holds unless asked otherwise.
    pub const DEFAULT: Self = Self::Bounded(2000);
}

/// How bad one is: failures before stalls before the merely slow, longest waits first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Badness {
    /// It failed.
    pub is_failure: bool,
    /// Something stalled.
    pub is_stalled: bool,
    /// Its longest wait.
    pub longest_wait: Option<Nanos>,
}

/// What was kept so far. Which ones depends on what was offered, not on the order of offering.
#[derive(Debug)]
pub struct Kept<T> {
    keep: Keep,
    offered: u64,
    all: Vec<T>,
    worst: BTreeMap<(Badness, Reverse<u64>), T>,
    sample: BTreeMap<(u64, u64), T>,
}

impl<T> Kept<T> {
    /// Nothing yet.
    #[must_use]
    pub const fn new(keep: Keep) -> Self {
        Self {
            keep,
            offered: 0,
            all: Vec::new(),
            worst: BTreeMap::new(),
            sample: BTreeMap::new(),
        }
    }

    /// Offers one; `make` is only called when it is kept, for the time being at least.
    ///
    /// `rank` tells equals apart and draws the sample: it must differ from one to the next.
    pub fn offer(&mut self, badness: Badness, rank: u64, make: impl FnOnce() -> T) {
        self.offered += 1;
        let Keep::Bounded(most) = self.keep else {
            self.all.push(make());
            return;
        };
        let for_sample = most / 4;
        let for_worst = most - for_sample;
        let key = (badness, Reverse(rank));
        let pushed_out = if self.worst.len() < for_worst {
            self.worst.insert(key, make());
            return;
        } else if self
            .worst
            .first_key_value()
            .is_some_and(|(least, _)| *least < key)
        {
            self.worst.insert(key, make());
            self.worst
                .pop_first()
                .map(|((_, Reverse(rank)), least_bad)| (rank, least_bad))
        } else {
            let drawn = (scatter(rank), rank);
            let is_drawn = self.sample.len() < for_sample
                || self
                    .sample
                    .last_key_value()
                    .is_some_and(|(last, _)| drawn < *last);
            is_drawn.then(|| (rank, make()))
        };
        if let Some((rank, item)) = pushed_out {
            self.sample.insert((scatter(rank), rank), item);
            if self.sample.len() > for_sample {
                self.sample.pop_last();
            }
        }
    }

    /// How many were offered and not kept.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        let kept = self.all.len() + self.worst.len() + self.sample.len();
        self.offered.saturating_sub(kept as u64)
    }

    /// Takes what is kept, in no order of meaning.
    pub fn take(&mut self) -> Vec<T> {
        let mut taken = std::mem::take(&mut self.all);
        taken.extend(std::mem::take(&mut self.worst).into_values());
        taken.extend(std::mem::take(&mut self.sample).into_values());
        taken
    }
}

/// A fixed bijection without pattern (the finalizer of splitmix64): the smallest images are a fair draw,
/// and the same one in every run.
const fn scatter(rank: u64) -> u64 {
    let mut x = rank.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn wait(millis: i64, is_failure: bool) -> Badness {
        Badness {
            is_failure,
            is_stalled: false,
            longest_wait: Some(Nanos::from_millis(millis)),
        }
    }

    #[test]
    fn the_worst_are_kept_and_a_sample_beside_them() {
        let mut kept = Kept::new(Keep::Bounded(8));
        for rank in 0..1000 {
            kept.offer(wait(rank % 100, rank == 500), rank as u64, || rank);
        }
        assert_eq!(kept.left_out(), 992);
        let mut ranks = kept.take();
        assert!(ranks.contains(&500), "the one failure");
        ranks.retain(|rank| rank % 100 != 99 && *rank != 500);
        assert_eq!(ranks.len(), 2, "a sample of the others: {ranks:?}");
    }

    proptest! {
        #[test]
        fn what_is_kept_does_not_depend_on_the_order(
            mut offers in proptest::collection::vec((0..50i64, any::<bool>()), 0..200),
            seed in any::<u64>(),
        ) {
            let keep = |offers: &[(usize, (i64, bool))]| {
                let mut kept = Kept::new(Keep::Bounded(12));
                for (rank, (millis, failed)) in offers {
                    kept.offer(wait(*millis, *failed), *rank as u64, || *rank);
                }
                let mut taken = kept.take();
                taken.sort_unstable();
                taken
            };
            offers.truncate(199);
            let in_order: Vec<_> = offers.into_iter().enumerate().collect();
            let mut shuffled = in_order.clone();
            shuffled.sort_by_key(|(rank, _)| scatter(*rank as u64 ^ seed));
            prop_assert_eq!(keep(&in_order), keep(&shuffled));
        }
    }
}
