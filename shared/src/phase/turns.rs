//! One view of a request and its response, whether read in clear or told apart by who speaks under TLS.

use crate::attempt::Connection;
use crate::flow::facts::SequenceJump;
use crate::http::facts::{Ending, Exchange as ClearExchange};
use crate::ids::Stamp;
use crate::side::Side;
use crate::time::{Nanos, Timestamp};
use crate::tls::facts::{Exchange as SealedExchange, Facts};

use super::timeline::PhaseBasis;

/// When each side had its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turns {
    /// Rank among the exchanges that are kept.
    pub(super) index: u32,
    pub(super) basis: PhaseBasis,
    pub(super) request: (Timestamp, Timestamp),
    /// The request was seen to its end.
    pub(super) is_asked: bool,
    pub(super) response: Option<(Timestamp, Timestamp)>,
    pub(super) ending: ResponseEnding,
}

/// How a response ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseEnding {
    /// It is whole, or nothing says that it is not.
    Whole,
    /// Its HTTP/2 stream was reset.
    Cut,
    /// More of it is due.
    Due,
    /// The capture lacks what would tell.
    Unknown,
}

/// The exchange to show, and a later one that did not complete.
pub(super) fn of(connection: &Connection) -> (Option<Turns>, Option<Turns>) {
    if let Some(tls) = connection.tls() {
        sealed_pair(connection, tls)
    } else if let Some(http) = connection.http() {
        let mut all = (0..)
            .zip(http.exchanges.iter())
            .filter_map(|(index, exchange)| clear(connection, index, exchange));
        let first = all.next();
        (
            first,
            all.find(|turns| matches!(turns.ending, ResponseEnding::Cut | ResponseEnding::Due)),
        )
    } else {
        (None, None)
    }
}

fn clear(connection: &Connection, index: u32, exchange: &ClearExchange) -> Option<Turns> {
    let request = exchange.request.as_ref()?;
    let response = exchange.response.as_ref();
    let response = response.filter(|it| !connection.is_read_by_nobody(it.first_byte));
    let ending = match response.map(|response| response.body.ending) {
        _ if exchange.reset.is_some() => ResponseEnding::Cut,
        Some(Ending::Complete) => ResponseEnding::Whole,
        Some(Ending::CutByStreamReset) => ResponseEnding::Cut,
        Some(Ending::LostInHole) => ResponseEnding::Unknown,
        // Who cut it, and after what wait, tells whether that is a stall or a failure.
        Some(Ending::Open | Ending::CutByClose | Ending::CutByReset) | None => ResponseEnding::Due,
    };
    Some(Turns {
        index,
        basis: PhaseBasis::Observed,
        request: (request.first_byte.at, request.last_byte.at),
        is_asked: request.end_offset.is_some(),
        response: response.map(|response| (response.first_byte.at, response.last_byte.at)),
        ending,
    })
}

fn sealed_pair(connection: &Connection, tls: &Facts) -> (Option<Turns>, Option<Turns>) {
    let client = tls.client();
    let due = connection.is_mid_message[!client] || is_rest_lost(connection, !client);
    let last = tls.exchanges.len().saturating_sub(1);
    let mut all = (0..)
        .zip(&tls.exchanges)
        .map(|(index, exchange)| {
            let is_last = usize::try_from(index).is_ok_and(|index: usize| index == last);
            (index, exchange, is_last)
        })
        .filter(|(_, exchange, is_last)| {
            let is_awaited = || *is_last && is_answer_missing(connection, client);
            !asks_nothing(exchange, is_awaited)
        })
        .map(|(index, exchange, is_last)| {
            let response = exchange
                .response
                .map(|response| (response.first, response.last))
                .or_else(|| tickets_that_are_none(connection, tls))
                .filter(|(first, _)| !connection.is_read_by_nobody(*first))
                .filter(|_| !connection.is_never_heard(exchange.request.first));
            sealed(index, exchange, response, due && is_last)
        });
    let first = all.next();
    // Under TLS a later unanswered turn of the client may be a close, a window update or half a dialogue
    // of some other protocol; only bytes that the server never acknowledged make it a request in trouble.
    let later = all
        .last()
        .filter(|turns| turns.response.is_none() && is_undelivered(connection, client));
    (first, later)
}

/// The last record that was taken for a ticket, when it may be the whole response and came later than tickets do: those
/// answer the client's Finished message, which is said before the request, and need no thought (RFC 8446 §4.6.1).
fn tickets_that_are_none(connection: &Connection, tls: &Facts) -> Option<(Stamp, Stamp)> {
    let (exchange, ticket) = (tls.exchanges.first()?, tls.tickets.last()?);
    let flow = &connection.flow;
    let of_data = flow.sides[tls.client()].round_trips.map(|trips| trips.min);
    let of_syn = flow.handshake.round_trip.map(|trip| trip.rtt);
    let round_trip = of_data.into_iter().chain(of_syn).min()?;
    let jitter = (round_trip.get() / 4).saturating_add(TICKET_MADE.get());
    let after = |from: Stamp| ticket.first_byte.at.since(from.at).get();
    let is_after_a_round_trip =
        after(exchange.request.last) > round_trip.get().saturating_add(jitter);
    // On a path that lost or held up the Finished message its ACK tells when the server had it.
    let heard = acknowledged(connection, tls.client_finished?.stamp);
    let is_late = is_after_a_round_trip && heard.is_none_or(|heard| after(heard) > jitter);
    // A server that closes an idle connection has answered, as far as anybody can see.
    let fin = |side: Side| flow.sides[side].fin.as_deref().map(|fin| fin.stamp.packet);
    let is_closed_by_it = match (fin(!tls.client()), fin(tls.client())) {
        (Some(server), Some(client)) => server < client,
        (server, _) => server.is_some(),
    };
    let is_response = is_late || is_closed_by_it;
    (tls.answer_is_doubtful() && is_response).then_some((ticket.first_byte, ticket.last_byte))
}

/// The first packet of the other side that acknowledges all of this one's.
fn acknowledged(connection: &Connection, sent: Stamp) -> Option<Stamp> {
    let mut entries = connection.flow.journal.iter();
    let sent = entries.find(|entry| entry.stamp() == sent)?;
    let end = sent.sequence.wrapping_add(sent.payload);
    let answer = entries.find(|entry| entry.acknowledges(!sent.side(), end))?;
    Some(answer.stamp())
}

/// Sealing a ticket is one symmetric encryption; two milliseconds are a process that had to be scheduled for it.
const TICKET_MADE: Nanos = Nanos::from_millis(2);

fn sealed(
    index: u32,
    exchange: &SealedExchange,
    response: Option<(Stamp, Stamp)>,
    is_due: bool,
) -> Turns {
    Turns {
        index,
        basis: PhaseBasis::Inferred,
        request: (exchange.request.first.at, exchange.request.last.at),
        is_asked: true,
        response: response.map(|(first, last)| (first.at, last.at)),
        ending: if is_due || response.is_none() {
            ResponseEnding::Due
        } else {
            ResponseEnding::Whole
        },
    }
}

/// The client's records may all be HTTP/2 control frames, which ask for nothing: SETTINGS acknowledged 9,
/// WINDOW_UPDATE 13, PING 17 bytes (RFC 9113 §6), each in a record that adds up to 24 bytes (RFC 5288 §3;
/// 17 in RFC 8446 §5.2). The shortest HTTP/1 request line and Host are longer.
fn asks_nothing(exchange: &SealedExchange, is_awaited: impl Fn() -> bool) -> bool {
    const CONTROL_RECORD: u64 = 17 + 24;
    let request = &exchange.request;
    let is_control = request.bytes <= CONTROL_RECORD.saturating_mul(u64::from(request.records));
    exchange.response.is_none() && (is_control || (exchange.may_be_preface && !is_awaited()))
}

/// What the client said last did not arrive, or what the server said to it did not: it was more than a preface, whose
/// answer nobody waits for.
fn is_answer_missing(connection: &Connection, client: Side) -> bool {
    is_undelivered(connection, client) || is_rest_lost(connection, !client)
}

/// The side sent more than ever came (M8).
fn is_rest_lost(connection: &Connection, side: Side) -> bool {
    // Only a packet without payload tells of a loss: bytes behind a hole may stand where a capture filter let them.
    let is_lost =
        |jump: &SequenceJump| jump.filled.is_none() && jump.acked.is_none() && !jump.with_payload;
    connection.flow.sides[side].jumps.iter().any(is_lost)
}

/// The side's last bytes were never acknowledged, and the other side's packets are in the capture.
pub(super) fn is_undelivered(connection: &Connection, side: Side) -> bool {
    let sender = &connection.flow.sides[side];
    !connection.flow.is_one_sided()
        && sender.acked.map_or(0, |acked| acked.position) < stream_end(connection, side)
}

/// Position after the side's last payload byte, a FIN not counted.
fn stream_end(connection: &Connection, side: Side) -> u64 {
    let sender = &connection.flow.sides[side];
    let fin = u64::from(sender.fin.is_some());
    sender.seen_end.saturating_sub(fin)
}
