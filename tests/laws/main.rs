//! Laws that every capture at hand obeys: a report does not depend on how its bytes were cut, and every
//! report is what the schema says a report is.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::fs;
use std::path::Path;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::overview::{Overview, Row};
use stallscope_tests::captures::{Capture, below, beside, in_repository, public, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report_text;

/// Chunks that the whole is compared with.
const CHUNK_BYTES: [usize; 3] = [1, 7, 4096];
/// Larger captures are not cut into chunks smaller than a hundred bytes: it would take minutes.
const LARGE: usize = 1 << 20;

#[test]
fn a_report_does_not_depend_on_how_its_bytes_were_cut() {
    let captures = all("the chunk law");
    let different = in_parallel(&captures, |capture| {
        let whole = report_text(&capture.bytes, &capture.name, usize::MAX);
        let sizes = CHUNK_BYTES
            .iter()
            .filter(|size| capture.bytes.len() < LARGE || **size > 100);
        let is_different =
            |size: &&usize| report_text(&capture.bytes, &capture.name, **size) != whole;
        sizes
            .filter(is_different)
            .map(|size| format!("{} in chunks of {size}", capture.path.display()))
            .collect::<Vec<_>>()
    });
    let different = different.concat();
    tell(&format!("{} captures obey the chunk law\n", captures.len()));
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn every_report_obeys_the_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/report-v1.json");
    let schema = serde_json::from_slice(&fs::read(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let captures = all("the report's schema");
    let complaints = in_parallel(&captures, |capture| {
        let text = report_text(&capture.bytes, &capture.name, usize::MAX);
        let Ok(report) = serde_json::from_str(&text) else {
            // A sentence instead of a report; the schema has nothing to say of it.
            return None;
        };
        let complaint = validator.iter_errors(&report).next()?;
        let at = complaint.instance_path().to_string();
        Some(format!("{}: {complaint} at {at}", capture.path.display()))
    });
    let complaints: Vec<String> = complaints.into_iter().flatten().collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// What the viewer lists of every attempt is what a report of all of them holds.
#[test]
fn the_overview_says_what_the_report_says() {
    let captures = all("the overview");
    let different = in_parallel(&captures, |capture| {
        let mut analyzer = Analyzer::new(Options {
            keep: Keep::All,
            digest: false,
        })
        .with_overview();
        analyzer.begin(&capture.name);
        if analyzer.feed(&capture.bytes).is_err() || analyzer.end().is_err() {
            return None;
        }
        let report = analyzer.report();
        let rows = said(&analyzer.take_overview());
        let of_report = said(&Overview::of_report(&report));
        let first = rows
            .iter()
            .zip(&of_report)
            .find(|(row, other)| row != other);
        match first {
            _ if rows.len() != of_report.len() => Some(format!(
                "{}: {} rows, {}",
                capture.name,
                rows.len(),
                of_report.len()
            )),
            Some((row, other)) => Some(format!("{}: {row}\n  {other}", capture.name)),
            None => None,
        }
    });
    let different: Vec<String> = different.into_iter().flatten().collect();
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Rows in words. Names that only the capture's own records give are left out: rows are made before those are
/// known. So are first packets that a journal does not hold, and waits, which a report does not hold.
fn said(overview: &Overview) -> Vec<String> {
    let words = &overview.words;
    let row = |row: &Row| {
        let spans = overview.spans_of(row);
        let repeats = overview.repeats_of(row);
        format!(
            "{} {} {}:{} {:?} {:?} {:?} {}..{} {spans:?} {repeats:?}",
            row.id,
            words.word(row.server),
            words.word(row.client),
            row.client_port,
            row.kind,
            row.outcome,
            row.status,
            row.started_ns,
            row.ended_ns,
        )
    };
    overview.rows.iter().map(row).collect()
}

/// The captures of the repository, and those beside it.
fn all(what: &str) -> Vec<Capture> {
    let mut all = in_repository().unwrap();
    assert!(!all.is_empty(), "no captures in the repository");
    all.extend(beside("faults", what).map_or_else(Vec::new, |folder| below(&folder).unwrap()));
    all.extend(public(what).unwrap());
    all
}
