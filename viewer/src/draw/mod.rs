//! Drawings on a canvas, where there are too many rows for elements.

pub(crate) mod marks;
pub(crate) mod strip;
pub(crate) mod waterfall;
