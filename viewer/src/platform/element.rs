//! Elements: where they are, what they hold, what is pressed in them.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlInputElement,
    HtmlSelectElement, HtmlTextAreaElement, PointerEvent,
};
use yew::NodeRef;

use crate::geometry::px::px;

/// How far an element is scrolled, in CSS pixels.
#[must_use]
pub fn scrolled(node: &NodeRef) -> f64 {
    node.cast::<Element>()
        .map_or(0.0, |element| f64::from(element.scroll_top()))
}

/// Scrolls an element's content so that the stretch from `top` on is seen.
pub fn reveal(node: &NodeRef, top: f64, height: f64) {
    let Some(element) = node.cast::<Element>() else {
        return;
    };
    let (from, seen) = (
        f64::from(element.scroll_top()),
        f64::from(element.client_height()),
    );
    if top < from {
        element.set_scroll_top(whole(top));
    } else if top + height > from + seen {
        element.set_scroll_top(whole(top + height - seen));
    }
}

/// Gives an element a height in CSS pixels. The page's policy forbids style attributes, not this.
pub fn set_height(node: &NodeRef, height: f64) {
    if let Some(element) = node.cast::<HtmlElement>() {
        drop(
            element
                .style()
                .set_property("height", &format!("{}px", px(height))),
        );
    }
}

/// How high the window is, in CSS pixels.
#[must_use]
pub fn window_height() -> f64 {
    web_sys::window()
        .and_then(|window| window.inner_height().ok())
        .and_then(|height| height.as_f64())
        .unwrap_or(800.0)
}

/// Puts the keyboard's focus on the element with this id.
pub fn focus(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        drop(element.focus());
    }
}

/// Opens the dialog with this id above the page: nothing behind it can be reached until it is gone.
pub fn show_modal(id: &str) {
    let dialog = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(dialog) = dialog {
        // Only one that is open already refuses.
        drop(dialog.unchecked_into::<HtmlDialogElement>().show_modal());
    }
}

/// Takes the keyboard's focus off the field that has it.
pub fn blur() {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.active_element())
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        drop(element.blur());
    }
}

/// Scrolls the page so that the element with this id is seen.
pub fn scroll_to(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The text of the field that an event is from.
#[must_use]
pub fn value(event: &Event) -> String {
    let Some(target) = event.target() else {
        return String::new();
    };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        area.value()
    } else {
        String::new()
    }
}

/// Where the caret of the field is that an event is from, in UTF-16 units.
#[must_use]
pub fn caret(event: &Event) -> Option<usize> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    input.selection_start().ok().flatten().map(|at| at as usize)
}

/// Where in its element a pointer is, in CSS pixels.
#[must_use]
pub fn position(event: &PointerEvent, node: &NodeRef) -> Option<(f64, f64)> {
    let element = node.cast::<Element>()?;
    let edges = element.get_bounding_client_rect();
    Some((
        f64::from(event.client_x()) - edges.left(),
        f64::from(event.client_y()) - edges.top(),
    ))
}

/// Further movements of this pointer go to the element, also outside of it.
pub fn hold_pointer(event: &PointerEvent, node: &NodeRef) {
    if let Some(element) = node.cast::<Element>() {
        drop(element.set_pointer_capture(event.pointer_id()));
    }
}

/// Puts text on the clipboard. A page over plain HTTP from another machine is given none (W3C Clipboard API §8.1), and a
/// browser may refuse: then as people do it, by a selection.
pub fn copy(text: &str) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let clipboard = js_sys::Reflect::get(&window.navigator(), &JsValue::from("clipboard"))
        .ok()
        .and_then(|clipboard| clipboard.dyn_into::<web_sys::Clipboard>().ok());
    let Some(clipboard) = clipboard else {
        copy_selected(text);
        return;
    };
    let written = wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text));
    let text = text.to_owned();
    super::spawn(async move {
        if written.await.is_err() {
            copy_selected(&text);
        }
    });
}

/// Copies text by selecting it in a field that nobody sees. Nothing comes of it where nobody has just pressed a button.
fn copy_selected(text: &str) -> Option<()> {
    let document: HtmlDocument = web_sys::window()?.document()?.dyn_into().ok()?;
    let focused = document.active_element();
    let field = document.create_element("textarea").ok()?;
    let field: HtmlTextAreaElement = field.dyn_into().ok()?;
    field.set_value(text);
    // Where it is, nothing has to scroll.
    field.style().set_property("position", "fixed").ok()?;
    // Beside an open dialog nothing can be selected.
    let place = document.query_selector("dialog[open]").ok()?;
    let place = place.or_else(|| document.body().map(Element::from))?;
    place.append_child(&field).ok()?;
    field.select();
    let copied = document.exec_command("copy");
    field.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(focused.focus());
    }
    copied.ok().map(drop)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast from float saturates; heights are below 2^31"
)]
fn whole(length: f64) -> i32 {
    length.round() as i32
}
