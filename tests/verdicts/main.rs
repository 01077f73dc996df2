//! Verdicts over labelled captures: the score that must be reached, the cases that each rule names in its
//! documentation, and the accusations in captures by others, which a person has looked at.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod accusations;
mod bounded;
mod cases;
mod sentences;

use std::path::Path;
use std::process::Command;

use stallscope_tests::captures::{beside, skipped, tell};

/// The bounds: what is named right of causes and of parties, per file and cause; and that nobody is accused unfairly,
/// and nothing healthy is called faulty.
const BOUNDS: [&str; 8] = [
    "--min-cause",
    "0.95",
    "--min-party",
    "0.97",
    "--max-unfair",
    "0",
    "--max-false-alarm",
    "0",
];

#[test]
fn the_labelled_faults_are_judged_right() {
    let what = "the score of verdicts";
    let Some(folder) = beside("faults", what) else {
        return;
    };
    let Some(command) = std::env::var_os("STALLSCOPE_COMMAND") else {
        skipped(
            what,
            "STALLSCOPE_COMMAND is not set; `cargo xtask test` sets it",
        );
        return;
    };
    let Some(output) = score(&folder, Path::new(&command)) else {
        skipped(what, "python3 is not on this machine");
        return;
    };
    let table = String::from_utf8_lossy(&output.stdout);
    tell(&table);
    assert!(
        output.status.success(),
        "the score is under its bounds, see the table: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The scorer's output; `None` without an interpreter.
fn score(folder: &Path, command: &Path) -> Option<std::process::Output> {
    Command::new("python3")
        .arg(folder.join("score.py"))
        .arg(folder)
        .args(BOUNDS)
        .arg("--verbose")
        .arg("--")
        .arg(command)
        .args(["analyze", "--format", "json"])
        .output()
        .ok()
}
