//! Why there is no report.

use yew::{Html, Properties, component, html};

use crate::state::Failure;

/// What the box is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FailureBoxProperties {
    pub(crate) failure: Failure,
}

/// The box.
#[component]
pub(crate) fn FailureBox(properties: &FailureBoxProperties) -> Html {
    let failure = &properties.failure;
    html! {
        <section class="failure-box" role="alert" data-testid="failure">
            <p>{ &failure.sentence }</p>
            if let Some(detail) = &failure.detail {
                <pre>{ format!("stallscope {}: {detail}", env!("CARGO_PKG_VERSION")) }</pre>
            }
        </section>
    }
}
