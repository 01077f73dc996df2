//! The analysis away from the page: what is said, and the job itself.

pub mod job;
pub mod protocol;
