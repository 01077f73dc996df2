//! The parts of the page, and which attempts are shown in them.

use yew::{Callback, Html, KeyboardEvent, MouseEvent, html};

use super::filter_box::FilterBox;
use super::{Store, With};
use crate::platform::element;
use crate::state::{Action, Tab, View};
use crate::text::say;

/// The row of controls.
pub(crate) fn controls(store: &Store) -> Html {
    let language = store.language;
    html! {
        <div class="controls">
            <div class="tabs" role="tablist" aria-label={say!(language, "views")} onkeydown={on_tab_key(store)}>
                for tab in Tab::ALL.iter().copied() {
                    { tab_button(store, tab) }
                }
            </div>
            <FilterBox store={store.clone()} />
        </div>
    }
}

fn tab_button(store: &Store, tab: Tab) -> Html {
    let is_chosen = store.view.tab == tab;
    let id = match tab {
        Tab::Servers => "tab-servers",
        Tab::Waterfall => "tab-waterfall",
        Tab::Attempt => "tab-attempt",
        Tab::Packets => "tab-packets",
    };
    let needs_attempt = matches!(tab, Tab::Attempt | Tab::Packets);
    html! {
        <button
            id={id}
            role="tab"
            aria-selected={is_chosen.to_string()}
            aria-controls="view"
            tabindex={if is_chosen { "0" } else { "-1" }}
            disabled={needs_attempt && store.view.attempt.is_none()}
            data-testid={id}
            onclick={to_tab(store, tab)}
        >{ say!(store.language, id) }</button>
    }
}

fn to_tab(store: &Store, tab: Tab) -> Callback<MouseEvent> {
    let view = store.view.clone();
    With::does(store, move || {
        Action::Show(View {
            tab,
            ..view.clone()
        })
    })
}

/// Arrows go from tab to tab (WAI-ARIA Authoring Practices, tabs).
fn on_tab_key(store: &Store) -> Callback<KeyboardEvent> {
    let (dispatcher, view) = (store.dispatcher(), store.view.clone());
    let most = if view.attempt.is_some() { 4 } else { 2 };
    Callback::from(move |event: KeyboardEvent| {
        let at = Tab::ALL
            .iter()
            .position(|tab| *tab == view.tab)
            .unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % most,
            "ArrowLeft" => (at + most - 1) % most,
            "Home" => 0,
            "End" => most - 1,
            _ => return,
        };
        if let Some(tab) = Tab::ALL.get(to).copied() {
            event.prevent_default();
            dispatcher.dispatch(Action::Show(View {
                tab,
                ..view.clone()
            }));
            element::focus(&format!("tab-{}", tab.word()));
        }
    })
}
