//! When each attempt is due: a grid that is known before the first one begins, so that a slow server delays nobody's
//! place in it. On the grid, attempts at one address are an interval apart, also where several URLs lead there.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::time::Duration;

use super::decide::Lane;

/// Places of all lanes.
#[derive(Debug)]
pub(super) struct Schedule {
    interval: Duration,
    /// Between two attempts at one time, whatever the address.
    apart: Duration,
    /// Lanes of every group.
    arms: u32,
    /// By group.
    turns: Vec<Turn>,
    /// How many addresses there are.
    servers: u32,
}

/// Whose turn it is at an address.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// The address's rank among all.
    server: u32,
    /// The group's rank among those of this address: one for each URL that leads there.
    place: u32,
    /// How many these are.
    sharing: u32,
}

impl Schedule {
    /// Of these lanes, so many of which belong to each group.
    pub(super) fn new(
        lanes: &[Lane],
        arms: usize,
        (interval, apart): (Duration, Duration),
    ) -> Self {
        let servers = lanes.iter().step_by(arms.max(1)).map(|lane| lane.server);
        let mut known: BTreeMap<SocketAddr, (u32, u32)> = BTreeMap::new();
        let mut turns = Vec::new();
        for server in servers.clone() {
            let next = number(known.len());
            let (rank, sharing) = known.entry(server).or_insert((next, 0));
            turns.push(Turn {
                server: *rank,
                place: *sharing,
                sharing: 0,
            });
            *sharing += 1;
        }
        for (turn, server) in turns.iter_mut().zip(servers) {
            turn.sharing = known.get(&server).map_or(1, |(_, sharing)| *sharing);
        }
        Self {
            interval,
            apart,
            arms: number(arms.max(1)),
            turns,
            servers: number(known.len()).max(1),
        }
    }

    /// How long after the beginning a lane's next attempt is due, and its place among those of its group.
    pub(super) fn due(&self, index: usize, lane: &Lane) -> Option<(Duration, u32)> {
        let turn = self.turns.get(lane.group)?;
        // Arms take turns, there and back again: what drifts is the same for all.
        let arm = number(index) % self.arms;
        let arm = match lane.begun % 2 {
            0 => arm,
            _ => self.arms - 1 - arm,
        };
        let slot = self.arms.checked_mul(lane.begun)?.checked_add(arm)?;
        let of_server = slot.checked_mul(turn.sharing)?.checked_add(turn.place)?;
        // Addresses follow each other within the interval, not all at once.
        let offset = self.interval.checked_mul(turn.server)? / self.servers;
        let at = self.interval.checked_mul(of_server)?.checked_add(offset)?;
        // With a rate each attempt has its place among all: round by round, group by group.
        let all = number(self.turns.len()).checked_mul(slot)?;
        let all = all.checked_add(number(lane.group))?;
        Some((at.max(self.apart.checked_mul(all)?), slot))
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use stallscope_shared::diagnosis::Odds;
    use tokio::time::Duration;

    use super::{Lane, Schedule};

    const INTERVAL: Duration = Duration::from_millis(200);

    fn lanes(servers: &[&str], arms: usize) -> Vec<Lane> {
        let groups = servers.iter().enumerate();
        let lane = |(group, server): (usize, &&str)| Lane {
            server: server.parse().unwrap(),
            task: 0,
            group,
            begun: 0,
            odds: Odds::default(),
        };
        groups.flat_map(|group| vec![lane(group); arms]).collect()
    }

    /// When the attempts of the first rounds are due, by address.
    fn dues(servers: &[&str], arms: usize, apart: Duration) -> Vec<(SocketAddr, Duration)> {
        let mut lanes = lanes(servers, arms);
        let schedule = Schedule::new(&lanes, arms, (INTERVAL, apart));
        let mut dues = Vec::new();
        for _ in 0..5 {
            for (index, lane) in lanes.iter_mut().enumerate() {
                dues.push((lane.server, schedule.due(index, lane).unwrap().0));
                lane.begun += 1;
            }
        }
        dues.sort_unstable();
        dues
    }

    #[test]
    fn one_address_gets_one_attempt_for_each_interval_whoever_asks() {
        let (a, b, c) = ("192.0.2.1:443", "192.0.2.2:443", "192.0.2.3:443");
        for (name, servers, arms) in [
            ("one", &[a][..], 1),
            ("three", &[a, b, c], 1),
            ("arms", &[a, b], 3),
            ("two URLs at one address", &[a, a], 1),
            (
                "two URLs with arms, and an address of one alone",
                &[a, b, a],
                2,
            ),
        ] {
            let dues = dues(servers, arms, Duration::ZERO);
            for pair in dues.windows(2) {
                let is_one = pair[0].0 == pair[1].0;
                let between = pair[1].1.saturating_sub(pair[0].1);
                assert!(!is_one || between == INTERVAL, "{name}: {dues:?}");
            }
        }
    }

    #[test]
    fn a_rate_holds_over_all_addresses() {
        let apart = Duration::from_millis(150);
        let dues = dues(&["192.0.2.1:443", "192.0.2.2:443"], 2, apart);
        let mut all: Vec<Duration> = dues.iter().map(|(_, due)| *due).collect();
        all.sort_unstable();
        let is_kept = |pair: &[Duration]| pair[1] - pair[0] >= apart;
        assert!(all.windows(2).all(is_kept), "{all:?}");
    }
}
