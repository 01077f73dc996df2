//! Redirects: an attempt for every hop.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::run::{Said, probe};
use crate::server::{asked, serve};

/// Leads from / to /two by 302, and on to /three by 307, whatever is asked; says what came there.
fn leads(mut stream: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).unwrap() == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let answer = match head.split(' ').nth(1).unwrap() {
        "/" => "HTTP/1.1 302 Found\r\nLocation: two\r\nContent-Length: 0\r\n\r\n",
        "/two" => {
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: /three\r\nContent-Length: 0\r\n\r\n"
        }
        _ => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    };
    stream.write_all(answer.as_bytes()).unwrap();
    sleep(Duration::from_millis(200));
}

fn hops(said: &Said) -> Vec<(Option<u64>, String, String, u64)> {
    let attempts = said.report["attempts"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    attempts
        .map(|attempt| {
            let exchange = &attempt["http"][0];
            (
                attempt["probe"]["hop"].as_u64(),
                text(&exchange["method"]),
                text(&exchange["target"]),
                exchange["status"].as_u64().unwrap(),
            )
        })
        .collect()
}

#[test]
fn every_hop_is_an_attempt_of_its_own() {
    let server = serve(leads);
    let said = probe(server, "--plain -n 1 -L -d hello");
    let hop = |number, method: &str, path: &str, status| {
        (number, method.to_owned(), path.to_owned(), status)
    };
    assert_eq!(
        hops(&said),
        [
            hop(None, "POST", "/", 302),
            hop(Some(1), "GET", "/two", 307),
            hop(Some(2), "GET", "/three", 200),
        ]
    );
    assert_eq!(said.report["totals"]["attempts"], 3);
    assert_eq!(said.status, 0);
}

/// What is compared must differ in one thing on every hop.
#[test]
fn an_arm_is_the_same_where_a_redirect_leads() {
    let server = serve(|stream| {
        asked(stream, |say, _| {
            say(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
        });
    });
    let said = probe(server, "-n 1 -L --arms tls12");
    for (arm, version) in [("base", "TLS 1.3"), ("tls12", "TLS 1.2")] {
        let attempts = said.report["attempts"].as_array().unwrap().iter();
        let of_arm = attempts.filter(|attempt| attempt["probe"]["arm"] == arm);
        let versions: Vec<_> = of_arm.map(|attempt| &attempt["tls"]["version"]).collect();
        assert_eq!(versions, [version; 11], "{arm}");
    }
}

#[test]
fn without_being_asked_none_is_followed() {
    let said = probe(serve(leads), "--plain -n 1");
    assert_eq!(hops(&said).len(), 1);
}

#[test]
fn a_circle_ends() {
    let server = serve(|mut stream| {
        let mut piece = [0; 4096];
        assert!(stream.read(&mut piece).unwrap() > 0);
        stream
            .write_all(
                b"HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
            )
            .unwrap();
        sleep(Duration::from_millis(200));
    });
    let said = probe(server, "--plain -n 1 --location");
    assert_eq!(hops(&said).len(), 11);
}
