//! Positions whose acknowledgement is wanted, until they are asked for.

use std::collections::VecDeque;

use crate::flow::chunk::Mark;
use crate::limits::MARKS;

/// A short queue; of more marks than [`MARKS`] the oldest are dropped.
#[derive(Debug, Default)]
pub(crate) struct Marks(VecDeque<Mark>);

impl Marks {
    pub(crate) fn push(&mut self, mark: Mark) {
        if self.0.len() >= MARKS {
            self.0.pop_front();
        }
        self.0.push_back(mark);
    }

    pub(crate) fn next(&mut self) -> Option<Mark> {
        self.0.pop_front()
    }
}
