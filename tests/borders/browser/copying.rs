//! What the page puts on the clipboard, also where it is given none.

use serde_json::json;

use super::looking::ENTER;
use super::sharing::{share, url};
use super::{ONE_WEAK, showing};
use crate::webdriver::Browser;

/// Clipboards as a page over plain HTTP from another machine is given it, and in a browser that refuses.
const MISERS: [&str; 2] = [
    "undefined",
    "Object.create(clipboard, { writeText: { value: () => Promise.reject(new Error('no')) } })",
];

/// The example, by somebody who lets the page and the test use the clipboard.
fn with_clipboard() -> Option<Browser> {
    let browser = showing(ONE_WEAK)?;
    let permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"];
    browser.devtools(
        "Browser.grantPermissions",
        &json!({ "permissions": permissions }),
    );
    browser.evaluate("(window.clipboard = navigator.clipboard) && true");
    Some(browser)
}

/// Gives the page another clipboard.
fn give(browser: &Browser, clipboard: &str) {
    browser.evaluate(&format!(
        "Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard}, configurable: true }}) && true"
    ));
}

/// What is on the clipboard once this button was pressed.
fn copied_by(browser: &Browser, button: &str) -> String {
    browser.evaluate_later("clipboard.writeText('').then(() => done())");
    browser.click(button);
    let held = browser.evaluate_later(
        "const look = () => clipboard.readText().then((text) => text ? done(text) : setTimeout(look, 20)); look();",
    );
    held.as_str().unwrap().to_owned()
}

#[test]
fn an_attempt_is_handed_to_other_tools_by_the_clipboard() {
    let Some(browser) = with_clipboard() else {
        return;
    };
    for key in ["2", "]", ENTER, "4"] {
        browser.press(key);
    }
    for (button, expected) in [
        (
            "copy-display-filter",
            "ip.addr == 10.42.3.17 && ip.addr == 198.51.100.22 && tcp.port == 41404 && tcp.port == 443",
        ),
        ("copy-capture-filter", "198.51.100.22"),
        ("copy-curl", "--resolve api.shop.example:443:198.51.100.22"),
    ] {
        let held = copied_by(&browser, button);
        assert!(held.contains(expected), "{button}: {held}");
    }
    for clipboard in MISERS {
        give(&browser, clipboard);
        let held = copied_by(&browser, "copy-curl");
        assert!(held.contains("--resolve"), "{clipboard}: {held}");
        let focused = browser.evaluate("document.activeElement.dataset.testid");
        assert_eq!(focused, "copy-curl", "{clipboard}");
    }
}

#[test]
fn a_link_is_copied_out_of_the_dialog() {
    let Some(browser) = with_clipboard() else {
        return;
    };
    share(&browser);
    for clipboard in ["clipboard"].into_iter().chain(MISERS) {
        give(&browser, clipboard);
        assert_eq!(
            copied_by(&browser, "share-copy"),
            url(&browser),
            "{clipboard}"
        );
    }
}
