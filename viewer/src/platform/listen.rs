//! Listeners on the document and the window that end when they are dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, Event, EventTarget, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent,
    ResizeObserver,
};
use yew::NodeRef;

/// A listener. It ends when this is dropped.
#[derive(Debug)]
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    fn new(target: EventTarget, kind: &'static str, hear: impl Fn(Event) + 'static) -> Self {
        let closure = Closure::<dyn Fn(Event)>::new(hear);
        // Only an event target that is none would refuse.
        drop(target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref()));
        Self {
            target,
            kind,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let closure = self.closure.as_ref().unchecked_ref();
        drop(
            self.target
                .remove_event_listener_with_callback(self.kind, closure),
        );
    }
}

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name (UI Events, `key`).
    pub name: String,
    /// Shift was held.
    pub is_shifted: bool,
    /// Into a field for text.
    pub is_typing: bool,
    /// On something that Enter and space press.
    pub is_on_control: bool,
}

/// Calls `hear` for keys that come without Ctrl, Alt or Meta; where it gives `true`, the browser does nothing
/// of its own with the key.
pub fn keys(hear: impl Fn(&Key) -> bool + 'static) -> Option<Listener> {
    let document = web_sys::window()?.document()?;
    Some(Listener::new(document.into(), "keydown", move |event| {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if pressed.ctrl_key() || pressed.alt_key() || pressed.meta_key() || pressed.is_composing() {
            return;
        }
        let target = event.target();
        let key = Key {
            name: pressed.key(),
            is_shifted: pressed.shift_key(),
            is_typing: target.as_ref().is_some_and(is_text_field),
            is_on_control: target.as_ref().is_some_and(is_control),
        };
        if hear(&key) {
            event.prevent_default();
        }
    }))
}

fn is_text_field(target: &EventTarget) -> bool {
    target.is_instance_of::<HtmlTextAreaElement>()
        || target
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|input| matches!(input.type_().as_str(), "text" | "search" | "url"))
}

fn is_control(target: &EventTarget) -> bool {
    target.dyn_ref::<Element>().is_some_and(|element| {
        matches!(
            element.tag_name().as_str(),
            "BUTTON" | "A" | "SELECT" | "SUMMARY" | "INPUT"
        )
    })
}

/// Calls `hear` when the fragment of the address changed by other means than ours.
pub fn fragment(hear: impl Fn() + 'static) -> Option<Listener> {
    let window = web_sys::window()?;
    Some(Listener::new(window.into(), "hashchange", move |_| hear()))
}

/// Calls `hear` when colours may have changed: another scheme, or forced colours.
pub fn colours(hear: impl Fn() + Clone + 'static) -> Vec<Listener> {
    let queries = [
        "(prefers-color-scheme: dark)",
        "(forced-colors: active)",
        "print",
    ];
    let Some(window) = web_sys::window() else {
        return Vec::new();
    };
    queries
        .iter()
        .filter_map(|query| window.match_media(query).ok().flatten())
        .map(|list| {
            let hear = hear.clone();
            Listener::new(list.into(), "change", move |_| hear())
        })
        .collect()
}

/// Calls `hear` with the text that is pasted anywhere but into a field.
pub fn pasted(hear: impl Fn(String) + 'static) -> Option<Listener> {
    let document = web_sys::window()?.document()?;
    Some(Listener::new(document.into(), "paste", move |event| {
        if event.target().as_ref().is_some_and(is_text_field) {
            return;
        }
        let text = event
            .dyn_ref::<web_sys::ClipboardEvent>()
            .and_then(web_sys::ClipboardEvent::clipboard_data)
            .and_then(|data| data.get_data("text").ok());
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            hear(text);
        }
    }))
}

/// Watches the size of an element.
#[derive(Debug)]
pub struct SizeWatch {
    observer: ResizeObserver,
    _closure: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Calls `hear` with width and height in CSS pixels, now and whenever they change.
    pub fn new(node: &NodeRef, hear: impl Fn(f64, f64) + 'static) -> Option<Self> {
        let element = node.cast::<Element>()?;
        let watched = element.clone();
        let closure = Closure::<dyn Fn()>::new(move || {
            hear(
                f64::from(watched.client_width()),
                f64::from(watched.client_height()),
            );
        });
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Self {
            observer,
            _closure: closure,
        })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
