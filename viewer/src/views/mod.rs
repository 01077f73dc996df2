//! Components: what the store holds, as a page.

mod app;
mod attempt;
mod card;
mod case;
mod cells;
mod controls;
mod drawing;
mod facts;
mod failure;
mod filter_box;
mod heat;
mod help;
mod hex;
mod ladder;
mod marked;
mod packets;
mod progress;
mod row_table;
mod servers;
mod share;
mod start;
mod time_strip;
mod verdict;
mod waterfall;

use std::rc::Rc;

use yew::{Properties, UseReducerHandle};

pub use self::app::App;
use crate::state::State;

/// The store, as components get it.
pub(crate) type Store = UseReducerHandle<State>;

/// What most components are given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct With {
    pub(crate) store: Store,
}

/// Something large that is the same when it is the same allocation. It is held, so that no other one can take its
/// place in memory and be taken for it.
#[derive(Debug)]
pub(crate) struct Same<T>(pub(crate) Rc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
