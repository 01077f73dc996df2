//! When the handshake is over, by the records that only its end explains.

use super::{Duty, Session, Unsure, add, extend, span_of};
use crate::ids::Stamp;
use crate::side::Side;
use crate::tls::facts::{Basis, Boundary, Facts};

impl Session {
    /// The client's side lost its framing where its Finished message may have been.
    pub(in crate::tls) fn on_client_gap(&mut self, facts: &mut Facts, known: Stamp) {
        if facts.handshake_end.is_none() && facts.server_hello.is_some() {
            self.unsure.get_or_insert(Box::new(Unsure {
                complete: known,
                rest: None,
            }));
        }
    }

    /// A client record before its Finished message is known, TLS 1.3. `None`: it is application data.
    pub(super) fn client_flight(
        &mut self,
        facts: &mut Facts,
        length: u16,
        first_byte: Stamp,
    ) -> Option<Duty> {
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
    pub(super) fn server_flight(
        &mut self,
        facts: &mut Facts,
        length: u16,
        first_byte: Stamp,
    ) -> Option<Duty> {
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

    pub(super) fn finish(&mut self, facts: &mut Facts, complete: Stamp) {
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
    pub(super) fn settle_tls12(&mut self, facts: &mut Facts, side: Side, first_byte: Stamp) {
        // A client may send before the server's Finished message (RFC 7918); a server never does.
        let proves = side != facts.client() || facts.server_finished.is_some();
        if facts.handshake_end.is_none() && facts.server_hello.is_some() && proves {
            facts.handshake_end = Some(Boundary {
                stamp: first_byte,
                basis: Basis::Inferred,
            });
        }
    }
}
