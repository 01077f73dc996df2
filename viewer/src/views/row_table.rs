//! The attempts as a table: what the waterfall shows, for those who read.

use stallscope_shared::report::overview::{Overview, Row};
use stallscope_shared::report::v1::PhaseOutcome;
use stallscope_shared::text::Language;
use yew::{Callback, Html, MouseEvent, component, html, use_state_eq};

use super::waterfall::judgement;
use super::{Store, With};
use crate::load::reckoned::total;
use crate::state::arrange::Item;
use crate::state::{Action, Tab};
use crate::text::{length, number, say, words};

/// Rows at first, and added at each press of the button: thousands of them make a page slow.
const ROWS: usize = 200;

/// The table.
#[component]
pub(crate) fn RowTable(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    let shown = use_state_eq(|| ROWS);
    let Some(case) = store.case.clone() else {
        return html! {};
    };
    let rows: Vec<(usize, &Row)> = store
        .shown
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Row(index) => Some((*index, case.overview.rows.get(*index)?)),
            Item::Head { .. } => None,
        })
        .collect();
    let hidden = rows.len().saturating_sub(*shown);
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + ROWS))
    };
    html! {
        <div class="table-box" tabindex="0" role="region" aria-label={say!(language, "waterfall-label")}>
            <table class="data" data-testid="row-table">
                <thead>
                    <tr>
                        <th scope="col">{ "#" }</th>
                        <th scope="col" class="number">{ say!(language, "column-start") }</th>
                        <th scope="col">{ say!(language, "column-server") }</th>
                        <th scope="col">{ say!(language, "column-outcome") }</th>
                        <th scope="col">{ say!(language, "column-cause") }</th>
                        <th scope="col" class="number">{ say!(language, "column-total") }</th>
                        <th scope="col">{ say!(language, "column-phases") }</th>
                    </tr>
                </thead>
                <tbody>
                    for (index, row) in rows.iter().take(*shown) {
                        { line(store, &case.overview, *index, row) }
                    }
                </tbody>
            </table>
            if hidden > 0 {
                <button onclick={more}>{ say!(language, "show-more", "count" = hidden.min(ROWS) as u64, "hidden" = number(hidden as u64)) }</button>
            }
        </div>
    }
}

fn line(store: &Store, overview: &Overview, index: usize, row: &Row) -> Html {
    let language = store.language;
    let is_failure = row.outcome.is_failure();
    let open = With::does::<MouseEvent>(store, move || Action::Select(index, Some(Tab::Attempt)));
    html! {
        <tr key={row.id} class={if store.selected() == Some(index) { "selected" } else { "" }} data-testid="row">
            <td><button class="link" onclick={open} aria-label={say!(language, "open-attempt-number", "number" = row.id.to_string())}>{ row.id }</button></td>
            <td class="number">{ format!("+{}", length(language, row.started_ns)) }</td>
            <th scope="row"><span class="mono">{ overview.words.word(row.server) }</span>
                if let Some(name) = row.name {
                    <span class="under">{ overview.words.word(name) }</span>
                }
            </th>
            <td class={if is_failure { "trouble" } else { "" }}>{ words::outcome(language, row.outcome) }</td>
            <td>{ judgement(store, row) }</td>
            <td class="number">{ length(language, total(overview, row)) }</td>
            <td>{ phases(language, overview, row) }</td>
        </tr>
    }
}

/// Each phase with its length, and the gaps between them.
fn phases(language: Language, overview: &Overview, row: &Row) -> Html {
    let mut parts = Vec::new();
    let mut until: Option<i64> = None;
    for span in overview.spans_of(row) {
        if let Some(end) = until.filter(|end| span.start_ns > *end) {
            let time = length(language, span.start_ns.saturating_sub(end));
            parts.push((say!(language, "gap", "time" = time), ""));
        }
        let phase = words::phase(language, span.phase);
        let time = length(language, span.end_ns.saturating_sub(span.start_ns));
        parts.push(match span.outcome {
            PhaseOutcome::Completed => (format!("{phase} {time}"), ""),
            how => (
                format!("{phase} {} {time}", words::phase_outcome(language, how)),
                "trouble",
            ),
        });
        until = Some(span.end_ns);
    }
    html! {
        <ul class="phase-list">
            for (text, class) in parts {
                <li class={class}>{ text }</li>
            }
        </ul>
    }
}
