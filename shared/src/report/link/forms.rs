//! Phases without their times: most attempts go the same way, so each way stands once and an attempt has its number
//! and its times.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Times of a phase, in order.
const TIMES: [&str; 2] = ["start_ns", "end_ns"];

/// Takes phases out of the attempts; gives back the forms.
pub(super) fn take_out(report: &mut Value) -> Value {
    let mut forms: Vec<Value> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let done = each_attempt(report, &mut |attempt| {
        let Some(mut phases) = attempt.remove("phases") else {
            return Some(());
        };
        let mut times = Vec::new();
        for phase in phases.as_array_mut().into_iter().flatten() {
            for key in TIMES {
                if let Some(time) = phase.get_mut(key) {
                    times.push(std::mem::replace(time, Value::from(0)));
                }
            }
        }
        let next = forms.len();
        let place = *places.entry(phases.to_string()).or_insert(next);
        if place == next {
            forms.push(phases);
        }
        attempt.insert("form".to_owned(), Value::from(place));
        attempt.insert("times".to_owned(), Value::Array(times));
        Some(())
    });
    debug_assert!(done.is_some());
    Value::Array(forms)
}

/// Puts phases back; `None` when there is no such form.
pub(super) fn put_back(report: &mut Value, forms: &Value) -> Option<()> {
    let forms = forms.as_array()?;
    each_attempt(report, &mut |attempt| {
        let Some(place) = attempt.remove("form") else {
            return Some(());
        };
        let mut phases = forms.get(usize::try_from(place.as_u64()?).ok()?)?.clone();
        let times = attempt.remove("times")?;
        let mut times = times.as_array()?.iter();
        for phase in phases.as_array_mut()? {
            for key in TIMES {
                if let Some(time) = phase.get_mut(key) {
                    *time = times.next()?.clone();
                }
            }
        }
        attempt.insert("phases".to_owned(), phases);
        Some(())
    })
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
