//! When enough is known of an address.

use std::net::SocketAddr;

use stallscope_shared::diagnosis::{Arms, Odds};

/// One address of one target, and how it went so far.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// The address.
    pub(crate) server: SocketAddr,
    /// Index of the target.
    pub(crate) task: usize,
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

/// What is known of each address. Addresses of one target are compared with each other (Fisher's exact test, corrected
/// for as many comparisons).
pub(crate) fn states(lanes: &[Lane]) -> Vec<State> {
    lanes.iter().map(|lane| state(lane, lanes)).collect()
}

fn state(lane: &Lane, lanes: &[Lane]) -> State {
    let own = lane.odds;
    if own.failures == 0 {
        return if own.attempts >= ENOUGH {
            State::Clean
        } else {
            State::Open
        };
    }
    let is_always = own.failures == own.attempts && own.attempts >= EVERY_TIME;
    if own.attempts >= ENOUGH || is_always {
        return State::Faulty;
    }
    let others = lanes
        .iter()
        .filter(|other| other.task == lane.task && other.server != lane.server);
    let mut arms = Arms {
        own,
        ..Arms::default()
    };
    for other in others {
        arms.other.attempts += other.odds.attempts;
        arms.other.failures += other.odds.failures;
    }
    let comparisons = lanes.iter().filter(|other| other.task == lane.task).count();
    let bound = 0.05 / comparisons.max(1) as f64;
    if own.failures >= FEW && arms.chance() <= bound {
        State::Faulty
    } else {
        State::Open
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{ENOUGH, Lane, State, states};
    use stallscope_shared::diagnosis::Odds;

    fn lanes(odds: &[(u32, u32)]) -> Vec<Lane> {
        (1..)
            .zip(odds)
            .map(|(last, (attempts, failures))| Lane {
                server: SocketAddr::from(([127, 0, 0, last], 443)),
                task: 0,
                begun: *attempts,
                odds: Odds {
                    attempts: *attempts,
                    failures: *failures,
                },
            })
            .collect()
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
            assert_eq!(states(&lanes(&odds)), expected, "{name}");
        }
    }
}
