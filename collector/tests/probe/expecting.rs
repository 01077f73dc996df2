//! `Expect: 100-continue`: permission that comes, that does not, and a refusal in its place.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use crate::run::{Said, kinds, probe};
use crate::server::serve;

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

fn body(stream: &mut TcpStream) {
    let mut body = [0; 5];
    stream.read_exact(&mut body).unwrap();
    assert_eq!(&body, b"hello");
}

fn answer(stream: &mut TcpStream, head: &str) {
    stream.write_all(head.as_bytes()).unwrap();
    sleep(Duration::from_millis(200));
}

fn ask(manner: fn(TcpStream)) -> Said {
    probe(serve(manner), "--plain -n 1 -d hello --expect100")
}

#[test]
fn permission_that_comes_costs_a_round_trip() {
    let said = ask(|mut stream| {
        assert!(head(&mut stream).contains("Expect: 100-continue\r\n"));
        answer(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n");
        body(&mut stream);
        answer(&mut stream, "HTTP/1.1 204 No Content\r\n\r\n");
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["http"][0]["status"], 204, "{attempt:#}");
    assert!(kinds(attempt).contains(&"continue-received"));
    assert_eq!(said.status, 0);
}

#[test]
fn permission_that_does_not_come_costs_a_second() {
    let said = ask(|mut stream| {
        head(&mut stream);
        body(&mut stream);
        answer(&mut stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(said.verdict(0), ("A6".to_owned(), "server".to_owned()));
    assert_eq!(attempt["verdict"]["severity"], "delay");
}

#[test]
fn a_refusal_in_its_place_is_the_response() {
    let said = ask(|mut stream| {
        head(&mut stream);
        answer(
            &mut stream,
            "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno",
        );
    });
    let attempt = said.attempt(0);
    assert_eq!(attempt["http"][0]["status"], 417, "{attempt:#}");
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert!(!kinds(attempt).contains(&"request-written"));
}
