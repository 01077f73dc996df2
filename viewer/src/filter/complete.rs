//! What can be typed next.

use std::collections::BTreeSet;

use stallscope_shared::report::overview::{Overview, Word};

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
    let codes: Option<Vec<&str>> = match key {
        "out" => Some(OUTCOMES.iter().map(|(code, _)| *code).collect()),
        "phase" => Some(PHASES.iter().map(|(code, _)| *code).collect()),
        "proto" => Some(PROTOCOLS.iter().map(|(code, _)| *code).collect()),
        _ => None,
    };
    if let Some(codes) = codes {
        return fitting(key, value, codes.into_iter().map(str::to_owned));
    }
    let rows = overview.rows.iter();
    if key == "http" {
        let values: BTreeSet<u16> = rows.filter_map(|row| row.status).collect();
        return fitting(key, value, values.iter().map(u16::to_string));
    }
    // Words before their texts: there are far fewer of them than rows.
    let values: BTreeSet<Word> = match key {
        "ip" | "server" => rows.map(|row| row.server).collect(),
        "client" => rows.map(|row| row.client).collect(),
        "name" => rows.filter_map(|row| row.name).collect(),
        "cause" => rows.filter_map(|row| row.cause).collect(),
        _ => BTreeSet::new(),
    };
    let texts: BTreeSet<String> = values
        .into_iter()
        .map(|word| match (key, overview.words.word(word)) {
            ("ip" | "server", endpoint) => address_of(endpoint),
            (_, text) => super::quoted(text),
        })
        .collect();
    fitting(key, value, texts.into_iter())
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
