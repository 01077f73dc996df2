//! M3 to M7: whose turn it was, and how long.

use super::super::Context;
use super::super::context::{Ends, packet};
use super::{both, packets};
use crate::measure::{ExchangeTurn, FlightTurn, HelloTurn, SlowAck, TurnEnd};
use crate::report::v1;

pub(super) fn hello_delivery(hello: &HelloTurn, context: &Context) -> Option<v1::HelloDelivery> {
    let delivery = hello.delivery.as_ref()?;
    let held = delivery.sacked.map(|(from, to, stamp)| v1::HeldPart {
        from,
        to,
        packet: packet(stamp),
    });
    Some(v1::HelloDelivery {
        elapsed_ns: hello.delivered_in().map(crate::time::Nanos::get),
        acked_bytes: delivery.acked_bytes,
        hello_bytes: delivery.bytes,
        copies: delivery.copies,
        held,
        resent: delivery
            .resent
            .iter()
            .map(|stamp| context.stamp(*stamp))
            .collect(),
        packets: packets([Some(hello.sent), delivery.acked]),
    })
}

pub(super) fn server_think(hello: &HelloTurn) -> Option<v1::ServerThink> {
    let answer = hello.answer?;
    Some(v1::ServerThink {
        elapsed_ns: answer.length().get(),
        net_ns: hello.server_think.map(crate::time::Nanos::get),
        packets: both(answer),
    })
}

pub(super) fn server_flight(flight: &FlightTurn) -> v1::ServerFlight {
    v1::ServerFlight {
        bytes: flight.bytes,
        segments: flight.segments,
        first_segment: flight.first_segment,
        largest_segment: flight.largest_segment,
        elapsed_ns: flight.sent.length().get(),
        pauses: flight
            .pauses
            .iter()
            .map(|(pause, bytes_before)| v1::FlightPause {
                elapsed_ns: pause.length().get(),
                bytes_before: *bytes_before,
                packets: both(*pause),
            })
            .collect(),
        packets: both(flight.sent),
    }
}

pub(super) fn slow_ack(ack: SlowAck, context: &Context) -> v1::SlowAck {
    v1::SlowAck {
        elapsed_ns: ack.elapsed.length().get(),
        is_bare: ack.is_bare,
        resumed: ack.resumed.map(|stamp| context.stamp(stamp)),
        packets: both(ack.elapsed),
    }
}

pub(super) fn flight_think(flight: &FlightTurn) -> Option<v1::FlightThink> {
    let turn = flight.client_turn?;
    Some(v1::FlightThink {
        elapsed_ns: turn.elapsed.length().get(),
        ended_with: match turn.end {
            TurnEnd::Spoke => v1::FlightThinkEnd::Payload,
            TurnEnd::Closed => v1::FlightThinkEnd::Close,
        },
        server_was_done: flight.is_over,
        packets: both(turn.elapsed),
    })
}

pub(super) fn request_think(exchange: &ExchangeTurn) -> Option<v1::RequestThink> {
    let answer = exchange.answer?;
    Some(v1::RequestThink {
        exchange: exchange.index,
        elapsed_ns: answer.length().get(),
        net_ns: exchange.server_think.map(crate::time::Nanos::get),
        packets: both(answer),
    })
}

pub(super) fn request_delivery(
    exchange: &ExchangeTurn,
    ends: Ends,
    context: &Context,
) -> v1::RequestDelivery {
    let delivery = exchange.delivery.as_ref();
    let acked = delivery.and_then(|delivery| delivery.acked);
    let request = exchange.request;
    let last = (request.until != request.from).then_some(request.until);
    v1::RequestDelivery {
        exchange: exchange.index,
        bytes: delivery.map(|delivery| delivery.bytes),
        acked_bytes: delivery.map(|delivery| delivery.acked_bytes),
        elapsed_ns: acked.map(|acked| acked.at.since(request.until.at).get()),
        copies: delivery.map(|delivery| delivery.copies),
        resent: delivery
            .into_iter()
            .flat_map(|delivery| &delivery.resent)
            .map(|stamp| context.stamp(*stamp))
            .collect(),
        idle: exchange.idle.map(|idle| v1::Idle {
            elapsed_ns: idle.elapsed.length().get(),
            last_from: ends.of(idle.last_speaker),
            packet: packet(idle.elapsed.from),
        }),
        body_gap_ns: exchange.request_pause.map(|gap| gap.length().get()),
        packets: packets([Some(request.from), last, acked]),
    }
}
