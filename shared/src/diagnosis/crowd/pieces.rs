//! A list that is never moved: it grows by a piece of a few items, where `Vec` would double and copy.

/// Items in order, `N` in each piece.
#[derive(Debug)]
pub(super) struct Pieces<T, const N: usize> {
    pieces: Vec<Vec<T>>,
    count: usize,
}

impl<T, const N: usize> Default for Pieces<T, N> {
    /// Without items.
    fn default() -> Self {
        Self {
            pieces: Vec::new(),
            count: 0,
        }
    }
}

impl<T, const N: usize> Pieces<T, N> {
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, item: T) {
        if self.count.is_multiple_of(N) {
            self.pieces.push(Vec::with_capacity(N));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(item);
            self.count += 1;
        }
    }

    pub(super) fn get(&self, index: usize) -> Option<&T> {
        self.pieces.get(index / N)?.get(index % N)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// The first item that is not before what is looked for, in items that are in order.
    pub(super) fn first_not(&self, is_before: impl Fn(&T) -> bool) -> Option<&T> {
        let place = self
            .pieces
            .partition_point(|piece| piece.last().is_some_and(&is_before));
        self.pieces.get(place)?.iter().find(|item| !is_before(item))
    }
}
