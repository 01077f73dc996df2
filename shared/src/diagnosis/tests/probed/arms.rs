//! Attempts that differ in one thing, and what they show together.

use super::story::{Story, reports};
use crate::probe::{Arm, What};
use crate::report::v1::{Party, Report};

type Act = fn(&mut Story);

fn connected(story: &mut Story, arm: Arm) -> &mut Story {
    story.log.arm = Some(arm);
    story.connected();
    let is_small = matches!(arm, Arm::Small | Arm::Tls12);
    let bytes = if is_small { 260 } else { 1_520 };
    let name = match arm {
        Arm::OtherName => Some(Box::from("www.example.com")),
        Arm::NoName => None,
        _ => Some(Box::from("cdn.example.net")),
    };
    if let Some(tls) = &mut story.log.tls {
        tls.server_name = name;
    }
    story.at(2, What::HelloWritten { bytes })
}

fn served(story: &mut Story, arm: Arm) {
    connected(story, arm).flight().asked().answered();
}

/// The second request on a connection was sent.
fn used(story: &mut Story) -> &mut Story {
    connected(story, Arm::Reused)
        .flight()
        .at(50, What::Used { status: 200 })
        .asked()
}

/// Taken, and not answered.
fn silent(story: &mut Story, arm: Arm) {
    connected(story, arm)
        .acked(1)
        .alive(9_000)
        .limit("--tls-timeout", 10_000);
}

/// Not taken.
fn lost(story: &mut Story, arm: Arm) {
    connected(story, arm);
    story.sampled(5_000, |sample| sample.total_retransmits = 5);
    story.limit("--tls-timeout", 10_000);
}

/// So many rounds of these.
fn rounds(count: usize, acts: &[Act]) -> Report {
    let all: Vec<Act> = (0..count).flat_map(|_| acts.iter().copied()).collect();
    reports(&all)
}

/// What each comparison is, its acts, and what the headline has to be: cause, party, and words.
const COMPARISONS: &[(&str, &[Act], &str, Party, &str)] = &[
    (
        "large hellos are taken and not answered",
        &[
            |story| silent(story, Arm::Base),
            |story| served(story, Arm::Small),
            |story| silent(story, Arm::NoName),
        ],
        "H5",
        Party::Server,
        "fails only with a ClientHello of 1520 bytes (10 of 10), never with one of at most 260 (0 of 5)",
    ),
    (
        "large hellos are lost",
        &[
            |story| lost(story, Arm::Base),
            |story| served(story, Arm::Small),
        ],
        "H4",
        Party::Middlebox,
        "fails only with a ClientHello of 1520 bytes (5 of 5)",
    ),
    (
        "hellos with a name are lost",
        &[
            |story| lost(story, Arm::Base),
            |story| lost(story, Arm::Small),
            |story| served(story, Arm::NoName),
            |story| served(story, Arm::OtherName),
        ],
        "H3",
        Party::Middlebox,
        "only ClientHellos for cdn.example.net fail (10 of 10)",
    ),
    (
        "hellos with a name are taken and not answered; a refusal of another name is an answer",
        &[
            |story| silent(story, Arm::Base),
            |story| {
                connected(story, Arm::OtherName).acked(1).alert(20, 112);
            },
        ],
        "H2",
        Party::Server,
        "only ClientHellos for cdn.example.net fail (5 of 5)",
    ),
    (
        "nothing comes back unless segments are small",
        &[
            |story| silent(story, Arm::Base),
            |story| silent(story, Arm::Small),
            |story| served(story, Arm::Mss1200),
        ],
        "H11",
        Party::Network,
        "unless segments have at most 1,200 bytes (0 of 5)",
    ),
    (
        "a hello in two records is not put together",
        &[
            |story| served(story, Arm::Base),
            |story| silent(story, Arm::Records),
            |story| served(story, Arm::Split),
        ],
        "H21",
        Party::Middlebox,
        "fails only when the ClientHello is cut in two (5 of 5)",
    ),
    (
        "a hello in two segments gets by",
        &[
            |story| lost(story, Arm::Base),
            |story| served(story, Arm::Split),
        ],
        "H21",
        Party::Middlebox,
        "never when it is cut in two (0 of 5)",
    ),
    (
        "connections are ended at their second request",
        &[
            |story| served(story, Arm::Base),
            |story| {
                used(story).taken();
                let now = story.last_millis() + 1;
                story.at(now, What::ClosedByServer);
            },
        ],
        "A7",
        Party::Server,
        "fails only on a connection that was used (5 of 5), never on a fresh one (0 of 5)",
    ),
    (
        "the second request is not answered",
        &[
            |story| served(story, Arm::Base),
            |story| {
                used(story)
                    .taken()
                    .alive(9_000)
                    .limit("--ttfb-timeout", 10_000);
            },
        ],
        "A1",
        Party::Server,
        "does not answer on a connection that was used (5 of 5)",
    ),
    (
        "second requests fail as first ones do",
        &[
            |story| {
                let story = connected(story, Arm::Base).flight().asked().taken();
                let now = story.last_millis() + 1;
                story.at(now, What::ClosedByServer);
            },
            |story| {
                used(story).taken();
                let now = story.last_millis() + 1;
                story.at(now, What::ClosedByServer);
            },
        ],
        "A5",
        Party::Server,
        "attempts (100 %)",
    ),
    (
        "nothing that is varied matters",
        &[
            |story| silent(story, Arm::Base),
            |story| silent(story, Arm::Small),
            |story| silent(story, Arm::NoName),
            |story| silent(story, Arm::Mss1200),
        ],
        "H1",
        Party::Server,
        "attempts (100 %)",
    ),
];

#[test]
fn what_arms_show_together_stands_above_what_one_attempt_shows() {
    for (name, acts, cause, party, words) in COMPARISONS {
        let report = rounds(5, acts);
        let headline = report.headline.as_ref().unwrap();
        let said = (headline.cause.as_str(), headline.party);
        assert_eq!(said, (*cause, *party), "{name}: {}", headline.statement);
        let statement = headline.statement.replace([',', '\u{a0}', '\u{202f}'], "");
        assert!(
            statement.contains(&words.replace(',', "")),
            "{name}: {}",
            headline.statement
        );
        for attempt in &report.attempts {
            let Some(verdict) = &attempt.verdict else {
                continue;
            };
            let texts = [&verdict.statement, &verdict.remedy];
            assert!(
                texts.iter().all(|text| !text.contains('{')),
                "{name}: {texts:?}"
            );
        }
    }
}

#[test]
fn two_of_two_are_chance() {
    let report = rounds(
        2,
        &[
            |story| silent(story, Arm::Base),
            |story| served(story, Arm::Small),
        ],
    );
    let causes: Vec<&str> = report
        .attempts
        .iter()
        .filter_map(|attempt| attempt.verdict.as_ref())
        .map(|verdict| verdict.cause.as_str())
        .collect();
    assert_eq!(causes, ["H1", "H1"]);
}

#[test]
fn one_small_hello_that_fails_refutes_the_size() {
    let acts: Vec<Act> = (0..6)
        .flat_map(|round| -> [Act; 2] {
            let small: Act = if round == 0 {
                |story| silent(story, Arm::Small)
            } else {
                |story| served(story, Arm::Small)
            };
            [|story| silent(story, Arm::Base), small]
        })
        .collect();
    let report = reports(&acts);
    assert_eq!(report.headline.unwrap().cause, "H1");
}

#[test]
fn each_arm_is_counted_and_compared_with_the_base() {
    let report = rounds(
        5,
        &[
            |story| silent(story, Arm::Base),
            |story| served(story, Arm::Small),
        ],
    );
    let arms = &report.servers[0].arms;
    let told: Vec<_> = arms
        .iter()
        .map(|arm| (arm.arm.as_str(), arm.attempts, arm.failures))
        .collect();
    assert_eq!(told, [("base", 5, 5), ("small", 5, 0)]);
    assert_eq!(arms[0].chance, None);
    // Of all ways to choose 5 of 10, one is this (Fisher).
    assert!((arms[1].chance.unwrap() - 1.0 / 252.0).abs() < 1e-12);
}
