//! HTTP exchanges as HAR 1.2 (the W3C draft of Jan Odvarko), for the programs that draw waterfalls.
//!
//! HAR writes -1 for a time that does not apply. It has no word for "not observed", and its send, wait and receive
//! must not be negative; an entry whose times are missing says so in `_notObserved`.

use serde_json::{Value, json};

use super::case::{split, utc};
use super::url::Url;
use crate::report::redaction::RedactedReport;
use crate::report::v1::{Attempt, AttemptKind, Exchange, HttpProtocol, PhaseName, Report};

/// The log as JSON.
#[must_use]
pub fn har(report: &RedactedReport) -> String {
    let report = report.report();
    let attempts = report
        .attempts
        .iter()
        .filter(|attempt| attempt.kind != AttemptKind::Dns);
    let entries: Vec<Value> = attempts
        .flat_map(|attempt| of_attempt(report, attempt))
        .collect();
    let log = json!({
        "log": {
            "version": "1.2",
            "creator": { "name": report.tool.name, "version": report.tool.version },
            "entries": entries,
        }
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// Every exchange; an attempt without any is an entry that got no answer.
fn of_attempt(report: &Report, attempt: &Attempt) -> Vec<Value> {
    if attempt.http.is_empty() {
        return vec![entry(report, attempt, None)];
    }
    (0..attempt.http.len())
        .map(|index| entry(report, attempt, Some(index)))
        .collect()
}

fn entry(report: &Report, attempt: &Attempt, index: Option<usize>) -> Value {
    let exchange = index.and_then(|index| attempt.http.get(index));
    let times = Times::of(attempt, index);
    let begun = times.begun.unwrap_or_default();
    let started = utc(report, attempt.started_ns.saturating_add(begun)).replacen(' ', "T", 1) + "Z";
    let (host, _) = split(&attempt.server);
    let mut entry = json!({
        "startedDateTime": started,
        "time": times.sum(),
        "request": request(attempt, exchange),
        "response": response(exchange),
        "cache": {},
        "timings": times.written(),
        "serverIPAddress": host,
        "connection": attempt.id.to_string(),
        "_outcome": attempt.outcome,
    });
    if let Some(fields) = entry.as_object_mut() {
        let missing = times.missing();
        if !missing.is_empty() {
            fields.insert("_notObserved".to_owned(), json!(missing));
        }
        if let Some(verdict) = &attempt.verdict {
            fields.insert("comment".to_owned(), json!(verdict.statement));
            fields.insert("_verdict".to_owned(), json!({ "cause": verdict.cause, "party": verdict.party, "confidence": verdict.confidence }));
        }
    }
    entry
}

fn request(attempt: &Attempt, exchange: Option<&Exchange>) -> Value {
    json!({
        "method": exchange.and_then(|exchange| exchange.method.as_deref()).unwrap_or(""),
        "url": Url::of(attempt, exchange).whole(),
        "httpVersion": version(exchange),
        "cookies": [], "headers": [], "queryString": [],
        "headersSize": -1,
        "bodySize": exchange.and_then(|exchange| exchange.request_body_bytes).map_or(-1, saturating),
    })
}

/// Status 0 stands for a response that did not come, as in the exports of browsers.
fn response(exchange: Option<&Exchange>) -> Value {
    let headers: Vec<Value> = exchange
        .into_iter()
        .flat_map(|exchange| &exchange.notable_headers)
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let body = exchange
        .and_then(|exchange| exchange.response_body_bytes)
        .map(saturating);
    json!({
        "status": exchange.and_then(|exchange| exchange.status).unwrap_or(0),
        "statusText": "",
        "httpVersion": version(exchange),
        "cookies": [], "headers": headers,
        "content": { "size": body.unwrap_or(0), "mimeType": "" },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": body.unwrap_or(-1),
    })
}

fn version(exchange: Option<&Exchange>) -> &'static str {
    match exchange.map(|exchange| exchange.protocol) {
        Some(HttpProtocol::Http10) => "HTTP/1.0",
        Some(HttpProtocol::Http11) => "HTTP/1.1",
        Some(HttpProtocol::Http2) => "HTTP/2",
        Some(HttpProtocol::Http3) => "HTTP/3",
        Some(HttpProtocol::Unknown) | None => "",
    }
}

fn saturating(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Lengths of the phases that belong to an entry, nanoseconds. The first exchange of a connection has those of
/// making it.
struct Times {
    /// Start of the first of them, after the attempt's.
    begun: Option<i64>,
    dns: Option<i64>,
    connect: Option<i64>,
    tls: Option<i64>,
    send: Option<i64>,
    wait: Option<i64>,
    receive: Option<i64>,
}

impl Times {
    fn of(attempt: &Attempt, index: Option<usize>) -> Self {
        let is_first = index.is_none_or(|index| index == 0);
        let is_own = |exchange: Option<u32>| {
            exchange.is_none_or(|exchange| Some(exchange as usize) == index)
        };
        let own = |name: PhaseName| {
            let is_making = matches!(
                name,
                PhaseName::Dns | PhaseName::Connect | PhaseName::Proxy | PhaseName::Tls
            );
            let mut phases = attempt
                .phases
                .iter()
                .filter(move |phase| phase.phase == name);
            let found = phases.find(|phase| {
                if is_making {
                    is_first
                } else {
                    is_own(phase.exchange)
                }
            });
            found.and_then(|phase| Some((phase.start_ns?, phase.end_ns? - phase.start_ns?)))
        };
        let names = [
            PhaseName::Dns,
            PhaseName::Connect,
            PhaseName::Tls,
            PhaseName::Request,
            PhaseName::Wait,
            PhaseName::Receive,
        ];
        let begun = names
            .into_iter()
            .filter_map(own)
            .map(|(start, _)| start)
            .min();
        let length = |name| own(name).map(|(_, length)| length);
        Self {
            begun,
            dns: length(PhaseName::Dns),
            connect: length(PhaseName::Connect),
            tls: length(PhaseName::Tls),
            send: length(PhaseName::Request),
            wait: length(PhaseName::Wait),
            receive: length(PhaseName::Receive),
        }
    }

    /// HAR's connect includes ssl.
    fn whole_connect(&self) -> Option<i64> {
        self.connect
            .map(|connect| connect + self.tls.unwrap_or_default())
            .or(self.tls)
    }

    fn written(&self) -> Value {
        let optional = |length: Option<i64>| length.map_or(-1.0, millis);
        let required = |length: Option<i64>| length.map_or(0.0, millis);
        json!({
            "blocked": -1,
            "dns": optional(self.dns),
            "connect": optional(self.whole_connect()),
            "ssl": optional(self.tls),
            "send": required(self.send),
            "wait": required(self.wait),
            "receive": required(self.receive),
        })
    }

    fn sum(&self) -> f64 {
        let all = [
            self.dns,
            self.whole_connect(),
            self.send,
            self.wait,
            self.receive,
        ];
        millis(all.into_iter().flatten().sum())
    }

    fn missing(&self) -> Vec<&'static str> {
        let all = [
            ("send", self.send),
            ("wait", self.wait),
            ("receive", self.receive),
        ];
        all.into_iter()
            .filter(|(_, length)| length.is_none())
            .map(|(name, _)| name)
            .collect()
    }
}

fn millis(nanos: i64) -> f64 {
    (nanos as f64 / 1_000.0).round() / 1_000.0
}
