//! Many servers: failures over time as a heat map beside the numbers. Also the table twin of the cards.

use yew::{Callback, Html, MouseEvent, Properties, component, html, use_effect_with, use_state_eq};

use super::card::names;
use super::{Same, Store, With};
use crate::geometry::rug::columns;
use crate::platform::after_frame;
use crate::state::server::Card;
use crate::state::{Action, Tab, View};
use crate::text::{length, number, say, share, words};

/// What the table is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct HeatProperties {
    pub(crate) store: Store,
    pub(crate) cards: Same<Vec<Card>>,
}

/// Columns of time.
const COLUMNS: usize = 48;

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
    let time = store.case.as_ref().map_or((0, 1), |case| case.time());
    html! {
        <div class="table-box" tabindex="0" role="region" aria-label={say!(language, "tab-servers")}>
            <table class="data" data-testid="server-table">
                <thead>
                    <tr>
                        <th scope="col">{ say!(language, "column-server") }</th>
                        <th scope="col" class="number">{ say!(language, "column-attempts") }</th>
                        <th scope="col" class="number">{ say!(language, "column-failed") }</th>
                        <th scope="col" class="number">{ say!(language, "column-interval") }</th>
                        <th scope="col">{ say!(language, "column-medians") }</th>
                        <th scope="col">{ say!(language, "column-heat") }</th>
                    </tr>
                </thead>
                <tbody>
                    for card in cards.iter().take(*shown) {
                        { row(store, card, time) }
                    }
                </tbody>
            </table>
            if hidden > 0 {
                <button onclick={more}>{ say!(language, "show-more", "count" = hidden.min(ROWS) as u64, "hidden" = number(hidden as u64)) }</button>
            }
        </div>
    }
}

fn row(store: &Store, card: &Card, time: (i64, i64)) -> Html {
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
    let (view, address) = (store.view.clone(), card.address.clone());
    let open = With::does::<MouseEvent>(store, move || {
        let (ip, port) = address.rsplit_once(':').unwrap_or((&address, ""));
        Action::Show(View {
            tab: Tab::Waterfall,
            filter: format!("server:{} port:{port}", ip.trim_matches(['[', ']'])),
            ..view.clone()
        })
    });
    html! {
        <tr key={card.address.clone()}>
            <th scope="row"><button class="link" onclick={open}>{ &card.address }</button><span class="under">{ names(language, card) }</span></th>
            <td class="number">{ number(card.attempts) }</td>
            <td class="number">
                if card.failures > 0 {
                    <strong class="trouble">{ format!("{} ({})", number(card.failures), share(card.failure_rate)) }</strong>
                } else {
                    { "0" }
                }
            </td>
            <td class="number">{ format!("{} – {}", share(low), share(high)) }</td>
            <td><span class="wide">{ medians.join(" · ") }</span></td>
            <td>{ heat(card, time) }</td>
        </tr>
    }
}

/// A cell for each column of time: how large the share of failures is, by colour and by height.
fn heat(card: &Card, time: (i64, i64)) -> Html {
    const WIDTH: usize = 5;
    let columns = columns(card.starts.iter().copied(), time, COLUMNS);
    let mut paths = vec![String::new(); 6];
    for (index, column) in columns.iter().enumerate() {
        if let Some(path) = column
            .class()
            .and_then(|class| paths.get_mut(usize::from(class)))
        {
            let class = column.class().unwrap_or_default();
            let high = if class == 0 { 4 } else { 6 + 2 * class };
            path.push_str(&format!(
                "M{} {}v{high}h{}v-{high}z",
                index * WIDTH,
                18 - high,
                WIDTH - 1
            ));
        }
    }
    html! {
        <svg class="heat" viewBox={format!("0 0 {} 18", COLUMNS * WIDTH)} aria-hidden="true">
            for (class, path) in paths.into_iter().enumerate() {
                if !path.is_empty() {
                    <path class={format!("heat-{class}")} d={path} />
                }
            }
        </svg>
    }
}
