//! Facts and measurements of an attempt, as the worker lists them.

use yew::{Html, html};

use super::Store;
use super::verdict::packet_links;
use crate::load::dossier::{Dossier, Item, Layout, Section};
use crate::text::say;

/// All of them.
pub(crate) fn facts(store: &Store, attempt: &Dossier) -> Html {
    html! {
        <>
            for section in &attempt.sections {
                { section_box(store, section) }
            }
        </>
    }
}

fn section_box(store: &Store, section: &Section) -> Html {
    let language = store.language;
    let items = match section.layout {
        Layout::Pairs => pairs(store, &section.items),
        Layout::Lines => lines(store, &section.items),
        Layout::Table => table(store, &section.items),
    };
    let name = match section.layout {
        Layout::Table => "primitives",
        Layout::Pairs | Layout::Lines => "details",
    };
    html! {
        <section class="info-box" data-testid={name}>
            <h3>{ section.title.of(language) }</h3>
            { items }
            if section.left_out > 0 {
                <p class="soft">{ say!(language, "and-more", "count" = section.left_out) }</p>
            }
        </section>
    }
}

fn pairs(store: &Store, items: &[Item]) -> Html {
    let language = store.language;
    html! {
        <dl>
            for item in items {
                <div><dt>{ item.label.of(language) }</dt><dd>{ item.value.of(language) }</dd></div>
            }
        </dl>
    }
}

fn lines(store: &Store, items: &[Item]) -> Html {
    html! {
        <ol class="exchanges">
            for item in items {
                <li><span class="mono">{ item.value.of(store.language) }</span>{ " " }{ packet_links(store, &item.packets) }</li>
            }
        </ol>
    }
}

fn table(store: &Store, items: &[Item]) -> Html {
    let language = store.language;
    html! {
        <table class="measures">
            <tbody>
                for item in items {
                    <tr>
                        <th scope="row"><abbr title={item.label.of(language).to_owned()}>{ &item.code }</abbr></th>
                        <td>{ item.label.of(language) }</td>
                        <td class="number">{ item.value.of(language) }</td>
                        <td>{ packet_links(store, &item.packets) }</td>
                    </tr>
                }
            </tbody>
        </table>
    }
}
