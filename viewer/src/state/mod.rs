//! One store: what is open, what of it is shown, and what the worker was asked. Plain data, tested natively.

pub(crate) mod arrange;
pub(crate) mod case;
pub(crate) mod gather;
pub(crate) mod keys;
pub(crate) mod loss;
pub(crate) mod server;
pub(crate) mod source;
pub(crate) mod store;
pub(crate) mod view;

pub(crate) use self::case::Case;
pub(crate) use self::store::{Action, Failure, Job, State};
pub(crate) use self::view::{Axis, Group, Order, Spread, Tab, View};
