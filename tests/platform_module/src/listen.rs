//! Listeners: what is heard, what is left to the browser, and that nothing is heard once they are dropped.

use stallscope_viewer::platform::listen::{Key, SizeWatch, keys, pasted};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Notes, drawn, held, script, text};

/// Presses a key on an element; whether the browser would still do something of its own with it.
fn press(selector: &str, options: &str) -> bool {
    text(&format!(
        "document.querySelector('{selector}').dispatchEvent(new KeyboardEvent('keydown', {{ bubbles: true, cancelable: true, {options} }}))"
    )) == "true"
}

/// A key says what it was pressed on. Keys with Ctrl, Alt or Meta, and those of an input method, are not ours.
#[wasm_bindgen]
pub fn keys_say_what_they_are_pressed_on() {
    script(
        "document.body.insertAdjacentHTML('beforeend', '<input id=words type=search><input id=tick type=checkbox><textarea></textarea><button></button><a></a>')",
    );
    let notes = Notes::new();
    let write = notes.writer();
    let listener = keys(move |key: &Key| {
        write(key.clone());
        key.name == "j"
    });
    for (selector, [is_typing, is_on_control]) in [
        ("body", [false, false]),
        ("#words", [true, true]),
        ("textarea", [true, false]),
        ("#tick", [false, true]),
        ("button", [false, true]),
        ("a", [false, true]),
    ] {
        assert!(press(selector, "key: 'G', shiftKey: true"), "{selector}");
        let expected = Key {
            name: "G".to_owned(),
            is_shifted: true,
            is_typing,
            is_on_control,
        };
        assert_eq!(notes.take(), [expected], "{selector}");
    }
    assert!(!press("body", "key: 'j'"), "what was used is used up");
    assert_eq!(notes.take().len(), 1);
    for held in ["ctrlKey", "altKey", "metaKey", "isComposing"] {
        assert!(press("body", &format!("key: 'j', {held}: true")), "{held}");
        assert_eq!(notes.take(), [], "{held}");
    }
    drop(listener);
    assert!(press("body", "key: 'j'"), "nobody listens any more");
    assert_eq!(notes.take(), []);
}

fn paste(selector: &str, words: &str) {
    script(&format!(
        "const held = new DataTransfer(); held.setData('text', '{words}'); \
        document.querySelector('{selector}').dispatchEvent(new ClipboardEvent('paste', {{ bubbles: true, clipboardData: held }}))"
    ));
}

/// Text that is pasted into a field is the field's, and blanks are nothing.
#[wasm_bindgen]
pub fn text_is_pasted_beside_fields() {
    script("document.body.insertAdjacentHTML('beforeend', '<input type=text><p></p>')");
    let notes = Notes::new();
    let listener = pasted(notes.writer());
    for (selector, words, heard) in [
        ("p", "curl: (28) timed out", true),
        ("body", "TLS", true),
        ("input", "TLS", false),
        ("p", "  ", false),
    ] {
        paste(selector, words);
        let expected = heard.then(|| words.to_owned());
        assert_eq!(
            notes.take(),
            Vec::from_iter(expected),
            "{words} into {selector}"
        );
    }
    drop(listener);
    paste("p", "later");
    assert_eq!(notes.take(), Vec::<String>::new());
}

/// Sizes are told at the beginning and with every change, until nobody watches.
#[wasm_bindgen]
pub async fn sizes_are_told_until_nobody_watches() {
    let node = held("div").await;
    let resize = |size: &str| {
        script(&format!(
            "document.getElementById('held').style.cssText = '{size}'"
        ))
    };
    resize("width: 300px; height: 40px");
    let notes = Notes::new();
    let write = notes.writer();
    let watch = SizeWatch::new(&node, move |width, height| write((width, height)));
    drawn().await;
    assert_eq!(notes.take(), [(300.0, 40.0)]);
    resize("width: 200px; height: 40px");
    drawn().await;
    assert_eq!(notes.take(), [(200.0, 40.0)]);
    drop(watch);
    resize("width: 100px; height: 40px");
    drawn().await;
    assert_eq!(notes.take(), []);
}
