//! The vantage point of a client of our own: its attempts, and the lookups that it made for them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::collection::Collection;
use crate::attempt::{Attempt, Body, NameBasis, own_answer};
use crate::dns::{self, Lookup, LookupId, LookupOutcome, Subject};
use crate::ids::{PacketNumber, PacketRef, Stamp};
use crate::limits::DNS_ANSWERED_ADDRESSES;
use crate::phase::Timeline;
use crate::probe::{DnsMessage, Kind, Log};
use crate::report::v1;
use crate::time::Timestamp;

/// Resolvers and subnets that are told of one address.
const GIVERS: usize = 64;

/// Everything that a client of our own told.
#[derive(Debug)]
pub(super) struct Probe {
    index: u16,
    dns: dns::Tracker,
    latest: Timestamp,
    /// DNS messages so far.
    messages: u32,
    /// Lookups that became some attempt's dns phase, with the address that was tried.
    claimed: BTreeSet<(LookupId, IpAddr)>,
    /// Who gave which address, in the order told.
    given: BTreeMap<IpAddr, Vec<Box<str>>>,
    /// Names that were only steps of a search: that they do not exist is no fault.
    steps: BTreeSet<Box<str>>,
}

impl Probe {
    pub(super) fn new(index: u16) -> Self {
        Self {
            index,
            dns: dns::Tracker::new(),
            latest: Timestamp::from_nanos(i64::MIN),
            messages: 0,
            claimed: BTreeSet::new(),
            given: BTreeMap::new(),
            steps: BTreeSet::new(),
        }
    }

    /// An attempt that is over.
    pub(super) fn attempt(
        &mut self,
        mut log: Log,
        collection: &mut Collection,
        epoch: Timestamp,
    ) -> Timeline {
        log.id = collection.next_id();
        let ended = log.ended();
        self.latest = self.latest.max(ended.at);
        let began = log.began().at;
        let (client, server) = (log.client.ip(), log.server.ip());
        let named = self.dns.answers_for(client, server, began);
        let answer = named.map(|named| Arc::clone(named.answer));
        let basis = match &log.tls {
            Some(tls) if tls.server_name.is_some() => NameBasis::Sni,
            _ => NameBasis::Host,
        };
        let mut attempt = Attempt {
            vantage: self.index,
            name: Some((log.name.clone(), basis)),
            owns_lookup: false,
            observed_until: ended.at,
            body: Body::Probe(Box::new(log)),
            answer,
        };
        if let Some(answer) = &attempt.answer {
            attempt.owns_lookup =
                own_answer(answer, began) && self.claimed.insert((answer.lookup, server));
        }
        collection.add_told(attempt, ended, epoch)
    }

    /// A DNS message that was sent or came.
    pub(super) fn message(&mut self, told: &DnsMessage<'_>) {
        self.messages = self.messages.saturating_add(1);
        let number = PacketNumber::new(self.messages).unwrap_or(PacketNumber::FIRST);
        let kind = if told.is_response {
            Kind::DnsResponse
        } else {
            Kind::DnsQuery
        };
        let stamp = Stamp {
            at: told.at,
            packet: PacketRef::event(0, number, kind as u32),
        };
        self.latest = self.latest.max(told.at);
        self.dns
            .on_told((told.client, told.server), told.carrier, told.bytes, stamp);
    }

    /// Somebody gave an address.
    pub(super) fn gave(&mut self, address: IpAddr, by: &str) {
        if self.given.len() >= DNS_ANSWERED_ADDRESSES && !self.given.contains_key(&address) {
            return;
        }
        let givers = self.given.entry(address).or_default();
        if givers.len() < GIVERS && !givers.iter().any(|known| &**known == by) {
            givers.push(Box::from(by));
        }
    }

    /// A name was only a step of a search.
    pub(super) fn stepped(&mut self, name: &str) {
        if self.steps.len() < DNS_ANSWERED_ADDRESSES {
            self.steps.insert(Box::from(name));
        }
    }

    fn is_step(&self, lookup: &Lookup) -> bool {
        let is_negative = matches!(
            lookup.outcome,
            LookupOutcome::NonExistentName | LookupOutcome::Empty
        );
        is_negative && self.steps.contains(lookup.name.as_str())
    }

    /// Puts into every server who gave its address.
    pub(super) fn tell_givers(&self, servers: &mut [v1::Server]) {
        for server in servers {
            let address = server.address.parse::<SocketAddr>().ok();
            let givers = address.and_then(|address| self.given.get(&address.ip()));
            server.given_by = givers.map(|givers| givers.iter().map(ToString::to_string).collect());
        }
    }

    /// The end of everything; lookups were watched until `until`.
    pub(super) fn finish(&mut self, collection: &mut Collection, epoch: Timestamp) {
        self.dns.finish(self.latest);
        while let Some(lookup) = self.dns.take_finished() {
            let running = lookup.last_query.unwrap_or(lookup.started);
            collection.add_lookup(&lookup, self.index, epoch, running);
            if lookup.subject != Subject::Addresses || self.is_step(&lookup) {
                continue;
            }
            let attempt = Attempt {
                vantage: self.index,
                name: Some((Box::from(lookup.name.as_str()), NameBasis::Dns)),
                answer: None,
                owns_lookup: false,
                observed_until: self.latest,
                body: Body::Lookup(Box::new(lookup)),
            };
            collection.add_if_troubled(attempt, running, epoch);
        }
    }

    /// Lookups were watched until then.
    pub(super) fn watched(&mut self, until: Timestamp) {
        self.latest = self.latest.max(until);
    }

    /// The vantage point as the report holds it.
    pub(super) fn report() -> v1::VantagePoint {
        v1::VantagePoint {
            captures: Vec::new(),
            position: v1::Position::Client,
            because: Some("a client of stallscope told what its own sockets saw".to_owned()),
        }
    }
}
