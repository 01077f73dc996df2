//! The panel of keys.

use yew::{Html, MouseEvent, component, html, use_effect_with};

use super::With;
use crate::platform::element;
use crate::state::Action;
use crate::state::keys::KEYS;
use crate::text::say;

/// Id of the button that has the focus while the panel is open.
const CLOSE: &str = "close-help";

/// Pieces of a filter, one of each kind.
const FILTERS: [&str; 7] = [
    "ip:203.0.113.0/24",
    "out:failed",
    "tls>1s",
    "-http:200",
    "phase:tls",
    "name:api",
    "cause:H1",
];

/// The panel.
#[component]
pub(crate) fn Help(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    use_effect_with((), |()| element::focus(CLOSE));
    html! {
        <div class="help" role="dialog" aria-modal="true" aria-labelledby="help-title" data-testid="help-panel">
            <div class="help-panel">
                <h2 id="help-title">{ say!(language, "keys-title") }</h2>
                <dl>
                    for (key, message) in KEYS {
                        <div>
                            <dt>{ for key.split_whitespace().map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                            <dd>{ say!(language, message) }</dd>
                        </div>
                    }
                </dl>
                <p>{ say!(language, "keys-filter") }</p>
                <p>{ for FILTERS.map(|filter| html! { <code>{ filter }</code> }) }</p>
                <button id={CLOSE} onclick={With::does::<MouseEvent>(store, || Action::Help(false))}>{ say!(language, "close") }</button>
            </div>
        </div>
    }
}
