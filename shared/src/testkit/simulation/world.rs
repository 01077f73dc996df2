//! Hosts, the ways between them, one clock, and one who writes down what passes by.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use super::capture_point::CapturePoint;
use super::path::Pipe;
use super::random::Dice;
use super::script::Step;
use super::socket::{Beginnings, Socket, no_socket};
use super::stack::{Numbering, Stack};
use super::wire::{Content, Wire};
use crate::packet::TcpFlags;
use crate::testkit::packet::Segment;
use crate::time::{Nanos, Timestamp};

/// From whom to whom.
type Ends = (SocketAddr, SocketAddr);

/// A connection that will be made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The client's address and port.
    pub client: SocketAddr,
    /// The server's.
    pub server: SocketAddr,
    /// What the client's process does.
    pub asks: Vec<Step>,
    /// What the server's does; `None` when nobody listens.
    pub answers: Option<Vec<Step>>,
}

/// Everything.
#[derive(Debug)]
pub struct World {
    /// Chance.
    pub dice: Dice,
    /// What is written down.
    pub capture: CapturePoint,
    stacks: BTreeMap<IpAddr, Stack>,
    /// Identifications of hosts that have one counter.
    counters: BTreeMap<IpAddr, u16>,
    pipes: BTreeMap<(IpAddr, IpAddr), Pipe>,
    sockets: BTreeMap<Ends, Socket>,
    /// What listening processes will do, by their end and the client's; first come first.
    answers: BTreeMap<Ends, Vec<Vec<Step>>>,
    queue: BTreeMap<(Timestamp, u64), Event>,
    wakes: BTreeSet<(Timestamp, Ends)>,
    events: u64,
    ended: Timestamp,
}

/// What happens.
#[derive(Debug)]
enum Event {
    /// A packet comes to whom it goes.
    Arrive(Wire),
    /// A timer of a socket.
    Wake(Ends),
    /// A process connects.
    Connect(Box<Plan>),
    /// A packet that no socket makes leaves.
    Emit(Wire),
}

impl World {
    /// Without anything in it.
    #[must_use]
    pub fn new(dice: Dice, capture: CapturePoint) -> Self {
        Self {
            dice,
            capture,
            stacks: BTreeMap::new(),
            counters: BTreeMap::new(),
            pipes: BTreeMap::new(),
            sockets: BTreeMap::new(),
            answers: BTreeMap::new(),
            queue: BTreeMap::new(),
            wakes: BTreeSet::new(),
            events: 0,
            ended: EPOCH + Nanos::from_secs(100_000),
        }
    }

    /// Adds a host.
    pub fn host(&mut self, address: IpAddr, stack: Stack) {
        self.stacks.insert(address, stack);
        self.counters.insert(address, 1);
    }

    /// A host's TCP, to be changed for connections that begin later.
    pub fn stack(&mut self, address: IpAddr) -> Option<&mut Stack> {
        self.stacks.get_mut(&address)
    }

    /// Joins two hosts by clean ways with this round trip.
    pub fn join(&mut self, one: IpAddr, other: IpAddr, round_trip: Nanos, hops: u8) {
        let half = Nanos(round_trip.get() / 2);
        self.pipes.insert((one, other), Pipe::new(half, hops));
        self.pipes.insert((other, one), Pipe::new(half, hops));
    }

    /// The way from one host to another; they must have been joined.
    pub fn pipe(&mut self, from: IpAddr, to: IpAddr) -> &mut Pipe {
        let fallback = || Pipe::new(Nanos::from_millis(10), 1);
        self.pipes.entry((from, to)).or_insert_with(fallback)
    }

    /// A connection begins, so long after the beginning.
    pub fn connect(&mut self, after: Nanos, plan: Plan) {
        self.at(EPOCH + after, Event::Connect(Box::new(plan)));
    }

    /// A host sends a datagram or anything else.
    pub fn emit(&mut self, after: Nanos, wire: Wire) {
        self.at(EPOCH + after, Event::Emit(wire));
    }

    /// Nothing happens later than this after the beginning, for anybody who looks.
    pub fn end(&mut self, after: Nanos) {
        self.ended = EPOCH + after;
    }

    /// The same, unless it ends earlier anyway.
    pub fn end_by(&mut self, after: Nanos) {
        self.ended = self.ended.min(EPOCH + after);
    }

    /// Lets everything happen.
    pub fn run(&mut self) {
        // No story has as many packets; a loop without end is a defect that a test must not wait for.
        const EVENTS: u64 = 200_000;
        while let Some(((now, _), event)) = self.queue.pop_first() {
            if now > self.ended || self.events > EVENTS {
                return;
            }
            match event {
                Event::Arrive(wire) => self.arrive(now, &wire),
                Event::Emit(wire) => self.send(now, wire),
                Event::Connect(plan) => self.begin(now, *plan),
                Event::Wake(ends) => {
                    self.wakes.remove(&(now, ends));
                    if let Some(socket) = self.sockets.get_mut(&ends) {
                        socket.tick(now);
                    }
                    self.settle(now, ends);
                }
            }
        }
    }

    fn at(&mut self, when: Timestamp, event: Event) {
        self.events += 1;
        self.queue.insert((when, self.events), event);
    }

    fn begin(&mut self, now: Timestamp, plan: Plan) {
        let Some(stack) = self.stacks.get(&plan.client.ip()).cloned() else {
            return;
        };
        if let Some(steps) = plan.answers {
            let list = self.answers.entry((plan.server, plan.client)).or_default();
            list.push(steps);
        }
        let begun = self.beginnings();
        let ends = (plan.client, plan.server);
        let socket = Socket::connect(now, ends, stack, plan.asks, begun);
        self.sockets.insert(ends, socket);
        self.settle(now, ends);
    }

    fn beginnings(&mut self) -> Beginnings {
        let word = |number: u64| u32::try_from(number >> 32).unwrap_or_default();
        Beginnings {
            sequence: word(self.dice.roll()),
            clock: word(self.dice.roll()),
            identification: u16::try_from(self.dice.between(1, 60_000)).unwrap_or(1),
        }
    }

    /// Takes from a socket what it sends, and sees when it wants to wake.
    fn settle(&mut self, now: Timestamp, ends: Ends) {
        let Some(socket) = self.sockets.get_mut(&ends) else {
            return;
        };
        let out = socket.take_output();
        let due = socket.due();
        if socket.is_gone() {
            self.sockets.remove(&ends);
        }
        for wire in out {
            self.send(now, wire);
        }
        if let Some(due) = due.map(|due| due.max(now))
            && self.wakes.insert((due, ends))
        {
            self.at(due, Event::Wake(ends));
        }
    }

    /// A packet leaves its host.
    fn send(&mut self, now: Timestamp, mut wire: Wire) {
        self.number(&mut wire);
        let (source, destination) = (wire.source.ip(), wire.destination.ip());
        self.capture.sees_leaving(now, &wire);
        let Some(pipe) = self.pipes.get_mut(&(source, destination)) else {
            return;
        };
        let delay = pipe.delay;
        let before = wire.clone();
        let (arrival, sent) = pipe.carry(&mut wire, now, &mut self.dice);
        self.capture
            .sees_passing(now, (delay, arrival), (&before, &wire));
        if let Some(arrival) = arrival {
            self.at(arrival, Event::Arrive(wire));
        }
        for (after, wire) in sent {
            // Whatever sends it stands behind the capture point.
            let arrival = (now + after).max(now + Nanos(delay.get() / 4));
            self.capture
                .sees_passing(now, (after, Some(arrival)), (&wire, &wire));
            self.at(arrival, Event::Arrive(wire));
        }
    }

    fn number(&mut self, wire: &mut Wire) {
        let address = wire.source.ip();
        let Some(stack) = self.stacks.get(&address) else {
            return;
        };
        wire.identification = match stack.numbering {
            Numbering::Connection => wire.identification,
            Numbering::Zero => 0,
            Numbering::Random => u16::try_from(self.dice.between(1, 65_535)).unwrap_or(1),
            Numbering::Host => {
                let counter = self.counters.entry(address).or_default();
                *counter = counter.wrapping_add(1);
                *counter
            }
        };
    }

    fn arrive(&mut self, now: Timestamp, wire: &Wire) {
        self.capture.sees_arriving(now, wire);
        let ends = (wire.destination, wire.source);
        let segment = match &wire.content {
            Content::Tcp(segment) => segment,
            Content::Icmp { kind, word, quoted } => return self.told(now, *kind, *word, quoted),
            Content::Udp(_) => return,
        };
        if !self.sockets.contains_key(&ends) {
            self.meet_nobody(now, ends, segment);
            return;
        }
        if let Some(socket) = self.sockets.get_mut(&ends) {
            socket.take(now, segment);
        }
        self.settle(now, ends);
    }

    /// A segment for which there is no connection: a SYN may find a listener, all else an RST.
    fn meet_nobody(&mut self, now: Timestamp, ends: Ends, segment: &Segment) {
        let Some(stack) = self.stacks.get(&ends.0.ip()).cloned() else {
            return;
        };
        let is_syn =
            segment.flags.contains(TcpFlags::SYN) && !segment.flags.contains(TcpFlags::ACK);
        let steps = self
            .answers
            .get_mut(&ends)
            .filter(|list| is_syn && !list.is_empty());
        let Some(steps) = steps.map(|list| list.remove(0)) else {
            let reset = no_socket(ends.0, ends.1, &stack, segment);
            if let Some(wire) = reset {
                self.send(now, wire);
            }
            return;
        };
        let begun = self.beginnings();
        let socket = Socket::accept(now, ends, stack, steps, (begun, segment));
        self.sockets.insert(ends, socket);
        self.settle(now, ends);
    }

    /// An ICMP error: the path is too narrow, or it is the end of an attempt to connect.
    fn told(&mut self, now: Timestamp, kind: (u8, u8), word: u32, quoted: &[u8]) {
        let Some(ends) = quoted_ends(quoted) else {
            return;
        };
        let Some(socket) = self.sockets.get_mut(&ends) else {
            return;
        };
        match kind {
            (3, 4) => socket.shrink(now, u64::from(word & 0xffff)),
            (2, 0) => socket.shrink(now, u64::from(word)),
            _ => socket.give_up_connecting(),
        }
        self.settle(now, ends);
    }
}

/// Source and destination of a quoted packet.
fn quoted_ends(quoted: &[u8]) -> Option<Ends> {
    let port = |at: usize| {
        let bytes = quoted.get(at..at + 2)?;
        Some(u16::from_be_bytes(bytes.try_into().ok()?))
    };
    if quoted.first()? >> 4 == 4 {
        let address = |at: usize| -> Option<IpAddr> {
            let bytes: [u8; 4] = quoted.get(at..at + 4)?.try_into().ok()?;
            Some(bytes.into())
        };
        let source = SocketAddr::new(address(12)?, port(20)?);
        return Some((source, SocketAddr::new(address(16)?, port(22)?)));
    }
    let address = |at: usize| -> Option<IpAddr> {
        let bytes: [u8; 16] = quoted.get(at..at + 16)?.try_into().ok()?;
        Some(bytes.into())
    };
    let source = SocketAddr::new(address(8)?, port(40)?);
    Some((source, SocketAddr::new(address(24)?, port(42)?)))
}

/// The beginning of every story, some day of 2023.
pub const EPOCH: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);
