//! The viewer in a real browser: files in, numbers and drawings on the page.

mod contrast;
mod copying;
mod crowded;
mod dying;
mod evidence;
mod fetching;
mod figures;
mod joining;
mod looking;
mod opening;
mod pictures;
mod platform;
mod serving;
mod sharing;
mod touching;

use std::fs;
use std::path::PathBuf;

use stallscope_tests::captures::skipped;

use crate::built;
use crate::webdriver::Browser;

/// What the viewer needs when it runs below a path of some other site.
const SUB_PATH: &str = "some/other/path/";

/// A browser that shows the viewer's start page.
fn viewer() -> Option<Browser> {
    let what = "the viewer in a browser";
    let url = built("STALLSCOPE_VIEWER_URL", what)?;
    let browser = Browser::start();
    match &browser {
        Some(browser) => {
            browser.open(&format!("{}{SUB_PATH}", url.display()));
            // The module is there and listens.
            browser.text("example");
        }
        None => skipped(what, "chromedriver is not installed"),
    }
    browser
}

/// A capture of the repository.
fn corpus(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpus/faults")
        .join(name)
}

/// A file that a test makes.
fn made(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("made");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Chooses files in the picker. chromedriver takes a path only where it has no `..` in it.
fn choose(browser: &Browser, files: &[PathBuf]) {
    let paths: Vec<String> = files
        .iter()
        .map(|path| path.canonicalize().unwrap().display().to_string())
        .collect();
    browser.type_into("files", &paths.join("\n"));
}

/// A browser that shows this capture of the repository.
fn showing(name: &str) -> Option<Browser> {
    let browser = viewer()?;
    choose(&browser, &[corpus(name)]);
    browser.text("found");
    Some(browser)
}

/// The capture in which one of twelve addresses stalls.
const ONE_WEAK: &str = "d_origin_oneweak_8pct.pcap";
