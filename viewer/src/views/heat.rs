//! Many servers: failures over time as a heat map beside the numbers. Also the table twin of the cards.

use yew::{Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_state_eq};

use super::card::{names, open};
use super::cells::{Cells, legend};
use super::{Same, Store};
use crate::platform::after_frame;
use crate::state::server::Card;
use crate::text::{length, number, say, share, words};

/// What the table is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct HeatProperties {
    pub(crate) store: Store,
    pub(crate) cards: Same<Vec<Card>>,
}

/// Rows at once: more than a window shows, few enough that a frame has time for them.
const AT_ONCE: usize = 12;

/// Rows soon after, and added at each press of the button: the page stays quick with thousands of servers.
const ROWS: usize = 50;

/// The table.
#[component]
pub(crate) fn HeatTable(properties: &HeatProperties) -> Html {
    let store = &properties.store;
    let language = store.language;
    let cards = &properties.cards.0;
    let shown = use_state_eq(|| AT_ONCE);
    {
        let shown = shown.setter();
        use_effect_with((), move |()| after_frame(move || shown.set(ROWS)));
    }
    let hidden = cards.len().saturating_sub((*shown).max(ROWS));
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set((*shown).max(ROWS) + ROWS))
    };
    let whole = store.case.as_ref().map_or((0, 1), |case| case.time());
    // A stretch that was chosen is cut into columns of its own.
    let time = store.view.brush.unwrap_or(whole);
    html! {
        <>
        { legend(language, time) }
        <div class="table-box" tabindex="0" role="region" aria-label={say!(language, "tab-servers")}>
            <table class="data stacked" data-testid="server-table">
                <thead>
                    <tr>
                        <th scope="col">{ say!(language, "column-server") }</th>
                        <th scope="col" class="number">{ say!(language, "column-attempts") }</th>
                        <th scope="col" class="number">{ say!(language, "column-failed") }</th>
                        <th scope="col">{ say!(language, "column-heat") }</th>
                        <th scope="col" class="number">{ say!(language, "column-interval") }</th>
                        <th scope="col">{ say!(language, "column-medians") }</th>
                    </tr>
                </thead>
                <tbody>
                    for index in 0..cards.len().min(*shown) {
                        { row(properties, index, time) }
                    }
                </tbody>
            </table>
            if hidden > 0 {
                <button onclick={more}>{ say!(language, "show-more", "count" = hidden.min(ROWS) as u64, "hidden" = number(hidden as u64)) }</button>
            }
        </div>
        </>
    }
}

fn row(HeatProperties { store, cards }: &HeatProperties, index: usize, time: (i64, i64)) -> Html {
    let Some(card) = cards.0.get(index) else {
        return html! {};
    };
    let language = store.language;
    let [low, high] = card.wilson95;
    let medians: Vec<String> = card
        .medians
        .iter()
        .map(|(phase, median)| {
            format!(
                "{} {}",
                words::phase(language, *phase),
                length(language, *median)
            )
        })
        .collect();
    html! {
        <tr key={card.address.clone()}>
            <th scope="row" class="who"><button class="link" onclick={open(store, card)}>{ &card.address }</button><span class="under">{ names(language, card) }</span></th>
            <td class="number">{ number(card.attempts) }</td>
            <td class="number">
                if card.failures > 0 {
                    <strong class="trouble">{ format!("{} ({})", number(card.failures), share(card.failure_rate)) }</strong>
                } else {
                    { "0" }
                }
            </td>
            <td><Cells store={store.clone()} cards={cards.clone()} {index} {time} /></td>
            <td class="number">{ format!("{} – {}", share(low), share(high)) }</td>
            <td><span class="wide">{ medians.join(" · ") }</span></td>
        </tr>
    }
}
