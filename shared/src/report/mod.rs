//! The versioned thing that crosses borders.
//!
//! Internals of the crate do not derive `Serialize`; a report does, and has a version. [`read`] is the
//! door for reports of any version: an older one is upgraded, a newer one refused with a sentence.

pub mod epoch;
pub mod overview;
pub mod v1;

pub mod build;
pub mod keep;
pub mod link;
mod nodes;
mod read;
pub mod redaction;
#[cfg(feature = "schema")]
pub mod schema;
pub mod statistics;

pub use self::read::{ReportError, damaged, read, version};
