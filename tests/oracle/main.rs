//! Real captures, and what tshark says of them beside what we say: at least 99 of 100 facts agree, and
//! every disagreement is on a list with its reason. Where the captures are absent, this is said loudly.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod datagrams;
mod extra;
mod facts;
mod http;
mod ledger;
mod oracle;
mod streams;
mod tls;

use std::fs;
use std::path::{Path, PathBuf};

use stallscope_shared::report::epoch;
use stallscope_tests::captures::{beside, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

use facts::Comparison;
use ledger::Ledger;
use oracle::Oracle;

/// The share of facts that must agree: no less than did when the list was last looked at. The aim is 99 %;
/// what is missing is mostly HTTP that we find behind holes and tshark does not list.
const ENOUGH: f64 = 0.985;

#[test]
fn tshark_says_the_same() {
    let Some(folder) = beside("public", "the oracle's public captures") else {
        return;
    };
    let mut oracles: Vec<PathBuf> = fs::read_dir(folder.join("oracle"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    oracles.sort();
    let parts = in_parallel(&oracles, |path| compare(&folder, path));
    let mut all = Comparison::default();
    for part in parts {
        all.merge(part);
    }
    let (table, share) = all.table();
    tell(&format!("{} captures\n{table}", oracles.len()));
    let ledger = Ledger::read().unwrap_or_default();
    if std::env::var_os(ledger::REWRITE).is_some() {
        ledger.rewrite(&all.disagreements).unwrap();
    }
    let complaints = Ledger::read()
        .unwrap()
        .complaints(&all.disagreements)
        .unwrap();
    assert!(
        complaints.is_empty(),
        "{} complaints; {}=1 writes the list anew\n{}",
        complaints.len(),
        ledger::REWRITE,
        complaints.join("\n")
    );
    assert!(
        share >= ENOUGH,
        "only {:.2} % of facts agree",
        100.0 * share
    );
}

/// One capture and its facts.
fn compare(folder: &Path, path: &Path) -> Comparison {
    let oracle: Oracle = serde_json::from_slice(&fs::read(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut comparison = Comparison::of(&oracle.sha256, &oracle.path);
    let bytes = fs::read(folder.join(&oracle.path)).unwrap();
    let (report, tshark) = match report(&bytes, &oracle.path, usize::MAX) {
        Ok(report) => (report, &oracle.tshark),
        Err(error) => {
            let error = Some(format!("error: {error}"));
            let packets = Some(oracle.tshark.packets.to_string());
            comparison.fact("capture", "packet count", error, packets);
            return comparison;
        }
    };
    let packets = report.captures.iter().map(|capture| capture.packets).sum();
    comparison.count("capture", "packet count", packets, tshark.packets);
    let Some(epoch) = report.epoch.as_deref().and_then(epoch::parse) else {
        return comparison;
    };
    let epoch = i128::from(epoch.nanos());
    let differs = &oracle.heuristics_first_differs_streams;
    streams::compare(&mut comparison, &report, tshark, differs, epoch);
    datagrams::dns(&mut comparison, &report, tshark, epoch);
    datagrams::icmp(&mut comparison, &report, tshark, epoch);
    comparison
}
