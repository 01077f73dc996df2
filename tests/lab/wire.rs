//! The wire: takes packets out of one device, does to them what the scenario says, and puts them into the other when
//! their time has come.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tun_rs::SyncDevice;

use crate::packet::{Seen, unreachable, with_ttl};
use crate::scenario::{Action, From, Rule, Scenario};
use crate::site::{FIRST, ROUTER};

/// More than any packet of the devices.
const PACKET: usize = 1 << 16;

/// What is to go into a device, and when.
type Due = (Instant, u64, Vec<u8>);

/// The two ways into devices.
#[derive(Clone)]
struct Ways {
    to_client: Sender<(Instant, Vec<u8>)>,
    to_server: Sender<(Instant, Vec<u8>)>,
}

impl Ways {
    fn to(&self, from: From) -> &Sender<(Instant, Vec<u8>)> {
        match from {
            From::Client => &self.to_server,
            From::Server => &self.to_client,
        }
    }

    fn back(&self, from: From) -> &Sender<(Instant, Vec<u8>)> {
        match from {
            From::Client => &self.to_client,
            From::Server => &self.to_server,
        }
    }
}

/// Which rules apply to how many packets of a connection so far: by rule and client's endpoint.
type Counts = Mutex<BTreeMap<(usize, SocketAddr), u32>>;

/// The end of what each endpoint sent so far and was let through: what a rule looks for may begin in it, and a box that
/// reads names puts segments together.
type Tails = Mutex<BTreeMap<SocketAddr, Vec<u8>>>;

/// What both directions need.
struct Wire<'a> {
    rules: &'a [Rule],
    delay: Duration,
    counts: Counts,
    tails: Tails,
}

/// Joins two devices while `body` runs.
pub(crate) fn join<T>(
    scenario: &Scenario,
    devices: [SyncDevice; 2],
    body: impl FnOnce() -> T,
) -> T {
    let [client, server] = devices.map(Arc::new);
    for device in [&client, &server] {
        device.set_nonblocking(true).unwrap();
    }
    let (to_client, for_client) = channel();
    let (to_server, for_server) = channel();
    let ways = Ways {
        to_client,
        to_server,
    };
    let wire = Wire {
        rules: &scenario.rules,
        delay: Duration::from_millis(scenario.delay_ms),
        counts: Mutex::default(),
        tails: Mutex::default(),
    };
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (wire, is_over) = (&wire, &is_over);
        let sides = [(From::Client, &client), (From::Server, &server)];
        for (from, device) in sides {
            let ways = ways.clone();
            scope.spawn(move || take(wire, from, device, &ways, is_over));
        }
        drop(ways);
        let (to_client, to_server) = (Arc::clone(&client), Arc::clone(&server));
        scope.spawn(move || give(&to_client, &for_client));
        scope.spawn(move || give(&to_server, &for_server));
        let result = body();
        is_over.store(true, Ordering::Relaxed);
        result
    })
}

/// Takes packets out of a device until it is over.
fn take(wire: &Wire<'_>, from: From, device: &SyncDevice, ways: &Ways, is_over: &AtomicBool) {
    let mut buffer = vec![0; PACKET];
    while !is_over.load(Ordering::Relaxed) {
        match device.recv(&mut buffer) {
            Ok(length) => wire.pass(from, &buffer[..length], ways),
            // Short beside any delay of a scenario.
            Err(_) => thread::sleep(Duration::from_micros(200)),
        }
    }
}

/// Puts packets into a device, each when it is due, in order of that.
fn give(device: &SyncDevice, packets: &Receiver<(Instant, Vec<u8>)>) {
    let mut waiting: BinaryHeap<Reverse<Due>> = BinaryHeap::new();
    let mut rank = 0;
    loop {
        let next = waiting.peek().map(|Reverse((due, ..))| *due);
        let patience = next.map_or(Duration::from_secs(1), |due| {
            due.saturating_duration_since(Instant::now())
        });
        match packets.recv_timeout(patience) {
            Ok((due, bytes)) => {
                rank += 1;
                waiting.push(Reverse((due, rank, bytes)));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        while waiting.peek().is_some_and(|Reverse((due, ..))| *due <= now) {
            if let Some(Reverse((.., bytes))) = waiting.pop() {
                // A device that is down drops packets, as a network would.
                device.send(&bytes).unwrap_or_default();
            }
        }
    }
}

impl Wire<'_> {
    /// Sends a packet on, or does what the first rule says that applies to it.
    fn pass(&self, from: From, bytes: &[u8], ways: &Ways) {
        // IPv6's neighbour discovery has nobody to talk to here.
        if bytes.first().is_none_or(|first| first >> 4 != 4) {
            return;
        }
        let due = Instant::now() + self.delay;
        let seen = Seen::read(bytes);
        let rule = seen
            .as_ref()
            .and_then(|seen| self.rule(from, bytes.len(), seen));
        let is_dropped = rule.is_some_and(|rule| rule.action == Action::Drop);
        if let Some(seen) = seen.as_ref().filter(|_| !is_dropped) {
            self.remember(seen);
        }
        let send =
            |way: &Sender<_>, due, bytes: Vec<u8>| way.send((due, bytes)).unwrap_or_default();
        match (rule.map(|rule| &rule.action), seen) {
            (Some(Action::Drop), _) => {}
            (Some(Action::Reset(ttl)), Some(seen)) => {
                send(ways.back(from), due, seen.reset(*ttl));
                send(ways.to(from), due, bytes.to_vec());
            }
            (Some(Action::Unreachable(code)), Some(seen)) => {
                let router = SocketAddr::from((ROUTER, 0));
                send(
                    ways.back(from),
                    due,
                    unreachable(router, bytes, &seen, *code),
                );
            }
            (Some(Action::Ttl(ttl)), _) => send(ways.to(from), due, with_ttl(bytes.to_vec(), *ttl)),
            (Some(Action::Late(millis)), _) => {
                let due = due + Duration::from_millis(*millis);
                send(ways.to(from), due, bytes.to_vec());
            }
            _ => send(ways.to(from), due, bytes.to_vec()),
        }
    }

    fn rule(&self, from: From, length: usize, seen: &Seen) -> Option<&Rule> {
        let (client, node) = match from {
            From::Client => (seen.source, seen.destination),
            From::Server => (seen.destination, seen.source),
        };
        let applies = |(index, rule): &(usize, &Rule)| {
            rule.from == from
                && rule.node.is_none_or(|number| is_node(node, number))
                && seen.is(rule.kind)
                && rule.larger_than.is_none_or(|limit| length > limit)
                && rule
                    .contains
                    .as_ref()
                    .is_none_or(|text| self.reads(seen, text))
                && self.is_its_turn(*index, rule, client)
        };
        let mut rules = self.rules.iter().enumerate();
        rules.find(applies).map(|(_, rule)| rule)
    }

    /// This packet ends or carries the text.
    fn reads(&self, seen: &Seen, text: &str) -> bool {
        let tails = self.tails.lock().unwrap();
        let tail = tails.get(&seen.source).map_or(&[][..], Vec::as_slice);
        let before = &tail[tail.len() - tail.len().min(text.len().saturating_sub(1))..];
        let read = [before, &seen.payload].concat();
        read.windows(text.len().max(1))
            .any(|window| window == text.as_bytes())
    }

    fn remember(&self, seen: &Seen) {
        if !seen.payload.is_empty() {
            let mut tails = self.tails.lock().unwrap();
            tails.insert(seen.source, seen.payload.clone());
        }
    }

    /// Counts one more packet of a connection.
    fn is_its_turn(&self, index: usize, rule: &Rule, client: SocketAddr) -> bool {
        let mut counts = self.counts.lock().unwrap();
        let count = counts.entry((index, client)).or_default();
        *count += 1;
        let end = rule.times.map(|times| rule.skip + times);
        *count > rule.skip && end.is_none_or(|end| *count <= end)
    }
}

fn is_node(endpoint: SocketAddr, number: u8) -> bool {
    let IpAddr::V4(ip) = endpoint.ip() else {
        return false;
    };
    ip.to_bits() + 1 == FIRST.to_bits() + u32::from(number)
}
