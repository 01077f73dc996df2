//! What is known of the ends, of TCP's options, of TLS and of HTTP.

use stallscope_shared::report::v1::{
    Attempt, ClientHello, EndTransport, Exchange, IcmpError, PacketRef, Tls,
};
use stallscope_shared::text::Language;

use super::{probed, tell};
use crate::load::dossier::{Item, Layout, Section};
use crate::load::sentence::Sentence;
use crate::text::{bytes, length};

/// A message of the catalogue and a value; lines without a value are left out.
type Line = (&'static str, Option<Sentence>);

/// All facts of an attempt.
pub(super) fn sections(attempt: &Attempt) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(probe) = &attempt.probe {
        sections.extend(pairs("facts-probe", probed::lines(probe)));
        sections.extend(probed::sections(probe, attempt.started_ns));
    }
    if let Some(tls) = &attempt.tls {
        sections.extend(pairs("facts-tls", tls_lines(tls)));
    }
    if let Some(transport) = &attempt.transport {
        sections.extend(pairs("facts-client", end_lines(&transport.ends.client)));
        sections.extend(pairs("facts-server", end_lines(&transport.ends.server)));
    }
    if !attempt.http.is_empty() {
        sections.push(exchanges(&attempt.http));
    }
    if !attempt.icmp.is_empty() {
        sections.push(errors(&attempt.icmp));
    }
    sections
}

fn pairs(title: &'static str, lines: Vec<Line>) -> Option<Section> {
    let known = lines.into_iter().filter_map(|(name, value)| {
        Some(Item {
            code: String::new(),
            label: tell!(name),
            value: value.filter(|value| !value.is_empty())?,
            packets: Vec::new(),
        })
    });
    let items: Vec<Item> = known.collect();
    (!items.is_empty()).then(|| Section {
        title: tell!(title),
        layout: Layout::Pairs,
        items,
        left_out: 0,
    })
}

fn errors(icmp: &[IcmpError]) -> Section {
    let item = |error: &IcmpError| {
        let name = error.name.as_deref().unwrap_or("ICMP");
        line(
            format!("{name} ({}/{}) {}", error.kind, error.code, error.from).into(),
            [error.packet],
        )
    };
    Section {
        title: Sentence::Plain("ICMP".to_owned()),
        layout: Layout::Lines,
        items: icmp.iter().map(item).collect(),
        left_out: 0,
    }
}

fn line(value: Sentence, packets: impl IntoIterator<Item = PacketRef>) -> Item {
    Item {
        code: String::new(),
        label: Sentence::default(),
        value,
        packets: packets.into_iter().collect(),
    }
}

fn tls_lines(tls: &Tls) -> Vec<Line> {
    let mut lines = vec![
        ("fact-sni", plain(tls.server_name.clone())),
        ("fact-version", plain(tls.version.clone())),
        ("fact-cipher", plain(tls.cipher_suite.clone())),
        ("fact-group", plain(tls.group.clone())),
        ("fact-alpn", plain(tls.alpn.clone())),
        ("fact-resumed", tls.resumed.map(yes)),
    ];
    if let Some(retry) = &tls.hello_retry_request {
        let group = plain(retry.group.clone());
        lines.push(("fact-retry", group.or_else(|| Some(yes(true)))));
    }
    if let Some(hello) = &tls.client_hello {
        lines.extend(hello_lines(hello));
    }
    lines.extend(answer_lines(tls));
    lines
}

fn plain(text: Option<String>) -> Option<Sentence> {
    text.map(Sentence::from)
}

fn yes(is_it: bool) -> Sentence {
    tell!(if is_it { "yes" } else { "no" })
}

fn hello_lines(hello: &ClientHello) -> Vec<Line> {
    let size = tell!(
        "hello-size",
        "bytes" = u64::from(hello.bytes),
        "count" = hello.segments.len() as u64
    );
    vec![
        ("fact-hello-size", Some(size)),
        (
            "fact-hello-unacked",
            some_bytes(hello.unacknowledged_bytes.into()),
        ),
        ("fact-alpn-offered", plain(Some(hello.alpn.join(", ")))),
        ("fact-key-shares", plain(Some(hello.key_shares.join(", ")))),
        ("fact-ech", hello.has_ech.then(|| yes(true))),
        ("fact-ja4", plain(hello.ja4.clone())),
    ]
}

/// A number of bytes, where there are any.
fn some_bytes(count: u64) -> Option<Sentence> {
    (count > 0).then(|| bytes(count).into())
}

/// The certificate where it is in clear, alerts, and what came instead of TLS.
fn answer_lines(tls: &Tls) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(certificate) = tls.certificates.first() {
        let from = certificate.not_before.as_ref();
        let ends = from.zip(certificate.not_after.as_ref());
        lines.push(("fact-certificate", plain(certificate.subject.clone())));
        lines.push(("fact-issuer", plain(certificate.issuer.clone())));
        lines.push((
            "fact-validity",
            plain(ends.map(|(from, to)| format!("{from} – {to}"))),
        ));
    }
    let alerts = tls.alerts.iter();
    let alerts: Vec<Sentence> = alerts
        .map(|alert| match (&alert.name, alert.code) {
            (Some(name), _) => name.clone().into(),
            (None, Some(code)) => code.to_string().into(),
            (None, None) => tell!("encrypted"),
        })
        .collect();
    let listed = |language: Language| {
        let each: Vec<&str> = alerts.iter().map(|alert| alert.of(language)).collect();
        each.join(", ")
    };
    lines.push(("fact-alerts", Some(Sentence::write(listed))));
    if let Some(not_tls) = &tls.not_tls {
        let looks = not_tls.looks_like.as_deref().unwrap_or_default();
        let text = format!("{looks} {}", not_tls.first_bytes);
        lines.push(("fact-not-tls", plain(Some(text))));
    }
    lines
}

fn end_lines(end: &EndTransport) -> Vec<Line> {
    let mut options: Vec<String> = Vec::new();
    options.extend(end.mss.map(|mss| format!("MSS {mss}")));
    options.extend(end.window_scale.map(|scale| format!("WS {scale}")));
    let sack = end.sack_permitted.filter(|it| *it);
    options.extend(sack.map(|_| "SACK".to_owned()));
    options.extend(end.timestamps.filter(|it| *it).map(|_| "TS".to_owned()));
    let largest = u64::from(end.largest_segment);
    vec![
        ("fact-options", plain(Some(options.join(", ")))),
        ("fact-ttl", plain(end.ttl.map(|ttl| ttl.to_string()))),
        ("fact-packets", plain(Some(end.packets.to_string()))),
        ("fact-bytes", plain(Some(bytes(end.bytes)))),
        ("fact-missing", some_bytes(end.missing_bytes)),
        ("fact-in-flight", some_bytes(end.in_flight_max)),
        (
            "fact-largest",
            (largest > 0).then(|| tell!("bytes-count", "count" = largest)),
        ),
        (
            "fact-window",
            plain(end.smallest_window.map(|window| bytes(window.into()))),
        ),
    ]
}

/// Requests shown; a long-lived connection has thousands.
const EXCHANGES: usize = 20;

fn exchanges(exchanges: &[Exchange]) -> Section {
    let item = |exchange: &Exchange| {
        let packets = [exchange.request_packet, exchange.response_packet];
        line(exchange_line(exchange), packets.into_iter().flatten())
    };
    Section {
        title: tell!("facts-http", "count" = exchanges.len() as u64),
        layout: Layout::Lines,
        items: exchanges.iter().take(EXCHANGES).map(item).collect(),
        left_out: exchanges.len().saturating_sub(EXCHANGES) as u64,
    }
}

/// What was asked, what came, and how long that took.
fn exchange_line(exchange: &Exchange) -> Sentence {
    let asked = match (&exchange.method, &exchange.target) {
        (Some(method), Some(target)) => format!("{method} {target}").into(),
        (Some(method), None) => method.clone().into(),
        _ => tell!("encrypted-request"),
    };
    let answer = match (exchange.status, exchange.response_ns) {
        (Some(status), _) => status.to_string().into(),
        (None, Some(_)) => Sentence::Plain("…".to_owned()),
        (None, None) => tell!("no-response"),
    };
    let from = exchange.request_end_ns.or(exchange.request_ns);
    let waited = exchange.response_ns.zip(from);
    Sentence::write(|language| {
        let mut text = format!("{} → {}", asked.of(language), answer.of(language));
        if let Some((to, from)) = waited {
            text += &format!(" ({})", length(language, to.saturating_sub(from)));
        }
        text
    })
}
