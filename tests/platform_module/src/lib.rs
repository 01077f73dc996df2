//! Tests of the viewer's `platform/` in a real browser. Every function that is exported here is one test.
//!
//! `tests/borders/browser/platform.rs` opens a page for each, calls it and waits for its end; a panic's text goes to
//! the page's function `failed`. What a test does to the page is written in the page's own language: [`script`].

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where the browser is not as it must be"
)]

pub mod canvas;
pub mod element;
pub mod fetch;
pub mod file;
pub mod listen;
pub mod page;
pub mod time;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use stallscope_viewer::platform::after_frame;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use yew::{NodeRef, Properties, component, html};

#[wasm_bindgen]
extern "C" {
    /// The page's: the test ends here, and this is why.
    fn failed(reason: &str);
}

#[wasm_bindgen(start, private)]
fn tell_of_panics() {
    // Yew would put its own in place of any other.
    yew::set_custom_panic_hook(Box::new(|panic| failed(&panic.to_string())));
}

/// What the body of a function says on this page.
fn script(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

/// The same, as text.
fn text(expression: &str) -> String {
    script(&format!("return String({expression})"))
        .as_string()
        .unwrap()
}

/// The same once the promise that it gives is kept.
async fn awaited(body: &str) -> JsValue {
    let promise: Promise = script(body).unchecked_into();
    JsFuture::from(promise).await.unwrap()
}

/// Lets the browser draw what changed, and tell of it: observers of sizes hear of a change when it is drawn.
async fn drawn() {
    for _ in 0..2 {
        let promise = Promise::new(&mut |kept, _| {
            after_frame(move || drop(kept.call0(&JsValue::NULL)));
        });
        JsFuture::from(promise).await.unwrap();
    }
}

/// Lets what is due be done first.
async fn after_ms(length: i32) {
    awaited(&format!(
        "return new Promise((kept) => setTimeout(kept, {length}))"
    ))
    .await;
}

/// Counts calls.
#[derive(Clone, Default)]
struct Count(Rc<Cell<u32>>);

impl Count {
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    fn get(&self) -> u32 {
        self.0.get()
    }
}

/// Notes what was heard.
struct Notes<Note>(Rc<RefCell<Vec<Note>>>);

impl<Note> Notes<Note> {
    fn new() -> Self {
        Self(Rc::default())
    }

    fn writer(&self) -> impl Fn(Note) + use<Note> {
        let notes = Rc::clone(&self.0);
        move |note| notes.borrow_mut().push(note)
    }

    /// What was heard since the last call.
    fn take(&self) -> Vec<Note> {
        self.0.take()
    }
}

/// What a [`Stage`] shows, and who holds it.
#[derive(Clone, PartialEq, Properties)]
struct StageProperties {
    tag: &'static str,
    node: NodeRef,
}

/// One element as a component has it. Its id is `held`.
#[component]
fn Stage(properties: &StageProperties) -> yew::Html {
    html! { <@{properties.tag} id="held" ref={properties.node.clone()} /> }
}

/// An element of this kind on the page, as components hold theirs.
async fn held(tag: &'static str) -> NodeRef {
    let node = NodeRef::default();
    let root = script("return document.getElementById('stage')").unchecked_into();
    let properties = StageProperties {
        tag,
        node: node.clone(),
    };
    yew::Renderer::<Stage>::with_root_and_props(root, properties).render();
    drawn().await;
    node
}
