//! The semantic conventions of OpenTelemetry for what a report says: registries `http`, `url`, `network`, `server`,
//! `tls`, `dns`, `error`. What they have no word for stands under `stallscope.`.

use std::collections::BTreeMap;

use super::attributes::Attributes;
use crate::export::case::split;
use crate::export::url::Url;
use crate::export::words::word;
use crate::report::v1::{
    Attempt, AttemptKind, DnsTransaction, Exchange, HttpProtocol, Phase, Report, Tls,
};

/// Methods that may stand in `http.request.method`: RFC 9110 §9.3 and PATCH (RFC 5789).
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// Parameters of a query whose values are credentials (registry `url`, `url.query`), and those of AWS's newer signatures.
const CREDENTIALS: [&str; 7] = [
    "AWSAccessKeyId",
    "Signature",
    "sig",
    "X-Goog-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
];

/// What stands for a credential.
const REDACTED: &str = "REDACTED";

/// Which connection, how it ended, and what is said of it.
pub(super) fn of_attempt(attempt: &Attempt) -> Attributes {
    let (address, port) = split(&attempt.server);
    let (local, local_port) = split(&attempt.client);
    let number = |port: &str| port.parse::<u16>().ok().filter(|port| *port != 0);
    let transport = match attempt.kind {
        AttemptKind::Tcp => Some("tcp"),
        AttemptKind::Quic => Some("quic"),
        AttemptKind::Dns => None,
    };
    let family = if address.contains(':') {
        "ipv6"
    } else {
        "ipv4"
    };
    let probe = attempt.probe.as_ref();
    let verdict = attempt.verdict.as_ref();
    Attributes::default()
        .text("network.transport", transport)
        .text("network.type", Some(family))
        .text("network.peer.address", Some(address))
        .count("network.peer.port", number(port))
        .text(
            "network.local.address",
            Some(local).filter(|local| !local.is_empty()),
        )
        .count("network.local.port", number(local_port))
        .text("user_agent.synthetic.type", probe.map(|_| "test"))
        .count(
            "http.request.resend_count",
            probe.and_then(|probe| probe.hop),
        )
        .count("stallscope.attempt", Some(attempt.id))
        .text("stallscope.outcome", Some(word(&attempt.outcome)))
        .text(
            "stallscope.arm",
            probe.and_then(|probe| probe.arm.as_deref()),
        )
        .text(
            "stallscope.cause",
            verdict.map(|verdict| verdict.cause.as_str()),
        )
        .text(
            "stallscope.cause_name",
            verdict.map(|verdict| verdict.slug.as_str()),
        )
        .text(
            "stallscope.party",
            verdict.map(|verdict| word(&verdict.party)),
        )
        .text(
            "stallscope.confidence",
            verdict.map(|verdict| word(&verdict.confidence)),
        )
}

/// Whom the client wanted.
pub(super) fn of_server(attempt: &Attempt, exchange: Option<&Exchange>) -> Attributes {
    let url = Url::of(attempt, exchange);
    let usual = match (is_http(attempt), url.scheme) {
        (false, _) => None,
        (true, "https") => Some(443),
        (true, _) => Some(80),
    };
    Attributes::default()
        .count("server.port", url.port.or(usual))
        .text("server.address", Some(url.host))
}

/// The request and its response. Without an exchange, what a probe would have asked for.
pub(super) fn of_exchange(attempt: &Attempt, exchange: Option<&Exchange>) -> Attributes {
    let method = exchange.and_then(|exchange| exchange.method.as_deref());
    let original = method.filter(|method| !METHODS.contains(method));
    let version = exchange.and_then(|exchange| match exchange.protocol {
        HttpProtocol::Http10 => Some("1.0"),
        HttpProtocol::Http11 => Some("1.1"),
        HttpProtocol::Http2 => Some("2"),
        HttpProtocol::Http3 => Some("3"),
        HttpProtocol::Unknown => None,
    });
    let status = exchange.and_then(|exchange| exchange.status);
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in exchange
        .iter()
        .flat_map(|exchange| &exchange.notable_headers)
    {
        let name = format!("http.response.header.{}", name.to_ascii_lowercase());
        headers.entry(name).or_default().push(value.clone());
    }
    let said = Attributes::default()
        .text("http.request.method", original.map(|_| "_OTHER").or(method))
        .text("http.request.method_original", original)
        .text(
            "url.full",
            Some(without_credentials(&Url::of(attempt, exchange))),
        )
        .count("http.response.status_code", status)
        .text("network.protocol.name", version.map(|_| "http"))
        .text("network.protocol.version", version)
        .count(
            "http.request.body.size",
            exchange.and_then(|exchange| exchange.request_body_bytes),
        )
        .count(
            "http.response.body.size",
            exchange.and_then(|exchange| exchange.response_body_bytes),
        );
    headers
        .into_iter()
        .fold(said, |said, (name, values)| said.texts(name, values))
}

/// Name of a client's span: the method, `HTTP` where that is not known or not one of the convention's.
pub(super) fn name_of(exchange: Option<&Exchange>) -> &str {
    exchange
        .and_then(|exchange| exchange.method.as_deref())
        .filter(|method| METHODS.contains(method))
        .unwrap_or("HTTP")
}

/// HTTP was asked for, or is to be seen.
pub(super) fn is_http(attempt: &Attempt) -> bool {
    let mut exchanges = attempt.http.iter();
    let is_seen = exchanges.any(|exchange| exchange.protocol != HttpProtocol::Unknown);
    attempt.kind != AttemptKind::Dns && (attempt.probe.is_some() || is_seen)
}

/// A status that is an error for a client (HTTP spans, "Status").
pub(super) fn failing_status(exchange: Option<&Exchange>) -> Option<u16> {
    exchange?.status.filter(|status| *status >= 400)
}

/// How a phase went.
pub(super) fn of_phase(phase: &Phase) -> Attributes {
    Attributes::default()
        .text("stallscope.phase", Some(word(&phase.phase)))
        .text("stallscope.phase_outcome", Some(word(&phase.outcome)))
        .text("stallscope.awaiting", phase.awaiting.as_deref())
        .text("stallscope.basis", Some(word(&phase.basis)))
}

/// What TLS agreed on, and the server's own certificate.
pub(super) fn of_tls(tls: &Tls, is_established: bool) -> Attributes {
    let version = tls.version.as_deref();
    let leaf = tls.certificates.first();
    let digest = leaf.and_then(|leaf| leaf.sha256.as_ref());
    Attributes::default()
        .flag("tls.established", Some(is_established))
        .text("tls.protocol.name", version.map(|_| "tls"))
        .text(
            "tls.protocol.version",
            version.map(|version| version.trim_start_matches("TLS ")),
        )
        .text("tls.cipher", tls.cipher_suite.as_deref())
        .text("tls.curve", tls.group.as_deref())
        .text("tls.next_protocol", tls.alpn.as_deref())
        .flag("tls.resumed", tls.resumed)
        .text(
            "tls.server.subject",
            leaf.and_then(|leaf| leaf.subject.as_deref()),
        )
        .text(
            "tls.server.issuer",
            leaf.and_then(|leaf| leaf.issuer.as_deref()),
        )
        .text(
            "tls.server.not_before",
            leaf.and_then(|leaf| leaf.not_before.as_deref()),
        )
        .text(
            "tls.server.not_after",
            leaf.and_then(|leaf| leaf.not_after.as_deref()),
        )
        // The registry wants upper case.
        .text(
            "tls.server.hash.sha256",
            digest.map(|digest| digest.to_ascii_uppercase()),
        )
}

/// What was looked up, and what came of it.
pub(super) fn of_lookup(report: &Report, attempt: &Attempt) -> Attributes {
    let mut name = None;
    let mut answers: Vec<String> = Vec::new();
    for transaction in transactions(report, attempt) {
        name = name.or(Some(transaction.name.as_str()));
        let addresses = transaction.answers.iter();
        let addresses = addresses.filter(|answer| matches!(answer.kind.as_str(), "A" | "AAAA"));
        for answer in addresses {
            if !answers.contains(&answer.data) {
                answers.push(answer.data.clone());
            }
        }
    }
    Attributes::default()
        .text("dns.question.name", name)
        .texts("dns.answers", answers)
}

/// The messages of the lookup that an attempt used or is.
pub(super) fn transactions<'a>(
    report: &'a Report,
    attempt: &'a Attempt,
) -> impl Iterator<Item = &'a DnsTransaction> {
    report.dns.iter().filter(|transaction| {
        transaction.vantage == attempt.vantage && attempt.lookups.contains(&transaction.lookup)
    })
}

/// The URL as the registry wants it: no credentials of the query; those before the host are not in it.
fn without_credentials(url: &Url) -> String {
    let whole = url.whole();
    let Some((path, query)) = whole.split_once('?') else {
        return whole;
    };
    let parameters = query.split('&').map(|parameter| {
        let (name, _) = parameter.split_once('=').unwrap_or((parameter, ""));
        let is_credential = CREDENTIALS
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        if is_credential {
            format!("{name}={REDACTED}")
        } else {
            parameter.to_owned()
        }
    });
    let query: Vec<String> = parameters.collect();
    format!("{path}?{}", query.join("&"))
}
