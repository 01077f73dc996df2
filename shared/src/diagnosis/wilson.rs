//! How far a failure rate can be trusted: the Wilson score interval.
//!
//! E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
//! American Statistical Association 22 (1927). Unlike the textbook interval it says something sensible
//! for few attempts and for none or all of them failed.

/// Standard normal quantile for 95 % on two sides.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of the rate at which `failures` of `attempts` failed, rounded to six decimals.
/// Without attempts it is everything: 0 to 1.
#[must_use]
pub fn wilson95(failures: u64, attempts: u64) -> [f64; 2] {
    if attempts == 0 {
        return [0.0, 1.0];
    }
    let (n, z2) = (attempts as f64, Z * Z);
    let p = failures.min(attempts) as f64 / n;
    let centre = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    [
        round((centre - half) / scale),
        round((centre + half) / scale),
    ]
}

/// `failures` per attempt, rounded to six decimals; 0 without attempts.
#[must_use]
pub fn rate(failures: u64, attempts: u64) -> f64 {
    if attempts == 0 {
        return 0.0;
    }
    round(failures as f64 / attempts as f64)
}

/// Six decimals, within 0 to 1, never a negative zero: the same text on every platform.
fn round(value: f64) -> f64 {
    ((value * 1e6).round() / 1e6).clamp(0.0, 1.0) + 0.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::wilson95;

    #[test]
    fn known_intervals() {
        // Found by bisecting the score equation (p - p0)^2 = z^2 p0 (1 - p0) / n for p0.
        for (failures, attempts, low, high) in [
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (31, 80, 0.288_246, 0.497_063),
            (1, 100, 0.001_767, 0.054_486),
            (0, 0, 0.0, 1.0),
        ] {
            let [got_low, got_high] = wilson95(failures, attempts);
            assert!(
                (got_low - low).abs() < 2e-6,
                "{failures}/{attempts}: {got_low} is not {low}"
            );
            assert!(
                (got_high - high).abs() < 2e-6,
                "{failures}/{attempts}: {got_high} is not {high}"
            );
        }
    }

    proptest! {
        #[test]
        fn holds_the_rate_and_stays_within_bounds(attempts in 1_u64..1_000_000_000, part in 0.0..=1.0) {
            let failures = (attempts as f64 * part) as u64;
            let [low, high] = wilson95(failures, attempts);
            let rate = failures as f64 / attempts as f64;
            prop_assert!(0.0 <= low && low <= rate + 1e-6 && rate <= high + 1e-6 && high <= 1.0);
        }
    }
}
