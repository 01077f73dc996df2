//! The address that the host has outside: asked only of whom the user names, and a failure is told and ends nothing.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::outcomes::whole;
use crate::run::{Said, probe};
use crate::server::{asked, nobody, serve};

fn healthy() -> SocketAddr {
    serve(|stream| asked(stream, |say, _| whole(say)))
}

/// Reads a request and answers it, in clear.
fn say(mut stream: TcpStream, status: &str, body: &str) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).unwrap();
}

fn ask(echo: SocketAddr) -> Said {
    probe(healthy(), &format!("-n 1 --egress http://{echo}/ip"))
}

#[test]
fn who_is_named_is_asked_and_nobody_else() {
    let said = ask(serve(|stream| say(stream, "200 OK", "203.0.113.7\n")));
    let environment = &said.report["environment"];
    assert_eq!(environment["egress"]["address"], "203.0.113.7");
    assert_eq!(said.status, 0);
    let said = probe(healthy(), "-n 1");
    assert!(said.report["environment"].get("egress").is_none());
}

#[test]
fn a_failure_is_told_and_ends_nothing() {
    let several = serve(|stream| say(stream, "200 OK", "203.0.113.7 198.51.100.1"));
    let broken = serve(|stream| say(stream, "500 Internal Server Error", "203.0.113.7"));
    for (name, echo, words) in [
        ("several", several, "several addresses"),
        ("broken", broken, "500"),
        ("nobody", nobody(), "did not answer"),
    ] {
        let said = ask(echo);
        let egress = &said.report["environment"]["egress"];
        assert!(egress.get("address").is_none(), "{name}: {egress}");
        let failure = egress["failure"].as_str().unwrap();
        assert!(failure.contains(words), "{name}: {failure}");
        assert_eq!(said.attempt(0)["outcome"], "completed", "{name}");
        assert_eq!(said.status, 0, "{name}");
    }
}
