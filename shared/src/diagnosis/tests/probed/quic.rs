//! Attempts over QUIC: silence accuses nobody, the server's own words do.

use super::story::{Story, reports};
use super::{Act, phase, served, verdict_of};
use crate::probe::What;
use crate::report::v1::{AttemptKind, Confidence, Outcome, Party, PhaseName, PhaseOutcome, Report};

fn limit(story: &mut Story) {
    story.limit("--ttfb-timeout", 5_000);
}

fn closed(code: u64, is_application: bool) -> What {
    What::ConnectionClosed {
        code,
        is_application,
    }
}

fn asked_and_taken(story: &mut Story) -> &mut Story {
    story.quic_connected().asked().taken()
}

type Told = (
    &'static str,
    Act,
    Outcome,
    (PhaseName, PhaseOutcome),
    (&'static str, Party),
);

/// What each is, how it went, the phase that it shows in, cause and party.
const STORIES: &[Told] = &[
    (
        "Initial packets that nobody answers",
        |story| {
            story.initials(&[0, 1_000, 3_000]);
            limit(story);
        },
        Outcome::QuicUnanswered,
        (PhaseName::Connect, PhaseOutcome::Stalled),
        ("Q1", Party::Undecided),
    ),
    (
        "an Initial packet that was sent once",
        |story| {
            story.initials(&[0]);
            limit(story);
        },
        Outcome::QuicUnanswered,
        (PhaseName::Connect, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
    (
        "a limit before anything was overdue",
        |story| {
            story.initials(&[0]).limit("--tcp-timeout", 300);
        },
        Outcome::ClosedByClient,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("H23", Party::Client),
    ),
    (
        "a port that its own host says is closed",
        |story| {
            story.initials(&[0]).icmp(30, [203, 0, 113, 10], 3);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("Q1", Party::Server),
    ),
    (
        "a rule on the way",
        |story| {
            story.initials(&[0]).icmp(10, [192, 0, 2, 7], 13);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("Q1", Party::Middlebox),
    ),
    (
        "no way",
        |story| {
            story.initials(&[0]).icmp(10, [192, 0, 2, 7], 1);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("Q1", Party::Network),
    ),
    (
        "a refusal that comes from the client's own address",
        |story| {
            story.initials(&[0]).icmp(10, [10, 9, 0, 1], 3);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "no way, by the client's own address",
        |story| {
            story.initials(&[0]).icmp(10, [10, 9, 0, 1], 1);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "a firewall of the client that lets nothing leave",
        |story| {
            story.initials(&[]).failed(0, "EPERM", true);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("T6", Party::Client),
    ),
    (
        "a refusal of which only the error is known",
        |story| {
            story.initials(&[0]).failed(30, "ECONNREFUSED", false);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "no way, and nobody is known to have said so",
        |story| {
            story.initials(&[0]).failed(30, "EHOSTUNREACH", false);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "no way on the client's host",
        |story| {
            story.initials(&[]).failed(0, "ENETUNREACH", true);
        },
        Outcome::Unreachable,
        (PhaseName::Connect, PhaseOutcome::Failed),
        ("T6", Party::Client),
    ),
    (
        "a handshake that stops",
        |story| {
            story.quic();
            limit(story);
        },
        Outcome::TlsStalled,
        (PhaseName::Tls, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
    (
        "an alert",
        |story| {
            story.quic().alert(31, 120);
        },
        Outcome::TlsAlert,
        (PhaseName::Tls, PhaseOutcome::Failed),
        ("H22", Party::Server),
    ),
    (
        "a server that refuses connections",
        |story| {
            story.quic().at(31, closed(2, false));
        },
        Outcome::ClosedByServer,
        (PhaseName::Tls, PhaseOutcome::Failed),
        ("H9", Party::Server),
    ),
    (
        "a server that says that the client broke the protocol",
        |story| {
            story.quic().at(31, closed(0x0a, false));
        },
        Outcome::ClosedByServer,
        (PhaseName::Tls, PhaseOutcome::Failed),
        ("H9", Party::Undecided),
    ),
    (
        "other versions",
        |story| {
            story.quic().at(31, What::VersionsOffered);
        },
        Outcome::ClosedByServer,
        (PhaseName::Tls, PhaseOutcome::Failed),
        ("H9", Party::Server),
    ),
    (
        "a request that nothing acknowledges",
        |story| {
            story.quic_connected().asked();
            limit(story);
        },
        Outcome::RequestStalled,
        (PhaseName::Request, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
    (
        "a request that is taken, and then silence",
        |story| limit(asked_and_taken(story)),
        Outcome::ResponseStalled,
        (PhaseName::Wait, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
    (
        "a request that is taken and not answered, while the stack is there",
        |story| limit(asked_and_taken(story).alive(4_000)),
        Outcome::ResponseStalled,
        (PhaseName::Wait, PhaseOutcome::Stalled),
        ("A1", Party::Server),
    ),
    (
        "a stream that is reset",
        |story| {
            asked_and_taken(story).at(80, What::Http3Reset { code: 0x10b });
        },
        Outcome::ResetByServer,
        (PhaseName::Wait, PhaseOutcome::Failed),
        ("A5", Party::Server),
    ),
    (
        "a connection that is closed in place of a response",
        |story| {
            asked_and_taken(story).at(80, closed(0x107, true));
        },
        Outcome::ClosedByServer,
        (PhaseName::Wait, PhaseOutcome::Failed),
        ("A5", Party::Server),
    ),
    (
        "a response that the client's library does not accept",
        |story| {
            asked_and_taken(story).broken(80, "EPROTO");
        },
        Outcome::ResetByServer,
        (PhaseName::Wait, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "a rest of a response that the client's library does not accept",
        |story| {
            asked_and_taken(story).begun().broken(2_000, "EPROTO");
        },
        Outcome::ResetByServer,
        (PhaseName::Receive, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "a connection that the client's library gives up after a long wait",
        |story| {
            asked_and_taken(story).broken(3_000, "EPROTO");
        },
        Outcome::ResetByServer,
        (PhaseName::Wait, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "a handshake that the client's library does not accept",
        |story| {
            story.quic().broken(31, "EPROTO");
        },
        Outcome::ResetByServer,
        (PhaseName::Tls, PhaseOutcome::Failed),
        ("undecided", Party::Undecided),
    ),
    (
        "a server that knows nothing of the connection any more",
        |story| {
            asked_and_taken(story).at(1_500, What::StatelessReset);
        },
        Outcome::ResetByServer,
        (PhaseName::Wait, PhaseOutcome::Failed),
        ("A5", Party::Server),
    ),
    (
        "a body that stops while the stack is there",
        |story| limit(asked_and_taken(story).begun().largest(1_200).alive(4_000)),
        Outcome::ReceiveStalled,
        (PhaseName::Receive, PhaseOutcome::Stalled),
        ("A3", Party::Server),
    ),
    (
        "a body that stops where only small datagrams ever came",
        |story| {
            limit(asked_and_taken(story).begun().largest(900).alive(4_000));
        },
        Outcome::ReceiveStalled,
        (PhaseName::Receive, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
    (
        "a body that stops, and nothing else comes",
        |story| limit(asked_and_taken(story).begun()),
        Outcome::ReceiveStalled,
        (PhaseName::Receive, PhaseOutcome::Stalled),
        ("undecided", Party::Undecided),
    ),
];

#[test]
fn each_story_of_quic_is_told_by_its_rule() {
    for (name, act, outcome, (which, how), (cause, party)) in STORIES {
        let (report, attempt) = verdict_of(&[], *act);
        assert_eq!(attempt.outcome, *outcome, "{name}");
        assert_eq!(attempt.kind, AttemptKind::Quic, "{name}");
        assert_eq!(phase(&attempt, *which), *how, "{name}");
        let verdict = attempt.verdict.as_ref().unwrap();
        assert_eq!(
            (verdict.cause.as_str(), verdict.party),
            (*cause, *party),
            "{name}: {}",
            verdict.statement
        );
        let shown = report.evidence.iter().map(|evidence| &evidence.statement);
        let headline = report.headline.iter().map(|headline| &headline.statement);
        // A port that is closed is not blocked, nor is one that nobody answers at.
        let is_blocked = headline.clone().any(|text| text.contains("block"));
        assert!(!is_blocked, "{name}");
        for text in [&verdict.statement, &verdict.remedy]
            .into_iter()
            .chain(headline)
            .chain(shown)
        {
            assert!(!text.contains('{') && text.contains(' '), "{name}: {text}");
            let of_tcp = [
                "kernel",
                "SYN",
                "connect()",
                "tcp port",
                "sent the reset",
                "RST_STREAM",
                "HTTP/2",
            ];
            let is_of_tcp = of_tcp.iter().any(|word| text.contains(word));
            assert!(!is_of_tcp, "{name}: {text}");
            let is_told = name.contains("firewall") || name.contains("on the client's host");
            assert!(!is_told || !text.contains("ICMP"), "{name}: {text}");
        }
    }
}

#[test]
fn a_healthy_attempt_over_quic_has_its_phases_and_accuses_nobody() {
    let (_, attempt) = verdict_of(&[], |story| {
        asked_and_taken(story).answered();
    });
    assert_eq!(attempt.verdict, None);
    assert_eq!(attempt.outcome, Outcome::Completed);
    let phases: Vec<_> = attempt
        .phases
        .iter()
        .filter(|phase| phase.outcome == PhaseOutcome::Completed)
        .map(|phase| (phase.phase, phase.start_ns.unwrap(), phase.end_ns.unwrap()))
        .collect();
    let millis = |from: i64, to: i64| (from * 1_000_000, to * 1_000_000);
    let expected = [
        (PhaseName::Connect, millis(0, 30)),
        (PhaseName::Tls, millis(30, 32)),
        (PhaseName::Request, millis(33, 33)),
        (PhaseName::Wait, millis(33, 73)),
        (PhaseName::Receive, millis(73, 75)),
    ];
    assert_eq!(phases, expected.map(|(name, (from, to))| (name, from, to)));
    let quic = attempt.quic.as_ref().unwrap();
    assert_eq!(quic.version.as_deref(), Some("v1"));
    assert_eq!((quic.initials_sent, quic.initial_packet), (1, None));
    assert!(quic.answer_ns.is_some() && !quic.saw_retry);
    assert_eq!(attempt.logged, None, "of QUIC no client's texts are known");
}

#[test]
fn only_a_reason_of_the_servers_own_clears_the_client() {
    let cleared = |act: Act| {
        let (_, attempt) = verdict_of(&[], act);
        let verdict = attempt.verdict.unwrap();
        assert_eq!(verdict.cause, "H9");
        let of_client = |party: &Party| *party == Party::Client;
        let mut cleared = verdict.rules_out.iter().map(|it| it.party);
        cleared.any(|party| of_client(&party))
    };
    let own: [Act; 3] = [
        |story| {
            story.quic().at(31, closed(0, false));
        },
        |story| {
            story.quic().at(31, closed(1, false));
        },
        |story| {
            story.quic().at(31, closed(2, false));
        },
    ];
    assert!(own.into_iter().all(cleared));
    let others: [Act; 4] = [
        |story| {
            story.quic().at(31, closed(0x08, false));
        },
        |story| {
            story.quic().at(31, closed(0x0c, false));
        },
        |story| {
            story.quic().at(31, closed(0x4000, false));
        },
        |story| {
            story.quic().at(31, closed(0x101, true));
        },
    ];
    assert!(!others.into_iter().any(cleared));
}

#[test]
fn a_response_of_which_nothing_came_clears_no_path() {
    // Datagrams of full size came, and those of the response may be larger.
    let (_, attempt) = verdict_of(&[], |story| {
        limit(asked_and_taken(story).largest(1_200).alive(4_000));
    });
    let verdict = attempt.verdict.unwrap();
    assert_eq!(
        (verdict.cause.as_str(), verdict.confidence),
        ("A1", Confidence::Possible)
    );
    let alternatives: Vec<_> = verdict.alternatives.iter().map(String::as_str).collect();
    assert!(alternatives.contains(&"H11"), "{alternatives:?}");
    let cleared: Vec<_> = verdict.rules_out.iter().map(|it| it.party).collect();
    assert_eq!(cleared, [Party::Client]);
}

#[test]
fn codes_of_62_bits_are_kept() {
    const LARGE: u64 = 0x3fff_ffff_ffff_ffff;
    let told = |act: Act, kind: &str| {
        let (report, attempt) = verdict_of(&[], act);
        let events = attempt.probe.unwrap().events;
        let event = events.into_iter().find(|event| event.kind == kind);
        let event = event.unwrap();
        let shown = report.evidence.into_iter().map(|it| it.statement);
        let shown: String = shown.collect();
        (event.code, event.detail, shown)
    };
    let reset: Act = |story| {
        asked_and_taken(story).at(80, What::Http3Reset { code: LARGE });
    };
    let close: Act = |story| {
        asked_and_taken(story).at(80, closed(LARGE, true));
    };
    for (act, kind) in [
        (reset, "http3-stream-reset"),
        (close, "quic-connection-closed"),
    ] {
        let (code, detail, shown) = told(act, kind);
        let words = "0x3fffffffffffffff";
        assert_eq!((code, detail.as_deref()), (None, Some(words)), "{kind}");
        assert!(shown.contains(words), "{kind}: {shown}");
    }
    let known: Act = |story| {
        asked_and_taken(story).at(80, What::Http3Reset { code: 0x10b });
    };
    let (code, detail, _) = told(known, "http3-stream-reset");
    assert_eq!(
        (code, detail.as_deref()),
        (Some(0x10b), Some("H3_REQUEST_REJECTED"))
    );
}

#[test]
fn tcp_to_the_same_address_is_cited_and_still_nobody_is_accused() {
    let silent: Act = |story| {
        story.initials(&[0, 1_000]).limit("--tcp-timeout", 3_000);
    };
    let (report, attempt) = verdict_of(&[served], silent);
    let verdict = attempt.verdict.unwrap();
    assert_eq!(
        (verdict.cause.as_str(), verdict.party, verdict.confidence),
        ("Q1", Party::Undecided, Confidence::Possible)
    );
    let texts: Vec<_> = report.evidence.iter().map(|it| &*it.statement).collect();
    let tells = |text: &&str| text.starts_with("TCP to the same address was answered");
    assert!(texts.iter().any(tells), "{texts:#?}");
}

#[test]
fn attempts_over_quic_prove_nothing_of_a_path_of_tcp() {
    // H1 is sure only where another attempt's flight came through: over TCP.
    let stalled: Act = |story| {
        story.connected().hello().acked(1).alive(9_000);
        story.limit("--tls-timeout", 10_000);
    };
    let over_quic: Act = |story| {
        asked_and_taken(story).answered();
    };
    let confidence = |before: &[Act]| {
        let (_, attempt) = verdict_of(before, stalled);
        let verdict = attempt.verdict.unwrap();
        (verdict.cause, verdict.confidence)
    };
    let alone = confidence(&[]);
    assert_eq!(alone, ("H1".to_owned(), Confidence::Possible));
    assert_eq!(confidence(&[over_quic]), alone);
    assert_eq!(confidence(&[served]).1, Confidence::Likely);
    assert_eq!(reports(&[over_quic]).totals.failures, 0);
}

#[test]
fn addresses_over_quic_are_compared_with_each_other() {
    let refused: Act = |story| {
        story.quic().at(31, closed(2, false));
    };
    let at_another: Act = |story| {
        story.log.server.set_ip([203, 0, 113, 11].into());
        asked_and_taken(story).answered();
    };
    let (report, _) = verdict_of(&[at_another; 8], refused);
    let of = |report: &Report| {
        let mut servers = report.servers.iter();
        let accused = servers.find_map(|server| server.verdict.clone());
        accused.unwrap().statement
    };
    assert!(of(&report).contains("0 of 8"), "{}", of(&report));
    // What went over TCP says nothing of QUIC.
    let over_tcp: Act = |story| {
        story.log.server.set_ip([203, 0, 113, 11].into());
        story.connected().hello().flight().asked().answered();
    };
    let (report, _) = verdict_of(&[over_tcp; 8], refused);
    assert!(!of(&report).contains("of 8"), "{}", of(&report));
}
