//! The short row of an attempt.

use super::Context;
use crate::attempt::{Attempt, Body, Connection};
use crate::ids;
use crate::phase::{Phase, Timeline};
use crate::report::overview::{Judgement, Overview, Row, Span};
use crate::report::v1::AttemptKind;
use crate::side::Side;
use crate::time::Timestamp;

/// Adds the attempt's row.
pub fn overview_row(
    overview: &mut Overview,
    attempt: &Attempt,
    timeline: &Timeline,
    context: &Context,
) {
    let first = attempt.started();
    let started = first.at;
    let server = attempt.server();
    let client = attempt.client();
    let words = &mut overview.words;
    let packet = first.packet;
    let row = Row {
        id: context.id,
        vantage: attempt.vantage,
        kind: kind(&attempt.body),
        server: words.add(&server.to_string()),
        client: words.add(&client.ip().to_string()),
        client_port: client.port(),
        name: attempt.name.as_ref().map(|(name, _)| words.add(name)),
        judgement: Judgement::NotJudged,
        first_packet: (packet.capture().0, packet.number.get()),
        started_ns: context.ns(started),
        ended_ns: context.ns(attempt.ended().at),
        outcome: timeline.outcome.into(),
        is_stalled: timeline.is_stalled,
        longest_wait_ns: timeline.longest_wait.map(crate::time::Nanos::get),
        status: status(&attempt.body),
        spans: (0, 0),
        repeats: (0, 0),
    };
    let spans = timeline
        .phases
        .iter()
        .filter_map(|phase| span(phase, started));
    let repeats = repeats(&attempt.body).map(|at| at.at.since(started).get());
    overview.push(row, spans, repeats);
}

fn kind(body: &Body) -> AttemptKind {
    match body {
        Body::Probe(log) if log.quic.is_some() => AttemptKind::Quic,
        Body::Tcp(_) | Body::Probe(_) => AttemptKind::Tcp,
        Body::Quic(_) => AttemptKind::Quic,
        Body::Lookup(_) => AttemptKind::Dns,
    }
}

fn span(phase: &Phase, started: Timestamp) -> Option<Span> {
    Some(Span {
        phase: phase.name.into(),
        outcome: phase.outcome.into(),
        start_ns: phase.start?.since(started).get(),
        end_ns: phase.end?.since(started).get(),
    })
}

/// Of the last response in clear; what a proxy says to CONNECT is none of the server's.
fn status(body: &Body) -> Option<u16> {
    if let Body::Probe(log) = body {
        return log.status();
    }
    let connection = connection_of(body).filter(|connection| connection.tls().is_none())?;
    let http = connection.http()?;
    let responses = http
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.response.as_ref());
    responses.last()?.status
}

fn connection_of(body: &Body) -> Option<&Connection> {
    match body {
        Body::Tcp(connection) => Some(connection),
        _ => None,
    }
}

/// What was sent again: SYNs, then data of either side.
fn repeats(body: &Body) -> impl Iterator<Item = ids::Stamp> {
    connection_of(body).into_iter().flat_map(|connection| {
        let flow = &connection.flow;
        let syns = flow.handshake.syns.iter().skip(1).map(|syn| syn.stamp);
        let client = connection.client();
        let data = move |side: Side| {
            flow.sides[side]
                .retransmissions
                .iter()
                .map(|again| again.stamp)
        };
        syns.chain(data(client)).chain(data(!client))
    })
}
