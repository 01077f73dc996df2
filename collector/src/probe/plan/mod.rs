//! What is done, and when: targets, their addresses, and how often each is tried.

mod decide;
mod redirected;
mod run;
mod target;

pub(crate) use self::decide::Lane;
pub(crate) use self::redirected::redirected;
pub(crate) use self::run::{Plan, Seen, run};
pub(crate) use self::target::{Target, pinned};
