//! Real captures, and what tshark says of them beside what we say: at least 99 of 100 facts agree, of those of
//! which there was any, and every disagreement is on a list with its reason. Where the captures are absent, this
//! is said loudly.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its surroundings are not as they must be"
)]

mod behind_holes;
mod copies;
mod datagrams;
mod extra;
mod facts;
mod http;
mod ledger;
mod oracle;
mod streams;
mod tls;

use std::fs;
use std::path::Path;

use stallscope_shared::report::epoch;
use stallscope_shared::report::v1::Report;
use stallscope_tests::captures::{beside, tell};
use stallscope_tests::parallel::in_parallel;
use stallscope_tests::report;

use facts::Comparison;
use ledger::Ledger;
use oracle::Oracle;
use streams::Context;

/// The share of facts that must agree. What neither of the two found does not count: that there are no zero
/// windows in a capture without any is no merit.
const ENOUGH: f64 = 0.99;

#[test]
fn tshark_says_the_same() {
    let Some(folder) = beside("public", "the oracle's public captures") else {
        return;
    };
    let oracles = oracle::all(&folder);
    let behind_holes = behind_holes::read().unwrap();
    let parts = in_parallel(&oracles, |oracle| compare(&folder, oracle, &behind_holes));
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
fn compare(folder: &Path, oracle: &Oracle, behind_holes: &behind_holes::List) -> Comparison {
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
    // tshark numbers custom blocks of pcapng as if they were packets.
    let theirs = tshark.packets - oracle.walker.custom_blocks();
    comparison.count("capture", "packet count", packets, theirs);
    comparison.wrap_at(wraps(&report));
    let Some(epoch) = report.epoch.as_deref().and_then(epoch::parse) else {
        return comparison;
    };
    let epoch = i128::from(epoch.nanos());
    let context = Context::new(oracle, epoch, behind_holes);
    streams::compare(&mut comparison, &report, tshark, &context);
    datagrams::dns(&mut comparison, &report, tshark, epoch);
    datagrams::icmp(&mut comparison, &report, tshark, epoch);
    comparison
}

/// Where tshark's times wrap, nanoseconds: a fraction of a second in pcap that is no fraction does not fit its 32
/// bits, and a time below zero in pcapng is a large one without a sign.
fn wraps(report: &Report) -> Vec<i128> {
    let warns = |kind: &str| report.warnings.iter().any(|warning| warning.kind == kind);
    let mut wraps = Vec::new();
    if warns("bad-fraction") {
        wraps.push(1 << 32);
    }
    if warns("time-out-of-range") {
        let interfaces = report.captures.iter().flat_map(|c| &c.interfaces);
        let ticks = interfaces.filter_map(|interface| interface.tick_ns);
        wraps.extend(ticks.map(|tick| i128::from(tick) << 64));
    }
    wraps
}
