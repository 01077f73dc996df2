//! All attempts together: what one of them cannot show alone.

mod brief;
mod log;
mod lookups;
mod options;
mod siblings;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::attempt::{Attempt, Body};
use crate::dns::Lookup;
use crate::limits;
use crate::phase::Timeline;

pub use self::brief::{BULK, Brief, HelloBrief, SealedBrief, SynBrief};
pub use self::lookups::LookupBrief;
pub use self::siblings::{Arms, Odds};

/// A short record of every attempt, in the order in which they were over, and who asked whom.
#[derive(Debug, Default)]
pub struct Crowd {
    briefs: Vec<Brief>,
    by_server: BTreeMap<IpAddr, Vec<u32>>,
    by_client: BTreeMap<IpAddr, Vec<u32>>,
    names: BTreeMap<Arc<str>, ()>,
    lookups: lookups::Lookups,
    leaky: BTreeSet<u16>,
    left_out: u64,
}

impl Crowd {
    /// Takes note of an attempt; of those beyond [`limits::CROWD`] only their number.
    pub fn add(&mut self, id: u32, attempt: &Attempt, timeline: &Timeline) {
        if self.briefs.len() >= limits::CROWD {
            self.left_out += 1;
            return;
        }
        let index = u32::try_from(self.briefs.len()).unwrap_or(u32::MAX);
        let mut brief = Brief::of(id, attempt, timeline);
        brief.name = attempt.name.as_ref().map(|(name, _)| self.intern(name));
        if let (Some(hello), Some(sni)) = (brief.hello.as_mut(), sni(attempt)) {
            hello.sni = Some(self.intern(sni));
        }
        if brief.is_leaky {
            self.leaky.insert(brief.vantage);
        }
        let (server, client) = (brief.server.ip(), brief.client.ip());
        self.by_server.entry(server).or_default().push(index);
        self.by_client.entry(client).or_default().push(index);
        self.briefs.push(brief);
    }

    /// Takes note of a lookup; of those beyond [`limits::CROWD`] nothing.
    pub fn add_lookup(&mut self, lookup: &Lookup) {
        if !self.lookups.is_full() {
            let name = self.intern(lookup.name.as_str());
            let label = self.intern(first_label(lookup.name.as_str()));
            self.lookups.add(lookup, name, label);
        }
    }

    /// The lookups of a host, in the order in which they were over.
    pub fn lookups_of(&self, client: IpAddr) -> impl Iterator<Item = &LookupBrief> {
        self.lookups.of(client)
    }

    /// The lookups of a host for names with the same first label: the name itself, and it with domains of a search
    /// list behind it.
    pub fn lookups_like(&self, client: IpAddr, name: &str) -> impl Iterator<Item = &LookupBrief> {
        let known = self.names.get_key_value(first_label(name));
        let alike = known.map(|(label, ())| self.lookups.alike(client, label));
        alike.into_iter().flatten()
    }

    /// What was captured at a vantage point lacks packets that arrived there: one that is not in it may have come.
    #[must_use]
    pub fn is_leaky(&self, vantage: u16) -> bool {
        self.leaky.contains(&vantage)
    }

    fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some((known, ())) = self.names.get_key_value(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&name), ());
        name
    }

    /// Every record.
    #[must_use]
    pub fn briefs(&self) -> &[Brief] {
        &self.briefs
    }

    /// How many attempts have no record.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Those to an address, whatever port.
    pub fn to(&self, server: IpAddr) -> impl Iterator<Item = &Brief> {
        self.at(self.by_server.get(&server))
    }

    /// Those from an address.
    pub fn from(&self, client: IpAddr) -> impl Iterator<Item = &Brief> {
        self.at(self.by_client.get(&client))
    }

    fn at(&self, indexes: Option<&Vec<u32>>) -> impl Iterator<Item = &Brief> {
        let indexes = indexes.map_or(&[][..], Vec::as_slice);
        indexes
            .iter()
            .filter_map(|index| self.briefs.get(*index as usize))
    }
}

fn first_label(name: &str) -> &str {
    name.split_once('.').map_or(name, |(label, _)| label)
}

fn sni(attempt: &Attempt) -> Option<&str> {
    if let Body::Probe(log) = &attempt.body {
        return log.tls.as_ref()?.server_name.as_deref();
    }
    let Body::Tcp(connection) = &attempt.body else {
        return None;
    };
    let hello = connection.tls()?.client_hello()?;
    hello.offer.server_name.as_deref()
}
