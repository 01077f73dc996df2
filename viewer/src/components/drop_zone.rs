//! Where files are dropped or chosen. The whole page takes drops; this says so.

use yew::{Callback, Event, Html, Properties, classes, component, html};

use crate::platform::file::{self, LocalFile};

/// What the drop zone is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DropZoneProperties {
    pub(crate) on_open: Callback<Vec<LocalFile>>,
    /// Under a report it takes one line.
    #[prop_or_default]
    pub(crate) is_small: bool,
}

/// The drop zone.
#[component]
pub(crate) fn DropZone(properties: &DropZoneProperties) -> Html {
    let on_open = properties.on_open.clone();
    let on_change = Callback::from(move |event: Event| on_open.emit(file::chosen(&event)));
    let size = properties.is_small.then_some("small");
    html! {
        <label class={classes!("drop-zone", size)}>
            <input type="file" multiple=true onchange={on_change} data-testid="files" />
            <span class="drop-zone-title">
                { if properties.is_small { "Open another capture" } else { "Drop a capture here, or choose one" } }
            </span>
            if !properties.is_small {
                <span class="drop-zone-hint">{ "pcap or pcapng, also gzip or zstd; several files of one recording are joined" }</span>
            }
        </label>
    }
}
