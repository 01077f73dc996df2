//! Elements: scrolling, focus, what fields hold, where pointers are, the clipboard.

use stallscope_viewer::platform::element;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{after_ms, held, script, text};

/// An element is scrolled as little as shows the stretch, and not at all where it is seen already.
#[wasm_bindgen]
pub async fn a_stretch_is_revealed_by_the_least_scrolling() {
    let node = held("div").await;
    element::set_height(&node, 100.0);
    script(
        "const held = document.getElementById('held'); held.style.overflow = 'auto'; held.innerHTML = '<div style=\"height: 1000px\"></div>'",
    );
    for (top, height, expected) in [
        (20.0, 30.0, 0.0),
        (300.0, 18.0, 218.0),
        (250.0, 18.0, 218.0),
        (40.0, 18.0, 40.0),
        (990.0, 18.0, 900.0),
    ] {
        element::reveal(&node, top, height);
        let scrolled = element::scrolled(&node);
        assert!((scrolled - expected).abs() < 0.5, "{top}: {scrolled}");
    }
}

/// The focus goes to what is named, nowhere when there is no such element, and off what has it.
#[wasm_bindgen]
pub fn the_focus_goes_where_it_is_sent() {
    script(
        "document.body.insertAdjacentHTML('beforeend', '<input id=one><button id=two></button>')",
    );
    for (id, focused) in [("one", "one"), ("two", "two"), ("three", "two")] {
        element::focus(id);
        assert_eq!(text("document.activeElement.id"), focused, "to {id}");
    }
    element::blur();
    assert_eq!(text("document.activeElement.tagName"), "BODY");
}

/// A dialog is opened above the page; where it is open or missing nothing breaks.
#[wasm_bindgen]
pub fn a_dialog_is_opened_once() {
    script("document.body.insertAdjacentHTML('beforeend', '<dialog id=share></dialog>')");
    for id in ["share", "share", "missing"] {
        element::show_modal(id);
        assert_eq!(
            text("document.querySelector('dialog').matches(':modal')"),
            "true",
            "{id}"
        );
    }
}

/// Every kind of field says what it holds, and anything else nothing.
#[wasm_bindgen]
pub fn fields_say_what_they_hold() {
    for (field, expected, caret) in [
        ("<input value=\"tls>1s 秒\">", "tls>1s 秒", Some(8)),
        ("<textarea>a\nb</textarea>", "a\nb", None),
        ("<select><option>x<option selected>y</select>", "y", None),
        ("<button value=z></button>", "", None),
    ] {
        script(&format!(
            "const box = document.createElement('div'); box.innerHTML = `{field}`; self.field = box.firstChild; \
            if (field.tagName === 'INPUT') field.setSelectionRange(8, 8); \
            field.addEventListener('input', (event) => self.heard = event); field.dispatchEvent(new Event('input'))"
        ));
        let event = script("return heard");
        assert_eq!(element::value(event.unchecked_ref()), expected, "{field}");
        assert_eq!(element::caret(event.unchecked_ref()), caret, "{field}");
    }
}

/// Where a pointer is counts from the element's own corner, also when the page is scrolled.
#[wasm_bindgen]
pub async fn a_pointers_place_counts_from_the_elements_corner() {
    let node = held("div").await;
    script(
        "const held = document.getElementById('held'); held.style.cssText = 'position: absolute; left: 30px; top: 700px; width: 50px; height: 2000px'; scrollTo(0, 600)",
    );
    let event = script("return new PointerEvent('pointermove', { clientX: 41, clientY: 123 })");
    let place = element::position(event.unchecked_ref(), &node);
    assert_eq!(place, Some((11.0, 23.0)));
}

/// Text is written to the clipboard. A browser that refuses, and one that has none to give (over plain HTTP from
/// another machine), break nothing.
#[wasm_bindgen]
pub async fn a_clipboard_that_refuses_breaks_nothing() {
    for answer in [
        "Promise.resolve()",
        "Promise.reject(new DOMException('no', 'NotAllowedError'))",
    ] {
        script(&format!(
            "self.written = ''; navigator.clipboard.writeText = (text) => {{ self.written = text; return {answer}; }}"
        ));
        element::copy("tcp.port == 443");
        // A refusal that nobody takes is told after the tasks that wait already.
        after_ms(20).await;
        assert_eq!(text("written"), "tcp.port == 443", "{answer}");
    }
    script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined }); self.written = ''",
    );
    element::copy("tcp.port == 443");
    assert_eq!(text("written"), "");
}
