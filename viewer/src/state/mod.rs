//! What the page is about: one session, changed by actions only. Plain data, tested natively.

mod session;
pub(crate) mod table;
pub(crate) mod words;

pub(crate) use self::session::{Action, Failure, Session};
