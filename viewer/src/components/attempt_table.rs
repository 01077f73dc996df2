//! The attempts, one row each, failures to be told apart without colour.

use yew::{Callback, Html, MouseEvent, Properties, classes, component, html, use_state_eq};

use crate::state::table::Row;
use crate::state::words;

/// Rows that are shown at first and added at each press of the button: a table of thousands is slow.
const ROWS: usize = 200;

/// What the table is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AttemptTableProperties {
    pub(crate) rows: Vec<Row>,
}

/// The table.
#[component]
pub(crate) fn AttemptTable(properties: &AttemptTableProperties) -> Html {
    let shown = use_state_eq(|| ROWS);
    let hidden = properties.rows.len().saturating_sub(*shown);
    let show_more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + ROWS))
    };
    html! {
        <section>
            <table class="attempts" data-testid="attempts">
                <thead>
                    <tr>
                        <th scope="col">{ "#" }</th>
                        <th scope="col">{ "Start" }</th>
                        <th scope="col">{ "Server" }</th>
                        <th scope="col">{ "Outcome" }</th>
                        <th scope="col">{ "Phases" }</th>
                    </tr>
                </thead>
                <tbody>
                    for row in properties.rows.iter().take(*shown) {
                        { attempt(row) }
                    }
                </tbody>
            </table>
            if hidden > 0 {
                <button class="more" onclick={show_more}>
                    { format!("Show {} of {} more", hidden.min(ROWS), words::count(hidden as u64, "attempt")) }
                </button>
            }
        </section>
    }
}

fn attempt(row: &Row) -> Html {
    let failure = row.is_failure.then_some("failure");
    html! {
        <tr key={row.id} class={classes!("attempt", failure)} data-testid="attempt">
            <td class="number">{ row.id }</td>
            <td class="started">{ &row.started }</td>
            <td class="server">
                if let Some(name) = &row.name {
                    <span class="name">{ name }</span>
                }
                <span class="address">{ &row.server }</span>
                if let Some(kind) = row.kind {
                    <span class="kind">{ kind }</span>
                }
            </td>
            <td class="outcome"><span class={classes!("badge", failure)}>{ row.outcome }</span></td>
            <td>
                <ul class="phases">
                    for phase in &row.phases {
                        <li class={classes!(phase.is_fault.then_some("fault"), phase.is_unseen.then_some("unseen"))}>{ &phase.text }</li>
                    }
                </ul>
            </td>
        </tr>
    }
}
