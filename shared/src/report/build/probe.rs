//! What a client of our own saw, as the report holds it.

use super::context::{Context, hex};
use super::http::protocol;
use super::quic::version_name;
use super::tls::{certificate, group, suite, version};
use crate::diagnosis::{ArmOdds, wilson};
use crate::http::facts::ErrorCode;
use crate::probe::{Ender, Event, Kind, Limit, Log, Sample, SocketError, TunnelBy, What};
use crate::quic::code::{Http3Code, TransportCode};
use crate::report::v1;
use crate::time::Nanos;
use crate::tls::codepoints::{AlertDescription, ContentType};

pub(super) fn probe(log: &Log, context: &Context) -> v1::Probe {
    let (limit, error) = match log.ender() {
        Some((_, Ender::Limit(limit))) => (Some(self::limit(limit)), None),
        Some((_, Ender::Connect(error) | Ender::Broken(error))) => (None, Some(self::error(error))),
        _ => (None, None),
    };
    v1::Probe {
        target: log.target.to_string(),
        arm: log.arm.map(|arm| arm.name().to_owned()),
        hop: log.hop,
        due_ns: log.due.map(|due| context.ns(due)),
        has_kernel_times: log.has_kernel_times,
        client_delay_ns: log.client_delay().map(|(delay, _)| delay.get()),
        limit,
        error,
        events: log
            .events
            .iter()
            .map(|event| self::event(event, context))
            .collect(),
        samples: log
            .samples
            .iter()
            .map(|sample| self::sample(sample, context))
            .collect(),
    }
}

/// The attempts of one arm at one address.
pub fn arm(arm: &ArmOdds) -> v1::ServerArm {
    let (attempts, failures) = (arm.odds.attempts.into(), arm.odds.failures.into());
    v1::ServerArm {
        arm: arm.arm.name().to_owned(),
        attempts,
        failures,
        wilson95: wilson::wilson95(failures, attempts),
        chance: arm.chance,
    }
}

fn limit(limit: &Limit) -> v1::ProbeLimit {
    v1::ProbeLimit {
        name: limit.name.to_string(),
        length_ns: limit.length.get(),
    }
}

fn error(error: &SocketError) -> v1::ProbeError {
    v1::ProbeError {
        errno: error.errno.to_string(),
        is_local: error.is_local,
        icmp: error.icmp.map(|icmp| v1::ProbeIcmp {
            from: icmp.from.to_string(),
            is_v6: icmp.is_v6,
            kind: icmp.kind,
            code: icmp.code,
        }),
    }
}

fn event(event: &Event, context: &Context) -> v1::ProbeEvent {
    let named = |name: Option<&'static str>| name.map(str::to_owned);
    let (code, detail) = match &event.what {
        What::Record { content_type, .. } => (
            Some(u16::from(*content_type)),
            named(ContentType(*content_type).name()),
        ),
        What::AlertReceived { code, .. } | What::AlertSent { code } => (
            Some(u16::from(*code)),
            named(AlertDescription(*code).name()),
        ),
        What::StreamReset { code } | What::GoAway { code } => {
            let known = ErrorCode(*code);
            coded((*code).into(), known.name(), || known.words())
        }
        What::Http3Reset { code }
        | What::ConnectionClosed {
            code,
            is_application: true,
        } => coded(*code, Http3Code(*code).name(), || Http3Code(*code).words()),
        What::ConnectionClosed { code, .. } => {
            let known = TransportCode(*code);
            coded(*code, known.name(), || known.words())
        }
        What::HeadRead { status } | What::Used { status } => (Some(*status), None),
        What::ProxyAnswered { code, .. } => (Some(*code), None),
        What::ConnectFailed(error) | What::Broken(error) => (None, Some(error.errno.to_string())),
        What::LimitFired(limit) => (None, Some(limit.name.to_string())),
        _ => (None, None),
    };
    v1::ProbeEvent {
        at_ns: context.ns(event.at),
        kernel_ns: event.kernel.map(|at| context.ns(at)),
        kind: event.what.kind().name().to_owned(),
        bytes: event.what.bytes(),
        code,
        detail,
    }
}

/// A code and its name; one that is larger than the field stands in its words.
fn coded(
    code: u64,
    name: Option<&'static str>,
    words: impl FnOnce() -> String,
) -> (Option<u16>, Option<String>) {
    match u16::try_from(code) {
        Ok(code) => (Some(code), name.map(str::to_owned)),
        Err(_) => (None, Some(words())),
    }
}

fn sample(sample: &Sample, context: &Context) -> v1::TcpSample {
    v1::TcpSample {
        at_ns: context.ns(sample.at),
        state: sample.state,
        retransmits: sample.retransmits,
        unacknowledged: sample.unacknowledged,
        sacked: sample.sacked,
        lost: sample.lost,
        total_retransmits: sample.total_retransmits,
        rtt_ns: sample.round_trip.get(),
        min_rtt_ns: sample.least_round_trip.map(Nanos::get),
        since_data_ns: sample.since_data.map(Nanos::get),
        since_ack_ns: sample.since_ack.map(Nanos::get),
        send_mss: sample.send_mss,
        receive_mss: sample.receive_mss,
        bytes_acked: sample.bytes_acked,
        bytes_received: sample.bytes_received,
        segments_in: sample.segments_in,
        out_of_order: sample.out_of_order,
    }
}

/// What was asked of a proxy and answered; nothing until it was asked.
pub(super) fn preludes(log: &Log, context: &Context) -> Vec<v1::Prelude> {
    let asked = log.events.iter().rev();
    let mut asked = asked.filter(|event| event.what.kind() == Kind::ProxyAsked);
    let (Some(tunnel), Some(asked)) = (&log.tunnel, asked.next()) else {
        return Vec::new();
    };
    let answered = log.events.iter().find_map(|event| match event.what {
        What::ProxyAnswered { code, is_granted } => Some((event, code, is_granted)),
        _ => None,
    });
    vec![v1::Prelude {
        kind: match tunnel.by {
            TunnelBy::Connect => v1::PreludeKind::HttpConnect,
            TunnelBy::Socks5 => v1::PreludeKind::Socks5,
        },
        request_ns: Some(context.ns(asked.at)),
        request_packet: None,
        response_ns: answered.map(|(event, ..)| context.ns(event.kernel.unwrap_or(event.at))),
        response_packet: None,
        target: Some(tunnel.target.to_string()),
        // A refusal with no code is an answer of another protocol.
        status: answered
            .and_then(|(_, code, is_granted)| (is_granted || code != 0).then_some(code)),
        accepted: answered.map(|(.., is_granted)| is_granted),
    }]
}

/// The first flight of QUIC, and what went over its socket.
pub(super) fn quic(log: &Log, context: &Context) -> Option<v1::Quic> {
    let quic = log.quic.as_ref()?;
    let pair = |(client, server)| v1::PerEnd { client, server };
    Some(v1::Quic {
        version: quic.version.map(version_name),
        initial_ns: context.at(log.first(Kind::InitialSent)),
        initials_sent: quic.initials,
        answer_ns: context.at(log.first(Kind::Answered)),
        saw_retry: log.first(Kind::RetryReceived).is_some(),
        saw_version_negotiation: log.first(Kind::VersionsOffered).is_some(),
        datagrams: pair(quic.datagrams),
        bytes: pair(quic.bytes),
        ..v1::Quic::default()
    })
}

/// What TLS agreed on; `None` until the ClientHello left, which over QUIC is in the first Initial packet.
pub(super) fn tls(log: &Log, context: &Context) -> Option<v1::Tls> {
    let tls = log.tls.as_ref()?;
    let hello = log
        .first(Kind::HelloWritten)
        .or(log.first(Kind::InitialSent))?;
    let at = |kind: Kind| context.at(log.first(kind));
    let mut certificates: Vec<_> = tls.certificates.iter().map(certificate).collect();
    if let Some(first) = certificates.first_mut() {
        first.sha256 = tls.certificate_sha256.as_ref().map(|digest| hex(digest));
    }
    Some(v1::Tls {
        server_name: tls.server_name.as_ref().map(ToString::to_string),
        client_hello_ns: Some(context.ns(hello.at)),
        client_hello_complete_ns: Some(context.ns(hello.at)),
        client_hello_acked_ns: at(Kind::HelloAcked),
        server_hello_ns: at(Kind::ServerHello),
        version: tls.version.map(version),
        cipher_suite: tls.suite.map(suite),
        group: tls.group.map(group),
        alpn: tls.alpn.as_ref().map(ToString::to_string),
        resumed: tls.is_resumed,
        certificates,
        server_flight_end_ns: at(Kind::FlightComplete),
        client_finished_ns: at(Kind::FinishedWritten),
        handshake_end_ns: at(Kind::HandshakeDone),
        handshake_basis: log.first(Kind::HandshakeDone).map(|_| v1::Basis::Reported),
        alerts: alerts(log, context),
        application_records: v1::PerEnd {
            client: tls.records.0,
            server: tls.records.1,
        },
        ..v1::Tls::default()
    })
}

fn alerts(log: &Log, context: &Context) -> Vec<v1::Alert> {
    let alerts = log.stamped().filter_map(|(stamp, event)| {
        let (from, code) = match event.what {
            What::AlertReceived { code, .. } => (v1::End::Server, code),
            What::AlertSent { code } => (v1::End::Client, code),
            _ => return None,
        };
        Some(v1::Alert {
            at_ns: context.ns(stamp.at),
            from,
            level: None,
            code: Some(code),
            name: AlertDescription(code).name().map(str::to_owned),
            basis: v1::Basis::Reported,
            packet: None,
        })
    });
    alerts.collect()
}

/// The one exchange, once the request was begun.
pub(super) fn http(log: &Log, context: &Context) -> Vec<v1::Exchange> {
    let (Some(http), Some(begun)) = (&log.http, log.first(Kind::RequestBegun)) else {
        return Vec::new();
    };
    let at = |kind: Kind| context.at(log.first(kind));
    let gaps = log.events.iter().filter_map(|event| match event.what {
        What::BodyResumed { after } => Some(after.get()),
        _ => None,
    });
    let head = log.first(Kind::HeadRead);
    vec![v1::Exchange {
        protocol: http.version.map_or(v1::HttpProtocol::Unknown, protocol),
        request_ns: Some(context.ns(begun.at)),
        request_end_ns: at(Kind::RequestWritten),
        request_acked_ns: at(Kind::RequestAcked),
        method: Some(http.method.to_string()),
        target: Some(http.path.to_string()),
        host: Some(http.host.to_string()),
        response_ns: at(Kind::ResponseBegun),
        response_headers_end_ns: context.at(head),
        response_end_ns: at(Kind::BodyRead),
        status: log.status(),
        response_body_bytes: head.map(|_| http.body_bytes),
        content_length: http.content_length,
        is_complete: head.map(|_| log.first(Kind::BodyRead).is_some()),
        longest_body_gap_ns: gaps.max(),
        notable_headers: http
            .identity
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        ..v1::Exchange::empty(v1::Basis::Reported)
    }]
}
