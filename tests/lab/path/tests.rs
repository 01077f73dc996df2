//! The path under a virtual clock: what comes out, and when, to the microsecond. Nobody waits, and no rights are needed.

use std::net::SocketAddr;
use std::time::Duration;

use stallscope_shared::packet::TcpFlags;
use stallscope_shared::testkit::packet::{Packet, Segment};

use super::Path;
use crate::packet::Seen;
use crate::scenario::From::{self, Client, Server};
use crate::scenario::{Kind, Scenario};
use crate::site::{CLIENT, FIRST, ROUTER};

/// IPv4's and TCP's headers without options.
const HEADERS: usize = 40;

/// A packet that goes in: at which microsecond, at whose end, which flags and bytes.
type In<'a> = (u64, From, TcpFlags, &'a [u8]);

/// A packet that came out: at which microsecond, at whose end, and it.
type Out = (u128, From, Vec<u8>);

fn scenario(more: &str) -> Scenario {
    let text = format!(r#"{{ "what": "a path alone", "nodes": []{more} }}"#);
    serde_json::from_str(&text).unwrap()
}

/// One connection between the client, or the box that stands for it, and the first node.
fn packet(from: From, is_translated: bool, flags: TcpFlags, payload: &[u8]) -> Vec<u8> {
    let client = if is_translated { ROUTER } else { CLIENT };
    let (client, node) = (
        SocketAddr::from((client, 40_000)),
        SocketAddr::from((FIRST, 8443)),
    );
    let segment = Segment {
        flags,
        payload: payload.to_vec(),
        ..Segment::default()
    };
    match from {
        Client => Packet::tcp(client, node, &segment),
        Server => Packet::tcp(node, client, &segment),
    }
    .bytes()
}

/// Takes everything in at its time; the clock goes from one wake-up to the next.
fn run(scenario: &Scenario, packets: &[In<'_>]) -> Vec<Out> {
    let is_translated = scenario.nat_idle_ms.is_some();
    let mut path = Path::new(scenario);
    let mut out = Vec::new();
    let mut until = |path: &mut Path, end: Duration| {
        while let Some(due) = path.next_due().filter(|due| *due <= end) {
            while let Some((to, bytes)) = path.give(due) {
                assert_eq!(due.subsec_nanos() % 1_000, 0, "{due:?}");
                out.push((due.as_micros(), to, bytes));
            }
        }
    };
    for (at, from, flags, payload) in packets {
        let now = Duration::from_micros(*at);
        until(&mut path, now);
        let bytes = packet(*from, is_translated && *from == Server, *flags, payload);
        path.take(*from, &bytes, now);
    }
    until(&mut path, Duration::MAX);
    out
}

/// Times and sides alone.
fn times(out: &[Out]) -> Vec<(u128, From)> {
    out.iter().map(|(at, to, _)| (*at, *to)).collect()
}

fn payload(bytes: &[u8]) -> Vec<u8> {
    Seen::read(bytes).unwrap().payload
}

const SYN: TcpFlags = TcpFlags::SYN;
const ACK: TcpFlags = TcpFlags::ACK;

#[test]
fn latency_is_the_same_each_way() {
    let out = run(
        &scenario(r#", "delay_ms": 12"#),
        &[(0, Client, SYN, b""), (12_345, Server, SYN | ACK, b"")],
    );
    assert_eq!(times(&out), [(12_000, Server), (24_345, Client)]);
    assert_eq!(
        out[0].2,
        packet(Client, false, SYN, b""),
        "nothing is changed"
    );
}

#[test]
fn what_is_lost_is_lost_as_often_as_the_rule_says() {
    let rule = r#", "delay_ms": 1, "rules": [
        { "from": "server", "kind": "syn_ack", "skip": 1, "times": 2, "do": "drop" }]"#;
    let answer = |at| (at, Server, SYN | ACK, &b""[..]);
    let out = run(
        &scenario(rule),
        &[
            answer(0),
            answer(10),
            answer(20),
            (25, Client, SYN, b""),
            answer(30),
        ],
    );
    assert_eq!(
        times(&out),
        [(1_000, Client), (1_025, Server), (1_030, Client)]
    );
}

#[test]
fn what_is_late_is_overtaken() {
    let rule = r#", "delay_ms": 5, "rules": [
        { "from": "client", "contains": "slow", "do": { "late": 20 } }]"#;
    let out = run(
        &scenario(rule),
        &[(0, Client, ACK, b"slow"), (100, Client, ACK, b"fast")],
    );
    assert_eq!(times(&out), [(5_100, Server), (25_000, Server)]);
    assert_eq!(payload(&out[0].2), b"fast");
}

#[test]
fn what_is_due_together_keeps_its_order() {
    let sent: Vec<In<'_>> = [b"1", b"2", b"3", b"4"]
        .iter()
        .map(|text| (7, Client, ACK, &text[..]))
        .collect();
    let out = run(&scenario(""), &sent);
    let texts: Vec<u8> = out.iter().flat_map(|(.., bytes)| payload(bytes)).collect();
    assert_eq!(texts, b"1234");
}

#[test]
fn a_line_carries_so_many_bits_each_second_each_way() {
    let full = vec![0; 1_000 - HEADERS];
    // 8,000 bits at 500 kbit/s take 16 ms; the other way has a line of its own, and a line that was idle saves nothing up.
    let out = run(
        &scenario(r#", "delay_ms": 3, "kbit_per_s": 500"#),
        &[
            (0, Client, ACK, &full),
            (0, Client, ACK, &full),
            (1_000, Server, ACK, &full),
            (100_000, Client, ACK, &full),
        ],
    );
    assert_eq!(
        times(&out),
        [
            (19_000, Server),
            (20_000, Client),
            (35_000, Server),
            (119_000, Server)
        ]
    );
}

#[test]
fn a_nat_remembers_for_as_long_as_it_says_and_not_a_microsecond_longer() {
    let nat = scenario(r#", "delay_ms": 1, "nat_idle_ms": 1000"#);
    for (silence, is_known) in [(1_000_000, true), (1_000_001, false)] {
        let out = run(
            &nat,
            &[(0, Client, SYN, b""), (silence, Server, SYN | ACK, b"")],
        );
        let answered = out.iter().any(|(_, to, _)| *to == Client);
        assert_eq!(answered, is_known, "{silence}");
    }
    // What comes keeps it, in either direction; nothing but a SYN makes one.
    let out = run(
        &nat,
        &[
            (0, Client, SYN, b""),
            (900_000, Server, SYN | ACK, b""),
            (1_800_000, Client, ACK, b"kept"),
            (2_900_000, Client, ACK, b"lost"),
            (2_900_010, Client, SYN, b""),
        ],
    );
    assert_eq!(
        times(&out),
        [
            (1_000, Server),
            (901_000, Client),
            (1_801_000, Server),
            (2_901_010, Server)
        ]
    );
    assert_eq!(Seen::read(&out[0].2).unwrap().source.ip(), ROUTER);
    assert_eq!(Seen::read(&out[1].2).unwrap().destination.ip(), CLIENT);
}

#[test]
fn a_reset_comes_back_when_the_packet_goes_on() {
    let rule = r#", "delay_ms": 10, "rules": [
        { "from": "client", "kind": "data", "times": 1, "do": { "reset": 47 } }]"#;
    let out = run(
        &scenario(rule),
        &[(0, Client, ACK, b"hello"), (500, Client, ACK, b"again")],
    );
    assert_eq!(
        times(&out),
        [(10_000, Client), (10_000, Server), (10_500, Server)]
    );
    let reset = Seen::read(&out[0].2).unwrap();
    assert_eq!((out[0].2[8], reset.is(Kind::Later)), (47, true));
    assert_eq!(reset.source, SocketAddr::from((FIRST, 8443)));
}

#[test]
fn what_is_too_large_is_refused_or_lost_in_silence() {
    let send = [
        (0, Server, ACK, &[0; 1_261][..]),
        (10, Server, ACK, &[0; 1_260][..]),
    ];
    let rule = |action: &str| {
        scenario(&format!(
            r#", "delay_ms": 2, "rules": [{{ "from": "server", "larger_than": 1300, "do": {action} }}]"#
        ))
    };
    let silent = run(&rule(r#""drop""#), &send);
    assert_eq!(times(&silent), [(2_010, Client)]);
    // Fragmentation needed (RFC 1191).
    let told = run(&rule(r#"{ "unreachable": 4 }"#), &send);
    assert_eq!(times(&told), [(2_000, Server), (2_010, Client)]);
    assert_eq!(told[0].2[20..22], [3, 4]);
}

#[test]
fn a_box_that_reads_puts_segments_together_and_another_sets_the_ttl() {
    let rules = r#", "delay_ms": 1, "rules": [
        { "from": "client", "contains": "cdn.lab", "do": "drop" },
        { "from": "server", "do": { "ttl": 9 } }]"#;
    let out = run(
        &scenario(rules),
        &[
            (0, Client, ACK, b"to cdn"),
            (10, Client, ACK, b".lab"),
            (20, Client, ACK, b".lab"),
            (30, Server, ACK, b"hello"),
        ],
    );
    assert_eq!(times(&out), [(1_000, Server), (1_030, Client)]);
    assert_eq!(out[1].2[8], 9);
}
