//! From what was dropped to rows on the page: kinds of files, the worker's job, and what is said on the way.

mod answer;
mod fields;
pub mod job;
pub(crate) mod kind;
mod order;
pub mod protocol;
