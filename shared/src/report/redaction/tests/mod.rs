//! Words, encodings and fields, one by one. That nothing survives in any export is held by the tests of the
//! workspace, over whole reports.

use std::collections::BTreeSet;

use serde_json::Value;

use super::focus::Focus;
use super::rules::rule_of;
use super::scrub::Scrubber;
use super::secrets::Secrets;
use super::{Item, Redaction};
use crate::logged::sayings;
use crate::report::v1::{
    Attempt, AttemptKind, DnsAnswer, DnsTransaction, DnsTransport, Headline, Outcome, Party,
    Primitives, Report, Server,
};

/// Every path at which the schema of the report allows a text, messages left out.
fn texts_of_schema() -> BTreeSet<String> {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../schema/report-v1.json")).unwrap();
    let mut found = BTreeSet::new();
    collect(&schema, &schema, "", &mut Vec::new(), &mut found);
    found
}

fn collect(
    schema: &Value,
    node: &Value,
    path: &str,
    above: &mut Vec<String>,
    found: &mut BTreeSet<String>,
) {
    if let Some(name) = node["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next())
        && name != "Message"
        && !above.iter().any(|known| known == name)
    {
        above.push(name.to_owned());
        collect(schema, &schema["$defs"][name], path, above, found);
        above.pop();
    }
    for kind in ["anyOf", "oneOf", "allOf", "prefixItems"] {
        for choice in node[kind].as_array().into_iter().flatten() {
            collect(schema, choice, path, above, found);
        }
    }
    let is_text = node["type"] == "string"
        || node["type"]
            .as_array()
            .is_some_and(|types| types.contains(&"string".into()));
    if is_text {
        found.insert(path.to_owned());
    }
    for (key, field) in node["properties"].as_object().into_iter().flatten() {
        let below = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        collect(schema, field, &below, above, found);
    }
    if node["items"].is_object() {
        collect(schema, &node["items"], path, above, found);
    }
}

#[test]
fn every_text_of_the_schema_has_a_rule() {
    let texts = texts_of_schema();
    assert!(texts.len() > 100, "{}", texts.len());
    let without: Vec<_> = texts
        .iter()
        .filter(|path| rule_of(path).is_none())
        .collect();
    assert!(
        without.is_empty(),
        "decide in redaction/rules.rs what becomes of {without:?}"
    );
}

fn scrubbed(text: &str) -> String {
    let report = report();
    let focus = Focus::of(&report);
    let mut secrets = Secrets::default();
    secrets.address("10.1.2.3".parse().unwrap(), Item::ClientAddress);
    let keeps = |_| false;
    let mut scrubber = Scrubber {
        focus: &focus,
        secrets: &mut secrets,
        keeps: &keeps,
        taken: Vec::new(),
    };
    scrubber.text(text)
}

#[test]
fn free_text_keeps_its_words_and_loses_what_tells() {
    for (text, made) in [
        (
            "from 10.1.2.3:5000 to 198.51.100.7:443.",
            "from client-1:5000 to 198.51.100.7:443.",
        ),
        (
            "[2001:db8::9]:443 and 2001:DB8:0:0:0:0:0:9",
            "address-1:443 and address-1",
        ),
        ("10.0.0.0/8 (fe80::1%eth0)", "address-1/8 (fe80::1%eth0)"),
        (
            "ip.addr == 198.51.100.7 && tcp.port == 41404",
            "ip.addr == 198.51.100.7 && tcp.port == 41404",
        ),
        (
            "www.shop.example, cache.other.example:8080",
            "www.shop.example, host-1:8080",
        ),
        ("read /var/tmp/ann/x.pcap", "read …"),
        ("C:\\Users\\ann\\x.pcap", "…"),
        ("ann@mail.other.example wrote", "… wrote"),
        ("00:16:3e:12:34:56", "mac-1"),
        (
            "https://other.example/a/b.html?token=1234abcd",
            "https://host-1/…/….html?…",
        ),
        (
            "Node.js server.keepAliveTimeout",
            "Node.js server.keepAliveTimeout",
        ),
        (
            "TLS 1.3, HTTP/1.1, 24.3 ms, 1.1 varnish",
            "TLS 1.3, HTTP/1.1, 24.3 ms, 1.1 varnish",
        ),
        ("4.3.2.1.in-addr.arpa", "host-1"),
        (
            "服务器198.51.100.7停止，客户端10.1.2.3等待",
            "服务器198.51.100.7停止，客户端client-1等待",
        ),
    ] {
        assert_eq!(scrubbed(text), made, "{text}");
    }
}

/// They name nobody, so they have to come through whole.
#[test]
fn texts_of_clients_are_no_secrets() {
    for saying in sayings() {
        assert_eq!(scrubbed(&saying.text()), saying.text());
    }
}

#[test]
fn traces_are_found_in_every_encoding() {
    let mut secrets = Secrets::default();
    secrets.address("10.1.2.3".parse().unwrap(), Item::ClientAddress);
    secrets.address("2001:db8::77".parse().unwrap(), Item::ClientAddress);
    secrets.note("a-secret-token", Item::Url);
    secrets.note("anna", Item::User);
    let traces = secrets.traces();
    for text in [
        "x10.1.2.3y",
        "3.2.1.10.in-addr.arpa",
        "ip-10-1-2-3",
        "0a010203",
        "id-0A010203ff",
        "MTAuMS4yLjM",
        "2001:0db8:0000:0000:0000:0000:0000:0077",
        "7.7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "a-SECRET-token",
        "612d7365637265742d746f6b656e",
        "1\u{0}0\u{0}.\u{0}1\u{0}.\u{0}2\u{0}.\u{0}3",
        "of anna, who",
    ] {
        let (made, _) = traces
            .without(text)
            .unwrap_or_else(|| panic!("{text} is not found"));
        assert_ne!(made, text);
    }
    for text in ["10.1.2.34", "110.1.2.3", "susanna", "annals", "0a0102 03"] {
        assert_eq!(traces.without(text), None, "{text}");
    }
    // Base64 at each phase.
    use base64::Engine as _;
    for front in ["", "x", "xy", "xyz"] {
        let text = base64::engine::general_purpose::STANDARD
            .encode(format!("{front}a-secret-token and more"));
        assert!(traces.without(&text).is_some(), "{front}: {text}");
    }
}

#[test]
fn what_is_kept_is_chosen_by_its_word() {
    for item in Item::ALL.into_iter().filter(|item| item.can_be_kept()) {
        assert_eq!(item.word().parse(), Ok(item));
    }
    assert!("unknown".parse::<Item>().is_err());
}

fn attempt(id: u32, client: &str, server: &str, name: &str) -> Box<Attempt> {
    Box::new(Attempt {
        id,
        vantage: 0,
        kind: AttemptKind::Tcp,
        client: client.to_owned(),
        server: server.to_owned(),
        server_name: Some(name.to_owned()),
        name_basis: None,
        started_ns: 0,
        ended_ns: 0,
        outcome: Outcome::TlsStalled,
        phases: vec![],
        transport: None,
        tls: None,
        proxy: vec![],
        http: vec![],
        http2: None,
        lookups: vec![],
        quic: None,
        icmp: vec![],
        probe: None,
        logged: None,
        silences: vec![],
        primitives: Primitives::default(),
        packets: vec![],
        packets_left_out: 0,
        verdict: None,
    })
}

fn server(address: &str, names: &[&str], failures: u64) -> Server {
    Server {
        address: address.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        attempts: 3,
        failures,
        stalled: failures,
        failure_rate: 0.5,
        wilson95: [0.1, 0.9],
        arms: vec![crate::report::v1::ServerArm {
            arm: "small".to_owned(),
            attempts: 8,
            failures: 0,
            wilson95: [0.0, 0.3],
            chance: Some(0.001),
        }],
        phase_percentiles: std::collections::BTreeMap::new(),
        outcomes: std::collections::BTreeMap::new(),
        given_by: None,
        nodes: None,
        verdict: None,
    }
}

fn report() -> Report {
    Report {
        report_version: 1,
        attempts: vec![
            attempt(1, "10.1.2.3:40000", "198.51.100.7:443", "www.shop.example"),
            attempt(2, "10.1.2.3:40001", "198.51.100.8:443", "www.shop.example"),
            attempt(3, "10.1.2.3:40002", "203.0.113.5:443", "bank.example"),
        ],
        servers: vec![
            server(
                "198.51.100.7:443",
                &["www.shop.example", "other-tenant.example"],
                1,
            ),
            server("203.0.113.5:443", &["bank.example"], 0),
        ],
        dns: vec![lookup("www.shop.example"), lookup("bank.example")],
        headline: Some(Headline {
            statement: "1 of 3 attempts at 198.51.100.7 failed".into(),
            party: Party::Server,
            cause: "H1".into(),
            servers: vec!["198.51.100.7:443".into()],
            message: None,
        }),
        ..Report::default()
    }
}

fn lookup(name: &str) -> DnsTransaction {
    DnsTransaction {
        vantage: 0,
        lookup: 0,
        client: "10.1.2.3:5353".into(),
        server: "10.1.0.53:53".into(),
        transport: DnsTransport::Udp,
        id: 1,
        name: name.into(),
        kind: "A".into(),
        query_ns: None,
        query_packet: None,
        repeats: vec![],
        response_ns: None,
        response_packet: None,
        further_responses: vec![],
        rcode: None,
        truncated: None,
        refused_by_icmp: None,
        refusals: vec![],
        copies: 0,
        client_subnet: None,
        answers: vec![DnsAnswer {
            kind: "A".into(),
            ttl_s: None,
            data: "198.51.100.9".into(),
        }],
    }
}

#[test]
fn what_the_report_is_about_stays_and_what_others_do_goes() {
    let made = Redaction::new().apply(&report());
    let made = made.report();
    assert_eq!(made.attempts.len(), 2);
    assert!(
        made.attempts
            .iter()
            .all(|attempt| attempt.client.starts_with("client-1:4000"))
    );
    assert!(
        made.attempts
            .iter()
            .all(|attempt| attempt.server.starts_with("198.51.100."))
    );
    assert_eq!(made.servers.len(), 1);
    assert_eq!(
        made.servers[0].names,
        ["www.shop.example", "other-tenant.example"]
    );
    assert_eq!(made.dns.len(), 1);
    assert_eq!(made.dns[0].server, "resolver-1:53");
    assert_eq!(made.dns[0].answers[0].data, "198.51.100.9");
    assert_eq!(made.attempts_left_out.as_ref().unwrap().count, 2);
    assert!(made.headline.is_some());
    let kept = Redaction::new()
        .keeping(Item::OtherFlow)
        .keeping(Item::ClientAddress)
        .apply(&report());
    assert_eq!(kept.report().attempts.len(), 3);
    assert_eq!(kept.report().attempts[0].client, "10.1.2.3:40000");
    assert_eq!(
        kept.report().attempts[2].server_name.as_deref(),
        Some("host-1")
    );
}

#[test]
fn redacting_twice_is_redacting_once() {
    let once = Redaction::new().apply(&report());
    let twice = Redaction::new().apply(once.report());
    assert_eq!(once.report(), twice.report());
}

#[test]
fn a_preview_says_what_changes() {
    let preview = Redaction::new().preview(&report());
    assert!(preview.bytes_after < preview.bytes_before);
    assert!(
        preview
            .changes
            .iter()
            .any(|change| change.before == "10.1.2.3:40000" && change.after == "client-1:40000"),
        "{:?}",
        preview.changes
    );
    assert!(!format!("{:?}", preview.redacted).contains("10.1.2.3"));
}
