//! Two kinds of attempts compared: does the difference between them go with failing?

/// How many of one kind failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Odds {
    /// Attempts.
    pub attempts: u32,
    /// Failures among them.
    pub failures: u32,
}

/// Two arms of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arms {
    /// The arm of the case.
    pub own: Odds,
    /// The other arm.
    pub other: Odds,
}

impl Odds {
    /// Counts one attempt.
    pub const fn count(&mut self, is_failure: bool) {
        self.attempts = self.attempts.saturating_add(1);
        if is_failure {
            self.failures = self.failures.saturating_add(1);
        }
    }

    /// Counts others.
    pub(super) const fn add(&mut self, others: Self) {
        self.attempts = self.attempts.saturating_add(others.attempts);
        self.failures = self.failures.saturating_add(others.failures);
    }
}

impl Arms {
    /// Chance does not explain the difference: one in twenty, the field's usual bound.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        const ONE_IN_TWENTY: f64 = 0.05 + 1e-9;
        self.chance() <= ONE_IN_TWENTY
    }

    /// The probability that a split at least as lopsided as this one comes about by chance (Fisher's exact test,
    /// one-sided: failing goes with the own arm).
    #[must_use]
    pub fn chance(&self) -> f64 {
        let (own, other) = (self.own.attempts, self.other.attempts);
        let failures = self.own.failures + self.other.failures;
        let all = own + other;
        if failures == 0 || own == 0 || other == 0 {
            return 1.0;
        }
        let most = failures.min(own);
        (self.own.failures..=most)
            .map(|inside| {
                let outside = failures - inside;
                if outside > other {
                    return 0.0;
                }
                (choose(own, inside) + choose(other, outside) - choose(all, failures)).exp()
            })
            .sum::<f64>()
            .min(1.0)
    }
}

/// Natural logarithm of the number of ways to choose.
fn choose(all: u32, some: u32) -> f64 {
    factorial(all) - factorial(some) - factorial(all.saturating_sub(some))
}

/// Natural logarithm of a factorial: exact sums while small, Stirling's series beyond.
fn factorial(of: u32) -> f64 {
    const EXACT: u32 = 64;
    if of < EXACT {
        return (2..=of).map(|factor| f64::from(factor).ln()).sum();
    }
    let x = f64::from(of);
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + 1.0 / (12.0 * x)
}

#[cfg(test)]
mod tests {
    use super::{Arms, Odds};

    #[test]
    fn fishers_tea_tasting() {
        // Fisher 1935: three of four right by chance has probability 17/70.
        let odds = |failures| Odds {
            attempts: 4,
            failures,
        };
        let arms = Arms {
            own: odds(3),
            other: odds(1),
        };
        assert!((arms.chance() - 17.0 / 70.0).abs() < 1e-12);
    }

    #[test]
    fn large_counts_stay_probabilities() {
        let arms = Arms {
            own: Odds {
                attempts: 40_000,
                failures: 3_000,
            },
            other: Odds {
                attempts: 200_000,
                failures: 14_000,
            },
        };
        let chance = arms.chance();
        assert!(chance > 0.0 && chance < 0.01, "{chance}");
    }

    #[test]
    fn an_empty_arm_shows_nothing() {
        let mut arms = Arms::default();
        arms.own.count(true);
        assert!((arms.chance() - 1.0).abs() < f64::EPSILON);
    }
}
