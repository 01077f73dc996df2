//! Every cause has a rule in a file of its own, with all of its documentation, a case and a near miss.

use super::source::Source;

const FOLDER: &str = "shared/src/diagnosis/rules/";
const TESTS: &str = "shared/src/diagnosis/tests/";
/// What the documentation of a rule has to say.
const FIELDS: [&str; 7] = [
    "sees",
    "means",
    "refuted_by",
    "needs",
    "matches",
    "near_misses",
    "sources",
];

/// One sentence for everything that is missing.
pub(super) fn documented(sources: &[Source]) -> Vec<String> {
    let tests: String = sources
        .iter()
        .filter(|source| source.path.starts_with(TESTS))
        .map(|source| source.text.as_str())
        .collect();
    let mut broken: Vec<String> = causes(sources)
        .into_iter()
        .filter(|id| {
            !sources
                .iter()
                .any(|source| source.path == format!("{FOLDER}{id}.rs"))
        })
        .map(|id| format!("{FOLDER}{id}.rs: the cause has no rule"))
        .collect();
    for source in sources.iter().filter(|source| is_rule(&source.path)) {
        broken.extend(of_rule(source, &tests));
    }
    broken
}

/// Ids of the catalogue, as file names.
fn causes(sources: &[Source]) -> Vec<String> {
    let Some(catalogue) = sources
        .iter()
        .find(|source| source.path == "shared/src/diagnosis/cause.rs")
    else {
        return vec!["cause".to_owned()];
    };
    let is_row = |line: &str| line.starts_with("    ") && line.ends_with("\",");
    catalogue
        .code()
        .filter(|(_, line)| is_row(line))
        .filter_map(|(_, line)| line.split_whitespace().next())
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map(str::to_ascii_lowercase)
        .collect()
}

fn is_rule(path: &str) -> bool {
    path.strip_prefix(FOLDER)
        .is_some_and(|file| !file.contains('/') && file != "mod.rs")
}

fn of_rule(source: &Source, tests: &str) -> Vec<String> {
    let text: String = source
        .code()
        .map(|(_, line)| format!("{}\n", line.trim()))
        .collect();
    let mut broken: Vec<String> = FIELDS
        .iter()
        .filter(|field| {
            let value = text.split(&format!("\n{field}:")).nth(1);
            value.is_none_or(|value| {
                let value = value.trim_start();
                value.starts_with("\"\"") || value.starts_with("&[]")
            })
        })
        .map(|field| {
            format!(
                "{}: the documentation says nothing under `{field}`",
                source.path
            )
        })
        .collect();
    for name in text.split("\"test:").skip(1) {
        let name = name.split('"').next().unwrap_or_default();
        if !tests.contains(&format!("fn {name}(")) {
            broken.push(format!("{}: there is no test `{name}`", source.path));
        }
    }
    broken
}
