//! Figures of the page with a large capture: when it is there, how long loading takes, and how long frames are.
//! `cargo xtask bench viewer` asks for them and prints them; nothing is judged here.

use std::path::PathBuf;

use serde_json::{Value, json};
use stallscope_tests::captures::skipped;

use super::choose;
use crate::webdriver::Browser;

/// What notes and measures on the page.
const NOTES: &str = include_str!("figures.js");

#[test]
fn figures_of_a_large_capture() {
    let capture = std::env::var_os("STALLSCOPE_BENCH_CAPTURE").map(PathBuf::from);
    let (Some(capture), Some(url)) = (capture, std::env::var_os("STALLSCOPE_VIEWER_URL")) else {
        skipped("figures", "`cargo xtask bench viewer` measures them");
        return;
    };
    let Some(browser) = Browser::start() else {
        skipped("figures", "chromedriver is not installed");
        return;
    };
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": NOTES }),
    );
    browser.open(&url.to_string_lossy());
    browser.wait_until("seen.interactive > 0");
    choose(&browser, &[capture]);
    // A slow machine takes minutes for what is waited for only seconds at a time.
    while browser.evaluate("!(seen.overview > 0)") == true {
        assert_eq!(
            browser
                .evaluate("document.querySelector('[data-testid=failure]')?.textContent ?? null"),
            Value::Null
        );
        browser.settle();
    }
    let loading = browser.evaluate("({ interactive: seen.interactive, overview: seen.overview - seen.dropped, longest: seen.longest, heap: seen.heap, all: (seen.all ?? []).map(([a, d]) => [a - seen.dropped, d]), })");
    let frames = browser.evaluate_later("measureFrames().then(done)");
    println!(
        "FIGURES {}",
        json!({ "loading": loading, "frames": frames })
    );
}
