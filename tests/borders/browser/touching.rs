//! A phone: no pointer that hovers, nothing to drop from. Files are picked, and fingers scroll, move and stretch.

use serde_json::{Value, json};

use super::{ONE_WEAK, choose, corpus, viewer};
use crate::webdriver::Browser;

/// Shares of the waterfall's width and height.
type Place = (f64, f64);

/// A browser that shows the waterfall on a phone.
fn phone() -> Option<Browser> {
    let browser = viewer()?;
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        &json!({ "width": 400, "height": 800, "deviceScaleFactor": 2, "mobile": true }),
    );
    browser.devtools(
        "Emulation.setTouchEmulationEnabled",
        &json!({ "enabled": true, "maxTouchPoints": 2 }),
    );
    choose(&browser, &[corpus(ONE_WEAK)]);
    browser.text("found");
    browser.press("2");
    browser.evaluate(
        "document.querySelector('[data-testid=waterfall]').scrollIntoView({ block: 'end' })",
    );
    browser.settle();
    Some(browser)
}

/// Where on the screen the share of the waterfall's width and height is.
fn place(browser: &Browser, (x, y): Place) -> (f64, f64) {
    let edges = browser.evaluate(
        "(() => { const box = document.querySelector('[data-testid=waterfall]').getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; })()",
    );
    let edge = |index: usize| edges.get(index).and_then(Value::as_f64).unwrap();
    (edge(0) + x * edge(2), edge(1) + y * edge(3))
}

/// Moves fingers over the waterfall, each from one place to another, in steps as a screen tells them.
fn slide(browser: &Browser, fingers: &[(Place, Place)]) {
    const STEPS: u32 = 8;
    for step in 0..=STEPS {
        let share = f64::from(step) / f64::from(STEPS);
        let points: Vec<Value> = fingers
            .iter()
            .enumerate()
            .map(|(id, (from, to))| {
                let at = (
                    from.0 + (to.0 - from.0) * share,
                    from.1 + (to.1 - from.1) * share,
                );
                let (x, y) = place(browser, at);
                json!({ "x": x, "y": y, "id": id })
            })
            .collect();
        let kind = if step == 0 { "touchStart" } else { "touchMove" };
        browser.devtools(
            "Input.dispatchTouchEvent",
            &json!({ "type": kind, "touchPoints": points }),
        );
        browser.settle();
    }
    browser.devtools(
        "Input.dispatchTouchEvent",
        &json!({ "type": "touchEnd", "touchPoints": [] }),
    );
    browser.settle();
}

/// The stretch of time that is laid out, where it is not all.
fn zoom(browser: &Browser) -> Option<(f64, f64)> {
    let stretch = browser.evaluate("new URLSearchParams(location.hash.slice(1)).get('zoom')");
    let (from, to) = stretch.as_str()?.split_once('~')?;
    Some((from.parse().unwrap(), to.parse().unwrap()))
}

#[test]
fn two_fingers_stretch_the_time_and_one_moves_it() {
    let Some(browser) = phone() else {
        return;
    };
    slide(&browser, &[((0.3, 0.5), (0.7, 0.5))]);
    assert_eq!(zoom(&browser), None, "there is nothing beside all of it");
    slide(
        &browser,
        &[((0.3, 0.5), (0.15, 0.5)), ((0.5, 0.5), (0.75, 0.5))],
    );
    let (from, to) = zoom(&browser).expect("two fingers zoom");
    assert!(from > 0.0 && to > from, "{from} to {to}");
    slide(&browser, &[((0.6, 0.5), (0.4, 0.5))]);
    let (later, later_to) = zoom(&browser).unwrap();
    assert!(later > from, "{later} after {from}");
    let grown = (later_to - later) / (to - from);
    assert!((0.99..1.01).contains(&grown), "{grown} times as long");
    slide(
        &browser,
        &[((0.2, 0.5), (0.45, 0.5)), ((0.8, 0.5), (0.55, 0.5))],
    );
    let wider = zoom(&browser).map(|(from, to)| to - from);
    assert!(
        wider.is_none_or(|length| length > later_to - later),
        "{wider:?}"
    );
    assert_eq!(
        browser.evaluate("visualViewport.scale"),
        json!(1),
        "the page itself is not stretched"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_finger_scrolls_and_chooses() {
    let Some(browser) = phone() else {
        return;
    };
    let scrolled = "document.querySelector('[data-testid=waterfall]').scrollTop";
    slide(&browser, &[((0.5, 0.8), (0.5, 0.4))]);
    let far = browser.evaluate(scrolled).as_f64().unwrap();
    assert!(far > 100.0, "{far} pixels");
    assert_eq!(zoom(&browser), None);
    assert_eq!(
        browser.evaluate("location.hash.includes('attempt=')"),
        json!(false),
        "scrolling chooses nothing"
    );
    // A row that no finger was on before.
    slide(&browser, &[((0.5, 0.9), (0.5, 0.9))]);
    browser.wait_until("location.hash.includes('attempt=')");
    let chosen = "new URLSearchParams(location.hash.slice(1)).get('attempt')";
    let tapped = browser.evaluate(chosen);
    browser.click("open-attempt");
    browser.text("outcome");
    assert_eq!(browser.evaluate(chosen), tapped);
}

/// WCAG 2.2, 2.5.8.
#[test]
fn what_is_pressed_is_large_enough_for_a_finger() {
    let Some(browser) = phone() else {
        return;
    };
    let small = "[...document.querySelectorAll('button, select, .button, summary, [role=tab]')].filter((one) => one.checkVisibility()) \
        .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 24 || box.height < 24; }).map((one) => one.outerHTML.slice(0, 120))";
    for key in ["1", "2", "]", "3", "4", "?"] {
        browser.press(key);
        assert_eq!(browser.evaluate(small), json!([]), "after {key}");
    }
}
