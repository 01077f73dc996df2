//! Handing a report on from the page: the command writes the same bytes, and the link opens in another browser.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use stallscope_tests::captures::skipped;

use super::{ONE_WEAK, corpus, showing, viewer};
use crate::webdriver::Browser;

/// As long as an address of a hosted viewer may reasonably be.
const VIEWER: &str = "https://viewer.example.org/";
/// Keys of the WebDriver protocol (§17.4.2).
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";

/// What the command writes, where it was built.
pub(super) fn exported(arguments: &[&str]) -> Option<Vec<u8>> {
    let what = "the command's exports";
    let command = crate::built("STALLSCOPE_COMMAND", what)?;
    if !Path::new(&command).is_file() {
        skipped(what, "the command is not built");
        return None;
    }
    let mut export = Command::new(command);
    export.arg("export").arg(corpus(ONE_WEAK)).args(arguments);
    let output = export.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}

/// Opens the dialog and waits for what the worker says.
pub(super) fn share(browser: &Browser) {
    browser.press("e");
    browser.text("share-length");
}

/// Chooses a value in a field as a person does.
fn choose_in(browser: &Browser, field: &str, value: &str) {
    browser.evaluate(&format!(
        "(() => {{ const field = document.querySelector('[data-testid={field}]'); field.value = {}; field.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()",
        json!(value)
    ));
}

/// Waits until the link begins so.
fn has_url(browser: &Browser, start: &str) {
    browser.wait_until(&format!(
        "document.querySelector('[data-testid=share-url]')?.value.startsWith({})",
        json!(start)
    ));
}

/// The link that the dialog shows.
pub(super) fn url(browser: &Browser) -> String {
    let url = browser.evaluate("document.querySelector('[data-testid=share-url]').value");
    url.as_str().unwrap().to_owned()
}

/// The file that a button makes.
fn saved(browser: &Browser, button: &str) -> Vec<u8> {
    browser.evaluate("(() => { const make = URL.createObjectURL; window.made = undefined; URL.createObjectURL = (blob) => { window.made = blob; URL.createObjectURL = make; return make.call(URL, blob); }; })()");
    browser.evaluate(&format!(
        "document.querySelector('[data-testid=\"{button}\"]').click()"
    ));
    browser.wait_until("window.made !== undefined");
    let bytes = browser.evaluate_later(
        "window.made.arrayBuffer().then((buffer) => done([...new Uint8Array(buffer)]))",
    );
    serde_json::from_value(bytes).unwrap()
}

#[test]
fn the_link_is_the_commands() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    share(&browser);
    assert!(url(&browser).starts_with("#r1."), "no viewer is named yet");
    choose_in(&browser, "share-base", VIEWER);
    for target in ["2000", "4000", "32000"] {
        choose_in(&browser, "share-target", target);
        let arguments = ["--to", "link", "--viewer", VIEWER, "--target", target];
        let Some(link) = exported(&arguments) else {
            return;
        };
        let link = String::from_utf8(link).unwrap();
        has_url(&browser, link.trim_end());
        assert_eq!(url(&browser), link.trim_end(), "{target}");
        assert!(link.len() <= target.parse().unwrap());
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn files_are_the_commands() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    share(&browser);
    choose_in(&browser, "share-base", VIEWER);
    has_url(&browser, VIEWER);
    for (button, form) in [
        ("evidence.html", "html"),
        ("ticket.md", "md"),
        ("attempts.csv", "csv"),
        ("exchanges.har", "har"),
        ("report.json", "json"),
        ("cited.pcapng", "pcapng"),
    ] {
        let Some(expected) = exported(&["--to", form, "--viewer", VIEWER]) else {
            return;
        };
        assert!(saved(&browser, button) == expected, "{button} differs");
    }
    browser.evaluate("document.querySelector('[data-testid=share-both]').click()");
    browser.wait_until("document.querySelector('[data-testid=share-both]').checked");
    if let Some(expected) = exported(&["--to", "html", "--viewer", VIEWER, "--lang", "both"]) {
        assert!(saved(&browser, "evidence.html") == expected);
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_link_opens_in_another_profile_and_shows_the_same_verdict() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    let headline = browser.text("headline");
    let found = browser.text("found");
    share(&browser);
    let fragment = url(&browser);
    let page = browser.evaluate("location.href.split('#')[0]");
    drop(browser);
    let other = Browser::start().unwrap();
    other.open(&format!("{}{fragment}", page.as_str().unwrap()));
    assert_eq!(other.text("headline"), headline);
    assert_eq!(other.text("found"), found);
    assert!(other.text("warnings").contains("The link holds"));
    other.press("2");
    other.wait_until("location.hash.includes('&v=1&view=waterfall')");
    let kept = other.evaluate("location.hash.split('&')[0]");
    assert_eq!(
        kept,
        json!(fragment),
        "what is shown stands behind the report"
    );
    // The same link again, from what is shown.
    other.evaluate("location.reload()");
    assert_eq!(other.text("headline"), headline);
    assert_eq!(other.complaints(), Vec::<String>::new());
}

#[test]
fn links_that_were_damaged_say_what_happened() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    share(&browser);
    let fragment = url(&browser);
    let page = browser.evaluate("location.href.split('#')[0]");
    let page = page.as_str().unwrap().to_owned();
    let (half, _) = fragment.split_at(fragment.len() / 2);
    let changed = format!(
        "{half}{}",
        fragment[half.len()..].replace(|letter: char| letter.is_ascii_lowercase(), "a")
    );
    for (fragment, sentence) in [
        (half.to_owned(), "was cut by the app"),
        (changed, "was changed on its way"),
        (format!("{fragment}more"), "4 characters too many"),
        (
            fragment.replacen("#r1.", "#r7.", 1),
            "open it with a newer stallscope",
        ),
    ] {
        browser.open("about:blank");
        browser.open(&format!("{page}{fragment}"));
        let said = browser.text("failure");
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    // Pasted, it opens as well.
    browser.paste(&format!("https://viewer.example.org/{fragment}&v=1"));
    assert!(browser.text("headline").contains("198.51.100.22"));
}

#[test]
fn a_page_that_was_saved_opens_again() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    let headline = browser.text("headline");
    share(&browser);
    let page = saved(&browser, "evidence.html");
    drop(browser);
    let Some(browser) = viewer() else {
        return;
    };
    super::choose(&browser, &[super::made("saved.html", &page)]);
    assert_eq!(browser.text("headline"), headline);
}

#[test]
fn the_dialog_is_for_keys_too_and_keeps_what_is_chosen() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    share(&browser);
    assert!(
        !browser.text("share-dialog").contains("10.42."),
        "changes are folded"
    );
    let inside = "document.querySelector('[data-testid=share-dialog]').contains(document.activeElement) || document.activeElement === document.body";
    for _ in 0..20 {
        browser.press(TAB);
        assert_eq!(browser.evaluate(inside), json!(true));
    }
    let before = url(&browser);
    browser.evaluate("document.querySelector('[data-testid=share-items] input').click()");
    browser.wait_until(&format!(
        "document.querySelector('[data-testid=share-url]').value !== {}",
        json!(before)
    ));
    browser.evaluate("document.querySelector('[data-testid=share-dialog] .close').focus()");
    browser.press(ESCAPE);
    browser.wait_until("!document.querySelector('[data-testid=share-dialog]')");
    assert_eq!(
        browser.evaluate("document.activeElement.id"),
        json!("share")
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
