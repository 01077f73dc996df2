//! Links of whole reports: how long they are, what arrives, and what a damaged one says.

use stallscope_shared::report::link::{self, Level, LinkError, SLACK, TEAMS};
use stallscope_shared::report::redaction::Redaction;
use stallscope_shared::report::v1::{Phase, Report};
use stallscope_tests::captures::tell;

use super::reports;

/// As long as an address of a hosted viewer may reasonably be.
const BASE: &str = "https://stallscope.example.org/";

fn report(addresses: usize, connections: usize) -> Report {
    stallscope_tests::report(
        &reports::weak_node(addresses, connections),
        "case.pcap",
        1 << 20,
    )
    .unwrap()
}

/// The link must hold every attempt, the verdict, and the headers of the packets that one failing attempt cites.
fn carries(report: &Report, most: usize) {
    let redacted = Redaction::new().apply(report);
    for level in Level::ALL {
        let length = BASE.len() + link::at(&redacted, level).fragment.len();
        tell(&format!(
            "{} attempts, {}: {length} characters\n",
            report.attempts.len(),
            level.word()
        ));
    }
    let made = link::link(&redacted, BASE, most).unwrap();
    assert!(BASE.len() + made.fragment.len() <= most);
    assert!(
        made.level <= Level::Attempts,
        "{:?} of {} characters",
        made.level,
        made.fragment.len()
    );
    let opened = link::open(&made.fragment).unwrap().report;
    assert_eq!(opened.attempts.len(), report.attempts.len());
    assert_eq!(opened.servers.len(), report.servers.len());
    let claim = |report: &Report| {
        report.headline.clone().map(|headline| {
            (
                headline.statement,
                headline.cause,
                headline.party,
                headline.servers,
            )
        })
    };
    assert_eq!(claim(&opened), claim(redacted.report()));
    for (arrived, sent) in opened.attempts.iter().zip(&redacted.report().attempts) {
        assert_eq!(
            (&arrived.client, &arrived.server, arrived.outcome),
            (&sent.client, &sent.server, sent.outcome)
        );
        let statement = |attempt: &stallscope_shared::report::v1::Attempt| {
            attempt
                .verdict
                .as_ref()
                .map(|verdict| (verdict.cause.clone(), verdict.party, verdict.confidence))
        };
        assert_eq!(statement(arrived), statement(sent));
        for (arrived, sent) in arrived.phases.iter().zip(&sent.phases) {
            assert_eq!(
                (arrived.phase, arrived.outcome, &arrived.awaiting),
                (sent.phase, sent.outcome, &sent.awaiting)
            );
            let length = |phase: &Phase| phase.end_ns.unwrap_or(-1) - phase.start_ns.unwrap_or(-1);
            assert!(length(arrived).abs_diff(length(sent)) <= 10_000);
            // Pauses of less than 2 ms between phases are closed up.
            assert!(
                (0..10_000_000).contains(
                    &(sent.start_ns.unwrap_or(0) - arrived.start_ns.unwrap_or(0) + 10_000)
                )
            );
        }
    }
    for (arrived, sent) in opened.servers.iter().zip(&redacted.report().servers) {
        assert_eq!(
            (arrived.attempts, arrived.failures, arrived.wilson95),
            (sent.attempts, sent.failures, sent.wilson95)
        );
    }
    let example = opened
        .attempts
        .iter()
        .find(|attempt| !attempt.packets.is_empty())
        .unwrap();
    let verdict = example.verdict.as_ref().unwrap();
    assert!(!verdict.evidence.is_empty() && !verdict.rules_out.is_empty());
    let sent = redacted
        .report()
        .attempts
        .iter()
        .find(|attempt| attempt.id == example.id)
        .unwrap();
    for packet in &example.packets {
        let sent = sent
            .packets
            .iter()
            .find(|sent| sent.packet.number == packet.packet.number)
            .unwrap();
        assert_eq!(
            (&sent.flags, sent.seq, sent.ack, sent.ttl),
            (&packet.flags, packet.seq, packet.ack, packet.ttl)
        );
        assert!(sent.at_ns.abs_diff(packet.at_ns) <= 10_000);
    }
}

#[test]
fn sixty_attempts_at_four_addresses_fit_into_teams() {
    carries(&report(4, 15), TEAMS);
}

#[test]
fn two_hundred_attempts_fit_into_slack() {
    carries(&report(8, 25), SLACK);
}

#[test]
fn what_arrives_sent_again_is_the_same() {
    for (name, report) in reports::of_repository() {
        let redacted = Redaction::new().apply(&report);
        for level in Level::ALL {
            let once = link::open(&link::at(&redacted, level).fragment)
                .unwrap_or_else(|error| panic!("{name}, {level:?}: {error}"));
            assert_eq!(once.level, level);
            let again = link::at(&Redaction::new().apply(&once.report), Level::Everything);
            let twice = link::open(&again.fragment).unwrap();
            assert_eq!(twice.report, once.report, "{name}, {level:?}");
        }
    }
}

#[test]
fn a_link_cut_at_any_character_says_so() {
    let redacted = Redaction::new().apply(&report(2, 5));
    let whole = link::at(&redacted, Level::Failing).fragment;
    for length in 4..whole.len() {
        assert!(
            matches!(link::open(&whole[..length]), Err(LinkError::Cut { .. })),
            "{length} of {}",
            whole.len()
        );
    }
}
