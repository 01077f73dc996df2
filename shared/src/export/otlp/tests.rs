//! Spans of reports that are written by hand; their shape is held against OpenTelemetry's own types in the command's tests.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Context, Parent, lines};
use crate::export::text::samples::{MS, attempt, kept_alive, phase, stalled, weak_node};
use crate::report::redaction::{Item, RedactedReport, Redaction};
use crate::report::v1::{
    Attempt, Basis, Confidence, Environment, Exchange, HttpProtocol, Outcome, Party, PhaseName,
    PhaseOutcome, Probe, ProbeEvent, Report, Severity, Tls, Verdict,
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// A report as it is sent to a collector of one's own.
fn redacted(report: &Report) -> RedactedReport {
    let kept = super::KEPT.into_iter();
    kept.fold(Redaction::new(), Redaction::keeping)
        .apply(report)
}

/// Every span of a report.
fn spans(report: &Report, context: &Context) -> Vec<Value> {
    let lines = lines(&redacted(report), context);
    let mut spans = Vec::new();
    for line in lines {
        assert!(!line.contains('\n'));
        let request: Value = serde_json::from_str(&line).unwrap();
        let scope = &request["resourceSpans"][0]["scopeSpans"][0];
        assert_eq!(scope["scope"]["name"], "stallscope");
        let found = scope["spans"].as_array().unwrap();
        assert!((1..=512).contains(&found.len()), "{}", found.len());
        spans.extend(found.iter().cloned());
    }
    spans
}

fn of_attempts(attempts: Vec<Attempt>) -> Report {
    Report {
        epoch: Some("2026-11-22T10:00:00.000000000Z".to_owned()),
        attempts: attempts.into_iter().map(Box::new).collect(),
        ..Report::default()
    }
}

fn named<'a>(spans: &'a [Value], name: &str) -> &'a Value {
    let found = spans.iter().find(|span| span["name"] == name);
    found.unwrap_or_else(|| panic!("no span {name}"))
}

/// The value of an attribute; null without it.
fn attribute(of: &Value, key: &str) -> Value {
    let mut attributes = of["attributes"].as_array().unwrap().iter();
    let found = attributes.find(|attribute| attribute["key"] == key);
    found.map_or(Value::Null, |found| found["value"].clone())
}

fn text(value: &str) -> Value {
    json!({ "stringValue": value })
}

fn event(at_ns: i64, kind: &str) -> ProbeEvent {
    ProbeEvent {
        at_ns,
        kind: kind.to_owned(),
        ..ProbeEvent::default()
    }
}

/// A probe whose ClientHello was acknowledged and never answered.
fn silent() -> Attempt {
    let phases = vec![
        phase(PhaseName::Connect, 0, 24),
        stalled(PhaseName::Tls, 24, 10_024, "ServerHello"),
        crate::report::v1::Phase {
            start_ns: None,
            end_ns: None,
            outcome: PhaseOutcome::NotReached,
            ..phase(PhaseName::Wait, 0, 0)
        },
    ];
    let made = attempt(1, "203.0.113.11:443", Outcome::TlsStalled, phases);
    let begun = made.started_ns;
    Attempt {
        probe: Some(Probe {
            target: "https://user:secret@cdn.example.net/x?a=1&sig=tell".to_owned(),
            events: vec![
                event(begun, "syn-sent"),
                event(begun + 24 * MS, "connected"),
                event(begun + 25 * MS, "client-hello-written"),
                ProbeEvent {
                    kernel_ns: Some(begun + 49 * MS),
                    ..event(begun + 50 * MS, "client-hello-acknowledged")
                },
                event(begun + 60_000 * MS, "never-came"),
            ],
            ..Probe::default()
        }),
        tls: Some(Tls::default()),
        verdict: Some(Verdict {
            cause: "H1".to_owned(),
            slug: "server-stall-before-server-hello".to_owned(),
            severity: Severity::Failure,
            party: Party::Server,
            phase: PhaseName::Tls,
            confidence: Confidence::Certain,
            statement: "It fell silent.".to_owned(),
            evidence: Vec::new(),
            rules_out: Vec::new(),
            remedy: String::new(),
            alternatives: Vec::new(),
            statement_message: None,
            remedy_message: None,
        }),
        ..made
    }
}

#[test]
fn a_stall_is_an_error_in_its_phase_and_in_the_attempt() {
    let spans = spans(&of_attempts(vec![silent()]), &Context::default());
    let names: Vec<&Value> = spans.iter().map(|span| &span["name"]).collect();
    assert_eq!(
        names,
        ["HTTP", "http.connect", "http.tls"],
        "wait was not reached"
    );
    let (root, tls) = (named(&spans, "HTTP"), named(&spans, "http.tls"));
    assert_eq!((&root["kind"], &tls["kind"]), (&json!(3), &json!(1)));
    assert_eq!(tls["parentSpanId"], root["spanId"]);
    assert_eq!(root.get("parentSpanId"), None);
    assert_eq!(root["startTimeUnixNano"], "1795341600250000000");
    assert_eq!(tls["startTimeUnixNano"], "1795341600274000000");
    assert_eq!(tls["endTimeUnixNano"], "1795341610274000000");
    assert_eq!(
        root["status"],
        json!({ "code": 2, "message": "It fell silent." })
    );
    assert_eq!(
        tls["status"],
        json!({ "code": 2, "message": "awaiting ServerHello" })
    );
    assert_eq!(named(&spans, "http.connect")["status"], json!({}));
    for (key, value) in [
        ("error.type", text("tls_stalled")),
        (
            "url.full",
            text("https://cdn.example.net/x?a=1&sig=REDACTED"),
        ),
        ("server.address", text("cdn.example.net")),
        ("server.port", json!({ "intValue": "443" })),
        ("network.peer.address", text("203.0.113.11")),
        ("network.peer.port", json!({ "intValue": "443" })),
        ("network.local.port", json!({ "intValue": "50001" })),
        ("user_agent.synthetic.type", text("test")),
        ("stallscope.cause", text("H1")),
        ("stallscope.party", text("server")),
        ("stallscope.confidence", text("certain")),
        ("http.request.method", Value::Null),
        ("http.response.status_code", Value::Null),
    ] {
        assert_eq!(attribute(root, key), value, "{key}");
    }
    assert_eq!(
        attribute(tls, "tls.established"),
        json!({ "boolValue": false })
    );
    assert!(!serde_json::to_string(&spans).unwrap().contains("secret"));
}

#[test]
fn steps_are_events_of_the_phase_that_they_fall_into() {
    let spans = spans(&of_attempts(vec![silent()]), &Context::default());
    let events = |name: &str| -> Vec<String> {
        let events = named(&spans, name)["events"].as_array().unwrap();
        let written = events.iter().map(|event| {
            let name = event["name"].as_str().unwrap();
            format!("{name} {}", event["timeUnixNano"].as_str().unwrap())
        });
        written.collect()
    };
    assert_eq!(
        events("http.connect"),
        [
            "stallscope.syn_sent 1795341600250000000",
            "stallscope.connected 1795341600274000000"
        ]
    );
    assert_eq!(
        events("http.tls"),
        [
            "stallscope.client_hello_written 1795341600275000000",
            "stallscope.client_hello_acknowledged 1795341600299000000"
        ],
        "by the kernel's time where it stamped"
    );
    assert_eq!(
        events("HTTP"),
        ["stallscope.never_came 1795341660250000000"]
    );
    let acknowledged = &named(&spans, "http.tls")["events"][1];
    let delay = attribute(acknowledged, "stallscope.client_delay_ns");
    assert_eq!(delay, json!({ "intValue": "1000000" }));
}

fn answered(status: u16) -> Exchange {
    Exchange {
        protocol: HttpProtocol::Http11,
        method: Some("GET".to_owned()),
        target: Some("/x".to_owned()),
        status: Some(status),
        notable_headers: vec![("X-Served-By".to_owned(), "a1".to_owned())],
        ..Exchange::empty(Basis::Observed)
    }
}

#[test]
fn a_status_of_an_error_is_an_error() {
    for (status, error) in [(200, None), (404, Some("404")), (503, Some("503"))] {
        let phases = vec![phase(PhaseName::Connect, 0, 24)];
        let made = Attempt {
            http: vec![answered(status)],
            ..attempt(1, "203.0.113.11:443", Outcome::Completed, phases)
        };
        let spans = spans(&of_attempts(vec![made]), &Context::default());
        let root = named(&spans, "GET");
        assert_eq!(
            attribute(root, "error.type"),
            error.map_or(Value::Null, text)
        );
        assert_eq!(root["status"].get("code").is_some(), error.is_some());
        let code = json!({ "intValue": status.to_string() });
        assert_eq!(attribute(root, "http.response.status_code"), code);
        let header = json!({ "arrayValue": { "values": [text("a1")] } });
        assert_eq!(attribute(root, "http.response.header.x-served-by"), header);
    }
}

#[test]
fn each_of_several_exchanges_has_a_span_of_its_own() {
    let of = |index, name, start, end| crate::report::v1::Phase {
        exchange: Some(index),
        ..phase(name, start, end)
    };
    let phases = vec![
        phase(PhaseName::Connect, 0, 10),
        of(0, PhaseName::Wait, 10, 20),
        of(1, PhaseName::Wait, 30, 50),
    ];
    let odd = Exchange {
        method: Some("BREW".to_owned()),
        ..answered(200)
    };
    let made = Attempt {
        http: vec![answered(200), odd, answered(200)],
        ..attempt(1, "203.0.113.11:80", Outcome::Completed, phases)
    };
    let spans = spans(&of_attempts(vec![made]), &Context::default());
    let names: Vec<&Value> = spans.iter().map(|span| &span["name"]).collect();
    assert_eq!(
        names,
        [
            "connection",
            "GET",
            "HTTP",
            "http.connect",
            "http.wait",
            "http.wait"
        ],
        "nothing tells when the third was"
    );
    let parents: Vec<&Value> = spans.iter().map(|span| &span["parentSpanId"]).collect();
    let (root, first, second) = (&spans[0], &spans[1], &spans[2]);
    assert_eq!(
        parents[1..],
        [
            &root["spanId"],
            &root["spanId"],
            &root["spanId"],
            &first["spanId"],
            &second["spanId"]
        ]
    );
    assert_eq!(attribute(second, "http.request.method"), text("_OTHER"));
    assert_eq!(
        attribute(second, "http.request.method_original"),
        text("BREW")
    );
    assert_eq!(second["startTimeUnixNano"], "1795341600280000000");
    assert_eq!(attribute(root, "http.request.method"), Value::Null);
}

#[test]
fn under_a_span_of_another_program_all_are_one_trace() {
    let report = weak_node();
    let parent = Parent::of(&format!("00-{TRACE}-{SPAN}-00"), "vendor=1");
    let context = Context {
        parent,
        ..Context::default()
    };
    let all = spans(&report, &context);
    let own = spans(&report, &Context::default());
    assert_eq!(all.len(), own.len());
    let roots = |spans: &[Value]| -> usize {
        let is_root = |span: &&Value| span["kind"] == 3;
        spans.iter().filter(is_root).count()
    };
    let traces = |spans: &[Value]| -> BTreeSet<String> {
        spans
            .iter()
            .map(|span| span["traceId"].to_string())
            .collect()
    };
    assert_eq!(traces(&all).len(), 1);
    assert_eq!(
        traces(&own).len(),
        roots(&own),
        "without it, one for each attempt"
    );
    for span in &all {
        assert_eq!(
            (&span["traceId"], &span["traceState"]),
            (&json!(TRACE), &json!("vendor=1"))
        );
        let is_root = span["kind"] == 3;
        assert_eq!(span["parentSpanId"] == SPAN, is_root);
        let flags = if is_root { 0x300 } else { 0x100 };
        assert_eq!(span["flags"], flags, "whoever is above did not sample");
    }
}

#[test]
fn ids_are_of_the_report_and_no_two_are_alike() {
    for report in [weak_node(), kept_alive()] {
        let first = spans(&report, &Context::default());
        assert!(first.len() > report.attempts.len());
        assert_eq!(first, spans(&report, &Context::default()));
        let ids: BTreeSet<&str> = first
            .iter()
            .map(|span| span["spanId"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), first.len());
        for span in &first {
            let at = |name: &str| -> u64 { span[name].as_str().unwrap().parse().unwrap() };
            assert!(at("startTimeUnixNano") <= at("endTimeUnixNano"));
            assert_eq!(span["traceId"].as_str().unwrap().len(), 32);
            assert_eq!(span["spanId"].as_str().unwrap().len(), 16);
        }
    }
}

#[test]
fn requests_are_bounded_and_hold_every_span() {
    let attempts = (1..=300).map(|id| Attempt { id, ..silent() });
    let report = of_attempts(attempts.collect());
    assert_eq!(spans(&report, &Context::default()).len(), 900);
    let empty = of_attempts(Vec::new());
    assert!(spans(&empty, &Context::default()).is_empty());
}

#[test]
fn a_span_has_a_bounded_number_of_events() {
    let mut made = silent();
    if let Some(probe) = &mut made.probe {
        probe.events = vec![event(made.started_ns + 30 * MS, "record"); 200];
    }
    let spans = spans(&of_attempts(vec![made]), &Context::default());
    let tls = named(&spans, "http.tls");
    assert_eq!(tls["events"].as_array().unwrap().len(), 128);
    assert_eq!(tls["droppedEventsCount"], 72);
}

fn probed_on(host: &str) -> Report {
    Report {
        environment: Some(Environment {
            host: Some(host.to_owned()),
            ..Environment::default()
        }),
        ..of_attempts(vec![silent()])
    }
}

#[test]
fn a_host_that_was_taken_out_is_none() {
    let redaction = Redaction::new().keeping(Item::OtherFlow);
    let lines = lines(&redaction.apply(&probed_on("box")), &Context::default());
    assert!(lines[0].contains("service.name") && !lines[0].contains("host.name"));
}

#[test]
fn whoever_sends_is_the_resource() {
    let resource = |context: &Context| -> Value {
        let report = probed_on("box");
        let redacted = redacted(&report);
        let request: Value = serde_json::from_str(&lines(&redacted, context)[0]).unwrap();
        request["resourceSpans"][0]["resource"].clone()
    };
    let own = resource(&Context::default());
    assert_eq!(attribute(&own, "service.name"), text("stallscope"));
    assert_eq!(attribute(&own, "host.name"), text("box"));
    let named = resource(&Context {
        resource: [
            ("service.name", "edge"),
            ("deployment.environment.name", "test"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        parent: None,
    });
    assert_eq!(attribute(&named, "service.name"), text("edge"));
    assert_eq!(
        attribute(&named, "service.version"),
        Value::Null,
        "that is the other's"
    );
    assert_eq!(
        attribute(&named, "deployment.environment.name"),
        text("test")
    );
}

#[test]
fn parents_are_read_as_the_recommendation_has_them() {
    let upper = TRACE.to_ascii_uppercase();
    for (header, is_valid) in [
        (format!("00-{TRACE}-{SPAN}-01"), true),
        (format!(" 00-{TRACE}-{SPAN}-01 "), true),
        (format!("01-{TRACE}-{SPAN}-01-more"), true),
        (format!("00-{TRACE}-{SPAN}-01-more"), false),
        (format!("ff-{TRACE}-{SPAN}-01"), false),
        (format!("00-{upper}-{SPAN}-01"), false),
        (format!("00-{}-{SPAN}-01", "0".repeat(32)), false),
        (format!("00-{TRACE}-{}-01", "0".repeat(16)), false),
        (format!("00-{TRACE}-{SPAN}"), false),
        (format!("00-{TRACE}-{SPAN}-0"), false),
        ("00-é".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(Parent::of(&header, "").is_some(), is_valid, "{header}");
    }
}
