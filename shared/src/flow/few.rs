//! A list that is usually empty or has one item: no allocation until the second.

use std::ops::{Deref, DerefMut};

/// Items in order; a slice to all who read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Few<T> {
    /// No item.
    #[default]
    None,
    /// One item.
    One(T),
    /// More than one at some time.
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// Adds an item at `index`, or at the end if that is beyond it. `most` is how many there will ever be.
    pub(crate) fn insert(&mut self, index: usize, item: T, most: usize) {
        match std::mem::take(self) {
            Self::None => *self = Self::One(item),
            Self::One(first) => {
                let mut items = Vec::with_capacity(most.max(2));
                items.push(first);
                items.insert(index.min(1), item);
                *self = Self::Many(items);
            }
            Self::Many(mut items) => {
                items.insert(index.min(items.len()), item);
                *self = Self::Many(items);
            }
        }
    }

    /// Adds an item at the end. `most` is how many there will ever be.
    pub(crate) fn push(&mut self, item: T, most: usize) {
        self.insert(usize::MAX, item, most);
    }

    /// Takes the last item off.
    pub(crate) fn pop(&mut self) -> Option<T> {
        if let Self::Many(items) = self {
            return items.pop();
        }
        match std::mem::take(self) {
            Self::One(item) => Some(item),
            Self::None | Self::Many(_) => None,
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::None => &mut [],
            Self::One(item) => std::slice::from_mut(item),
            Self::Many(items) => items,
        }
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
