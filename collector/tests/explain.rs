//! `stallscope explain` as a shell sees it.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::process::{Command, Output};

fn explain(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stallscope"))
        .arg("explain")
        .args(args)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_list_names_the_causes_of_reports() {
    let output = explain(&[]);
    let list = text(&output.stdout);
    assert!(list.lines().any(|line| line.starts_with("H1 ")), "{list}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_cause_is_told_with_what_would_refute_it() {
    let output = explain(&["h11", "--width", "70"]);
    let told = text(&output.stdout);
    assert!(told.starts_with("H11 path MTU black hole"), "{told}");
    assert!(told.contains("refuted by"), "{told}");
    assert!(
        told.lines().all(|line| line.chars().count() <= 70),
        "{told}"
    );
}

#[test]
fn an_unknown_cause_is_an_error_that_names_the_way_out() {
    let output = explain(&["H99"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("H99") && said.contains("stallscope explain"),
        "{said}"
    );
}

#[test]
fn an_error_text_is_told_by_its_phases() {
    let output = explain(&["Read timed out. (read timeout=4)", "--width", "80"]);
    let told = text(&output.stdout);
    assert!(told.starts_with("Python: \"Read timed out."), "{told}");
    assert!(
        told.contains("TLS handshake, wait for the response, response body"),
        "{told}"
    );
}

#[test]
fn a_log_is_counted_by_host() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let line =
        "2026/08/01 10:11:12 Get \"https://cdn.example.com/\": net/http: TLS handshake timeout\n";
    std::fs::write(log.path(), line.repeat(3)).unwrap();
    let output = explain(&["--log", log.path().to_str().unwrap()]);
    let told = text(&output.stdout);
    assert!(
        told.starts_with("3 of 3 lines tell of a failure\n"),
        "{told}"
    );
    assert!(told.contains("cdn.example.com"), "{told}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_unknown_is_an_error_with_a_way_out() {
    for arguments in [
        ["all is well", "--width", "80"],
        ["--log", "/nowhere", "--width=80"],
    ] {
        let output = explain(&arguments);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("explain") || said.contains("--log"), "{said}");
    }
}
