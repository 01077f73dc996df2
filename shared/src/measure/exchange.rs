//! Requests: their delivery, the server's time before each response (M7), and idle time before them.

use super::Elapsed;
use super::delivery::{Delivery, delivery};
use super::packets::{Packets, end_of};
use crate::attempt::Connection;
use crate::http::facts::{Exchange as ClearExchange, Gap};
use crate::ids::Stamp;
use crate::side::Side;
use crate::time::Nanos;
use crate::tls::facts::Exchange as SealedExchange;

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeTurn {
    /// Its rank among the exchanges that are kept.
    pub index: u32,
    /// From the request's first byte to its last one seen.
    pub request: Elapsed,
    /// The request was seen to its end; under TLS, as far as records tell.
    pub is_asked: bool,
    /// M7: from the request's last byte to the response's first; `None` while there is no response. Negative
    /// when the server answered before it had the whole request.
    pub answer: Option<Elapsed>,
    /// M7 less the shortest round trip.
    pub server_think: Option<Nanos>,
    /// What became of the request's bytes; `None` when its packets are not kept, or only one side's
    /// packets were captured.
    pub delivery: Option<Delivery>,
    /// The time without any packet before it (P3, P4, A7); `None` when what came before is not kept.
    pub idle: Option<IdleTime>,
    /// Longest time without a byte inside the request's body (A6); only in clear.
    pub request_pause: Option<Elapsed>,
    /// Longest time without a byte inside the response's body (A3); only in clear.
    pub response_pause: Option<Elapsed>,
}

/// Time in which a connection was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleTime {
    /// From the last packet before to the first one after.
    pub elapsed: Elapsed,
    /// Who sent the last packet before.
    pub last_speaker: Side,
}

/// What both kinds of exchanges tell.
struct Turn {
    first: Stamp,
    last: Stamp,
    is_asked: bool,
    response: Option<Stamp>,
    pauses: [Option<Gap>; 2],
}

/// M7 of every kept exchange.
pub(super) fn turns(
    connection: &Connection,
    packets: &Packets<'_>,
    round_trip: Option<Nanos>,
) -> Vec<ExchangeTurn> {
    let measure =
        |(index, turn): (u32, Turn)| measured(index, &turn, connection, packets, round_trip);
    if let Some(tls) = connection.tls() {
        (0..)
            .zip(tls.exchanges.iter().map(sealed))
            .map(measure)
            .collect()
    } else if let Some(http) = connection.http() {
        (0..)
            .zip(http.exchanges.iter())
            .filter_map(|(index, exchange)| Some((index, clear(exchange)?)))
            .map(measure)
            .collect()
    } else {
        Vec::new()
    }
}

const fn sealed(exchange: &SealedExchange) -> Turn {
    Turn {
        first: exchange.request.first,
        last: exchange.request.last,
        is_asked: true,
        response: match exchange.response {
            Some(response) => Some(response.first),
            None => None,
        },
        pauses: [None, None],
    }
}

fn clear(exchange: &ClearExchange) -> Option<Turn> {
    let request = exchange.request.as_ref()?;
    let response = exchange.response.as_ref();
    Some(Turn {
        first: request.first_byte,
        last: request.last_byte,
        is_asked: request.end_offset.is_some(),
        response: response.map(|response| response.first_byte),
        pauses: [
            request.body.longest_gap,
            response.and_then(|response| response.body.longest_gap),
        ],
    })
}

fn measured(
    index: u32,
    turn: &Turn,
    connection: &Connection,
    packets: &Packets<'_>,
    round_trip: Option<Nanos>,
) -> ExchangeTurn {
    let response = turn.response;
    let response = response.filter(|said| {
        !connection.is_read_by_nobody(*said) && !connection.is_never_heard(turn.first)
    });
    let answer = response.map(|response| Elapsed {
        from: turn.last,
        until: response,
    });
    let [request_pause, response_pause] = turn.pauses.map(|gap| {
        gap.map(|gap| Elapsed {
            from: gap.from,
            until: gap.until,
        })
    });
    ExchangeTurn {
        index,
        request: Elapsed {
            from: turn.first,
            until: turn.last,
        },
        is_asked: turn.is_asked,
        server_think: answer
            .zip(round_trip)
            .map(|(answer, rtt)| Nanos(answer.length().get().saturating_sub(rtt.get()))),
        answer,
        delivery: delivered(turn, connection, packets),
        idle: packets.before(turn.first).map(|before| IdleTime {
            elapsed: Elapsed {
                from: before.stamp(),
                until: turn.first,
            },
            last_speaker: before.side(),
        }),
        request_pause,
        response_pause,
    }
}

/// The request's packets tell its place in the stream: whole packets, which is as TCP repeats them.
fn delivered(turn: &Turn, connection: &Connection, packets: &Packets<'_>) -> Option<Delivery> {
    let flow = &connection.flow;
    if flow.is_one_sided() {
        return None;
    }
    let (first, last) = (packets.at(turn.first)?, packets.at(turn.last)?);
    // Relative numbers count the SYN, positions do not; streams of 4 GB and more wrap.
    let start = u64::from(first.sequence).checked_sub(1)?;
    let end = u64::from(end_of(last)).checked_sub(1)?;
    let range = (start, end.max(start));
    Some(delivery(
        flow,
        packets,
        connection.client(),
        range,
        turn.last,
    ))
}
