//! Whether the client sends in step with a period (M15), as a process under CPU bandwidth control does.

use super::packets::{Packets, has_new_data};
use crate::ids::Stamp;
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// Fewer times say nothing: of ten random ones, Rayleigh's test (p about `exp(-n R²)`) still finds
/// R above 0.55 in one of twenty.
const FEWEST: u32 = 10;

/// One unit of length on the circle, so that sums are integers and do not depend on their order.
const UNIT: i64 = 1_000_000;

/// Times on the circle of one period, as the sum of their directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Circle {
    count: u32,
    east: i64,
    north: i64,
    ends: Option<(Stamp, Stamp)>,
}

impl Circle {
    /// The period of Linux's CPU bandwidth control, unless changed (`cpu.max`, `cfs_period_us`).
    pub const PERIOD: Nanos = Nanos::from_millis(100);

    /// Adds a time.
    pub fn add(&mut self, stamp: Stamp) {
        let (east, north) = direction(stamp.at);
        self.merge(&Self {
            count: 1,
            east,
            north,
            ends: Some((stamp, stamp)),
        });
    }

    /// Adds the times of another circle: those of the same client's other connections.
    pub fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.east = self.east.saturating_add(other.east);
        self.north = self.north.saturating_add(other.north);
        self.ends = match (self.ends, other.ends) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (own, theirs) => own.or(theirs),
        };
    }

    /// How many times.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The first and the last packet.
    #[must_use]
    pub const fn ends(&self) -> Option<(Stamp, Stamp)> {
        self.ends
    }

    /// The mean resultant length (Rayleigh's R) in thousandths: 1000 when all times share one phase;
    /// `None` of too few times.
    #[must_use]
    pub fn resultant_permille(&self) -> Option<u16> {
        if self.count < FEWEST {
            return None;
        }
        let (east, north) = (self.east as f64, self.north as f64);
        let length = (east * east + north * north).sqrt();
        let whole = UNIT as f64 * f64::from(self.count);
        Some((length * 1_000.0 / whole).round() as u16)
    }
}

/// The times of the client's new payload.
pub(super) fn sending(packets: &Packets<'_>, client: Side) -> Circle {
    let mut circle = Circle::default();
    for entry in packets.iter() {
        if entry.side() == client && has_new_data(entry) {
            circle.add(entry.stamp());
        }
    }
    circle
}

/// The unit vector of a time's phase, in [`UNIT`]s.
///
/// By a polynomial of our own: the sine of a platform's library may differ from another's in the last
/// bit, and a report must not.
fn direction(at: Timestamp) -> (i64, i64) {
    let quarter = Circle::PERIOD.get() / 4;
    let phase = at.nanos().rem_euclid(Circle::PERIOD.get());
    let angle = (phase % quarter) as f64 / quarter as f64 * std::f64::consts::FRAC_PI_2;
    let rise = (sine(angle) * UNIT as f64).round() as i64;
    let run = (sine(std::f64::consts::FRAC_PI_2 - angle) * UNIT as f64).round() as i64;
    match phase / quarter {
        0 => (run, rise),
        1 => (-rise, run),
        2 => (-run, -rise),
        _ => (rise, -run),
    }
}

/// Of an angle in the first quarter, to a millionth (Taylor's series to the eleventh power).
fn sine(angle: f64) -> f64 {
    let square = angle * angle;
    let mut term = angle;
    let mut sum = angle;
    for divisor in [6.0, 20.0, 42.0, 72.0, 110.0] {
        term *= -square / divisor;
        sum += term;
    }
    sum
}
