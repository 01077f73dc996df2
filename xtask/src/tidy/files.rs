//! What a file looks like: its first line, its length, what it may not name.

use std::fs;

use super::source::{self, Source};

/// Lines of a file, tests and comments included.
const LINES: usize = 600;

/// A longer file carries this and the reason; it must be needed.
const WAIVER: &str = "// tidy: allow(file-length) because ";

pub(super) fn first_line(source: &Source) -> Vec<String> {
    let says = source
        .text
        .lines()
        .next()
        .is_some_and(|line| line.starts_with("//! "));
    broken(
        !says,
        format!("{}:1: the first line is not a `//!` doc", source.path),
    )
}

pub(super) fn length(source: &Source) -> Vec<String> {
    // Tables of registries are as long as the registry.
    if source.path.ends_with("/codepoints.rs") {
        return Vec::new();
    }
    let lines = source.text.lines().count();
    let is_waived = source
        .text
        .lines()
        .any(|line| line.trim_start().starts_with(WAIVER));
    match (lines > LINES, is_waived) {
        (true, false) => vec![format!("{}: {lines} lines, at most {LINES}", source.path)],
        (false, true) => vec![format!(
            "{}: its waiver is not needed, it has {lines} lines",
            source.path
        )],
        _ => Vec::new(),
    }
}

/// Paths that exist on one machine only, in any text file.
pub(super) fn machine_paths() -> Vec<String> {
    let homes = ["work", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    source::paths()
        .into_iter()
        .filter_map(|path| Some((source::relative(&path), fs::read_to_string(path).ok()?)))
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .filter(|(_, line)| homes.iter().any(|home| starts_word(line, home)))
                .map(|(index, _)| format!("{path}:{}: a path of one machine", index + 1))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Whether the path begins there, as opposed to being the middle of a longer one or of a URL.
fn starts_word(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        line.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|before| !before.is_alphanumeric() && !".-_/}~".contains(before))
    })
}

fn broken(is_broken: bool, sentence: String) -> Vec<String> {
    if is_broken {
        vec![sentence]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{LINES, Source, first_line, length, starts_word};

    fn source(text: &str) -> Source {
        Source {
            path: "shared/src/sample.rs".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_first_line_is_a_doc() {
        assert!(first_line(&source("//! Says it.\n")).is_empty());
        assert_eq!(first_line(&source("use std::fs;\n")).len(), 1);
        assert_eq!(first_line(&source("")).len(), 1);
    }

    #[test]
    fn a_waiver_is_there_exactly_when_it_is_needed() {
        let long = "\n".repeat(LINES + 1);
        let waiver = format!("{}a table\n", super::WAIVER);
        assert!(length(&source("\n")).is_empty());
        assert_eq!(length(&source(&long)).len(), 1);
        assert!(length(&source(&format!("{waiver}{long}"))).is_empty());
        assert_eq!(length(&source(&waiver)).len(), 1);
    }

    #[test]
    fn paths_of_one_machine_are_told_from_others() {
        let home = format!("/{}/", "home");
        assert!(starts_word(&format!("see {home}me/file"), &home));
        assert!(!starts_word(
            &format!("https://example.org{home}page"),
            &home
        ));
    }
}
