//! What is shown: by pointer, by keys alone, by link, in two languages, on paper, and for screen readers.

use serde_json::{Value, json};

use super::evidence::sheets;
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

/// What is set as code in elements of this class.
fn code(browser: &Browser, class: &str) -> Value {
    browser.evaluate(&format!(
        "[...document.querySelectorAll('.{class} code')].map((one) => one.textContent)"
    ))
}

#[test]
fn what_one_types_is_set_as_code() {
    let Some(browser) = viewer() else {
        return;
    };
    choose(&browser, &[corpus("README.md")]);
    assert!(!browser.text("failure").contains('`'));
    assert_eq!(code(&browser, "failure-box"), json!(["tcpdump -w FILE"]));
    choose(&browser, &[corpus(ONE_WEAK)]);
    browser.text("found");
    for key in ["2", "]", ENTER] {
        browser.press(key);
    }
    assert!(!browser.text("verdict").contains('`'));
    assert_eq!(code(&browser, "remedy"), json!(["ss -ltn"]));
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
fn the_browsers_language_is_the_pages() {
    let Some(browser) = viewer() else {
        return;
    };
    let start = browser.evaluate("location.href");
    for (asked, tag, word) in [
        ("zh-CN,en;q=0.5", "zh-CN", "打开示例"),
        ("fr,zh-Hans;q=0.9", "zh-CN", "打开示例"),
        ("en-GB,zh;q=0.5", "en", "Open the example"),
        ("fr", "en", "Open the example"),
    ] {
        let agent = browser.evaluate("navigator.userAgent");
        browser.devtools(
            "Emulation.setUserAgentOverride",
            &json!({ "userAgent": agent, "acceptLanguage": asked }),
        );
        browser.open("about:blank");
        browser.open(start.as_str().unwrap());
        assert_eq!(browser.text("example"), word, "{asked}");
        assert_eq!(
            browser.evaluate("document.documentElement.lang"),
            tag,
            "{asked}"
        );
    }
}

#[test]
fn every_layout_of_the_waterfall_is_drawn_and_stands_in_the_link() {
    let Some(browser) = showing("d_ok_allclients.pcapng") else {
        return;
    };
    browser.press("2");
    let drawn = "document.querySelector('[data-testid=waterfall] canvas').toDataURL()";
    for (choice, options) in [
        (
            "choose-group",
            &["group-name", "group-flat", "group-address"][..],
        ),
        (
            "choose-order",
            &["order-worst", "order-longest", "order-start"],
        ),
        ("choose-spread", &["spread-log", "spread-linear"]),
        ("choose-axis", &["axis-clock", "axis-relative"]),
    ] {
        for option in options {
            let (link, drawing) = (browser.evaluate("location.hash"), browser.evaluate(drawn));
            browser.evaluate(&format!("(() => {{ const select = document.querySelector('[data-testid={choice}]'); select.value = '{option}'; select.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"));
            browser.settle();
            assert_ne!(browser.evaluate("location.hash"), link, "{option}");
            // Healthy attempts that began one after the other stand in the same order by more than one measure.
            if choice != "choose-order" {
                assert_ne!(browser.evaluate(drawn), drawing, "{option}");
            }
        }
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn attempts_with_the_same_silence_are_found() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for failure in 1..=3 {
        browser.press("x");
        browser.press("2");
        browser.press("]");
        browser.press("3");
        browser.click("find-similar");
        assert_eq!(
            browser.text("left"),
            "6 of 160 attempts",
            "from failure {failure}"
        );
    }
}

/// As on a phone, and as on a desk at twice and four times its size (WCAG 2.2, 1.4.10).
#[test]
fn no_view_is_wider_than_its_window() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for width in [320, 400, 640] {
        browser.pretend(width, 800, "light");
        for (view, keys) in [
            ("servers", &["1"][..]),
            ("waterfall", &["2", "]"]),
            ("attempt", &["3"]),
            ("packets", &["4"]),
            ("tables", &["1", "t"]),
            ("row table", &["2"]),
            ("keys", &["?"]),
        ] {
            for key in keys {
                browser.press(key);
            }
            browser.settle();
            let over = browser.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth",
            );
            assert_eq!(over, 0, "{view} at {width}");
        }
        browser.press(ESCAPE);
        browser.press("t");
    }
}

#[test]
fn every_view_prints_on_a_few_sheets() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for (view, keys) in [
        ("servers", &["1"][..]),
        ("waterfall", &["2", "]"]),
        ("attempt", &["3"]),
        ("packets", &["4"]),
    ] {
        for key in keys {
            browser.press(key);
        }
        let [light, dark] = ["light", "dark"].map(|scheme| {
            browser.pretend(1280, 900, scheme);
            browser.settle();
            browser.print()
        });
        let sheets = sheets(&light);
        assert!((1..=3).contains(&sheets), "{view}: {sheets} sheets");
        // But for the time that stands in it, a sheet is the same: paper is light.
        assert_eq!(light.len(), dark.len(), "{view}");
    }
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
        json!([
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
    choose(&browser, &[corpus("README.md")]);
    browser.text("failure");
    check(&browser, &script, "failure");
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

pub(super) fn check(browser: &Browser, script: &str, view: &str) {
    let found = browser.evaluate_later(&format!(
        "{script}; axe.run({{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }}).then((result) => done(result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160)).join(' | '))))"
    ));
    assert_eq!(found, json!([]), "{view}");
}
