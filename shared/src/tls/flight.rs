//! The server's flight: what it sends between the ClientHello and the client's next word.

use super::facts::Flight;
use super::record::Head;
use super::session::Duty as SessionDuty;
use super::tracker::{Duty, Moment, Tracker};
use crate::flow::chunk::MarkKind;
use crate::ids::Stamp;
use crate::side::Side;

impl Tracker {
    /// The server's flight begins with its first handshake record, and is over when the client speaks.
    pub(super) fn follow_flight(&mut self, head: Head, duty: Duty, moment: &Moment) {
        let is_client = moment.side == self.facts.client();
        if is_client {
            let is_answer = !matches!(
                duty,
                Duty::ChangeCipherSpec | Duty::Application(SessionDuty::EarlyData) | Duty::Skip
            );
            if is_answer {
                self.end_flight();
            }
            return;
        }
        let begins = matches!(duty, Duty::Messages) && self.facts.server_flight.is_none();
        if begins && self.facts.client_side.is_some() {
            self.begin_flight((head.first_byte, head.start), 0, *moment);
        }
        if let Some(flight) = self
            .facts
            .server_flight
            .as_mut()
            .filter(|flight| !flight.is_over)
        {
            flight.records = flight.records.saturating_add(1);
        }
    }

    /// The server's flight begins, unless it has.
    pub(super) fn begin_flight(&mut self, first: (Stamp, u64), records: u32, moment: Moment) {
        let (first_byte, start) = first;
        self.facts.server_flight.get_or_insert_with(|| {
            Box::new(Flight {
                first_byte,
                last_byte: moment.delivered,
                start,
                end: moment.position,
                records,
                is_over: false,
            })
        });
    }

    /// The server's bytes go on.
    pub(super) fn grow_flight(&mut self, moment: &Moment) {
        if self.facts.handshake_end.is_some() || moment.side == self.facts.client() {
            return;
        }
        if let Some(flight) = self
            .facts
            .server_flight
            .as_mut()
            .filter(|flight| !flight.is_over)
        {
            flight.last_byte = moment.delivered;
            flight.end = moment.position;
        }
    }

    /// The client has spoken.
    pub(super) fn end_flight(&mut self) {
        if let Some(flight) = &mut self.facts.server_flight {
            flight.is_over = true;
        }
    }

    /// Marks where the server's flight stops, when it stops between two records.
    pub(super) fn mark_flight(&mut self, side: Side) {
        let Some(handshake) = &mut self.handshake else {
            return;
        };
        let Some(flight) = &self.facts.server_flight else {
            return;
        };
        let stops = self.lines[side].record.is_at_boundary() && side != self.facts.client();
        if stops && flight.end > handshake.marked_flight {
            handshake.marked_flight = flight.end;
            let end = flight.end;
            self.mark(side, end, MarkKind::ServerFlight);
        }
    }
}
