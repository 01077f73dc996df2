//! Getting things in: kinds of files, several at once, what is refused, and what is ended.

use std::fs;

use serde_json::json;
use stallscope_shared::report::v1::Report;
use stallscope_shared::testkit::capture::{gzip, zstd};
use stallscope_tests::captures::{Capture, in_repository, public, tell};
use stallscope_tests::report;

use super::joining::repeated;
use super::looking::ENTER;
use super::{ONE_WEAK, choose, corpus, made, viewer};
use crate::webdriver::Browser;

/// More servers than this are a table.
const CARDS: usize = 40;

#[test]
fn the_pages_numbers_are_the_reports() {
    let Some(browser) = viewer() else {
        return;
    };
    let captures = in_repository().unwrap();
    shown_as_reported(
        &browser,
        captures.iter().filter(|capture| !capture.bytes.is_empty()),
    );
}

#[test]
fn every_public_capture_is_shown_as_the_command_reports_it() {
    let what = "public captures in the browser";
    let captures = public(what).unwrap();
    if captures.is_empty() {
        return;
    }
    let Some(browser) = viewer() else {
        return;
    };
    let refused = shown_as_reported(&browser, captures.iter());
    let all = captures.len();
    tell(&format!(
        "{what}: {all} files, of which {refused} are refused here and there\n"
    ));
}

/// Chooses each capture on a page of its own and compares what the page says of it with the report; how many
/// neither can read.
fn shown_as_reported<'a>(browser: &Browser, captures: impl Iterator<Item = &'a Capture>) -> usize {
    let start = browser.evaluate("location.href.split('#')[0]");
    let mut refused = 0;
    for capture in captures {
        browser.open("about:blank");
        browser.open(start.as_str().unwrap());
        choose(browser, std::slice::from_ref(&capture.path));
        match report(&capture.bytes, &capture.name, usize::MAX) {
            Ok(expected) => compare(browser, &capture.path.display().to_string(), &expected),
            Err(error) => {
                refused += 1;
                let said = browser.text("failure");
                assert!(said.contains(&capture.name), "{error}: {said}");
            }
        }
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
    refused
}

pub(super) fn compare(browser: &Browser, name: &str, expected: &Report) {
    let found = browser.text("found");
    if expected.totals.attempts == 0 {
        assert!(
            browser.text("empty").contains("no connection attempts"),
            "{name}"
        );
        return;
    }
    let attempts = match expected.totals.attempts {
        1 => "1 connection attempt ".to_owned(),
        number => format!("{} connection attempts ", grouped(number)),
    };
    assert!(found.starts_with(&attempts), "{name}: {found}");
    let failures = match expected.totals.failures {
        0 => "None failed".to_owned(),
        number => format!("{} failed", grouped(number)),
    };
    assert!(found.contains(&failures), "{name}: {found}");
    let servers = worst_first(expected);
    if servers.len() <= CARDS {
        assert_eq!(browser.all_texts("card-address"), servers, "{name}");
    } else {
        browser.text("server-table");
    }
}

/// As the page writes numbers.
fn grouped(number: u64) -> String {
    match (number / 1000, number % 1000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// Addresses as the page orders them: failures, then stalls, then by name.
fn worst_first(report: &Report) -> Vec<String> {
    let mut servers: Vec<_> = report.servers.iter().collect();
    servers.sort_by_key(|server| {
        (
            std::cmp::Reverse((server.failures, server.stalled)),
            server.address.clone(),
        )
    });
    servers
        .into_iter()
        .map(|server| server.address.clone())
        .collect()
}

#[test]
fn what_cannot_be_shown_is_answered_with_a_sentence() {
    let Some(browser) = viewer() else {
        return;
    };
    let newer = json!({"report_version": 7, "tool": {"name": "stallscope", "version": "9.1"}});
    for (file, sentence) in [
        (corpus("README.md"), "README.md: not a capture"),
        (made("empty.pcap", b""), "empty.pcap: "),
        (
            made("newer.json", newer.to_string().as_bytes()),
            "open it with a newer stallscope",
        ),
        (
            made("broken.json", br#"{"report_version":1}"#),
            "this report is damaged",
        ),
        (
            made("keys.txt", b"CLIENT_RANDOM 00 11\n"),
            "together with the capture",
        ),
    ] {
        choose(&browser, std::slice::from_ref(&file));
        browser.wait_until(&format!(
            "document.querySelector('[data-testid=failure]')?.textContent.includes({})",
            json!(sentence)
        ));
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
    choose(&browser, &[corpus(ONE_WEAK)]);
    assert!(
        browser.text("found").contains("failed"),
        "the page survives"
    );
}

#[test]
fn packed_captures_are_known_by_their_bytes_whatever_their_names() {
    let Some(browser) = viewer() else {
        return;
    };
    let capture = fs::read(corpus("d_h6_rst3.pcapng")).unwrap();
    for (name, bytes) in [
        ("capture.txt", capture.clone()),
        ("capture.json", gzip(&capture)),
        ("capture.pcap", zstd(&capture)),
    ] {
        browser.drop_files(&[(name, &bytes)]);
        browser.wait_until(&format!("document.title.startsWith('{name}')"));
        let expected = report(&bytes, name, usize::MAX).unwrap();
        assert!(expected.totals.attempts > 0);
        compare(&browser, name, &expected);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_capture_that_is_cut_says_where() {
    let Some(browser) = viewer() else {
        return;
    };
    choose(&browser, &[corpus("d_ok_robust_truncated.pcap")]);
    let warnings = browser.text("warnings");
    assert!(
        warnings.contains("the capture ends inside this packet"),
        "{warnings}"
    );
    assert!(warnings.contains("(packet 86)"), "{warnings}");
}

#[test]
fn a_file_that_is_gone_when_it_is_read_is_said() {
    let Some(browser) = viewer() else {
        return;
    };
    let file = made(
        "gone.pcap",
        &fs::read(corpus("d_h1_curl5_v6.pcap")).unwrap(),
    );
    browser.evaluate("document.addEventListener('change', (event) => { window.kept = [...event.target.files]; }, true)");
    choose(&browser, std::slice::from_ref(&file));
    browser.text("found");
    fs::remove_file(file).unwrap();
    for key in ["2", "j", ENTER, "4"] {
        browser.press(key);
    }
    browser.text("packet-table");
    browser.evaluate("document.querySelector('[data-testid=packet] button').click()");
    browser.wait_until(
        "document.querySelector('.hex').textContent.includes('cannot be read any more')",
    );
    browser.evaluate("(() => { const held = new DataTransfer(); window.kept.forEach((file) => held.items.add(file)); \
        document.querySelector('.app').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: held })); })()");
    let failure = browser.text("failure");
    assert!(
        failure.contains("gone.pcap cannot be read any more"),
        "{failure}"
    );
}

#[test]
fn a_report_is_opened_like_a_capture() {
    let Some(browser) = viewer() else {
        return;
    };
    let bytes = fs::read(corpus(ONE_WEAK)).unwrap();
    let report = report(&bytes, ONE_WEAK, usize::MAX).unwrap();
    let file = made("report.txt", &serde_json::to_vec(&report).unwrap());
    choose(&browser, &[file]);
    let of_report = browser.text("found");
    choose_more(&browser, ONE_WEAK);
    browser.wait_until("document.title.startsWith('d_origin')");
    assert_eq!(browser.text("found"), of_report);
}

fn choose_more(browser: &Browser, name: &str) {
    browser.type_into("more-files", &corpus(name).display().to_string());
}

#[test]
fn files_are_dropped_anywhere_and_their_key_log_is_kept_beside_them() {
    let Some(browser) = viewer() else {
        return;
    };
    let bytes = fs::read(corpus("d_h1_curl5_v6.pcap")).unwrap();
    let key_log: &[u8] = b"# keys\nCLIENT_RANDOM 00 11\n";
    // Two files of one name, and the log.
    browser.drop_files(&[
        ("one.pcap", &bytes),
        ("one.pcap", &bytes),
        ("keys.log", key_log),
    ]);
    let facts = browser.text("facts");
    assert_eq!(facts.matches("one.pcap: ").count(), 2, "{facts}");
    assert!(facts.contains("keys.log"), "{facts}");
}

#[test]
fn a_report_can_be_pasted() {
    let Some(browser) = viewer() else {
        return;
    };
    let bytes = fs::read(corpus("d_h1_curl5_v6.pcap")).unwrap();
    let report = report(&bytes, "pasted", usize::MAX).unwrap();
    browser.paste(&serde_json::to_string(&report).unwrap());
    assert!(browser.text("found").contains("1 address"));
}

#[test]
fn a_link_names_a_file_and_a_file_that_is_not_there_is_said() {
    let Some(browser) = viewer() else {
        return;
    };
    let start = browser.evaluate("location.href.split('#')[0]");
    let start = start.as_str().unwrap();
    browser.open(&format!("{start}?report=example.pcap"));
    assert!(browser.text("found").contains("failed"));
    browser.open(&format!("{start}?report=nothing.json"));
    assert!(browser.text("failure").contains("404"));
    browser.open(&format!("{start}?report=http://203.0.113.1/x"));
    assert!(browser.text("failure").contains("nothing was asked"));
}

#[test]
fn reading_is_ended_at_any_moment_and_shows_what_was_read() {
    let Some(browser) = viewer() else {
        return;
    };
    let large = made(
        "large.pcap",
        &repeated(&fs::read(corpus(ONE_WEAK)).unwrap(), 300 << 20),
    );
    choose(&browser, std::slice::from_ref(&large));
    browser.click("stop");
    let warnings = browser.text("warnings");
    assert!(warnings.contains("stopped before the end"), "{warnings}");
    choose_more_path(&browser, &large);
    browser.wait_until("!document.querySelector('[data-testid=warnings]')?.textContent.includes('stopped') && document.querySelector('[data-testid=facts]')");
    let facts = browser.text("facts");
    assert!(facts.contains("large.pcap"), "{facts}");
    fs::remove_file(large).unwrap();
}

fn choose_more_path(browser: &Browser, path: &std::path::Path) {
    browser.type_into("more-files", &path.display().to_string());
}

#[test]
fn the_page_works_from_disk() {
    let Some(browser) = viewer() else {
        return;
    };
    let Some(folder) = crate::built("STALLSCOPE_VIEWER_FOLDER", "the viewer from disk") else {
        return;
    };
    browser.open(&format!("file://{}/index.html", folder.display()));
    browser.click("example");
    assert!(browser.text("found").contains("failed"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
