//! Requests and responses, in clear or told apart under TLS, and what was spoken before them.

use super::Context;
use super::context::{Ends, packet};
use crate::attempt::Connection;
use crate::flow::chunk::MarkKind;
use crate::flow::facts::MarkAck;
use crate::http::facts::{Ending, Exchange, HttpVersion, Request, Response, Text};
use crate::report::v1;
use crate::side::Side;
use crate::stream::facts::{Prelude, PreludeKind, PreludeOutcome, Reply, StartTlsProtocol};
use crate::tls::facts::Exchange as SealedExchange;

pub(super) fn exchanges(connection: &Connection, context: &Context) -> Vec<v1::Exchange> {
    if let (Some(http), None) = (connection.http(), connection.tls()) {
        let ends = Ends {
            client: connection.client(),
        };
        return http
            .exchanges
            .iter()
            .map(|exchange| clear(exchange, connection, ends, context))
            .collect();
    }
    let sealed_ones = connection.tls().map(|tls| tls.exchanges.iter());
    sealed_ones
        .into_iter()
        .flatten()
        .map(|exchange| sealed(exchange, context))
        .collect()
}

fn text(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.kept.to_string())
}

fn clear(
    exchange: &Exchange,
    connection: &Connection,
    ends: Ends,
    context: &Context,
) -> v1::Exchange {
    let request = exchange.request.as_ref();
    let response = exchange.response.as_ref();
    let version = response
        .and_then(|response| response.version)
        .or(request.and_then(|request| request.version));
    let upgrade = connection.http().and_then(|http| http.upgrade.as_ref());
    v1::Exchange {
        protocol: version.map_or(v1::HttpProtocol::Unknown, protocol),
        stream: exchange.stream,
        request_acked_ns: request
            .and_then(|request| acked(request, &connection.flow.marks, ends.client))
            .and_then(|mark| context.at(mark.acked.map(|acked| acked.stamp))),
        informational: exchange
            .informational
            .iter()
            .map(|info| v1::Informational {
                at_ns: context.ns(info.first_byte.at),
                status: info.status,
                packet: packet(info.first_byte),
            })
            .collect(),
        upgraded_to: upgrade
            .filter(|_| response.is_some_and(|response| response.status == Some(101)))
            .map(|upgrade| upgrade.protocol.kept.to_string()),
        reset: exchange.reset.map(|reset| v1::StreamReset {
            at_ns: context.ns(reset.at.at),
            from: ends.of(reset.by),
            code: reset.code.0,
            name: reset.code.name().map(str::to_owned),
            packet: packet(reset.at),
        }),
        ..with_response(
            with_request(v1::Exchange::empty(v1::Basis::Observed), request, context),
            response,
            context,
        )
    }
}

fn with_request(made: v1::Exchange, request: Option<&Request>, context: &Context) -> v1::Exchange {
    let Some(request) = request else { return made };
    v1::Exchange {
        request_ns: Some(context.ns(request.first_byte.at)),
        request_headers_end_ns: context.at(request.headers_complete),
        request_end_ns: request.end_offset.map(|_| context.ns(request.last_byte.at)),
        request_packet: Some(packet(request.first_byte)),
        method: text(&request.method),
        target: text(&request.target),
        host: text(&request.host),
        request_body_bytes: Some(request.body.bytes),
        expects_continue: request.expect_continue,
        ..made
    }
}

fn with_response(
    made: v1::Exchange,
    response: Option<&Response>,
    context: &Context,
) -> v1::Exchange {
    let Some(response) = response else {
        return made;
    };
    v1::Exchange {
        response_ns: Some(context.ns(response.first_byte.at)),
        response_headers_end_ns: context.at(response.headers_complete),
        response_end_ns: Some(context.ns(response.last_byte.at)),
        response_packet: Some(packet(response.first_byte)),
        status: response.status,
        response_body_bytes: Some(response.body.bytes),
        content_length: response.body.content_length,
        is_complete: match response.body.ending {
            Ending::Complete => Some(true),
            Ending::Open | Ending::CutByClose | Ending::CutByReset | Ending::CutByStreamReset => {
                Some(false)
            }
            Ending::LostInHole => None,
        },
        longest_body_gap_ns: response
            .body
            .longest_gap
            .map(|gap| gap.until.at.since(gap.from.at).get()),
        notable_headers: response
            .notable
            .iter()
            .map(|header| (header.name.to_owned(), header.value.kept.to_string()))
            .collect(),
        ..made
    }
}

/// What became of the request's last byte.
fn acked<'a>(request: &Request, marks: &'a [MarkAck], client: Side) -> Option<&'a MarkAck> {
    let end = request.end_offset?;
    marks
        .iter()
        .find(|mark| mark.kind == MarkKind::Request && mark.side == client && mark.end == end)
}

fn sealed(exchange: &SealedExchange, context: &Context) -> v1::Exchange {
    let (request, response) = (&exchange.request, exchange.response.as_ref());
    v1::Exchange {
        request_ns: Some(context.ns(request.first.at)),
        request_end_ns: Some(context.ns(request.last.at)),
        request_packet: Some(packet(request.first)),
        request_body_bytes: Some(request.bytes),
        response_ns: response.map(|response| context.ns(response.first.at)),
        response_end_ns: response.map(|response| context.ns(response.last.at)),
        response_packet: response.map(|response| packet(response.first)),
        response_body_bytes: response.map(|response| response.bytes),
        ..v1::Exchange::empty(v1::Basis::Inferred)
    }
}

pub(super) const fn protocol(version: HttpVersion) -> v1::HttpProtocol {
    match version {
        HttpVersion::Http10 => v1::HttpProtocol::Http10,
        HttpVersion::Http11 => v1::HttpProtocol::Http11,
        HttpVersion::Http2 => v1::HttpProtocol::Http2,
        HttpVersion::Http3 => v1::HttpProtocol::Http3,
    }
}

pub(super) fn http2(connection: &Connection, context: &Context) -> Option<v1::Http2> {
    let ends = Ends {
        client: connection.client(),
    };
    let http2 = connection.http()?.http2.as_ref()?;
    Some(v1::Http2 {
        goaway: http2
            .go_aways
            .iter()
            .map(|away| v1::Goaway {
                at_ns: context.ns(away.at.at),
                from: ends.of(away.by),
                last_stream: away.last_stream,
                code: away.code.0,
                name: away.code.name().map(str::to_owned),
                packet: packet(away.at),
            })
            .collect(),
        window_exhausted: http2.window_stall_count,
        window_stalls: http2
            .window_stalls
            .iter()
            .map(|stall| v1::WindowStall {
                sender: ends.of(stall.sender),
                stream: stall.stream,
                exhausted: context.stamp(stall.exhausted),
                reopened: stall.reopened.map(|stamp| context.stamp(stamp)),
            })
            .collect(),
    })
}

pub(super) fn preludes(connection: &Connection, context: &Context) -> Vec<v1::Prelude> {
    connection
        .stream()
        .preludes
        .iter()
        .map(|prelude| self::prelude(prelude, context))
        .collect()
}

fn prelude(prelude: &Prelude, context: &Context) -> v1::Prelude {
    let answer = prelude.response_first_byte.or(prelude.response_complete);
    v1::Prelude {
        kind: prelude_kind(prelude.kind),
        request_ns: Some(context.ns(prelude.started.at)),
        request_packet: Some(packet(prelude.started)),
        response_ns: context.at(answer),
        response_packet: answer.map(packet),
        target: text(&prelude.target),
        status: match prelude.reply {
            Some(Reply::Status(code) | Reply::Code(code)) => Some(code),
            Some(Reply::Socks(code)) => Some(code.into()),
            Some(Reply::Accepted(_)) | None => None,
        },
        accepted: match prelude.outcome {
            PreludeOutcome::Accepted => Some(true),
            PreludeOutcome::Refused => Some(false),
            PreludeOutcome::Awaited | PreludeOutcome::Assumed => None,
        },
    }
}

const fn prelude_kind(kind: PreludeKind) -> v1::PreludeKind {
    match kind {
        PreludeKind::HttpConnect => v1::PreludeKind::HttpConnect,
        PreludeKind::Socks4 => v1::PreludeKind::Socks4,
        PreludeKind::Socks5 { .. } => v1::PreludeKind::Socks5,
        PreludeKind::ProxyProtocol { .. } => v1::PreludeKind::ProxyProtocol,
        PreludeKind::StartTls(protocol) => match protocol {
            StartTlsProtocol::Smtp => v1::PreludeKind::Smtp,
            StartTlsProtocol::Imap => v1::PreludeKind::Imap,
            StartTlsProtocol::Pop3 => v1::PreludeKind::Pop3,
            StartTlsProtocol::Ftp => v1::PreludeKind::Ftp,
            StartTlsProtocol::PostgreSql => v1::PreludeKind::PostgreSql,
            StartTlsProtocol::MySql => v1::PreludeKind::MySql,
            StartTlsProtocol::Ldap => v1::PreludeKind::Ldap,
            StartTlsProtocol::Xmpp => v1::PreludeKind::Xmpp,
        },
    }
}
