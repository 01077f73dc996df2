//! Stories with a known fault, told by the path simulator with random parameters: of each attempt the right is said, or
//! that nobody can tell; never that somebody else did it. What is healthy is accused of nothing.
//!
//! `cargo xtask simulate` tells thousands of each; here it is a few.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod judgement;
mod laws;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use stallscope_shared::testkit::simulation::scenario::{ALL, Scenario};
use stallscope_shared::testkit::simulation::story::Told;
use stallscope_tests::captures::tell;
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report_of;

use crate::judgement::{Judgement, judge};

/// How many stories are told of each cause.
const CASES: &str = "STALLSCOPE_SIMULATION_CASES";
/// Only scenarios whose id begins so.
const ONLY: &str = "STALLSCOPE_SIMULATION_ONLY";
/// The first seed.
const SEED: &str = "STALLSCOPE_SIMULATION_SEED";
/// Set to write every capture that is not judged right, not only those that break the law.
const KEEP: &str = "STALLSCOPE_SIMULATION_KEEP";
/// Few enough for every change, many enough to meet each family, system and link type.
const FEW: u64 = 12;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

#[test]
fn nobody_is_accused_of_what_another_did() {
    let only = std::env::var(ONLY).unwrap_or_default();
    let (cases, first) = (number(CASES, FEW), number(SEED, 1));
    let stories: Vec<(&Scenario, u64)> = ALL
        .iter()
        .filter(|scenario| scenario.id.starts_with(&only))
        .flat_map(|scenario| (first..first + cases).map(move |seed| (scenario, seed)))
        .collect();
    let judged = in_parallel(&stories, |(scenario, seed)| told(scenario, *seed));
    let mut table: BTreeMap<usize, [u64; 6]> = BTreeMap::new();
    let mut broken = Vec::new();
    for ((scenario, _), (judgements, complaints)) in stories.iter().zip(judged) {
        let place = ALL
            .iter()
            .position(|other| other.id == scenario.id)
            .unwrap();
        for judgement in judgements {
            table.entry(place).or_default()[judgement as usize] += 1;
        }
        broken.extend(complaints);
    }
    tell(&written(&table));
    assert!(
        broken.is_empty(),
        "{} attempts are judged wrong; their captures are in {}\n{}",
        broken.len(),
        folder().display(),
        broken.join("\n")
    );
}

/// Judgements of a story's attempts, and what is to be said of those that break the law.
fn told(scenario: &Scenario, seed: u64) -> (Vec<Judgement>, Vec<String>) {
    let told = scenario.tell(seed);
    let name = format!("{}-{seed}", scenario.id);
    let report = report_of(told.captures(), &name, usize::MAX).unwrap();
    let mut judgements = Vec::new();
    let mut complaints = Vec::new();
    let is_curious = std::env::var_os(KEEP).is_some();
    let mut remarks = Vec::new();
    for (judgement, remark) in judge(&told.labels, &report) {
        if judgement.breaks_the_law() {
            complaints.push(format!("{name}: {remark}"));
        }
        if judgement != Judgement::Right && (is_curious || judgement.breaks_the_law()) {
            remarks.push(remark);
        }
        judgements.push(judgement);
    }
    if !remarks.is_empty() {
        keep(&name, &told, &remarks);
    }
    (judgements, complaints)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/simulation")
}

/// Writes the capture down, to be looked at.
fn keep(name: &str, told: &Told, remarks: &[String]) {
    let path = folder().join(name);
    fs::create_dir_all(folder()).unwrap();
    for (place, capture) in told.captures().enumerate() {
        let path = folder().join(format!("{name}-{place}.pcap"));
        fs::write(path, capture).unwrap();
    }
    let labels: Vec<String> = told
        .labels
        .iter()
        .map(|label| format!("{label:?}"))
        .collect();
    let text = format!("{}\n\n{}\n", remarks.join("\n"), labels.join("\n"));
    fs::write(path.with_extension("txt"), text).unwrap();
}

fn written(table: &BTreeMap<usize, [u64; 6]>) -> String {
    let mut text = format!(
        "{:24}{:>7}{:>7}{:>10}{:>7}{:>7}{:>7}\n",
        "scenario", "right", "clean", "undecided", "silent", "other", "WRONG"
    );
    for (place, counts) in table {
        let [right, clean, undecided, silent, other, wrong] = counts;
        let id = ALL[*place].id;
        text +=
            &format!("{id:24}{right:>7}{clean:>7}{undecided:>10}{silent:>7}{other:>7}{wrong:>7}\n");
    }
    text
}
