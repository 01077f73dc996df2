//! How far reading is, and a way to stop it.

use yew::{Callback, Html, MouseEvent, Properties, component, html};

use crate::state::words;
use crate::worker::protocol::Progress;

/// What the bar is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ProgressBarProperties {
    pub(crate) progress: Progress,
    pub(crate) is_stopping: bool,
    pub(crate) on_stop: Callback<()>,
}

/// The bar.
#[component]
pub(crate) fn ProgressBar(properties: &ProgressBarProperties) -> Html {
    let progress = &properties.progress;
    let on_stop = properties.on_stop.reform(|_: MouseEvent| ());
    html! {
        <section class="progress-box" data-testid="progress">
            <p class="progress-title">{ format!("Reading {}", progress.file) }</p>
            <progress max={progress.bytes_total.to_string()} value={progress.bytes_read.to_string()} aria-label="Bytes read" />
            <p class="progress-detail">{ detail(progress) }</p>
            <button onclick={on_stop} disabled={properties.is_stopping} data-testid="stop">
                { if properties.is_stopping { "Stopping…" } else { "Stop and show what was read" } }
            </button>
        </section>
    }
}

fn detail(progress: &Progress) -> String {
    let bytes = format!(
        "{} of {}",
        words::bytes(progress.bytes_read),
        words::bytes(progress.bytes_total)
    );
    let speed = progress
        .bytes_read
        .saturating_mul(1000)
        .checked_div(progress.elapsed_ms)
        .map(|speed| format!(", {} per second", words::bytes(speed)))
        .unwrap_or_default();
    format!(
        "{bytes}{speed} · {}, {}, {}",
        words::count(progress.packets, "packet"),
        words::count(progress.attempts, "attempt"),
        words::count(progress.failures, "failure"),
    )
}
