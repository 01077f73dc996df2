//! Lookups in a few words: what else was asked at the time, and which addresses a name had.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::pieces::Pieces;
use crate::dns::{Lookup, LookupId, LookupOutcome, RecordAddress};
use crate::ids::Stamp;
use crate::limits;

/// One lookup in a few words.
#[derive(Clone, Debug)]
pub struct LookupBrief {
    /// Its handle.
    pub id: LookupId,
    /// The name asked for.
    pub name: Arc<str>,
    /// The first resolver that was asked.
    pub resolver: Option<SocketAddr>,
    /// Its first packet.
    pub started: Stamp,
    /// The last response.
    pub last_response: Option<Stamp>,
    /// How it went.
    pub outcome: LookupOutcome,
    /// Every address that it gave, and for how long.
    pub addresses: Box<[RecordAddress]>,
}

/// The lookups of each host.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    all: Pieces<LookupBrief, 8>,
    by_client: BTreeMap<IpAddr, Vec<u32>>,
    by_label: BTreeMap<(IpAddr, Arc<str>), Vec<u32>>,
    address_count: usize,
}

impl Lookups {
    /// No more lookups or addresses are taken note of.
    pub(super) const fn is_full(&self) -> bool {
        self.all.len() >= limits::CROWD || self.address_count >= limits::CROWD
    }

    pub(super) fn add(&mut self, lookup: &Lookup, name: Arc<str>, label: Arc<str>) {
        let responses = lookup
            .transactions
            .iter()
            .filter_map(|transaction| transaction.response.as_ref());
        let addresses: Box<[RecordAddress]> = responses
            .flat_map(|response| response.addresses.iter().copied())
            .collect();
        let index = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_client.entry(lookup.client).or_default().push(index);
        let alike = self.by_label.entry((lookup.client, label)).or_default();
        alike.push(index);
        self.address_count += addresses.len();
        self.all.push(LookupBrief {
            id: lookup.id,
            name,
            resolver: lookup.transactions.first().map(|first| first.server),
            started: lookup.started,
            last_response: lookup.last_response,
            outcome: lookup.outcome,
            addresses,
        });
    }

    pub(super) fn of(&self, client: IpAddr) -> impl Iterator<Item = &LookupBrief> {
        self.at(self.by_client.get(&client))
    }

    pub(super) fn alike(
        &self,
        client: IpAddr,
        label: &Arc<str>,
    ) -> impl Iterator<Item = &LookupBrief> {
        self.at(self.by_label.get(&(client, Arc::clone(label))))
    }

    fn at(&self, indexes: Option<&Vec<u32>>) -> impl Iterator<Item = &LookupBrief> {
        let indexes = indexes.map_or(&[][..], Vec::as_slice);
        indexes
            .iter()
            .filter_map(|index| self.all.get(*index as usize))
    }
}
