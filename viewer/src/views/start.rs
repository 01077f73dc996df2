//! The bar on top, and the page before anything is open.

use stallscope_shared::text::Language;
use yew::{Callback, Event, Html, MouseEvent, html};

use super::{Store, With};
use crate::platform::element;
use crate::platform::file::{self, LocalFile};
use crate::state::keys::Command;
use crate::state::{Action, Job};
use crate::text::say;

/// Id of the button that opens the dialog for handing the report on, which has the focus when that is closed.
pub(crate) const SHARE: &str = "share";

/// Name, language, keys, and another file.
pub(crate) fn bar(store: &Store, on_open: &Callback<Vec<LocalFile>>) -> Html {
    let language = store.language;
    let on_language = {
        let dispatcher = store.dispatcher();
        Callback::from(move |event: Event| {
            let chosen = Language::of_tag(&element::value(&event));
            dispatcher.dispatch(Action::Speak(chosen.unwrap_or_default()));
        })
    };
    let is_open = store.job == Job::Done;
    html! {
        <header class="bar">
            <a class="skip" href="#main" onclick={skip()}>{ say!(language, "skip") }</a>
            <h1>
                <svg class="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                    <path d="M2 6h9M2 12h5M2 18h13" /><path class="mark-stall" d="M14 6h8M10 12h12" />
                </svg>
                { "stallscope" }
            </h1>
            <div class="bar-tools">
                if is_open {
                    <label class="button">
                        <input type="file" multiple=true onchange={chosen(on_open)} data-testid="more-files" />
                        { say!(language, "open-another") }
                    </label>
                    <button id={SHARE} disabled={store.lost.is_some()} onclick={With::does::<MouseEvent>(store, || Action::Press(Command::Share))} aria-keyshortcuts="e" data-testid="share">{ say!(language, "share") }</button>
                }
                <select aria-label={say!(language, "language")} onchange={on_language} data-testid="language">
                    for one in Language::ALL {
                        <option value={one.tag()} selected={one == language}>{ say!(one, "language-name") }</option>
                    }
                </select>
                <button onclick={With::does::<MouseEvent>(store, || Action::Help(true))} aria-keyshortcuts="?" data-testid="help">{ say!(language, "keys") }</button>
            </div>
        </header>
    }
}

/// A link to the main part would change the fragment, which is ours.
fn skip() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| {
        event.prevent_default();
        element::focus("main");
    })
}

fn chosen(on_open: &Callback<Vec<LocalFile>>) -> Callback<Event> {
    let on_open = on_open.clone();
    Callback::from(move |event: Event| on_open.emit(file::chosen(&event)))
}

/// Where files are dropped or chosen. The whole page takes drops; this says so.
pub(crate) fn start(
    language: Language,
    on_open: &Callback<Vec<LocalFile>>,
    on_example: &Callback<()>,
) -> Html {
    let on_example = on_example.reform(|_: MouseEvent| ());
    html! {
        <section class="start">
            <p class="claim">{ say!(language, "claim") }</p>
            <label class="drop-zone">
                <input type="file" multiple=true onchange={chosen(on_open)} data-testid="files" />
                <span class="drop-zone-title">{ say!(language, "drop-title") }</span>
                <span class="drop-zone-hint">{ say!(language, "drop-hint") }</span>
            </label>
            <p class="or">
                <button onclick={on_example} data-testid="example">{ say!(language, "example") }</button>
                <span>{ say!(language, "example-hint") }</span>
            </p>
            <ul class="promises">
                <li>{ say!(language, "promise-local") }</li>
                <li>{ say!(language, "promise-large") }</li>
                <li>{ say!(language, "promise-paste") }</li>
            </ul>
        </section>
    }
}
