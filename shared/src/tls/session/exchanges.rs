//! Requests and responses, and what a server sends before any: tickets and HTTP/2 SETTINGS.

use super::{Duty, Opening, Session, Turn, add, extend, span_of};
use crate::grow;
use crate::ids::Stamp;
use crate::limits::{TLS_EXCHANGES, TLS_TICKETS};
use crate::side::Side;
use crate::time::Nanos;
use crate::tls::facts::{DataSpan, Exchange, Facts, Ticket};
use crate::tls::sizes;

/// Delay in the server's scheduling and in acknowledgements that an immediate answer may have.
const SCHEDULING: Nanos = Nanos::from_millis(20);

impl Session {
    /// A record of application data, or a ticket.
    pub(super) fn data(
        &mut self,
        facts: &mut Facts,
        side: Side,
        length: u16,
        first_byte: Stamp,
    ) -> Duty {
        let span = span_of(length, first_byte);
        if side == facts.client() {
            extend(&mut facts.application_data[side], &span);
            let in_exchange = self.client_data(facts, length, span);
            return Duty::Data { in_exchange };
        }
        if self.opening == Opening::Tickets && facts.handshake_end.is_some() && self.is_tls13 {
            if self.is_ticket(facts, length, first_byte) {
                push_ticket(facts, length, first_byte);
                return Duty::Ticket;
            }
            self.first_answer = self.can_be_ticket(length).then_some(length);
        } else if self.first_answer.take() == Some(length) && self.take_answer_for_ticket(facts) {
            push_ticket(facts, length, first_byte);
            return Duty::Ticket;
        }
        if self.opening == Opening::Tickets {
            self.opening = Opening::Settings;
        }
        extend(&mut facts.application_data[side], &span);
        let in_exchange = !self.is_unasked(length);
        if in_exchange {
            self.response(facts, span);
        }
        Duty::Data { in_exchange }
    }

    /// The server's first two records are equally long: tickets, so the first was no answer.
    fn take_answer_for_ticket(&mut self, facts: &mut Facts) -> bool {
        let server = !facts.client();
        let [exchange] = facts.exchanges.as_mut_slice() else {
            return false;
        };
        let Some(first) = exchange.response.take_if(|response| response.records == 1) else {
            return false;
        };
        facts.application_data[server] = None;
        grow::push(
            &mut facts.tickets,
            Ticket {
                first_byte: first.first,
                last_byte: first.last,
                length: u16::try_from(first.bytes).unwrap_or(u16::MAX),
            },
        );
        self.turn = Turn::Request;
        self.opening = Opening::Tickets;
        true
    }

    /// Whether the server sends this by itself on an HTTP/2 connection.
    fn is_unasked(&mut self, length: u16) -> bool {
        let is_first = self.opening == Opening::Settings;
        self.opening = Opening::Over;
        let plain = self.overhead.plain(length);
        self.may_be_http2
            && plain.is_some_and(|plain| {
                sizes::is_http2_control(plain) || is_first && sizes::is_http2_settings(plain)
            })
    }

    fn can_be_ticket(&self, length: u16) -> bool {
        self.overhead
            .plain(length)
            .is_some_and(sizes::can_be_ticket)
    }

    fn is_ticket(&self, facts: &Facts, length: u16, first_byte: Stamp) -> bool {
        if !self.can_be_ticket(length) || facts.tickets.len() >= TLS_TICKETS {
            return false;
        }
        let is_preface = facts
            .exchanges
            .last()
            .is_some_and(|exchange| exchange.may_be_preface);
        if self.turn == Turn::Idle || is_preface {
            // Nobody asked for anything yet.
            return true;
        }
        match facts.tickets.last() {
            Some(last) => last.length == length,
            None => self.may_send_tickets && self.is_immediate(facts, first_byte),
        }
    }

    /// It came as soon after the client's Finished message as an answer that needs no thought.
    fn is_immediate(&self, facts: &Facts, first_byte: Stamp) -> bool {
        let Some((answer, finished)) = self.answer_time.zip(facts.client_finished) else {
            return true;
        };
        let limit = answer
            .get()
            .saturating_mul(2)
            .saturating_add(SCHEDULING.get());
        first_byte.at.since(finished.stamp.at).get() <= limit
    }

    fn client_data(&mut self, facts: &mut Facts, length: u16, span: DataSpan) -> bool {
        let plain = self.overhead.plain(length).filter(|_| self.may_be_http2);
        let is_control = plain.is_some_and(sizes::is_http2_control);
        if is_control && self.turn != Turn::Idle {
            return false;
        }
        let may_be_preface = self.turn == Turn::Idle && plain.is_some_and(sizes::is_http2_preface);
        if self.turn == Turn::Request && !self.may_be_http2 {
            self.take_ticket_for_answer(facts, &span);
        }
        self.request(facts, span, may_be_preface);
        true
    }

    /// The client asks again after nothing but one ticket came: without HTTP/2 nobody does that unanswered, so the
    /// ticket was the answer.
    fn take_ticket_for_answer(&mut self, facts: &mut Facts, next: &DataSpan) {
        let [ticket] = facts.tickets.as_slice() else {
            return;
        };
        let ticket = *ticket;
        let asked = facts.exchanges.last().map(|exchange| exchange.request.last);
        let is_between = asked
            .is_some_and(|asked| ticket.first_byte.packet.number > asked.packet.number)
            && ticket.last_byte.packet.number < next.first.packet.number;
        if !is_between {
            return;
        }
        facts.tickets.clear();
        let span = DataSpan {
            last: ticket.last_byte,
            ..span_of(ticket.length, ticket.first_byte)
        };
        let server = !facts.client();
        extend(&mut facts.application_data[server], &span);
        self.response(facts, span);
    }

    /// Client data for the current exchange, or for a new one.
    pub(super) fn request(&mut self, facts: &mut Facts, span: DataSpan, may_be_preface: bool) {
        if self.turn == Turn::Request {
            let Some(exchange) = facts.exchanges.last_mut().filter(|_| self.is_listed) else {
                return;
            };
            if std::mem::take(&mut exchange.may_be_preface) {
                exchange.request = span;
            } else {
                add(&mut exchange.request, &span);
            }
            return;
        }
        self.turn = Turn::Request;
        self.is_listed = facts.exchanges.len() < TLS_EXCHANGES;
        if self.is_listed {
            grow::push(
                &mut facts.exchanges,
                Exchange {
                    request: span,
                    response: None,
                    may_be_preface,
                },
            );
        } else {
            facts.exchanges_omitted = facts.exchanges_omitted.saturating_add(1);
        }
    }

    /// Server data that answers something.
    pub(super) fn response(&mut self, facts: &mut Facts, span: DataSpan) {
        if self.turn == Turn::Idle {
            let Some(early) = facts.early_data.as_deref().copied() else {
                return;
            };
            self.request(facts, early, false);
        }
        self.turn = Turn::Response;
        let Some(exchange) = facts.exchanges.last_mut().filter(|_| self.is_listed) else {
            return;
        };
        match &mut exchange.response {
            Some(response) => add(response, &span),
            None => exchange.response = Some(span),
        }
    }
}

fn push_ticket(facts: &mut Facts, length: u16, first_byte: Stamp) {
    if facts.tickets.len() < TLS_TICKETS {
        grow::push(
            &mut facts.tickets,
            Ticket {
                first_byte,
                last_byte: first_byte,
                length,
            },
        );
    }
}
