//! What lies between the two devices, as a state machine: a packet and the time in, packets and their times out. It reads
//! no clock, so the same impairments run in real time between namespaces and in virtual time in a test.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::nat::Nat;
use crate::packet::{Seen, unreachable, with_ttl};
use crate::scenario::{Action, From, Rule, Scenario};
use crate::site::{FIRST, ROUTER};

/// What is to come out, when (since the path began), in which order of those that are due together, and at whose end.
type Due = (Duration, u64, From, Vec<u8>);

/// The path, with what it remembers of packets and what is under way on it.
#[derive(Debug)]
pub(crate) struct Path {
    rules: Vec<Rule>,
    delay: Duration,
    kbit_per_s: Option<u64>,
    /// Until when the line of each way is busy.
    busy_until: [Duration; 2],
    nat: Option<Nat>,
    /// To how many packets of a connection each rule applied so far: by rule and client's endpoint.
    counts: BTreeMap<(usize, SocketAddr), u32>,
    /// The end of what each endpoint sent so far and was let through: what a rule looks for may begin in it, and a box
    /// that reads names puts segments together.
    tails: BTreeMap<SocketAddr, Vec<u8>>,
    under_way: BinaryHeap<Reverse<Due>>,
    rank: u64,
}

impl Path {
    /// As a scenario has it, with nothing under way.
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            rules: scenario.rules.clone(),
            delay: Duration::from_millis(scenario.delay_ms),
            kbit_per_s: scenario.kbit_per_s,
            busy_until: [Duration::ZERO; 2],
            nat: scenario
                .nat_idle_ms
                .map(|idle| Nat::new(Duration::from_millis(idle))),
            counts: BTreeMap::new(),
            tails: BTreeMap::new(),
            under_way: BinaryHeap::new(),
            rank: 0,
        }
    }

    /// When the next packet is to come out.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.under_way.peek().map(|Reverse((due, ..))| *due)
    }

    /// The next packet that is due by now, and the side that gets it.
    pub(crate) fn give(&mut self, now: Duration) -> Option<(From, Vec<u8>)> {
        self.next_due().filter(|due| *due <= now)?;
        let Reverse((_, _, to, bytes)) = self.under_way.pop()?;
        Some((to, bytes))
    }

    /// Takes a packet in: it goes on, or what the first rule says that applies to it is done.
    pub(crate) fn take(&mut self, from: From, bytes: &[u8], now: Duration) {
        // IPv6's neighbour discovery has nobody to talk to here.
        if bytes.first().is_none_or(|first| first >> 4 != 4) {
            return;
        }
        let due = self.through(from, bytes.len(), now);
        let translated = match &mut self.nat {
            Some(nat) => match nat.translate(from, bytes, now) {
                Some(translated) => translated,
                None => return,
            },
            None => bytes.to_vec(),
        };
        let seen = Seen::read(&translated);
        let action = seen
            .as_ref()
            .and_then(|seen| self.action(from, translated.len(), seen));
        if let Some(seen) = seen.as_ref().filter(|_| action != Some(Action::Drop)) {
            self.remember(seen);
        }
        let (on, back) = (from.other(), from);
        match (action, seen) {
            (Some(Action::Drop), _) => {}
            (Some(Action::Reset(ttl)), Some(seen)) => {
                self.send(due, back, seen.reset(ttl));
                self.send(due, on, translated);
            }
            (Some(Action::Unreachable(code)), Some(seen)) => {
                let router = SocketAddr::from((ROUTER, 0));
                let error = unreachable(router, &translated, &seen, code);
                self.send(due, back, error);
            }
            (Some(Action::Ttl(ttl)), _) => self.send(due, on, with_ttl(translated, ttl)),
            (Some(Action::Late(millis)), _) => {
                self.send(due + Duration::from_millis(millis), on, translated);
            }
            _ => self.send(due, on, translated),
        }
    }

    fn send(&mut self, due: Duration, to: From, bytes: Vec<u8>) {
        self.rank += 1;
        self.under_way.push(Reverse((due, self.rank, to, bytes)));
    }

    /// When a packet that comes now is through the line.
    fn through(&mut self, from: From, length: usize, now: Duration) -> Duration {
        // A thousand bits each second are one in a million nanoseconds.
        let nanos = |rate| u64::try_from(length).unwrap() * 8 * 1_000_000 / rate;
        let sending = self.kbit_per_s.map_or(0, nanos);
        let line = &mut self.busy_until[usize::from(from == From::Server)];
        *line = (*line).max(now) + Duration::from_nanos(sending);
        *line + self.delay
    }

    fn action(&mut self, from: From, length: usize, seen: &Seen) -> Option<Action> {
        let (client, node) = match from {
            From::Client => (seen.source, seen.destination),
            From::Server => (seen.destination, seen.source),
        };
        let tail = self.tails.get(&seen.source).map_or(&[][..], Vec::as_slice);
        let counts = &mut self.counts;
        let applies = |(index, rule): &(usize, &Rule)| {
            rule.from == from
                && rule.node.is_none_or(|number| is_node(node, number))
                && seen.is(rule.kind)
                && rule.larger_than.is_none_or(|limit| length > limit)
                && rule
                    .contains
                    .as_ref()
                    .is_none_or(|text| reads(tail, seen, text))
                && is_its_turn(counts.entry((*index, client)).or_default(), rule)
        };
        let mut rules = self.rules.iter().enumerate();
        rules.find(applies).map(|(_, rule)| rule.action.clone())
    }

    fn remember(&mut self, seen: &Seen) {
        if !seen.payload.is_empty() {
            self.tails.insert(seen.source, seen.payload.clone());
        }
    }
}

/// This packet ends or carries the text.
fn reads(tail: &[u8], seen: &Seen, text: &str) -> bool {
    let before = &tail[tail.len() - tail.len().min(text.len().saturating_sub(1))..];
    let read = [before, &seen.payload].concat();
    read.windows(text.len().max(1))
        .any(|window| window == text.as_bytes())
}

/// Counts one more packet of a connection.
fn is_its_turn(count: &mut u32, rule: &Rule) -> bool {
    *count += 1;
    let end = rule.times.map(|times| rule.skip + times);
    *count > rule.skip && end.is_none_or(|end| *count <= end)
}

fn is_node(endpoint: SocketAddr, number: u8) -> bool {
    let IpAddr::V4(ip) = endpoint.ip() else {
        return false;
    };
    ip.to_bits() + 1 == FIRST.to_bits() + u32::from(number)
}
