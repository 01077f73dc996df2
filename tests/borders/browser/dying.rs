//! A worker that dies: the page says so, starts another one where that is wanted, and goes on.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};

use serde_json::json;
use stallscope_tests::captures::skipped;

use super::joining::repeated;
use super::{ONE_WEAK, choose, corpus, made};
use crate::host::{Answer, Host};
use crate::webdriver::Browser;

/// Keeps every worker that the page starts, so that it can be ended from outside.
const KEEP_WORKERS: &str = "window.workers = []; const Own = Worker; \
    window.Worker = class extends Own { constructor(...how) { super(...how); workers.push(this); } };";

/// A browser with the viewer, served by a host that may answer otherwise than the folder.
fn opened(
    answer: impl Fn(&str, &[u8]) -> Option<Answer> + Send + Sync + 'static,
) -> Option<Browser> {
    let what = "a worker that dies";
    let folder = PathBuf::from(crate::built("STALLSCOPE_VIEWER_FOLDER", what)?);
    let Some(browser) = Browser::start() else {
        skipped(what, "chromedriver is not installed");
        return None;
    };
    let worker = fs::read(folder.join(WORKER)).unwrap();
    let host = Host::plain(move |request| {
        answer(&request.path, &worker).unwrap_or_else(|| Answer::of_folder(&folder, &request.path))
    });
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": KEEP_WORKERS }),
    );
    browser.open(&format!("http://{}/", host.name()));
    browser.text("example");
    Some(browser)
}

/// The worker's module.
const WORKER: &str = "stallscope-worker_bg.wasm";

#[test]
fn a_worker_that_ends_without_a_word_is_missed() {
    let Some(browser) = opened(|_, _| None) else {
        return;
    };
    let large = made(
        "ended.pcap",
        &repeated(&fs::read(corpus(ONE_WEAK)).unwrap(), 40 << 20),
    );
    choose(&browser, std::slice::from_ref(&large));
    browser.wait_until("window.workers.length === 1");
    browser.evaluate("window.workers[0].terminate()");
    let silent = browser.text("silent");
    assert!(silent.contains("15"), "{silent}");
    browser.click("again");
    assert!(browser.text("facts").contains("ended.pcap"));
    assert_eq!(browser.evaluate("window.workers.length"), json!(2));

    // Once more, when everything is shown already: what is shown stays.
    browser.evaluate("window.workers[1].terminate()");
    for key in ["2", "j", "3"] {
        browser.press(key);
    }
    browser.text("silent");
    browser.text("found");
    browser.click("again");
    browser.text("outcome");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    fs::remove_file(large).unwrap();
}

#[test]
fn a_worker_without_memory_says_how_much_it_had() {
    // As in a browser that gives its pages little.
    let small = |path: &str, worker: &[u8]| {
        (path == WORKER).then(|| {
            Answer::ok(with_most_pages(worker, SMALL_PAGES))
                .header("content-type", "application/wasm")
        })
    };
    let Some(browser) = opened(small) else {
        return;
    };
    let large = made(
        "large-for-it.pcap",
        &repeated(&fs::read(corpus(ONE_WEAK)).unwrap(), 120 << 20),
    );
    choose(&browser, std::slice::from_ref(&large));
    let failure = browser.text("failure");
    assert!(
        failure.contains("large-for-it.pcap needs more memory"),
        "{failure}"
    );
    let is_number = failure.contains("MB were in use when");
    assert!(is_number, "{failure}");
    browser.click("again");
    browser.wait_until("window.workers.length === 2");
    browser.text("failure");
    choose(&browser, &[corpus("d_h1_curl5_v6.pcap")]);
    assert!(browser.text("found").contains("1 address"));
    fs::remove_file(large).unwrap();
}

#[test]
fn a_worker_that_cannot_be_fetched_is_fetched_again() {
    let is_up = AtomicBool::new(false);
    let answer = move |path: &str, _: &[u8]| {
        // Fetched when the page is idle, and again when the file comes.
        let is_missing = path == WORKER && !is_up.load(Ordering::Relaxed);
        if path == "up" {
            is_up.store(true, Ordering::Relaxed);
        }
        is_missing.then(|| Answer::with_status("404 Not Found", Vec::new()))
    };
    let Some(browser) = opened(answer) else {
        return;
    };
    choose(&browser, &[corpus("d_h1_curl5_v6.pcap")]);
    let failure = browser.text("failure");
    assert!(
        failure.contains("stallscope-worker_bg.wasm: 404"),
        "{failure}"
    );
    browser.evaluate_later("fetch('up').then(() => done())");
    browser.click("again");
    assert!(browser.text("found").contains("1 address"));
}

#[test]
fn a_wish_to_stop_is_heard_by_a_worker_that_is_not_there_yet() {
    let is_up = (Mutex::new(false), Condvar::new());
    let answer = move |path: &str, _: &[u8]| {
        let (is_up, told) = &is_up;
        if path == "up" {
            *is_up.lock().unwrap() = true;
            told.notify_all();
        }
        if path == WORKER {
            let held = is_up.lock().unwrap();
            drop(told.wait_while(held, |is_up| !*is_up).unwrap());
        }
        None
    };
    let Some(browser) = opened(answer) else {
        return;
    };
    choose(&browser, &[corpus(ONE_WEAK)]);
    browser.click("stop");
    browser.evaluate_later("fetch('up').then(() => done())");
    let warnings = browser.text("warnings");
    assert!(warnings.contains("stopped before the end"), "{warnings}");
    assert_eq!(
        browser.evaluate("document.querySelector('[data-testid=failure]')"),
        json!(null)
    );
}

/// Pages of memory, of 64 KiB, with which small captures are read and large ones are not.
const SMALL_PAGES: usize = 640;

/// The module with another most for its memory (WebAssembly core specification 5.5.8, 5.4.4).
fn with_most_pages(module: &[u8], most: usize) -> Vec<u8> {
    const MEMORY_SECTION: u8 = 5;
    let (head, mut rest) = module.split_at(8);
    let mut out = head.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let length = take_number(&mut rest);
        let (section, after) = rest.split_at(length);
        rest = after;
        let mut body = section.to_vec();
        if id == MEMORY_SECTION {
            let mut least = &section[2..];
            body = vec![1, 1];
            put_number(&mut body, take_number(&mut least));
            put_number(&mut body, most);
        }
        out.push(id);
        put_number(&mut out, body.len());
        out.extend(body);
    }
    out
}

/// An unsigned LEB128 number (5.2.2).
fn take_number(bytes: &mut &[u8]) -> usize {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
