//! A world with a client and what surrounds it, drawn at random: the frame in which a fault is set.
//!
//! Ranges: round trips from one rack (0.2 ms) to a satellite or the far side of the Earth (400 ms); first TTLs of the
//! systems less the hops of Internet paths (Begtasevic and Van Mieghem, PAM 2001: most below 22); segment sizes of
//! Ethernet, PPPoE, tunnels and mobile networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::capture_point::{CapturePoint, Form};
use super::dialogue::Dialogue;
use super::label::Label;
use super::random::Dice;
use super::stack::{Stack, System};
use super::world::{EPOCH, Plan, World};
use crate::diagnosis::Cause;
use crate::testkit::packet::Link;
use crate::time::{Nanos, Timestamp};

/// The frame, and what is true of what happens in it.
#[derive(Debug)]
pub struct Story {
    /// Hosts and ways.
    pub world: World,
    /// The client's host.
    pub client: IpAddr,
    /// The round trip to the first server.
    pub round_trip: Nanos,
    /// The name that clients ask for.
    pub name: String,
    /// IPv6 throughout.
    pub is_v6: bool,
    /// What is true of each attempt.
    pub labels: Vec<Label>,
    /// How the capture is written.
    pub form: Form,
    beside: Vec<Vec<u8>>,
    servers: u16,
    port: u16,
    lasts: Nanos,
}

/// One that was told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The capture file.
    pub capture: Vec<u8>,
    /// Captures of the same time at other places.
    pub beside: Vec<Vec<u8>>,
    /// The truth.
    pub labels: Vec<Label>,
}

impl Told {
    /// All captures.
    pub fn captures(&self) -> impl Iterator<Item = &[u8]> {
        let first = std::iter::once(&self.capture);
        first.chain(&self.beside).map(Vec::as_slice)
    }
}

impl Story {
    /// Any frame, by its seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let is_v6 = dice.chance(25);
        Self::drawn(dice, is_v6)
    }

    /// A frame of this family.
    #[must_use]
    pub fn of_family(seed: u64, is_v6: bool) -> Self {
        Self::drawn(Dice::new(seed), is_v6)
    }

    fn drawn(mut dice: Dice, is_v6: bool) -> Self {
        let client = address(is_v6, 1, 2);
        let capture = if dice.chance(15) {
            CapturePoint::near(&[client])
        } else {
            CapturePoint::on(&[client])
        };
        let name = dice.pick([
            "api.shop.example",
            "cdn.example.net",
            "a.example",
            "www.long-name-of-a-service.example.org",
        ]);
        let form = any_form(&mut dice);
        let round_trip = dice.any_magnitude(200, 400_000);
        let system = dice.pick([
            System::Linux,
            System::Linux,
            System::OldLinux,
            System::Windows,
            System::Apple,
        ]);
        let mut stack = Stack::of(system);
        stack.timestamps &= dice.chance(90);
        stack.mss = dice.pick([1460, 1460, 1460, 1460, 1452, 1412, 1360]);
        let port = u16::try_from(dice.between(16_400, 30_000)).unwrap_or(20_000) * 2;
        let mut world = World::new(dice, capture);
        world.host(client, stack);
        Self {
            world,
            client,
            round_trip,
            name: name.to_owned(),
            is_v6,
            labels: Vec::new(),
            form,
            beside: Vec::new(),
            servers: 0,
            port,
            lasts: Nanos(0),
        }
    }

    /// Chance.
    pub fn dice(&mut self) -> &mut Dice {
        &mut self.world.dice
    }

    /// A new server of any system, as far away as the story says.
    pub fn server(&mut self) -> SocketAddr {
        let system = {
            use System::{Appliance, FreeBsd, Linux, Windows};
            self.dice()
                .pick([Linux, Linux, Linux, Linux, Windows, FreeBsd, Appliance])
        };
        self.server_of(system)
    }

    /// A new server of this system.
    pub fn server_of(&mut self, system: System) -> SocketAddr {
        self.servers += 1;
        let ip = address(self.is_v6, 200, self.servers);
        let round_trip = self.round_trip;
        let dice = self.dice();
        let mut stack = Stack::of(system);
        stack.mss = dice.pick([1460, 1460, 1460, 1440, 1400, 1380, 1240]);
        // What other systems begin with: 64 mostly, 128, 255, and 32 in old ones.
        stack.ttl = dice.pick([stack.ttl, stack.ttl, stack.ttl, 64, 128, 255, 32]);
        let is_near = round_trip < Nanos::from_millis(2);
        let hops = if is_near {
            dice.between(0, 3)
        } else {
            dice.between(4, 22)
        };
        let jitter = dice.micros(0, 30 + round_trip.get().unsigned_abs() / 50_000);
        self.world.host(ip, stack);
        self.world
            .join(self.client, ip, round_trip, u8::try_from(hops).unwrap_or(1));
        self.world.pipe(self.client, ip).jitter = jitter;
        self.world.pipe(ip, self.client).jitter = jitter;
        SocketAddr::new(ip, 443)
    }

    /// The client's next port: Linux takes even ones first.
    pub fn next_port(&mut self) -> SocketAddr {
        self.port = self.port.checked_add(2).unwrap_or(32_768);
        SocketAddr::new(self.client, self.port)
    }

    /// The client's TCP, for connections that begin later.
    pub fn client_stack(&mut self) -> Option<&mut Stack> {
        self.world.stack(self.client)
    }

    /// A time that people give a handshake, a request or a whole transfer.
    pub fn limit(&mut self) -> Nanos {
        let seconds = self
            .dice()
            .pick([2, 3, 4, 5, 5, 6, 8, 10, 10, 10, 15, 20, 30, 30, 60, 120]);
        let limit = Nanos::from_secs(seconds);
        self.lasts(limit);
        limit
    }

    /// Something takes so long; the capture goes on until then, and some seconds more.
    pub fn lasts(&mut self, length: Nanos) {
        self.lasts = self.lasts.max(length);
    }

    /// When an attempt begins: within three seconds.
    pub fn when(&mut self) -> Nanos {
        self.dice().millis(0, 3_000)
    }

    /// The moment that everything is counted from.
    #[must_use]
    pub const fn beginning(&self) -> Timestamp {
        EPOCH
    }

    /// A router on the way, for what it says.
    pub fn router(&mut self) -> SocketAddr {
        SocketAddr::new(address(self.is_v6, 200, 249), 0)
    }

    /// The TTL with which packets of a server arrive.
    pub fn ttl_of(&mut self, server: IpAddr) -> u8 {
        let first = self.world.stack(server).map_or(64, |stack| stack.ttl);
        let hops = self.world.pipe(server, self.client).hops;
        first.saturating_sub(hops)
    }

    /// Another host beside the client, with a TCP like its own but for what is changed; it must be joined.
    pub fn neighbour(&mut self, change: impl FnOnce(&mut Stack)) -> IpAddr {
        let ip = address(self.is_v6, 1, 9);
        let mut stack = self
            .client_stack()
            .cloned()
            .unwrap_or_else(|| Stack::of(System::Linux));
        change(&mut stack);
        self.add(ip, stack);
        ip
    }

    /// The client's IPv6 address and a server's, to be joined.
    pub fn dual(&mut self) -> (IpAddr, SocketAddr) {
        self.pair(true)
    }

    /// The client's IPv4 address and a server's, to be joined.
    pub fn dual_v4(&mut self) -> (IpAddr, SocketAddr) {
        self.pair(false)
    }

    fn pair(&mut self, is_v6: bool) -> (IpAddr, SocketAddr) {
        let own = address(is_v6, 1, 2);
        let server = address(is_v6, 200, 77);
        let stack = self
            .client_stack()
            .cloned()
            .unwrap_or_else(|| Stack::of(System::Linux));
        self.add(own, stack);
        self.world.host(server, Stack::of(System::Linux));
        self.form.link = match self.form.link {
            Link::Raw | Link::NullLittle => Link::Ethernet,
            other => other,
        };
        (own, SocketAddr::new(server, 443))
    }

    fn add(&mut self, ip: IpAddr, stack: Stack) {
        self.world.host(ip, stack);
        self.world.capture.watch(ip);
    }

    /// A client begins a talk with a server; nobody listens there when the server has no script.
    pub fn begin(
        &mut self,
        after: Nanos,
        server: SocketAddr,
        talk: Dialogue,
    ) -> (SocketAddr, SocketAddr) {
        self.begin_from(self.client, after, server, talk)
    }

    /// The same, from another address of the client or its neighbour.
    pub fn begin_from(
        &mut self,
        from: IpAddr,
        after: Nanos,
        server: SocketAddr,
        talk: Dialogue,
    ) -> (SocketAddr, SocketAddr) {
        let client = SocketAddr::new(from, self.next_port().port());
        let answers = (!talk.server.is_empty()).then_some(talk.server);
        let plan = Plan {
            client,
            server,
            asks: talk.client,
            answers,
        };
        self.world.connect(after, plan);
        (client, server)
    }

    /// A talk of any client, for the story's name.
    pub fn dialogue(&mut self) -> Dialogue {
        let name = self.name.clone();
        Dialogue::new(self.dice(), &name)
    }

    /// A connection over TLS in which nothing is wrong.
    pub fn healthy(&mut self, after: Nanos, server: SocketAddr) {
        self.healthy_from(self.client, after, server);
    }

    /// The same, from another address.
    pub fn healthy_from(&mut self, from: IpAddr, after: Nanos, server: SocketAddr) {
        let mut talk = self.dialogue();
        let dice = self.dice();
        talk.handshake(dice).exchange(dice).end(dice);
        let ends = self.begin_from(from, after, server, talk);
        self.fine(ends);
    }

    /// The same, for another name.
    pub fn healthy_as(&mut self, name: &str, after: Nanos, server: SocketAddr) {
        let own = std::mem::replace(&mut self.name, name.to_owned());
        self.healthy(after, server);
        self.name = own;
    }

    /// The same, with a ClientHello that fits into one segment.
    pub fn healthy_small(&mut self, after: Nanos, server: SocketAddr) {
        let mut talk = self.dialogue();
        talk.who.is_post_quantum = false;
        let dice = self.dice();
        talk.handshake(dice).exchange(dice).end(dice);
        let ends = self.begin(after, server, talk);
        self.fine(ends);
    }

    /// Healthy connections to the same and to other servers, before and meanwhile, or none.
    pub fn company(&mut self, server: SocketAddr) {
        let count = self.dice().pick([0, 0, 1, 2, 4]);
        let other = self.server();
        for _ in 0..count {
            let after = self.dice().millis(0, 3_000);
            let to = if self.dice().chance(50) {
                server
            } else {
                other
            };
            self.healthy(after, to);
        }
    }

    /// Nothing is wrong with an attempt.
    pub fn fine(&mut self, (client, server): (SocketAddr, SocketAddr)) {
        self.labels.push(Label::healthy(client, server));
    }

    /// This is wrong with an attempt.
    pub fn fault(&mut self, (client, server): (SocketAddr, SocketAddr), cause: Cause) {
        self.labels.push(Label::fault(client, server, cause));
    }

    /// Something else is true of the last attempt that was labelled.
    pub fn relabel(&mut self, change: impl FnOnce(Label) -> Label) {
        let last = self.labels.pop().map(change);
        self.labels.extend(last);
    }

    /// What happened at another place at the same time belongs to this story.
    pub fn beside(&mut self, other: Self) {
        let told = other.told();
        self.beside.push(told.capture);
        self.beside.extend(told.beside);
        self.labels.extend(told.labels);
    }

    /// Lets it happen and writes it down.
    #[must_use]
    pub fn told(mut self) -> Told {
        let rest = self.dice().millis(1_000, 12_000);
        let end = Nanos(self.lasts.get() + rest.get() + 6_000_000_000);
        self.world.end_by(end);
        self.world.run();
        let mut dice = self.world.dice.clone();
        Told {
            capture: self.world.capture.file(self.form, &mut dice),
            beside: self.beside,
            labels: self.labels,
        }
    }
}

/// Addresses for documentation (RFC 5737, RFC 3849).
fn address(is_v6: bool, network: u16, host: u16) -> IpAddr {
    if is_v6 {
        Ipv6Addr::new(0x2001, 0xdb8, network, 0, 0, 0, 0, host).into()
    } else {
        let third = if network == 1 { 2 } else { 113 };
        let last = u8::try_from(host % 250).unwrap_or_default() + 1;
        let first = if network == 1 { [192, 0] } else { [203, 0] };
        Ipv4Addr::new(first[0], first[1], third, last).into()
    }
}

fn any_form(dice: &mut Dice) -> Form {
    let link = dice.pick([
        Link::Ethernet,
        Link::Ethernet,
        Link::Vlan,
        Link::Sll,
        Link::Sll2,
        Link::Raw,
        Link::NullLittle,
    ]);
    Form {
        link,
        snap: dice.pick([0, 0, 0, 0, 0, 0, 1_514, 256, 128]),
        is_merged: dice.chance(25),
        is_fine: dice.chance(40),
        is_pcapng: dice.chance(40),
        // Microseconds, or a millisecond as some systems and converters leave.
        tick: dice.pick([1, 1, 1, 1, 1, 1, 1, 1, 1, 1_000_000]),
        misses: 0,
    }
}
