//! Responses: which request each answers, and what it turns the connection into.

use crate::http::facts::Text;
use crate::http::facts::{Ending, Exchange, HttpFacts, Informational, Response, Upgrade};
use crate::http::h1::framing::{Asked, Framing};
use crate::http::h1::head::ResponseHead;
use crate::http::h1::lane::State;
use crate::http::h1::{EARLY_RESPONSES, Handover, Pair, Place, Waiting};
use crate::http::marks::Marks;
use crate::limits::INFORMATIONAL_RESPONSES;
use crate::time::Timestamp;

impl Pair {
    pub(super) fn on_response(
        &mut self,
        facts: &mut HttpFacts,
        marks: &mut Marks,
        head: ResponseHead,
        place: Place,
    ) {
        let server = !self.client;
        let lane = &mut self.lanes[server];
        let first = lane.first.unwrap_or(place.at);
        lane.forget();
        if matches!(head.status, 100 | 102..=199) {
            lane.state = State::Between;
            self.on_informational(
                facts,
                Informational {
                    status: head.status,
                    first_byte: first,
                    headers_complete: place.at,
                },
            );
            return;
        }
        let waiting = self.match_request(first.at);
        let asked = waiting.map_or(Asked::Other, |waiting| waiting.asked);
        let status = head.status;
        let framing = head.framing(asked);
        let offered = head.fields.upgrade.clone();
        let response = head.into_response(first, Some(place.at));
        let number = self.add_response(facts, response, waiting);
        self.lanes[server].number = Some(number);
        if let Framing::Body(progress) = framing {
            self.lanes[server].state = State::Body(progress);
            if let Some((body, _last)) = self.place(facts, server, Some(number)) {
                body.framing = progress.framing();
            }
        } else {
            self.end_message(facts, marks, server, place.end, place.at);
        }
        self.answer(
            facts,
            number,
            Answer {
                status,
                asked,
                offered,
            },
            place,
        );
    }

    fn on_informational(&self, facts: &mut HttpFacts, informational: Informational) {
        let exchange = self
            .waiting
            .front()
            .and_then(|waiting| facts.exchanges.at_mut(waiting.number));
        if let Some(exchange) = exchange
            && exchange.informational.len() < INFORMATIONAL_RESPONSES
        {
            exchange.informational.push(informational);
        }
    }

    /// The request that a response answers: the oldest; after a hole that may hold responses the latest that
    /// was sent before it, since few clients pipeline.
    pub(super) fn match_request(&mut self, answered: Timestamp) -> Option<Waiting> {
        if self.is_unsure {
            self.is_unsure = false;
            let later = self
                .waiting
                .iter()
                .take_while(|waiting| waiting.sent <= answered)
                .count();
            drop(self.waiting.drain(..later.saturating_sub(1)));
        }
        self.waiting.pop_front()
    }

    /// Logs a response, with its request or alone.
    pub(super) fn add_response(
        &mut self,
        facts: &mut HttpFacts,
        response: Response,
        waiting: Option<Waiting>,
    ) -> u64 {
        facts.exchanges.count_response();
        if let Some(waiting) = waiting {
            if let Some(exchange) = facts.exchanges.at_mut(waiting.number) {
                exchange.response = Some(response);
            }
            return waiting.number;
        }
        let number = facts.exchanges.push(|number| Exchange {
            response: Some(response),
            ..Exchange::empty(number, None)
        });
        if self.early.len() >= EARLY_RESPONSES {
            self.early.pop_front();
        }
        self.early.push_back(number);
        number
    }

    /// What the answer to CONNECT or Upgrade means for the connection.
    fn answer(&mut self, facts: &mut HttpFacts, number: u64, answer: Answer, place: Place) {
        let is_tunnel = answer.asked == Asked::Connect && matches!(answer.status, 200..=299);
        if answer.asked == Asked::Connect {
            self.connects.push_back(number);
        }
        if is_tunnel {
            self.handover = Some(Handover::Tunnel);
        } else if answer.status == 101 {
            let request = facts.exchanges.at(number);
            let request = request.and_then(|exchange| exchange.request.as_ref());
            let asked_for = request.and_then(|request| request.upgrade.clone());
            let protocol = answer.offered.or(asked_for);
            let protocol = protocol.unwrap_or_else(|| Text::new(b"", 0));
            facts.upgrade = Some(Upgrade {
                at: place.at,
                protocol: protocol.clone(),
            });
            self.handover = Some(Handover::Upgrade(protocol, number));
        } else if self.is_holding && self.waiting.is_empty() {
            self.release();
        }
        if self.handover.is_some() {
            self.lanes.originator.state = State::Handed;
            self.lanes.responder.state = State::Handed;
        }
    }

    /// A side's place is lost: what was in progress ends so, and answers may be missed.
    pub(super) fn lose(&mut self, facts: &mut HttpFacts, side: crate::side::Side, ending: Ending) {
        self.end_unfinished(facts, side, ending);
        self.lanes[side].lose();
        if side == self.client {
            return;
        }
        self.is_unsure = true;
        for waiting in &self.waiting {
            if let Some(exchange) = facts.exchanges.at_mut(waiting.number) {
                exchange.is_response_lost = true;
            }
        }
    }
}

/// A response, as far as it decides what the connection becomes.
struct Answer {
    status: u16,
    asked: Asked,
    offered: Option<Text>,
}
