//! The page: where the application is mounted, its address and its language.

use wasm_bindgen::JsValue;
use yew::BaseComponent;

/// The element in `index.html`.
const ROOT: &str = "stallscope";

/// Shows the application. Without the element there is no page to show it on, and nothing is done.
pub fn mount<Application>()
where
    Application: BaseComponent,
    Application::Properties: Default,
{
    let root = document().and_then(|document| document.get_element_by_id(ROOT));
    if let Some(root) = root {
        // What stands there is for browsers in which this line is never reached.
        root.set_text_content(None);
        yew::Renderer::<Application>::with_root(root).render();
    }
}

/// The fragment of the address, without `#`.
#[must_use]
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Puts a fragment into the address, without a step in the history and without telling listeners.
pub fn set_fragment(fragment: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    if let Some(history) = history {
        // Browsers refuse when a page does this hundreds of times a second; then it is done the next time.
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}"))));
    }
}

/// The address of the page without query and fragment, where others may reach it: over HTTPS. Elsewhere it is this
/// machine's own, and may hold a token; then it is empty.
#[must_use]
pub fn address() -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    let address = href.split(['?', '#']).next().unwrap_or_default();
    if address.starts_with("https://") {
        address.to_owned()
    } else {
        String::new()
    }
}

/// What a parameter of the address's query says, decoded, as often as it stands there.
#[must_use]
pub fn parameters(name: &str) -> Vec<String> {
    let query = web_sys::window().and_then(|window| window.location().search().ok());
    let parsed = query.and_then(|query| web_sys::UrlSearchParams::new_with_str(&query).ok());
    let values = parsed
        .map(|parsed| parsed.get_all(name))
        .unwrap_or_default();
    values
        .iter()
        .filter_map(|value| value.as_string())
        .collect()
}

/// The page was opened from disk.
#[must_use]
pub fn is_on_disk() -> bool {
    web_sys::window()
        .and_then(|window| window.location().protocol().ok())
        .is_some_and(|protocol| protocol == "file:")
}

/// The languages that the browser asks for, best first, as BCP 47 tags.
#[must_use]
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    let list = window.navigator().languages();
    list.iter().filter_map(|tag| tag.as_string()).collect()
}

/// Says which language the page is in, for screen readers, hyphenation and fonts.
pub fn set_language(tag: &str) {
    let element = document().and_then(|document| document.document_element());
    if let Some(element) = element {
        drop(element.set_attribute("lang", tag));
    }
}

/// The title of the window.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Prints the page.
pub fn print() {
    if let Some(window) = web_sys::window() {
        drop(window.print());
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
