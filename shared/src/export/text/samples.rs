//! Reports for the tests of the formatters.

use crate::diagnosis::wilson;
use crate::report::v1::{
    Alert, Attempt, AttemptKind, Basis, Capture, CutAt, DnsTransaction, DnsTransport, End,
    IcmpError, NameBasis, NotUnderstood, Outcome, PacketRef, Percentiles, Phase, PhaseName,
    PhaseOutcome, Primitives, Quality, Report, Server, Silence, SilenceProof, Stamp, Tls, Tool,
    Totals, Transport, VERSION, Warning,
};

pub(in crate::export) const MS: i64 = 1_000_000;
const WEAK: &str = "203.0.113.11:443";
const FINE: &str = "203.0.113.10:443";
const SIX: &str = "[2001:db8::5]:443";

/// A phase that ended as it should, in milliseconds.
pub(in crate::export) fn phase(phase: PhaseName, start: i64, end: i64) -> Phase {
    Phase {
        phase,
        start_ns: Some(start * MS),
        end_ns: Some(end * MS),
        outcome: PhaseOutcome::Completed,
        awaiting: None,
        basis: Basis::Observed,
        exchange: None,
    }
}

pub(in crate::export) fn stalled(name: PhaseName, start: i64, end: i64, awaiting: &str) -> Phase {
    Phase {
        outcome: PhaseOutcome::Stalled,
        awaiting: Some(awaiting.into()),
        ..phase(name, start, end)
    }
}

pub(in crate::export) fn attempt(
    id: u32,
    server: &str,
    outcome: Outcome,
    phases: Vec<Phase>,
) -> Attempt {
    let started_ns = i64::from(id) * 250 * MS;
    let length = phases
        .iter()
        .filter_map(|phase| phase.end_ns)
        .max()
        .unwrap_or(0);
    Attempt {
        id,
        vantage: 0,
        kind: AttemptKind::Tcp,
        client: format!("10.9.1.2:{}", 50_000 + id),
        server: server.into(),
        server_name: Some("cdn.example.net".into()),
        name_basis: Some(NameBasis::Sni),
        started_ns,
        ended_ns: started_ns + length,
        outcome,
        phases,
        transport: None,
        tls: None,
        proxy: vec![],
        http: vec![],
        http2: None,
        lookups: vec![],
        quic: None,
        probe: None,
        logged: None,
        icmp: vec![],
        silences: vec![],
        primitives: Primitives::default(),
        packets: vec![],
        packets_left_out: 0,
        verdict: None,
    }
}

pub(super) fn packet(number: u32) -> PacketRef {
    PacketRef {
        capture: 0,
        number,
        offset: 0,
        length: 0,
    }
}

fn healthy(id: u32, server: &str) -> Attempt {
    let wait = 40 + i64::from(id % 7) * 9;
    attempt(
        id,
        server,
        Outcome::Completed,
        vec![
            phase(PhaseName::Connect, 0, 24),
            phase(PhaseName::Tls, 24, 75),
            phase(PhaseName::Request, 75, 75),
            phase(PhaseName::Wait, 75, 75 + wait),
            phase(PhaseName::Receive, 75 + wait, 75 + wait + 30),
        ],
    )
}

/// The fault that the project began with: TLS stalls after the ClientHello was acknowledged.
fn stall_before_server_hello(id: u32) -> Attempt {
    let phases = vec![
        phase(PhaseName::Connect, 0, 24),
        stalled(PhaseName::Tls, 24, 10_024, "ServerHello"),
    ];
    let mut made = attempt(id, WEAK, Outcome::TlsStalled, phases);
    let start_ns = made.started_ns + 49 * MS;
    made.silences.push(Silence {
        after: packet(6),
        until: None,
        start_ns,
        end_ns: made.started_ns + 10_024 * MS,
        awaiting: "ServerHello".into(),
        from: End::Server,
        proof: SilenceProof::default(),
    });
    made
}

fn syn_unanswered(id: u32) -> Attempt {
    let phases = vec![stalled(PhaseName::Connect, 0, 7_000, "SYN-ACK")];
    let mut made = attempt(id, SIX, Outcome::SynUnanswered, phases);
    let again = [1, 3].map(|second| Stamp {
        at_ns: made.started_ns + second * 1_000 * MS,
        packet: packet(70),
    });
    made.transport = Some(Transport {
        syn_retransmissions: again.to_vec(),
        ..Transport::default()
    });
    made
}

fn alert(id: u32) -> Attempt {
    let mut failed = phase(PhaseName::Tls, 24, 50);
    failed.outcome = PhaseOutcome::Failed;
    let phases = vec![phase(PhaseName::Connect, 0, 24), failed];
    let mut made = attempt(id, FINE, Outcome::TlsAlert, phases);
    made.tls = Some(Tls {
        alerts: vec![Alert {
            at_ns: made.ended_ns,
            from: End::Server,
            level: Some(2),
            code: Some(40),
            name: Some("handshake_failure".into()),
            basis: Basis::Observed,
            packet: Some(packet(9)),
        }],
        ..Tls::default()
    });
    made
}

fn unreachable(id: u32) -> Attempt {
    let mut failed = phase(PhaseName::Connect, 0, 30);
    failed.outcome = PhaseOutcome::Failed;
    let mut made = attempt(id, SIX, Outcome::Unreachable, vec![failed]);
    made.icmp.push(IcmpError {
        at_ns: made.ended_ns,
        from: "2001:db8::1".into(),
        is_v6: true,
        kind: 1,
        code: 3,
        name: Some("address unreachable".into()),
        mtu: None,
        quotes: Some(End::Client),
        packet: packet(44),
    });
    made
}

fn lookup_timeout(id: u32) -> Attempt {
    let phases = vec![stalled(PhaseName::Dns, 0, 10_000, "DNS response")];
    Attempt {
        kind: AttemptKind::Dns,
        server_name: Some("cdn.example.net".into()),
        name_basis: Some(NameBasis::Dns),
        lookups: vec![0],
        ..attempt(id, "10.9.1.53:53", Outcome::DnsTimeout, phases)
    }
}

fn percentiles(p50: i64, p95: i64) -> Percentiles {
    Percentiles {
        n: 40,
        p50_ns: p50,
        p95_ns: p95,
        max_ns: p95 * 2,
    }
}

fn server(address: &str, (failures, attempts): (u64, u64)) -> Server {
    Server {
        address: address.into(),
        names: vec!["cdn.example.net".into()],
        attempts,
        failures,
        stalled: failures,
        failure_rate: wilson::rate(failures, attempts),
        wilson95: wilson::wilson95(failures, attempts),
        arms: vec![],
        phase_percentiles: [
            (PhaseName::Connect, percentiles(24_100_000, 25_900_000)),
            (PhaseName::Tls, percentiles(50_700_000, 1_240_000_000)),
            (PhaseName::Request, percentiles(0, 0)),
            (PhaseName::Wait, percentiles(48_300_000, 97_000_000)),
            (PhaseName::Receive, percentiles(612_000, 31_400_000)),
        ]
        .into(),
        outcomes: [(Outcome::Completed, attempts - failures)].into(),
        given_by: None,
        nodes: None,
        verdict: None,
    }
}

fn capture() -> Capture {
    Capture {
        name: "edge-2026-11-22.pcapng".into(),
        sha256: None,
        format: "pcapng".into(),
        compression: Some("gzip".into()),
        packets: 7_304,
        bytes: 2_000_000,
        first_ns: Some(0),
        last_ns: Some(122_000 * MS),
        link_types: vec![],
        interfaces: vec![],
        quality: Quality {
            kernel_drops: Some(12),
            snapped_packets: 1_204,
            cut_at: Some(CutAt {
                packet: Some(7_305),
                offset: 1_999_960,
            }),
            not_understood: vec![NotUnderstood {
                kind: "arp".into(),
                packets: 31,
            }],
            ..Quality::default()
        },
        comments: vec!["taken by the on-call engineer".into()],
    }
}

/// Weak and fine servers, every kind of failure, a capture with blemishes.
pub(in crate::export) fn weak_node() -> Report {
    let mut attempts: Vec<Attempt> = (1..=20).map(|id| healthy(id, FINE)).collect();
    attempts.extend((21..=31).map(stall_before_server_hello));
    attempts.extend([
        syn_unanswered(32),
        alert(33),
        unreachable(34),
        lookup_timeout(35),
    ]);
    Report {
        report_version: VERSION,
        tool: Tool {
            name: "stallscope".into(),
            version: "0.1.0".into(),
        },
        epoch: Some("2026-11-22T10:51:02.123456789Z".into()),
        captures: vec![capture()],
        totals: Totals {
            attempts: 1_204,
            failures: 93,
            stalled: 95,
            outcomes: [(Outcome::Completed, 1_111), (Outcome::TlsStalled, 93)].into(),
        },
        attempts: attempts.into_iter().map(Box::new).collect(),
        servers: vec![
            server(WEAK, (31, 80)),
            server(SIX, (2, 24)),
            server(FINE, (1, 1_100)),
        ],
        dns: vec![lookup(None), lookup(Some(3)), lookup(Some(5))],
        warnings: warnings(),
        ..Report::default()
    }
}

fn lookup(took: Option<i64>) -> DnsTransaction {
    DnsTransaction {
        lookup: took.map_or(0, |_| 1),
        vantage: 0,
        client: "10.9.1.2:5353".into(),
        server: "10.9.1.53:53".into(),
        transport: DnsTransport::Udp,
        id: 7,
        name: "cdn.example.net".into(),
        kind: "AAAA".into(),
        query_ns: Some(0),
        query_packet: Some(packet(1)),
        repeats: vec![],
        response_ns: took.map(|took| took * MS),
        response_packet: None,
        further_responses: vec![],
        rcode: took.map(|_| "NOERROR".into()),
        truncated: None,
        answers: vec![],
        refused_by_icmp: None,
        refusals: Vec::new(),
        copies: 0,
        client_subnet: None,
    }
}

fn warnings() -> Vec<Warning> {
    let warning = |kind: &str, packet, offset, detail: &str, count| Warning {
        message: None,
        kind: kind.into(),
        capture: Some(0),
        packet,
        offset,
        detail: detail.into(),
        count,
    };
    vec![
        warning(
            "snapped",
            Some(4),
            None,
            "the packet was cut to 64 of 1,514 bytes",
            1_204,
        ),
        warning(
            "cut-file",
            Some(7_305),
            Some(1_999_960),
            "the file ends inside a packet, as when it is copied while it is written",
            1,
        ),
    ]
}

/// Nothing went wrong, and nobody wants to read much.
pub(in crate::export) fn healthy_service() -> Report {
    let mut report = weak_node();
    report.attempts.truncate(8);
    report.totals = Totals {
        attempts: 8,
        outcomes: [(Outcome::Completed, 8)].into(),
        ..Totals::default()
    };
    report.servers = vec![server(FINE, (0, 8))];
    report.dns.clear();
    report.warnings.clear();
    for capture in &mut report.captures {
        capture.quality = Quality::default();
        capture.comments.clear();
    }
    report
}

/// Two requests on one connection with a pause between them, and a body that stalls behind a retransmission.
pub(in crate::export) fn kept_alive() -> Report {
    let mut waited = attempt(
        1,
        FINE,
        Outcome::ReceiveStalled,
        vec![
            phase(PhaseName::Dns, 0, 400),
            phase(PhaseName::Connect, 400, 600),
            phase(PhaseName::Proxy, 600, 1_000),
            phase(PhaseName::Tls, 1_000, 1_600),
            phase(PhaseName::Request, 1_600, 1_700),
            phase(PhaseName::Wait, 1_700, 2_300),
            phase(PhaseName::Receive, 2_300, 2_900),
            phase(PhaseName::Wait, 6_000, 7_000),
            stalled(PhaseName::Receive, 7_000, 12_000, "rest of the response"),
        ],
    );
    let start_ns = waited.started_ns + 8_000 * MS;
    waited.silences.push(Silence {
        after: packet(1_204),
        until: None,
        start_ns,
        end_ns: waited.ended_ns,
        awaiting: "rest of the response".into(),
        from: End::Server,
        proof: SilenceProof::default(),
    });
    let mut transport = Transport::default();
    transport.retransmissions.server.count = 1;
    transport.retransmissions.server.first.push(Stamp {
        at_ns: waited.started_ns + 7_500 * MS,
        packet: packet(1_200),
    });
    waited.transport = Some(transport);
    Report {
        attempts: vec![Box::new(waited)],
        servers: vec![],
        totals: Totals {
            attempts: 1,
            failures: 1,
            stalled: 1,
            outcomes: [(Outcome::ReceiveStalled, 1)].into(),
        },
        ..healthy_service()
    }
}
