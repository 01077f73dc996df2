//! What is typed, and which attempts it leaves.

use stallscope_shared::report::overview::{Judgement, Overview, Row, Span, Words};
use stallscope_shared::report::v1::{
    AttemptKind, Confidence, Outcome, Party, PhaseName, PhaseOutcome,
};

use super::{Filter, ProblemKind, complete};

/// One for each thing that can be known of a cause.
fn judgement(id: u32, words: &mut Words) -> Judgement {
    match id {
        1 => Judgement::Found {
            cause: words.add("H1"),
            party: Party::Server,
            confidence: Confidence::Certain,
        },
        2 => Judgement::NotJudged,
        _ => Judgement::Nothing,
    }
}

/// Attempts 1: a stalled TLS handshake to 203.0.113.11; 2: fine, to an IPv6 address; 3: a lookup.
fn overview() -> Overview {
    let mut overview = Overview::default();
    let mut add =
        |id, server: &str, name: Option<&str>, outcome, span: (PhaseName, PhaseOutcome, i64)| {
            let words = &mut overview.words;
            let row = Row {
                id,
                vantage: 0,
                kind: if outcome == Outcome::DnsTimeout {
                    AttemptKind::Dns
                } else {
                    AttemptKind::Tcp
                },
                server: words.add(server),
                client: words.add("192.0.2.7"),
                client_port: 40_000,
                name: name.map(|name| words.add(name)),
                judgement: judgement(id, words),
                first_packet: (0, id),
                started_ns: 0,
                ended_ns: span.2,
                outcome,
                is_stalled: span.1 == PhaseOutcome::Stalled,
                longest_wait_ns: Some(span.2),
                status: (id == 2).then_some(503),
                spans: (0, 0),
                repeats: (0, 0),
            };
            let span = Span {
                phase: span.0,
                outcome: span.1,
                start_ns: 0,
                end_ns: span.2,
            };
            overview.push(row, std::iter::once(span), std::iter::empty());
        };
    add(
        1,
        "203.0.113.11:443",
        Some("API.vendor.example"),
        Outcome::TlsStalled,
        (PhaseName::Tls, PhaseOutcome::Stalled, 10_000_000_000),
    );
    add(
        2,
        "[2001:db8::5]:8443",
        None,
        Outcome::Completed,
        (PhaseName::Tls, PhaseOutcome::Completed, 20_000_000),
    );
    add(
        3,
        "192.0.2.53:53",
        None,
        Outcome::DnsTimeout,
        (PhaseName::Dns, PhaseOutcome::Stalled, 5_000_000_000),
    );
    overview
}

fn left(filter: &str) -> Vec<u32> {
    let overview = overview();
    let filter = Filter::parse(filter);
    assert_eq!(filter.problems, []);
    overview
        .rows
        .iter()
        .filter(|row| filter.matches(&overview, row))
        .map(|row| row.id)
        .collect()
}

#[test]
fn terms_leave_the_attempts_that_they_name() {
    for (filter, ids) in [
        ("", &[1, 2, 3][..]),
        ("ip:203.0.113.11", &[1]),
        ("ip:203.0.113.0/24", &[1]),
        ("ip:203.0.", &[1]),
        ("ip:0.0.0.0/0", &[1, 2, 3]),
        ("ip:2001:db8::/32", &[2]),
        ("server:[2001:db8::5]", &[2]),
        ("server:192.0.2.7", &[]),
        ("client:192.0.2.7", &[1, 2, 3]),
        ("port:443", &[1]),
        ("port:40000", &[1, 2, 3]),
        ("name:api.vendor", &[1]),
        ("VENDOR", &[1]),
        ("out:failed", &[1, 3]),
        ("out:ok", &[2]),
        ("out:timeout", &[1, 3]),
        ("out:tls-stalled", &[1]),
        ("-out:tls_stalled", &[2, 3]),
        ("phase:tls", &[1]),
        ("proto:tls", &[1, 2]),
        ("proto:dns", &[3]),
        ("http:503", &[2]),
        ("-http:5xx", &[1, 3]),
        ("tls>1s", &[1]),
        ("tls<=1s", &[2]),
        ("total>=5s proto:dns", &[3]),
        ("silence>9.5s", &[1]),
        ("cause:h1", &[1]),
        ("cause:none", &[3]),
        ("cause:unknown", &[2]),
        ("party:server", &[1]),
        ("-party:server", &[2, 3]),
        ("party:network", &[]),
        ("id:2", &[2]),
        ("203.0.113.11:443", &[1]),
        ("2001:db8::5", &[2]),
        ("\"tls_stalled\"", &[1]),
    ] {
        assert_eq!(left(filter), ids, "{filter}");
    }
}

#[test]
fn what_is_not_understood_is_named_and_the_rest_counts() {
    let filter = Filter::parse("ip:203.0.113.11 nmae:api out:nothing tls>soon");
    let kinds: Vec<(&str, ProblemKind)> = filter
        .problems
        .iter()
        .map(|problem| (problem.piece.as_str(), problem.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("nmae:api", ProblemKind::Key),
            ("out:nothing", ProblemKind::Value),
            ("tls>soon", ProblemKind::Length)
        ]
    );
    let overview = overview();
    assert_eq!(
        overview
            .rows
            .iter()
            .filter(|row| filter.matches(&overview, row))
            .count(),
        1
    );
}

#[test]
fn lengths_have_units() {
    for (text, ns) in [
        ("1s", Some(1_000_000_000)),
        ("1.5s", Some(1_500_000_000)),
        ("250", Some(250_000_000)),
        ("40us", Some(40_000)),
        ("-1s", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(super::parse::length_of(text), ns, "{text}");
    }
}

#[test]
fn the_last_word_is_completed_from_what_there_is() {
    let overview = overview();
    let shown = |text: &str| -> Vec<String> {
        complete(text, &overview)
            .into_iter()
            .map(|one| one.filter)
            .collect()
    };
    assert_eq!(shown("out:tls_"), ["out:tls_alert ", "out:tls_stalled "]);
    assert_eq!(
        shown("port:1 ip:20"),
        ["port:1 ip:2001:db8::5 ", "port:1 ip:203.0.113.11 "]
    );
    assert_eq!(shown("-na"), ["-name:"]);
    assert_eq!(shown("tl"), ["tls>"]);
    assert_eq!(shown("name:"), ["name:API.vendor.example "]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(text in ".*") {
        let overview = overview();
        let filter = Filter::parse(&text);
        for row in &overview.rows {
            let _is_left = filter.matches(&overview, row);
        }
        complete(&text, &overview);
    }
}
