//! What encrypted records mean, by their sizes, their order and who speaks: the client's Finished message,
//! session tickets, alerts, requests and responses. Everything concluded here is marked as inferred.
//!
//! The mechanisms relied on:
//! * a TLS 1.3 Finished message has the length of the suite's hash, and libraries send it in a record of its own;
//! * tickets answer the client's Finished message, not a request, so they come first, one network round trip later
//!   (RFC 8446 §4.6.1); servers should send them only to clients with `psk_key_exchange_modes` (§4.2.9), but OpenSSL
//!   sends its two to everybody, and several tickets of one server are equally long;
//! * both ends of HTTP/2 send SETTINGS without being asked (RFC 9113 §3.4), and its control frames have fixed sizes.

use super::codepoints::CipherSuite;
use super::facts::{Alert, AlertForm, Basis, Boundary, DataSpan, Exchange, Facts, Ticket};
use super::sizes::{self, Overhead};
use crate::ids::Stamp;
use crate::limits::{TLS_ALERTS, TLS_EXCHANGES, TLS_TICKETS};
use crate::side::{PerSide, Side};
use crate::time::Nanos;

/// What becomes of the current record's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Duty {
    /// Nothing.
    #[default]
    Skip,
    /// The server's encrypted handshake messages.
    ServerFlight,
    /// The client's Finished message.
    Finish,
    /// A client record that may or may not be or hold its Finished message.
    Unsure,
    /// More client records after such a one.
    AfterUnsure,
    /// Application data before the handshake is over.
    EarlyData,
    /// A record as long as an alert.
    Held,
    /// A session ticket.
    Ticket,
    /// Application data; whether it counts for the current exchange.
    Data { in_exchange: bool },
}

/// Whose turn it is in the current exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Turn {
    /// Nobody has asked anything.
    #[default]
    Idle,
    /// The client is asking.
    Request,
    /// The server is answering.
    Response,
}

/// What the server may send before it answers anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Opening {
    /// Tickets.
    #[default]
    Tickets,
    /// HTTP/2 SETTINGS.
    Settings,
    /// Nothing.
    Over,
}

/// A client record in the place of a Finished message that does not have its length.
#[derive(Clone, Copy, Debug)]
struct Unsure {
    complete: Stamp,
    rest: Option<DataSpan>,
}

/// The inference over one connection's encrypted records.
#[derive(Debug, Default)]
pub(super) struct Session {
    overhead: Overhead,
    /// Hash length of the TLS 1.3 suite; `None` while the suite is unknown.
    hash_length: Option<u16>,
    is_tls13: bool,
    may_be_http2: bool,
    may_send_tickets: bool,
    /// Last ClientHello to ServerHello: what the server and the path need for an immediate answer.
    answer_time: Option<Nanos>,
    opening: Opening,
    /// Length of the server's first data record, while it may turn out to be a ticket.
    first_answer: Option<u16>,
    turn: Turn,
    is_listed: bool,
    held: PerSide<bool>,
    unsure: Option<Box<Unsure>>,
}

/// Records of a request whose end is marked: a request is mostly one or two.
const MARKED_RECORDS: u32 = 4;
/// Delay in the server's scheduling and in acknowledgements that an immediate answer may have.
const SCHEDULING: Nanos = Nanos::from_millis(20);

impl Session {
    /// What the hellos told; asked again after each hello.
    pub(super) fn on_hello(&mut self, facts: &Facts, is_tls13: bool) {
        self.is_tls13 = is_tls13;
        let offer = facts.client_hellos.last().map(|hello| &hello.offer);
        self.may_send_tickets = is_tls13 && offer.is_none_or(|offer| offer.accepts_tickets);
        let offers_http2 = offer.is_none_or(|offer| offer.alpn.iter().any(|name| &**name == "h2"));
        let server = facts.server_hello.as_deref();
        self.may_be_http2 = match server.and_then(|hello| hello.alpn.as_deref()) {
            Some(chosen) => chosen == "h2",
            None => is_tls13 && offers_http2,
        };
        let suite = server.map(|hello| hello.cipher_suite);
        self.hash_length = suite.map(CipherSuite::hash_length);
        self.overhead = match suite {
            Some(suite) => Overhead::of(suite, is_tls13),
            None if is_tls13 => Overhead::of(CipherSuite(0x1301), true),
            None => Overhead::default(),
        };
        let asked = facts.client_hellos.last().and_then(|hello| hello.complete);
        self.answer_time = server
            .zip(asked)
            .map(|(hello, asked)| hello.first_byte.at.since(asked.at));
    }

    /// An application data record begins.
    pub(super) fn begin(
        &mut self,
        facts: &mut Facts,
        side: Side,
        length: u16,
        first_byte: Stamp,
    ) -> Duty {
        if !self.is_tls13 {
            self.settle_tls12(facts, side, first_byte);
            return self.data(facts, side, length, first_byte);
        }
        let is_client = side == facts.client();
        self.release(facts, side, is_client);
        if facts.handshake_end.is_none() {
            let duty = if is_client {
                self.client_flight(facts, length, first_byte)
            } else {
                self.server_flight(facts, length, first_byte)
            };
            if let Some(duty) = duty {
                return duty;
            }
        }
        if self.overhead.is_alert(length) {
            return Duty::Held;
        }
        self.data(facts, side, length, first_byte)
    }

    /// Bytes of the current record.
    pub(super) fn progress(&mut self, facts: &mut Facts, side: Side, duty: Duty, delivered: Stamp) {
        match duty {
            Duty::Data { in_exchange } => {
                touch(facts.application_data[side].as_deref_mut(), delivered);
                if in_exchange && self.is_listed {
                    touch(current_span(facts, side), delivered);
                }
            }
            Duty::Ticket => {
                if let Some(ticket) = facts.tickets.last_mut() {
                    ticket.last_byte = delivered;
                }
            }
            Duty::EarlyData => touch(facts.early_data.as_deref_mut(), delivered),
            Duty::AfterUnsure => {
                touch(
                    self.unsure.as_mut().and_then(|unsure| unsure.rest.as_mut()),
                    delivered,
                );
            }
            Duty::Skip | Duty::ServerFlight | Duty::Finish | Duty::Unsure | Duty::Held => {}
        }
    }

    /// The current record is over. Says whether the client's Finished message was.
    pub(super) fn end(
        &mut self,
        facts: &mut Facts,
        side: Side,
        duty: Duty,
        delivered: Stamp,
    ) -> bool {
        match duty {
            Duty::Finish => self.finish(facts, delivered),
            Duty::Unsure => {
                self.unsure = Some(Box::new(Unsure {
                    complete: delivered,
                    rest: None,
                }));
            }
            Duty::Held => self.hold(facts, side, delivered),
            _ => {}
        }
        duty == Duty::Finish
    }

    /// A record of a request ended whose delivery is worth proving: the first few of each listed request.
    pub(super) fn wants_mark(&self, facts: &Facts, side: Side, duty: Duty) -> bool {
        duty == Duty::Data { in_exchange: true }
            && self.is_listed
            && side == facts.client()
            && facts
                .exchanges
                .last()
                .is_some_and(|exchange| exchange.request.records <= MARKED_RECORDS)
    }

    /// Encrypted bytes whose record boundaries are lost.
    pub(super) fn unframed(
        &mut self,
        facts: &mut Facts,
        side: Side,
        bytes: usize,
        at: (Stamp, Stamp),
    ) {
        if facts.handshake_end.is_none() {
            return;
        }
        let (carried, delivered) = at;
        let span = DataSpan {
            first: carried,
            last: delivered,
            records: 0,
            bytes: bytes as u64,
        };
        extend(&mut facts.application_data[side], &span);
        self.opening = Opening::Over;
        if side == facts.client() {
            self.request(facts, span, false);
        } else {
            self.response(facts, span);
        }
    }

    /// The client's side lost its framing where its Finished message may have been.
    pub(super) fn on_client_gap(&mut self, facts: &mut Facts, known: Stamp) {
        if facts.handshake_end.is_none() && facts.server_hello.is_some() {
            self.unsure.get_or_insert(Box::new(Unsure {
                complete: known,
                rest: None,
            }));
        }
    }

    /// A client record before its Finished message is known, TLS 1.3. `None`: it is application data.
    fn client_flight(&mut self, facts: &mut Facts, length: u16, first_byte: Stamp) -> Option<Duty> {
        let offers_early = facts
            .client_hello()
            .is_some_and(|hello| hello.offer.early_data);
        if self.is_finished(length) {
            return Some(Duty::Finish);
        }
        if offers_early && self.unsure.is_none() {
            let span = span_of(length, first_byte);
            match &mut facts.early_data {
                Some(early) => add(early, &span),
                None => facts.early_data = Some(Box::new(span)),
            }
            return Some(Duty::EarlyData);
        }
        if self.overhead.is_alert(length) {
            return Some(Duty::Held);
        }
        let Some(unsure) = &mut self.unsure else {
            return Some(Duty::Unsure);
        };
        let span = span_of(length, first_byte);
        match &mut unsure.rest {
            Some(rest) => add(rest, &span),
            None => unsure.rest = Some(span),
        }
        Some(Duty::AfterUnsure)
    }

    /// A server record before the client's Finished message is known. `None`: it is application data.
    fn server_flight(&mut self, facts: &mut Facts, length: u16, first_byte: Stamp) -> Option<Duty> {
        let is_over = facts
            .server_flight
            .as_ref()
            .is_some_and(|flight| flight.is_over);
        if !is_over && self.unsure.is_none() {
            return Some(Duty::ServerFlight);
        }
        if self.overhead.is_alert(length) {
            return Some(Duty::Held);
        }
        let client = facts.client();
        if self.held[client] {
            // The client gave up with an alert; nothing of this is an answer.
            return Some(Duty::Skip);
        }
        // The server goes on, so it has read a Finished message: the record in its place was or held it.
        let unsure = self.unsure.take();
        let finished = unsure.as_ref().map_or(first_byte, |unsure| unsure.complete);
        self.finish(facts, finished);
        if let Some(rest) = unsure.and_then(|unsure| unsure.rest) {
            extend(&mut facts.application_data[client], &rest);
            self.request(facts, rest, false);
        }
        None
    }

    fn is_finished(&self, length: u16) -> bool {
        let of_hash = |hash| self.overhead.finished(hash) == Some(length);
        match self.hash_length {
            Some(hash) => of_hash(hash),
            None => of_hash(32) || of_hash(48),
        }
    }

    fn finish(&mut self, facts: &mut Facts, complete: Stamp) {
        let inferred = |stamp| Boundary {
            stamp,
            basis: Basis::Inferred,
        };
        facts.client_finished = Some(inferred(complete));
        facts.server_finished = facts
            .server_flight
            .as_ref()
            .map(|flight| inferred(flight.last_byte));
        facts.handshake_end = facts.client_finished;
        self.unsure = None;
    }

    /// Application data proves that a TLS 1.2 handshake is over, when its Finished messages were not seen.
    fn settle_tls12(&mut self, facts: &mut Facts, side: Side, first_byte: Stamp) {
        // A client may send before the server's Finished message (RFC 7918); a server never does.
        let proves = side != facts.client() || facts.server_finished.is_some();
        if facts.handshake_end.is_none() && facts.server_hello.is_some() && proves {
            facts.handshake_end = Some(Boundary {
                stamp: first_byte,
                basis: Basis::Inferred,
            });
        }
    }

    /// A record that looks like an alert is its sender's last, so far.
    fn hold(&mut self, facts: &mut Facts, side: Side, delivered: Stamp) {
        if facts.alerts.len() >= TLS_ALERTS {
            facts.alerts_omitted = facts.alerts_omitted.saturating_add(1);
            return;
        }
        self.held[side] = true;
        facts.alerts.push(Alert {
            side,
            form: AlertForm::Inferred,
            stamp: delivered,
        });
    }

    /// The sender goes on after a record that looked like an alert, so it was data.
    fn release(&mut self, facts: &mut Facts, side: Side, is_client: bool) {
        if !std::mem::take(&mut self.held[side]) {
            return;
        }
        let is_held = |alert: &Alert| alert.side == side && alert.form == AlertForm::Inferred;
        let Some(index) = facts.alerts.iter().rposition(is_held) else {
            return;
        };
        let stamp = facts.alerts.remove(index).stamp;
        if facts.handshake_end.is_none() {
            return;
        }
        let span = span_of(self.overhead.alert().unwrap_or_default(), stamp);
        extend(&mut facts.application_data[side], &span);
        if is_client {
            self.request(facts, span, false);
        } else {
            self.response(facts, span);
        }
    }

    /// A record of application data, or a ticket.
    fn data(&mut self, facts: &mut Facts, side: Side, length: u16, first_byte: Stamp) -> Duty {
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
        facts.tickets.push(Ticket {
            first_byte: first.first,
            last_byte: first.last,
            length: u16::try_from(first.bytes).unwrap_or(u16::MAX),
        });
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
    fn request(&mut self, facts: &mut Facts, span: DataSpan, may_be_preface: bool) {
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
            facts.exchanges.push(Exchange {
                request: span,
                response: None,
                may_be_preface,
            });
        } else {
            facts.exchanges_omitted = facts.exchanges_omitted.saturating_add(1);
        }
    }

    /// Server data that answers something.
    fn response(&mut self, facts: &mut Facts, span: DataSpan) {
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

fn span_of(length: u16, first_byte: Stamp) -> DataSpan {
    DataSpan {
        first: first_byte,
        last: first_byte,
        records: 1,
        bytes: u64::from(length),
    }
}

fn touch(span: Option<&mut DataSpan>, delivered: Stamp) {
    if let Some(span) = span {
        span.last = delivered;
    }
}

const fn add(span: &mut DataSpan, more: &DataSpan) {
    span.last = more.last;
    span.records = span.records.saturating_add(more.records);
    span.bytes = span.bytes.saturating_add(more.bytes);
}

fn extend(span: &mut Option<Box<DataSpan>>, more: &DataSpan) {
    match span {
        Some(span) => add(span, more),
        None => *span = Some(Box::new(*more)),
    }
}

/// The span of the current exchange that a side's bytes go to.
fn current_span(facts: &mut Facts, side: Side) -> Option<&mut DataSpan> {
    let is_client = side == facts.client();
    let exchange = facts.exchanges.last_mut()?;
    if is_client {
        Some(&mut exchange.request)
    } else {
        exchange.response.as_mut()
    }
}

fn push_ticket(facts: &mut Facts, length: u16, first_byte: Stamp) {
    if facts.tickets.len() < TLS_TICKETS {
        facts.tickets.push(Ticket {
            first_byte,
            last_byte: first_byte,
            length,
        });
    }
}
