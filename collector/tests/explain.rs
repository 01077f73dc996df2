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
