//! Nothing that was taken out survives in anything that is shared, in no encoding.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use stallscope_shared::report::redaction::{Item, Redaction};
use stallscope_shared::report::v1::{
    Attempt, Basis, Certificate, Control, DnsAnswer, DnsSubnet, DnsTransaction, DnsTransport,
    Egress, End, Environment, Event, Evidence, EvidenceSource, Exchange, IcmpError, Interface,
    LoggedText, Message, Node, NotTls, PacketRef, Prelude, PreludeKind, Probe, ProbeError,
    ProbeEvent, ProbeIcmp, Report, Route, Setting, Value, Warning,
};

use super::{forms, reports};

/// What must not be told, and stands nowhere but where the test puts it.
const CLIENTS: [&str; 2] = ["10.231.77.19", "2001:db8:77:1::beef"];
const RESOLVER: &str = "192.168.213.99";
const ROUTER: &str = "172.29.130.1";
const NAMES: [&str; 4] = [
    "intranet.corp-planted.example",
    "build-7.planted.internal",
    "sso.planted-idp.example",
    "planted-laptop",
];
const TOKENS: [&str; 3] = [
    "tok-PLANTED-5f1c2a",
    "plantedsessionid8842",
    "Basic cGxhbnRlZDpwYXNz",
];
const USER: &str = "planted.user";
const MAC: &str = "00:16:3e:aa:bb:cc";

/// How bytes may be written in a text.
fn writings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut found = vec![hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        for phase in 0..3 {
            let padded = [vec![b'-'; phase], bytes.to_vec()].concat();
            let encoded = engine.encode(&padded);
            let (first, last) = ((phase * 8).div_ceil(6), padded.len() * 8 / 6);
            found.push(encoded.as_bytes()[first..last].to_vec());
        }
    }
    found
}

/// How a text may be written.
fn encodings(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut found = writings(bytes);
    found.push(bytes.to_vec());
    found.push(bytes.iter().flat_map(|byte| [*byte, 0]).collect());
    found.push(bytes.iter().flat_map(|byte| [0, *byte]).collect());
    found
}

/// How an address may be written.
fn writings_of(address: &str) -> Vec<Vec<u8>> {
    let mut found = encodings(address);
    match address.parse().unwrap() {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            found.extend(encodings(&format!("{d}.{c}.{b}.{a}")));
            found.push(v4.octets().to_vec());
            found.push(format!("{a:02x}{b:02x}{c:02x}{d:02x}").into_bytes());
            found.push(format!("{a:02X}{b:02X}{c:02X}{d:02X}").into_bytes());
        }
        IpAddr::V6(v6) => {
            let nibbles: Vec<String> = v6
                .octets()
                .iter()
                .flat_map(|byte| [byte >> 4, byte & 15])
                .map(|nibble| format!("{nibble:x}"))
                .collect();
            let reversed: Vec<String> = nibbles.iter().rev().cloned().collect();
            found.extend(encodings(&reversed.join(".")));
            found.extend(writings(&v6.octets()));
            found.push(v6.octets().to_vec());
        }
    }
    found
}

/// Every planted value in every writing.
fn forbidden() -> Vec<(&'static str, Vec<u8>)> {
    let addresses = CLIENTS.into_iter().chain([RESOLVER, ROUTER]);
    let of_addresses = addresses.flat_map(|value| {
        writings_of(value)
            .into_iter()
            .map(move |bytes| (value, bytes))
    });
    let texts = NAMES.into_iter().chain(TOKENS).chain([USER, MAC]);
    let of_texts = texts.flat_map(|value| {
        encodings(value)
            .into_iter()
            .map(move |bytes| (value, bytes))
    });
    of_addresses.chain(of_texts).collect()
}

/// Fails when a form holds any of it.
fn holds_none(form: &str, bytes: &[u8], forbidden: &[(&str, Vec<u8>)]) {
    for (value, pattern) in forbidden {
        let found = bytes
            .windows(pattern.len())
            .position(|window| window == pattern);
        if let Some(at) = found {
            let around = &bytes[at.saturating_sub(80)..(at + 80).min(bytes.len())];
            panic!(
                "{form} tells {value} as {:?} at {at}: {:?}",
                String::from_utf8_lossy(pattern),
                String::from_utf8_lossy(around)
            );
        }
    }
}

/// All the writings that are texts, in one.
fn all_writings() -> String {
    let texts = forbidden()
        .into_iter()
        .filter_map(|(_, bytes)| String::from_utf8(bytes).ok());
    texts.collect::<Vec<_>>().join(" ")
}

/// A report with real numbers, and with something in every place that could tell.
fn planted() -> Report {
    let capture = reports::weak_node(3, 6);
    let home = format!("/{}/{USER}/cases/planted.pcap", "home");
    let report = stallscope_tests::report(&capture, &home, 1 << 20).unwrap();
    let text = serde_json::to_string(&report).unwrap();
    let mut report: Report = serde_json::from_str(&text.replace("10.42.3.17", CLIENTS[0])).unwrap();
    report.captures[0].comments = vec![format!("taken by {USER} on {MAC}: {}", all_writings())];
    report.captures[0].interfaces.push(Interface {
        name: Some(NAMES[3].into()),
        description: Some(format!("{MAC} of {USER}")),
        ..Interface::default()
    });
    report.vantage.points[0].because =
        Some(format!("the client is {} ({})", CLIENTS[0], all_writings()));
    report.warnings.push(Warning {
        kind: "unreadable-file".into(),
        capture: None,
        packet: None,
        offset: None,
        detail: format!("{home} could not be read: {}", all_writings()),
        message: None,
        count: 1,
    });
    plant_evidence(&mut report);
    plant_surroundings(&mut report);
    report.dns = [NAMES[0], "19.77.231.10.in-addr.arpa", "api.shop.example"]
        .map(lookup)
        .into();
    let index = report
        .attempts
        .iter()
        .position(|attempt| attempt.verdict.is_some())
        .unwrap();
    plant(&mut report.attempts[index]);
    let mut healthy = report
        .attempts
        .iter_mut()
        .filter(|attempt| attempt.verdict.is_none());
    healthy.next().unwrap().client = format!("[{}]:50000", CLIENTS[1]);
    let other = healthy.next().unwrap();
    other.server = "203.0.113.200:443".into();
    other.server_name = Some(NAMES[0].into());
    report
}

/// What a probe says of its own host, of who gave it addresses and who answered.
fn plant_surroundings(report: &mut Report) {
    report.environment = Some(Environment {
        system: Some(format!("Linux {}", all_writings())),
        host: Some(NAMES[3].into()),
        container: Some(all_writings()),
        namespace: Some(NAMES[1].into()),
        interfaces: vec![Route {
            name: NAMES[3].into(),
            mtu: Some(1500),
            driver: Some(all_writings()),
            ..Route::default()
        }],
        sysctls: vec![Setting {
            name: format!("net.{}", NAMES[3]),
            value: all_writings(),
        }],
        control: Some(Control {
            tried: vec![format!("{ROUTER}:443")],
            answered: vec![all_writings()],
        }),
        egress: Some(Egress {
            address: Some(ROUTER.into()),
            failure: Some(all_writings()),
        }),
        proxy_variables: vec![format!("https_proxy={}", NAMES[2])],
        ..Environment::default()
    });
    let server = &mut report.servers[0];
    server.given_by = Some(vec![
        format!("{RESOLVER}:53 for {ROUTER}/24"),
        all_writings(),
    ]);
    server.nodes = Some(vec![Node {
        name: Some(all_writings()),
        named_by: Some(NAMES[3].into()),
        certificate_sha256: Some(all_writings()),
        attempts: 1,
    }]);
    let attempt = &mut report.attempts[0];
    attempt.logged = Some(vec![LoggedText {
        client: all_writings(),
        texts: vec![all_writings()],
    }]);
}

fn plant_evidence(report: &mut Report) {
    report.evidence.push(Evidence {
        id: 9_000,
        statement: all_writings(),
        message: None,
        source: EvidenceSource::Events(vec![Event {
            at_ns: 0,
            kind: "curl".into(),
            attempt: None,
            number: None,
            detail: Some(all_writings()),
        }]),
    });
    report.evidence.push(Evidence {
        id: 9_001,
        statement: "x".into(),
        message: Some(Message {
            id: "ev-last-packet".into(),
            arguments: [("packet".to_owned(), Value::Text(all_writings()))].into(),
        }),
        source: EvidenceSource::Packets(vec![]),
    });
    report.evidence.push(Evidence {
        id: 9_002,
        statement: "x".into(),
        message: Some(Message {
            id: format!("{} is no message", CLIENTS[0]),
            arguments: [(
                "a".to_owned(),
                Value::List(vec![Value::Text(all_writings())]),
            )]
            .into(),
        }),
        source: EvidenceSource::Packets(vec![]),
    });
}

/// What a client of our own says of an attempt.
fn probe() -> Probe {
    Probe {
        target: format!("https://{USER}:pass@{}/a?{}", NAMES[3], all_writings()),
        error: Some(ProbeError {
            errno: "EHOSTUNREACH".into(),
            is_local: false,
            icmp: Some(ProbeIcmp {
                from: CLIENTS[1].into(),
                ..ProbeIcmp::default()
            }),
        }),
        events: vec![ProbeEvent {
            kind: "proxy-connected".into(),
            detail: Some(all_writings()),
            ..ProbeEvent::default()
        }],
        ..Probe::default()
    }
}

fn plant(attempt: &mut Attempt) {
    attempt.probe = Some(probe());
    let packet = PacketRef {
        capture: 0,
        number: 1,
        offset: 40,
        length: 60,
    };
    let mut exchange = Exchange::empty(Basis::Observed);
    exchange.method = Some("GET".into());
    exchange.host = Some(NAMES[3].into());
    exchange.target = Some(format!(
        "/u/{USER}/{}/a.jpg?sid={}&{}#{}",
        TOKENS[1], TOKENS[1], TOKENS[0], NAMES[0]
    ));
    exchange.notable_headers = vec![
        ("set-cookie".into(), format!("sid={}", TOKENS[1])),
        ("authorization".into(), TOKENS[2].into()),
        ("x-cache".into(), all_writings()),
        (
            "server-timing".into(),
            format!("edge;desc=\"{}\" {}", ROUTER, all_writings()),
        ),
        ("x-request-id".into(), "3f9a-node-17".into()),
    ];
    attempt.http.push(exchange);
    attempt.proxy.push(Prelude {
        kind: PreludeKind::HttpConnect,
        request_ns: None,
        request_packet: None,
        response_ns: None,
        response_packet: None,
        target: Some(format!("{USER}:{}@{}:443", TOKENS[0], NAMES[2])),
        status: None,
        accepted: None,
    });
    let tls = attempt.tls.get_or_insert_default();
    tls.certificates = vec![Certificate {
        subject: Some(NAMES[1].into()),
        issuer: Some(format!("CA of {}", NAMES[2])),
        dns_names: vec![
            "api.shop.example".into(),
            "*.shop.example".into(),
            NAMES[0].into(),
        ],
        ..Certificate::default()
    }];
    tls.alpn = Some(CLIENTS[0].into());
    tls.not_tls = Some(NotTls {
        at_ns: 0,
        from: End::Server,
        looks_like: Some(format!("greeting: 220 {}", all_writings())),
        first_bytes: TOKENS[0]
            .bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        packet,
    });
    attempt.icmp.push(IcmpError {
        at_ns: 0,
        from: ROUTER.into(),
        is_v6: false,
        kind: 3,
        code: 1,
        name: None,
        mtu: None,
        quotes: None,
        packet,
    });
    let verdict = attempt.verdict.as_mut().unwrap();
    verdict.evidence.extend([9_000, 9_001, 9_002]);
    let arguments = &mut verdict.statement_message.as_mut().unwrap().arguments;
    arguments.insert("name".into(), Value::Text(all_writings()));
    verdict.remedy_message = None;
    verdict.remedy = all_writings();
}

fn lookup(name: &str) -> DnsTransaction {
    DnsTransaction {
        vantage: 0,
        lookup: 0,
        client: format!("{}:5353", CLIENTS[0]),
        server: format!("{RESOLVER}:53"),
        transport: DnsTransport::Udp,
        id: 7,
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
        client_subnet: Some(DnsSubnet {
            subnet: format!("{ROUTER}/24"),
            scope: None,
        }),
        answers: vec![DnsAnswer {
            kind: "TXT".into(),
            ttl_s: None,
            data: format!("{} {}", NAMES[1], CLIENTS[0]),
        }],
    }
}

#[test]
fn nothing_that_was_planted_survives_in_any_form() {
    let forbidden = forbidden();
    let report = planted();
    let before = serde_json::to_vec(&report).unwrap();
    for (value, pattern) in &forbidden {
        let is_binary = std::str::from_utf8(pattern).is_err() || pattern.contains(&0);
        let is_there = before
            .windows(pattern.len())
            .any(|window| window == pattern);
        assert!(
            is_there || is_binary,
            "{value} is not planted as {:?}",
            String::from_utf8_lossy(pattern)
        );
    }
    let redacted = Redaction::new().apply(&report);
    for (form, bytes) in forms::all(&redacted) {
        holds_none(&form, &bytes, &forbidden);
    }
    let kept = serde_json::to_string(redacted.report()).unwrap();
    for needed in [
        "198.51.100.22:443",
        "api.shop.example",
        "3f9a-node-17",
        "client-2:4",
    ] {
        assert!(kept.contains(needed), "{needed} is needed and went");
    }
}

#[test]
fn what_somebody_chose_to_keep_is_kept_and_nothing_else() {
    let report = planted();
    let redacted = Redaction::new().keeping(Item::ClientAddress).apply(&report);
    let text = serde_json::to_string(redacted.report()).unwrap();
    assert!(text.contains(&format!("{}:4", CLIENTS[0])));
    let others: Vec<_> = forbidden()
        .into_iter()
        .filter(|(value, _)| !CLIENTS.contains(value))
        .collect();
    holds_none("json", text.as_bytes(), &others);
}

#[test]
fn clients_of_real_captures_are_told_in_no_form() {
    for (name, report) in reports::of_repository() {
        let redacted = Redaction::new().apply(&report);
        let servers: Vec<IpAddr> = redacted
            .report()
            .attempts
            .iter()
            .filter_map(|attempt| address(&attempt.server))
            .collect();
        let mut clients: Vec<IpAddr> = report
            .attempts
            .iter()
            .filter_map(|attempt| address(&attempt.client))
            .collect();
        clients.sort_unstable();
        clients.dedup();
        clients.retain(|client| !servers.contains(client));
        let texts: Vec<String> = clients.iter().map(ToString::to_string).collect();
        let patterns: Vec<(&str, Vec<u8>)> = texts
            .iter()
            .flat_map(|text| {
                encodings(text)
                    .into_iter()
                    .map(move |bytes| (text.as_str(), bytes))
            })
            .collect();
        for (form, bytes) in forms::all(&redacted) {
            holds_none(&format!("{form} of {name}"), &bytes, &patterns);
        }
    }
}

fn address(endpoint: &str) -> Option<IpAddr> {
    endpoint
        .parse::<std::net::SocketAddr>()
        .ok()
        .map(|socket| socket.ip())
}
