//! Which protocols speak on one TCP flow, decided by content.

pub mod facts;
