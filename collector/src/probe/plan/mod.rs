//! What is done, and when: targets, their addresses, and how often each is tried.

mod arms;
mod decide;
mod proxy;
mod redirected;
mod run;
mod schedule;
mod target;

pub(crate) use self::arms::{Wardrobe, with_base};
pub(crate) use self::decide::{Lane, State};
pub(crate) use self::proxy::{Proxy, is_excepted};
pub(crate) use self::redirected::redirected;
pub(crate) use self::run::{Plan, Seen, run};
pub(crate) use self::target::{Target, pinned};
