//! The servers, worst first: a card each, or a heat map and table where there are many.

use yew::{Html, component, html, use_memo};

use super::card::{Shared, card_view};
use super::heat::HeatTable;
use super::{Same, With};
use crate::draw::marks::look;
use crate::state::server::{CARDS, PHASES, cards};
use crate::text::{say, words};

/// The view.
#[component]
pub(crate) fn Servers(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    let key = (Same(store.shown.clone()), store.case.clone().map(Same));
    let cards = use_memo(key, |(shown, case)| match case {
        Some(case) => cards(&case.0, &shown.0),
        None => Vec::new(),
    });
    if cards.is_empty() {
        return html! { <p class="empty">{ say!(language, "nothing-left") }</p> };
    }
    if cards.len() > CARDS || store.view.is_table {
        return html! { <HeatTable store={store.clone()} cards={Same(cards)} /> };
    }
    let shared = Shared::of(
        &cards,
        store.case.as_ref().map_or((0, 1), |case| case.time()),
    );
    html! {
        <>
            { legend(language) }
            <ol class="cards" data-testid="cards">
                for card in cards.iter() {
                    <li key={card.address.clone()}>
                        { card_view(store, card, shared) }
                    </li>
                }
            </ol>
        </>
    }
}

/// The phases with their colours, letters and heights.
pub(crate) fn legend(language: stallscope_shared::text::Language) -> Html {
    html! {
        <ul class="legend" aria-label={say!(language, "legend")}>
            for phase in PHASES {
                <li>
                    <svg width="18" height="14" aria-hidden="true">
                        <rect class={look(phase).class} x="1" width="16"
                            y={if look(phase).is_thin { "4" } else { "1" }} height={if look(phase).is_thin { "6" } else { "12" }} />
                    </svg>
                    { words::phase(language, phase) }
                </li>
            }
            <li>
                <svg width="18" height="14" aria-hidden="true">
                    <rect class="trouble-bar" x="1" y="1" width="16" height="12" />
                    <path class="trouble-hatch" d="M1 13L13 1M7 13L17 3M1 7L7 1" />
                </svg>
                { say!(language, "legend-trouble") }
            </li>
            <li>
                <svg width="18" height="14" aria-hidden="true"><rect class="gap-bar" x="1.5" y="4.5" width="15" height="5" /></svg>
                { say!(language, "legend-gap") }
            </li>
        </ul>
    }
}
