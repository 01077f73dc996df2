//! From time to pixels and back: linear, linear with a break, logarithmic.

/// A stretch of time laid out over a width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    kind: Kind,
    from: f64,
    to: f64,
    width: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Linear,
    /// Up to `knee` linear over most of the width; what is beyond is squeezed into the rest.
    Broken {
        knee: f64,
    },
    Log,
}

/// A line of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where it stands.
    pub(crate) x: f64,
    /// What it stands for, nanoseconds.
    pub(crate) ns: i64,
}

/// Share of the width in front of the break.
const BEFORE_BREAK: f64 = 0.8;

/// A logarithmic scale begins here: below it nothing of a network is seen.
const LOG_FROM_NS: f64 = 10_000.0;

impl Scale {
    /// Linear.
    pub(crate) fn linear(from: i64, to: i64, width: f64) -> Self {
        Self::new(Kind::Linear, from, to, width)
    }

    /// Linear up to the knee, squeezed beyond; just linear where the knee leaves little to squeeze.
    pub(crate) fn broken(from: i64, knee: i64, to: i64, width: f64) -> Self {
        let (start, bend, end) = (from as f64, knee as f64, to as f64);
        if bend <= start || end - start < (bend - start) * 2.0 {
            return Self::linear(from, to, width);
        }
        Self::new(Kind::Broken { knee: bend }, from, to, width)
    }

    /// Logarithmic from ten microseconds on.
    pub(crate) fn log(to: i64, width: f64) -> Self {
        let to = (to as f64).max(LOG_FROM_NS * 10.0);
        Self {
            kind: Kind::Log,
            from: LOG_FROM_NS,
            to,
            width,
        }
    }

    fn new(kind: Kind, from: i64, to: i64, width: f64) -> Self {
        let from = from as f64;
        Self {
            kind,
            from,
            to: (to as f64).max(from + 1.0),
            width: width.max(1.0),
        }
    }

    /// The width over which it is laid out.
    pub(crate) const fn width(&self) -> f64 {
        self.width
    }

    /// Where a time stands; times outside stand outside.
    pub(crate) fn x(&self, ns: i64) -> f64 {
        let ns = ns as f64;
        let share = match self.kind {
            Kind::Linear => (ns - self.from) / (self.to - self.from),
            Kind::Broken { knee } if ns <= knee => {
                (ns - self.from) / (knee - self.from) * BEFORE_BREAK
            }
            Kind::Broken { knee } => {
                BEFORE_BREAK + (ns - knee) / (self.to - knee) * (1.0 - BEFORE_BREAK)
            }
            Kind::Log => (ns.max(self.from) / self.from).ln() / (self.to / self.from).ln(),
        };
        share * self.width
    }

    /// The time that stands there, nanoseconds.
    pub(crate) fn ns(&self, x: f64) -> i64 {
        let share = x / self.width;
        let ns = match self.kind {
            Kind::Linear => self.from + share * (self.to - self.from),
            Kind::Broken { knee } if share <= BEFORE_BREAK => {
                self.from + share / BEFORE_BREAK * (knee - self.from)
            }
            Kind::Broken { knee } => {
                knee + (share - BEFORE_BREAK) / (1.0 - BEFORE_BREAK) * (self.to - knee)
            }
            Kind::Log => self.from * (self.to / self.from).powf(share),
        };
        whole(ns)
    }

    /// Where the break is, if there is one.
    pub(crate) fn break_x(&self) -> Option<f64> {
        matches!(self.kind, Kind::Broken { .. }).then_some(self.width * BEFORE_BREAK)
    }

    /// Lines of the grid, at most about this many, at round times.
    pub(crate) fn ticks(&self, most: usize) -> Vec<Tick> {
        let tick = |ns: f64| Tick {
            x: self.x(whole(ns)),
            ns: whole(ns),
        };
        match self.kind {
            Kind::Linear => steps(self.from, self.to, most)
                .into_iter()
                .map(tick)
                .collect(),
            Kind::Broken { knee } => {
                let mut ticks: Vec<Tick> =
                    steps(self.from, knee, most).into_iter().map(tick).collect();
                ticks.push(tick(self.to));
                ticks
            }
            Kind::Log => {
                let mut ticks = Vec::new();
                let mut decade = self.from;
                while decade <= self.to * 1.001 {
                    ticks.push(tick(decade));
                    decade *= 10.0;
                }
                ticks
            }
        }
    }
}

/// Round times between two, 1-2-5 apart.
fn steps(from: f64, to: f64, most: usize) -> Vec<f64> {
    let rough = (to - from) / most.max(1) as f64;
    if rough <= 0.0 || !rough.is_finite() {
        return Vec::new();
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(power * 10.0)
        .max(1.0);
    let mut at = (from / step).ceil() * step;
    let mut found = Vec::new();
    while at <= to && found.len() <= most + 1 {
        found.push(at);
        at += step;
    }
    found
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast from float saturates; nobody zooms to 292 years"
)]
fn whole(ns: f64) -> i64 {
    ns.round() as i64
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn there_and_back_is_the_same_time() {
        let scales = [
            Scale::linear(0, 1_000_000, 500.0),
            Scale::broken(0, 100_000_000, 10_000_000_000, 500.0),
            Scale::log(10_000_000_000, 500.0),
        ];
        for scale in scales {
            for ns in [50_000_i64, 700_000, 99_000_000, 5_000_000_000] {
                let back = scale.ns(scale.x(ns));
                assert!(
                    (back - ns).abs() <= 1 + ns / 1_000_000,
                    "{scale:?} {ns} {back}"
                );
            }
        }
    }

    #[test]
    fn a_break_is_only_made_where_it_gains_something() {
        assert_eq!(
            Scale::broken(0, 900, 1000, 100.0),
            Scale::linear(0, 1000, 100.0)
        );
        let broken = Scale::broken(0, 100, 10_000, 100.0);
        assert_eq!(broken.break_x(), Some(80.0));
        assert!((broken.x(100) - 80.0).abs() < 1e-9);
        assert!((broken.x(10_000) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn lines_of_the_grid_are_round_and_few() {
        let ticks = Scale::linear(0, 7_300_000, 700.0).ticks(8);
        let at: Vec<i64> = ticks.iter().map(|tick| tick.ns).collect();
        assert_eq!(
            at,
            [
                0, 1_000_000, 2_000_000, 3_000_000, 4_000_000, 5_000_000, 6_000_000, 7_000_000
            ]
        );
        assert_eq!(
            Scale::linear(5, 5, 100.0).ticks(8).len(),
            2,
            "an empty stretch ends"
        );
        let log = Scale::log(10_000_000_000, 600.0).ticks(9);
        assert_eq!(log.len(), 7);
    }
}
