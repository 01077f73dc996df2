//! The page: where the application is mounted.

use yew::BaseComponent;

/// The element in `index.html`.
const ROOT: &str = "stallscope";

/// Shows the application. Without the element there is no page to show it on, and nothing is done.
pub fn mount<Application>()
where
    Application: BaseComponent,
    Application::Properties: Default,
{
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(ROOT));
    if let Some(root) = root {
        // What stands there is for browsers in which this line is never reached.
        root.set_text_content(None);
        yew::Renderer::<Application>::with_root(root).render();
    }
}
