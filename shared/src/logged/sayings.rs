//! The texts, client by client, with what they can mean: from the table beside this file.

use std::sync::LazyLock;

use super::{Client, Saying};
use crate::diagnosis::Cause;
use crate::phase::PhaseName;

/// One text per line: client, fixed parts, phases, causes, note, situations.
pub(super) const TABLE: &str = include_str!("sayings.tsv");
/// Between two fixed parts of a text.
const BETWEEN: &str = "…";
/// None in particular.
const NONE: &str = "-";

static SAYINGS: LazyLock<Vec<Saying>> = LazyLock::new(|| rows().filter_map(read).collect());

/// Every text that is known.
pub fn sayings() -> &'static [Saying] {
    &SAYINGS
}

/// The table's rows, without its heading.
pub(super) fn rows() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#'))
}

fn read(row: &'static str) -> Option<Saying> {
    let mut columns = row.split('\t');
    Some(Saying {
        client: client(columns.next()?)?,
        parts: parts(columns.next()?),
        phases: columns
            .next()?
            .split(' ')
            .map(phase)
            .collect::<Option<_>>()?,
        causes: causes(columns.next()?)?,
        note: columns.next()?,
        situations: columns
            .next()?
            .split(' ')
            .filter(|word| *word != NONE)
            .collect(),
    })
}

/// The blanks beside a mark of omission belong to the table, all others to the text.
fn parts(text: &'static str) -> Vec<&'static str> {
    let part = |part: &'static str| {
        let part = part.strip_prefix(' ').unwrap_or(part);
        part.strip_suffix(' ').unwrap_or(part)
    };
    match text.contains(BETWEEN) {
        true => text.split(BETWEEN).map(part).collect(),
        false => vec![text],
    }
}

fn client(word: &str) -> Option<Client> {
    let mut all = Client::ALL.into_iter();
    all.find(|client| client.word() == word)
}

fn phase(word: &str) -> Option<PhaseName> {
    Some(match word {
        "dns" => PhaseName::Dns,
        "connect" => PhaseName::Connect,
        "proxy" => PhaseName::Proxy,
        "tls" => PhaseName::Tls,
        "request" => PhaseName::Request,
        "wait" => PhaseName::Wait,
        "receive" => PhaseName::Receive,
        _ => return None,
    })
}

fn causes(words: &str) -> Option<Vec<Cause>> {
    if words == NONE {
        return Some(Vec::new());
    }
    let named = |id: &str| Cause::ALL.iter().copied().find(|cause| cause.id() == id);
    words.split(' ').map(named).collect()
}
