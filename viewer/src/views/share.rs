//! The dialog for handing the report on: what is taken out, the link with its meter, and files.

use yew::{Callback, Event, Html, MouseEvent, html};

use super::{Store, With};
use crate::load::share::{Choice, FileKind, ItemLine, Sheet};
use crate::platform::element;
use crate::state::Action;
use crate::text::{number, say};

/// Characters that programs leave whole, with their messages.
const TARGETS: [(u32, &str); 3] = [
    (2_000, "share-teams"),
    (4_000, "share-slack"),
    (32_000, "share-browser"),
];

/// Id of the dialog, by which it is opened above the page.
pub(crate) const DIALOG: &str = "share-dialog";

/// Asks for a file.
pub(crate) type Asks = Callback<(FileKind, Choice)>;

/// The dialog.
pub(crate) fn share(store: &Store, asks: &Asks) -> Html {
    let language = store.language;
    let Some(sharing) = &store.sharing else {
        return html! {};
    };
    let choice = &sharing.choice;
    html! {
        <dialog id={DIALOG} class="share help-panel" aria-labelledby="share-title" data-testid={DIALOG}>
            <h2 id="share-title">{ say!(language, "share-title") }</h2>
            <p>{ say!(language, "share-intro") }</p>
            if let Some(sheet) = &sharing.sheet {
                { link_part(store, choice, sheet) }
                { file_part(store, asks, choice, sheet) }
                <h3>{ say!(language, "share-taken-out") }</h3>
                <p>{ sheet.sizes.of(language) }</p>
                <ul data-testid="share-items">
                    for item in &sheet.items {
                        { item_line(store, choice, item) }
                    }
                </ul>
            } else {
                <p role="status">{ say!(language, "share-coming") }</p>
            }
            <button class="close" onclick={With::does::<MouseEvent>(store, || Action::Share(None))}>{ say!(language, "close") }</button>
        </dialog>
    }
}

fn link_part(store: &Store, choice: &Choice, sheet: &Sheet) -> Html {
    let language = store.language;
    let length = sheet.link.as_ref().map_or(0, |link| link.chars().count());
    let copy = {
        let link = sheet.link.clone().unwrap_or_default();
        Callback::from(move |_: MouseEvent| element::copy(&link))
    };
    let on_target = edits(store, choice, 0, |choice, _, event| {
        choice.most = element::value(event).parse().unwrap_or(choice.most);
    });
    let on_base = edits(store, choice, 0, |choice, _, event| {
        let typed = element::value(event);
        choice.base = typed
            .split('#')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
    });
    html! {
        <>
            <h3>{ say!(language, "share-link") }</h3>
            <div class="share-row">
                <label>
                    { say!(language, "share-target") }{ " " }
                    <select onchange={on_target} data-testid="share-target">
                        for (most, message) in TARGETS {
                            <option value={most.to_string()} selected={most == choice.most}>{ say!(language, message) }</option>
                        }
                    </select>
                </label>
                <label>
                    { say!(language, "share-base") }{ " " }
                    <input type="url" value={choice.base.clone()} onchange={on_base} placeholder="https://" data-testid="share-base" />
                </label>
            </div>
            if let Some(link) = &sheet.link {
                <input type="text" readonly=true value={link.clone()} aria-label={say!(language, "share-link")} data-testid="share-url" />
                <div class="share-row">
                    <meter min="0" max={choice.most.to_string()} value={length.to_string()} aria-label={say!(language, "share-link")}></meter>
                    <span data-testid="share-length">{ say!(language, "share-length", "length" = number(length as u64), "most" = number(choice.most.into())) }</span>
                    <button onclick={copy} data-testid="share-copy">{ say!(language, "share-copy") }</button>
                </div>
            }
            for note in &sheet.notes {
                <p>{ note.of(language) }</p>
            }
        </>
    }
}

fn file_part(store: &Store, asks: &Asks, choice: &Choice, sheet: &Sheet) -> Html {
    let language = store.language;
    let on_both = edits(store, choice, 0, |choice, _, _| {
        choice.is_bilingual = !choice.is_bilingual;
    });
    html! {
        <>
            <h3>{ say!(language, "share-files") }</h3>
            <div class="share-row">
                for (kind, message, file) in FileKind::ALL {
                    <button disabled={kind == FileKind::Packets && !sheet.has_packets} onclick={asked(asks, kind, choice)} data-testid={file}>{ message.map_or_else(|| file.to_owned(), |message| say!(language, message)) }</button>
                }
            </div>
            <label><input type="checkbox" checked={choice.is_bilingual} onchange={on_both} data-testid="share-both" />{ " " }{ say!(language, "share-both") }</label>
        </>
    }
}

fn item_line(store: &Store, choice: &Choice, item: &ItemLine) -> Html {
    let language = store.language;
    let is_kept = item.bit.is_some_and(|bit| choice.keep >> bit & 1 == 1);
    let bit = item.bit.unwrap_or_default();
    let on_keep = edits(store, choice, bit, |choice, bit, _| choice.keep ^= 1 << bit);
    html! {
        <li>
            { item.label.of(language) }
            if item.bit.is_some() {
                <label><input type="checkbox" checked={is_kept} onchange={on_keep} />{ " " }{ say!(language, "share-keep") }</label>
            }
            if !item.changes.is_empty() {
                <details>
                    <summary>{ say!(language, "share-changes") }</summary>
                    for (before, after) in &item.changes {
                        <p><del>{ before }</del>{ " " }<ins>{ after }</ins></p>
                    }
                </details>
            }
        </li>
    }
}

fn asked(asks: &Asks, kind: FileKind, choice: &Choice) -> Callback<MouseEvent> {
    let choice = choice.clone();
    asks.reform(move |_| (kind, choice.clone()))
}

/// A callback that changes what is chosen, at a bit where it is about one.
fn edits(
    store: &Store,
    choice: &Choice,
    bit: u8,
    edit: fn(&mut Choice, u8, &Event),
) -> Callback<Event> {
    let (dispatcher, choice) = (store.dispatcher(), choice.clone());
    Callback::from(move |event: Event| {
        let mut choice = choice.clone();
        edit(&mut choice, bit, &event);
        dispatcher.dispatch(Action::Share(Some(choice)));
    })
}
