//! One server's failures over time as a row of cells: pointed at or chosen by keys, a cell says what is counted in it,
//! and leads to its attempts.

use stallscope_shared::text::Language;
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, PointerEvent, Properties, component, html,
    use_node_ref, use_state_eq,
};

use super::{Same, Store};
use crate::geometry::rug::{CLASSES, Column, columns, stretch};
use crate::platform::element;
use crate::state::server::Card;
use crate::state::{Action, View};
use crate::text::{length, number, say, share, words};

/// Columns of time.
const COLUMNS: usize = 48;

/// Width of a cell in CSS pixels, with the gap behind it.
const WIDTH: usize = 5;

/// Height of a row of cells: what a finger needs (WCAG 2.2, 2.5.8). The style sheet has the same.
const HEIGHT: usize = 24;

/// What a row of cells is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct CellsProperties {
    pub(crate) store: Store,
    pub(crate) cards: Same<Vec<Card>>,
    /// Which card.
    pub(crate) index: usize,
    /// First and last moment.
    pub(crate) time: (i64, i64),
}

/// The row.
#[component]
pub(crate) fn Cells(properties: &CellsProperties) -> Html {
    let CellsProperties {
        store,
        cards,
        index,
        time,
    } = properties;
    let language = store.language;
    let frame = use_node_ref();
    let chosen = use_state_eq(|| None::<usize>);
    let Some(card) = cards.0.get(*index) else {
        return html! {};
    };
    let columns = columns(card.starts.iter().copied(), *time, COLUMNS);
    let worst = worst(&columns);
    let on_point = {
        let (chosen, frame) = (chosen.clone(), frame.clone());
        Callback::from(move |event: PointerEvent| {
            let x = element::position(&event, &frame).map(|(x, _)| x.max(0.0) as usize / WIDTH);
            chosen.set(x.map(|column| column.min(COLUMNS - 1)));
        })
    };
    let choose = |column: Option<usize>| {
        let chosen = chosen.clone();
        move || chosen.set(column)
    };
    let (on_leave, on_blur, on_focus) =
        (choose(None), choose(None), choose(chosen.or(Some(worst))));
    let at = chosen.unwrap_or(worst);
    let open = attempts(properties, &columns, at);
    let on_key = {
        let (chosen, open) = (chosen.clone(), open.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowLeft" => chosen.set(Some(at.saturating_sub(1))),
                "ArrowRight" => chosen.set(Some((at + 1).min(COLUMNS - 1))),
                "Home" => chosen.set(Some(0)),
                "End" => chosen.set(Some(COLUMNS - 1)),
                "Enter" => open(),
                _ => return,
            }
            event.prevent_default();
            // Elsewhere on the page Enter opens the selected attempt.
            event.stop_propagation();
        })
    };
    let said = said(properties, &columns, at);
    html! {
        <div class="cells" ref={frame} role="slider" tabindex="0" aria-label={say!(language, "heat-label", "server" = card.address.as_str())}
            aria-valuemin="1" aria-valuemax={COLUMNS.to_string()} aria-valuenow={(at + 1).to_string()} aria-valuetext={said.clone()}
            onpointermove={on_point.clone()} onpointerdown={on_point} onpointerleave={move |_| on_leave()} onfocus={move |_| on_focus()}
            onblur={move |_| on_blur()} onclick={move |_: MouseEvent| open()} onkeydown={on_key} data-testid="cells">
            { drawing(&columns, *chosen) }
            <p class="cell-said" aria-hidden="true">{ chosen.map(|_| said) }</p>
        </div>
    }
}

/// Where most failed, by share; the first of these.
fn worst(columns: &[Column]) -> usize {
    let mut worst = (0, None);
    for (index, column) in columns.iter().enumerate() {
        if column.class() > worst.1 {
            worst = (index, column.class());
        }
    }
    worst.0
}

/// Shows the attempts of one column in the waterfall, where there are any.
fn attempts(
    properties: &CellsProperties,
    columns: &[Column],
    column: usize,
) -> impl Fn() + Clone + use<> {
    let has_any = columns
        .get(column)
        .is_some_and(|column| column.class().is_some());
    let (store, time) = (properties.store.clone(), properties.time);
    let address = properties
        .cards
        .0
        .get(properties.index)
        .map(|card| card.address.clone());
    move || {
        if let Some(address) = address.as_deref().filter(|_| has_any) {
            store.dispatch(Action::Show(View {
                brush: Some(stretch(column, time, COLUMNS)),
                ..store.view.of_server(address)
            }));
        }
    }
}

/// When a column begins, and what is counted in it.
fn said(properties: &CellsProperties, columns: &[Column], index: usize) -> String {
    let language = properties.store.language;
    let (from, to) = stretch(index, properties.time, COLUMNS);
    let epoch = properties
        .store
        .case
        .as_ref()
        .and_then(|case| case.summary.epoch.as_deref());
    // Thousandths where columns are shorter than seconds.
    let end = if to.saturating_sub(from) < 1_000_000_000 {
        23
    } else {
        19
    };
    let clock =
        words::moment(epoch, from).and_then(|moment| moment.get(11..end).map(str::to_owned));
    let at = clock.unwrap_or_else(|| length(language, from));
    let Column { fine, failed } = columns.get(index).copied().unwrap_or_default();
    match fine + failed {
        0 => say!(language, "cell-empty", "at" = at),
        all => say!(
            language,
            "cell",
            "at" = at,
            "failed" = number(failed.into()),
            "all" = number(all.into())
        ),
    }
}

/// A cell for each column: how large the share of failures is, by colour and by height.
fn drawing(columns: &[Column], chosen: Option<usize>) -> Html {
    let mut paths = vec![String::new(); CLASSES.len() + 2];
    for (index, column) in columns.iter().enumerate() {
        let class = column.class().map(usize::from);
        if let Some((class, path)) = class.and_then(|class| Some((class, paths.get_mut(class)?))) {
            path.push_str(&cell(index * WIDTH, class));
        }
    }
    html! {
        <svg class="heat" viewBox={format!("0 0 {} {HEIGHT}", COLUMNS * WIDTH)} aria-hidden="true">
            for (class, path) in paths.into_iter().enumerate() {
                if !path.is_empty() {
                    <path class={format!("heat-{class}")} d={path} />
                }
            }
            if let Some(index) = chosen {
                <rect class="heat-chosen" x={(index * WIDTH).to_string()} y="1" width={(WIDTH - 1).to_string()} height={(HEIGHT - 2).to_string()} />
            }
        </svg>
    }
}

fn cell(x: usize, class: usize) -> String {
    let high = if class == 0 { 5 } else { 7 + 3 * class };
    format!("M{x} {}v{high}h{}v-{high}z", HEIGHT - high, WIDTH - 1)
}

/// What colours and heights mean, and how long a column is.
pub(crate) fn legend(language: Language, (from, to): (i64, i64)) -> Html {
    let mut classes = vec![say!(language, "none-failed")];
    let ends = CLASSES.map(share);
    classes.extend(
        ends.iter()
            .map(|end| say!(language, "share-below", "share" = end.as_str())),
    );
    classes.extend(
        ends.last()
            .map(|last| say!(language, "share-above", "share" = last.as_str())),
    );
    let column = to.saturating_sub(from) / COLUMNS as i64;
    html! {
        <ul class="legend" aria-label={say!(language, "column-heat")} data-testid="heat-legend">
            for (class, shares) in classes.into_iter().enumerate() {
                <li>
                    <svg width={WIDTH.to_string()} height={HEIGHT.to_string()} aria-hidden="true"><path class={format!("heat-{class}")} d={cell(0, class)} /></svg>
                    { shares }
                </li>
            }
            <li>{ say!(language, "heat-hint", "length" = length(language, column)) }</li>
        </ul>
    }
}
