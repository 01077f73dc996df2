//! The request that the trouble is about: did it arrive, and was the connection idle before it?

use super::{Case, Tcp};
use crate::diagnosis::Evidence;
use crate::flow::facts::{Pause, Reset, Silence};
use crate::ids::Stamp;
use crate::measure::{Delivery, ExchangeTurn, IdleTime};
use crate::phase::{Awaited, OVERDUE};
use crate::time::Nanos;

/// A request that the server's kernel never acknowledged whole.
#[derive(Clone, Copy, Debug)]
pub struct LostRequest<'a> {
    /// The exchange.
    pub turn: &'a ExchangeTurn,
    /// What became of its bytes.
    pub delivery: &'a Delivery,
    /// Nothing at all came from the server's address after the request was sent.
    pub is_server_silent: bool,
}

impl<'a> Case<'a> {
    /// The exchange whose phase did not complete.
    #[must_use]
    pub fn troubled_exchange(&self) -> Option<&'a ExchangeTurn> {
        let index = self.trouble()?.exchange?;
        let exchanges = &self.measured?.exchanges;
        exchanges.iter().find(|exchange| exchange.index == index)
    }

    /// The request in trouble, when it was not delivered: its own bytes, not those of a goodbye after it.
    #[must_use]
    pub fn lost_request(&self) -> Option<LostRequest<'a>> {
        if self.awaited() != Some(Awaited::RequestAck) {
            return None;
        }
        let tcp = self.tcp()?;
        let turn = self.troubled_exchange()?;
        let delivery = turn.delivery.as_ref()?;
        let sent = turn.request.from;
        let is_lost = delivery.acked.is_none() && delivery.acked_bytes < delivery.bytes;
        is_lost.then_some(LostRequest {
            turn,
            delivery,
            is_server_silent: tcp.server.last.is_none_or(|last| last.packet < sent.packet),
        })
    }

    /// The ACK of the whole request whose response never began, with when the request's last byte was sent.
    #[must_use]
    pub fn unanswered_request(&self) -> Option<(Stamp, Stamp)> {
        let awaited = self.awaited()?;
        if !matches!(awaited, Awaited::Response | Awaited::RequestAck) {
            return None;
        }
        let turn = self.troubled_exchange()?;
        let acked = turn.delivery.as_ref()?.acked?;
        turn.answer.is_none().then_some((turn.request.until, acked))
    }
}

impl Tcp<'_> {
    /// The idle time before an exchange, when it is the longest that the connection had until then, and a second or
    /// more: a timer on the way that had spared all shorter ones may have ended the connection in it.
    #[must_use]
    pub fn longest_idle(&self, turn: &ExchangeTurn) -> Option<IdleTime> {
        let idle = turn.idle?;
        let length = idle.elapsed.length();
        let survived = |silence: &&Silence| {
            let ended = silence.until;
            ended.is_some_and(|until| until.packet < idle.elapsed.until.packet)
        };
        let longest = self
            .flow
            .silences
            .iter()
            .filter(survived)
            .map(|silence| silence.length)
            .max();
        (length >= OVERDUE && longest.is_none_or(|longest| longest < length)).then_some(idle)
    }

    /// The copies of a request that were sent, as evidence.
    #[must_use]
    pub fn copies_evidence(&self, lost: &LostRequest<'_>) -> Option<Evidence> {
        let first = lost.turn.request.from;
        let resent = lost.delivery.resent.iter().copied();
        let sent = std::iter::once(first).chain(resent);
        let copies = Evidence::packets("ev-request-copies", sent)?;
        Some(
            copies
                .with("bytes", lost.delivery.bytes)
                .with("copies", lost.delivery.copies)
                .with("acked", lost.delivery.acked_bytes),
        )
    }

    /// A side's receive window was closed when the capture ended: it is that side that holds the other up.
    #[must_use]
    pub fn window_stays_closed(&self, is_client: bool) -> bool {
        let side = if is_client { self.client } else { self.server };
        let closed = side.zero_windows.as_deref();
        closed.is_some_and(|windows| windows.open_span.is_some())
    }

    /// The time from one packet to another, never negative.
    #[must_use]
    pub fn between(from: Stamp, until: Stamp) -> Nanos {
        until.at.since(from.at).max(Nanos(0))
    }
}

impl<'a> Tcp<'a> {
    /// The reset that answered the client's first data after the connection had been idle for a second or more, with
    /// that idle time. A goodbye of the client before it asks for nothing: then nobody was harmed.
    #[must_use]
    pub fn reset_after_idle(&self) -> Option<(&'a Reset, &'a Pause)> {
        let reset = self.server_reset()?;
        let sent = reset.answers_data?;
        let has_left = self
            .client
            .fin
            .as_deref()
            .is_some_and(|fin| fin.stamp.packet < reset.stamp.packet);
        let had_worked = self.server.payload_segments > 0;
        let idle = self
            .flow
            .pauses
            .iter()
            .find(|pause| pause.until == Some(sent) && pause.length >= OVERDUE)?;
        let is_first = self
            .client
            .acked
            .is_none_or(|acked| acked.stamp.packet < sent.packet);
        (!has_left && had_worked && is_first).then_some((reset, idle))
    }
}
