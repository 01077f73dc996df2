//! What leaves the program: results, and progress beside them.

pub(crate) mod otlp;
pub(crate) mod pane;
pub(crate) mod progress;
pub(crate) mod prometheus;
pub(crate) mod report;
pub(crate) mod sink;
pub(crate) mod terminal;
