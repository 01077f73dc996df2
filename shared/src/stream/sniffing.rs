//! The time before something is recognised.

use crate::dns;
use crate::flow::chunk::{Chunk, Hole, HoleReason};
use crate::http;
use crate::ids::{PacketRef, Stamp};
use crate::limits::SNIFF_PACKETS;
use crate::side::{PerSide, Side};
use crate::stream::conversation::{Conversation, Reading, State};
use crate::stream::facts::{PreludeKind, PreludeOutcome, Protocol};
use crate::stream::heard::{Heard, Preludes};
use crate::stream::held::Held;
use crate::stream::lines::Lines;
use crate::stream::packets::Packets;
use crate::stream::proxy_protocol;
use crate::stream::recognise::{Found, Head, Recognised};
use crate::stream::socks::{Socks, Stage};
use crate::tls;

/// What is known of each side while nothing is recognised.
#[derive(Debug)]
pub(super) struct Sniffing {
    sides: PerSide<Look>,
    /// What the flow speaks if nothing is recognised.
    otherwise: Protocol,
    /// The other side waits until it is known whether this one's bytes are something.
    first: Option<Side>,
}

#[derive(Clone, Copy, Debug)]
struct Look {
    /// Packets at whose start nothing was recognised.
    failures: u8,
    /// The next bytes are from the middle of the stream.
    is_midway: bool,
    /// The last packet looked at.
    last: Option<PacketRef>,
}

/// Bytes of one side, looked at.
#[derive(Clone, Copy, Debug)]
struct Glance<'a> {
    side: Side,
    bytes: &'a [u8],
    /// What waits of the other side, if anything, was put in order after the first of them.
    is_earlier: bool,
    /// When the first of them was put in order.
    at: Stamp,
    /// The packet that carried the last of them.
    latest: PacketRef,
}

impl Look {
    /// Nothing is to be looked for any more.
    const fn is_over(self) -> bool {
        self.failures >= SNIFF_PACKETS
    }
}

impl Sniffing {
    pub(super) const fn new(otherwise: Protocol) -> Self {
        let look = Look {
            failures: 0,
            is_midway: false,
            last: None,
        };
        Self {
            sides: PerSide {
                originator: look,
                responder: look,
            },
            otherwise,
            first: None,
        }
    }

    /// A prelude was none: both sides' bytes are from the middle of something, and those that showed it are looked
    /// at first, since how many of them came with that is chance.
    pub(super) fn after_mistake(side: Side) -> Self {
        let mut sniffing = Self::new(Protocol::Other);
        sniffing.on_hole(Side::Originator);
        sniffing.on_hole(Side::Responder);
        sniffing.first = Some(side);
        sniffing
    }

    /// Bytes are missing: the next ones are from the middle of the stream.
    pub(super) const fn on_hole(&mut self, side: Side) {
        let look = match side {
            Side::Originator => &mut self.sides.originator,
            Side::Responder => &mut self.sides.responder,
        };
        look.is_midway = true;
    }

    /// Nothing is looked for on this side any more.
    pub(super) fn is_over(&self, side: Side) -> bool {
        self.sides[side].is_over()
    }
}

impl Conversation {
    /// Looks at a chunk with nothing held; says how much of it is dealt with.
    pub(super) fn sniff_chunk(&mut self, chunk: &Chunk<'_>) -> usize {
        let length = chunk.bytes.len();
        let glance = Glance {
            side: chunk.side,
            bytes: chunk.bytes,
            is_earlier: true,
            at: chunk.delivered,
            latest: chunk.carried.packet,
        };
        match self.look(glance) {
            Recognised::NeedMore | Recognised::Found(Found::ProxyProtocol) => 0,
            Recognised::Unknown => length,
            Recognised::Found(found) => {
                let mut starts = self.positions;
                starts[chunk.side] = chunk.offset;
                self.enter(found, glance, starts);
                match &mut self.state {
                    State::Tls(tls) => {
                        tls.on_bytes(*chunk);
                        length
                    }
                    State::Http => self.http.as_mut().map_or(0, |http| http.on_bytes(*chunk)),
                    _ => 0,
                }
            }
        }
    }

    /// Looks at all that is held of a side; says how much of it is dealt with, and whether something was
    /// decided.
    pub(super) fn sniff_held(&mut self, side: Side, all: &PerSide<Held>) -> (usize, bool) {
        if let State::Sniffing(sniffing) = &self.state
            && sniffing.first == Some(!side)
            && !all[!side].is_empty()
        {
            return (0, false);
        }
        let held = &all[side];
        let (Some(at), Some(latest)) = (held.waits_since(), held.latest()) else {
            return (0, false);
        };
        let glance = Glance {
            side,
            bytes: held.bytes(),
            // Not whether anything of it waits: the rest of the packet that granted a tunnel may be yet to come.
            is_earlier: all[!side]
                .waits_since()
                .is_none_or(|other| other.packet >= at.packet),
            at,
            latest,
        };
        match self.look(glance) {
            Recognised::NeedMore => (0, false),
            Recognised::Unknown => (held.bytes().len(), true),
            Recognised::Found(Found::ProxyProtocol) => {
                (self.proxy_protocol(Heard { side, held }), true)
            }
            Recognised::Found(found) => {
                let mut starts = self.positions;
                for side in [Side::Originator, Side::Responder] {
                    if !all[side].is_empty() {
                        starts[side] = all[side].offset();
                    }
                }
                self.enter(found, glance, starts);
                (0, true)
            }
        }
    }

    /// Asks what bytes are, and counts the failures.
    fn look(&mut self, glance: Glance<'_>) -> Recognised {
        let State::Sniffing(sniffing) = &mut self.state else {
            return Recognised::NeedMore;
        };
        // Behind a protocol that begins with a greeting nobody greets again.
        let is_greeted = matches!(sniffing.otherwise, Protocol::Plain(_));
        let other = sniffing.sides[!glance.side];
        let look = &mut sniffing.sides[glance.side];
        let is_same_packet = look.last == Some(glance.latest);
        if look.is_over() || look.failures > 0 && is_same_packet {
            return Recognised::Unknown;
        }
        let head = Head {
            side: glance.side,
            bytes: glance.bytes,
            is_first_to_speak: glance.is_earlier && other.failures == 0 && !is_greeted,
            is_midway: look.is_midway || look.failures > 0,
        };
        let recognised = head.recognise();
        if recognised == Recognised::Unknown {
            look.failures = look.failures.saturating_add(1);
            look.last = Some(glance.latest);
            let is_first = look.failures == 1;
            let is_over = look.is_over() && other.is_over();
            let otherwise = sniffing.otherwise;
            // Which side's bytes are looked at first may depend on how they came.
            let is_known = other.failures > 0
                && self
                    .facts
                    .decided
                    .is_some_and(|known| known.packet <= glance.at.packet);
            if is_first && !is_known {
                self.decide(otherwise, glance.at);
            }
            if is_over {
                self.state = State::Opaque;
            }
        }
        recognised
    }

    /// Somebody who understands the bytes takes over, from these positions on.
    fn enter(&mut self, found: Found, glance: Glance<'_>, starts: PerSide<u64>) {
        let State::Sniffing(sniffing) = &self.state else {
            return;
        };
        let looks = sniffing.sides;
        if let Some(prelude) = self.facts.preludes.last_mut()
            && prelude.outcome == PreludeOutcome::Awaited
        {
            prelude.outcome = PreludeOutcome::Assumed;
        }
        let (state, protocol) = match found {
            Found::Tls => {
                let tracker = tls::Tracker::among(self.recurring.clone());
                (State::Tls(Box::new(tracker)), Protocol::Tls)
            }
            Found::Http1(client) => {
                match self.http.as_mut() {
                    Some(http) => http.resume(client, starts),
                    None => self.http = Some(Box::new(http::Tracker::http1(client, starts))),
                }
                (State::Http, Protocol::Http1)
            }
            Found::Http2(client) => {
                match self.http.as_mut() {
                    Some(http) => http.resume_http2(client, starts),
                    None => self.http = Some(Box::new(http::Tracker::http2(client, starts))),
                }
                (State::Http, Protocol::Http2)
            }
            Found::Dns => {
                let tracker = Box::new(dns::stream::Tracker::new());
                (State::Dns(tracker), Protocol::Dns)
            }
            Found::Ssh => (State::Opaque, Protocol::Ssh),
            found => self.prelude(found, glance.side),
        };
        self.state = state;
        self.decide(protocol, glance.at);
        self.tell_holes(looks, glance, starts);
    }

    /// The reader of a prelude.
    fn prelude(&self, found: Found, side: Side) -> (State, Protocol) {
        let mut protocol = self.facts.protocol;
        let reading = match found {
            Found::Socks4 => Reading::Socks(Socks::new(side, Stage::Request4)),
            Found::Lines(starttls, client, owes_greeting) => {
                let lines = Lines::new(starttls, client, owes_greeting);
                protocol = Protocol::Plain(lines.protocol());
                Reading::Lines(lines)
            }
            Found::Packets(starttls, client) => {
                protocol = Protocol::Plain(starttls);
                Reading::Packets(Packets::new(starttls, client))
            }
            _ => Reading::Socks(Socks::new(side, Stage::Greeting)),
        };
        (State::Prelude(Box::new(reading)), protocol)
    }

    /// Tells the tracker which side's next bytes are from the middle of the stream: all but those in which it
    /// was recognised.
    fn tell_holes(&mut self, looks: PerSide<Look>, glance: Glance<'_>, starts: PerSide<u64>) {
        for side in [Side::Originator, Side::Responder] {
            let look = looks[side];
            if look.failures == 0 && (!look.is_midway || side == glance.side) {
                continue;
            }
            if let Some(packet) = look.last {
                self.given_up.get_or_insert_default()[side] = Some(packet);
            }
            let hole = Hole {
                side,
                offset: 0,
                length: starts[side],
                known: glance.at,
                reason: HoleReason::GivenUp,
            };
            match &mut self.state {
                State::Http if side != glance.side => {
                    if let Some(http) = self.http.as_mut() {
                        http.on_hole(hole);
                    }
                }
                State::Tls(tls) if hole.length > 0 => tls.on_hole(hole),
                _ => {}
            }
        }
    }

    /// A PROXY header: what follows it is looked at anew.
    fn proxy_protocol(&mut self, heard: Heard<'_>) -> usize {
        let Some(header) = proxy_protocol::parse(heard.bytes()) else {
            return 0;
        };
        let mut preludes = Preludes {
            list: &mut self.facts.preludes,
            marks: &mut self.marks,
        };
        let kind = PreludeKind::ProxyProtocol {
            version: header.version,
            addresses: header.addresses,
        };
        preludes.start(heard, kind);
        preludes.request(heard, header.length);
        if let Some(prelude) = preludes.last() {
            prelude.outcome = PreludeOutcome::Accepted;
        }
        header.length
    }
}
