//! Components: what the store holds, as a page.

mod app;
mod attempt;
mod card;
mod case;
mod controls;
mod facts;
mod failure;
mod filter_box;
mod heat;
mod help;
mod hex;
mod ladder;
mod packets;
mod primitives;
mod progress;
mod row_table;
mod servers;
mod start;
mod time_strip;
mod verdict;
mod waterfall;

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
