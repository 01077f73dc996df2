//! HTTP/2: frames written by hand, and what is said of them.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use crate::run::{Said, kinds, phase, probe};
use crate::server::{FOR_EVER, serve, tls_of};

/// Types of frames (RFC 9113 §6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Status 200 (RFC 7541, entry 8 of the static table), and nothing else.
fn head() -> Vec<u8> {
    frame(HEADERS, 4, 1, &[0x88])
}

/// Shakes hands, says its settings, reads the request, and answers.
fn asked(mut stream: TcpStream, answer: impl FnOnce(&mut dyn FnMut(&[u8]))) {
    let mut tls = tls_of(|config| config.alpn_protocols = vec![b"h2".to_vec()]);
    let mut request = Vec::new();
    // Preface, SETTINGS and HEADERS are more than this.
    while request.len() < 24 + 9 + 9 + 10 {
        while tls.wants_write() {
            tls.write_tls(&mut stream).unwrap();
        }
        if tls.read_tls(&mut stream).unwrap() == 0 {
            return;
        }
        tls.process_new_packets().unwrap();
        let mut piece = [0; 4096];
        while let Ok(read) = tls.reader().read(&mut piece) {
            request.extend_from_slice(&piece[..read]);
        }
    }
    assert!(request.starts_with(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    let mut say = |bytes: &[u8]| {
        tls.writer().write_all(bytes).unwrap();
        while tls.wants_write() {
            tls.write_tls(&mut stream).unwrap();
        }
    };
    say(&frame(SETTINGS, 0, 0, &[]));
    answer(&mut say);
}

fn ask(manner: fn(TcpStream)) -> Said {
    probe(
        serve(manner),
        "-n 1 --http2 --tls-timeout 2.5 --ttfb-timeout 2.5 --body-timeout 2.5",
    )
}

#[test]
fn a_response_has_its_phases_and_steps() {
    let said = ask(|stream| {
        asked(stream, |say| {
            say(&head());
            sleep(Duration::from_millis(200));
            say(&[frame(DATA, 0, 1, b"hel"), frame(DATA, 1, 1, b"lo")].concat());
            sleep(FOR_EVER);
        });
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(attempt["tls"]["alpn"], "h2");
    let exchange = &attempt["http"][0];
    assert_eq!(exchange["protocol"], "HTTP/2");
    assert_eq!(exchange["status"], 200);
    assert_eq!(exchange["response_body_bytes"], 5);
    assert!(exchange["longest_body_gap_ns"].as_i64().unwrap() >= 150_000_000);
    let kinds = kinds(attempt);
    for kind in [
        "request-begun",
        "request-written",
        "request-acknowledged",
        "response-begun",
        "head-read",
        "body-resumed",
        "body-read",
    ] {
        assert_eq!(
            kinds.iter().filter(|known| **known == kind).count(),
            1,
            "{kind} in {kinds:?}"
        );
    }
    assert_eq!(said.status, 0);
}

#[test]
fn silence_is_the_servers() {
    let said = ask(|stream| asked(stream, |_| sleep(FOR_EVER)));
    assert_eq!(said.attempt(0)["outcome"], "response_stalled");
    assert_eq!(said.verdict(0), ("A1".to_owned(), "server".to_owned()));
}

#[test]
fn a_body_that_stops_is_the_servers() {
    let said = ask(|stream| {
        asked(stream, |say| {
            say(&[head(), frame(DATA, 0, 1, b"hel")].concat());
            sleep(FOR_EVER);
        });
    });
    assert_eq!(said.attempt(0)["outcome"], "receive_stalled");
    assert_eq!(said.verdict(0), ("A3".to_owned(), "server".to_owned()));
}

#[test]
fn a_stream_that_is_reset_says_why() {
    let said = ask(|stream| {
        asked(stream, |say| {
            // REFUSED_STREAM (RFC 9113 §7).
            say(&frame(RST_STREAM, 0, 1, &[0, 0, 0, 7]));
            sleep(FOR_EVER);
        });
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "reset_by_server", "{attempt:#}");
    assert_eq!(phase(attempt, "wait")["outcome"], "failed");
    assert_eq!(said.verdict(0), ("A5".to_owned(), "server".to_owned()));
    let statement = attempt["verdict"]["statement"].as_str().unwrap();
    assert!(statement.contains("REFUSED_STREAM"), "{statement}");
    let events = attempt["probe"]["events"].as_array().unwrap();
    let reset = events
        .iter()
        .find(|event| event["kind"] == "http2-stream-reset")
        .unwrap();
    assert_eq!(
        (reset["code"].as_u64(), reset["detail"].as_str()),
        (Some(7), Some("REFUSED_STREAM"))
    );
}

#[test]
fn a_connection_that_is_given_up_is_told_with_its_goodbye() {
    let said = ask(|stream| {
        asked(stream, |say| {
            // No stream was processed; ENHANCE_YOUR_CALM (RFC 9113 §7).
            say(&frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 11]));
        });
    });
    let attempt = said.attempt(0);
    assert_eq!(
        said.verdict(0),
        ("A5".to_owned(), "server".to_owned()),
        "{attempt:#}"
    );
    assert!(kinds(attempt).contains(&"http2-goaway"));
    let evidence = said.report["evidence"].to_string();
    assert!(evidence.contains("ENHANCE_YOUR_CALM"), "{evidence}");
}

#[test]
fn a_goodbye_is_an_end_although_the_connection_stays() {
    let said = ask(|stream| {
        asked(stream, |say| {
            say(&frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 11]));
            sleep(FOR_EVER);
        });
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "closed_by_server", "{attempt:#}");
    assert_eq!(said.verdict(0), ("A5".to_owned(), "server".to_owned()));
    assert_eq!(attempt["verdict"]["confidence"], "likely");
    assert!(kinds(attempt).contains(&"http2-goaway"));
}

#[test]
fn what_the_library_does_not_accept_is_laid_on_nobody() {
    let said = ask(|stream| {
        asked(stream, |say| {
            // DATA of a stream whose response has not begun (RFC 9113 §8.1), on which the library gives up.
            say(&frame(DATA, 0, 1, b"lo"));
            sleep(FOR_EVER);
        });
    });
    let attempt = said.attempt(0);
    let expected = ("undecided".to_owned(), "undecided".to_owned());
    assert_eq!(said.verdict(0), expected, "{attempt:#}");
    assert_eq!(phase(attempt, "wait")["outcome"], "failed");
    let statement = attempt["verdict"]["statement"].as_str().unwrap();
    assert!(!statement.contains("reset"), "{statement}");
}

#[test]
fn without_the_protocol_it_is_http_1_1() {
    let server = serve(|stream| crate::server::asked(stream, |say, _| crate::outcomes::whole(say)));
    let said = probe(server, "-n 1 --http2");
    assert_eq!(said.attempt(0)["http"][0]["protocol"], "HTTP/1.1");
    assert_eq!(said.attempt(0)["outcome"], "completed");
}
