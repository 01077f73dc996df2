//! What can be typed next.

use std::collections::BTreeSet;

use stallscope_shared::report::overview::Overview;

use super::{KEYS, MEASURES, OUTCOMES, PHASES, PROTOCOLS};

/// A continuation of the word at the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Completion {
    /// What is shown.
    pub(crate) shown: String,
    /// The whole filter with it.
    pub(crate) filter: String,
}

/// How many are offered.
const MOST: usize = 10;

/// Continuations of the last word of what was typed.
pub(crate) fn complete(text: &str, overview: &Overview) -> Vec<Completion> {
    let start = text.rfind(char::is_whitespace).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let (before, word) = text.split_at(start);
    let (sign, word) = match word.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", word),
    };
    let mut found = Vec::new();
    for candidate in candidates(&word.to_lowercase(), overview) {
        let is_key = candidate.ends_with([':', '>']);
        let space = if is_key { "" } else { " " };
        found.push(Completion {
            filter: format!("{before}{sign}{candidate}{space}"),
            shown: format!("{sign}{candidate}"),
        });
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn candidates(word: &str, overview: &Overview) -> Vec<String> {
    let Some((key, value)) = word.split_once(':') else {
        let keys = KEYS.iter().map(|key| format!("{key}:"));
        let measures = MEASURES.iter().map(|(name, _)| format!("{name}>"));
        return keys
            .chain(measures)
            .filter(|candidate| candidate.starts_with(word))
            .collect();
    };
    let words = &overview.words;
    let values: BTreeSet<String> = match key {
        "out" => {
            return fitting(
                key,
                value,
                OUTCOMES.iter().map(|(code, _)| (*code).to_owned()),
            );
        }
        "phase" => {
            return fitting(
                key,
                value,
                PHASES.iter().map(|(code, _)| (*code).to_owned()),
            );
        }
        "proto" => {
            return fitting(
                key,
                value,
                PROTOCOLS.iter().map(|(code, _)| (*code).to_owned()),
            );
        }
        "ip" | "server" => overview
            .rows
            .iter()
            .map(|row| address_of(words.word(row.server)))
            .collect(),
        "client" => overview
            .rows
            .iter()
            .map(|row| words.word(row.client).to_owned())
            .collect(),
        "name" => overview
            .rows
            .iter()
            .filter_map(|row| row.name)
            .map(|name| super::quoted(words.word(name)))
            .collect(),
        "cause" => overview
            .rows
            .iter()
            .filter_map(|row| row.cause)
            .map(|cause| words.word(cause).to_owned())
            .collect(),
        "http" => overview
            .rows
            .iter()
            .filter_map(|row| row.status)
            .map(|status| status.to_string())
            .collect(),
        _ => BTreeSet::new(),
    };
    fitting(key, value, values.into_iter())
}

fn fitting(key: &str, value: &str, values: impl Iterator<Item = String>) -> Vec<String> {
    values
        .filter(|candidate| candidate.to_lowercase().starts_with(value) && candidate != value)
        .take(MOST)
        .map(|candidate| format!("{key}:{candidate}"))
        .collect()
}

fn address_of(endpoint: &str) -> String {
    let address = endpoint
        .rsplit_once(':')
        .map_or(endpoint, |(address, _)| address);
    address.trim_matches(['[', ']']).to_owned()
}
