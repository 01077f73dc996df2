//! Where things stand in drawings: plain numbers, no browser.

pub(crate) mod bars;
pub(crate) mod ecdf;
pub(crate) mod fingers;
pub(crate) mod ladder;
pub(crate) mod px;
pub(crate) mod rug;
pub(crate) mod scale;
