//! HTTP in clear: requests and responses of one flow, with when each of their parts was seen.

pub mod facts;

mod fields;

mod h1;
mod h2;
pub(crate) mod hpack;
mod log;
pub(crate) mod marks;
pub(crate) mod sniff;
mod tracker;

pub(crate) use h1::Handover;
pub use tracker::Tracker;

use crate::flow::chunk::Chunk;

/// A chunk without its first `used` bytes.
pub(crate) fn rest_of(chunk: Chunk<'_>, used: usize) -> Chunk<'_> {
    Chunk {
        offset: chunk.offset.saturating_add(used as u64),
        bytes: chunk.bytes.get(used..).unwrap_or_default(),
        ..chunk
    }
}
