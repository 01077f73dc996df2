//! All attempts together: what one of them cannot show alone.

mod brief;
mod chains;
mod hellos;
mod issuers;
mod log;
mod lookups;
mod options;
mod packed;
mod pieces;
mod siblings;

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::attempt::{Attempt, Body};
use crate::dns::Lookup;
use crate::ids::Stamp;
use crate::limits;
use crate::phase::Timeline;
use crate::tls;

use self::chains::Chains;
use self::hellos::Hellos;
use self::issuers::Issuers;
use self::packed::{Names, Packed};
use self::pieces::Pieces;

pub use self::brief::{Brief, HelloBrief, SealedBrief, SynBrief};
pub use self::hellos::HelloKind;
pub use self::issuers::Issued;
pub use self::lookups::LookupBrief;
pub use self::siblings::{Arms, Odds};

/// A short record of every attempt, in the order in which they were over, and who asked whom.
///
/// Records are packed as attempts come, and unpacked when attempts are to be judged.
#[derive(Debug, Default)]
pub struct Crowd {
    coming: Packed,
    /// They are made when most flows are over: in pieces about as large as what is kept of a flow, so that they find
    /// room where flows were.
    briefs: Pieces<Brief, 3>,
    by_server: Chains<IpAddr>,
    by_client: Chains<IpAddr>,
    by_name: Chains<Arc<str>>,
    hellos: Hellos,
    issuers: Issuers,
    names: HashMap<Arc<str>, u32>,
    name_list: Vec<Arc<str>>,
    lookups: lookups::Lookups,
    leaky: BTreeSet<u16>,
    is_intercepted: bool,
    left_out: u64,
}

impl Crowd {
    /// Takes note of an attempt; of those beyond [`limits::CROWD`] only their number.
    pub fn add(&mut self, id: u32, attempt: &Attempt, timeline: &Timeline) {
        if self.briefs.len() + self.coming.len() >= limits::CROWD {
            self.left_out += 1;
            return;
        }
        let brief = Brief::of(id, attempt, timeline);
        let names = Names {
            name: attempt.name.as_ref().map(|(name, _)| self.index_of(name)),
            sni: sni(attempt).map(|name| self.index_of(name)),
            issuer: issuer(attempt).map(|name| self.index_of(name)),
        };
        if brief.is_leaky {
            self.leaky.insert(brief.vantage);
        }
        self.coming.push(&brief, names);
    }

    /// Makes every record ready to be looked at. Those that come later are not seen before the next call.
    pub fn gather(&mut self) {
        let Self {
            briefs,
            by_server,
            by_client,
            by_name,
            hellos,
            issuers,
            ..
        } = self;
        self.coming.take(&self.name_list, |brief| {
            by_server.add(Some(brief.server.ip()));
            by_client.add(Some(brief.client.ip()));
            by_name.add(brief.name.clone());
            hellos.add(briefs.len(), &brief);
            issuers.add(&brief);
            briefs.push(brief);
        });
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
        let alike = known.map(|(label, _)| self.lookups.alike(client, label));
        alike.into_iter().flatten()
    }

    /// Somebody near the client of our own answers for every address.
    #[must_use]
    pub const fn is_intercepted(&self) -> bool {
        self.is_intercepted
    }

    /// It was found that somebody does.
    pub const fn intercept(&mut self) {
        self.is_intercepted = true;
    }

    /// What was captured at a vantage point lacks packets that arrived there: one that is not in it may have come.
    #[must_use]
    pub fn is_leaky(&self, vantage: u16) -> bool {
        self.leaky.contains(&vantage)
    }

    fn intern(&mut self, name: &str) -> Arc<str> {
        let index = self.index_of(name) as usize;
        self.name_list
            .get(index)
            .map_or_else(|| Arc::from(name), Arc::clone)
    }

    fn index_of(&mut self, name: &str) -> u32 {
        if let Some(index) = self.names.get(name) {
            return *index;
        }
        let index = u32::try_from(self.name_list.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = Arc::from(name);
        self.name_list.push(Arc::clone(&name));
        self.names.insert(name, index);
        index
    }

    /// Every record.
    pub fn briefs(&self) -> impl Iterator<Item = &Brief> {
        self.briefs.iter()
    }

    /// The record of one attempt; `None` when there was no room for it.
    #[must_use]
    pub fn brief(&self, id: u32) -> Option<&Brief> {
        // Attempts are numbered in the order in which they come.
        let found = self.briefs.first_not(|brief| brief.id < id)?;
        (found.id == id).then_some(found)
    }

    /// Attempts at this endpoint under this name, by the kind of their ClientHello in two arms: `own` says which a kind
    /// belongs to, `None` for neither. Failing means that the TLS handshake did. Beside the counts, the first
    /// ClientHellos of the other arm. What the capture cut is in no arm.
    pub fn hello_arms(
        &self,
        (server, name): (SocketAddr, Option<Arc<str>>),
        own: impl Fn(&HelloKind) -> Option<bool>,
    ) -> (Arms, Vec<Stamp>) {
        self.hellos.arms(&(server, name), own)
    }

    /// Issuers of the certificates that this endpoint showed under this name.
    pub fn issuers(&self, server: SocketAddr, name: Option<Arc<str>>) -> &[Issued] {
        self.issuers.of(&(server, name))
    }

    /// How many attempts have no record.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Those to an address, whatever port.
    pub fn to(&self, server: IpAddr) -> impl Iterator<Item = &Brief> {
        let indexes = self.by_server.of(&server);
        indexes.filter_map(|index| self.briefs.get(index))
    }

    /// Those from an address.
    pub fn from(&self, client: IpAddr) -> impl Iterator<Item = &Brief> {
        let indexes = self.by_client.of(&client);
        indexes.filter_map(|index| self.briefs.get(index))
    }

    /// Those of a name, wherever it is.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Brief> {
        let indexes = self.by_name.of(name);
        indexes.filter_map(|index| self.briefs.get(index))
    }
}

fn first_label(name: &str) -> &str {
    name.split_once('.').map_or(name, |(label, _)| label)
}

fn tls_of(attempt: &Attempt) -> Option<&tls::Facts> {
    match &attempt.body {
        Body::Tcp(connection) => connection.tls(),
        _ => None,
    }
}

fn sni(attempt: &Attempt) -> Option<&str> {
    if let Body::Probe(log) = &attempt.body {
        return log.tls.as_ref()?.server_name.as_deref();
    }
    let hello = tls_of(attempt)?.client_hello()?;
    hello.offer.server_name.as_deref()
}

fn issuer(attempt: &Attempt) -> Option<&str> {
    let Body::Tcp(connection) = &attempt.body else {
        return None;
    };
    let certificates = &connection.tls()?.certificates;
    let leaf = certificates[!connection.client()]
        .as_deref()?
        .leaf
        .as_deref()?;
    leaf.issuer.as_deref()
}
