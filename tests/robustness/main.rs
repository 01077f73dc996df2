//! Damage never accuses somebody else: captures that begin late, are cut short, lack a direction or hold packets twice
//! yield the verdicts of the whole capture, or fewer. What changes a capture's form only changes no verdict.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod law;
mod packets;
mod transformations;

use std::collections::BTreeMap;
use std::path::Path;

use stallscope_tests::captures::{Capture, below, beside, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

use crate::law::{Truth, count};
use crate::packets::{Packet, read};
use crate::transformations::{ALL, Transformation, renumbered};

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
        let others = |further: usize| packets[(index + further) % packets.len()].as_slice();
        judge(&captures[*index], &packets[*index], &others)
    });
    let mut tried = 0;
    let mut broken = Vec::new();
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for copy in outcomes.into_iter().flatten() {
        tried += 1;
        broken.extend(copy.broken);
        let sums = counts
            .entry(format!("{:?}", copy.transformation))
            .or_default();
        let [accused, open] = copy.counts;
        for (sum, count) in sums.iter_mut().zip([1, accused, open]) {
            *sum += count;
        }
    }
    tell(&format!(
        "{tried} transformed copies of {} captures\n{}",
        captures.len(),
        table(&counts)
    ));
    assert!(tried > captures.len(), "only {tried} copies were made");
    assert!(
        broken.is_empty(),
        "{} verdicts do not survive\n{}",
        broken.len(),
        broken.join("\n")
    );
}

/// Copies, accusations, and failures that nobody can judge, by transformation.
fn table(counts: &BTreeMap<String, [usize; 3]>) -> String {
    let row = |(name, [copies, accused, open]): (&String, &[usize; 3])| {
        format!("  {name:32}{copies:4} copies {accused:5} accusations {open:5} undecided\n")
    };
    counts.iter().map(row).collect()
}

/// A transformed copy.
struct Copied {
    transformation: Transformation,
    /// Accusations, and failures that nobody can judge.
    counts: [usize; 2],
    /// What is said of it and must not be said.
    broken: Vec<String>,
}

/// All copies of a capture; `others` is the capture so many further on.
fn judge<'a>(
    capture: &Capture,
    packets: &[Packet],
    others: &dyn Fn(usize) -> &'a [Packet],
) -> Vec<Copied> {
    let Ok(whole) = report(&capture.bytes, &capture.name, usize::MAX) else {
        return Vec::new();
    };
    let truth = Truth::of(&whole, &capture.path);
    let copy = |transformation: Transformation| {
        let other = match transformation {
            Transformation::Merged(further) => others(further),
            _ => &[],
        };
        let bytes = transformation.of(packets, other, &truth.clients)?;
        let after = report(&bytes, &capture.name, usize::MAX).unwrap();
        let found = match transformation {
            Transformation::Renumbered => truth.same(&after, renumbered),
            it if it.is_faithful() => truth.same(&after, |address| address),
            _ => truth.unfair(&after),
        };
        let name = |found: String| format!("{} {transformation:?} {found}", capture.name);
        Some(Copied {
            transformation,
            counts: count(&after),
            broken: found.into_iter().map(name).collect(),
        })
    };
    ALL.into_iter().filter_map(copy).collect()
}
