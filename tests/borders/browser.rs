//! The viewer in a real browser, below a sub-path: a capture in, its attempts on the page.

use std::fs;
use std::path::Path;

use stallscope_tests::report;

use crate::built;
use crate::webdriver::Browser;
use stallscope_tests::captures::{in_repository, skipped};

/// Screens on which a picture is taken: width, height, colour scheme.
const SCREENS: [(u32, u32, &str); 4] = [
    (1280, 900, "light"),
    (1280, 900, "dark"),
    (400, 800, "light"),
    (400, 800, "dark"),
];

/// What the viewer needs when it runs below a path of some other site.
const SUB_PATH: &str = "some/other/path/";

fn viewer() -> Option<Browser> {
    let what = "the viewer in a browser";
    let url = built("STALLSCOPE_VIEWER_URL", what)?;
    let browser = Browser::start();
    match &browser {
        Some(browser) => browser.open(&format!("{}{SUB_PATH}", url.display())),
        None => skipped(what, "chromedriver is not installed"),
    }
    browser
}

#[test]
fn a_dropped_capture_becomes_a_table() {
    let Some(browser) = viewer() else {
        return;
    };
    take_pictures(&browser, "start");
    for capture in in_repository()
        .unwrap()
        .iter()
        .filter(|capture| !capture.bytes.is_empty())
    {
        let expected = report(&capture.bytes, &capture.name, usize::MAX).unwrap();
        browser.open(browser.evaluate("location.href").as_str().unwrap());
        browser.type_into("files", &capture.path.display().to_string());
        let found = browser.text("found");
        let rows = browser.evaluate("document.querySelectorAll('[data-testid=attempt]').length");
        let attempts = expected.totals.attempts;
        let begins = match attempts {
            0 => "No connection attempts".to_owned(),
            1 => "1 attempt.".to_owned(),
            number => format!("{number} attempts."),
        };
        assert!(found.starts_with(&begins), "{}: {found}", capture.name);
        assert_eq!(rows, attempts.min(200), "{}", capture.name);
        take_pictures(&browser, &capture.name);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_no_capture_is_answered_with_a_sentence() {
    let Some(browser) = viewer() else {
        return;
    };
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/faults/README.md");
    browser.type_into("files", &text.display().to_string());
    let failure = browser.text("failure");
    assert!(failure.contains("README.md: not a capture"), "{failure}");
    take_pictures(&browser, "failure");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

/// For people to look at; nothing is compared.
fn take_pictures(browser: &Browser, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("viewer");
    fs::create_dir_all(&folder).unwrap();
    for (width, height, scheme) in SCREENS {
        browser.pretend(width, height, scheme);
        let file = folder.join(format!("{name}-{width}-{scheme}.png"));
        fs::write(file, browser.screenshot()).unwrap();
    }
}
