//! What is odd about the input.

use yew::{Html, Properties, component, html};

/// What the box is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct WarningBoxProperties {
    /// One sentence each.
    pub(crate) warnings: Vec<String>,
}

/// The box.
#[component]
pub(crate) fn WarningBox(properties: &WarningBoxProperties) -> Html {
    html! {
        <section class="warning-box" data-testid="warnings">
            <h2>{ "About this capture" }</h2>
            <ul>
                for warning in &properties.warnings {
                    <li>{ warning }</li>
                }
            </ul>
        </section>
    }
}
