//! Attempts of a client of our own, event by event, and what is said of them.

mod arms;
mod story;

use self::story::{Story, reports};
use crate::probe::What;
use crate::report::v1::{
    Attempt, Basis, Confidence, EvidenceSource, Party, PhaseName, PhaseOutcome, Report, Severity,
};

type Act = fn(&mut Story);

/// A healthy attempt: ClientHello, flight, request, response.
fn served(story: &mut Story) {
    story.connected().hello().flight().asked().answered();
}

/// The verdict of the last of some attempts at one address.
fn verdict_of(before: &[Act], act: Act) -> (Report, Attempt) {
    let mut acts = before.to_vec();
    acts.push(act);
    let report = reports(&acts);
    let last = report.attempts.iter().max_by_key(|attempt| attempt.id);
    let last = last.unwrap().clone();
    (report, last)
}

fn phase(attempt: &Attempt, name: PhaseName) -> PhaseOutcome {
    let phases = &attempt.phases;
    let found = phases.iter().find(|phase| phase.phase == name);
    found.unwrap().outcome
}

/// What each story is, and what is to be said of it: cause, party, severity, confidence.
const STORIES: &[(&str, Act, &str, Party, Severity, Confidence)] = &[
    (
        "the kernel is there and the process silent",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .alive(9_000)
                .limit("--tls-timeout", 10_000);
        },
        "H1",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "nothing shows that the kernel is still there",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "it ends by a timer of its own",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(6_000, What::ClosedByServer);
        },
        "H2",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no byte of the hello is taken",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| sample.total_retransmits = 4);
            story.limit("--tls-timeout", 10_000);
        },
        "H3",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "one copy lost before the limit is chance",
        |story| {
            story.connected().hello();
            story.sampled(1_500, |sample| sample.total_retransmits = 1);
            story.limit("--tls-timeout", 1_600);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the first segment of the hello is taken",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.bytes_acked = Some(1 + 1_000);
                sample.segments_in = Some(2);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "H4",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "segments come that take nothing: SYN-ACKs again",
        |story| {
            story.connected().hello();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.segments_in = Some(4);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "T4",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "later segments of the flight come, the first never",
        |story| {
            story.connected().hello().acked(1);
            story.sampled(5_000, |sample| {
                sample.bytes_acked = Some(1 + 1_500);
                sample.out_of_order = Some(1);
            });
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H11",
        Party::Network,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "it closes at once",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(3, What::ClosedByServer);
        },
        "H9",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "a reset: only its packet shows whose",
        |story| {
            story.connected().hello().acked(1).broken(3, "ECONNRESET");
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "an alert of the server",
        |story| {
            story.connected().hello().acked(1).alert(3, 40);
        },
        "H10",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no protocol in common",
        |story| {
            story.connected().hello().acked(1).alert(3, 120);
        },
        "H22",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client does not accept the certificate",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .at(3, What::ServerHello)
                .at(4, What::AlertSent { code: 48 });
        },
        "H10",
        Party::Client,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the answer is no TLS",
        |story| {
            story.connected().hello().acked(1).at(3, What::NotTls);
        },
        "H24",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "no SYN is answered",
        |story| {
            story.syn();
            story.sampled(9_000, |sample| {
                sample.state = 2;
                sample.total_retransmits = 5;
                sample.segments_in = Some(0);
            });
            story.limit("--tcp-timeout", 10_000);
        },
        "T1",
        Party::Network,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "a reset answers the SYN",
        |story| {
            story.syn().failed(1, "ECONNREFUSED", false);
        },
        "T5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "a router prohibits it",
        |story| {
            story.syn().prohibited(1);
        },
        "T6",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "this host has no route",
        |story| {
            story.failed(0, "ENETUNREACH", true);
        },
        "T6",
        Party::Client,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "this host has no port",
        |story| {
            story.failed(0, "EADDRNOTAVAIL", true);
        },
        "T11",
        Party::Client,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "the request is taken and not answered",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .alive(9_000)
                .limit("--ttfb-timeout", 10_000);
        },
        "A1",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the request is taken and the connection ended",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .at(60, What::ClosedByServer);
        },
        "A5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the request is sent again and again",
        |story| {
            story.connected().hello().flight().asked();
            story.sampled(5_000, |sample| sample.total_retransmits = 5);
            story.limit("--ttfb-timeout", 10_000);
        },
        "A2",
        Party::Network,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the body stops",
        |story| {
            story.connected().hello().flight().asked().taken().begun();
            story.sampled(100, |sample| sample.receive_mss = Some(1_448));
            story.alive(9_000).limit("--body-timeout", 10_000);
        },
        "A3",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the body stops, and no packet of full size ever came",
        |story| {
            story.connected().hello().flight().asked().taken().begun();
            story.alive(9_000).limit("--body-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the connection ends in the body",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .begun()
                .at(90, What::ClosedByServer);
        },
        "A5",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the proxy refuses",
        |story| {
            let answered = What::ProxyAnswered {
                code: 503,
                is_granted: false,
            };
            story
                .connected()
                .at(2, What::ProxyAsked { bytes: 90 })
                .at(20, answered);
        },
        "P1",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Certain,
    ),
    (
        "a limit shorter than anybody can be accused by",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .limit("--tls-timeout", 300);
        },
        "H23",
        Party::Client,
        Severity::Info,
        Confidence::Certain,
    ),
    (
        "the ServerHello comes late",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .alive(2_000)
                .late_flight(3_000)
                .asked()
                .answered();
        },
        "H16",
        Party::Server,
        Severity::Delay,
        Confidence::Possible,
    ),
    (
        "the flight pauses behind the ServerHello",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.alive(2_000).late_flight(3_000).asked().answered();
            // The flight's own first byte came long before.
            story.log.events.retain(|event| {
                event.what != What::ServerHello
                    || event.when().since(story.log.began).get() < 1_000_000_000
            });
        },
        "H16",
        Party::Server,
        Severity::Delay,
        Confidence::Possible,
    ),
    (
        "the flight stops, and nothing shows that large packets pass",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the flight stops, and no packet of it may be large",
        |story| {
            story.syn().at(1, What::Connected);
            story.sampled(1, |sample| sample.send_mss = 1_188).hello();
            story.acked(1).at(30, What::ServerHello);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H16",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client's last flight is taken, and the server does not finish",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.at(31, What::FlightComplete);
            story.at(32, What::FinishedWritten { bytes: 100 });
            story.at(33, What::FinishedAcked);
            story.alive(9_000).limit("--tls-timeout", 10_000);
        },
        "H16",
        Party::Server,
        Severity::Failure,
        Confidence::Likely,
    ),
    (
        "the client's last flight is lost",
        |story| {
            story.connected().hello().acked(1).at(30, What::ServerHello);
            story.at(31, What::FlightComplete);
            story.at(32, What::FinishedWritten { bytes: 100 });
            story.sampled(5_000, |sample| sample.total_retransmits = 4);
            story.limit("--tls-timeout", 10_000);
        },
        "undecided",
        Party::Undecided,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the server asks for another key share, and all is well",
        |story| {
            story.connected().hello().retried();
            story.at(41, What::HelloAcked).late_flight(60);
            story.asked().answered();
        },
        "H15",
        Party::Server,
        Severity::Info,
        Confidence::Certain,
    ),
    (
        "the server asks for another key share, and does not answer the second hello",
        |story| {
            story.connected().hello().retried();
            story.at(41, What::HelloAcked).alive(9_000);
            story.limit("--tls-timeout", 10_000);
        },
        "H15",
        Party::Server,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the server asks for another key share, and the second hello is lost again and again",
        |story| {
            story.connected().hello().retried();
            story.sampled(5_000, |sample| {
                sample.total_retransmits = 4;
                sample.bytes_acked = Some(1 + 1_500);
                sample.segments_in = Some(3);
            });
            story.limit("--tls-timeout", 10_000);
        },
        "H15",
        Party::Middlebox,
        Severity::Failure,
        Confidence::Possible,
    ),
    (
        "the response comes late",
        |story| {
            story
                .connected()
                .hello()
                .flight()
                .asked()
                .taken()
                .answered_at(4_000);
        },
        "A1",
        Party::Server,
        Severity::Delay,
        Confidence::Likely,
    ),
    (
        "the kernel has the answer and the process sleeps",
        |story| {
            story
                .connected()
                .hello()
                .acked(1)
                .flight_read_late(400)
                .asked()
                .answered();
        },
        "H17",
        Party::Client,
        Severity::Delay,
        Confidence::Likely,
    ),
];

#[test]
fn each_story_is_told_by_its_rule() {
    for (name, act, cause, party, severity, confidence) in STORIES {
        let (report, attempt) = verdict_of(&[], *act);
        let verdict = attempt.verdict.as_ref();
        let verdict = verdict.unwrap_or_else(|| panic!("{name}: nothing was said"));
        assert_eq!(
            (
                verdict.cause.as_str(),
                verdict.party,
                verdict.severity,
                verdict.confidence
            ),
            (*cause, *party, *severity, *confidence),
            "{name}: {}",
            verdict.statement
        );
        let texts = [&verdict.statement, &verdict.remedy].into_iter();
        let shown = report.evidence.iter().map(|evidence| &evidence.statement);
        for text in texts.chain(shown) {
            assert!(!text.contains('{') && text.contains(' '), "{name}: {text}");
            assert!(!text.contains("packet 1"), "{name}: {text}");
        }
        assert!(!report.evidence.is_empty(), "{name}");
        for evidence in &report.evidence {
            let EvidenceSource::Events(events) = &evidence.source else {
                panic!("{name}: no packet exists: {evidence:?}");
            };
            assert!(!events.is_empty(), "{name}");
            for event in events {
                let told = attempt.probe.as_ref().unwrap();
                let index = event.number.unwrap() as usize - 1;
                assert_eq!(told.events[index].kind, event.kind, "{name}");
            }
        }
    }
}

#[test]
fn a_healthy_attempt_is_nobodys_fault() {
    let (report, attempt) = verdict_of(&[], served);
    assert_eq!(attempt.verdict, None);
    assert_eq!(report.totals.failures, 0);
    assert!(attempt.transport.is_none(), "no packet was seen");
    assert!(report.captures.is_empty());
    for name in [
        PhaseName::Connect,
        PhaseName::Tls,
        PhaseName::Wait,
        PhaseName::Receive,
    ] {
        assert_eq!(phase(&attempt, name), PhaseOutcome::Completed, "{name:?}");
    }
    assert_eq!(phase(&attempt, PhaseName::Dns), PhaseOutcome::NotObserved);
    assert!(
        attempt
            .phases
            .iter()
            .skip(1)
            .all(|phase| phase.basis == Basis::Reported)
    );
    // The kernel's times stand: the application learned of everything 100 µs later.
    let tls = attempt
        .phases
        .iter()
        .find(|phase| phase.phase == PhaseName::Tls)
        .unwrap();
    assert_eq!(tls.end_ns.unwrap() - tls.start_ns.unwrap(), 31_000_000);
    assert_eq!(attempt.http[0].status, Some(200));
}

#[test]
fn silence_after_the_hello_is_the_servers() {
    let stalls: Act = |story| {
        story
            .connected()
            .hello()
            .acked(1)
            .alive(9_000)
            .limit("--tls-timeout", 10_000);
    };
    let (report, attempt) = verdict_of(&[served, served], stalls);
    let verdict = attempt.verdict.unwrap();
    // A flight that came through shows that it was not lost.
    assert_eq!(
        (verdict.cause.as_str(), verdict.confidence),
        ("H1", Confidence::Likely)
    );
    let cleared: Vec<Party> = verdict.rules_out.iter().map(|out| out.party).collect();
    assert!(cleared.contains(&Party::Network) && cleared.contains(&Party::Client));
    let tls = attempt
        .phases
        .iter()
        .find(|phase| phase.phase == PhaseName::Tls)
        .unwrap();
    assert_eq!(tls.outcome, PhaseOutcome::Stalled);
    assert_eq!(tls.awaiting.as_deref(), Some("ServerHello"));
    assert_eq!(report.headline.unwrap().cause, "H1");
}

#[test]
fn a_flight_that_stops_where_others_come_through_is_the_servers() {
    let stops: Act = |story| {
        story.connected().hello().acked(1).at(30, What::ServerHello);
        story.alive(9_000).limit("--tls-timeout", 10_000);
    };
    let (_, attempt) = verdict_of(&[served, served], stops);
    let verdict = attempt.verdict.unwrap();
    assert_eq!(
        (verdict.cause.as_str(), verdict.party, verdict.confidence),
        ("H16", Party::Server, Confidence::Likely)
    );
    assert!(verdict.alternatives.iter().any(|other| other == "H11"));
    let (_, attempt) = verdict_of(&[served, served], |story| {
        story.connected().hello().acked(1).at(30, What::ServerHello);
        story.sampled(5_000, |sample| sample.out_of_order = Some(2));
        story.alive(9_000).limit("--tls-timeout", 10_000);
    });
    // A hole shows that more was sent.
    assert_eq!(attempt.verdict.unwrap().cause, "H11");
}

#[test]
fn no_local_port() {
    let (_, attempt) = verdict_of(&[served], |story| {
        story.failed(0, "EADDRNOTAVAIL", true);
    });
    assert_eq!(attempt.verdict.as_ref().unwrap().cause, "T11");
    assert_eq!(phase(&attempt, PhaseName::Connect), PhaseOutcome::Failed);
    assert_eq!(phase(&attempt, PhaseName::Tls), PhaseOutcome::NotReached);
}

#[test]
fn a_full_queue_behind_a_process_that_stalls() {
    let stalls: Act = |story| {
        story
            .connected()
            .hello()
            .acked(1)
            .alive(9_000)
            .limit("--tls-timeout", 10_000);
    };
    let (_, attempt) = verdict_of(&[stalls], |story| {
        story.syn();
        story.sampled(9_000, |sample| {
            sample.state = 2;
            sample.total_retransmits = 5;
        });
        story.limit("--tcp-timeout", 10_000);
    });
    let verdict = attempt.verdict.unwrap();
    assert_eq!(
        (verdict.cause.as_str(), verdict.party),
        ("T2", Party::Server)
    );
}

#[test]
fn without_kernel_times_the_hello_is_awaited_by_name() {
    let (_, attempt) = verdict_of(&[], |story| {
        story.connected().hello();
        story.log.has_kernel_times = false;
        story.limit("--tls-timeout", 10_000);
    });
    let tls = attempt
        .phases
        .iter()
        .find(|phase| phase.phase == PhaseName::Tls)
        .unwrap();
    assert_eq!(tls.awaiting.as_deref(), Some("ServerHello"));
    assert_eq!(attempt.verdict.unwrap().party, Party::Undecided);
}

#[test]
fn what_was_interrupted_failed_nobody() {
    let (report, attempt) = verdict_of(&[], |story| {
        story
            .connected()
            .hello()
            .acked(1)
            .at(200, What::Interrupted);
    });
    assert_eq!(attempt.verdict, None);
    assert_eq!(report.totals.failures, 0);
}
