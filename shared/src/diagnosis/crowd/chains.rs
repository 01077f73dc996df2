//! Which records have which key, an address or a name: for each key a chain through one list, in the order of the
//! records.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Indexes by key. Every record has one at most, so the lists of all of them are one list of links.
#[derive(Debug)]
pub(super) struct Chains<K> {
    ends: HashMap<K, Ends>,
    /// For each record the next one with the same key; `u32::MAX` behind the last.
    next: Vec<u32>,
}

impl<K> Default for Chains<K> {
    /// Without records.
    fn default() -> Self {
        Self {
            ends: HashMap::new(),
            next: Vec::new(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
}

/// No record.
const NONE: u32 = u32::MAX;

impl<K: Eq + Hash> Chains<K> {
    /// The next record has this key, or none.
    pub(super) fn add(&mut self, key: Option<K>) {
        let index = u32::try_from(self.next.len()).unwrap_or(NONE);
        self.next.push(NONE);
        let Some(key) = key else { return };
        let ends = self.ends.entry(key).or_insert(Ends {
            first: index,
            last: index,
        });
        if ends.first == index {
            return;
        }
        if let Some(link) = self.next.get_mut(ends.last as usize) {
            *link = index;
        }
        ends.last = index;
    }

    /// The records with a key, in order.
    pub(super) fn of<Q: Eq + Hash + ?Sized>(
        &self,
        key: &Q,
    ) -> impl Iterator<Item = usize> + use<'_, K, Q>
    where
        K: Borrow<Q>,
    {
        let first = self.ends.get(key).map(|ends| ends.first);
        std::iter::successors(first, |index| {
            let next = self.next.get(*index as usize).copied();
            next.filter(|next| *next != NONE)
        })
        .map(|index| index as usize)
    }
}
