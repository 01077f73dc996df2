//! Laws that every capture at hand obeys: a report does not depend on how its bytes were cut, and every
//! report is what the schema says a report is.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

use std::fs;
use std::path::Path;

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

/// The captures of the repository, and those beside it.
fn all(what: &str) -> Vec<Capture> {
    let mut all = in_repository().unwrap();
    assert!(!all.is_empty(), "no captures in the repository");
    all.extend(beside("faults", what).map_or_else(Vec::new, |folder| below(&folder).unwrap()));
    all.extend(public(what).unwrap());
    all
}
