//! Attempts of a client of our own, event by event, and what is said of them.

mod arms;
mod quic;
mod stories;
mod story;

use self::stories::STORIES;
use self::story::{Story, reports};
use crate::export;
use crate::probe::What;
use crate::report::v1::{
    Attempt, Basis, Confidence, EvidenceSource, Outcome, Party, PhaseName, PhaseOutcome, Report,
};

type Act = fn(&mut Story);

/// A healthy attempt: ClientHello, flight, request, response.
fn served(story: &mut Story) {
    story.connected().hello().flight().asked().answered();
}

/// The verdict of the last of some attempts at one address.
fn verdict_of(before: &[Act], act: Act) -> (Report, Box<Attempt>) {
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
fn silence_alone_may_be_a_flight_that_is_lost() {
    let stalls: Act = |story| {
        story
            .connected()
            .hello()
            .acked(1)
            .alive(9_000)
            .limit("--tls-timeout", 10_000);
    };
    let (_, attempt) = verdict_of(&[], stalls);
    let verdict = attempt.verdict.unwrap();
    assert_eq!(verdict.confidence, Confidence::Possible);
    assert!(
        verdict.statement.contains("lost on the way back"),
        "{}",
        verdict.statement
    );
    assert!(verdict.remedy.contains("--arms mss1200"));
    let (_, attempt) = verdict_of(&[served], stalls);
    assert!(
        !attempt
            .verdict
            .unwrap()
            .statement
            .contains("lost on the way back")
    );
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

/// Small segments that come through say nothing of large ones.
#[test]
fn a_neighbour_with_small_segments_clears_no_path() {
    let small: Act = |story| {
        story.syn().at(1, What::Connected);
        story.sampled(1, |sample| sample.send_mss = 1_188);
        story.hello().flight().asked().answered();
        for sample in &mut story.log.samples {
            (sample.send_mss, sample.receive_mss) = (1_188, Some(1_188));
        }
    };
    let (_, attempt) = verdict_of(&[small, small], |story| {
        story.connected().hello().flight().asked().taken().begun();
        story.alive(9_000).limit("--body-timeout", 10_000);
    });
    assert_eq!(attempt.verdict.unwrap().party, Party::Undecided);
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

/// Long before any limit, and long after a stall: what was waited for is told, and that it failed is not.
#[test]
fn a_wait_that_was_broken_off_is_a_stall_and_no_failure() {
    let stops: Act = |story| {
        story.connected().hello().acked(1).at(30, What::ServerHello);
        story.alive(4_000).at(4_500, What::Interrupted);
    };
    let (report, attempt) = verdict_of(&[served, served], stops);
    assert_eq!(attempt.outcome, Outcome::InProgress);
    assert_eq!(phase(&attempt, PhaseName::Tls), PhaseOutcome::Stalled);
    assert_eq!((report.totals.failures, report.totals.stalled), (0, 1));
    assert_eq!(attempt.verdict, None);
    assert!(report.headline.is_none() && report.servers[0].verdict.is_none());
    let syn: Act = |story| {
        story.syn().at(900, What::Interrupted);
    };
    let early: Act = |story| {
        story.connected().at(2, What::Interrupted);
    };
    for act in [syn, early] {
        assert_eq!(verdict_of(&[], act).1.outcome, Outcome::InProgress);
    }
}

/// Broken off is neither failed nor fine, so it is in no share, and nothing that failing ones are held against.
#[test]
fn what_was_broken_off_is_in_no_share() {
    let stalls: Act = |story| {
        story.connected().hello().acked(1).alive(9_000);
        story.limit("--tls-timeout", 10_000);
    };
    let broken_off: Act = |story| {
        story.connected().hello().acked(1);
        story.at(4_500, What::Interrupted);
    };
    let report = reports(&[stalls, served, broken_off, broken_off]);
    let server = &report.servers[0];
    assert_eq!((server.attempts, server.failures), (4, 1));
    assert_eq!((server.broken_off(), server.settled()), (2, 2));
    assert!((server.failure_rate - 0.5).abs() < f64::EPSILON);
    let statement = &server.verdict.as_ref().unwrap().statement;
    assert!(statement.contains("1 of 2"), "{statement}");
    let text = export::text::text(&report, export::text::TextStyle::default());
    assert!(
        text.contains("2 broken off") && text.contains("1 failed (50"),
        "{text}"
    );
}

#[test]
fn what_is_to_be_captured_is_at_the_servers_port() {
    let (_, attempt) = verdict_of(&[], |story| {
        story.connected().hello().acked(1).broken(3, "ECONNRESET");
    });
    let port = attempt.server.rsplit(':').next().unwrap();
    let remedy = attempt.verdict.unwrap().remedy;
    assert!(
        remedy.contains(&format!("'tcp port {port} or icmp")),
        "{remedy}"
    );
}
