//! The lookups that go on, and how a message finds its transaction among them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::dns::code_points::RecordType;
use crate::dns::facts::{Carrier, Lookup, LookupId, Name, Service, Subject, Transaction};
use crate::dns::lookup::{Asked, LATE, Open, apart, begun};
use crate::ids::Stamp;
use crate::limits::{DNS_OPEN_BYTES, DNS_OPEN_LOOKUPS};
use crate::time::{Nanos, Timestamp};

/// The same message again within this time is another capture of it, unless its IP identification tells
/// otherwise: no stub repeats itself so fast.
const COPY: Nanos = Nanos::from_millis(1);
/// The same IP identification again within this time is another capture of it.
const COPY_BY_IDENTIFICATION: Nanos = Nanos::from_secs(1);

/// How often lookups are looked over for finished ones, in capture time.
const SWEEP: Nanos = Nanos::from_secs(1);

/// Lookups of the same name that a message is compared with, newest first.
const COMPARED_LOOKUPS: usize = 16;
/// Recent lookups of a host that a search list may go on from.
const RECENT_LOOKUPS: usize = 4;

/// Names that one search is followed back over: a search list has six suffixes (resolv.conf(5)), and
/// newer resolvers take more.
const LONGEST_SEARCH: usize = 32;

/// The least socket address, to begin a range with.
const LEAST: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// Identifies a transaction. The order of the fields serves the searches: all transactions of a
/// client's socket, all with one identifier, and all servers that one question went to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) client: SocketAddr,
    pub(super) carrier: Carrier,
    pub(super) id: u16,
    pub(super) record_type: RecordType,
    pub(super) name: Name,
    pub(super) server: SocketAddr,
}

/// Whose lookup of what: host, subject, name.
pub(super) type SubjectKey = (IpAddr, Subject, Name);

/// Lookups by identifier, oldest first.
type OpenLookups = BTreeMap<u32, Box<Open>>;

/// Where a transaction is, and what tells a copy of its messages from a repeat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) lookup: u32,
    pub(super) index: usize,
    pub(super) query: Option<Seen>,
    pub(super) response: Option<Seen>,
}

/// One sighting of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) at: Timestamp,
    pub(super) identification: Option<u16>,
}

impl Seen {
    /// `later` is the same packet, captured again.
    pub(super) fn is_captured_again(self, later: Self) -> bool {
        let gap = apart(later.at, self.at);
        // Zero is what hosts write that do not number their datagrams (RFC 6864 §4.1).
        let number = |seen: Self| seen.identification.filter(|id| *id != 0);
        match (number(self), number(later)) {
            (Some(this), Some(that)) => this == that && gap <= COPY_BY_IDENTIFICATION,
            _ => gap <= COPY,
        }
    }
}

/// All lookups that are open, and those that were closed and not yet taken.
#[derive(Debug, Default)]
pub(super) struct Table {
    open: OpenLookups,
    places: BTreeMap<Key, Place>,
    by_subject: BTreeMap<SubjectKey, VecDeque<u32>>,
    by_client: BTreeMap<IpAddr, VecDeque<u32>>,
    pub(super) finished: VecDeque<Lookup>,
    /// Lookups closed because there were too many.
    pub(super) closed_early: u64,
    next: u32,
    weight: usize,
    swept: Option<Timestamp>,
}

impl Place {
    /// The transaction got its last message no longer ago than a response may take, or none yet: it was
    /// made for a response without a query.
    pub(super) fn awaits(&self, at: Timestamp) -> bool {
        let last = self.response.or(self.query);
        last.is_none_or(|seen| apart(at, seen.at) <= LATE)
    }
}

impl Table {
    /// The transaction at `key`: its place and its lookup.
    pub(super) fn entry(&mut self, key: &Key) -> Option<(&mut Place, &mut Open)> {
        let place = self.places.get_mut(key)?;
        let open = self.open.get_mut(&place.lookup)?;
        Some((place, open))
    }

    /// The transaction that asked the same of any server.
    pub(super) fn same_question(&self, key: &Key) -> Option<Key> {
        let least = Key {
            server: LEAST,
            ..key.clone()
        };
        let (found, _) = self.places.range(least..).next()?;
        let is_same = (found.client, found.carrier, found.id) == (key.client, key.carrier, key.id)
            && found.record_type == key.record_type
            && found.name == key.name;
        is_same.then(|| found.clone())
    }

    /// The oldest transaction without a response that these endpoints had under this identifier.
    pub(super) fn oldest_open(&self, like: &Key) -> Option<Key> {
        let least = Key {
            record_type: RecordType(0),
            name: Name::from_presentation(""),
            server: LEAST,
            ..*like
        };
        self.places
            .range(least..)
            .take_while(|(key, _)| {
                (key.client, key.carrier, key.id) == (like.client, like.carrier, like.id)
            })
            .filter(|(key, place)| key.server == like.server && place.response.is_none())
            .min_by_key(|(_, place)| (place.lookup, place.index))
            .map(|(key, _)| key.clone())
    }

    /// The UDP transactions between two sockets.
    pub(super) fn of_sockets(
        &self,
        client: SocketAddr,
        server: SocketAddr,
    ) -> impl Iterator<Item = (&Key, Place, &Transaction)> {
        let least = Key {
            client,
            carrier: Carrier::Udp,
            id: 0,
            record_type: RecordType(0),
            name: Name::from_presentation(""),
            server: LEAST,
        };
        self.places
            .range(least..)
            .take_while(move |(key, _)| key.client == client && key.carrier == Carrier::Udp)
            .filter(move |(key, _)| key.server == server)
            .filter_map(|(key, place)| {
                let open = self.open.get(&place.lookup)?;
                Some((key, *place, open.facts.transactions.get(place.index)?))
            })
    }

    /// The open lookup that a query belongs to.
    pub(super) fn lookup_of_query(&self, subject: &SubjectKey, asked: Asked) -> Option<u32> {
        self.candidates(subject)
            .find(|(_, open)| open.accepts_query(asked))
            .map(|(id, _)| id)
    }

    /// The open lookup that a response without its query belongs to.
    pub(super) fn lookup_of_response(&self, subject: &SubjectKey, asked: Asked) -> Option<u32> {
        self.candidates(subject)
            .find(|(_, open)| open.accepts_response(asked))
            .map(|(id, _)| id)
    }

    /// A new lookup.
    pub(super) fn begin(&mut self, subject: SubjectKey, service: Service, stamp: Stamp) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        let mut facts = begun(LookupId(id), subject.clone(), service, stamp);
        let of_client = self.by_client.entry(subject.0).or_default();
        facts.search_after = searched_before(&self.open, of_client, &subject, stamp.at);
        of_client.push_back(id);
        let of_subject = self.by_subject.entry(subject).or_default();
        facts.follows = newest(&self.open, of_subject)
            .find(|(_, open)| open.is_unsettled())
            .map(|(_, open)| open.facts.id);
        of_subject.push_back(id);
        let open = Open::begin(facts);
        self.weight = self.weight.saturating_add(open.weight);
        self.open.insert(id, Box::new(open));
        id
    }

    /// Adds a transaction to a lookup; one lookup keeps only so many.
    pub(super) fn add(
        &mut self,
        lookup: u32,
        key: Key,
        transaction: Transaction,
        query: Option<Seen>,
    ) {
        let Some(open) = self.open.get_mut(&lookup) else {
            return;
        };
        let before = open.weight;
        if let Some(stamp) = transaction.query {
            open.note_query(stamp);
        }
        if let Some(index) = open.push(transaction) {
            self.weight = self
                .weight
                .saturating_add(open.weight.saturating_sub(before));
            let place = Place {
                lookup,
                index,
                query,
                response: None,
            };
            self.places.insert(key, place);
        }
    }

    pub(super) const fn note_weight(&mut self, added: usize) {
        self.weight = self.weight.saturating_add(added);
    }

    /// Closes what nothing more is expected of.
    pub(super) fn sweep(&mut self, now: Timestamp) {
        let swept = *self.swept.get_or_insert(now);
        if apart(now, swept) < SWEEP {
            return;
        }
        self.swept = Some(now);
        let over: Vec<u32> = self
            .open
            .iter()
            .filter(|(_, open)| open.is_over(now))
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            if let Some(open) = self.open.remove(&id) {
                self.close(id, *open, now);
            }
        }
    }

    /// Closes the oldest while there are too many.
    pub(super) fn keep_within_limits(&mut self, now: Timestamp) {
        while self.open.len() > DNS_OPEN_LOOKUPS || self.weight > DNS_OPEN_BYTES {
            let Some((id, open)) = self.open.pop_first() else {
                self.weight = 0;
                return;
            };
            self.closed_early = self.closed_early.saturating_add(1);
            self.close(id, *open, now);
        }
    }

    /// Closes everything.
    pub(super) fn finish(&mut self, end: Timestamp) {
        while let Some((id, open)) = self.open.pop_first() {
            self.close(id, *open, end);
        }
    }

    /// The lookups of a subject that a message may belong to, newest first.
    fn candidates(&self, subject: &SubjectKey) -> impl Iterator<Item = (u32, &Open)> + use<'_> {
        self.by_subject
            .get(subject)
            .into_iter()
            .flat_map(|ids| newest(&self.open, ids))
    }

    fn close(&mut self, id: u32, open: Open, until: Timestamp) {
        self.weight = self.weight.saturating_sub(open.weight);
        let lookup = open.close(until);
        for transaction in &lookup.transactions {
            let key = Key {
                client: transaction.client,
                carrier: transaction.carrier,
                id: transaction.id,
                record_type: transaction.record_type,
                name: lookup.name.clone(),
                server: transaction.server,
            };
            if let Entry::Occupied(place) = self.places.entry(key)
                && place.get().lookup == id
            {
                place.remove();
            }
        }
        let subject = (lookup.client, lookup.subject, lookup.name.clone());
        forget(&mut self.by_subject, subject, id);
        forget(&mut self.by_client, lookup.client, id);
        self.finished.push_back(lookup);
    }
}

/// Those of a list that a message is compared with, newest first.
fn newest<'a>(
    open: &'a OpenLookups,
    ids: &'a VecDeque<u32>,
) -> impl Iterator<Item = (u32, &'a Open)> {
    ids.iter()
        .rev()
        .take(COMPARED_LOOKUPS)
        .filter_map(|id| Some((*id, open.get(id)?.as_ref())))
}

/// The lookup of the same host that just failed and whose name differs by a search suffix.
fn searched_before(
    all: &OpenLookups,
    of_client: &VecDeque<u32>,
    subject: &SubjectKey,
    at: Timestamp,
) -> Option<LookupId> {
    let (_, kind, name) = subject;
    of_client
        .iter()
        .rev()
        .take(RECENT_LOOKUPS)
        .filter_map(|id| all.get(id))
        .find(|open| {
            open.facts.subject == *kind
                && is_search_step(open.facts.name.as_str(), name.as_str())
                && open.has_just_failed(at)
                && !has_searched(all, open, name)
        })
        .map(|open| open.facts.id)
}

/// The search that led to this lookup has tried the name: no list does that twice.
fn has_searched(all: &OpenLookups, open: &Open, name: &Name) -> bool {
    std::iter::successors(Some(open), |open| {
        Some(all.get(&open.facts.search_after?.0)?.as_ref())
    })
    .take(LONGEST_SEARCH)
    .any(|open| open.facts.name == *name)
}

/// Removes an identifier from an ascending list, and the list when it was the last.
fn forget<K: Ord>(lists: &mut BTreeMap<K, VecDeque<u32>>, key: K, id: u32) {
    if let Entry::Occupied(mut ids) = lists.entry(key) {
        if let Ok(index) = ids.get().binary_search(&id) {
            ids.get_mut().remove(index);
        }
        if ids.get().is_empty() {
            ids.remove();
        }
    }
}

/// A stub with a search list goes from one name to the other: one is the other with a suffix, or
/// they are one label with two suffixes of which one ends the other (`ns.svc.cluster.local` and
/// `svc.cluster.local`), or two labels and more with any suffixes.
fn is_search_step(earlier: &str, later: &str) -> bool {
    let shared = earlier
        .split('.')
        .zip(later.split('.'))
        .take_while(|(a, b)| a == b)
        .count();
    if shared == 0 || earlier == later {
        return false;
    }
    let old = behind_labels(earlier, shared);
    let new = behind_labels(later, shared);
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|label| label.ends_with('.'))
    };
    let nested = old.is_empty() || new.is_empty() || ends(old, new) || ends(new, old);
    shared >= 2 || nested
}

/// What follows the first labels of a name.
fn behind_labels(name: &str, count: usize) -> &str {
    name.splitn(count.saturating_add(1), '.')
        .nth(count)
        .unwrap_or_default()
}
