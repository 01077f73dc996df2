//! Whole pages: they know the state and put components together; they draw nothing themselves.

pub(crate) mod attempts;
pub(crate) mod start;
