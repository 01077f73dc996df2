//! Why there is nothing to show, and what to do.

use stallscope_shared::text::Language;
use yew::{Callback, Html, MouseEvent, html};

use super::Store;
use super::marked::marked;
use crate::load::protocol::Refusal;
use crate::platform::fetch::FetchError;
use crate::state::Failure;
use crate::text::{bytes, say};

/// The box.
pub(crate) fn failure_box(store: &Store, failure: &Failure, on_again: &Callback<()>) -> Html {
    let language = store.language;
    // What is refused once is refused again.
    let is_worth_trying = !matches!(
        failure,
        Failure::Refused(_)
            | Failure::NotFetched {
                error: FetchError::NotSecure | FetchError::TooLarge(_),
                ..
            }
    );
    let is_late = store.lost.is_some();
    let detail = match failure {
        Failure::Broken(detail) | Failure::NotStarted(detail) => Some(format!(
            "stallscope {}: {detail}",
            env!("CARGO_PKG_VERSION")
        )),
        _ => None,
    };
    html! {
        <section class="failure-box" role="alert" data-testid="failure">
            <p>{ if is_late { say!(language, "failure-late").into() } else { marked(&sentence(language, failure)) } }</p>
            if let Some(detail) = detail {
                <pre>{ detail }</pre>
            }
            if is_worth_trying {
                { again_button(language, on_again) }
            }
        </section>
    }
}

/// Does the same once more.
pub(crate) fn again_button(language: Language, on_again: &Callback<()>) -> Html {
    let on_again = on_again.reform(|_: MouseEvent| ());
    html! { <button onclick={on_again} data-testid="again">{ say!(language, "again") }</button> }
}

fn sentence(language: Language, failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => refused(language, refusal),
        Failure::NotFetched { host, error } => not_fetched(language, host, *error),
        Failure::Broken(_) => say!(language, "failure-broken"),
        Failure::OutOfMemory(progress) => say!(
            language,
            "failure-out-of-memory",
            "file" = progress.file.as_str(),
            "size" = bytes(progress.heap_bytes),
            "done" = bytes(progress.bytes_read),
            "all" = bytes(progress.bytes_total)
        ),
        Failure::NotStarted(_) => say!(language, "failure-no-workers"),
    }
}

fn refused(language: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Gone { file } => say!(language, "failure-gone", "file" = file.as_str()),
        Refusal::NotCapture { file, reason } => say!(
            language,
            "failure-not-capture",
            "file" = file.as_str(),
            "reason" = reason.of(language)
        ),
        Refusal::NotReport { file, reason } => say!(
            language,
            "failure-not-report",
            "file" = file.as_str(),
            "reason" = reason.of(language)
        ),
        Refusal::ReportAmongOthers { file } => {
            say!(
                language,
                "failure-report-among-others",
                "file" = file.as_str()
            )
        }
        Refusal::ReportTooLarge { file, bytes: size } => say!(
            language,
            "failure-report-too-large",
            "file" = file.as_str(),
            "size" = bytes(*size)
        ),
        Refusal::OnlyKeyLogs => say!(language, "failure-only-key-logs"),
        Refusal::BadLink { reason } => {
            say!(language, "failure-link", "reason" = reason.of(language))
        }
    }
}

fn not_fetched(language: Language, host: &str, error: FetchError) -> String {
    match error {
        FetchError::NotSecure => say!(language, "fetch-not-secure", "host" = host),
        FetchError::Blocked => say!(language, "fetch-blocked", "host" = host),
        FetchError::Status(status) => say!(
            language,
            "fetch-status",
            "host" = host,
            "status" = status.to_string()
        ),
        FetchError::TooLarge(size) => say!(
            language,
            "fetch-too-large",
            "host" = host,
            "size" = bytes(size)
        ),
        FetchError::Aborted => say!(language, "fetch-aborted", "host" = host),
    }
}
