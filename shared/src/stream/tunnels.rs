//! Where HTTP turns into something else: CONNECT and Upgrade.

use crate::flow::chunk::Hole;
use crate::http::Handover;
use crate::http::facts::{Exchange, Request};
use crate::http::sniff::{self, Sniff};
use crate::limits::PRELUDES;
use crate::side::Side;
use crate::stream::conversation::{Conversation, Reading, State};
use crate::stream::facts::{Prelude, PreludeKind, PreludeOutcome, Protocol, Reply};
use crate::stream::sniffing::Sniffing;
use crate::tls;

impl Conversation {
    /// Notes CONNECTs, and hands the flow over where HTTP turned into something else; `true` when it did.
    pub(super) fn turn_http(&mut self) -> bool {
        if !matches!(self.state, State::Http) {
            return false;
        }
        while let Some(prelude) = self.next_connect() {
            self.note_connect(prelude);
        }
        let Some(handover) = self.http.as_mut().and_then(|http| http.take_handover()) else {
            return false;
        };
        self.is_answer_lost = false;
        match handover {
            Handover::Tunnel => {
                self.facts.protocol = Protocol::Undecided;
                self.sniff_again(Protocol::Other);
            }
            Handover::Upgrade(..) if self.http.as_ref().is_some_and(|http| http.is_http2()) => {
                self.facts.protocol = Protocol::Http2;
            }
            Handover::Upgrade(protocol, _) if protocol.kept.eq_ignore_ascii_case("websocket") => {
                self.facts.protocol = Protocol::WebSocket;
                self.state = State::Opaque;
            }
            Handover::Upgrade(..) => self.sniff_again(Protocol::Other),
        }
        true
    }

    /// Bytes are missing in HTTP.
    pub(super) fn hole_in_http(&mut self, hole: Hole) {
        let Some(http) = self.http.as_mut() else {
            return;
        };
        let is_from_server = hole.side != http.facts().client;
        self.is_answer_lost |= is_from_server && http.is_held();
        http.on_hole(hole);
    }

    /// Bytes are missing in a prelude: what follows is looked at from the middle.
    pub(super) fn hole_in_prelude(&mut self, side: Side) {
        let otherwise = match &self.state {
            State::Prelude(reading) => match &**reading {
                Reading::Socks(_) => Protocol::Other,
                Reading::Lines(lines) => Protocol::Plain(lines.protocol()),
                Reading::Packets(packets) => Protocol::Plain(packets.protocol),
            },
            _ => return,
        };
        self.drop_held(side, usize::MAX);
        let mut sniffing = Sniffing::new(otherwise);
        sniffing.on_hole(Side::Originator);
        sniffing.on_hole(Side::Responder);
        self.state = State::Sniffing(sniffing);
    }

    /// The answer to CONNECT or Upgrade will not be seen: the client's held bytes say what it was, as soon as
    /// there are enough of them, or at last.
    pub(super) fn resolve_answer(&mut self, is_last: bool) {
        let (State::Http, Some(http)) = (&self.state, self.http.as_mut()) else {
            return;
        };
        let client = http.facts().client;
        let held = self.held.as_ref().map(|held| held[client].bytes());
        let Some(bytes) = held.filter(|bytes| !bytes.is_empty() && http.is_held()) else {
            return;
        };
        let is_awaited = self.facts.preludes.last().is_some_and(|prelude| {
            prelude.kind == PreludeKind::HttpConnect && prelude.outcome == PreludeOutcome::Awaited
        });
        let tls = match tls::sniff(bytes) {
            tls::Sniff::Yes if is_awaited => Sniff::Yes,
            tls::Sniff::NeedMore if is_awaited => Sniff::NeedMore,
            _ => Sniff::No,
        };
        match tls.max(sniff::preface(bytes)) {
            Sniff::Yes => {
                let mut sniffing = Sniffing::new(Protocol::Other);
                sniffing.on_hole(!client);
                self.state = State::Sniffing(sniffing);
            }
            Sniff::NeedMore if !is_last => return,
            _ => http.release(),
        }
        self.is_answer_lost = false;
        self.settle();
    }

    /// The next CONNECT that moved on.
    fn next_connect(&mut self) -> Option<Prelude> {
        let http = self.http.as_mut()?;
        loop {
            let number = http.take_connect()?;
            let client = http.facts().client;
            let exchange = http.facts().exchanges.at(number);
            if let Some(prelude) =
                exchange.and_then(|exchange| Prelude::from_connect(exchange, client))
            {
                return Some(prelude);
            }
        }
    }

    /// Adds a CONNECT, or what is new of it.
    fn note_connect(&mut self, prelude: Prelude) {
        let known = self.facts.preludes.iter_mut().rev().find(|known| {
            known.kind == PreludeKind::HttpConnect && known.started == prelude.started
        });
        if let Some(known) = known {
            *known = prelude;
            return;
        }
        if self.facts.preludes.len() >= PRELUDES {
            self.facts.preludes.pop();
        }
        self.facts.preludes.push(prelude);
    }
}

impl Prelude {
    /// What an exchange says that asks for a tunnel; `None` for others.
    fn from_connect(exchange: &Exchange, client: Side) -> Option<Self> {
        let request: &Request = exchange.request.as_ref()?;
        let mut prelude = Self::new(PreludeKind::HttpConnect, client, request.first_byte);
        prelude.request_complete = request.headers_complete;
        prelude.request_end = request.end_offset;
        prelude.target.clone_from(&request.target);
        if let Some(response) = &exchange.response {
            prelude.response_first_byte = Some(response.first_byte);
            prelude.response_complete = response.headers_complete;
            prelude.reply = response.status.map(Reply::Status);
            prelude.outcome = match response.status {
                Some(200..=299) => PreludeOutcome::Accepted,
                Some(_) => PreludeOutcome::Refused,
                None => PreludeOutcome::Awaited,
            };
        }
        Some(prelude)
    }
}
