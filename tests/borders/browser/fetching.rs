//! What `?report=` names: shown while it comes, given up at any moment, asked for without a word about the user, and
//! explained when it does not come.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use stallscope_tests::captures::skipped;
use stallscope_tests::report;

use super::{ONE_WEAK, corpus};
use crate::host::{Answer, Host, Request};
use crate::webdriver::Browser;

/// Bytes of a report before the server says no more.
const BEGINNING: usize = 40_000;

/// The report of the capture with one weak node.
fn case() -> Vec<u8> {
    let capture = fs::read(corpus(ONE_WEAK)).unwrap();
    serde_json::to_vec(&report(&capture, ONE_WEAK, usize::MAX).unwrap()).unwrap()
}

/// A browser, and a server of the viewer whose other files are answered by this function.
fn served(
    answer: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static,
) -> Option<(Browser, Host)> {
    let what = "files that an address names";
    let folder = PathBuf::from(crate::built("STALLSCOPE_VIEWER_FOLDER", what)?);
    let Some(browser) = Browser::start() else {
        skipped(what, "chromedriver is not installed");
        return None;
    };
    let host = Host::plain(move |request| {
        answer(request).unwrap_or_else(|| Answer::of_folder(&folder, &request.path))
    });
    Some((browser, host))
}

fn held(request: &Request) -> Option<Answer> {
    (request.path == "case.json").then(|| Answer::ok(case()).held_after(BEGINNING))
}

/// Opens the viewer of the host with this report.
fn open(browser: &Browser, host: &Host, report: &str) {
    browser.open(&format!("http://{}/?report={report}", host.name()));
}

#[test]
fn what_comes_is_counted_and_can_be_given_up() {
    let Some((browser, host)) = served(held) else {
        return;
    };
    open(&browser, &host, "case.json");
    let size = case().len();
    browser.wait_until(&format!(
        "document.querySelector('[data-testid=progress] progress')?.value === {BEGINNING}"
    ));
    let progress = browser.text("progress");
    for needed in [host.name(), "40.0 kB of ".to_owned()] {
        assert!(progress.contains(&needed), "{needed}: {progress}");
    }
    let most = browser.evaluate("document.querySelector('[data-testid=progress] progress').max");
    assert_eq!(most.as_f64(), Some(size as f64));
    browser.click("stop");
    let failure = browser.text("failure");
    assert!(failure.contains("was cancelled"), "{failure}");
    until(|| host.was_left("case.json"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// Waits for something that is no matter of the page.
fn until(holds: impl Fn() -> bool) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !holds() {
        assert!(std::time::Instant::now() < end, "it never holds");
        std::thread::yield_now();
    }
}

#[test]
fn a_file_that_is_dropped_meanwhile_is_what_is_shown() {
    let Some((browser, host)) = served(held) else {
        return;
    };
    open(&browser, &host, "case.json");
    browser.text("progress");
    let capture = fs::read(corpus("d_h1_curl5_v6.pcap")).unwrap();
    browser.drop_files(&[("mine.pcap", &capture)]);
    let facts = browser.text("facts");
    assert!(facts.contains("mine.pcap"), "{facts}");
    until(|| host.was_left("case.json"));
    browser.settle();
    assert!(browser.text("facts").contains("mine.pcap"));
    assert_eq!(
        browser.evaluate("document.querySelector('[data-testid=failure]')"),
        json!(null)
    );
}

#[test]
fn nothing_about_the_user_is_sent_along() {
    let answer = |request: &Request| (request.path == "own.json").then(|| Answer::ok(case()));
    let Some((browser, own)) = served(answer) else {
        return;
    };
    let other = Host::secure(|_| Answer::ok(case()).for_all());
    browser.open(&format!("http://{}/", own.name()));
    browser.text("example");
    browser.evaluate("document.cookie = 'session=1234; path=/'");
    for (host, path, url) in [
        (&own, "own.json", "own.json".to_owned()),
        (
            &other,
            "case.json",
            format!("https://{}/case.json", other.name()),
        ),
    ] {
        open(&browser, &own, &url);
        assert!(browser.text("found").contains("failed"), "{url}");
        let asked = host.asked(path);
        assert!(!asked.is_empty(), "{url}");
        for request in asked {
            for (name, value) in &request.headers {
                let is_known = !["cookie", "referer", "authorization"].contains(&name.as_str());
                assert!(is_known, "{url}: {name}: {value}");
            }
        }
    }
    // The cookie would be sent where nobody takes care: with the page itself.
    let page = own.asked("").pop().unwrap();
    assert!(page.headers.iter().any(|(name, _)| name == "cookie"));
}

#[test]
fn why_nothing_came_is_said() {
    let Some((browser, own)) = served(|_| None) else {
        return;
    };
    let other = Host::secure(|request| {
        let newer = json!({"report_version": 7, "tool": {"name": "stallscope", "version": "9.1"}});
        match request.path.as_str() {
            "closed.json" => Answer::ok(case()),
            "page.html" => Answer::ok(b"<html><body>Sign in</body></html>".to_vec()).for_all(),
            "newer.json" => Answer::ok(newer.to_string().into_bytes()).for_all(),
            "busy.json" => Answer::with_status("503 Service Unavailable", Vec::new()).for_all(),
            _ => Answer::with_status("404 Not Found", Vec::new()).for_all(),
        }
    });
    let (secure, name) = (format!("https://{}", other.name()), other.name());
    let nobody = "127.0.0.1:9";
    for (url, needed) in [
        (
            format!("{secure}/closed.json"),
            vec![name.as_str(), "Access-Control-Allow-Origin: *"],
        ),
        (
            format!("https://{nobody}/x"),
            vec![nobody, "cannot be reached"],
        ),
        (format!("{secure}/none.json"), vec![&name, "404"]),
        (format!("{secure}/busy.json"), vec![&name, "503"]),
        (
            format!("{secure}/page.html"),
            vec!["page.html", "not a capture"],
        ),
        (
            format!("{secure}/newer.json"),
            vec!["newer.json", "newer stallscope"],
        ),
        (
            format!("http://{name}/closed.json"),
            vec![&name, "nothing was asked of it"],
        ),
    ] {
        open(&browser, &own, &url);
        let failure = browser.text("failure");
        for needed in needed {
            assert!(failure.contains(needed), "{url}: {needed}: {failure}");
        }
    }
}

#[test]
fn what_failed_is_fetched_again() {
    let is_up = AtomicBool::new(false);
    let answer = move |request: &Request| {
        (request.path == "case.json" && request.method == "GET").then(|| {
            if is_up.swap(true, Ordering::Relaxed) {
                Answer::ok(case())
            } else {
                Answer::with_status("503 Service Unavailable", Vec::new())
            }
        })
    };
    let Some((browser, own)) = served(answer) else {
        return;
    };
    open(&browser, &own, "case.json");
    assert!(browser.text("failure").contains("503"));
    browser.click("again");
    assert!(browser.text("found").contains("failed"));
}
