//! HTTP in clear: requests and responses of one flow, with when each of their parts was seen.

pub mod facts;

mod fields;

mod h1;
mod h2;
pub(crate) mod hpack;
mod log;
pub(crate) mod marks;
pub(crate) mod sniff;
#[cfg(test)]
mod tests;
mod tracker;

pub(crate) use h1::Handover;
pub use tracker::Tracker;
