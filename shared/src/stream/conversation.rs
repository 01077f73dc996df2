//! One TCP flow's bytes, routed to whoever understands them.
//!
//! ```text
//!   bytes -> sniffing -> TLS, HTTP, DNS                 (read as they come)
//!               |  ^
//!               v  | granted
//!            prelude: PROXY, SOCKS, CONNECT, STARTTLS   (held until whole)
//! ```
//!
//! While something is to be decided, bytes are held, at most [`HELD_BYTES`] of each side. Once nothing is known
//! to speak on the flow, its bytes are not looked at any more.

use crate::dns;
use crate::flow::chunk::{Chunk, Hole, Mark, StreamSink};
use crate::flow::few::Rare;
use crate::http::facts::{HttpFacts, StreamEnd};
use crate::http::marks::Marks;
use crate::http::{self, rest_of};
use crate::ids::{PacketRef, Stamp};
use crate::limits::HELD_BYTES;
use crate::side::{PerSide, Side};
use crate::stream::facts::{Protocol, StreamFacts};
use crate::stream::heard::{Heard, Preludes, Turn};
use crate::stream::held::Held;
use crate::stream::lines::Lines;
use crate::stream::packets::Packets;
use crate::stream::sniffing::Sniffing;
use crate::stream::socks::Socks;
use crate::tls;

/// Follows what speaks on one flow.
#[derive(Debug)]
pub struct Conversation {
    pub(super) facts: StreamFacts,
    pub(super) state: State,
    pub(super) held: Option<Box<PerSide<Held>>>,
    pub(super) http: Option<Box<http::Tracker>>,
    pub(super) marks: Marks,
    /// Stream position after the last byte that came or is known to be missing.
    pub(super) positions: PerSide<u64>,
    /// The packet of each side in which nothing was recognised last, before something was on the other side: what
    /// is left of it is nothing either.
    pub(super) given_up: Option<Box<PerSide<Option<PacketRef>>>>,
    /// The answer that the client's held bytes wait for may be in a hole.
    pub(super) is_answer_lost: bool,
    /// What the TLS of other flows said.
    pub(super) recurring: tls::Recurring,
}

/// All that a flow's bytes said, when it is over.
#[derive(Debug)]
pub struct Spoken {
    /// What went before and beside the protocol.
    pub stream: StreamFacts,
    /// The HTTP in clear; in front of TLS the exchanges before a tunnel was granted.
    pub http: Option<Box<HttpFacts>>,
    /// The TLS on the flow.
    pub tls: Option<Box<tls::Facts>>,
    /// The DNS messages on the flow that were not taken out yet.
    pub dns: Option<Box<dns::stream::Tracker>>,
}

/// Who gets the bytes.
#[derive(Debug)]
pub(super) enum State {
    /// Nobody yet.
    Sniffing(Sniffing),
    /// A prelude's reader.
    Prelude(Box<Reading>),
    /// The HTTP tracker.
    Http,
    /// The TLS tracker.
    Tls(Box<tls::Tracker>),
    /// The DNS tracker.
    Dns(Box<dns::stream::Tracker>),
    /// Nobody any more.
    Opaque,
}

/// A reader of preludes.
#[derive(Debug)]
pub(super) enum Reading {
    Socks(Socks),
    Lines(Lines),
    Packets(Packets),
}

impl Default for Conversation {
    fn default() -> Self {
        Self::among(tls::Recurring::default())
    }
}

impl Conversation {
    /// Before the first byte of a flow, among others whose TLS may say the same.
    fn among(recurring: tls::Recurring) -> Self {
        Self {
            facts: StreamFacts {
                protocol: Protocol::Undecided,
                decided: None,
                preludes: Rare::default(),
            },
            state: State::Sniffing(Sniffing::new(Protocol::Other)),
            held: None,
            http: None,
            marks: Marks::default(),
            positions: PerSide::default(),
            given_up: None,
            is_answer_lost: false,
            recurring,
        }
    }

    /// Before the first byte of a flow.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The flow is over, each side as told: what is in progress ends now.
    #[must_use]
    pub fn finish(mut self, ends: PerSide<StreamEnd>) -> Spoken {
        self.resolve_answer(true);
        if let Some(http) = self.http.as_mut() {
            http.finish(ends);
        }
        let (mut tls, mut dns) = (None, None);
        match self.state {
            State::Tls(tracker) => {
                tls = Some(tracker.into_facts());
            }
            State::Dns(tracker) => dns = Some(tracker),
            _ => {}
        }
        Spoken {
            stream: self.facts,
            http: self.http.map(|http| Box::new(http.into_facts())),
            tls,
            dns,
        }
    }

    /// What went before and beside the protocol.
    #[must_use]
    pub const fn facts(&self) -> &StreamFacts {
        &self.facts
    }

    /// The HTTP in clear; in front of TLS the exchanges before a tunnel was granted.
    #[must_use]
    pub fn http(&self) -> Option<&HttpFacts> {
        self.http.as_ref().map(|http| http.facts())
    }

    /// The TLS on the flow.
    #[must_use]
    pub fn tls(&self) -> Option<&tls::Facts> {
        match &self.state {
            State::Tls(tls) => Some(tls.facts()),
            _ => None,
        }
    }

    /// The DNS on the flow: its messages are to be taken out as they come.
    pub const fn dns_mut(&mut self) -> Option<&mut dns::stream::Tracker> {
        match &mut self.state {
            State::Dns(dns) => Some(dns),
            _ => None,
        }
    }

    pub(super) const fn decide(&mut self, protocol: Protocol, at: Stamp) {
        self.facts.protocol = protocol;
        self.facts.decided = Some(at);
    }

    /// Passes over a chunk of a packet that was given up; `true` when it did.
    fn is_given_up(&mut self, chunk: &Chunk<'_>) -> bool {
        let given_up = self
            .given_up
            .as_deref()
            .and_then(|given_up| given_up[chunk.side]);
        let is_it = given_up == Some(chunk.carried.packet);
        if is_it && let Some(http) = self.http.as_mut() {
            http.pass_to(chunk.side, self.positions[chunk.side]);
        }
        is_it
    }

    /// Holds the bytes of a chunk for a later decision.
    pub(super) fn hold(&mut self, chunk: &Chunk<'_>) {
        self.held.get_or_insert_default()[chunk.side].push(chunk);
    }

    /// Some bytes of a side are held.
    pub(super) fn is_holding(&self, side: Side) -> bool {
        self.held
            .as_ref()
            .is_some_and(|held| !held[side].is_empty())
    }

    /// How many bytes of either side wait for a decision.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        let held = self.held.as_ref();
        held.map_or(0, |held| {
            held.originator.bytes().len() + held.responder.bytes().len()
        })
    }

    /// Drops the first held bytes of a side.
    pub(super) fn drop_held(&mut self, side: Side, length: usize) {
        if let Some(held) = self.held.as_mut() {
            held[side].drop_front(length);
        }
    }

    /// Gives held bytes to whoever they are for, until nobody takes any.
    pub(super) fn settle(&mut self) {
        loop {
            let has_turned = self.turn_http();
            let has_fed = self.feed_earliest();
            if !has_turned && !has_fed {
                break;
            }
        }
        let is_empty =
            |held: &PerSide<Held>| held.originator.is_empty() && held.responder.is_empty();
        if self.held.as_deref().is_some_and(is_empty) {
            self.held = None;
        }
    }

    /// Offers the held bytes, those that wait longest first; `true` when some were taken or something was
    /// decided.
    fn feed_earliest(&mut self) -> bool {
        let Some(held) = self.held.as_ref() else {
            return false;
        };
        let waits = |side: Side| held[side].waits_since().map(|since| since.packet);
        let first = match (waits(Side::Originator), waits(Side::Responder)) {
            (Some(originator), Some(responder)) if responder < originator => Side::Responder,
            (None, _) => Side::Responder,
            _ => Side::Originator,
        };
        self.feed(first) || self.feed(!first)
    }

    fn feed(&mut self, side: Side) -> bool {
        // Taken out while somebody reads them, so that the reader may change everything else.
        let Some(mut all) = self.held.take() else {
            return false;
        };
        let held = &all[side];
        let Some(chunk) = held.chunk(side) else {
            self.held = Some(all);
            return false;
        };
        let (used, is_decided) = match &mut self.state {
            State::Sniffing(_) => self.sniff_held(side, &all),
            State::Prelude(_) => self.read_prelude(Heard { side, held }),
            State::Http => {
                let used = self.http.as_mut().map_or(0, |http| http.on_bytes(chunk));
                (used, false)
            }
            State::Tls(tls) => {
                tls.on_bytes(chunk);
                (chunk.bytes.len(), false)
            }
            State::Dns(dns) => {
                dns.on_bytes(chunk);
                (chunk.bytes.len(), false)
            }
            State::Opaque => (held.bytes().len(), false),
        };
        all[side].drop_front(used);
        self.held = Some(all);
        used > 0 || is_decided
    }

    fn read_prelude(&mut self, heard: Heard<'_>) -> (usize, bool) {
        let State::Prelude(reading) = &mut self.state else {
            return (0, false);
        };
        let mut preludes = Preludes {
            list: &mut self.facts.preludes,
            marks: &mut self.marks,
        };
        let (turn, plain) = match &mut **reading {
            Reading::Socks(socks) => (socks.read(heard, &mut preludes), Protocol::Other),
            Reading::Lines(lines) => {
                let turn = lines.read(heard, &mut preludes);
                (turn, Protocol::Plain(lines.protocol()))
            }
            Reading::Packets(packets) => {
                let plain = Protocol::Plain(packets.protocol);
                (packets.read(heard, &mut preludes), plain)
            }
        };
        if matches!(plain, Protocol::Plain(_)) {
            self.facts.protocol = plain;
        }
        match turn {
            Turn::More | Turn::Blocked => (0, false),
            Turn::Used(length) => (length, false),
            Turn::Open(length) => {
                self.sniff_again(plain);
                (length, true)
            }
            Turn::Over => {
                self.state = State::Opaque;
                (heard.bytes().len(), true)
            }
            Turn::Mistaken => {
                self.facts.protocol = Protocol::Other;
                self.state = State::Sniffing(Sniffing::after_mistake(heard.side));
                (0, true)
            }
        }
    }

    /// What was asked for is granted: anything may follow. If nothing is recognised it is `otherwise`.
    pub(super) fn sniff_again(&mut self, otherwise: Protocol) {
        self.state = State::Sniffing(Sniffing::new(otherwise));
    }

    /// Decides what can wait no longer: the answer is lost, or too many bytes wait for it.
    fn enforce(&mut self) {
        if self.is_answer_lost {
            self.resolve_answer(false);
        }
        let is_full = |held: &PerSide<Held>, side: Side| held[side].bytes().len() > HELD_BYTES;
        let Some(held) = self.held.as_deref() else {
            return;
        };
        if !is_full(held, Side::Originator) && !is_full(held, Side::Responder) {
            return;
        }
        match self.state {
            State::Http => self.resolve_answer(true),
            _ => {
                self.state = State::Opaque;
                self.held = None;
            }
        }
    }
}

impl StreamSink for Conversation {
    fn sibling(&self) -> Self {
        Self::among(self.recurring.clone())
    }

    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        let side = chunk.side;
        self.positions[side] = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        if self.is_given_up(&chunk) {
            return;
        }
        if self.held.is_none() {
            let used = match &mut self.state {
                State::Opaque => return,
                State::Tls(tls) => return tls.on_bytes(chunk),
                State::Dns(dns) => return dns.on_bytes(chunk),
                State::Http => self.http.as_mut().map_or(0, |http| http.on_bytes(chunk)),
                State::Sniffing(_) => self.sniff_chunk(&chunk),
                State::Prelude(_) => 0,
            };
            if used < chunk.bytes.len() {
                self.hold(&rest_of(chunk, used));
            }
        } else {
            self.hold(&chunk);
        }
        self.settle();
        self.enforce();
    }

    fn on_hole(&mut self, hole: Hole) {
        self.positions[hole.side] = hole.offset.saturating_add(hole.length);
        match &mut self.state {
            State::Opaque => {}
            State::Tls(tls) => tls.on_hole(hole),
            State::Dns(dns) => dns.on_hole(hole),
            State::Http => {
                if self.is_holding(hole.side) {
                    self.resolve_answer(true);
                }
                self.hole_in_http(hole);
            }
            State::Sniffing(sniffing) => {
                sniffing.on_hole(hole.side);
                self.drop_held(hole.side, usize::MAX);
            }
            State::Prelude(_) => self.hole_in_prelude(hole.side),
        }
        self.settle();
        self.enforce();
    }

    fn skip_until(&self, side: Side) -> Option<u64> {
        match &self.state {
            State::Opaque => Some(u64::MAX),
            State::Tls(tls) => tls.skip_until(side),
            State::Dns(dns) => dns.skip_until(side),
            State::Http => self.http.as_ref()?.skip_until(side),
            State::Sniffing(sniffing) => sniffing.is_over(side).then_some(u64::MAX),
            State::Prelude(_) => None,
        }
    }

    fn next_mark(&mut self) -> Option<Mark> {
        if let Some(mark) = self.marks.next() {
            return Some(mark);
        }
        if let Some(mark) = self.http.as_mut().and_then(|http| http.next_mark()) {
            return Some(mark);
        }
        match &mut self.state {
            State::Tls(tls) => tls.next_mark(),
            _ => None,
        }
    }
}
