//! The request that the trouble is about: did it arrive, and was the connection idle before it?

use super::{Case, Tcp};
use crate::diagnosis::Evidence;
use crate::flow::facts::{Pause, Reset, Silence};
use crate::flow::journal::{Entry, Notes};
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

/// A request that the server's kernel acknowledged whole, and that was never answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnansweredRequest {
    /// Its last packet.
    pub sent: Stamp,
    /// The ACK of it.
    pub acked: Stamp,
    /// The client's goodbye, where that looks like more of the request.
    pub left: Option<Stamp>,
}

/// Header of a record, alert, content type and tag (RFC 8446 §5.2), padded to the next sixteen bytes.
const PADDED_ALERT: u32 = 5 + 2 + 1 + 16 + 16;

/// A goodbye and the FIN behind it are two calls in a row; half a period of CPU bandwidth control may lie between.
const AT_ONCE: Nanos = Nanos::from_millis(50);

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

    /// The request that was acknowledged whole and whose response never began.
    #[must_use]
    pub fn unanswered_request(&self) -> Option<UnansweredRequest> {
        let turn = self.troubled_exchange()?;
        if turn.answer.is_some() {
            return None;
        }
        match self.awaited()? {
            Awaited::Response | Awaited::RequestAck => {}
            _ => return None,
        }
        if let Some(told) = self.tcp()?.told_before_goodbye(turn) {
            return Some(told);
        }
        Some(UnansweredRequest {
            sent: turn.request.until,
            acked: turn.delivery.as_ref()?.acked?,
            left: None,
        })
    }
}

impl Tcp<'_> {
    /// A client may pad what it says when it leaves (Java's user_canceled and close_notify), and then that looks like
    /// more of the request: one or two records as short as a padded alert, after a second or more, right before the
    /// FIN. What was said before is the request.
    fn told_before_goodbye(&self, turn: &ExchangeTurn) -> Option<UnansweredRequest> {
        let fin = self.client.fin.as_deref()?.stamp;
        let mut before: Option<Entry> = None;
        let mut split: Option<(Entry, Stamp)> = None;
        let mut parts = 0;
        let entries = self.flow.journal.iter().filter(|entry| {
            entry.side() == self.client_side
                && entry.payload > 0
                && entry.notes().contains(Notes::NEW)
                && entry.stamp().packet >= turn.request.from.packet
        });
        for entry in entries {
            let stamp = entry.stamp();
            if let Some(last) = before
                && Self::between(last.stamp(), stamp) >= OVERDUE
            {
                split = Some((last, stamp));
                parts = 0;
            }
            if split.is_some() {
                parts += 1;
                let is_short = entry.payload <= PADDED_ALERT && parts <= 2;
                let is_leaving = Self::between(stamp, fin) <= AT_ONCE;
                if !is_short || !is_leaving {
                    return None;
                }
            }
            before = Some(entry);
        }
        let (last, left) = split?;
        let end = last.sequence.wrapping_add(last.payload);
        let acked = self.flow.journal.iter().find(|entry| {
            entry.side() != self.client_side
                && entry.stamp().packet > last.stamp().packet
                && entry.acknowledgment.wrapping_sub(end) as i32 >= 0
        })?;
        Some(UnansweredRequest {
            sent: last.stamp(),
            acked: acked.stamp(),
            left: Some(left),
        })
    }

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
