//! What is known of the ends, of TCP's options, of TLS and of HTTP.

use stallscope_shared::report::v1::{Attempt, ClientHello, EndTransport, Exchange, Tls};
use stallscope_shared::text::Language;
use yew::{Html, html};

use super::Store;
use super::verdict::packet_link;
use crate::text::{bytes, length, say};

/// A name and its value; rows without a value are left out.
type Line = (&'static str, Option<String>);

/// All facts of an attempt.
pub(crate) fn facts(store: &Store, attempt: &Attempt) -> Html {
    let language = store.language;
    html! {
        <>
            if let Some(tls) = &attempt.tls {
                { section(language, "facts-tls", tls_lines(language, tls)) }
            }
            if let Some(transport) = &attempt.transport {
                <>
                    { section(language, "facts-client", end_lines(language, &transport.ends.client)) }
                    { section(language, "facts-server", end_lines(language, &transport.ends.server)) }
                </>
            }
            if !attempt.http.is_empty() {
                { exchanges(store, &attempt.http) }
            }
            if !attempt.icmp.is_empty() {
                <section class="info-box">
                    <h3>{ "ICMP" }</h3>
                    <ul>
                        for error in &attempt.icmp {
                            <li>{ format!("{} ({}/{}) {}", error.name.as_deref().unwrap_or("ICMP"), error.kind, error.code, error.from) }{ " " }{ packet_link(store, error.packet) }</li>
                        }
                    </ul>
                </section>
            }
        </>
    }
}

fn section(language: Language, title: &'static str, lines: Vec<Line>) -> Html {
    let known: Vec<(&str, String)> = lines
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .collect();
    if known.is_empty() {
        return html! {};
    }
    html! {
        <section class="info-box">
            <h3>{ say!(language, title) }</h3>
            <dl>
                for (name, value) in known {
                    <div><dt>{ say!(language, name) }</dt><dd>{ value }</dd></div>
                }
            </dl>
        </section>
    }
}

fn tls_lines(language: Language, tls: &Tls) -> Vec<Line> {
    let mut lines = vec![
        ("fact-sni", tls.server_name.clone()),
        ("fact-version", tls.version.clone()),
        ("fact-cipher", tls.cipher_suite.clone()),
        ("fact-group", tls.group.clone()),
        ("fact-alpn", tls.alpn.clone()),
        (
            "fact-resumed",
            tls.resumed.map(|is_it| yes(language, is_it)),
        ),
    ];
    if let Some(retry) = &tls.hello_retry_request {
        let group = retry.group.clone();
        lines.push(("fact-retry", group.or_else(|| Some(yes(language, true)))));
    }
    if let Some(hello) = &tls.client_hello {
        lines.extend(hello_lines(language, hello));
    }
    lines.extend(answer_lines(language, tls));
    lines
}

fn yes(language: Language, is_it: bool) -> String {
    say!(language, if is_it { "yes" } else { "no" })
}

fn hello_lines(language: Language, hello: &ClientHello) -> Vec<Line> {
    let size = say!(
        language,
        "hello-size",
        "bytes" = u64::from(hello.bytes),
        "count" = hello.segments.len() as u64
    );
    let unacknowledged = u64::from(hello.unacknowledged_bytes);
    vec![
        ("fact-hello-size", Some(size)),
        (
            "fact-hello-unacked",
            (unacknowledged > 0).then(|| bytes(unacknowledged)),
        ),
        ("fact-alpn-offered", Some(hello.alpn.join(", "))),
        ("fact-key-shares", Some(hello.key_shares.join(", "))),
        ("fact-ech", hello.has_ech.then(|| yes(language, true))),
        ("fact-ja4", hello.ja4.clone()),
    ]
}

/// The certificate where it is in clear, alerts, and what came instead of TLS.
fn answer_lines(language: Language, tls: &Tls) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(certificate) = tls.certificates.first() {
        let ends = certificate
            .not_before
            .as_ref()
            .zip(certificate.not_after.as_ref());
        lines.push(("fact-certificate", certificate.subject.clone()));
        lines.push(("fact-issuer", certificate.issuer.clone()));
        lines.push((
            "fact-validity",
            ends.map(|(from, to)| format!("{from} – {to}")),
        ));
    }
    let alerts: Vec<String> = tls
        .alerts
        .iter()
        .map(|alert| match (&alert.name, alert.code) {
            (Some(name), _) => name.clone(),
            (None, Some(code)) => code.to_string(),
            (None, None) => say!(language, "encrypted"),
        })
        .collect();
    lines.push(("fact-alerts", Some(alerts.join(", "))));
    if let Some(not_tls) = &tls.not_tls {
        let looks = not_tls.looks_like.as_deref().unwrap_or_default();
        lines.push((
            "fact-not-tls",
            Some(format!("{looks} {}", not_tls.first_bytes)),
        ));
    }
    lines
}

fn end_lines(language: Language, end: &EndTransport) -> Vec<Line> {
    let mut options: Vec<String> = Vec::new();
    options.extend(end.mss.map(|mss| format!("MSS {mss}")));
    options.extend(end.window_scale.map(|scale| format!("WS {scale}")));
    options.extend(
        end.sack_permitted
            .filter(|it| *it)
            .map(|_| "SACK".to_owned()),
    );
    options.extend(end.timestamps.filter(|it| *it).map(|_| "TS".to_owned()));
    vec![
        ("fact-options", Some(options.join(", "))),
        ("fact-ttl", end.ttl.map(|ttl| ttl.to_string())),
        ("fact-packets", Some(end.packets.to_string())),
        ("fact-bytes", Some(bytes(end.bytes))),
        (
            "fact-missing",
            (end.missing_bytes > 0).then(|| bytes(end.missing_bytes)),
        ),
        (
            "fact-in-flight",
            (end.in_flight_max > 0).then(|| bytes(end.in_flight_max)),
        ),
        (
            "fact-largest",
            (end.largest_segment > 0).then(|| {
                say!(
                    language,
                    "bytes-count",
                    "count" = u64::from(end.largest_segment)
                )
            }),
        ),
        (
            "fact-window",
            end.smallest_window.map(|window| bytes(window.into())),
        ),
    ]
}

/// Requests shown; a long-lived connection has thousands.
const EXCHANGES: usize = 20;

fn exchanges(store: &Store, exchanges: &[Exchange]) -> Html {
    let language = store.language;
    html! {
        <section class="info-box">
            <h3>{ say!(language, "facts-http", "count" = exchanges.len() as u64) }</h3>
            <ol class="exchanges">
                for exchange in exchanges.iter().take(EXCHANGES) {
                    <li>
                        <span class="mono">{ exchange_line(language, exchange) }</span>
                        { " " }
                        { exchange.request_packet.map(|packet| packet_link(store, packet)) }
                        { exchange.response_packet.map(|packet| packet_link(store, packet)) }
                    </li>
                }
            </ol>
            if exchanges.len() > EXCHANGES {
                <p class="soft">{ say!(language, "and-more", "count" = (exchanges.len() - EXCHANGES) as u64) }</p>
            }
        </section>
    }
}

fn exchange_line(language: Language, exchange: &Exchange) -> String {
    let asked = match (&exchange.method, &exchange.target) {
        (Some(method), Some(target)) => format!("{method} {target}"),
        (Some(method), None) => method.clone(),
        _ => say!(language, "encrypted-request"),
    };
    let answer = match (exchange.status, exchange.response_ns) {
        (Some(status), _) => format!(" → {status}"),
        (None, Some(_)) => " → …".to_owned(),
        (None, None) => format!(" → {}", say!(language, "no-response")),
    };
    let waited = exchange
        .response_ns
        .zip(exchange.request_end_ns.or(exchange.request_ns))
        .map(|(answer, asked)| format!(" ({})", length(language, answer.saturating_sub(asked))));
    format!("{asked}{answer}{}", waited.unwrap_or_default())
}
