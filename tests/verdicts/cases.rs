//! Every rule's documentation names captures that it matches, and others that look alike and that it does not match.
//! Those of the form `test:NAME` are tests of the rules themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use stallscope_shared::diagnosis::RULES;
use stallscope_tests::captures::beside;
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

/// Ids of the causes that the verdicts of each capture name, by the capture's name without its extension.
fn causes(folder: &Path, names: &BTreeSet<&str>) -> BTreeMap<String, BTreeSet<String>> {
    let names: Vec<&str> = names.iter().copied().collect();
    let found = in_parallel(&names, |name| {
        let path = ["pcap", "pcapng"]
            .iter()
            .map(|extension| folder.join(format!("{name}.{extension}")))
            .find(|path| path.exists())
            .unwrap_or_else(|| panic!("no capture of the name {name}"));
        let report = report(&fs::read(path).unwrap(), name, usize::MAX).unwrap();
        let verdicts = report
            .attempts
            .iter()
            .filter_map(|attempt| attempt.verdict.as_ref());
        let causes = verdicts.map(|verdict| verdict.cause.clone()).collect();
        ((*name).to_owned(), causes)
    });
    found.into_iter().collect()
}

#[test]
fn rules_match_their_cases_and_not_their_near_misses() {
    let Some(folder) = beside("faults", "the cases of the rules") else {
        return;
    };
    let is_capture = |name: &&&str| !name.starts_with("test:");
    let named: BTreeSet<&str> = RULES
        .iter()
        .flat_map(|rule| {
            rule.documentation
                .matches
                .iter()
                .chain(rule.documentation.near_misses)
        })
        .filter(is_capture)
        .copied()
        .collect();
    let causes = causes(&folder, &named);
    let mut wrong = Vec::new();
    for rule in RULES {
        let id = rule.cause.id();
        for name in rule.documentation.matches.iter().filter(is_capture) {
            if !causes.get(*name).is_some_and(|found| found.contains(id)) {
                wrong.push(format!("{id} does not match its case {name}"));
            }
        }
        for name in rule.documentation.near_misses.iter().filter(is_capture) {
            if causes.get(*name).is_some_and(|found| found.contains(id)) {
                wrong.push(format!("{id} matches its near miss {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
