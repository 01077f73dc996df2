//! The field for the filter, with what can be typed next and how much is left.

use yew::{
    Callback, FocusEvent, Html, InputEvent, KeyboardEvent, MouseEvent, UseStateHandle, component,
    html, use_state_eq,
};

use super::{Store, With};
use crate::filter::{Completion, Problem, ProblemKind, complete};
use crate::platform::element;
use crate::state::{Action, View};
use crate::text::{length, number, say};

/// Id of the field.
pub(crate) const FIELD: &str = "filter";

/// Id of the list below it.
const LIST: &str = "filter-list";

/// The field.
#[component]
pub(crate) fn FilterBox(with: &With) -> Html {
    let store = &with.store;
    let language = store.language;
    let is_typing = use_state_eq(|| false);
    let chosen = use_state_eq(|| None::<usize>);
    let completions = match (&store.case, *is_typing) {
        (Some(case), true) => complete(&store.view.filter, &case.overview),
        _ => Vec::new(),
    };
    let on_input = on_input(store, &is_typing, &chosen);
    let set_typing = |is_now: bool| {
        let is_typing = is_typing.clone();
        Callback::from(move |_: FocusEvent| is_typing.set(is_now))
    };
    let (on_focus, on_blur) = (set_typing(true), set_typing(false));
    let on_key = {
        let (store, completions) = (store.clone(), completions.clone());
        let chosen = chosen.clone();
        Callback::from(move |event: KeyboardEvent| {
            choose(&event, &store, &completions, &chosen);
        })
    };
    html! {
        <div class="filter">
            <input
                id={FIELD}
                type="search"
                role="combobox"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label={say!(language, "filter")}
                aria-expanded={(!completions.is_empty()).to_string()}
                aria-controls={LIST}
                aria-activedescendant={chosen.map(|index| format!("{LIST}-{index}"))}
                aria-keyshortcuts="/"
                placeholder={say!(language, "filter-hint")}
                value={store.view.filter.clone()}
                oninput={on_input}
                onfocus={on_focus}
                onblur={on_blur}
                onkeydown={on_key}
                data-testid="filter"
            />
            if !completions.is_empty() {
                <ul id={LIST} role="listbox" class="completions" aria-label={say!(language, "completions")}>
                    for (index, completion) in completions.iter().enumerate() {
                        { option(store, index, completion, *chosen == Some(index)) }
                    }
                </ul>
            }
            { left(store) }
        </div>
    }
}

fn on_input(
    store: &Store,
    is_typing: &UseStateHandle<bool>,
    chosen: &UseStateHandle<Option<usize>>,
) -> Callback<InputEvent> {
    let (dispatcher, view) = (store.dispatcher(), store.view.clone());
    let (is_typing, chosen) = (is_typing.clone(), chosen.clone());
    Callback::from(move |event: InputEvent| {
        is_typing.set(true);
        chosen.set(None);
        dispatcher.dispatch(Action::Show(View {
            filter: element::value(&event),
            ..view.clone()
        }));
    })
}

fn option(store: &Store, index: usize, completion: &Completion, is_chosen: bool) -> Html {
    let (dispatcher, view) = (store.dispatcher(), store.view.clone());
    let filter = completion.filter.clone();
    // Before the field loses the focus, which closes the list.
    let on_down = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        dispatcher.dispatch(Action::Show(View {
            filter: filter.clone(),
            ..view.clone()
        }));
    });
    html! {
        <li id={format!("{LIST}-{index}")} role="option" aria-selected={is_chosen.to_string()} onmousedown={on_down}>{ &completion.shown }</li>
    }
}

/// Arrows choose, Tab or Enter take.
fn choose(
    event: &KeyboardEvent,
    store: &Store,
    completions: &[Completion],
    chosen: &UseStateHandle<Option<usize>>,
) {
    let last = completions.len().saturating_sub(1);
    match event.key().as_str() {
        "ArrowDown" if !completions.is_empty() => {
            chosen.set(Some(chosen.map_or(0, |at| (at + 1).min(last))));
        }
        "ArrowUp" if !completions.is_empty() => {
            chosen.set(Some(chosen.map_or(last, |at| at.saturating_sub(1))));
        }
        "Enter" => {
            let Some(completion) = chosen.and_then(|at| completions.get(at)) else {
                element::blur();
                return;
            };
            store.dispatch(Action::Show(View {
                filter: completion.filter.clone(),
                ..store.view.clone()
            }));
            chosen.set(None);
        }
        _ => return,
    }
    event.prevent_default();
}

/// How many attempts are left, what was not understood, and the time that is chosen.
fn left(store: &Store) -> Html {
    let language = store.language;
    let Some(case) = &store.case else {
        return html! {};
    };
    let is_narrowed = !store.view.filter.is_empty() || store.view.brush.is_some();
    let view = store.view.clone();
    let clear = With::does::<MouseEvent>(store, move || {
        Action::Show(View {
            filter: String::new(),
            brush: None,
            ..view.clone()
        })
    });
    html! {
        <div class="left" role="status">
            <span data-testid="left">
                { say!(language, "n-of-m", "n" = number(store.shown.rows.len() as u64), "m" = number(case.overview.rows.len() as u64)) }
            </span>
            if let Some((from, to)) = store.view.brush {
                <span>{ say!(language, "in-time", "from" = length(language, from), "to" = length(language, to)) }</span>
            }
            if is_narrowed {
                <button class="small" onclick={clear} data-testid="clear">{ say!(language, "show-all") }</button>
            }
            for problem in &store.shown.problems {
                <span class="problem" data-testid="problem">{ problem_text(store, problem) }</span>
            }
        </div>
    }
}

fn problem_text(store: &Store, problem: &Problem) -> String {
    let id = match problem.kind {
        ProblemKind::Key => "filter-no-key",
        ProblemKind::Value => "filter-no-value",
        ProblemKind::Length => "filter-no-length",
    };
    say!(store.language, id, "piece" = problem.piece.as_str())
}
