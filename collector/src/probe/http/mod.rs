//! What is asked, and how the answer is read.

mod h1;

pub(crate) use self::h1::Request;
pub(super) use self::h1::{Progress, Reader, connect_request};
