//! What most attempts have in common with others: the phases without their times, how it went, what is said of it in
//! short. Each such form stands once, and an attempt has its number and its times.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::limits::LINK_BYTES;

/// Times of a phase, in order.
const TIMES: [&str; 2] = ["start_ns", "end_ns"];

/// Fields of an attempt that recur together.
const FIELDS: [&str; 7] = [
    "kind",
    "logged",
    "name_basis",
    "outcome",
    "phases",
    "server_name",
    "verdict",
];

/// Takes what recurs out of the attempts; the forms are left beside them.
pub(super) fn take_out(report: &mut Value) {
    let mut forms: Vec<Value> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let done = each_attempt(report, &mut |attempt| {
        let mut form = Map::new();
        for field in FIELDS {
            if let Some(value) = attempt.remove(field) {
                form.insert(field.to_owned(), value);
            }
        }
        // Evidence is the attempt's own.
        if let Some(verdict) = form
            .get("verdict")
            .filter(|verdict| verdict.get("evidence").is_some())
        {
            attempt.insert("verdict".to_owned(), verdict.clone());
            form.remove("verdict");
        }
        let mut times = Vec::new();
        each_time(&mut form, &mut |time| {
            times.push(std::mem::replace(time, Value::from(0)));
            Some(())
        })?;
        let form = Value::Object(form);
        let next = forms.len();
        let place = *places.entry(form.to_string()).or_insert(next);
        if place == next {
            forms.push(form);
        }
        attempt.insert("form".to_owned(), Value::from(place));
        attempt.insert("times".to_owned(), Value::Array(times));
        Some(())
    });
    debug_assert!(done.is_some());
    if let Some(fields) = report.as_object_mut() {
        fields.insert("forms".to_owned(), Value::Array(forms));
    }
}

/// Puts it back; `None` when there is no such form.
pub(super) fn put_back(report: &mut Value) -> Option<()> {
    let forms = report.as_object_mut()?.remove("forms")?;
    let forms = forms.as_array()?;
    let sizes: Vec<usize> = forms.iter().map(|form| form.to_string().len()).collect();
    let mut left = LINK_BYTES;
    each_attempt(report, &mut |attempt| {
        let Some(place) = attempt.remove("form") else {
            return Some(());
        };
        let place = usize::try_from(place.as_u64()?).ok()?;
        // A form may be large, and stand in every attempt.
        left = left.checked_sub(*sizes.get(place)?)?;
        let mut form = forms.get(place)?.as_object()?.clone();
        let times = attempt.remove("times")?;
        let mut times = times.as_array()?.iter();
        each_time(&mut form, &mut |time| {
            *time = times.next()?.clone();
            Some(())
        })?;
        for (field, value) in form {
            attempt.entry(field).or_insert(value);
        }
        Some(())
    })
}

fn each_time(
    form: &mut Map<String, Value>,
    change: &mut dyn FnMut(&mut Value) -> Option<()>,
) -> Option<()> {
    let phases = form.get_mut("phases").and_then(Value::as_array_mut);
    for phase in phases.into_iter().flatten() {
        for key in TIMES {
            if let Some(time) = phase.get_mut(key) {
                change(time)?;
            }
        }
    }
    Some(())
}

type Change<'a> = &'a mut dyn FnMut(&mut Map<String, Value>) -> Option<()>;

fn each_attempt(report: &mut Value, change: Change<'_>) -> Option<()> {
    let attempts = report.get_mut("attempts").and_then(Value::as_array_mut);
    for attempt in attempts
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        change(attempt)?;
    }
    Some(())
}
