//! A report that keeps few attempts counts all of them, and says of how many it knows the cause.

use std::fs;
use std::path::Path;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::Report;

fn keeping(keep: Keep) -> Report {
    read(keep).report()
}

fn read(keep: Keep) -> Analyzer {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/faults");
    let bytes = fs::read(folder.join("d_origin_oneweak_8pct.pcap")).unwrap();
    let digest = false;
    let mut analyzer = Analyzer::new(Options { keep, digest });
    analyzer.begin("capture");
    analyzer.feed(&bytes).unwrap();
    analyzer.end().unwrap();
    analyzer
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
        "6 of 20 attempts (30 %) at 198.51.100.22 failed by server stall before ServerHello, in 3 of the 3 that were \
         judged (server), and 0 of 140 at the 7 other addresses."
    );
}

#[test]
fn judging_step_by_step_says_the_same() {
    for keep in [Keep::All, Keep::Bounded(40)] {
        let mut analyzer = read(keep);
        let mut steps = Vec::new();
        while let Some(step) = analyzer.judge(7) {
            steps.push(step);
        }
        let all = steps[0].1;
        let expected: Vec<_> = (7..all).step_by(7).map(|judged| (judged, all)).collect();
        assert_eq!(steps, expected);
        let report = analyzer.report();
        assert_eq!(report.attempts.len(), all);
        assert_eq!(report, keeping(keep));
    }
}

#[test]
fn what_was_not_judged_has_no_verdict_and_is_counted_all_the_same() {
    let whole = keeping(Keep::All);
    let mut analyzer = read(Keep::All);
    let (judged, all) = analyzer.judge(157).unwrap();
    assert_eq!((judged, all), (157, 160));
    analyzer.stop_judging();
    let report = analyzer.report();
    assert_eq!(report.totals, whole.totals);
    assert_eq!(report.attempts.len(), all);
    let verdicts = |report: &Report| {
        let told = report.attempts.iter();
        told.filter(|attempt| attempt.verdict.is_some()).count()
    };
    assert!(verdicts(&report) < verdicts(&whole));
    assert_eq!(
        report.headline.unwrap().statement,
        "6 of 20 attempts (30 %) at 198.51.100.22 failed by server stall before ServerHello, in 3 of the 3 that were \
         judged (server), and 0 of 140 at the 7 other addresses."
    );
}
