//! Attempts that differ in one thing, at servers for which that thing decides.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::Duration;

use rustls::server::Acceptor;
use serde_json::Value;

use crate::outcomes::whole;
use crate::run::{command, kinds, phase, probe};
use crate::server::{FOR_EVER, answer_to, asked, hello, serve};

/// Five of each arm are enough: all of five beside none of five come about by chance once in 252 times.
const PLAN: &str = "-n 5 --interval 0.02 --tls-timeout 1.3";

/// What the second response takes longer than the first.
const LATER: Duration = Duration::from_millis(60);

fn arm<'a>(report: &'a Value, name: &str) -> &'a Value {
    let arms = report["servers"][0]["arms"].as_array().unwrap();
    let found = arms.iter().find(|arm| arm["arm"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {arms:?}"))
}

fn failures(report: &Value, name: &str) -> (u64, u64) {
    let arm = arm(report, name);
    (
        arm["failures"].as_u64().unwrap(),
        arm["attempts"].as_u64().unwrap(),
    )
}

/// Whose ClientHello is not answered.
fn refusing(is_refused: fn(&[u8]) -> bool) -> SocketAddr {
    // The manner is a plain function, so what decides is chosen by the port's own closure.
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let hello = hello(&mut stream);
                if is_refused(&hello) {
                    sleep(FOR_EVER);
                }
                answer_to(stream, &hello, |say, _| whole(say));
            });
        }
    });
    address
}

fn names(hello: &[u8]) -> Option<String> {
    let mut acceptor = Acceptor::default();
    let mut bytes = hello;
    acceptor.read_tls(&mut bytes).unwrap();
    let accepted = acceptor.accept().unwrap().unwrap();
    accepted.client_hello().server_name().map(str::to_owned)
}

#[test]
fn a_server_that_does_not_answer_large_hellos() {
    let server = refusing(|hello| hello.len() > 1_400);
    let said = probe(server, &format!("{PLAN} --arms small,no-sni"));
    let report = &said.report;
    assert_eq!(failures(report, "base"), (5, 5));
    assert_eq!(failures(report, "small"), (0, 5));
    assert_eq!(failures(report, "no-sni"), (5, 5));
    let chance = arm(report, "small")["chance"].as_f64().unwrap();
    assert!((chance - 1.0 / 252.0).abs() < 1e-9, "{chance}");
    assert!(arm(report, "base").get("chance").is_none());
    let headline = &report["headline"];
    assert_eq!(
        (&headline["cause"], &headline["party"]),
        (&Value::from("H5"), &Value::from("server"))
    );
    let statement = headline["statement"].as_str().unwrap();
    assert!(
        statement.contains("fails only with a ClientHello of") && statement.contains("(0 of 5)"),
        "{statement}"
    );
    // What is said of each large one is what all of them show.
    for attempt in report["attempts"].as_array().unwrap() {
        let is_small = attempt["probe"]["arm"] == "small";
        assert_eq!(attempt["verdict"].is_null(), is_small, "{attempt:#}");
        if !is_small {
            assert_eq!(attempt["verdict"]["cause"], "H5");
        }
    }
}

#[test]
fn a_server_that_does_not_answer_one_name() {
    let server = refusing(|hello| names(hello).as_deref() == Some("probe.test"));
    let said = probe(server, &format!("{PLAN} --arms small,sni-other,no-sni"));
    let report = &said.report;
    assert_eq!(failures(report, "small"), (5, 5));
    assert_eq!(failures(report, "sni-other"), (0, 5));
    assert_eq!(failures(report, "no-sni"), (0, 5));
    assert_eq!(report["headline"]["cause"], "H2");
    let statement = report["headline"]["statement"].as_str().unwrap();
    assert!(
        statement.contains("only ClientHellos for probe.test fail"),
        "{statement}"
    );
}

#[test]
fn a_reader_that_wants_the_whole_hello_in_one_record() {
    fn manner(mut stream: TcpStream) {
        let first = hello(&mut stream);
        // The message says how long it is (RFC 8446 §4): a record that lacks a part of it is taken for broken.
        let length = u32::from_be_bytes([0, first[6], first[7], first[8]]);
        if (first.len() as u32) < 9 + length {
            stream.write_all(&[21, 3, 3, 0, 2, 2, 50]).unwrap();
            return;
        }
        answer_to(stream, &first, |say, _| whole(say));
    }
    let server = serve(manner);
    let said = probe(server, &format!("{PLAN} --arms records,split"));
    let report = &said.report;
    assert_eq!(failures(report, "base"), (0, 5));
    assert_eq!(failures(report, "split"), (0, 5));
    assert_eq!(failures(report, "records"), (5, 5));
    assert_eq!(report["headline"]["cause"], "H21", "{}", report["headline"]);
}

#[test]
fn the_same_port_again_and_a_session_resumed() {
    let server = serve(|stream| asked(stream, |say, _| whole(say)));
    let said = probe(server, "-n 3 --interval 0.1 --arms same-port,resumed");
    let attempts = said.report["attempts"].as_array().unwrap();
    assert_eq!(said.status, 0, "{:#}", said.report["headline"]);
    let of = |name: &str| -> Vec<&Value> {
        let arm = |attempt: &&Value| attempt["probe"]["arm"] == name;
        attempts.iter().filter(arm).collect()
    };
    // A port that another program took meanwhile cannot be used again.
    assert!(of("base").len() + of("same-port").len() == 6);
    let ports: Vec<&Value> = of("base").iter().map(|base| &base["client"]).collect();
    for again in of("same-port") {
        assert!(
            ports.contains(&&again["client"]),
            "{} {ports:?}",
            again["client"]
        );
    }
    let resumed: Vec<bool> = of("resumed")
        .iter()
        .map(|attempt| attempt["tls"]["resumed"] == true)
        .collect();
    // The first one has nothing to resume yet; this server gives no tickets at all.
    assert_eq!(resumed, [false, false, false]);
    assert!(
        of("base")
            .iter()
            .all(|attempt| attempt["tls"]["resumed"] == false)
    );
}

/// A response that lets the connection be used again.
const KEPT: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Another record with application data comes: the second request on the connection.
fn is_asked_again(mut peer: &TcpStream) -> bool {
    let mut record = [0; 4_096];
    let read = peer.read(&mut record).unwrap_or(0);
    read > 0 && record[0] == 23
}

#[test]
fn a_server_that_ends_connections_at_their_second_request() {
    let server = serve(|stream| {
        asked(stream, |say, peer| {
            say(KEPT);
            is_asked_again(peer);
        });
    });
    let said = probe(server, &format!("{PLAN} --arms reused"));
    let report = &said.report;
    assert_eq!(failures(report, "base"), (0, 5));
    assert_eq!(failures(report, "reused"), (5, 5));
    let headline = &report["headline"];
    assert_eq!(headline["cause"], "A7", "{headline}");
    let statement = headline["statement"].as_str().unwrap();
    assert!(
        statement.contains("only on a connection that was used") && statement.contains("(0 of 5)"),
        "{statement}"
    );
}

#[test]
fn the_second_request_on_a_connection_is_what_is_told() {
    let server = serve(|stream| {
        asked(stream, |say, peer| {
            say(KEPT);
            if is_asked_again(peer) {
                sleep(LATER);
                say(KEPT);
            }
        });
    });
    let said = probe(server, &format!("{PLAN} --arms reused"));
    let report = &said.report;
    assert_eq!(
        (failures(report, "base"), failures(report, "reused")),
        ((0, 5), (0, 5))
    );
    assert_eq!(said.status, 0, "{}", report["headline"]);
    let attempts = report["attempts"].as_array().unwrap();
    for attempt in attempts
        .iter()
        .filter(|attempt| attempt["probe"]["arm"] == "reused")
    {
        let kinds = kinds(attempt);
        let count = |kind: &str| kinds.iter().filter(|found| **found == kind).count();
        for once in [
            "connection-used",
            "request-written",
            "request-acknowledged",
            "head-read",
            "body-read",
        ] {
            assert_eq!(count(once), 1, "{once}: {kinds:?}");
        }
        let place = |kind: &str| kinds.iter().position(|found| *found == kind);
        assert!(
            place("connection-used") < place("request-written"),
            "{kinds:?}"
        );
        let wait = phase(attempt, "wait");
        let waited = wait["end_ns"].as_i64().unwrap() - wait["start_ns"].as_i64().unwrap();
        assert!(waited >= LATER.as_nanos() as i64, "{wait}");
        assert_eq!(
            attempt["http"][0]["response_body_bytes"], 2,
            "{}",
            attempt["http"]
        );
    }
}

#[test]
fn where_connections_are_not_kept_none_is_used_again() {
    let server = serve(|stream| {
        asked(stream, |say, _| {
            say(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        });
    });
    let said = probe(server, &format!("{PLAN} --arms reused"));
    assert_eq!(failures(&said.report, "base"), (0, 10));
    let arms = said.report["servers"][0]["arms"].as_array().unwrap();
    assert_eq!(arms.len(), 1, "{arms:?}");
}

#[test]
fn arms_that_cannot_be_are_refused() {
    for (arguments, says) in [
        ("--arms tiny https://127.0.0.1:1/", "there are small"),
        ("--arms small http://127.0.0.1:1/", "speaks no TLS"),
        (
            "--tlsv1.3 --arms tls12 https://127.0.0.1:1/",
            "leave no version",
        ),
        (
            "--http2 --arms reused https://127.0.0.1:1/",
            "one of HTTP/1.1",
        ),
        ("--key /nowhere https://127.0.0.1:1/", "--cert"),
    ] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(says), "{arguments}: {said}");
    }
}
