//! Pieces of pages: properties in, callbacks out, no state of the session.

pub(crate) mod attempt_table;
pub(crate) mod drop_zone;
pub(crate) mod failure_box;
pub(crate) mod progress_bar;
pub(crate) mod warning_box;
