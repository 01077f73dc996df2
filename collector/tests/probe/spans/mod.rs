//! Spans to a collector: a real HTTP server that keeps what it gets, and OpenTelemetry's own types to read that.

mod receiver;
mod shape;

use std::io::{ErrorKind, Read as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValue;
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use prost::Message as _;
use serde_json::Value;

use self::receiver::{TAKEN, collector, secure};
use self::shape::understood;
use crate::outcomes::whole;
use crate::run::command;
use crate::server::{asked, nobody, serve};

fn healthy() -> SocketAddr {
    serve(|stream| asked(stream, |say, _| whole(say)))
}

/// Probes a server twice with these variables and no others of their kind.
fn probe(server: SocketAddr, flags: &str, variables: &[(&str, &str)]) -> Output {
    let url = format!(
        "https://user:geheim@probe.test:{}/path?sig=geheim",
        server.port()
    );
    let ip = server.ip();
    let mut command = command(&format!("-k -n 2 --format json --ip {ip} {url} {flags}"));
    without_variables(&mut command);
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn without_variables(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("OTEL_") || text.starts_with("TRACE") {
            command.env_remove(&name);
        }
    }
}

fn endpoint(collector: SocketAddr) -> String {
    format!("http://{collector}/")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn spans(request: &ExportTraceServiceRequest) -> Vec<&Span> {
    let resources = request.resource_spans.iter();
    let scopes = resources.flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| &scope.spans).collect()
}

fn text(span: &Span, key: &str) -> Option<String> {
    let found = span
        .attributes
        .iter()
        .find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        AnyValue::StringValue(text) => Some(text.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn attempts_arrive_as_spans_in_json() {
    let (address, received) = collector(&[TAKEN]);
    let output = probe(
        healthy(),
        "--otlp",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(address)),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k%201"),
            ("OTEL_SERVICE_NAME", "edge"),
        ],
    );
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(0), "")
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let got = received.recv().unwrap();
    assert_eq!(got.line, "POST /v1/traces HTTP/1.1");
    assert_eq!(got.header("content-type"), "application/json");
    assert_eq!(got.header("content-encoding"), "");
    assert_eq!(got.header("api-key"), "k 1");
    let sent = String::from_utf8_lossy(&got.body);
    assert!(!sent.contains("geheim"), "{sent}");
    let request = understood(&got.body);
    let all = spans(&request);
    let roots: Vec<_> = all
        .iter()
        .filter(|span| span.parent_span_id.is_empty())
        .collect();
    assert_eq!(roots.len(), 2);
    for (root, attempt) in roots.iter().zip(report["attempts"].as_array().unwrap()) {
        answered(root, attempt, &all);
    }
}

/// The span of an attempt that went well, and those below it among all.
fn answered(root: &Span, attempt: &Value, all: &[&Span]) {
    assert_eq!(
        (root.name.as_str(), root.kind),
        ("GET", SpanKind::Client as i32)
    );
    assert_eq!(
        text(root, "network.protocol.version").as_deref(),
        Some("1.1")
    );
    assert_eq!(
        text(root, "stallscope.outcome").as_deref(),
        Some("completed")
    );
    let url = text(root, "url.full").unwrap();
    assert!(
        url.starts_with("https://probe.test:") && url.ends_with("/path?sig=REDACTED"),
        "{url}"
    );
    let own = all
        .iter()
        .filter(|span| span.trace_id == root.trace_id && span.name != "GET");
    let names: Vec<&str> = own.clone().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "http.connect",
            "http.tls",
            "http.send",
            "http.wait",
            "http.receive"
        ]
    );
    let length = attempt["ended_ns"].as_i64().unwrap() - attempt["started_ns"].as_i64().unwrap();
    let spanned = root.end_time_unix_nano - root.start_time_unix_nano;
    assert_eq!(i64::try_from(spanned).unwrap(), length);
    let tls = own.clone().find(|span| span.name == "http.tls").unwrap();
    let events: Vec<&str> = tls.events.iter().map(|event| event.name.as_str()).collect();
    for event in ["client_hello_written", "server_hello", "handshake_done"] {
        assert!(
            events.contains(&format!("stallscope.{event}").as_str()),
            "{events:?}"
        );
    }
    assert_eq!(text(tls, "tls.protocol.version").as_deref(), Some("1.3"));
}

#[test]
fn what_failed_arrives_in_protobuf_below_the_span_that_started_it() {
    let (address, received) = collector(&[TAKEN]);
    let output = probe(
        nobody(),
        "--otlp",
        &[
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                &format!("http://{address}/own"),
            ),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            (
                "TRACEPARENT",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
        ],
    );
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(1), "")
    );
    let got = received.recv().unwrap();
    assert_eq!(got.line, "POST /own HTTP/1.1");
    assert_eq!(got.header("content-type"), "application/x-protobuf");
    assert_eq!(got.header("content-encoding"), "gzip");
    let mut body = Vec::new();
    GzDecoder::new(got.body.as_slice())
        .read_to_end(&mut body)
        .unwrap();
    let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
    let all = spans(&request);
    let names: Vec<&str> = all.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        ["HTTP", "http.connect"].repeat(2),
        "nothing else was reached"
    );
    for span in all {
        assert_eq!(
            span.trace_id,
            0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes()
        );
        assert_eq!(span.status.as_ref().unwrap().code, StatusCode::Error as i32);
        assert_eq!(text(span, "error.type").as_deref(), Some("refused"));
        let is_root = span.parent_span_id == 0xb7ad_6b71_6920_3331_u64.to_be_bytes();
        assert_eq!(is_root, span.name == "HTTP");
    }
}

#[test]
fn a_collector_that_nobody_vouches_for_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("collector.pem");
    let (address, received) = secure(&certificate);
    let endpoint = format!("https://{address}");
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str());
    let output = probe(healthy(), "--otlp", &[endpoint]);
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).contains("not sent"), "{}", said(&output));
    let file = certificate.to_string_lossy();
    let trusted = ("OTEL_EXPORTER_OTLP_CERTIFICATE", &*file);
    let output = probe(healthy(), "--otlp", &[endpoint, trusted]);
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(0), "")
    );
    let got: Vec<_> = received.try_iter().collect();
    assert_eq!(got.len(), 1, "the first went away");
    assert_eq!(got[0].line, "POST /v1/traces HTTP/1.1");
}

#[test]
fn a_variable_alone_sends_nothing() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let endpoint = endpoint(listener.local_addr().unwrap());
    let variable = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str());
    for (flags, further, words) in [
        ("", ("OTEL_SERVICE_NAME", "edge"), ""),
        ("--otlp", ("OTEL_SDK_DISABLED", "true"), "OTEL_SDK_DISABLED"),
        (
            "--otlp",
            ("OTEL_TRACES_EXPORTER", "none"),
            "OTEL_TRACES_EXPORTER",
        ),
    ] {
        let output = probe(healthy(), flags, &[variable, further]);
        assert_eq!(output.status.code(), Some(0));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_busy_collector_is_asked_again() {
    let (address, received) = collector(&[
        "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n",
        TAKEN,
    ]);
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint(address))];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let output = probe(healthy(), "--otlp", &variables);
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(0), "")
    );
    let (first, second) = (received.recv().unwrap(), received.recv().unwrap());
    assert_eq!(first.body, second.body);
}

#[test]
fn what_is_not_sent_is_told_and_changes_nothing_else() {
    let later =
        "HTTP/1.1 429 Slow\r\nretry-after: 18446744073709551615\r\ncontent-length: 0\r\n\r\n";
    let place = "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\nhere";
    let other = "HTTP/1.1 307 There\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
    let key = "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n";
    let answers: [(&'static [&'static str], &str); 4] = [
        (Box::leak(Box::new([later])), "OTEL_EXPORTER_OTLP_TIMEOUT"),
        (Box::leak(Box::new([place])), "404 Not Found here"),
        (Box::leak(Box::new([other])), "307"),
        (Box::leak(Box::new([key])), "OTEL_EXPORTER_OTLP_HEADERS"),
    ];
    let mut cases: Vec<(SocketAddr, &str)> = vec![(nobody(), "OTEL_EXPORTER_OTLP_ENDPOINT")];
    // What is received is kept until all is over.
    let (collectors, _received): (Vec<_>, Vec<_>) = answers
        .iter()
        .map(|(answers, _)| collector(answers))
        .unzip();
    cases.extend(collectors.into_iter().zip(answers.map(|(_, words)| words)));
    for (address, words) in cases {
        let output = probe(
            healthy(),
            "--otlp",
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint(address))],
        );
        assert_eq!(output.status.code(), Some(0), "{words}");
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["totals"]["attempts"], 2);
    }
}

#[test]
fn what_cannot_be_meant_is_said_before_anything_is_tried() {
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    for (flags, variables, words) in [
        ("--otlp", vec![], "OTEL_EXPORTER_OTLP_ENDPOINT"),
        (
            "--otlp",
            vec![endpoint, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
            "http/protobuf",
        ),
        (
            "--otlp",
            vec![endpoint, ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere")],
            "OTEL_EXPORTER_OTLP_CERTIFICATE",
        ),
        (
            "--otlp --all --format jsonl",
            vec![endpoint],
            "--format json",
        ),
    ] {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let flags = flags.to_owned();
        let address = server.local_addr().unwrap();
        let mut command = command(&format!(
            "-n 1 --ip {} https://probe.test:{}/ {flags}",
            address.ip(),
            address.port()
        ));
        without_variables(&mut command);
        let output = command.envs(variables).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        server.set_nonblocking(true).unwrap();
        assert_eq!(server.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn the_exporter_sends_none() {
    let output = Command::new(env!("CARGO_BIN_EXE_stallscope"))
        .args(["exporter", "--module", "spans=--otlp"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--otlp"), "{}", said(&output));
}

#[test]
fn every_kind_of_attempt_has_the_shape_of_the_protocol() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/faults");
    let mut captures: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind != "md"))
        .collect();
    captures.sort();
    let mut names = std::collections::BTreeSet::new();
    for capture in captures {
        let output = Command::new(env!("CARGO_BIN_EXE_stallscope"))
            .args(["export", "--to", "otlp"])
            .arg(&capture)
            .output()
            .unwrap();
        let words = format!("{}: {}", capture.display(), said(&output));
        assert_eq!(output.status.code(), Some(0), "{words}");
        for line in output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let request = understood(line);
            for span in spans(&request) {
                assert!(
                    span.start_time_unix_nano <= span.end_time_unix_nano,
                    "{words}"
                );
                assert_eq!(
                    (span.trace_id.len(), span.span_id.len()),
                    (16, 8),
                    "{words}"
                );
                names.insert(span.name.clone());
            }
        }
    }
    for name in [
        "connection",
        "CONNECT",
        "DNS lookup",
        "http.dns",
        "http.connect",
        "http.tls",
        "http.wait",
    ] {
        assert!(names.contains(name), "{name} of {names:?}");
    }
}
