//! Getting things in: kinds of files, several at once, what is refused, and what is ended.

use std::fs;

use serde_json::json;
use stallscope_shared::report::v1::Report;
use stallscope_tests::captures::in_repository;
use stallscope_tests::report;

use super::{ONE_WEAK, choose, corpus, made, viewer};

#[test]
fn the_pages_numbers_are_the_reports() {
    let Some(browser) = viewer() else {
        return;
    };
    let start = browser.evaluate("location.href.split('#')[0]");
    for capture in in_repository()
        .unwrap()
        .iter()
        .filter(|capture| !capture.bytes.is_empty())
    {
        let expected = report(&capture.bytes, &capture.name, usize::MAX).unwrap();
        browser.open("about:blank");
        browser.open(start.as_str().unwrap());
        choose(&browser, std::slice::from_ref(&capture.path));
        let found = browser.text("found");
        if expected.totals.attempts == 0 {
            assert!(browser.text("empty").contains("no connection attempts"));
            continue;
        }
        let attempts = match expected.totals.attempts {
            1 => "1 connection attempt ".to_owned(),
            number => format!("{number} connection attempts "),
        };
        assert!(found.starts_with(&attempts), "{}: {found}", capture.name);
        let failures = match expected.totals.failures {
            0 => "None failed".to_owned(),
            number => format!("{number} failed"),
        };
        assert!(found.contains(&failures), "{}: {found}", capture.name);
        assert_eq!(
            browser.all_texts("card-address"),
            worst_first(&expected),
            "{}",
            capture.name
        );
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
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

fn choose_more(browser: &crate::webdriver::Browser, name: &str) {
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

fn choose_more_path(browser: &crate::webdriver::Browser, path: &std::path::Path) {
    browser.type_into("more-files", &path.display().to_string());
}

/// The packets of a capture again and again, each round an hour after the one before.
fn repeated(capture: &[u8], length: usize) -> Vec<u8> {
    let (header, packets) = capture.split_at(24);
    let mut bytes = header.to_vec();
    let mut round = 0_u32;
    while bytes.len() < length {
        let mut at = 0;
        while let Some(head) = packets.get(at..at + 16) {
            let number = |from: usize| u32::from_le_bytes(head[from..from + 4].try_into().unwrap());
            let later = number(0) + round * 3600;
            bytes.extend(later.to_le_bytes());
            let end = at + 16 + usize::try_from(number(8)).unwrap();
            bytes.extend(&packets[at + 4..end]);
            at = end;
        }
        round += 1;
    }
    bytes
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
