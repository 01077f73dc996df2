//! What stands before the server: proxies and resolvers.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;

use crate::outcomes::whole;
use crate::run::{command, phase, read};
use crate::server::{FOR_EVER, asked, serve};

/// Reads the request for a tunnel.
fn asked_for_a_tunnel(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        std::io::Read::read_exact(stream, &mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// What a proxy does, and what is said of it.
type Dealing = (
    &'static str,
    fn(TcpStream),
    &'static str,
    &'static str,
    &'static str,
);

const DEALINGS: &[Dealing] = &[
    (
        "grants",
        |mut stream| {
            let asked = asked_for_a_tunnel(&mut stream);
            assert!(
                asked.starts_with("CONNECT probe.test:443 HTTP/1.1\r\n"),
                "{asked}"
            );
            stream
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .unwrap();
            asked_tls(stream);
        },
        "completed",
        "completed",
        "-",
    ),
    (
        "refuses",
        |mut stream| {
            asked_for_a_tunnel(&mut stream);
            stream
                .write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
                .unwrap();
        },
        "proxy_refused",
        "failed",
        "P1",
    ),
    (
        "says nothing",
        |mut stream| {
            asked_for_a_tunnel(&mut stream);
            sleep(FOR_EVER);
        },
        "proxy_stalled",
        "stalled",
        "P1",
    ),
    (
        "closes",
        |mut stream| {
            asked_for_a_tunnel(&mut stream);
        },
        "closed_by_server",
        "failed",
        "P1",
    ),
];

fn asked_tls(stream: TcpStream) {
    asked(stream, |say, _| whole(say));
}

#[test]
fn a_proxy_has_a_phase_of_its_own() {
    for (name, manner, outcome, shown, cause) in DEALINGS {
        let proxy = serve(*manner);
        let arguments = format!(
            "-k --format json -n 1 --proxy-timeout 2.5 -x http://{proxy} https://probe.test/"
        );
        let said = read(command(&arguments).output().unwrap());
        let attempt = said.attempt(0);
        assert_eq!(attempt["outcome"], *outcome, "{name}: {attempt:#}");
        assert_eq!(phase(attempt, "proxy")["outcome"], *shown, "{name}");
        assert_eq!(attempt["server"], proxy.to_string(), "{name}");
        assert_eq!(said.verdict(0).0, *cause, "{name}: {attempt:#}");
    }
}

/// A resolver that answers for one name: A records, none of AAAA; silent about others.
fn resolver(address: [u8; 4]) -> SocketAddr {
    let socket = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let own = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut room = [0; 1500];
        loop {
            let (read, client) = socket.recv_from(&mut room).unwrap();
            let query = &room[..read];
            if !query.windows(5).any(|window| window == b"probe") {
                continue;
            }
            let kind = u16::from_be_bytes([query[read - 4], query[read - 3]]);
            let count = u8::from(kind == 1);
            // Response, recursion desired and available; one question, and one answer to A (RFC 1035 section 4.1).
            let mut response = query.to_vec();
            response[2..12].copy_from_slice(&[0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0]);
            if kind == 1 {
                response.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
                response.extend(address);
            }
            socket.send_to(&response, client).unwrap();
        }
    });
    own
}

#[test]
fn addresses_of_every_resolver_are_tried_and_their_answers_told() {
    let server = serve(asked_tls);
    let servers = format!("{},{}", resolver([127, 0, 0, 1]), resolver([127, 0, 0, 2]));
    let url = format!("https://probe.test:{}/", server.port());
    let arguments = format!("-k --format json -n 1 --dns-servers {servers} {url}");
    let said = read(command(&arguments).output().unwrap());
    let tried: Vec<&str> = said.report["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|server| server["address"].as_str().unwrap())
        .collect();
    assert_eq!(tried.len(), 2, "{tried:?}");
    let dns = said.report["dns"].as_array().unwrap();
    assert_eq!(dns.len(), 6, "A, AAAA and HTTPS of each: {dns:#?}");
    for asked in dns {
        // RFC 9460 §9.1.
        let name = match asked["type"].as_str() {
            Some("HTTPS") => format!("_{}._https.probe.test", server.port()),
            _ => "probe.test".to_owned(),
        };
        assert_eq!(
            (&asked["name"], &asked["rcode"]),
            (&name.into(), &"NoError".into())
        );
        assert!(asked["response_ns"].as_i64() > asked["query_ns"].as_i64());
        assert!(asked.get("query_packet").is_none(), "no packet was seen");
    }
    let attempts = said.report["attempts"].as_array().unwrap();
    let with_lookup = attempts
        .iter()
        .filter(|attempt| phase(attempt, "dns")["outcome"] == "completed");
    assert!(with_lookup.count() > 0, "{attempts:#?}");
}

#[test]
fn a_silent_resolver_is_accused_and_no_server_asked() {
    let silent = resolver([127, 0, 0, 1]);
    let arguments = format!("-4 --format json -n 1 --dns-servers {silent} https://nobody.test/");
    let said = read(command(&arguments).output().unwrap());
    assert_eq!(said.attempt(0)["outcome"], "dns_timeout");
    assert_eq!(said.attempt(0)["kind"], "dns");
    assert_eq!(said.verdict(0).0, "D1", "{:#}", said.report);
    assert_eq!(said.status, 1);
    let shown = said.report["evidence"].as_array().unwrap();
    for evidence in shown {
        assert!(evidence["events"].is_array(), "{evidence}");
        assert!(
            !evidence["statement"].as_str().unwrap().contains("packet"),
            "{evidence}"
        );
    }
}
