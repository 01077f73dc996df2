//! Positions whose acknowledgement is wanted, until they are asked for.

use std::collections::VecDeque;

use crate::flow::chunk::Mark;
use crate::limits::MARKS;

/// A short queue, which most flows never need; of more marks than [`MARKS`] the oldest are dropped.
#[derive(Debug, Default)]
#[expect(clippy::box_collection, reason = "one word in flows that need none")]
pub(crate) struct Marks(Option<Box<VecDeque<Mark>>>);

impl Marks {
    pub(crate) fn push(&mut self, mark: Mark) {
        let queue = self.0.get_or_insert_default();
        if queue.len() >= MARKS {
            queue.pop_front();
        }
        queue.push_back(mark);
    }

    pub(crate) fn next(&mut self) -> Option<Mark> {
        self.0.as_mut()?.pop_front()
    }
}
