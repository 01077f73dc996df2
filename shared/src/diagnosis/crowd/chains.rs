//! Which records are of which address: for each address a chain through one list, in the order of the records.

use std::collections::HashMap;
use std::net::IpAddr;

/// Indexes by address. Every record has one address, so the lists of all of them are one list of links.
#[derive(Debug, Default)]
pub(super) struct Chains {
    ends: HashMap<IpAddr, Ends>,
    /// For each record the next one of the same address; `u32::MAX` behind the last.
    next: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    first: u32,
    last: u32,
}

/// No record.
const NONE: u32 = u32::MAX;

impl Chains {
    /// The next record is of this address.
    pub(super) fn add(&mut self, address: IpAddr) {
        let index = u32::try_from(self.next.len()).unwrap_or(NONE);
        self.next.push(NONE);
        let ends = self.ends.entry(address).or_insert(Ends {
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

    /// The records of an address, in order.
    pub(super) fn of(&self, address: IpAddr) -> impl Iterator<Item = usize> {
        let first = self.ends.get(&address).map(|ends| ends.first);
        std::iter::successors(first, |index| {
            let next = self.next.get(*index as usize).copied();
            next.filter(|next| *next != NONE)
        })
        .map(|index| index as usize)
    }
}
