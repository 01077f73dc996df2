//! The viewer's `platform/` alone: each test of `tests/platform_module` on a page of its own.

use std::path::PathBuf;

use serde_json::{Value, json};
use stallscope_tests::captures::{skipped, tell};

use crate::built;
use crate::host::{Answer, Host, Request};
use crate::webdriver::Browser;

/// What loads the module and calls one test of it.
const PAGE: &str = include_str!("platform.html");

#[test]
fn the_browser_is_used_as_it_is() {
    let what = "the viewer's use of the browser";
    let Some(folder) = built("STALLSCOPE_PLATFORM_MODULE", what).map(PathBuf::from) else {
        return;
    };
    let Some(browser) = Browser::start() else {
        skipped(what, "chromedriver is not installed");
        return;
    };
    let host = Host::plain(move |request| answer(&folder, request));
    let page = format!("http://{}/", host.name());
    browser.open(&page);
    let names = browser.evaluate_later("tests().then(done)");
    let names: Vec<String> = serde_json::from_value(names).unwrap();
    let mut failed = Vec::new();
    for name in &names {
        // A test may leave the page, and its module, in any state.
        browser.open("about:blank");
        browser.open(&page);
        let outcome = browser.evaluate_later(&format!("run('{name}').then(done)"));
        if outcome != Value::Null {
            failed.push(json!({ name: outcome }).to_string());
        }
    }
    tell(&format!("{what}: {} tests\n", names.len()));
    assert!(!names.is_empty(), "the module exports its tests");
    assert_eq!(failed, Vec::<String>::new());
}

/// The page and its module, and what its tests fetch.
fn answer(folder: &std::path::Path, request: &Request) -> Answer {
    match request.path.as_str() {
        "" => Answer::ok(PAGE.into()).header("content-type", "text/html"),
        "ten.bin" => Answer::ok(vec![7; 10]),
        "held.bin" => Answer::ok(vec![7; 20]).held_after(10),
        "ranged%20set.pcap" => Answer::ok(vec![7; 1000]).header("accept-ranges", "bytes"),
        path => Answer::of_folder(folder, path),
    }
}
