//! What goes between worker and page: words, and what is shown of a report, an attempt and its packets. Both
//! are of one build, so none of it has a version.

pub mod dossier;
pub mod protocol;
pub mod reckoned;
pub mod sentence;
pub mod share;
pub mod summary;
