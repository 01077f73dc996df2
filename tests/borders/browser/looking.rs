//! What is shown: by pointer, by keys alone, by link, in two languages, on paper, and for screen readers.

use super::{ONE_WEAK, choose, corpus, showing, viewer};
use crate::webdriver::Browser;

/// Keys of the WebDriver protocol (§17.4.2).
pub(super) const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

#[test]
fn keys_alone_lead_to_the_packets_of_a_failure() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for key in ["2", "]", ENTER] {
        browser.press(key);
    }
    assert!(browser.text("outcome").contains("stalled"));
    assert!(browser.text("ladder").contains("silence"));
    browser.press("4");
    let packets = browser.all_texts("packet");
    assert!(
        packets.iter().any(|packet| packet.contains("ClientHello")),
        "{packets:?}"
    );
    browser.press(ESCAPE);
    browser.wait_until(
        "document.querySelector('#tab-waterfall').getAttribute('aria-selected') === 'true'",
    );
    browser.press("?");
    assert!(
        browser
            .text("help-panel")
            .contains("next or previous attempt")
    );
    browser.press(ESCAPE);
    browser.wait_until("!document.querySelector('[data-testid=help-panel]')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_filter_leaves_what_it_names() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    let all = browser.text("left");
    browser.press("/");
    browser.type_into("filter", "out:failed");
    browser.wait_until("document.querySelectorAll('[data-testid=card]').length === 1");
    assert!(browser.text("left") != all);
    browser.type_into("filter", " nonsense:1");
    assert!(browser.text("problem").contains("nonsense:1"));
    browser.click("clear");
    assert_eq!(browser.text("left"), all);
}

#[test]
fn a_stretch_of_time_is_chosen_on_the_strip() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    let all = browser.text("left");
    browser.drag("strip", (0.2, 0.5), (0.5, 0.5));
    browser.wait_until("location.hash.includes('time=')");
    assert!(browser.text("left") != all);
    browser.press("x");
    browser.wait_until("!location.hash.includes('time=')");
    assert_eq!(browser.text("left"), all);
}

#[test]
fn a_link_shows_the_same_again() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    browser.press("2");
    browser.press("]");
    browser.press(ENTER);
    let outcome = browser.text("outcome");
    let title = browser.evaluate("document.querySelector('.attempt-head h2').textContent");
    let link = browser.evaluate("location.href");
    browser.open("about:blank");
    browser.open(link.as_str().unwrap());
    choose(&browser, &[corpus(ONE_WEAK)]);
    assert_eq!(browser.text("outcome"), outcome);
    assert_eq!(
        browser.evaluate("document.querySelector('.attempt-head h2').textContent"),
        title
    );
}

#[test]
fn a_packets_bytes_are_read_again_from_the_file() {
    let Some(browser) = showing("d_h1_curl5_v6.pcap") else {
        return;
    };
    for key in ["2", "j", ENTER, "4"] {
        browser.press(key);
    }
    browser.text("packet-table");
    browser.evaluate("document.querySelector('[data-testid=packet] button').click()");
    let hex = browser.text("hex");
    // IPv6 behind an Ethernet header.
    assert!(hex.contains("86 dd"), "{hex}");
}

#[test]
fn drawings_have_twins_of_text() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    browser.press("t");
    assert!(
        browser.text("server-table").contains("failed")
            || browser.text("server-table").contains('%')
    );
    browser.press("2");
    assert!(browser.text("row-table").contains("TLS stalled"));
}

#[test]
fn everything_is_said_in_chinese_too() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    browser.evaluate("(() => { const select = document.querySelector('[data-testid=language]'); select.value = 'zh-CN'; select.dispatchEvent(new Event('change', { bubbles: true })); })()");
    browser.wait_until("document.documentElement.lang === 'zh-CN'");
    assert!(browser.text("found").contains("连接尝试"));
    let words = browser.evaluate("document.querySelector('main').innerText");
    let latin = words.as_str().unwrap();
    for english in ["attempts", "failed", "median"] {
        assert!(!latin.contains(english), "{english}: {latin}");
    }
}

#[test]
fn it_prints() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    let paper = browser.print();
    assert!(paper.starts_with(b"%PDF"));
    assert!(paper.len() > 10_000, "{} bytes", paper.len());
}

#[test]
fn nothing_is_asked_of_anybody() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for key in ["2", "]", ENTER, "4"] {
        browser.press(key);
    }
    browser.text("packet-table");
    let asked = browser.evaluate("performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname.split('/').pop()).sort()");
    assert_eq!(
        asked,
        serde_json::json!([
            "stallscope-worker.js",
            "stallscope-worker_bg.wasm",
            "stallscope.css",
            "stallscope.js",
            "stallscope_bg.wasm"
        ])
    );
}

/// Rules of the Web Content Accessibility Guidelines, checked by axe-core on every view.
#[test]
fn every_view_is_accessible() {
    let Some(script) = crate::built("STALLSCOPE_AXE", "accessibility") else {
        return;
    };
    let script = std::fs::read_to_string(script).unwrap();
    let Some(browser) = viewer() else {
        return;
    };
    check(&browser, &script, "start");
    choose(&browser, &[corpus(ONE_WEAK)]);
    browser.text("found");
    for scheme in ["light", "dark"] {
        browser.pretend(1280, 900, scheme);
        for (view, keys) in [
            ("servers", &["1"][..]),
            ("waterfall", &["2", "]"]),
            ("attempt", &["3"]),
            ("packets", &["4"]),
            ("keys", &["?"]),
        ] {
            for key in keys {
                browser.press(key);
            }
            check(&browser, &script, &format!("{view}, {scheme}"));
        }
        browser.press(ESCAPE);
        browser.press("e");
        browser.text("share-length");
        check(&browser, &script, &format!("share, {scheme}"));
        browser.press(ESCAPE);
    }
}

fn check(browser: &Browser, script: &str, view: &str) {
    let found = browser.evaluate_later(&format!(
        "{script}; axe.run({{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }}).then((result) => done(result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160)).join(' | '))))"
    ));
    assert_eq!(found, serde_json::json!([]), "{view}");
}
