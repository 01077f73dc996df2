//! Damage never accuses somebody else: captures that begin late, are cut short, lack a direction or hold packets twice
//! yield the verdicts of the whole capture, or fewer. What changes a capture's form only changes no verdict.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod law;
mod packets;
mod transformations;

use std::path::Path;

use stallscope_tests::captures::{Capture, below, beside, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

use crate::law::Truth;
use crate::packets::{Packet, read};
use crate::transformations::{ALL, Transformation, renumbered};

/// Set to try every transformation of every capture, which takes minutes.
const EVERYTHING: &str = "STALLSCOPE_ROBUSTNESS_EVERYTHING";
/// Of how many transformations one is tried, by the capture's size: the first that is large enough.
const ONE_OF: [(usize, usize); 3] = [(30_000, 3), (200_000, 6), (usize::MAX, 24)];

#[test]
fn damage_to_the_labelled_faults_accuses_nobody_else() {
    let what = "the laws of robustness over labelled captures";
    if let Some(folder) = beside("faults", what) {
        obey(&below(&folder).unwrap());
    }
}

#[test]
fn damage_to_the_captures_of_the_repository_accuses_nobody_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/faults");
    let captures = below(&folder).unwrap();
    assert!(!captures.is_empty(), "no captures in {}", folder.display());
    obey(&captures);
}

fn obey(captures: &[Capture]) {
    let packets: Vec<Vec<Packet>> = captures
        .iter()
        .map(|capture| read(&capture.bytes))
        .collect();
    let indexes: Vec<usize> = (0..captures.len()).collect();
    let outcomes = in_parallel(&indexes, |index| {
        let other = &packets[(index + 1) % packets.len()];
        broken(&captures[*index], &packets[*index], other)
    });
    let tried: usize = outcomes.iter().map(|(tried, _)| tried).sum();
    let broken: Vec<String> = outcomes
        .into_iter()
        .flat_map(|(_, broken)| broken)
        .collect();
    tell(&format!(
        "{tried} transformed copies of {} captures\n",
        captures.len()
    ));
    assert!(tried > captures.len(), "only {tried} copies were made");
    assert!(
        broken.is_empty(),
        "{} verdicts do not survive\n{}",
        broken.len(),
        broken.join("\n")
    );
}

/// How many copies were tried, and what is said of them that must not be said.
fn broken(capture: &Capture, packets: &[Packet], other: &[Packet]) -> (usize, Vec<String>) {
    let Ok(whole) = report(&capture.bytes, &capture.name, usize::MAX) else {
        return (0, Vec::new());
    };
    let truth = Truth::of(&whole, &capture.path);
    let mut broken = Vec::new();
    let mut tried = 0;
    for transformation in chosen(capture) {
        let Some(bytes) = transformation.of(packets, other, &truth.clients) else {
            continue;
        };
        let after = report(&bytes, &capture.name, usize::MAX).unwrap();
        let found = match transformation {
            Transformation::Renumbered => truth.same(&after, renumbered),
            it if it.is_faithful() => truth.same(&after, |address| address),
            _ => truth.unfair(&after),
        };
        tried += 1;
        broken.extend(
            found
                .into_iter()
                .map(|found| format!("{} {transformation:?} {found}", capture.name)),
        );
    }
    (tried, broken)
}

/// A sample of all transformations that depends on nothing but the capture.
fn chosen(capture: &Capture) -> impl Iterator<Item = Transformation> {
    let size = capture.bytes.len();
    let mut steps = ONE_OF.iter().filter(|(limit, _)| size <= *limit);
    let step = match std::env::var_os(EVERYTHING) {
        Some(_) => 1,
        None => steps.next().map_or(1, |(_, step)| *step),
    };
    let name = capture.name.bytes().map(usize::from).sum::<usize>();
    let is_chosen = move |index: &usize| (index + name).is_multiple_of(step);
    let indexes = (0..ALL.len()).filter(is_chosen);
    indexes.map(|index| ALL[index])
}
