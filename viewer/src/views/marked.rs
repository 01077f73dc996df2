//! Sentences in which what one types is set as code.

use stallscope_shared::text::split_code;
use yew::virtual_dom::VList;
use yew::{Html, html};

/// The text, with what stands between two backticks as code.
pub(crate) fn marked(mut text: &str) -> Html {
    let mut pieces = Vec::new();
    while let Some((before, code, after)) = split_code(text) {
        pieces.push(before.into());
        pieces.push(html! { <code>{ code }</code> });
        text = after;
    }
    pieces.push(text.into());
    VList::with_children(pieces, None).into()
}
