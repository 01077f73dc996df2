//! Figures of the page with a large capture: when it is there, how long loading takes, and how long frames are.
//! `cargo xtask bench viewer` asks for them and prints them; nothing is judged here.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stallscope_tests::captures::skipped;

use super::choose;
use crate::webdriver::Browser;

/// What notes and measures on the page.
const NOTES: &str = include_str!("figures.js");

/// What loads a file with wiregasm.
const WIREGASM: &str = include_str!("wiregasm.js");

/// How long a capture may take before there is no figure of it.
const PATIENCE: Duration = Duration::from_secs(900);

#[test]
fn figures_of_a_large_capture() {
    let Some((browser, url, capture)) = asked() else {
        return;
    };
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": NOTES }),
    );
    browser.open(&url);
    browser.wait_until("seen.interactive > 0");
    choose(&browser, &[capture]);
    wait(
        &browser,
        "seen.overview > 0 || document.querySelector('[data-testid=failure]') !== null",
    );
    let loading = browser.evaluate("({ interactive: seen.interactive, overview: seen.overview - seen.dropped, longest: seen.longest, heap: seen.heap })");
    let frames = browser.evaluate_later("measureFrames().then(done)");
    tell(&json!({ "loading": loading, "frames": frames }));
}

#[test]
fn figures_of_wiregasm() {
    let Some((browser, url, capture)) = asked() else {
        return;
    };
    // Any page of its origin will do.
    browser.open(&format!("{url}module.js"));
    browser.evaluate_later(&format!("{WIREGASM}; done()"));
    wait(
        &browser,
        "window.isReady === true || window.measured !== undefined",
    );
    choose(&browser, &[capture]);
    wait(&browser, "window.measured !== undefined");
    tell(&browser.evaluate("window.measured"));
}

/// Where the bench reads: on standard output, in a line of its own.
fn tell(figures: &Value) {
    let mut output = std::io::stdout();
    writeln!(output, "FIGURES {figures}").unwrap();
}

/// A browser, the address to open and the capture to load, where somebody asked for figures.
fn asked() -> Option<(Browser, String, PathBuf)> {
    let capture = std::env::var_os("STALLSCOPE_BENCH_CAPTURE").map(PathBuf::from);
    let (Some(capture), Some(url)) = (capture, std::env::var_os("STALLSCOPE_VIEWER_URL")) else {
        skipped("figures", "`cargo xtask bench viewer` measures them");
        return None;
    };
    let browser = Browser::start();
    if browser.is_none() {
        skipped("figures", "chromedriver is not installed");
    }
    Some((browser?, url.to_string_lossy().into_owned(), capture))
}

/// Waits for what takes minutes; the browser itself is asked for seconds at a time.
fn wait(browser: &Browser, expression: &str) {
    let start = Instant::now();
    while browser.evaluate(expression) != Value::Bool(true) {
        assert!(start.elapsed() < PATIENCE, "never: {expression}");
        browser.evaluate_later("setTimeout(done, 50)");
    }
}
