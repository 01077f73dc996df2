//! HTTP/1: the two directions of a connection, requests matched with responses in order (RFC 9112 §9.3.2).

mod body;
mod framing;
mod head;
mod lane;
mod responses;
mod unfinished;

use std::collections::VecDeque;

use crate::flow::chunk::{Chunk, Hole, HoleReason, Mark, MarkKind};
use crate::http::facts::{Ending, Exchange, HttpFacts, Request, StopReason, Text};
use crate::http::h1::body::{Progress, Then};
use crate::http::h1::framing::{Asked, Framing};
use crate::http::h1::head::{RequestHead, ResponseHead};
use crate::http::h1::lane::{Cut, Kind, Lane, State, blank};
use crate::http::marks::Marks;
use crate::ids::Stamp;
use crate::limits::OUTSTANDING_REQUESTS;
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// Responses that came before their request in the capture, of which the latest are remembered.
const EARLY_RESPONSES: usize = 8;

/// Both directions of one HTTP/1 connection.
#[derive(Debug)]
pub(super) struct Pair {
    client: Side,
    lanes: PerSide<Lane>,
    /// Requests that wait for their response, oldest first.
    waiting: VecDeque<Waiting>,
    /// Exchanges whose response came first.
    early: VecDeque<u64>,
    /// A response may be in a hole since the last one was matched.
    is_unsure: bool,
    /// The client waits for the answer to CONNECT or Upgrade once its request is out.
    is_holding: bool,
    /// The client's held bytes are to be read before anything else.
    is_released: bool,
    handover: Option<Handover>,
    /// Exchanges of CONNECTs that moved on since they were last asked for: one packet may hold several.
    connects: VecDeque<u64>,
}

/// What the connection turns into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Handover {
    /// CONNECT was granted: anything may follow.
    Tunnel,
    /// 101: the protocol named follows; the number is the exchange that it answers.
    Upgrade(Text, u64),
}

/// A request that waits for its response.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    number: u64,
    asked: Asked,
    sent: Timestamp,
}

/// A message's body and how far it was seen.
type BodyPlace<'a> = (&'a mut crate::http::facts::Body, &'a mut Stamp);

impl Pair {
    /// A connection whose next bytes are at these positions.
    pub(super) fn new(client: Side, positions: PerSide<u64>) -> Self {
        let lane = |side: Side| {
            let kind = if side == client {
                Kind::Request
            } else {
                Kind::Response
            };
            Lane::new(kind, positions[side])
        };
        Self {
            client,
            lanes: PerSide {
                originator: lane(Side::Originator),
                responder: lane(Side::Responder),
            },
            waiting: VecDeque::new(),
            early: VecDeque::new(),
            is_unsure: false,
            is_holding: false,
            is_released: false,
            handover: None,
            connects: VecDeque::new(),
        }
    }

    /// Takes what it can of the chunk; the rest must be offered again after the other side's held bytes, or
    /// belongs to what the connection turned into.
    pub(super) fn on_bytes(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        chunk: Chunk<'_>,
    ) -> usize {
        let mut used = 0;
        self.is_released = false;
        while let Some(rest) = chunk.bytes.get(used..).filter(|rest| !rest.is_empty()) {
            if self.is_released {
                break;
            }
            let lane = &mut self.lanes[chunk.side];
            if used > 0 && lane.state == (State::Lost { is_trying: false }) {
                // Only the start of a packet is looked at again.
                used = chunk.bytes.len();
                break;
            }
            used += match lane.state {
                State::Between => lane.begin(rest, chunk.carried),
                State::Head => self.head(facts, marks, &chunk, used),
                State::Body(progress) => self.body(facts, marks, &chunk, used, progress),
                State::Lost { is_trying } => lane.regain(rest, chunk.carried, is_trying),
                State::Held => match blank(rest) {
                    0 => break,
                    line_ends => line_ends,
                },
                State::Handed => break,
            };
        }
        self.lanes[chunk.side].leave(&chunk, used);
        used
    }

    pub(super) fn on_hole(&mut self, facts: &mut HttpFacts, marks: &mut Marks, hole: Hole) {
        let lane = &mut self.lanes[hole.side];
        lane.position = hole.offset.saturating_add(hole.length);
        match lane.state {
            State::Body(progress) => {
                let mut ahead = progress;
                let then = ahead.advance_over_hole(hole.length);
                let number = lane.number;
                lane.state = State::Body(ahead);
                let content = progress.opaque().min(hole.length);
                if let Some((body, last)) = self.place(facts, hole.side, number) {
                    body.pass_hole(last, &hole, content);
                }
                match then {
                    Some(Then::End) if hole.reason != HoleReason::GivenUp => {
                        let end = self.lanes[hole.side].position;
                        self.end_message(facts, marks, hole.side, end, hole.known);
                    }
                    Some(Then::More | Then::Bad(_)) => {}
                    _ => self.lose(facts, hole.side, Ending::LostInHole),
                }
            }
            State::Handed => {}
            State::Held => lane.state = State::Between,
            State::Between | State::Head | State::Lost { .. } => {
                self.lose(facts, hole.side, Ending::LostInHole);
            }
        }
    }

    /// This side's bytes up to here are nobody's.
    pub(super) fn pass_to(&mut self, side: Side, position: u64) {
        self.lanes[side].position = position;
    }

    /// The position up to which this side's bytes need not be kept.
    pub(super) fn skip_until(&self, side: Side) -> Option<u64> {
        let lane = &self.lanes[side];
        match lane.state {
            State::Body(progress) if progress.opaque() > 0 => {
                Some(lane.position.saturating_add(progress.opaque()))
            }
            _ => None,
        }
    }

    /// What the connection turned into, once.
    pub(super) const fn take_handover(&mut self) -> Option<Handover> {
        self.handover.take()
    }

    /// The next exchange of a CONNECT that was sent or answered since the last calls.
    pub(super) fn take_connect(&mut self) -> Option<u64> {
        self.connects.pop_front()
    }

    /// The next byte of each side, where the connection was handed over.
    pub(super) fn positions(&self) -> PerSide<u64> {
        PerSide {
            originator: self.lanes.originator.position,
            responder: self.lanes.responder.position,
        }
    }

    /// The client's bytes wait for the answer to CONNECT or Upgrade.
    pub(super) fn is_held(&self) -> bool {
        self.lanes[self.client].state == State::Held
    }

    /// Reads the client's next bytes as HTTP/1, although the answer to CONNECT or Upgrade was not seen.
    pub(super) fn release(&mut self) {
        let lane = &mut self.lanes[self.client];
        if lane.state == State::Held {
            lane.state = State::Between;
            self.is_released = true;
        }
        self.is_holding = false;
    }

    fn head(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        chunk: &Chunk<'_>,
        used: usize,
    ) -> usize {
        let rest = chunk.bytes.get(used..).unwrap_or_default();
        let lane = &mut self.lanes[chunk.side];
        let place = |taken: usize| Place {
            end: chunk.offset.saturating_add((used + taken) as u64),
            at: chunk.delivered,
        };
        let bad = match lane.kind {
            Kind::Request => match lane.cut(rest, RequestHead::parse) {
                Cut::More => return rest.len(),
                Cut::Bad(reason) => reason,
                Cut::Head(head, taken) => {
                    self.on_request(facts, marks, *head, place(taken));
                    return taken;
                }
            },
            Kind::Response => match lane.cut(rest, ResponseHead::parse) {
                Cut::More => return rest.len(),
                Cut::Bad(reason) => self.reason_at_response(reason),
                Cut::Head(head, taken) => {
                    self.on_response(facts, marks, *head, place(taken));
                    return taken;
                }
            },
        };
        let lane = &mut self.lanes[chunk.side];
        lane.last = Some(chunk.delivered);
        if bad != StopReason::HeadersTooLong {
            // It was no message after all.
            lane.first = None;
        }
        facts.stop(chunk.side, chunk.delivered, bad);
        self.lose(facts, chunk.side, Ending::Open);
        rest.len()
    }

    /// Bytes that nobody waits for are named so.
    fn reason_at_response(&self, reason: StopReason) -> StopReason {
        if reason == StopReason::NotHttp && self.waiting.is_empty() {
            StopReason::BytesAfterResponse
        } else {
            reason
        }
    }

    fn body(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        chunk: &Chunk<'_>,
        used: usize,
        mut progress: Progress,
    ) -> usize {
        let rest = chunk.bytes.get(used..).unwrap_or_default();
        let advance = progress.advance(rest);
        let lane = &mut self.lanes[chunk.side];
        lane.state = State::Body(progress);
        let number = lane.number;
        if let Some((body, last)) = self.place(facts, chunk.side, number) {
            body.note(*last, chunk.delivered);
            body.bytes = body.bytes.saturating_add(advance.content);
            *last = chunk.delivered;
        }
        match advance.then {
            Then::More => {}
            Then::End => {
                let end = chunk.offset.saturating_add((used + advance.used) as u64);
                self.end_message(facts, marks, chunk.side, end, chunk.delivered);
            }
            Then::Bad(reason) => {
                facts.stop(chunk.side, chunk.delivered, reason);
                self.lose(facts, chunk.side, Ending::Open);
                return rest.len();
            }
        }
        advance.used
    }

    fn on_request(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        head: RequestHead,
        place: Place,
    ) {
        let framing = head.framing();
        let asked = Asked::from_method(&head.method.kept);
        self.is_holding = asked == Asked::Connect || head.fields.upgrade.is_some();
        let lane = &mut self.lanes[self.client];
        let first = lane.first.unwrap_or(place.at);
        lane.forget();
        let request = head.into_request(first, Some(place.at));
        let number = self.add_request(facts, request, asked);
        let lane = &mut self.lanes[self.client];
        lane.number = Some(number);
        match framing {
            Framing::Nothing => self.end_message(facts, marks, self.client, place.end, place.at),
            Framing::Body(progress) => {
                lane.state = State::Body(progress);
                if let Some((body, _last)) = self.place(facts, self.client, Some(number)) {
                    body.framing = progress.framing();
                }
            }
            Framing::Unknown(reason) => {
                lane.first = None;
                facts.stop(self.client, place.at, reason);
                self.lose(facts, self.client, Ending::Open);
            }
        }
    }

    /// Logs a request: with the response that came before it in the capture, or as a new exchange that waits.
    fn add_request(&mut self, facts: &mut HttpFacts, request: Request, asked: Asked) -> u64 {
        facts.exchanges.count_request();
        let sent = request.first_byte.at;
        while let Some(number) = self.early.pop_front() {
            let exchange = facts.exchanges.at_mut(number);
            let came_after = |exchange: &&mut Exchange| {
                let response = exchange.response.as_ref();
                response.is_some_and(|response| response.first_byte.at >= sent)
            };
            if let Some(exchange) = exchange.filter(came_after) {
                exchange.request = Some(request);
                self.is_holding = false;
                return number;
            }
        }
        let is_response_lost = matches!(self.lanes[!self.client].state, State::Lost { .. });
        let number = facts.exchanges.push(|number| Exchange {
            request: Some(request),
            is_response_lost,
            ..Exchange::empty(number, None)
        });
        if self.waiting.len() >= OUTSTANDING_REQUESTS {
            facts.stop_at_last(
                self.client,
                &self.lanes[self.client],
                StopReason::TooManyOutstanding,
            );
            self.waiting.pop_front();
        }
        self.waiting.push_back(Waiting {
            number,
            asked,
            sent,
        });
        number
    }

    /// A message ended as it was framed.
    fn end_message(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        side: Side,
        end: u64,
        at: Stamp,
    ) {
        let lane = &mut self.lanes[side];
        let number = lane.number.take();
        lane.first = None;
        lane.state = State::Between;
        if let Some((body, last)) = self.place(facts, side, number) {
            body.ending = Ending::Complete;
            *last = at;
        }
        if side != self.client {
            return;
        }
        let request = number
            .and_then(|number| facts.exchanges.at_mut(number))
            .and_then(|exchange| exchange.request.as_mut());
        let mut kind = MarkKind::Request;
        if let Some(request) = request {
            request.end_offset = Some(end);
            let method = request.method.as_ref();
            if method.is_some_and(|method| &*method.kept == "CONNECT") {
                kind = MarkKind::Prelude;
                self.connects.extend(number);
            }
        }
        marks.push(Mark { side, end, kind });
        if self.is_holding {
            self.lanes[side].state = State::Held;
        }
    }

    /// The body of the message in progress on a side.
    fn place<'f>(
        &self,
        facts: &'f mut HttpFacts,
        side: Side,
        number: Option<u64>,
    ) -> Option<BodyPlace<'f>> {
        let exchange = facts.exchanges.at_mut(number?)?;
        if side == self.client {
            let request = exchange.request.as_mut()?;
            Some((&mut request.body, &mut request.last_byte))
        } else {
            let response = exchange.response.as_mut()?;
            Some((&mut response.body, &mut response.last_byte))
        }
    }
}

/// Where a header block ends.
#[derive(Clone, Copy, Debug)]
struct Place {
    end: u64,
    at: Stamp,
}
