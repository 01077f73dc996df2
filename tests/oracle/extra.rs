//! Three thousand small captures, many of them damaged: each gives a report or a sentence, never a panic,
//! and has as many packets as its list says, where there is a list.

use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;

use stallscope_tests::captures::{Capture, below, beside, skipped, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

#[test]
fn every_small_capture_gives_a_report_or_a_sentence() {
    let what = "the extra set of small captures";
    let Some(archive) = beside("public/extra.tar.xz", what) else {
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("extra");
    if let Err(because) = unpack(&archive, &folder) {
        skipped(what, &because);
        return;
    }
    let captures = below(&folder).unwrap();
    assert!(captures.len() > 3_000, "only {} captures", captures.len());
    let outcomes = in_parallel(&captures, packets);
    let mut tally: BTreeMap<&str, u64> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (capture, outcome) in captures.iter().zip(outcomes) {
        let name = capture.path.display();
        match outcome {
            Ok(Ok(packets)) => {
                *tally.entry("reports").or_default() += 1;
                *tally.entry("packets").or_default() += packets;
            }
            Ok(Err(sentence)) if sentence.is_empty() => wrong.push(format!("{name}: no sentence")),
            Ok(Err(_)) => *tally.entry("sentences").or_default() += 1,
            Err(_) => wrong.push(format!("{name}: panic")),
        }
    }
    tell(&format!("{} small captures: {tally:?}\n", captures.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many packets the report says there were, or why there is none; the outer error is a panic.
fn packets(capture: &Capture) -> std::thread::Result<Result<u64, String>> {
    catch_unwind(|| match report(&capture.bytes, &capture.name, usize::MAX) {
        Ok(report) => Ok(report.captures.iter().map(|capture| capture.packets).sum()),
        Err(error) => Err(error.to_string()),
    })
}

/// Unpacks by the system's tar, which every machine with a shell has; xz may be missing.
fn unpack(archive: &Path, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let output = Command::new("tar")
        .arg("-xJf")
        .arg(archive)
        .arg("-C")
        .arg(folder)
        .output()
        .map_err(|error| format!("tar does not run: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "tar: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}
