//! In the system's own colours (forced colours) and without motion everything is still seen: text, marks, what is
//! chosen.

use serde_json::json;

use super::looking::{ENTER, check};
use super::{ONE_WEAK, showing};
use crate::webdriver::Browser;

/// Colours of the system, by which the others are judged.
const SYSTEM: &str = "const system = (name) => { const probe = document.createElement('i'); probe.style.forcedColorAdjust = 'none'; \
    probe.style.color = name; document.body.append(probe); const colour = getComputedStyle(probe).color; probe.remove(); return colour; }; \
    const ground = system('Canvas');";

/// Texts that have the colour of what is behind them: a plate in the ground's colour, or where an element keeps its
/// own colours its background.
pub(super) const HIDDEN_TEXTS: &str = "const behind = (one) => { for (; one; one = one.parentElement) { const colour = getComputedStyle(one).backgroundColor; \
        if (colour !== 'rgba(0, 0, 0, 0)') return colour; } return ground; }; \
    const hidden = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) \
        .filter((one) => { const style = getComputedStyle(one); const ink = one instanceof SVGElement ? style.fill : style.color; \
            return ink === (style.forcedColorAdjust === 'auto' ? ground : behind(one)); }) \
        .map((one) => one.outerHTML.slice(0, 120)); done(hidden);";

/// Shapes of which neither inside nor outline differs from the ground; bars of trouble are seen by their hatch, which
/// is a shape of its own.
pub(super) const HIDDEN_SHAPES: &str = "const none = ['none', ground, 'rgba(0, 0, 0, 0)']; \
    const hidden = [...document.querySelectorAll('main svg :is(path, rect, circle, line)')].filter((one) => !one.matches('.rung-hit, .silence-band, .trouble-bar')) \
        .filter((one) => { const style = getComputedStyle(one); return none.includes(style.fill) && none.includes(style.stroke); }) \
        .map((one) => one.outerHTML.slice(0, 120)); done(hidden);";

/// Of the canvas of the waterfall: how often the colour changes along the row of the first attempt, which failed.
const CHANGES: &str = "const canvas = document.querySelector('[data-testid=waterfall] canvas'); const dense = canvas.width / canvas.clientWidth; \
    const line = canvas.getContext('2d').getImageData(0, Math.round(57 * dense), canvas.width, 1).data; let changes = 0; \
    for (let at = 4; at < line.length; at += 4) { const far = [0, 1, 2].some((part) => Math.abs(line[at + part] * line[at + 3] - line[at + part - 4] * line[at - 1]) > 100 * 255); changes += far ? 1 : 0; } done(changes);";

/// A key of the WebDriver protocol (§17.4.2).
const DOWN: &str = "\u{e015}";

pub(super) fn asked(browser: &Browser, question: &str) -> serde_json::Value {
    browser.evaluate_later(&format!("{SYSTEM} {question}"))
}

#[test]
fn the_systems_own_colours_hide_nothing() {
    let axe = crate::built("STALLSCOPE_AXE", "accessibility in the system's colours")
        .map(|script| std::fs::read_to_string(script).unwrap());
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    for scheme in ["light", "dark"] {
        browser.pretend_forced_colours(scheme);
        for (view, keys) in [
            ("servers", &["1"][..]),
            ("waterfall", &["2", "]"]),
            ("attempt", &["3"]),
            ("packets", &["4"]),
            ("table", &["2", "t"]),
            ("keys", &["t", "?"]),
        ] {
            for key in keys {
                browser.press(key);
            }
            let view = format!("{view}, {scheme}");
            assert_eq!(asked(&browser, HIDDEN_TEXTS), json!([]), "{view}");
            assert_eq!(asked(&browser, HIDDEN_SHAPES), json!([]), "{view}");
            if view.starts_with("waterfall") {
                let changes = asked(&browser, CHANGES).as_u64().unwrap();
                assert!(
                    changes > 60,
                    "{view}: {changes} changes along a hatched bar"
                );
            }
            if let Some(axe) = &axe {
                check(&browser, axe, &view);
            }
        }
        browser.press("?");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_chosen_is_seen_in_the_systems_own_colours() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    browser.pretend_forced_colours("dark");
    browser.press("/");
    browser.type_into("filter", "out:");
    browser.wait_until("document.querySelector('.completions li')");
    browser.press(DOWN);
    for (what, chosen, other, property) in [
        (
            "tab",
            ".tabs [aria-selected=true]",
            ".tabs [aria-selected=false]",
            "backgroundColor",
        ),
        (
            "completion",
            ".completions [aria-selected=true]",
            ".completions [aria-selected=false]",
            "backgroundColor",
        ),
    ] {
        let one = |selector| {
            browser.wait_until(&format!("document.querySelector('{selector}')"));
            browser.evaluate(&format!(
                "getComputedStyle(document.querySelector('{selector}')).{property}"
            ))
        };
        assert_ne!(one(chosen), one(other), "{what}");
    }
    browser.press("\u{e00c}");
    for key in ["x", "2", "]", ENTER] {
        browser.press(key);
    }
    browser.text("ladder");
    browser.evaluate(
        "document.querySelector('.rung').dispatchEvent(new MouseEvent('click', { bubbles: true }))",
    );
    browser.wait_until("document.querySelector('.rung.selected')");
    let stroke = |selector: &str| {
        browser.evaluate(&format!(
            "getComputedStyle(document.querySelector('{selector} .rung-hit')).stroke"
        ))
    };
    assert_ne!(
        stroke(".rung.selected"),
        stroke(".rung:not(.selected)"),
        "rung"
    );
}

#[test]
fn nothing_moves_where_that_is_not_wanted() {
    let Some(browser) = showing(ONE_WEAK) else {
        return;
    };
    browser.pretend(1280, 900, "light");
    let moving = "[...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one); return style.animationName !== 'none' \
        || style.transitionDuration.split(', ').some((length) => parseFloat(length) > 0) || style.scrollBehavior === 'smooth'; }).length";
    for key in ["1", "2", "]", "3", "4", "?"] {
        browser.press(key);
        assert_eq!(browser.evaluate(moving), json!(0), "after {key}");
    }
}
