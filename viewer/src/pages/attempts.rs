//! The report: what was read, every attempt, and what is odd about the input.

use std::rc::Rc;

use stallscope_shared::report::v1::Report;
use yew::{Callback, Html, Properties, component, html};

use crate::components::attempt_table::AttemptTable;
use crate::components::drop_zone::DropZone;
use crate::components::warning_box::WarningBox;
use crate::platform::file::LocalFile;
use crate::state::table;

/// What the page is given.
#[derive(Clone, Properties)]
pub(crate) struct AttemptsProperties {
    pub(crate) report: Rc<Report>,
    pub(crate) on_open: Callback<Vec<LocalFile>>,
}

/// A report does not change once it is here, so it is compared by identity.
impl PartialEq for AttemptsProperties {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.report, &other.report) && self.on_open == other.on_open
    }
}

/// The page.
#[component]
pub(crate) fn Attempts(properties: &AttemptsProperties) -> Html {
    let report = &*properties.report;
    let rows: Vec<table::Row> = report.attempts.iter().map(table::row).collect();
    let warnings: Vec<String> = report
        .warnings
        .iter()
        .map(|warning| table::warning(report, warning))
        .collect();
    html! {
        <>
            <section class="summary" aria-live="polite">
                <p class="found" data-testid="found">{ table::found(report) }</p>
                <p class="read">{ table::read(report) }</p>
                if let Some(left_out) = &report.attempts_left_out {
                    <p class="read">{ format!("{} more are counted but not listed: {}.", left_out.count, left_out.because) }</p>
                }
            </section>
            if !warnings.is_empty() {
                <WarningBox {warnings} />
            }
            if !rows.is_empty() {
                <AttemptTable {rows} />
            }
            <DropZone on_open={properties.on_open.clone()} is_small=true />
        </>
    }
}
