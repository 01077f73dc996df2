//! Before there is a report: a place to drop files, how far reading is, or why it failed.

use yew::{Callback, Html, Properties, component, html};

use crate::components::drop_zone::DropZone;
use crate::components::failure_box::FailureBox;
use crate::components::progress_bar::ProgressBar;
use crate::platform::file::LocalFile;
use crate::state::Session;

/// What the page is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StartProperties {
    pub(crate) session: Session,
    pub(crate) on_open: Callback<Vec<LocalFile>>,
    pub(crate) on_stop: Callback<()>,
}

/// The page.
#[component]
pub(crate) fn Start(properties: &StartProperties) -> Html {
    let StartProperties {
        session,
        on_open,
        on_stop,
    } = properties;
    match session {
        Session::Reading {
            progress,
            is_stopping,
        } => html! {
            <ProgressBar progress={progress.clone()} is_stopping={*is_stopping} on_stop={on_stop} />
        },
        Session::Failed(failure) => html! {
            <>
                <FailureBox failure={failure.clone()} />
                <DropZone {on_open} />
            </>
        },
        Session::Start | Session::Done(_) => html! { <DropZone {on_open} /> },
    }
}
