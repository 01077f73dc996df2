//! Rates in sentences, which counts beside them give.

use super::pack::sentences;
use crate::diagnosis::wilson::wilson95;
use crate::report::v1::{Message, Value};
use crate::text;

/// A rate, and the ends of its 95 % interval.
const SHARES: [&str; 3] = ["rate", "low", "high"];

/// Takes out what [`with`] puts back.
pub(super) fn without(mut message: Message) -> Message {
    for name in SHARES {
        if message.arguments.get(name) == told(&message, name).as_ref() {
            message.arguments.remove(name);
        }
    }
    message
}

/// Puts back what the sentence needs and the counts tell.
pub(super) fn with(mut message: Message) -> Message {
    for name in SHARES {
        if let Some(share) = told(&message, name).filter(|_| !message.arguments.contains_key(name))
        {
            let mut whole = message.clone();
            whole.arguments.insert(name.to_owned(), share);
            if sentences(&whole) != sentences(&message) {
                message = whole;
            }
        }
    }
    message
}

fn told(message: &Message, name: &str) -> Option<Value> {
    let count = |name| match message.arguments.get(name) {
        Some(Value::Count(count)) => Some(*count),
        _ => None,
    };
    let attempts = count("attempts")?;
    let some = count("failed").or_else(|| count("like"))?;
    let [low, high] = wilson95(some, attempts);
    let share = match name {
        "rate" => text::Value::share(some, attempts),
        "low" => text::Value::rate(low),
        _ => text::Value::rate(high),
    };
    match share {
        text::Value::Share(millionths) => Some(Value::Millionths(millionths)),
        _ => None,
    }
}
