//! What is asked, and how the answer is read.

mod exchange;
mod fields;
mod frames;
mod h1;
pub(super) mod h2;

#[cfg(feature = "http3")]
pub(super) use self::exchange::PAUSE;
pub(super) use self::exchange::{ask, read};
#[cfg(feature = "http3")]
pub(super) use self::fields::{Head, request};
pub(crate) use self::h1::Request;
pub(super) use self::h1::{Progress, Reader, connect_request};
