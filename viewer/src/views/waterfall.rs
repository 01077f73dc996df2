//! Every attempt's phases, row by row: scrolled, zoomed, and chosen from.

use stallscope_shared::report::overview::{Judgement, Row};
use yew::{Callback, Event, Html, MouseEvent, html};

use super::drawing::Drawing;
use super::row_table::RowTable;
use super::servers::legend;
use super::{Store, With};
use crate::platform::element;
use crate::state::keys::{Command, Zoom};
use crate::state::{Action, Axis, Group, Order, Spread, Tab, View};
use crate::text::{length, number, say, words};

/// The view.
pub(crate) fn waterfall(store: &Store) -> Html {
    let language = store.language;
    html! {
        <>
            { tools(store) }
            { legend(language) }
            if store.shown.rows.is_empty() {
                <p class="empty">{ say!(language, "nothing-left") }</p>
            } else if store.view.is_table {
                <RowTable store={store.clone()} />
            } else {
                <Drawing store={store.clone()} />
            }
        </>
    }
}

/// Choices of axis, scale, groups and order, and zoom for those without keys.
fn tools(store: &Store) -> Html {
    let language = store.language;
    let zoom =
        |zoom: Zoom| With::does::<MouseEvent>(store, move || Action::Press(Command::Zoom(zoom)));
    let view = &store.view;
    html! {
        <div class="tools">
            { choice(store, "choose-group", &[("group-address", Group::Address), ("group-name", Group::Name), ("group-flat", Group::Flat)], view.group, |view, group| View { group, ..view }) }
            { choice(store, "choose-order", &[("order-start", Order::Start), ("order-worst", Order::Worst), ("order-longest", Order::Longest)], view.order, |view, order| View { order, ..view }) }
            { choice(store, "choose-axis", &[("axis-relative", Axis::Relative), ("axis-clock", Axis::Clock)], view.axis, |view, axis| View { axis, zoom: None, ..view }) }
            { choice(store, "choose-spread", &[("spread-linear", Spread::Linear), ("spread-log", Spread::Log)], view.spread, |view, spread| View { spread, ..view }) }
            <span class="zoom">
                <button onclick={zoom(Zoom::In)} aria-label={say!(language, "zoom-in")}>{ "+" }</button>
                <button onclick={zoom(Zoom::Out)} aria-label={say!(language, "zoom-out")}>{ "−" }</button>
                <button onclick={zoom(Zoom::Left)} aria-label={say!(language, "pan-left")} disabled={view.zoom.is_none()}>{ "←" }</button>
                <button onclick={zoom(Zoom::Right)} aria-label={say!(language, "pan-right")} disabled={view.zoom.is_none()}>{ "→" }</button>
                <button onclick={zoom(Zoom::All)} disabled={view.zoom.is_none()}>{ say!(language, "zoom-all") }</button>
            </span>
            <button onclick={With::does::<MouseEvent>(store, || Action::Press(Command::Table))} aria-pressed={view.is_table.to_string()} data-testid="as-table">
                { say!(language, "as-table") }
            </button>
        </div>
    }
}

fn choice<T: Copy + PartialEq + 'static>(
    store: &Store,
    label: &'static str,
    options: &'static [(&'static str, T)],
    chosen: T,
    with: fn(View, T) -> View,
) -> Html {
    let language = store.language;
    let (dispatcher, view) = (store.dispatcher(), store.view.clone());
    let on_change = Callback::from(move |event: Event| {
        let value = element::value(&event);
        if let Some((_, one)) = options.iter().find(|(id, _)| *id == value) {
            dispatcher.dispatch(Action::Show(with(view.clone(), *one)));
        }
    });
    html! {
        <label class="choice">
            <span>{ say!(language, label) }</span>
            <select onchange={on_change} data-testid={label}>
                for (id, one) in options {
                    <option value={*id} selected={*one == chosen}>{ say!(language, *id) }</option>
                }
            </select>
        </label>
    }
}

/// Cause and party of a row, where there is a verdict.
pub(crate) fn judgement(store: &Store, row: &Row) -> Html {
    let (
        Judgement::Found {
            cause,
            party,
            confidence,
        },
        Some(case),
    ) = (row.judgement, &store.case)
    else {
        return html! {};
    };
    let language = store.language;
    html! {
        <span class="judged">
            <span class={format!("party party-{}", words::party_code(party))}>{ words::party(language, party) }</span>
            if let Some(cause) = words::cause(case.overview.words.word(cause)) {
                { format!(" {cause} ({})", words::confidence(language, confidence)) }
            }
        </span>
    }
}

/// The row under the pointer or the selected one, in words.
pub(crate) fn readout(store: &Store, selected: Option<usize>, hovered: Option<usize>) -> Html {
    let language = store.language;
    let Some(case) = &store.case else {
        return html! {};
    };
    let Some(index) = hovered.or(selected) else {
        return html! { <p class="readout" id="readout">{ say!(language, "waterfall-hint") }</p> };
    };
    let Some(row) = case.overview.rows.get(index) else {
        return html! {};
    };
    let overview = &case.overview;
    let phases: Vec<String> = overview
        .spans_of(row)
        .iter()
        .map(|span| {
            let phase = words::phase(language, span.phase);
            let time = length(language, span.end_ns.saturating_sub(span.start_ns));
            match span.outcome {
                stallscope_shared::report::v1::PhaseOutcome::Completed => format!("{phase} {time}"),
                how => format!("{phase} {} {time}", words::phase_outcome(language, how)),
            }
        })
        .collect();
    let open = With::does::<MouseEvent>(store, move || Action::Select(index, Some(Tab::Attempt)));
    let again = overview.repeats_of(row).len() as u64;
    html! {
        <p class="readout" id="readout" aria-live="polite" data-testid="readout">
            <span class="mono">{ format!("#{} {}", row.id, overview.words.word(row.server)) }</span>
            if let Some(name) = row.name {
                <span>{ overview.words.word(name) }</span>
            }
            <span class={if row.outcome.is_failure() { "trouble" } else { "" }}>{ words::outcome(language, row.outcome) }</span>
            { judgement(store, row) }
            <span>{ phases.join(" · ") }</span>
            if again > 0 {
                <span>{ say!(language, "sent-again", "count" = again, "number" = number(again)) }</span>
            }
            <button class="small" onclick={open} data-testid="open-attempt">{ say!(language, "open-attempt") }</button>
        </p>
    }
}
