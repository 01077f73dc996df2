//! Chance from a seed: the same seed gives the same world on every machine.

use crate::time::Nanos;

/// A stream of numbers by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed; any number will do.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    #[must_use]
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both possible.
    #[must_use]
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low.saturating_add(self.roll().checked_rem(span).unwrap_or_default())
    }

    /// A small count or length from `low` to `high`.
    #[must_use]
    pub fn size(&mut self, low: usize, high: usize) -> usize {
        usize::try_from(self.between(low as u64, high as u64)).unwrap_or(low)
    }

    /// True in so many of a hundred cases.
    #[must_use]
    pub fn chance(&mut self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of these, each as likely.
    #[must_use]
    #[cfg_attr(
        not(test),
        expect(
            clippy::indexing_slicing,
            reason = "an array of something, and an index below its length"
        )
    )]
    pub fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        const { assert!(N > 0, "nothing to choose from") };
        choices[self.size(0, N - 1)]
    }

    /// A time between two, in microseconds.
    #[must_use]
    pub fn micros(&mut self, low: u64, high: u64) -> Nanos {
        Nanos::from_micros(i64::try_from(self.between(low, high)).unwrap_or(i64::MAX))
    }

    /// A time between two, in milliseconds, to the microsecond.
    #[must_use]
    pub fn millis(&mut self, low: u64, high: u64) -> Nanos {
        self.micros(low.saturating_mul(1_000), high.saturating_mul(1_000))
    }

    /// A time between two, in microseconds, each order of magnitude as likely.
    #[must_use]
    pub fn any_magnitude(&mut self, low: u64, high: u64) -> Nanos {
        let mut floor = low;
        let mut floors = Vec::new();
        while floor < high {
            floors.push(floor);
            floor = floor.saturating_mul(2).max(1);
        }
        let index = self.size(0, floors.len().saturating_sub(1));
        let floor = floors.get(index).copied().unwrap_or(low);
        self.micros(floor, floor.saturating_mul(2).min(high))
    }

    /// So many bytes of anything, as what is encrypted looks.
    #[must_use]
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count.saturating_add(8));
        while bytes.len() < count {
            bytes.extend(self.roll().to_be_bytes());
        }
        bytes.truncate(count);
        bytes
    }
}
