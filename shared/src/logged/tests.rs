//! The table is whole, and what real programs wrote is recognised.

use proptest::prelude::{prop_assert_eq, proptest};

use super::{Client, Tally, host_of, minute_of, recognise, sayings};
use crate::diagnosis::Cause;
use crate::phase::PhaseName;

#[test]
fn every_row_is_read() {
    assert_eq!(sayings().len(), sayings::rows().count());
    for saying in sayings() {
        assert!(
            saying.parts.iter().all(|part| !part.is_empty()),
            "{saying:?}"
        );
        assert!(saying.note.ends_with('.'), "{saying:?}");
    }
}

#[test]
fn every_text_is_found_by_itself() {
    for saying in sayings() {
        let text = saying.parts.join("10.0.0.1:443: ");
        let found = recognise(&text).unwrap();
        assert_eq!(found.parts, saying.parts, "{text}");
    }
}

/// Lines of real programs, with what they are: client, first phase, first cause, host.
#[test]
fn lines_of_real_programs_are_understood() {
    for (line, client, phase, cause, host) in [
        (
            r#"2026/08/01 10:11:12 Get "https://cdn.example.com/a?b=c": net/http: TLS handshake timeout"#,
            Client::Go,
            PhaseName::Tls,
            Cause::H1,
            Some("cdn.example.com"),
        ),
        (
            "dial tcp 203.0.113.7:443: i/o timeout",
            Client::Go,
            PhaseName::Connect,
            Cause::T1,
            Some("203.0.113.7"),
        ),
        (
            "dial tcp: lookup cdn.example.com on 10.9.1.53:53: read udp 10.9.0.1:40404->10.9.1.53:53: i/o timeout",
            Client::Go,
            PhaseName::Dns,
            Cause::D1,
            Some("cdn.example.com"),
        ),
        (
            "read tcp 10.9.0.1:5000->[2001:db8::7]:443: read: connection reset by peer",
            Client::Go,
            PhaseName::Tls,
            Cause::H7,
            Some("2001:db8::7"),
        ),
        (
            "curl: (28) SSL connection timeout",
            Client::Curl,
            PhaseName::Tls,
            Cause::H1,
            None,
        ),
        (
            "curl: (28) Operation timed out after 6000 milliseconds with 100000 out of 500000 bytes received",
            Client::Curl,
            PhaseName::Receive,
            Cause::A3,
            None,
        ),
        (
            "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='cdn.example.com', port=443): Read timed out. (read timeout=4)",
            Client::Python,
            PhaseName::Tls,
            Cause::H1,
            Some("cdn.example.com"),
        ),
        (
            "java.net.http.HttpConnectTimeoutException: HTTP connect timed out",
            Client::Java,
            PhaseName::Connect,
            Cause::T1,
            None,
        ),
        (
            "Error: connect ECONNREFUSED 203.0.113.9:443",
            Client::Node,
            PhaseName::Connect,
            Cause::T5,
            Some("203.0.113.9"),
        ),
        (
            r#"2026/08/01 10:11:12 [error] 7#7: *1 upstream timed out (110: Connection timed out) while SSL handshaking to upstream, client: 10.0.0.1, server: _, request: "GET / HTTP/1.1", upstream: "https://203.0.113.7:443/""#,
            Client::Nginx,
            PhaseName::Tls,
            Cause::H1,
            Some("203.0.113.7"),
        ),
    ] {
        let saying = recognise(line).unwrap();
        assert_eq!(saying.client, client, "{line}");
        assert_eq!(saying.phases.first(), Some(&phase), "{line}");
        assert_eq!(saying.causes.first(), Some(&cause), "{line}");
        assert_eq!(host_of(line), host, "{line}");
    }
}

/// Where an attempt can end, and how.
#[test]
fn every_text_is_chosen_by_a_phase_and_an_end_that_there_is() {
    const ENDS: [(&str, &str); 7] = [
        ("dns", "silent no-name error"),
        (
            "connect",
            "limit whole refused no-host no-net no-port reset",
        ),
        ("proxy", "limit whole close reset"),
        ("tls", "limit whole close reset not-tls untrusted"),
        ("wait", "limit whole close reset"),
        ("receive", "limit whole close reset"),
        ("alert", "40 112 116"),
    ];
    for saying in sayings() {
        for situation in &saying.situations {
            let (phase, end) = situation.split_once('/').unwrap();
            let (_, ends) = ENDS.iter().find(|(known, _)| *known == phase).unwrap();
            assert!(ends.split(' ').any(|known| known == end), "{saying:?}");
        }
    }
}

/// What is written is understood when it is read: what differs from time to time may be anything.
#[test]
fn what_is_written_is_recognised() {
    for saying in sayings() {
        let line = saying.text().replace('…', "10.0.0.1:443");
        assert_eq!(recognise(&line).unwrap().parts, saying.parts, "{line}");
    }
}

#[test]
fn what_is_no_failure_is_not_taken_for_one() {
    for line in [
        "",
        "GET / HTTP/1.1 200 5 ms",
        "connected to cdn.example.com",
        "\u{0}\u{ffff}",
    ] {
        assert!(recognise(line).is_none(), "{line}");
    }
}

#[test]
fn times_are_found_in_the_ways_of_logs() {
    for (line, minute) in [
        ("2026-08-01T10:11:12.5Z failed", Some("2026-08-01T10:11")),
        (
            "time=\"2026-08-01 10:11:12\" failed",
            Some("2026-08-01 10:11"),
        ),
        ("2026/08/01 10:11:12 failed", Some("2026/08/01 10:11")),
        (
            "10.0.0.1 - - [01/Aug/2026:10:11:12 +0000] \"GET",
            Some("01/Aug/2026:10:11"),
        ),
        ("Aug  1 10:11:12 host app: failed", Some("Aug  1 10:11")),
        ("10:11:12 failed", None),
        ("é 2026-08-01T10:1", None),
    ] {
        assert_eq!(minute_of(line), minute, "{line}");
    }
}

/// A log in pieces of so many bytes.
fn tally(log: &str, piece: usize) -> Tally {
    let mut tally = Tally::default();
    for piece in log.as_bytes().chunks(piece) {
        tally.feed(piece);
    }
    tally.end();
    tally
}

#[test]
fn a_log_is_counted_by_host_and_minute() {
    let log = [
        r#"2026/08/01 10:11:12 Get "https://a.example/": net/http: TLS handshake timeout"#,
        r#"2026/08/01 10:11:13 Get "https://a.example/": 200"#,
        r#"2026/08/01 10:12:13 Get "https://b.example/": net/http: TLS handshake timeout"#,
        "no time and no host",
    ];
    let tally = tally(&log.join("\n"), 7);
    assert_eq!((tally.all.lines, tally.all.failures), (4, 2));
    let rows = |counts: &std::collections::BTreeMap<String, super::Count>| {
        let row =
            |(key, count): (&String, &super::Count)| (key.clone(), count.lines, count.failures);
        counts.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        rows(&tally.hosts),
        [
            ("a.example".to_owned(), 2, 1),
            ("b.example".to_owned(), 1, 1)
        ]
    );
    assert_eq!(
        rows(&tally.minutes),
        [
            ("2026/08/01 10:11".to_owned(), 2, 1),
            ("2026/08/01 10:12".to_owned(), 1, 1)
        ]
    );
    assert_eq!(tally.sayings.len(), 1);
    assert_eq!(tally.sayings[0].1, 2);
}

#[test]
fn a_hostile_log_is_counted_in_bounded_memory() {
    let line = |number| format!("Get \"https://h{number}.example/\": EOF\n");
    let log: String = (0..20_000).map(line).collect();
    let tally = tally(&log, 1 << 16);
    assert_eq!(tally.all.lines, 20_000);
    assert_eq!(tally.hosts.len() as u64 + tally.beyond, 20_000);
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_are_counted_the_same(bytes: Vec<u8>, piece in 1usize..40) {
        let mut whole = Tally::default();
        whole.feed(&bytes);
        whole.end();
        let mut parts = Tally::default();
        bytes.chunks(piece).for_each(|piece| parts.feed(piece));
        parts.end();
        prop_assert_eq!(whole.all, parts.all);
        prop_assert_eq!(whole.hosts, parts.hosts);
        prop_assert_eq!(whole.minutes, parts.minutes);
    }
}
