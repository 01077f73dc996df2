//! What encrypted records mean, by their sizes, their order and who speaks: the client's Finished message,
//! session tickets, alerts, requests and responses. Everything concluded here is marked as inferred.
//!
//! The mechanisms relied on:
//! * a TLS 1.3 Finished message has the length of the suite's hash, and libraries send it in a record of its own;
//! * tickets answer the client's Finished message, not a request, so they come first, one network round trip later
//!   (RFC 8446 §4.6.1); servers should send them only to clients with `psk_key_exchange_modes` (§4.2.9), but OpenSSL
//!   sends its two to everybody, and several tickets of one server are equally long;
//! * both ends of HTTP/2 send SETTINGS without being asked (RFC 9113 §3.4), and its control frames have fixed sizes.

mod exchanges;
mod finished;

use super::codepoints::CipherSuite;
use super::facts::{Alert, AlertForm, DataSpan, Facts};
use super::sizes::Overhead;
use crate::grow;
use crate::ids::Stamp;
use crate::limits::TLS_ALERTS;
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
                touch(facts.application_data[side].as_mut(), delivered);
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

    /// A record that looks like an alert is its sender's last, so far.
    fn hold(&mut self, facts: &mut Facts, side: Side, delivered: Stamp) {
        if facts.alerts.len() >= TLS_ALERTS {
            facts.alerts_omitted = facts.alerts_omitted.saturating_add(1);
            return;
        }
        self.held[side] = true;
        grow::push(
            &mut facts.alerts,
            Alert {
                side,
                form: AlertForm::Inferred,
                stamp: delivered,
            },
        );
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

const fn extend(span: &mut Option<DataSpan>, more: &DataSpan) {
    match span {
        Some(span) => add(span, more),
        None => *span = Some(*more),
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
