//! When enough is known of an address.

use std::net::SocketAddr;

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

/// What is known of each address. Addresses of one target are compared with each other (Fisher's exact test, corrected
/// for as many comparisons).
pub(crate) fn states(lanes: &[Lane]) -> Vec<State> {
    let mut states: Vec<State> = lanes.iter().map(|lane| state(lane, lanes)).collect();
    // Arms stay side by side: while one is undecided, all go on.
    let open: std::collections::BTreeSet<usize> = lanes
        .iter()
        .zip(&states)
        .filter(|(_, state)| **state == State::Open)
        .map(|(lane, _)| lane.group)
        .collect();
    for (lane, state) in lanes.iter().zip(&mut states) {
        if open.contains(&lane.group) {
            *state = State::Open;
        }
    }
    states
}

/// The arm differs from its base, or its base from it, by more than chance.
fn is_compared(lane: &Lane, lanes: &[Lane]) -> bool {
    let arms: Vec<&Lane> = lanes
        .iter()
        .filter(|other| other.group == lane.group)
        .collect();
    let bound = 0.05 / arms.len().max(1) as f64;
    let is_apart = |one: Odds, other: Odds| Arms { own: one, other }.chance() <= bound;
    arms.iter()
        .filter(|other| other.task != lane.task)
        .any(|other| is_apart(lane.odds, other.odds) || is_apart(other.odds, lane.odds))
}

fn state(lane: &Lane, lanes: &[Lane]) -> State {
    let own = lane.odds;
    if is_compared(lane, lanes) {
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
                group: usize::from(last),
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
            assert_eq!(states(&lanes), expected, "{name}");
        }
    }
}
