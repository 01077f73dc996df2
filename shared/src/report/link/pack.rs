//! What need not travel, because it can be told from the rest: taken out before, put back after.
//!
//! Times are in steps of 10 µs, far below what a capture's clock is good for; a phase begins where the last one ended;
//! sentences are written anew from their messages, rates from their counts, percentiles from the phases.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{defaults, forms, logged, messages, shares, told};
use crate::diagnosis::Cause;
use crate::limits::LINK_ATTEMPTS;
use crate::report::build::text_of;
use crate::report::v1::{self, Message, Report};
use crate::text::{Language, render};

/// Nanoseconds of one step.
pub(super) const STEP_NS: i64 = 10_000;

/// Lengths that a step would turn to nothing: they are not measured but set.
const EXACT: [&str; 1] = ["tick_ns"];

/// Sentences, the messages that they are written from, and a field that tells whose they are: that of a message
/// inside a message has no company.
const SENTENCES: [(&str, &str, &str); 5] = [
    ("statement", "statement_message", "cause"),
    ("remedy", "remedy_message", "cause"),
    ("statement", "message", "servers"),
    ("statement", "message", "id"),
    ("because", "message", "evidence"),
];

/// The report with every time in whole steps: what a link can say.
pub(super) fn in_steps(report: &Report) -> Report {
    let mut value = serde_json::to_value(report).unwrap_or(Value::Null);
    round(&mut value);
    let mut made: Report = serde_json::from_value(value).unwrap_or_default();
    told::agree(&mut made);
    made
}

/// Takes out what [`unpack`] can tell.
pub(super) fn pack(report: &Report) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or(Value::Null);
    shorten(&mut value);
    told::take_out(report, &mut value);
    each(&mut value, "attempts", |attempt| {
        let start = time(attempt, "started_ns");
        let last = last_end(attempt);
        less(attempt, "ended_ns", start.wrapping_add(last));
        each_of(attempt, "silences", &mut |silence| relative(silence, start));
        each_of(attempt, "packets", &mut |packet| {
            less(packet, "at_ns", start);
        });
        let mut last = 0;
        each_of(attempt, "phases", &mut |phase| {
            let (start, end) = (time(phase, "start_ns"), time(phase, "end_ns"));
            less(phase, "start_ns", last);
            less(phase, "end_ns", start);
            last = end;
        });
    });
    each(&mut value, "evidence", |evidence| {
        if let Some(Value::Object(silence)) = evidence.get_mut("silence") {
            relative(silence, 0);
        }
    });
    ruled_out(&mut value, false);
    ids(&mut value, -1);
    ticks(&mut value, false);
    logged::take_out(&mut value);
    defaults::take_out(&mut value);
    forms::take_out(&mut value);
    messages::table(value)
}

/// Puts back what [`pack`] took out; `None` when it was no report.
pub(super) fn unpack(content: Value) -> Option<Report> {
    let mut value = messages::spread(content)?;
    let attempts = value.get("attempts").and_then(Value::as_array);
    if attempts.is_some_and(|attempts| attempts.len() > LINK_ATTEMPTS) {
        return None;
    }
    forms::put_back(&mut value)?;
    defaults::put_back(&mut value);
    logged::put_back(&mut value);
    ticks(&mut value, true);
    ids(&mut value, 1);
    ruled_out(&mut value, true);
    each(&mut value, "evidence", |evidence| {
        if let Some(Value::Object(silence)) = evidence.get_mut("silence") {
            absolute(silence, 0);
        }
    });
    each(&mut value, "attempts", |attempt| {
        let start = time(attempt, "started_ns");
        each_of(attempt, "silences", &mut |silence| absolute(silence, start));
        each_of(attempt, "packets", &mut |packet| {
            more(packet, "at_ns", start);
        });
        let mut last = 0;
        each_of(attempt, "phases", &mut |phase| {
            more(phase, "start_ns", last);
            let start = time(phase, "start_ns");
            more(phase, "end_ns", start);
            last = time(phase, "end_ns");
        });
        let last = last_end(attempt);
        more(attempt, "ended_ns", start.wrapping_add(last));
    });
    let missing = told::placeholders(&mut value);
    lengthen(&mut value);
    let mut report: Report = serde_json::from_value(value).ok()?;
    told::put_back(&mut report, &missing);
    Some(report)
}

/// Every time to the nearest step; lengths inside messages too, unless that changes what is read.
fn round(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let exact = fields
                .get("duration_ns")
                .cloned()
                .filter(|_| fields.len() == 1);
            for (key, value) in fields.iter_mut() {
                match value.as_i64().filter(|_| is_time(key)) {
                    Some(nanos) => *value = Value::from(nearest(nanos).saturating_mul(STEP_NS)),
                    None => round(value),
                }
            }
            if let Some(exact) = exact
                && written(&exact) != fields.get("duration_ns").map(written).unwrap_or_default()
            {
                fields.insert("duration_ns".to_owned(), exact);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        _ => {}
    }
}

fn written(nanos: &Value) -> [String; 2] {
    let length =
        crate::text::Value::Duration(crate::time::Nanos(nanos.as_i64().unwrap_or_default()));
    Language::ALL.map(|language| length.write(language))
}

const fn nearest(nanos: i64) -> i64 {
    (nanos.saturating_add(STEP_NS / 2)).div_euclid(STEP_NS)
}

/// Nanoseconds to steps, or back. What is no whole number of steps goes by another name.
fn ticks(value: &mut Value, back: bool) {
    match value {
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().filter(|key| is_time(key)).cloned().collect();
            for key in keys {
                let number = fields.get(&key).and_then(Value::as_i64);
                match number {
                    Some(steps) if back => {
                        fields.insert(key, Value::from(steps.saturating_mul(STEP_NS)));
                    }
                    Some(nanos) if nanos % STEP_NS == 0 => {
                        fields.insert(key, Value::from(nanos / STEP_NS));
                    }
                    Some(nanos) => {
                        fields.remove(&key);
                        fields.insert(
                            key.trim_end_matches("_ns").to_owned() + EXACT_MARK,
                            Value::from(nanos),
                        );
                    }
                    None => {}
                }
            }
            if back {
                let exact: Vec<String> = fields
                    .keys()
                    .filter(|key| key.ends_with(EXACT_MARK))
                    .cloned()
                    .collect();
                for key in exact {
                    if let Some(nanos) = fields.remove(&key) {
                        fields.insert(key.trim_end_matches(EXACT_MARK).to_owned() + "_ns", nanos);
                    }
                }
            }
            fields.values_mut().for_each(|value| ticks(value, back));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| ticks(value, back)),
        _ => {}
    }
}

/// Behind a time that is exact. No field of the report ends so.
const EXACT_MARK: &str = "!";

fn is_time(key: &str) -> bool {
    key.ends_with("_ns") && !EXACT.contains(&key)
}

/// Takes out sentences that their messages give, gaps that no sentence has, and names that causes give.
fn shorten(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (sentence, message, company) in SENTENCES {
                if !fields.contains_key(company) {
                    continue;
                }
                let is_written = message_of(fields, message).is_some_and(|message| {
                    fields.get(sentence).and_then(Value::as_str) == Some(&english(&message))
                });
                if is_written {
                    fields.remove(sentence);
                }
                if let Some(needed) = message_of(fields, message).map(without_unread) {
                    let needed = shares::without(needed);
                    let needed = serde_json::to_value(needed).unwrap_or(Value::Null);
                    fields.insert(message.to_owned(), needed);
                }
            }
            if slug_of(fields)
                .is_some_and(|slug| fields.get("slug").and_then(Value::as_str) == Some(slug))
            {
                fields.remove("slug");
            }
            fields.values_mut().for_each(shorten);
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        _ => {}
    }
}

/// Puts back sentences and names.
fn lengthen(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (sentence, message, company) in SENTENCES {
                if !fields.contains_key(company) {
                    continue;
                }
                if let Some(whole) = message_of(fields, message).map(shares::with) {
                    let whole = serde_json::to_value(whole).unwrap_or(Value::Null);
                    fields.insert(message.to_owned(), whole);
                }
                if !fields.contains_key(sentence)
                    && let Some(message) = message_of(fields, message)
                {
                    fields.insert(sentence.to_owned(), Value::from(english(&message)));
                }
            }
            if let Some(slug) = slug_of(fields)
                .filter(|_| fields.contains_key("alternatives") && !fields.contains_key("slug"))
            {
                fields.insert("slug".to_owned(), Value::from(slug));
            }
            fields.values_mut().for_each(lengthen);
        }
        Value::Array(values) => values.iter_mut().for_each(lengthen),
        _ => {}
    }
}

/// What rules a party out is said by the evidence for it, in the same words.
fn ruled_out(report: &mut Value, back: bool) {
    let evidence = report
        .get("evidence")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let known: BTreeMap<u64, Value> = evidence
        .filter_map(|evidence| {
            Some((
                evidence.get("id")?.as_u64()?,
                evidence.get("message")?.clone(),
            ))
        })
        .collect();
    let each_reason = |verdict: &mut Map<String, Value>| {
        each_of(verdict, "rules_out", &mut |out| {
            let first = out
                .get("evidence")
                .and_then(Value::as_array)
                .and_then(|ids| ids.first());
            let Some(message) = first.and_then(Value::as_u64).and_then(|id| known.get(&id)) else {
                return;
            };
            if back && !out.contains_key("because") && !out.contains_key("message") {
                out.insert("message".to_owned(), message.clone());
            } else if !back && !out.contains_key("because") && out.get("message") == Some(message) {
                out.remove("message");
            }
        });
    };
    for list in ["attempts", "servers"] {
        each(report, list, |judged| {
            if let Some(Value::Object(verdict)) = judged.get_mut("verdict") {
                each_reason(verdict);
            }
        });
    }
}

fn slug_of(fields: &Map<String, Value>) -> Option<&'static str> {
    let id = fields.get("cause")?.as_str()?;
    Cause::ALL
        .iter()
        .find(|cause| cause.id() == id)
        .map(|cause| cause.slug())
}

fn message_of(fields: &Map<String, Value>, key: &str) -> Option<Message> {
    let message = fields.get(key)?;
    message.get("id")?;
    serde_json::from_value(message.clone()).ok()
}

fn english(message: &Message) -> String {
    render(Language::English, &text_of(message))
}

/// The sentence in every language.
pub(super) fn sentences(message: &Message) -> [String; Language::ALL.len()] {
    Language::ALL.map(|language| render(language, &text_of(message)))
}

/// Without arguments that change the sentence in no language.
fn without_unread(message: Message) -> Message {
    let mut needed = message;
    needed
        .arguments
        .values_mut()
        .for_each(inside_without_unread);
    let whole = sentences(&needed);
    for name in needed.arguments.keys().cloned().collect::<Vec<_>>() {
        let mut tried = needed.clone();
        tried.arguments.remove(&name);
        if sentences(&tried) == whole {
            needed = tried;
        }
    }
    needed
}

fn inside_without_unread(value: &mut v1::Value) {
    match value {
        v1::Value::Message(inner) => *inner = without_unread(inner.clone()),
        v1::Value::List(values) => values.iter_mut().for_each(inside_without_unread),
        _ => {}
    }
}

pub(super) fn each(value: &mut Value, list: &str, mut change: impl FnMut(&mut Map<String, Value>)) {
    if let Some(fields) = value.as_object_mut() {
        each_of(fields, list, &mut change);
    }
}

fn each_of(
    fields: &mut Map<String, Value>,
    list: &str,
    change: &mut dyn FnMut(&mut Map<String, Value>),
) {
    let items = fields.get_mut(list).and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        change(item);
    }
}

fn time(fields: &Map<String, Value>, key: &str) -> i64 {
    fields.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// Attempts are in the order of their start, and so mostly are their ids.
fn ids(report: &mut Value, direction: i64) {
    let mut place = 0;
    each(report, "attempts", |attempt| {
        place += 1;
        more(attempt, "id", place * direction);
    });
}

/// Where the latest phase ends, after the attempt's start.
fn last_end(attempt: &Map<String, Value>) -> i64 {
    let phases = attempt
        .get("phases")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    phases
        .filter_map(|phase| phase.get("end_ns").and_then(Value::as_i64))
        .max()
        .unwrap_or_default()
}

fn less(fields: &mut Map<String, Value>, key: &str, by: i64) {
    more(fields, key, by.wrapping_neg());
}

fn more(fields: &mut Map<String, Value>, key: &str, by: i64) {
    if let Some(value) = fields.get_mut(key)
        && let Some(number) = value.as_i64()
    {
        *value = Value::from(number.wrapping_add(by));
    }
}

/// A silence counts from its attempt, and its end from its start.
fn relative(silence: &mut Map<String, Value>, from: i64) {
    let start = time(silence, "start_ns");
    less(silence, "start_ns", from);
    less(silence, "end_ns", start);
}

fn absolute(silence: &mut Map<String, Value>, from: i64) {
    more(silence, "start_ns", from);
    let start = time(silence, "start_ns");
    more(silence, "end_ns", start);
}
