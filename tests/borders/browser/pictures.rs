//! Pictures of every view, for people to look at; nothing is compared.

use std::fs;
use std::path::PathBuf;

use stallscope_tests::captures::skipped;

use super::crowded::crowded;
use super::{ONE_WEAK, choose, corpus, showing, viewer};
use crate::webdriver::Browser;

/// Screens on which a picture is taken: width, height, colour scheme.
const SCREENS: [(u32, u32, &str); 4] = [
    (1280, 900, "light"),
    (1280, 900, "dark"),
    (400, 800, "light"),
    (400, 800, "dark"),
];

/// Views: name, capture, keys that lead to it.
const VIEWS: [(&str, &str, &[&str]); 7] = [
    ("servers", ONE_WEAK, &["1"]),
    ("waterfall", ONE_WEAK, &["2", "]"]),
    ("attempt", ONE_WEAK, &["2", "]", "3"]),
    ("packets", ONE_WEAK, &["2", "]", "4"]),
    ("waterfall-mixed", "d_ok_allclients.pcapng", &["2"]),
    ("table", ONE_WEAK, &["2", "t"]),
    ("share", ONE_WEAK, &["e"]),
];

#[test]
fn pictures_of_every_view() {
    let Some(folder) = std::env::var_os("STALLSCOPE_PICTURES").map(PathBuf::from) else {
        skipped("pictures", "`cargo xtask screenshots` takes them");
        return;
    };
    fs::create_dir_all(&folder).unwrap();
    let Some(browser) = viewer() else {
        return;
    };
    take(&browser, &folder, "start");
    choose(&browser, &[corpus("README.md")]);
    browser.text("failure");
    take(&browser, &folder, "failure");
    drop(browser);
    if let Some(browser) = crowded() {
        take(&browser, &folder, "many-servers");
    }
    for (name, capture, keys) in VIEWS {
        let Some(browser) = showing(capture) else {
            return;
        };
        for key in keys {
            browser.press(key);
        }
        if name == "share" {
            browser.text("share-length");
        }
        take(&browser, &folder, name);
    }
}

fn take(browser: &Browser, folder: &std::path::Path, name: &str) {
    for (width, height, scheme) in SCREENS {
        browser.pretend(width, height, scheme);
        browser.settle();
        let file = folder.join(format!("{name}-{width}-{scheme}.png"));
        fs::write(file, browser.picture_of_all()).unwrap();
    }
}
