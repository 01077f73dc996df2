//! What TLS says of one connection.

use super::Context;
use super::context::{Ends, hex, packet};
use crate::attempt::Connection;
use crate::flow::chunk::MarkKind;
use crate::report::{epoch, v1};
use crate::tls::codepoints::{
    AlertDescription, CipherSuite, HandshakeType, NamedGroup, Version, is_grease,
};
use crate::tls::facts::{
    AlertForm, Basis, CertificateChain, ClientHello, Facts, Listed, LooksLike, NotTls, Resumption,
};

pub(super) fn tls(facts: &Facts, connection: &Connection, context: &Context) -> v1::Tls {
    let ends = Ends {
        client: connection.client(),
    };
    let hello = facts.client_hello();
    let server_hello = facts.server_hello.as_ref();
    let certificate = facts.certificates[!ends.client].as_ref();
    v1::Tls {
        server_name: hello
            .and_then(|hello| hello.offer.server_name.as_ref())
            .map(ToString::to_string),
        client_hello_ns: hello.map(|hello| context.ns(hello.first_byte.at)),
        client_hello_complete_ns: context.at(hello.and_then(|hello| hello.complete)),
        client_hello: hello.map(|hello| client_hello(hello, connection, context)),
        client_hello_acked_ns: hello_acked(connection, context),
        certificate_requested: certificate_requested(facts),
        certificate_ns: certificate.map(|chain| context.ns(chain.complete.at)),
        certificates: certificate
            .map(|chain| certificates(chain))
            .unwrap_or_default(),
        server_flight_end_ns: facts
            .server_flight
            .as_ref()
            .map(|flight| context.ns(flight.last_byte.at)),
        client_finished_ns: facts.client_finished.map(|end| context.ns(end.stamp.at)),
        handshake_end_ns: facts.handshake_end.map(|end| context.ns(end.stamp.at)),
        handshake_basis: facts.handshake_end.map(|end| basis(end.basis)),
        alerts: facts
            .alerts
            .iter()
            .map(|alert| self::alert(alert, ends, context))
            .collect(),
        tickets: server_hello.map(|_| u32::try_from(facts.tickets.len()).unwrap_or(u32::MAX)),
        application_records: ends.each(&facts.application_data, |data| {
            data.as_ref().map_or(0, |data| data.records.into())
        }),
        first_application_data: ends.each(&facts.application_data, |data| {
            data.as_ref().map(|data| context.stamp(data.first))
        }),
        not_tls: facts
            .not_tls
            .as_ref()
            .map(|strange| not_tls(strange, ends, context)),
        ..chosen(facts, context)
    }
}

/// What the server chose.
fn chosen(facts: &Facts, context: &Context) -> v1::Tls {
    let server_hello = facts.server_hello.as_ref();
    v1::Tls {
        server_hello_ns: server_hello.map(|hello| context.ns(hello.first_byte.at)),
        server_hello_complete_ns: server_hello.map(|hello| context.ns(hello.complete.at)),
        server_hello_packet: server_hello.map(|hello| packet(hello.first_byte)),
        version: server_hello.map(|hello| version(hello.version)),
        cipher_suite: server_hello.map(|hello| suite(hello.cipher_suite)),
        group: server_hello
            .and_then(|hello| hello.group)
            .or(facts.server_key_exchange_group)
            .map(group),
        alpn: server_hello
            .and_then(|hello| hello.alpn.as_ref())
            .map(ToString::to_string),
        hello_retry_request: facts.hello_retry_request.as_ref().map(|retry| {
            v1::HelloRetryRequest {
                at_ns: context.ns(retry.first_byte.at),
                packet: packet(retry.first_byte),
                group: retry.group.map(group),
                second_client_hello_ns: facts
                    .client_hellos
                    .get(1)
                    .map(|hello| context.ns(hello.first_byte.at)),
            }
        }),
        resumed: server_hello.map(|hello| hello.resumption != Resumption::None),
        ..v1::Tls::default()
    }
}

fn client_hello(
    hello: &ClientHello,
    connection: &Connection,
    context: &Context,
) -> v1::ClientHello {
    let offer = &hello.offer;
    let acked = connection.flow.sides[connection.client()]
        .acked
        .map_or(0, |acked| acked.position);
    v1::ClientHello {
        bytes: u32::try_from(hello.end.saturating_sub(hello.start)).unwrap_or(u32::MAX),
        segments: hello
            .pieces
            .iter()
            .map(|piece| v1::HelloSegment {
                bytes: piece.bytes,
                at_ns: context.ns(piece.carried.at),
                packet: packet(piece.carried),
            })
            .collect(),
        records: hello.record_count,
        unacknowledged_bytes: u32::try_from(hello.end.saturating_sub(acked.max(hello.start)))
            .unwrap_or(u32::MAX),
        versions: offer
            .versions
            .iter()
            .filter(|v| !is_grease(v.0))
            .map(|v| version(*v))
            .collect(),
        cipher_suites: offer
            .cipher_suites
            .iter()
            .filter(|suite| !is_grease(suite.0))
            .map(|s| suite(*s))
            .collect(),
        groups: offer
            .groups
            .iter()
            .filter(|g| !is_grease(g.0))
            .map(|g| group(*g))
            .collect(),
        key_shares: offer
            .key_shares
            .iter()
            .filter(|(g, _)| !is_grease(g.0))
            .map(|(g, _)| group(*g))
            .collect(),
        alpn: offer.alpn.iter().map(ToString::to_string).collect(),
        has_psk: offer.psk_identities.is_some()
            || offer.session_ticket_length.is_some_and(|length| length > 0),
        has_early_data: offer.early_data,
        has_ech: offer.encrypted_client_hello,
        ja4: offer.ja4().map(|ja4| ja4.as_str().to_owned()),
    }
}

/// The first ACK that covers the last ClientHello.
fn hello_acked(connection: &Connection, context: &Context) -> Option<i64> {
    let marks = &connection.flow.marks;
    let mark = marks
        .iter()
        .find(|mark| mark.kind == MarkKind::ClientHello)?;
    context.at(mark.acked.map(|acked| acked.stamp))
}

/// `None` in TLS 1.3, where it is encrypted, and while nothing was read that would tell.
fn certificate_requested(facts: &Facts) -> Option<bool> {
    let is_clear = facts.version().is_some_and(|version| !version.is_tls13());
    is_clear.then(|| {
        facts
            .messages
            .iter()
            .any(|message| message.kind == HandshakeType::CERTIFICATE_REQUEST)
    })
}

/// What is known of every certificate.
pub(super) fn certificate(listed: &Listed) -> v1::Certificate {
    v1::Certificate {
        bytes: listed.bytes,
        not_before: listed.validity.not_before.map(epoch::rfc3339),
        not_after: listed.validity.not_after.map(epoch::rfc3339),
        ..v1::Certificate::default()
    }
}

fn certificates(chain: &CertificateChain) -> Vec<v1::Certificate> {
    let mut all: Vec<_> = chain.listed.iter().map(certificate).collect();
    if let (Some(first), Some(leaf)) = (all.first_mut(), chain.leaf.as_ref()) {
        first.sha256 = Some(hex(&leaf.sha256));
        first.subject = leaf.subject.as_ref().map(ToString::to_string);
        first.issuer = leaf.issuer.as_ref().map(ToString::to_string);
        first.dns_names = leaf.names.iter().map(ToString::to_string).collect();
    }
    all
}

fn alert(alert: &crate::tls::facts::Alert, ends: Ends, context: &Context) -> v1::Alert {
    let (level, description, basis) = match alert.form {
        AlertForm::Clear(level, description) => {
            (Some(level), Some(description), v1::Basis::Observed)
        }
        AlertForm::Encrypted => (None, None, v1::Basis::Observed),
        AlertForm::Inferred => (None, None, v1::Basis::Inferred),
    };
    v1::Alert {
        at_ns: context.ns(alert.stamp.at),
        from: ends.of(alert.side),
        level: level.map(|level| level.0),
        code: description.map(|description| description.0),
        name: description
            .and_then(AlertDescription::name)
            .map(str::to_owned),
        basis,
        packet: Some(packet(alert.stamp)),
    }
}

fn not_tls(strange: &NotTls, ends: Ends, context: &Context) -> v1::NotTls {
    v1::NotTls {
        at_ns: context.ns(strange.stamp.at),
        from: ends.of(strange.side),
        looks_like: match &strange.looks_like {
            LooksLike::HttpResponse(status) => Some(format!("HTTP response {status}")),
            LooksLike::HttpRequest => Some("HTTP request".to_owned()),
            LooksLike::Markup => Some("HTML or XML".to_owned()),
            LooksLike::Ssh => Some("SSH".to_owned()),
            LooksLike::Sslv2 => Some("SSL 2.0".to_owned()),
            LooksLike::Greeting(line) => Some(format!("greeting: {line}")),
            LooksLike::Text => Some("plain text".to_owned()),
            LooksLike::Binary => None,
        },
        first_bytes: hex(&strange.first_bytes),
        packet: packet(strange.stamp),
    }
}

const fn basis(basis: Basis) -> v1::Basis {
    match basis {
        Basis::Observed => v1::Basis::Observed,
        Basis::Inferred => v1::Basis::Inferred,
    }
}

fn named(name: Option<&'static str>, number: u16) -> String {
    name.map_or_else(|| format!("0x{number:04x}"), str::to_owned)
}

pub(super) fn version(version: Version) -> String {
    named(version.name(), version.0)
}

pub(super) fn suite(suite: CipherSuite) -> String {
    named(suite.name(), suite.0)
}

pub(super) fn group(group: NamedGroup) -> String {
    named(group.name(), group.0)
}
