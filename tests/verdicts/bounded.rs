//! A report that keeps few attempts counts all of them, and says of how many it knows the cause.

use std::fs;
use std::path::Path;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::Report;

fn keeping(keep: Keep) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/faults");
    let bytes = fs::read(folder.join("d_origin_oneweak_8pct.pcap")).unwrap();
    let digest = false;
    let mut analyzer = Analyzer::new(Options { keep, digest });
    analyzer.begin("capture");
    analyzer.feed(&bytes).unwrap();
    analyzer.end().unwrap();
    analyzer.report()
}

#[test]
fn failures_that_were_not_kept_are_counted_in_the_headline() {
    let statement = |keep| keeping(keep).headline.unwrap().statement;
    assert_eq!(
        statement(Keep::All),
        "6 of 20 attempts (30 %) at 198.51.100.22 failed by server stall before ServerHello (server), and 0 of 140 at \
         the 7 other addresses."
    );
    assert_eq!(
        statement(Keep::Bounded(4)),
        "6 of 20 attempts (30 %) at 198.51.100.22 failed by server stall before ServerHello, in 3 of the 3 that are \
         kept in full (server), and 0 of 140 at the 7 other addresses."
    );
}
