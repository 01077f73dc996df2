//! The vantage point of a client of our own: its attempts, and the lookups that it made for them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::collection::Collection;
use crate::attempt::{Attempt, Body, NameBasis, own_answer};
use crate::dns::{self, LookupId};
use crate::phase::Timeline;
use crate::probe::Log;
use crate::report::v1;
use crate::time::Timestamp;

/// Everything that a client of our own told.
#[derive(Debug)]
pub(super) struct Probe {
    index: u16,
    dns: dns::Tracker,
    latest: Timestamp,
    /// Lookups that became some attempt's dns phase, with the address that was tried.
    claimed: BTreeSet<(LookupId, IpAddr)>,
}

impl Probe {
    pub(super) fn new(index: u16) -> Self {
        Self {
            index,
            dns: dns::Tracker::new(),
            latest: Timestamp::from_nanos(i64::MIN),
            claimed: BTreeSet::new(),
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

    /// The end of everything.
    pub(super) fn finish(&mut self, collection: &mut Collection, epoch: Timestamp) {
        let _nothing_yet = (collection, epoch);
        self.dns.finish(self.latest);
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
