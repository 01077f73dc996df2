//! The simulator itself: what it makes is the same each time, well-formed, and what hosts and networks can do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stallscope_shared::testkit::simulation::scenario::{ALL, Scenario};
use stallscope_tests::captures::skipped;
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report_of;

#[test]
fn a_seed_tells_one_story() {
    for scenario in ALL {
        let (once, again) = (scenario.tell(7), scenario.tell(7));
        assert!(once.capture == again.capture, "{}", scenario.id);
        assert_ne!(once.capture, scenario.tell(8).capture, "{}", scenario.id);
    }
}

#[test]
fn every_fault_is_labelled_and_every_label_is_captured() {
    for scenario in ALL {
        let told = scenario.tell(3);
        let report = report_of(told.captures(), scenario.id, usize::MAX).unwrap();
        for label in &told.labels {
            let ends = (label.client.to_string(), label.server.to_string());
            let mut attempts = report.attempts.iter();
            let is_seen = attempts.any(|it| (&it.client, &it.server) == (&ends.0, &ends.1));
            let is_early = scenario.id == "ok-early-end";
            assert!(is_seen || is_early, "{}: {label:?}", scenario.id);
        }
        let has_fault = told.labels.iter().any(|label| label.cause.is_some());
        let is_healthy = scenario.id.starts_with("ok-") || scenario.id == "H23";
        assert!(has_fault || is_healthy, "{} has no fault", scenario.id);
    }
}

#[test]
fn no_answer_is_faster_than_the_path() {
    for scenario in ALL.iter().filter(|it| it.id.starts_with("ok-")) {
        let told = scenario.tell(5);
        let report = report_of(told.captures(), scenario.id, usize::MAX).unwrap();
        let mut shortest: BTreeMap<&str, i64> = BTreeMap::new();
        for attempt in &report.attempts {
            let rtt = attempt.transport.as_ref().and_then(|tcp| tcp.syn_rtt_ns);
            if let Some(rtt) = rtt {
                let known = shortest.entry(&attempt.server).or_insert(rtt);
                // Jitter is a fiftieth of the path at most; a coarse clock adds a tick.
                let slack = *known / 5 + 2_000_000;
                assert!((rtt - *known).abs() <= slack, "{}: {rtt}", scenario.id);
            }
        }
    }
}

/// Filters of tshark that match nothing in any capture that a network could have made.
const IMPOSSIBLE: &str = "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || \
                          udp.checksum.status == 0 || icmp.checksum.status == 0 || \
                          icmpv6.checksum.status == 0";
/// What must not be in an undisturbed exchange.
const DISTURBED: &str = "tcp.analysis.retransmission || tcp.analysis.lost_segment || \
                         tcp.analysis.ack_lost_segment || tcp.analysis.out_of_order || \
                         tcp.analysis.window_full || tcp.flags.reset == 1";

#[test]
fn tshark_finds_nothing_impossible() {
    if !has_tshark() {
        return;
    }
    // Each scenario at one of three seeds, so that all link types and families are met.
    let stories: Vec<(&Scenario, u64)> = ALL.iter().zip((1..=3).cycle()).collect();
    let some: Vec<_> = stories.into_iter().step_by(3).collect();
    let found = in_parallel(&some, |(scenario, seed)| found(scenario, *seed, IMPOSSIBLE));
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn tshark_finds_nothing_odd_in_undisturbed_exchanges() {
    if !has_tshark() {
        return;
    }
    let plain = ALL.iter().find(|scenario| scenario.id == "ok-plain");
    let stories: Vec<(&Scenario, u64)> = plain.into_iter().zip(1..).collect();
    let stories: Vec<_> = stories
        .iter()
        .flat_map(|(scenario, _)| (1..=6).map(move |seed| (*scenario, seed)))
        .collect();
    let found = in_parallel(&stories, |(scenario, seed)| {
        found(scenario, *seed, DISTURBED)
    });
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn has_tshark() -> bool {
    let version = Command::new("tshark")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if version.is_err() {
        skipped(
            "tshark's opinion of the simulator",
            "tshark is not installed",
        );
    }
    version.is_ok()
}

/// The packets of a story that a filter matches.
fn found(scenario: &Scenario, seed: u64, filter: &str) -> Vec<String> {
    let told = scenario.tell(seed);
    let path = folder().join(format!("{}-{seed}.pcap", scenario.id));
    fs::create_dir_all(folder()).unwrap();
    fs::write(&path, &told.capture).unwrap();
    let options = [
        "ip.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        "udp.check_checksum:TRUE",
    ];
    let output = Command::new("tshark")
        .arg("-r")
        .arg(&path)
        .args(options.iter().flat_map(|option| ["-o", option]))
        .args(["-Y", filter])
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "tshark fails on {}",
        path.display()
    );
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    lines
        .lines()
        .map(|line| format!("{}-{seed}: {line}", scenario.id))
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/simulation/laws")
}
