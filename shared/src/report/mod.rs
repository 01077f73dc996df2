//! The versioned thing that crosses borders.
//!
//! Internals of the crate do not derive `Serialize`; a report does, and has a version.

pub mod v1;
