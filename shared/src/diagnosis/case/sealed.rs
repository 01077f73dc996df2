//! The end of a connection whose last response TLS hides: nobody can read whether it was whole.

use super::Case;
use crate::attempt::{Attempt, Connection};
use crate::flow::facts::TcpFlow;
use crate::ids::Stamp;
use crate::measure::whole_seconds;
use crate::phase::{OVERDUE, Outcome, Timeline};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};
use crate::tls::facts::Exchange;

/// Who ended it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedEnder {
    /// The client, by a close_notify, FIN or RST.
    Client,
    /// The server's address, by a FIN without the close_notify that TLS wants before it (RFC 8446 §6.1).
    ServerClosed,
    /// The server's address, by an RST.
    ServerReset,
    /// Nobody, as long as the capture was watched.
    Nobody,
}

/// The wait between the last byte of the last response and the end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedEnd {
    /// The first byte of the last request that was answered.
    pub asked: Stamp,
    /// The server's last byte before the end.
    pub last: Stamp,
    /// Bytes of the response's records.
    pub bytes: u64,
    /// Bytes of the server's stream.
    pub stream_bytes: u64,
    /// The packet that ended it; `None` when nobody did.
    pub end: Option<Stamp>,
    /// Who did.
    pub ender: SealedEnder,
    /// From the last byte to the end of the connection, or of watching.
    pub waited: Nanos,
}

/// Bytes that a client's HTTP/2 control frames take, record by record: WINDOW_UPDATE 13, PING 17 (RFC 9113 §6),
/// and up to 24 of TLS (RFC 5288 §3).
const CONTROL_RECORD: u64 = 17 + 24;

impl SealedEnd {
    /// Of a connection over TLS that shows no trouble; `None` where the server said goodbye in TLS.
    #[must_use]
    pub fn of(attempt: &Attempt, connection: &Connection, timeline: &Timeline) -> Option<Self> {
        let tls = connection.tls()?;
        let flow = &*connection.flow;
        let is_told = timeline.outcome == Outcome::Completed
            && !flow.is_one_sided()
            && tls.exchanges_omitted == 0;
        let exchange = last_answered(&tls.exchanges).filter(|_| is_told)?;
        let client = connection.client();
        let goodbye = goodbye(connection);
        let server_alert = tls.alerts.iter().find(|alert| alert.side != client);
        let is_orderly = server_alert
            .is_some_and(|alert| goodbye.is_none_or(|(end, _)| alert.stamp.packet <= end.packet));
        if is_orderly {
            return None;
        }
        let end = goodbye.map(|(end, _)| end);
        let last = last_payload(flow, !client, end)?;
        let until = end.map_or(attempt.observed_until, |end| end.at);
        Some(Self {
            asked: exchange.request.first,
            last,
            bytes: exchange.response.map_or(0, |response| response.bytes),
            stream_bytes: flow.sides[!client].stream_bytes,
            end,
            ender: goodbye.map_or(SealedEnder::Nobody, |(_, ender)| ender),
            waited: until.since(last.at).max(Nanos(0)),
        })
    }

    /// The client left by a time limit that counts from the beginning of the attempt or of the request, as that of a
    /// whole request does, and not from the last byte, as the idle time of a pool does: the limit in seconds.
    #[must_use]
    pub fn total_limit(&self, started: Timestamp) -> Option<u32> {
        if self.idle_limit().is_some() || !self.is_left() {
            return None;
        }
        let end = self.end?.at;
        let from = [started, self.asked.at];
        from.into_iter().find_map(|from| limit(end.since(from)))
    }

    /// The client left after a wait that was overdue.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.ender == SealedEnder::Client && self.waited >= OVERDUE
    }

    /// The client left a whole number of seconds after the last byte: a read timeout, or an idle one.
    #[must_use]
    pub fn idle_limit(&self) -> Option<u32> {
        self.is_left().then(|| whole_seconds(self.waited))?
    }
}

impl Case<'_> {
    /// How the connection ended, where TLS hides whether its last response was whole.
    #[must_use]
    pub fn sealed_end(&self) -> Option<SealedEnd> {
        let tcp = self.tcp()?;
        SealedEnd::of(self.attempt, tcp.connection, self.timeline)
    }

    /// When the attempt began, its lookup where that was made for it.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        let begun = self.timeline.phases.iter().find_map(|phase| phase.start);
        begun.unwrap_or(self.attempt.connected_from().at)
    }
}

/// The last packet of a side that carries payload, up to the one that ends the connection.
fn last_payload(flow: &TcpFlow, side: Side, end: Option<Stamp>) -> Option<Stamp> {
    let facts = &flow.sides[side];
    // The packet that ends it may carry the last bytes.
    let is_before = |packet| end.is_none_or(|end| packet <= end.packet);
    let sends_once = facts.loss.retransmissions == 0
        && facts.loss.out_of_order == 0
        && facts.loss.zero_window_probes == 0
        && facts.duplicate_packets == 0
        && facts.keep_alives.is_none()
        && flow.reset_count == 0;
    let last = facts.last_payload.filter(|last| is_before(last.packet));
    if let Some(last) = last.filter(|_| sends_once) {
        return Some(last);
    }
    let with_payload = flow.journal.iter().filter(|entry| {
        entry.side() == side && entry.payload > 0 && is_before(entry.stamp().packet)
    });
    with_payload.last().map(|entry| entry.stamp())
}

/// The limit that a wait agrees with, of those that people set: whole seconds up to ten, by fives up to a minute, by
/// half minutes up to ten minutes.
fn limit(waited: Nanos) -> Option<u32> {
    whole_seconds(waited).filter(|seconds| match seconds {
        1..=10 => true,
        11..=60 => seconds % 5 == 0,
        61..=600 => seconds % 30 == 0,
        _ => false,
    })
}

/// The last exchange with a response; what the client said after it asks for nothing.
fn last_answered(exchanges: &[Exchange]) -> Option<&Exchange> {
    let last = exchanges.iter().rposition(|it| it.response.is_some())?;
    let asks = |exchange: &Exchange| {
        let request = &exchange.request;
        request.bytes > CONTROL_RECORD.saturating_mul(u64::from(request.records))
    };
    let later = exchanges.get(last + 1..).unwrap_or_default();
    if later.iter().any(asks) {
        return None;
    }
    exchanges.get(last)
}

/// The first packet by which either side ended the connection.
fn goodbye(connection: &Connection) -> Option<(Stamp, SealedEnder)> {
    let flow = &*connection.flow;
    let client = connection.client();
    let fin = |side| flow.sides[side].fin.as_deref().map(|fin| fin.stamp);
    let resets = flow.resets.iter().map(|reset| {
        if reset.by == client {
            (reset.stamp, SealedEnder::Client)
        } else {
            (reset.stamp, SealedEnder::ServerReset)
        }
    });
    let alerts = connection.tls().map_or(&[][..], |tls| &tls.alerts);
    let alerts = alerts
        .iter()
        .filter(|alert| alert.side == client)
        .map(|alert| (alert.stamp, SealedEnder::Client));
    let fins = [
        (fin(client), SealedEnder::Client),
        (fin(!client), SealedEnder::ServerClosed),
    ];
    let fins = fins
        .into_iter()
        .filter_map(|(stamp, ender)| Some((stamp?, ender)));
    resets
        .chain(alerts)
        .chain(fins)
        .min_by_key(|(stamp, _)| stamp.packet)
}
