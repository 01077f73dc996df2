//! The text of reports, from samples and from anything a report can be.

use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::{collection, option};

use super::samples::{attempt, healthy_service, kept_alive, weak_node};
use super::{NARROWEST, TextStyle, text};
use crate::report::v1::{Basis, Outcome, Phase, PhaseName, PhaseOutcome, Report, Warning};

fn style(width: usize) -> TextStyle {
    TextStyle {
        width,
        ..TextStyle::default()
    }
}

fn assert_golden(name: &str, golden: &str, got: &str) {
    assert!(
        got == golden,
        "{name} is another text now; when it is better, it replaces golden/{name}.txt:\n{got}"
    );
}

#[test]
fn a_weak_node_in_a_terminal() {
    let report = weak_node();
    for (name, golden, width) in [
        ("weak_node_80", include_str!("golden/weak_node_80.txt"), 80),
        (
            "weak_node_120",
            include_str!("golden/weak_node_120.txt"),
            120,
        ),
        (
            "weak_node_200",
            include_str!("golden/weak_node_200.txt"),
            200,
        ),
    ] {
        assert_golden(name, golden, &text(&report, style(width)));
    }
}

#[test]
fn a_weak_node_in_ascii() {
    let got = text(
        &weak_node(),
        TextStyle {
            unicode: false,
            ..style(100)
        },
    );
    assert_golden(
        "weak_node_ascii",
        include_str!("golden/weak_node_ascii.txt"),
        &got,
    );
}

#[test]
fn a_weak_node_in_colour() {
    let got = text(
        &weak_node(),
        TextStyle {
            color: true,
            ..style(120)
        },
    );
    assert_golden(
        "weak_node_color",
        include_str!("golden/weak_node_color.txt"),
        &got,
    );
}

#[test]
fn nothing_went_wrong() {
    let got = text(&healthy_service(), style(100));
    assert_golden(
        "healthy_service",
        include_str!("golden/healthy_service.txt"),
        &got,
    );
}

#[test]
fn every_phase_and_idle_time() {
    let got = text(&kept_alive(), style(120));
    assert_golden("kept_alive", include_str!("golden/kept_alive.txt"), &got);
}

#[test]
fn an_empty_report_says_so() {
    let report = Report {
        report_version: 1,
        ..Report::default()
    };
    assert_eq!(text(&report, style(80)).lines().count(), 1);
}

#[test]
fn colour_never_says_more() {
    for report in [weak_node(), healthy_service(), kept_alive()] {
        let plain = text(
            &report,
            TextStyle {
                unicode: false,
                ..style(120)
            },
        );
        let colored = text(
            &report,
            TextStyle {
                unicode: false,
                color: true,
                ..style(120)
            },
        );
        assert_ne!(plain, colored);
        assert_eq!(plain, without_escapes(&colored));
    }
}

#[test]
fn lines_fit() {
    for report in [weak_node(), healthy_service(), kept_alive()] {
        for width in [NARROWEST, 72, 80, 97, 120, 133, 200, 300] {
            for color in [false, true] {
                let text = text(
                    &report,
                    TextStyle {
                        color,
                        ..style(width)
                    },
                );
                for line in without_escapes(&text).lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                    assert_eq!(line, line.trim_end(), "{width}");
                }
            }
        }
    }
}

#[test]
fn text_from_packets_cannot_speak_to_the_terminal() {
    let mut report = kept_alive();
    let hostile = "\x1b]0;owned\x07\u{9b}31m\u{202e}gnp.exe\nline";
    report.tool.name = hostile.into();
    report.captures[0].name = hostile.into();
    report.captures[0].comments = vec![hostile.into()];
    report.attempts[0].server_name = Some(hostile.into());
    report.attempts[0].phases[8].awaiting = Some(hostile.into());
    report.servers = healthy_service().servers;
    report.servers[0].names = vec![hostile.into()];
    report.warnings = vec![Warning {
        message: None,
        kind: "any".into(),
        capture: Some(0),
        packet: None,
        offset: None,
        detail: hostile.into(),
        count: 1,
    }];
    for unicode in [false, true] {
        let text = text(
            &report,
            TextStyle {
                unicode,
                ..style(200)
            },
        );
        assert!(text.contains("?]0;owned??31m?gnp.exe?line"), "{text}");
        assert!(
            !text.contains(['\x1b', '\x07', '\u{9b}', '\u{202e}']),
            "{text}"
        );
        assert!(unicode || text.is_ascii());
    }
}

fn any_phase() -> impl Strategy<Value = Phase> {
    let name = prop_oneof![
        Just(PhaseName::Connect),
        Just(PhaseName::Tls),
        Just(PhaseName::Wait),
        Just(PhaseName::Receive),
    ];
    let outcome = prop_oneof![
        Just(PhaseOutcome::Completed),
        Just(PhaseOutcome::Stalled),
        Just(PhaseOutcome::NotObserved),
    ];
    let time = || option::of(prop_oneof![any::<i64>(), 0..20_000_000_000_i64]);
    (name, outcome, time(), time()).prop_map(|(phase, outcome, start_ns, end_ns)| Phase {
        phase,
        start_ns,
        end_ns,
        outcome,
        awaiting: None,
        basis: Basis::Inferred,
        exchange: None,
    })
}

proptest! {
    #[test]
    fn no_report_panics_or_overflows_its_lines(
        attempts in collection::vec((any::<i64>(), any::<i64>(), collection::vec(any_phase(), 0..9)), 0..9),
        width in 80_usize..250,
        color in any::<bool>(),
        unicode in any::<bool>(),
    ) {
        let mut report = weak_node();
        report.attempts = attempts
            .into_iter()
            .zip(1..)
            .map(|((started_ns, ended_ns, phases), id)| {
                let mut made = attempt(id, "192.0.2.1:443", Outcome::ResponseStalled, vec![]);
                (made.started_ns, made.ended_ns, made.phases) = (started_ns, ended_ns, phases);
                Box::new(made)
            })
            .collect();
        let text = text(&report, TextStyle { width, color, unicode, attempts: usize::MAX });
        prop_assert!(unicode || text.is_ascii());
        prop_assert_eq!(text.contains('\x1b'), color);
        for line in without_escapes(&text).lines() {
            prop_assert!(line.chars().count() <= width, "{}: {}", width, line);
        }
    }
}

/// The text without its SGR sequences.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}
