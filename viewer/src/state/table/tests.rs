//! Rows and sentences from reports written as JSON, as the worker sends them.

use serde_json::json;
use stallscope_shared::report::v1::{Primitives, Report};

use super::{found, row, warning};

fn report(attempts: u64, failures: u64, stalled: u64) -> Report {
    serde_json::from_value(json!({
        "report_version": 1,
        "tool": { "name": "stallscope", "version": "0.1.0" },
        "vantage": { "points": [] },
        "captures": [],
        "totals": { "attempts": attempts, "failures": failures, "stalled": stalled, "outcomes": {} },
        "headline": null,
        "warnings": [
            { "kind": "cut-packet", "packet": 12, "offset": 3400, "detail": "the file ends inside this packet", "count": 1 },
            { "kind": "late-packet", "detail": "packets are out of order", "count": 3 }
        ]
    }))
    .unwrap()
}

#[test]
fn what_was_found_is_a_sentence() {
    for (counts, sentence) in [
        ((0, 0, 0), "No connection attempts in it."),
        ((1, 0, 0), "1 attempt. None failed and none stalled."),
        ((3, 2, 0), "3 attempts. 2 failed, none stalled."),
        (
            (1_200, 3, 5),
            "1,200 attempts. 3 failed; a phase stalled in 5.",
        ),
    ] {
        let (attempts, failures, stalled) = counts;
        assert_eq!(found(&report(attempts, failures, stalled)), sentence);
    }
}

#[test]
fn warnings_say_where_and_how_often() {
    let report = report(0, 0, 0);
    let sentences: Vec<String> = report
        .warnings
        .iter()
        .map(|each| warning(&report, each))
        .collect();
    assert_eq!(
        sentences,
        [
            "the file ends inside this packet (packet 12, byte 3400).",
            "packets are out of order, 3 times in all.",
        ]
    );
}

#[test]
fn the_middle_of_many_phases_is_left_out() {
    let phase = |index: i64| {
        json!({ "phase": "wait", "start_ns": index, "end_ns": index + 1, "basis": "observed",
                "outcome": if index == 29 { "stalled" } else { "completed" } })
    };
    let attempt = serde_json::from_value(json!({
        "id": 7, "vantage": 0, "kind": "tcp", "client": "10.0.0.1:50000", "server": "10.0.0.2:443",
        "started_ns": 1_500_000_000_i64, "ended_ns": 1_500_000_030_i64, "outcome": "response_stalled",
        "phases": (0..30).map(phase).collect::<Vec<_>>(),
        "primitives": Primitives::default(), "packets_left_out": 0, "verdict": null
    }));
    let row = row(&attempt.unwrap());
    assert_eq!(row.started, "+1.5 s");
    assert!(row.is_failure);
    assert_eq!(row.phases.len(), 11);
    assert_eq!(row.phases.get(5).unwrap().text, "… 20 more …");
    assert!(row.phases.last().unwrap().is_fault);
}
