//! Captures by others: everybody who is accused in them is on a list that a person went through, with what that
//! person saw. A new accusation fails the test.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use stallscope_shared::report::v1::{Party, Severity, Verdict};
use stallscope_tests::captures::{beside, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

/// Set to write the list anew; what was seen of rows that stay is kept.
const REWRITE: &str = "STALLSCOPE_ACCUSATIONS_REWRITE";

/// Of one capture: cause, party and severity, and how often.
type Counts = BTreeMap<(String, String), u32>;

#[test]
fn accusations_in_captures_by_others_were_looked_at() {
    let Some(folder) = beside("public", "the accusations in public captures") else {
        return;
    };
    let mut oracles: Vec<PathBuf> = fs::read_dir(folder.join("oracle"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    oracles.sort();
    let mut found = Counts::new();
    for part in in_parallel(&oracles, |path| accused(&folder, path)) {
        found.extend(part);
    }
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("verdicts/accusations.tsv");
    let known = read(&list);
    if std::env::var_os(REWRITE).is_some() {
        write(&list, &found, &known);
    }
    let known = read(&list);
    tell(&format!(
        "{} accusations of {} kinds in {} captures",
        found.values().sum::<u32>(),
        found.len(),
        oracles.len()
    ));
    let new: Vec<String> = found
        .iter()
        .filter(|(key, count)| known.get(*key).is_none_or(|(seen, _)| seen != *count))
        .map(|((capture, what), count)| format!("{capture}\t{what}\t{count}"))
        .chain(
            known
                .keys()
                .filter(|key| !found.contains_key(*key))
                .map(|(capture, what)| format!("{capture}\t{what}\tgone")),
        )
        .collect();
    assert!(
        new.is_empty(),
        "accusations that nobody looked at, or that are gone; {REWRITE}=1 writes the list anew\n{}",
        new.join("\n")
    );
}

/// What is said against anybody in one capture.
fn accused(folder: &Path, path: &Path) -> Counts {
    let facts: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let sha256 = facts["sha256"].as_str().unwrap_or_default();
    let name = facts["path"].as_str().unwrap_or_default();
    let bytes = fs::read(folder.join(name)).unwrap();
    let Ok(report) = report(&bytes, name, usize::MAX) else {
        return Counts::new();
    };
    let short = sha256.get(..12).unwrap_or(sha256);
    let file = Path::new(name).file_name().unwrap_or_default();
    let capture = format!("{short}\t{}", file.to_string_lossy());
    let mut counts = Counts::new();
    for attempt in &report.attempts {
        if let Some(verdict) = attempt.verdict.as_ref().filter(|verdict| accuses(verdict)) {
            let what = format!(
                "{} {:?} {:?} {:?}",
                verdict.cause, verdict.party, verdict.severity, verdict.confidence
            );
            *counts
                .entry((capture.clone(), what.to_lowercase()))
                .or_default() += 1;
        }
    }
    counts
}

fn accuses(verdict: &Verdict) -> bool {
    verdict.severity != Severity::Info && verdict.party != Party::Undecided
}

/// Rows with how often, and what was seen.
fn read(list: &Path) -> BTreeMap<(String, String), (u32, String)> {
    let text = fs::read_to_string(list).unwrap_or_default();
    text.lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.splitn(5, '\t');
            let mut next = || fields.next().unwrap_or_default().to_owned();
            let (sha256, file, what) = (next(), next(), next());
            let count = next().parse().unwrap_or_default();
            ((format!("{sha256}\t{file}"), what), (count, next()))
        })
        .collect()
}

fn write(list: &Path, found: &Counts, known: &BTreeMap<(String, String), (u32, String)>) {
    let mut text = "sha256\tcapture\taccusation\tcount\tseen\n".to_owned();
    for ((capture, what), count) in found {
        let seen = known
            .get(&(capture.clone(), what.clone()))
            .map_or("", |(_, seen)| seen.as_str());
        writeln!(text, "{capture}\t{what}\t{count}\t{seen}").unwrap();
    }
    fs::write(list, text).unwrap();
}
