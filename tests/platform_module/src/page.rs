//! The page: its address, language and title, and the root of the application.

use stallscope_viewer::platform::listen;
use stallscope_viewer::platform::page;
use wasm_bindgen::prelude::wasm_bindgen;
use yew::{component, html};

use crate::{Count, after_ms, drawn, script, text};

/// A fragment that we set stands in the address, makes no step in the history, and no listener hears of it; one that
/// somebody else sets is heard of, until the listener is dropped.
#[wasm_bindgen]
pub async fn only_the_fragment_of_others_is_heard_of() {
    let heard = Count::default();
    let listener = {
        let heard = heard.clone();
        listen::fragment(move || heard.add())
    };
    let steps = text("history.length");
    page::set_fragment("v=1&filter=out:failed%20tls%3E1s");
    after_ms(20).await;
    assert_eq!(page::fragment(), "v=1&filter=out:failed%20tls%3E1s");
    assert_eq!((text("history.length"), heard.get()), (steps, 0));
    for (hash, expected) in [("v=1", 1), ("", 2)] {
        script(&format!("location.hash = '{hash}'"));
        after_ms(20).await;
        assert_eq!((page::fragment(), heard.get()), (hash.to_owned(), expected));
    }
    drop(listener);
    script("location.hash = 'v=2'");
    after_ms(20).await;
    assert_eq!(heard.get(), 2, "after the listener was dropped");
}

/// Parameters are decoded, and each is given as often as it stands there.
#[wasm_bindgen]
pub fn parameters_are_decoded() {
    script("history.replaceState(null, '', '?capture=a&other=1&capture=b%20c%2Fd+e#capture=f')");
    assert_eq!(page::parameters("capture"), ["a", "b c/d e"]);
    assert_eq!(page::parameters("nothing"), Vec::<String>::new());
}

/// Over HTTP the address is this machine's own, and is kept.
#[wasm_bindgen]
pub fn an_address_of_this_machine_is_not_given_away() {
    assert!(text("location.href").starts_with("http://127.0.0.1"));
    assert_eq!(page::address(), "");
    assert!(!page::is_on_disk());
}

/// In the order in which the browser names them.
#[wasm_bindgen]
pub fn languages_are_the_browsers() {
    script("Object.defineProperty(navigator, 'languages', { value: ['zh-CN', 'en'] })");
    assert_eq!(page::languages(), ["zh-CN", "en"]);
    page::set_language("zh-CN");
    assert_eq!(text("document.documentElement.lang"), "zh-CN");
    page::set_title("a.pcap – stallscope");
    assert_eq!(text("document.title"), "a.pcap – stallscope");
}

#[component]
fn Word() -> yew::Html {
    html! { <p>{ "here" }</p> }
}

/// The application takes the place of what stood in its element. Where that is missing nothing happens.
#[wasm_bindgen]
pub async fn the_application_takes_its_place() {
    page::mount::<Word>();
    drawn().await;
    assert_eq!(text("document.querySelectorAll('p').length"), "0");
    script(
        "const root = document.createElement('main'); root.id = 'stallscope'; root.textContent = 'no WebAssembly'; document.body.append(root)",
    );
    page::mount::<Word>();
    drawn().await;
    assert_eq!(
        text("document.getElementById('stallscope').innerHTML"),
        "<p>here</p>"
    );
}
