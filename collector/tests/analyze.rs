//! `stallscope analyze` as a shell sees it: what it prints where, and its exit status.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A capture of the repository's corpus.
fn corpus(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/corpus/faults")
        .join(name)
}

fn analyze() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stallscope"));
    command
        .arg("analyze")
        .env_remove("NO_COLOR")
        .env("TERM", "dumb");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_stall_is_drawn_and_named_and_exits_1() {
    let output = analyze()
        .arg(corpus("d_h1_curl5_v6.pcap"))
        .output()
        .unwrap();
    let shown = text(&output.stdout);
    assert!(shown.contains("waiting for ServerHello"), "{shown}");
    assert!(shown.contains("TLS stalled"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colour into a pipe");
    assert!(
        output.stderr.is_empty(),
        "no progress without a terminal: {}",
        text(&output.stderr)
    );
    assert_eq!(status(&output), 1);
}

/// 1 is a fault that was found, whichever way the report is written: lines that are gone by then say it too.
#[test]
fn the_exit_status_says_whether_a_fault_was_found() {
    let rows = [
        ("a failure", "d_h1_curl5_v6.pcap", 1),
        ("a delay with a verdict", "d_d2_curl.pcap", 1),
        ("nothing but a remark", "d_ok_goaway.pcap", 0),
        ("nothing", "d_ok_quic.pcapng", 0),
    ];
    for (name, capture, expected) in rows {
        for arguments in [&["--format", "json"][..], &["--format", "jsonl", "--all"]] {
            let output = analyze().arg(corpus(capture)).args(arguments).output();
            assert_eq!(status(&output.unwrap()), expected, "{name} {arguments:?}");
        }
    }
}

#[test]
fn one_weak_address_among_eight_stands_first() {
    let output = analyze()
        .arg(corpus("d_origin_oneweak_8pct.pcap"))
        .args(["--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["report_version"], 1);
    assert_eq!(report["servers"][0]["address"], "198.51.100.22:443");
    assert_eq!(report["servers"][0]["failures"], 6);
    assert_eq!(report["servers"].as_array().unwrap().len(), 8);
    assert_eq!(report["servers"][1]["failures"], 0);
    assert_eq!(report["captures"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn healthy_traffic_exits_0() {
    let output = analyze().arg(corpus("d_ok_goaway.pcap")).output().unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stdout));
}

#[test]
fn standard_input_and_a_file_give_the_same_attempts() {
    let path = corpus("d_h1_curl5_v6.pcap");
    let from_file = analyze()
        .arg(&path)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let input = std::fs::File::open(&path).unwrap();
    let from_input = analyze()
        .arg("-")
        .args(["--format", "json"])
        .stdin(input)
        .output()
        .unwrap();
    let attempts = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["attempts"].clone()
    };
    assert_eq!(attempts(&from_file), attempts(&from_input));
}

#[test]
fn json_lines_hold_every_attempt() {
    let path = corpus("d_origin_oneweak_8pct.pcap");
    let output = analyze()
        .arg(path)
        .args(["--all", "--format", "jsonl"])
        .output()
        .unwrap();
    let shown = text(&output.stdout);
    let lines: Vec<Value> = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |kind: &str| lines.iter().filter(|line| line["type"] == kind).count();
    assert_eq!(lines[0]["type"], "report");
    assert_eq!((of("attempt"), of("server")), (160, 8));
}

#[test]
fn what_is_no_capture_is_named_and_exits_2() {
    let mut child = analyze()
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"{\"log\": {\"version\": \"1.2\", \"entries\": []}}")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = text(&output.stderr);
    assert!(
        said.contains("HAR") && said.contains("standard input"),
        "{said}"
    );
    assert_eq!(status(&output), 2);
}

#[test]
fn a_missing_file_is_named_and_exits_2() {
    let output = analyze().arg("no-such.pcap").output().unwrap();
    assert!(text(&output.stderr).contains("no-such.pcap"));
    assert_eq!(status(&output), 2);
}

#[test]
fn a_cut_capture_still_gives_a_report_that_says_where() {
    let output = analyze()
        .arg(corpus("d_ok_robust_truncated.pcap"))
        .args(["--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let warning = &report["warnings"][0];
    assert!(
        warning["packet"].is_u64() && warning["offset"].is_u64(),
        "{warning}"
    );
    assert!(report["captures"][0]["quality"]["cut_at"]["offset"].is_u64());
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = analyze()
        .arg(corpus("d_origin_oneweak_8pct.pcap"))
        .args(["--all", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 1]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    assert_eq!(status(&output), 0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_reports_what_was_read_and_exits_130() {
    let bytes = std::fs::read(corpus("d_origin_oneweak_8pct.pcap")).unwrap();
    let mut child = analyze()
        .args(["-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds: when this returns, the command has read a part, so its handler is in place.
    input.write_all(&bytes[..300_000]).unwrap();
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut shown = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut shown)
        .unwrap();
    assert!(
        Instant::now() < deadline,
        "it does not wait for the rest of its input"
    );
    let report: Value = serde_json::from_str(&shown).unwrap();
    assert!(report["captures"][0]["packets"].as_u64().unwrap() > 0);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(input);
}

#[test]
fn a_report_that_was_written_is_shown_again() {
    let capture = corpus("d_h1_curl5_v6.pcap");
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("report.json");
    let mut first = analyze();
    first.arg(&capture).args(["--format", "json", "--output"]);
    assert_eq!(status(&first.arg(&saved).output().unwrap()), 1);
    let again = analyze().arg(&saved).output().unwrap();
    assert_eq!(status(&again), 1);
    // A report has digests, and people are not shown them.
    let shown = text(&analyze().arg(&capture).output().unwrap().stdout);
    assert_eq!(text(&again.stdout), shown);
}

#[test]
fn a_report_of_a_later_version_is_refused_with_a_sentence() {
    let saved = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(saved.path(), r#" {"report_version": 99}"#).unwrap();
    let output = analyze().arg(saved.path()).output().unwrap();
    assert_eq!(status(&output), 2);
    let said = text(&output.stderr);
    assert!(said.contains("open it with a newer stallscope"), "{said}");
}
