//! The dialog for handing the report on: what is taken out, the link with its meter, and files.

use yew::{
    Callback, Event, Html, MouseEvent, Properties, component, html, use_effect_with, use_node_ref,
};

use super::{Store, With};
use crate::load::share::{Choice, FileKind, ItemLine, Sheet};
use crate::platform::element;
use crate::state::Action;
use crate::text::{bytes, number, say};

/// Characters that programs leave whole, with their messages.
const TARGETS: [(u32, &str); 3] = [
    (2_000, "share-teams"),
    (4_000, "share-slack"),
    (32_000, "share-browser"),
];

/// What the dialog is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ShareProperties {
    pub(crate) store: Store,
    /// Asks for a file.
    pub(crate) on_export: Callback<(FileKind, Choice)>,
}

/// The dialog.
#[component]
pub(crate) fn Share(properties: &ShareProperties) -> Html {
    let store = &properties.store;
    let language = store.language;
    let node = use_node_ref();
    use_effect_with(node.clone(), element::show_modal);
    let Some(sharing) = &store.sharing else {
        return html! {};
    };
    let sheet = sharing.sheet.clone().unwrap_or_default();
    let is_coming = sharing.sheet.is_none();
    html! {
        <dialog ref={node} class="share" aria-labelledby="share-title" data-testid="share-dialog">
            <h2 id="share-title">{ say!(language, "share-title") }</h2>
            <p>{ say!(language, "share-intro") }</p>
            if is_coming {
                <p role="status">{ say!(language, "share-coming") }</p>
            } else {
                { link_part(store, &sharing.choice, &sheet) }
                { file_part(properties, &sharing.choice, &sheet) }
                <h3>{ say!(language, "share-taken-out") }</h3>
                <p>{ say!(language, "share-sizes", "before" = bytes(sheet.bytes.0), "after" = bytes(sheet.bytes.1)) }</p>
                <ul data-testid="share-items">
                    for item in &sheet.items {
                        { item_line(store, &sharing.choice, item) }
                    }
                </ul>
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
    let on_target = edits(store, choice, |choice, event| {
        choice.most = element::value(event).parse().unwrap_or(choice.most);
    });
    let on_base = edits(store, choice, |choice, event| {
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
                <p>{ sheet.holds.of(language) }</p>
                if choice.base.is_empty() {
                    <p>{ say!(language, "share-no-base") }</p>
                }
            } else {
                <p>{ say!(language, "share-no-link", "most" = number(choice.most.into())) }</p>
            }
        </>
    }
}

fn file_part(properties: &ShareProperties, choice: &Choice, sheet: &Sheet) -> Html {
    let store = &properties.store;
    let language = store.language;
    let on_both = edits(store, choice, |choice, _| {
        choice.is_bilingual = !choice.is_bilingual
    });
    html! {
        <>
            <h3>{ say!(language, "share-files") }</h3>
            <div class="share-row">
                for (kind, message, file) in FileKind::ALL {
                    <button disabled={kind == FileKind::Packets && !sheet.has_packets} onclick={asks(properties, kind, choice)} data-testid={file}>{ say!(language, message) }</button>
                }
            </div>
            <label><input type="checkbox" checked={choice.is_bilingual} onchange={on_both} data-testid="share-both" />{ " " }{ say!(language, "share-both") }</label>
        </>
    }
}

fn item_line(store: &Store, choice: &Choice, item: &ItemLine) -> Html {
    let language = store.language;
    let what = say!(
        language,
        "share-item",
        "what" = item.label.of(language),
        "count" = number(item.count)
    );
    let is_kept = item.bit.is_some_and(|bit| choice.keep >> bit & 1 == 1);
    let bit = item.bit.unwrap_or_default();
    let on_keep = {
        let (dispatcher, choice) = (store.dispatcher(), choice.clone());
        Callback::from(move |_: Event| {
            let keep = choice.keep ^ 1 << bit;
            dispatcher.dispatch(Action::Share(Some(Choice {
                keep,
                ..choice.clone()
            })));
        })
    };
    html! {
        <li>
            { what }
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

fn asks(properties: &ShareProperties, kind: FileKind, choice: &Choice) -> Callback<MouseEvent> {
    let choice = choice.clone();
    properties.on_export.reform(move |_| (kind, choice.clone()))
}

/// A callback that changes what is chosen.
fn edits(store: &Store, choice: &Choice, edit: fn(&mut Choice, &Event)) -> Callback<Event> {
    let (dispatcher, choice) = (store.dispatcher(), choice.clone());
    Callback::from(move |event: Event| {
        let mut choice = choice.clone();
        edit(&mut choice, &event);
        dispatcher.dispatch(Action::Share(Some(choice)));
    })
}
