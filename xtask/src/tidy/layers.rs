//! The layer law of `shared`: a module uses only modules above it, the façade alone knows all.

use super::source::Source;

/// From the top down. What stands further down may use what stands further up.
const ORDER: [&str; 25] = [
    "time",
    "ids",
    "side",
    "limits",
    "wire",
    "grow",
    "text",
    "warning",
    "capture",
    "packet",
    "flow",
    "dns",
    "tls",
    "http",
    "quic",
    "stream",
    "probe",
    "attempt",
    "phase",
    "measure",
    "diagnosis",
    "logged",
    "report",
    "export",
    "analyzer",
];

/// Builders for tests, which make whole captures and so know many layers.
const EXEMPT: [&str; 2] = ["lib", "testkit"];

pub(super) fn upward_only(source: &Source) -> Vec<String> {
    let Some(module) = module_of(&source.path) else {
        return Vec::new();
    };
    if EXEMPT.contains(&module) {
        return Vec::new();
    }
    let Some(own) = rank(module) else {
        return vec![format!(
            "{}: `{module}` has no place in the order of layers (xtask/src/tidy/layers.rs)",
            source.path
        )];
    };
    let mut broken = Vec::new();
    let code: Vec<(usize, &str)> = source.code().collect();
    let text = code
        .iter()
        .map(|(_, line)| *line)
        .collect::<Vec<_>>()
        .join("\n");
    for (at, used) in uses(&text) {
        let line = text
            .get(..at)
            .map_or(0, |before| before.matches('\n').count());
        let number = code.get(line).map_or(0, |(number, _)| *number);
        match rank(used) {
            Some(rank) if rank <= own => {}
            Some(_) => broken.push(format!(
                "{}:{number}: `{module}` uses `{used}`, which is below it",
                source.path
            )),
            None => broken.push(format!(
                "{}:{number}: `crate::{used}` is no layer",
                source.path
            )),
        }
    }
    broken
}

/// `flow` for `shared/src/flow/loss.rs` and for `shared/src/flow.rs`.
fn module_of(path: &str) -> Option<&str> {
    let below = path.strip_prefix("shared/src/")?;
    let first = below.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|layer| *layer == module)
}

/// Every module named right after `crate::`, also within braces, with the offset of `crate`.
fn uses(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, start) in text.match_indices("crate::") {
        let is_whole_word = text
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|before| !before.is_alphanumeric() && before != '_');
        let Some(after) = text.get(at + start.len()..) else {
            continue;
        };
        if !is_whole_word {
            continue;
        }
        match after.strip_prefix('{') {
            Some(group) => found.extend(heads(group).into_iter().map(|name| (at, name))),
            None => found.push((at, identifier(after))),
        }
    }
    found
}

/// The first names in `a::{b, c}, d}`: `a` and `d`.
fn heads(group: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut depth = 0_u32;
    let mut start = 0;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let name = identifier(group.get(start..at).unwrap_or_default().trim_start());
                if !name.is_empty() {
                    names.push(name);
                }
                start = at + 1;
                if character == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|character: char| !character.is_alphanumeric() && character != '_')
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Source, upward_only};

    fn broken(path: &str, text: &str) -> usize {
        upward_only(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn only_what_is_above_may_be_used() {
        for (path, text, count) in [
            ("shared/src/flow/loss.rs", "use crate::packet::Tcp;", 0),
            (
                "shared/src/flow/loss.rs",
                "use crate::flow::chunk::Chunk;",
                0,
            ),
            ("shared/src/flow/loss.rs", "use crate::tls::Alert;", 1),
            (
                "shared/src/flow/loss.rs",
                "fn f() -> crate::report::Report {}",
                1,
            ),
            (
                "shared/src/flow/loss.rs",
                "use crate::{\n    ids::{FlowId, PacketRef},\n    tls,\n    http::h1,\n};",
                2,
            ),
            ("shared/src/flow/loss.rs", "// see crate::tls", 0),
            (
                "shared/src/flow/loss.rs",
                "#[cfg(test)]\nuse crate::tls::Alert;",
                0,
            ),
            ("shared/src/flow/tests.rs", "use crate::tls::Alert;", 0),
            ("shared/src/analyzer.rs", "use crate::tls::Alert;", 0),
            ("shared/src/testkit/build.rs", "use crate::tls::Alert;", 0),
            ("shared/src/novel/mod.rs", "", 1),
            ("collector/src/main.rs", "use crate::command;", 0),
        ] {
            assert_eq!(broken(path, text), count, "{path}: {text}");
        }
    }
}
