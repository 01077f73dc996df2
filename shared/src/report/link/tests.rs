//! Links that are not whole, not ours, or from another time. Whole reports in links are tests of the workspace.

use super::{Level, LinkError, Opened, at, base36, is_ours, link, open};
use crate::report::redaction::Redaction;
use crate::report::v1::{Report, Tool, VERSION};

fn fragment() -> String {
    let report = Report {
        report_version: VERSION,
        tool: Tool::this(),
        ..Report::default()
    };
    at(&Redaction::new().apply(&report), Level::Everything).fragment
}

#[test]
fn an_empty_report_arrives() {
    let opened = open(&fragment()).unwrap();
    assert_eq!(opened.level, Level::Everything);
    assert_eq!(opened.report.tool, Tool::this());
    let with_view: Result<Opened, _> = open(&(fragment() + "&v=waterfall"));
    assert_eq!(with_view.unwrap(), opened);
}

#[test]
fn a_cut_link_says_so_wherever_it_is_cut() {
    let whole = fragment();
    let payload = whole.rsplit('.').next().unwrap().len();
    for length in 4..whole.len() {
        let cut = &whole[..length];
        let Err(LinkError::Cut { arrived, expected }) = open(cut) else {
            panic!("{cut}: {:?}", open(cut));
        };
        assert!(arrived < payload);
        assert!(
            expected == payload || arrived == 0,
            "{cut}: {arrived} of {expected}"
        );
    }
}

#[test]
fn a_character_that_changed_is_noticed() {
    let whole = fragment();
    for at in 5..whole.len() {
        let mut changed = whole.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(open(&changed).is_err(), "{at}: {changed}");
    }
}

#[test]
fn what_is_not_ours_or_newer_is_refused_in_a_sentence() {
    for (text, sentence) in [
        (
            "#report",
            "this link holds no report: it does not begin with #r1.",
        ),
        (
            "#r0.1.2.3",
            "this link holds no report: it does not begin with #r1.",
        ),
        (
            "r3.zz.1.abc",
            "this link has version r3, and this program reads r1: open it with a newer stallscope",
        ),
        (
            "#r1.2s",
            "this link was cut by the app that it came through, near its beginning. Ask for it again as a file, or through another app",
        ),
        (
            "#r1.2s.0abc",
            "this link was cut by the app that it came through: 0 of 100 characters arrived. Ask for it again as a file, or through another app",
        ),
        (
            "#r1.2s.00000000.AAAA",
            "this link was cut by the app that it came through: 4 of 100 characters arrived. Ask for it again as a file, or through another app",
        ),
        (
            "#r1.2.00000000.AAAA",
            "this link has 2 characters too many at its end: something was glued to it on the way",
        ),
        (
            "#r1.4.00000000.AAAA",
            "this link was changed on its way: its checksum does not fit. Ask for it again as a file, or through another app",
        ),
    ] {
        assert_eq!(open(text).unwrap_err().to_string(), sentence, "{text}");
    }
    assert!(is_ours("#r1.cut") && is_ours("r12.") && !is_ours("#attempt=3") && !is_ours("#r."));
}

#[test]
fn even_the_least_may_not_fit() {
    let report = Report {
        report_version: VERSION,
        ..Report::default()
    };
    assert_eq!(
        link(
            &Redaction::new().apply(&report),
            "https://viewer.example/",
            40
        ),
        None
    );
}

#[test]
fn lengths_are_written_in_base_36() {
    for number in [0, 35, 36, 1_457, usize::MAX] {
        assert_eq!(usize::from_str_radix(&base36(number), 36), Ok(number));
    }
}
