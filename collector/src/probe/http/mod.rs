//! What is asked, and how the answer is read.

mod exchange;
mod frames;
mod h1;
pub(super) mod h2;

pub(super) use self::exchange::{ask, read};
pub(crate) use self::h1::Request;
pub(super) use self::h1::{Progress, Reader, connect_request};
