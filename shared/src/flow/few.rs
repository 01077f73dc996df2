//! Lists that are short in nearly every flow: [`Few`] usually has no or one item and needs no memory for it,
//! [`Rare`] usually has none and is one word.

use std::ops::{Deref, DerefMut};

use crate::grow;

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

/// Room for items that most lists need which have more than one.
const USUAL: usize = 4;

impl<T> Few<T> {
    /// Adds an item at `index`, or at the end if that is beyond it. `most` is how many there will ever be.
    pub(crate) fn insert(&mut self, index: usize, item: T, most: usize) {
        match std::mem::take(self) {
            Self::None => *self = Self::One(item),
            Self::One(first) => {
                let mut items = Vec::with_capacity(most.clamp(2, USUAL));
                items.push(first);
                items.insert(index.min(1), item);
                *self = Self::Many(items);
            }
            Self::Many(mut items) => {
                if items.len() == items.capacity() {
                    items.reserve_exact(most.saturating_sub(items.len()).max(1));
                }
                items.insert(index.min(items.len()), item);
                *self = Self::Many(items);
            }
        }
    }

    /// Adds an item at the end. `most` is how many there will ever be.
    pub(crate) fn push(&mut self, item: T, most: usize) {
        self.insert(usize::MAX, item, most);
    }

    /// Takes the first item out.
    pub(crate) fn take_first(&mut self) -> Option<T> {
        match self {
            Self::None => None,
            Self::Many(items) => (!items.is_empty()).then(|| items.remove(0)),
            Self::One(_) => self.pop(),
        }
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

/// Items in order, of which nearly every flow has none; a slice to all who read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::box_collection,
    reason = "without items it is a third of a list, and flows hold a dozen of these"
)]
pub struct Rare<T>(Option<Box<Vec<T>>>);

impl<T> Rare<T> {
    /// Adds an item at the end.
    pub(crate) fn push(&mut self, item: T) {
        grow::push(self.0.get_or_insert_default(), item);
    }

    /// Takes the last item off.
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.0.as_mut()?.pop()
    }
}

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Deref for Rare<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_deref_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

impl<'a, T> IntoIterator for &'a Rare<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut Rare<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
