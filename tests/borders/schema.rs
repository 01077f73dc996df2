//! Every report keeps to the checked-in JSON schema.

use serde_json::{Value, json};
use stallscope_tests::captures::{Capture, in_repository, public};
use stallscope_tests::report;

const SCHEMA: &str = include_str!("../../schema/report-v1.json");

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// The report of a capture; `None` for a file that is none.
fn of(capture: &Capture) -> Option<Value> {
    let report = report(&capture.bytes, &capture.name, 1 << 20).ok()?;
    Some(serde_json::to_value(report).unwrap())
}

#[test]
fn reports_keep_to_the_schema() {
    let schema = schema();
    let captures = in_repository()
        .unwrap()
        .into_iter()
        .chain(public("schema of public captures").unwrap());
    for capture in captures {
        let Some(report) = of(&capture) else { continue };
        let broken = schema.iter_errors(&report).next();
        let broken = broken.map(|error| format!("{} at {}", error, error.instance_path()));
        assert_eq!(broken, None, "{}", capture.name);
    }
}

#[test]
fn what_does_not_keep_to_it_is_found() {
    let schema = schema();
    let mut reports: Vec<Value> = in_repository().unwrap().iter().filter_map(of).collect();
    reports.retain(|report| report["attempts"][0].is_object());
    let whole = reports.swap_remove(0);
    assert!(schema.is_valid(&whole));
    for (name, pointer, value) in [
        ("another version", "/report_version", json!(2)),
        ("a word that is none", "/attempts/0/outcome", json!("fine")),
        (
            "a time with a fraction",
            "/attempts/0/started_ns",
            json!(0.5),
        ),
        (
            "minus one for not observed",
            "/attempts/0/packets_left_out",
            json!(-1),
        ),
        ("an attempt of nothing", "/attempts/0", json!({"id": 1})),
    ] {
        let mut report = whole.clone();
        *report.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.is_valid(&report), "{name}");
    }
}
