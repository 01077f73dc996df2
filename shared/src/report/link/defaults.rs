//! What most attempts have, and so need not travel: a field that is missing is as here.

use serde_json::{Map, Value, json};

use crate::report::v1::{Primitives, Quality};

/// Takes out every field that is as it mostly is.
pub(super) fn take_out(report: &mut Value) {
    visit(report, &|fields, usual| {
        fields.retain(|key, value| usual.get(key) != Some(value));
    });
}

/// Puts back every field that is missing.
pub(super) fn put_back(report: &mut Value) {
    visit(report, &|fields, usual| {
        for (key, value) in usual.as_object().into_iter().flatten() {
            if !fields.contains_key(key) {
                fields.insert(key.clone(), value.clone());
            }
        }
    });
}

type Change<'a> = &'a dyn Fn(&mut Map<String, Value>, &Value);

fn visit(report: &mut Value, change: Change<'_>) {
    let Some(fields) = report.as_object_mut() else {
        return;
    };
    let usual = usual_attempt();
    let packet = json!({ "notes": [] });
    let phase = json!({ "outcome": "completed", "basis": "observed" });
    each(fields, "attempts", &mut |attempt| {
        change(attempt, &usual);
        each(attempt, "packets", &mut |one| change(one, &packet));
        each(attempt, "phases", &mut |one| change(one, &phase));
        verdict(attempt, change);
    });
    let server =
        json!({ "names": [], "stalled": 0, "failures": 0, "verdict": null, "outcomes": {} });
    each(fields, "servers", &mut |one| {
        change(one, &server);
        verdict(one, change);
    });
    let capture = json!({
        "link_types": [], "interfaces": [], "comments": [],
        "quality": serde_json::to_value(Quality::default()).unwrap_or_default(),
    });
    each(fields, "captures", &mut |one| change(one, &capture));
    let proof = json!({ "answered_probes": 0, "sent_but_lost_bytes": 0 });
    each(fields, "evidence", &mut |one| {
        if let Some(Value::Object(proved)) = one
            .get_mut("silence")
            .and_then(|silence| silence.get_mut("proof"))
        {
            change(proved, &proof);
        }
    });
    change(
        fields,
        &json!({
            "report_version": 1, "captures": [], "attempts": [], "servers": [], "headline": null, "dns": [],
            "evidence": [], "warnings": [],
        }),
    );
}

fn verdict(judged: &mut Map<String, Value>, change: Change<'_>) {
    let usual =
        json!({ "severity": "failure", "evidence": [], "rules_out": [], "alternatives": [] });
    if let Some(Value::Object(verdict)) = judged.get_mut("verdict") {
        change(verdict, &usual);
    }
}

fn usual_attempt() -> Value {
    json!({
        "vantage": 0, "kind": "tcp", "outcome": "completed", "phases": [], "proxy": [],
        "http": [], "lookups": [], "icmp": [], "silences": [], "packets": [], "packets_left_out": 0,
        "verdict": null, "primitives": serde_json::to_value(Primitives::default()).unwrap_or_default(),
    })
}

fn each(
    fields: &mut Map<String, Value>,
    list: &str,
    change: &mut dyn FnMut(&mut Map<String, Value>),
) {
    let items = fields.get_mut(list).and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        change(item);
    }
}
