//! What can be typed next.

use stallscope_shared::report::overview::{Judgement, Overview, Row, Word};

use super::{KEYS, MEASURES, OUTCOMES, PARTIES, PHASES, PROTOCOLS};

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
    for candidate in candidates(&word.to_ascii_lowercase(), overview) {
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
        "party" => Some(PARTIES.iter().map(|(code, _)| *code).collect()),
        "proto" => Some(PROTOCOLS.iter().map(|(code, _)| *code).collect()),
        _ => None,
    };
    if let Some(codes) = codes {
        let codes = codes.into_iter().map(str::to_owned);
        return fitting(key, value, codes.collect());
    }
    let rows = overview.rows.iter();
    if key == "http" {
        let mut values: Vec<u16> = Vec::new();
        for status in rows.filter_map(|row| row.status) {
            // Statuses are few.
            if !values.contains(&status) {
                values.push(status);
            }
        }
        return fitting(key, value, values.iter().map(u16::to_string).collect());
    }
    let word: fn(&Row) -> Option<Word> = match key {
        "ip" | "server" => |row| Some(row.server),
        "client" => |row| Some(row.client),
        "name" => |row| row.name,
        "cause" => |row| match row.judgement {
            Judgement::Found { cause, .. } => Some(cause),
            Judgement::Nothing | Judgement::NotJudged => None,
        },
        _ => return Vec::new(),
    };
    // Words before their texts: there are far fewer of them than rows.
    let mut is_used: Vec<bool> = Vec::new();
    for word in rows.filter_map(word) {
        let place = word as usize;
        if is_used.len() <= place {
            is_used.resize(place + 1, false);
        }
        if let Some(used) = is_used.get_mut(place) {
            *used = true;
        }
    }
    let used = (0..).zip(is_used).filter(|(_, is_used)| *is_used);
    let texts = used.map(|(word, _)| match (key, overview.words.word(word)) {
        ("ip" | "server", endpoint) => address_of(endpoint),
        (_, text) => super::quoted(text),
    });
    fitting(key, value, texts.collect())
}

/// In the order of the alphabet, each once.
fn fitting(key: &str, value: &str, mut values: Vec<String>) -> Vec<String> {
    values.sort_unstable();
    values.dedup();
    values
        .into_iter()
        .filter(|candidate| candidate.to_ascii_lowercase().starts_with(value) && candidate != value)
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
