//! One attempt.

use super::context::{Ends, endpoint, packet};
use super::{Context, http, icmp_name, journal, primitives, probe, quic, silence, tls, transport};
use crate::attempt::{Attempt, Body, Connection};
use crate::logged::{Client, written};
use crate::measure::Primitives;
use crate::phase::{Phase, Timeline};
use crate::report::v1;

/// An attempt as the report holds it. Its `lookups` name lookups of the same vantage point.
#[must_use]
pub fn attempt(
    attempt: &Attempt,
    timeline: &Timeline,
    measured: Option<&Primitives>,
    context: &Context,
) -> v1::Attempt {
    let started = attempt.started().at;
    let (server_name, name_basis) = match &attempt.name {
        Some((name, basis)) => (Some(name.to_string()), Some((*basis).into())),
        None => (None, None),
    };
    let mut made = v1::Attempt {
        id: context.id,
        vantage: attempt.vantage,
        kind: kind(&attempt.body),
        client: endpoint(attempt.client()),
        server: endpoint(attempt.server()),
        server_name,
        name_basis,
        started_ns: context.ns(started),
        ended_ns: context.ns(attempt.ended().at),
        outcome: timeline.outcome.into(),
        phases: timeline
            .phases
            .iter()
            .map(|phase| v1::Phase {
                start_ns: phase.start.map(|at| at.since(started).get()),
                end_ns: phase.end.map(|at| at.since(started).get()),
                ..bare(phase)
            })
            .collect(),
        transport: None,
        tls: None,
        proxy: Vec::new(),
        http: Vec::new(),
        http2: None,
        lookups: lookups(attempt),
        quic: None,
        probe: None,
        logged: logged(attempt, timeline),
        icmp: Vec::new(),
        silences: Vec::new(),
        primitives: v1::Primitives::default(),
        packets: Vec::new(),
        packets_left_out: 0,
        verdict: None,
    };
    if let Some(measured) = measured {
        made.primitives = primitives::primitives(measured, context);
    }
    match &attempt.body {
        Body::Tcp(connection) => of_tcp(&mut made, connection, timeline, context),
        Body::Quic(flow) => {
            made.quic = Some(quic::quic(flow, context));
            made.icmp = quic::icmp(flow, context);
        }
        Body::Lookup(_) => {}
        Body::Probe(log) => {
            made.proxy = probe::preludes(log, context);
            made.tls = probe::tls(log, context);
            made.http = probe::http(log, context);
            made.quic = probe::quic(log, context);
            made.probe = Some(probe::probe(log, context));
        }
    }
    made
}

fn logged(attempt: &Attempt, timeline: &Timeline) -> Option<Vec<v1::LoggedText>> {
    written(attempt, timeline).map(logged_texts)
}

/// As the report has them.
#[must_use]
pub fn logged_texts(written: Vec<(Client, Vec<String>)>) -> Vec<v1::LoggedText> {
    let of_client = |(client, texts): (Client, Vec<String>)| v1::LoggedText {
        client: client.name().to_owned(),
        texts,
    };
    written.into_iter().map(of_client).collect()
}

fn kind(body: &Body) -> v1::AttemptKind {
    match body {
        Body::Probe(log) if log.quic.is_some() => v1::AttemptKind::Quic,
        Body::Tcp(_) | Body::Probe(_) => v1::AttemptKind::Tcp,
        Body::Quic(_) => v1::AttemptKind::Quic,
        Body::Lookup(_) => v1::AttemptKind::Dns,
    }
}

fn bare(phase: &Phase) -> v1::Phase {
    v1::Phase {
        phase: phase.name.into(),
        start_ns: None,
        end_ns: None,
        outcome: phase.outcome.into(),
        awaiting: phase.awaited.map(|awaited| awaited.name().to_owned()),
        basis: phase.basis.into(),
        exchange: phase.exchange,
    }
}

fn lookups(attempt: &Attempt) -> Vec<u32> {
    match &attempt.body {
        Body::Lookup(lookup) => vec![lookup.id.0],
        _ => attempt
            .answer
            .iter()
            .map(|answer| answer.lookup.0)
            .collect(),
    }
}

fn of_tcp(made: &mut v1::Attempt, connection: &Connection, timeline: &Timeline, context: &Context) {
    let ends = Ends {
        client: connection.client(),
    };
    let flow = &connection.flow;
    made.transport = Some(transport::transport(flow, ends, context));
    made.tls = connection
        .tls()
        .map(|facts| tls::tls(facts, connection, context));
    made.proxy = http::preludes(connection, context);
    made.http = http::exchanges(connection, context);
    made.http2 = http::http2(connection, context);
    made.silences = silence::silences(connection, timeline, context);
    made.packets = journal::packets(connection, context);
    made.packets_left_out = flow.journal.omitted();
    made.icmp = flow
        .icmp
        .iter()
        .map(|icmp| v1::IcmpError {
            at_ns: context.ns(icmp.stamp.at),
            from: icmp.reporter.to_string(),
            is_v6: icmp.is_v6,
            kind: icmp.kind,
            code: icmp.code,
            name: icmp_name::of(icmp.is_v6, icmp.kind, icmp.code).map(str::to_owned),
            mtu: icmp.mtu,
            quotes: Some(ends.of(icmp.quoted)),
            packet: packet(icmp.stamp),
        })
        .collect();
}
