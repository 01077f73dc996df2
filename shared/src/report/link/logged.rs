//! What other clients would have logged, by the situation that it is for: the texts are everybody's table.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::pack::each;
use crate::logged::{situations, written_in};
use crate::report::build::logged_texts;

const KEY: &str = "logged";

/// The situations of the table, each by the texts that are written in it.
static SITUATIONS: LazyLock<BTreeMap<String, &str>> = LazyLock::new(|| {
    let by_texts = |situation: &'static str| (texts(situation).to_string(), situation);
    // Where two say the same, the first stands for both.
    situations().into_iter().rev().map(by_texts).collect()
});

/// Names situations instead of their texts; texts of another table stay.
pub(super) fn take_out(report: &mut Value) {
    each(report, "attempts", |attempt| {
        let texts = attempt.get(KEY).map(Value::to_string);
        if let Some(situation) = texts.and_then(|texts| SITUATIONS.get(&texts)) {
            attempt.insert(KEY.to_owned(), Value::from(*situation));
        }
    });
}

/// Writes texts where situations are named: none for those that only a later table has.
pub(super) fn put_back(report: &mut Value) {
    each(report, "attempts", |attempt| {
        let situation = attempt.get(KEY).and_then(Value::as_str);
        if let Some(texts) = situation.map(texts) {
            attempt.insert(KEY.to_owned(), texts);
        }
    });
}

fn texts(situation: &str) -> Value {
    serde_json::to_value(logged_texts(written_in(situation))).unwrap_or(Value::Null)
}
