//! How far fetching or reading is, and a way to end it.

use yew::{Callback, Html, MouseEvent, html};

use super::Store;
use super::app::LINK;
use crate::load::protocol::Progress;
use crate::state::Job;
use crate::text::{bytes, length, number, say};
use stallscope_shared::text::Language;

/// The box.
pub(crate) fn progress_box(store: &Store, on_stop: &Callback<()>) -> Html {
    let language = store.language;
    let on_stop = on_stop.reform(|_: MouseEvent| ());
    let (title, done, of, details, is_stopping) = match &store.job {
        Job::Fetching { host, read, total } => (
            say!(language, "fetching", "host" = host.as_str()),
            *read,
            *total,
            vec![match total {
                // What was packed for the way is longer than its server said.
                Some(total) if read <= total => say!(
                    language,
                    "bytes-of",
                    "done" = bytes(*read),
                    "all" = bytes(*total)
                ),
                _ => bytes(*read),
            }],
            None,
        ),
        Job::Reading {
            progress,
            is_stopping,
        } => (
            match progress.file.as_str() {
                LINK => say!(language, "reading-link"),
                file => say!(language, "reading", "file" = file),
            },
            progress.bytes_read,
            Some(progress.bytes_total),
            details(language, progress),
            Some(*is_stopping),
        ),
        _ => return html! {},
    };
    let button = match is_stopping {
        None => say!(language, "cancel"),
        Some(false) => say!(language, "stop-and-show"),
        Some(true) => say!(language, "stopping"),
    };
    html! {
        <section class="progress-box" data-testid="progress" aria-live="polite">
            <h2>{ title.clone() }</h2>
            <progress max={of.map(|of| of.max(1).to_string())} value={of.map(|_| done.to_string())} aria-label={title} />
            <ul class="progress-details">
                for detail in details {
                    <li>{ detail }</li>
                }
            </ul>
            <button onclick={on_stop} disabled={is_stopping == Some(true)} data-testid="stop">{ button }</button>
        </section>
    }
}

fn details(language: Language, progress: &Progress) -> Vec<String> {
    let mut details = vec![say!(
        language,
        "bytes-of",
        "done" = bytes(progress.bytes_read),
        "all" = bytes(progress.bytes_total)
    )];
    if let Some(speed) = progress.speed() {
        details.push(say!(language, "speed", "bytes" = bytes(speed)));
    }
    if let Some(left) = progress.left_ms() {
        let ns = i64::try_from(left.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
        details.push(say!(language, "time-left", "time" = length(language, ns)));
    }
    details.push(say!(
        language,
        "found-so-far",
        "packets" = number(progress.packets),
        "attempts" = number(progress.attempts),
        "failures" = number(progress.failures)
    ));
    if progress.heap_bytes > 0 {
        details.push(say!(
            language,
            "memory-used",
            "size" = bytes(progress.heap_bytes)
        ));
    }
    details
}
