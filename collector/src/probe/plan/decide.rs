//! When enough is known of an address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;

use stallscope_shared::diagnosis::{Arms, Odds};

/// One address of one target, and how it went so far.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// The address.
    pub(crate) server: SocketAddr,
    /// Index of the task: target and arm.
    pub(crate) task: usize,
    /// The address's number: its arms follow each other.
    pub(crate) group: usize,
    /// Attempts that were begun.
    pub(crate) begun: u32,
    /// Attempts that are over, and failures among them.
    pub(crate) odds: Odds,
}

/// What is known of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// More attempts would tell more.
    Open,
    /// It has no fault of 5 % or more, with 95 % confidence.
    Clean,
    /// It fails, and the numbers say what they can.
    Faulty,
}

/// So many attempts show a fault of 5 % at least once with a probability of 95 %: ln 0.05 / ln (1 - 0.05).
pub(crate) const ENOUGH: u32 = 59;

/// An address that fails every time needs no more: five in a row are one in 32 even for one that fails half the time.
const EVERY_TIME: u32 = 5;

/// Failures below which a comparison rests on too little.
const FEW: u32 = 3;

/// How every address stands. What is kept up to date is what one attempt changes: with thousands of addresses, asking
/// each of them about all others would take longer than the attempts.
#[derive(Debug)]
pub(crate) struct Standings {
    /// The arms of an address follow each other.
    lanes: Vec<Lane>,
    /// Lanes of every address.
    arms: usize,
    /// By task: all of its attempts.
    tasks: BTreeMap<usize, Task>,
}

/// All attempts of one task.
#[derive(Clone, Copy, Debug, Default)]
struct Task {
    odds: Odds,
    /// Addresses at which they were made.
    addresses: u32,
}

impl Standings {
    /// Of these lanes, so many of which belong to each address.
    pub(crate) fn new(lanes: Vec<Lane>, arms: usize) -> Self {
        let mut tasks: BTreeMap<usize, Task> = BTreeMap::new();
        for lane in &lanes {
            let task = tasks.entry(lane.task).or_default();
            task.addresses += 1;
            task.odds.attempts += lane.odds.attempts;
            task.odds.failures += lane.odds.failures;
        }
        Self {
            lanes,
            arms: arms.max(1),
            tasks,
        }
    }

    /// All lanes.
    pub(crate) fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// An attempt was begun.
    pub(crate) fn begin(&mut self, index: usize) -> Option<&Lane> {
        let lane = self.lanes.get_mut(index)?;
        lane.begun += 1;
        Some(lane)
    }

    /// An attempt is over.
    pub(crate) fn count(&mut self, index: usize, has_failed: bool) {
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.odds.count(has_failed);
            self.tasks
                .entry(lane.task)
                .or_default()
                .odds
                .count(has_failed);
        }
    }

    /// The lanes of the address that a lane is of.
    pub(crate) fn arms_beside(&self, index: usize) -> Range<usize> {
        let first = index - index % self.arms;
        first..(first + self.arms).min(self.lanes.len())
    }

    /// More attempts would tell more of the address that a lane is of. Arms stay side by side: while one is undecided, all
    /// go on.
    pub(crate) fn is_open(&self, index: usize) -> bool {
        let arms = self.lanes.get(self.arms_beside(index)).unwrap_or_default();
        arms.iter()
            .any(|lane| self.state(lane, arms) == State::Open)
    }

    /// What is known of the address, in the arm that a lane is.
    pub(crate) fn of(&self, index: usize) -> State {
        let arms = self.lanes.get(self.arms_beside(index)).unwrap_or_default();
        match self.lanes.get(index) {
            Some(lane) if !self.is_open(index) => self.state(lane, arms),
            _ => State::Open,
        }
    }

    /// What is known of one lane; addresses of one target are compared with each other (Fisher's exact test, corrected for
    /// as many comparisons).
    fn state(&self, lane: &Lane, arms: &[Lane]) -> State {
        let own = lane.odds;
        if is_compared(lane, arms) {
            return if own.failures == 0 {
                State::Clean
            } else {
                State::Faulty
            };
        }
        if own.failures == 0 {
            return if own.attempts >= ENOUGH {
                State::Clean
            } else {
                State::Open
            };
        }
        let is_always = own.failures == own.attempts && own.attempts >= EVERY_TIME;
        if own.attempts >= ENOUGH || is_always || self.stands_out(lane) {
            return State::Faulty;
        }
        State::Open
    }

    /// It fails more often than the other addresses of its task do, by more than chance.
    fn stands_out(&self, lane: &Lane) -> bool {
        let task = self.tasks.get(&lane.task).copied().unwrap_or_default();
        let own = lane.odds;
        let other = Odds {
            attempts: task.odds.attempts.saturating_sub(own.attempts),
            failures: task.odds.failures.saturating_sub(own.failures),
        };
        let bound = 0.05 / f64::from(task.addresses.max(1));
        own.failures >= FEW && Arms { own, other }.chance() <= bound
    }
}

/// The arm differs from another at its address by more than chance.
fn is_compared(lane: &Lane, arms: &[Lane]) -> bool {
    let bound = 0.05 / arms.len().max(1) as f64;
    let is_apart = |one: Odds, other: Odds| Arms { own: one, other }.chance() <= bound;
    arms.iter()
        .filter(|other| other.task != lane.task)
        .any(|other| is_apart(lane.odds, other.odds) || is_apart(other.odds, lane.odds))
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{ENOUGH, Lane, Standings, State};
    use stallscope_shared::diagnosis::Odds;

    fn lanes(odds: &[(u32, u32)]) -> Vec<Lane> {
        (1..)
            .zip(odds)
            .map(|(last, (attempts, failures))| Lane {
                server: SocketAddr::from(([127, 0, 0, last], 443)),
                task: 0,
                group: usize::from(last) - 1,
                begun: *attempts,
                odds: Odds {
                    attempts: *attempts,
                    failures: *failures,
                },
            })
            .collect()
    }

    fn states(lanes: Vec<Lane>, arms: usize) -> Vec<State> {
        let count = lanes.len();
        let standings = Standings::new(lanes, arms);
        (0..count).map(|index| standings.of(index)).collect()
    }

    #[test]
    fn an_address_is_decided_when_the_numbers_say_so() {
        // 59 is the least number for which 0.95^n <= 0.05.
        let misses = |n: u32| 0.95_f64.powi(i32::try_from(n).unwrap());
        assert!(misses(ENOUGH) <= 0.05 && misses(ENOUGH - 1) > 0.05);
        let cases = [
            ("a clean one", vec![(59, 0)], vec![State::Clean]),
            ("too few", vec![(58, 0)], vec![State::Open]),
            ("always failing", vec![(5, 5)], vec![State::Faulty]),
            ("four in a row", vec![(4, 4)], vec![State::Open]),
            ("one of twenty, alone", vec![(20, 1)], vec![State::Open]),
            (
                "beside clean ones",
                vec![(30, 4), (30, 0), (30, 0)],
                vec![State::Faulty, State::Open, State::Open],
            ),
            (
                "as often as the others",
                vec![(30, 4), (30, 4)],
                vec![State::Open, State::Open],
            ),
        ];
        for (name, odds, expected) in cases {
            assert_eq!(states(lanes(&odds), 1), expected, "{name}");
        }
    }

    #[test]
    fn arms_of_an_address_are_decided_together() {
        let cases = [
            (
                "one always fails, one never",
                vec![(5, 5), (5, 0)],
                [State::Faulty, State::Clean],
            ),
            ("too early", vec![(3, 3), (3, 0)], [State::Open; 2]),
            (
                "one is decided alone",
                vec![(5, 5), (5, 2)],
                [State::Open; 2],
            ),
            ("both always fail", vec![(5, 5), (5, 5)], [State::Faulty; 2]),
        ];
        for (name, odds, expected) in cases {
            let mut lanes = lanes(&odds);
            for (index, lane) in lanes.iter_mut().enumerate() {
                lane.server = SocketAddr::from(([127, 0, 0, 1], 443));
                (lane.task, lane.group) = (index, 0);
            }
            assert_eq!(states(lanes, 2), expected, "{name}");
        }
    }

    #[test]
    fn what_is_counted_one_by_one_is_what_it_would_be_at_once() {
        let odds = [(30, 4), (30, 0), (59, 0), (5, 5)];
        let mut standings = Standings::new(lanes(&[(0, 0); 4]), 1);
        for (index, (attempts, failures)) in odds.into_iter().enumerate() {
            for attempt in 0..attempts {
                standings.count(index, attempt < failures);
            }
        }
        let counted: Vec<State> = (0..odds.len()).map(|index| standings.of(index)).collect();
        assert_eq!(counted, states(lanes(&odds), 1));
        // One that always failed is open again once it does not.
        assert!(!standings.is_open(3));
        standings.count(1, true);
        standings.count(3, false);
        assert_eq!(standings.of(3), State::Faulty, "it still stands out");
    }

    /// All addresses of a sweep: a look at every address for each attempt would never end here.
    #[test]
    fn a_sweep_is_decided_in_a_time_that_grows_with_its_attempts() {
        const ADDRESSES: u32 = 65_536;
        let lane = |index: u32| Lane {
            server: SocketAddr::from((std::net::Ipv4Addr::from_bits(index), 443)),
            task: 0,
            group: index as usize,
            begun: 0,
            odds: Odds::default(),
        };
        let mut standings = Standings::new((0..ADDRESSES).map(lane).collect(), 1);
        for _round in 0..5 {
            for index in 0..ADDRESSES as usize {
                standings.count(index, index % 100 == 0);
                assert_eq!(standings.lanes()[index].group, index);
                standings.is_open(index);
            }
        }
        let faulty = (0..ADDRESSES as usize).filter(|index| standings.of(*index) == State::Faulty);
        assert_eq!(faulty.count(), ADDRESSES.div_ceil(100) as usize);
    }
}
