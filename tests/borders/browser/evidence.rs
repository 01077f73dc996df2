//! The evidence page: opened from disk it shows everything, asks for nothing, and prints.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use stallscope_shared::export::html;
use stallscope_shared::report::redaction::Redaction;
use stallscope_shared::text::Language;
use stallscope_tests::captures::skipped;

use super::looking::ENTER;
use super::{ONE_WEAK, corpus, made};
use crate::webdriver::Browser;

/// The page of the capture with one weak node.
fn page(name: &str, languages: &[Language]) -> PathBuf {
    let capture = fs::read(corpus(ONE_WEAK)).unwrap();
    let report = stallscope_tests::report(&capture, ONE_WEAK, usize::MAX).unwrap();
    let redacted = Redaction::new().apply(&report);
    let options = html::Options {
        languages,
        ..html::Options::default()
    };
    made(name, html::page(&redacted, &options).as_bytes())
}

#[test]
fn a_page_from_disk_shows_everything_and_asks_for_nothing() {
    let Some(browser) = Browser::start() else {
        skipped(
            "the evidence page in a browser",
            "chromedriver is not installed",
        );
        return;
    };
    let file = page("evidence.html", &Language::ALL);
    // Nothing could be had from anywhere.
    browser.devtools("Network.enable", &json!({}));
    browser.devtools(
        "Network.emulateNetworkConditions",
        &json!({ "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0 }),
    );
    browser.open(&format!("file://{}", file.display()));
    assert_eq!(browser.evaluate("document.scripts.length"), json!(0));
    assert_eq!(
        browser.evaluate("performance.getEntriesByType('resource').length"),
        json!(0)
    );
    let said = browser
        .evaluate("document.body.innerText")
        .as_str()
        .unwrap()
        .to_owned();
    for needed in [
        "198.51.100.22:443",
        "api.shop.example",
        "server stall before ServerHello",
        "服务器在 ServerHello 之前停滞",
        "frame.number in {",
        "--resolve api.shop.example:443:198.51.100.22",
    ] {
        assert!(said.contains(needed), "{needed} is not on the page: {said}");
    }
    let figures = browser.evaluate("document.querySelectorAll('svg').length");
    assert!(
        figures.as_u64().unwrap() >= 3,
        "strips, and ladders of a failing and a healthy attempt"
    );
    let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    for width in [1280, 400] {
        browser.pretend(width, 900, "light");
        browser.settle();
        assert_eq!(browser.evaluate(overflow), json!(0), "{width} pixels wide");
    }
    for (paper, width, height) in [("A4", 21.0, 29.7), ("Letter", 21.59, 27.94)] {
        let printed = browser.print_on(width, height);
        assert!(printed.starts_with(b"%PDF-"));
        let sheets = sheets(&printed);
        assert!((4..=8).contains(&sheets), "{sheets} sheets of {paper}");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Pages of a PDF, which Chromium writes without packing them into streams (ISO 32000-1 §7.7.3.3).
pub(super) fn sheets(pdf: &[u8]) -> usize {
    let mark = b"/Type /Page";
    let ends = pdf
        .windows(mark.len() + 1)
        .filter(|window| window.starts_with(mark) && window.last() != Some(&b's'));
    ends.count()
}

#[test]
fn a_page_without_scripts_is_the_same_page() {
    let Some(browser) = Browser::start() else {
        skipped(
            "the evidence page without scripts",
            "chromedriver is not installed",
        );
        return;
    };
    let url = format!(
        "file://{}",
        page("scripts.html", &Language::ALL[..1]).display()
    );
    let pictures = [false, true].map(|is_forbidden| {
        browser.devtools(
            "Emulation.setScriptExecutionDisabled",
            &json!({ "value": is_forbidden }),
        );
        browser.open(&url);
        browser.picture_of_all()
    });
    assert!(pictures[0].len() > 50_000);
    assert!(pictures[0] == pictures[1]);
}

#[test]
fn the_viewer_behind_a_page_needs_no_network() {
    let Some(bytes) = super::sharing::exported(&["--to", "html"]) else {
        return;
    };
    let Some(browser) = Browser::start() else {
        skipped(
            "the viewer behind an evidence page",
            "chromedriver is not installed",
        );
        return;
    };
    let page = String::from_utf8(bytes).unwrap();
    let packets = html::held(&page).unwrap().packets.unwrap().0;
    let without_packets = page.len() - packets.len().div_ceil(3) * 4;
    assert!(without_packets < 600_000, "{without_packets} bytes");
    let file = made("behind.html", page.as_bytes());
    browser.devtools("Network.enable", &json!({}));
    browser.devtools(
        "Network.emulateNetworkConditions",
        &json!({ "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0 }),
    );
    browser.open(&format!("file://{}", file.display()));
    let title = browser.evaluate("document.title");
    let is_document = "document.querySelector('body > main').checkVisibility()";
    assert_eq!(browser.evaluate(is_document), json!(true));
    browser.evaluate("document.querySelector('#behind button').click()");
    assert!(browser.text("headline").contains("198.51.100.22"));
    assert_eq!(browser.evaluate(is_document), json!(false));
    // The attempt that failed, its packets, and the bytes of one.
    for key in ["2", "]", ENTER] {
        browser.press(key);
    }
    assert!(browser.text("outcome").contains("stalled"));
    assert!(browser.text("ladder").contains("silence"));
    browser.press("4");
    browser.text("packet");
    browser.evaluate("document.querySelector('[data-testid=packet] button').click()");
    assert!(browser.text("hex").contains("45 "), "an IPv4 header");
    assert_eq!(
        browser.evaluate("performance.getEntriesByType('resource').length"),
        json!(0)
    );
    browser.evaluate("document.querySelectorAll('#behind button')[1].click()");
    assert_eq!(browser.evaluate(is_document), json!(true));
    assert_eq!(browser.evaluate("document.title"), title);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
