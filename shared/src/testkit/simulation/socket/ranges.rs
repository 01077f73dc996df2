//! Sets of stream positions, as few ranges as can be.

/// Ranges from the first position in to the first one out, in order, without touching one another.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// Adds a range.
    pub(super) fn add(&mut self, from: u64, to: u64) {
        if from >= to {
            return;
        }
        let (mut low, mut high) = (from, to);
        self.0.retain(|(start, end)| {
            let touches = *start <= high && low <= *end;
            if touches {
                low = low.min(*start);
                high = high.max(*end);
            }
            !touches
        });
        let place = self.0.iter().take_while(|range| range.0 < low).count();
        self.0.insert(place, (low, high));
    }

    /// Takes out everything before a position.
    pub(super) fn forget_before(&mut self, position: u64) {
        self.0.retain(|range| range.1 > position);
        if let Some(first) = self.0.first_mut() {
            first.0 = first.0.max(position);
        }
    }

    /// The range that holds a position.
    pub(super) fn holding(&self, position: u64) -> Option<(u64, u64)> {
        let mut ranges = self.0.iter();
        ranges
            .find(|range| range.0 <= position && position < range.1)
            .copied()
    }

    /// Where the next range after a position begins.
    pub(super) fn next_start(&self, position: u64) -> Option<u64> {
        let mut ranges = self.0.iter();
        ranges
            .find(|range| range.0 >= position)
            .map(|range| range.0)
    }

    /// The ranges.
    pub(super) fn list(&self) -> &[(u64, u64)] {
        &self.0
    }

    /// How many positions are in.
    pub(super) fn total(&self) -> u64 {
        self.0.iter().map(|range| range.1 - range.0).sum()
    }

    /// The first position after all of them.
    pub(super) fn end(&self) -> u64 {
        self.0.last().map_or(0, |range| range.1)
    }
}
