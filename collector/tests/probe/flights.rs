//! Inside of the server's flight: pauses, stops, and second ClientHellos.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use rustls::ServerConnection;
use rustls::crypto::aws_lc_rs::kx_group::SECP384R1;

use crate::outcomes::whole;
use crate::run::{kinds, phase, probe};
use crate::server::{FOR_EVER, asked_in, flight, hello, serve, tls, tls_with};

/// Longer than what counts as prompt.
const LATE: Duration = Duration::from_millis(1_500);

/// The first record of a flight at once, the rest late.
fn in_two(stream: &mut TcpStream, flight: &[u8]) {
    let first = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
    stream.write_all(&flight[..first]).unwrap();
    sleep(LATE);
    stream.write_all(&flight[first..]).unwrap();
}

fn at_once(stream: &mut TcpStream, flight: &[u8]) {
    stream.write_all(flight).unwrap();
}

/// Knows a group that no client has a share of.
fn retrying() -> ServerConnection {
    tls_with(
        |provider| provider.kx_groups = vec![SECP384R1],
        rustls::ALL_VERSIONS,
    )
}

#[test]
fn a_flight_that_pauses_is_the_servers_delay() {
    let server = serve(|stream| asked_in(stream, tls(), in_two, |say, _| whole(say)));
    let said = probe(server, "-n 1");
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(said.verdict(0), ("H16".to_owned(), "server".to_owned()));
    assert_eq!(attempt["verdict"]["severity"], "delay");
    let statement = attempt["verdict"]["statement"].as_str().unwrap();
    assert!(statement.contains("began its answer"), "{statement}");
}

#[test]
fn a_flight_of_tls_1_2_whose_end_is_late() {
    // The client's last flight is answered by the server's Finished message, behind a change of cipher.
    let server = serve(|stream| {
        let tls = tls_with(|_| {}, &[&rustls::version::TLS12]);
        let late = |stream: &mut TcpStream, flight: &[u8]| {
            if flight[0] == 20 {
                sleep(LATE);
            }
            stream.write_all(flight).unwrap();
        };
        asked_in(stream, tls, late, |say, _| whole(say));
    });
    let said = probe(server, "-n 1");
    let attempt = said.attempt(0);
    assert_eq!(attempt["tls"]["version"], "TLS 1.2", "{attempt:#}");
    assert_eq!(said.verdict(0), ("H16".to_owned(), "server".to_owned()));
    let statement = attempt["verdict"]["statement"].as_str().unwrap();
    assert!(statement.contains("Finished"), "{statement}");
}

#[test]
fn a_flight_of_small_packets_that_stops_is_the_servers() {
    let server = serve(|mut stream| {
        let hello = hello(&mut stream);
        stream.write_all(&flight(&hello)[..200]).unwrap();
        sleep(FOR_EVER);
    });
    let said = probe(server, "-n 1 --tls-timeout 2.5 --mss 1200");
    assert_eq!(said.attempt(0)["outcome"], "tls_stalled");
    assert_eq!(said.verdict(0), ("H16".to_owned(), "server".to_owned()));
}

#[test]
fn another_key_share_costs_a_round_trip_and_accuses_nobody() {
    let server = serve(|stream| asked_in(stream, retrying(), at_once, |say, _| whole(say)));
    let said = probe(server, "-n 1");
    let attempt = said.attempt(0);
    assert_eq!(attempt["outcome"], "completed", "{attempt:#}");
    assert_eq!(attempt["verdict"]["cause"], "H15");
    assert_eq!(attempt["verdict"]["severity"], "info");
    assert_eq!(attempt["tls"]["group"], "secp384r1");
    assert_eq!(said.status, 0);
    let kinds = kinds(attempt);
    let steps = [
        "client-hello-written",
        "hello-retry-request",
        "client-hello-written",
        "server-hello",
    ];
    let mut rest = kinds.iter();
    for step in steps {
        assert!(rest.any(|kind| *kind == step), "{step} in {kinds:?}");
    }
}

#[test]
fn a_second_hello_that_is_never_answered_is_named() {
    let server = serve(|mut stream| {
        let mut tls = retrying();
        tls.read_tls(&mut stream).unwrap();
        tls.process_new_packets().unwrap();
        while tls.wants_write() {
            tls.write_tls(&mut stream).unwrap();
        }
        sleep(FOR_EVER);
    });
    let said = probe(server, "-n 1 --tls-timeout 2.5");
    let attempt = said.attempt(0);
    assert_eq!(phase(attempt, "tls")["awaiting"], "ServerHello");
    assert_eq!(
        said.verdict(0),
        ("H15".to_owned(), "server".to_owned()),
        "{attempt:#}"
    );
}
