//! One vantage point: the flows, lookups and QUIC connections seen from it.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::Capture;
use super::collection::Collection;
use super::position::PositionVotes;
use crate::attempt::{Attempt, Body, Connection, name_of, own_answer};
use crate::capture::CapturedPacket;
use crate::dns::{Answer, Lookup, LookupId};
use crate::flow::facts::FinishedFlow;
use crate::flow::table::FlowTable;
use crate::ids::Stamp;
use crate::limits::LIVE_FLOWS;
use crate::packet::{
    Counters, Dissected, Dissector, IcmpMessage, IpHeader, Outcome, Transport, UdpDatagram,
};
use crate::report::v1;
use crate::stream::Conversation;
use crate::text::Message;
use crate::time::Timestamp;
use crate::warning::WarningLog;
use crate::{dns, quic};

/// Everything followed at one place.
#[derive(Debug)]
pub(super) struct Vantage {
    index: u16,
    dissector: Dissector,
    flows: FlowTable<Conversation>,
    dns: dns::Tracker,
    quic: quic::Tracker,
    /// The last packet; `None` before the first.
    last: Option<Stamp>,
    now: Timestamp,
    latest: Timestamp,
    /// Lookups that became some attempt's dns phase, with the address that was tried.
    claimed: BTreeSet<(LookupId, IpAddr)>,
    position: PositionVotes,
}

impl Vantage {
    pub(super) fn new(index: u16, at: Timestamp) -> Self {
        Self {
            index,
            dissector: Dissector::new(),
            flows: FlowTable::new(),
            dns: dns::Tracker::new(),
            quic: quic::Tracker::new(),
            last: None,
            now: at,
            latest: at,
            claimed: BTreeSet::new(),
            position: PositionVotes::default(),
        }
    }

    pub(super) const fn index(&self) -> u16 {
        self.index
    }

    /// The time of the last packet.
    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The largest time seen.
    pub(super) const fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Takes a packet; whether something may have finished.
    #[inline]
    pub(super) fn on_packet(&mut self, packet: &CapturedPacket<'_>, at: Timestamp) -> bool {
        let stamp = Stamp {
            at,
            packet: packet.reference,
        };
        self.now = at;
        self.latest = self.latest.max(at);
        self.last = Some(stamp);
        // Looked at where they are: headers are large, and a copy of each costs as much as reading them.
        let outcome = &self.dissector.dissect(packet);
        let Outcome::Dissected(Dissected { ip, transport }) = outcome else {
            return false;
        };
        match transport {
            Transport::Tcp(segment) => {
                self.flows.on_segment(ip, segment, stamp);
                self.flows.has_finished()
            }
            Transport::Udp(datagram) => {
                on_datagram(&mut self.dns, &mut self.quic, ip, datagram, stamp);
                true
            }
            Transport::Icmp(message) => {
                let (ip, message) = (*ip, *message);
                self.on_icmp(&ip, &message, stamp);
                false
            }
        }
    }

    fn on_icmp(&mut self, ip: &IpHeader, message: &IcmpMessage, stamp: Stamp) {
        self.flows.on_icmp(ip, message, stamp);
        self.dns.on_icmp(message, stamp);
        self.quic.on_icmp(ip, message, stamp);
    }

    /// The end of one capture: what dissection counted in it.
    pub(super) fn end_capture(&mut self) -> Counters {
        self.dissector.take_counters()
    }

    /// The end of everything, handed over.
    pub(super) fn finish(&mut self, collection: &mut Collection, epoch: Timestamp) {
        self.flows.finish();
        self.quic.finish(self.latest);
        // Lookups over TCP are in the flows, so they end after these.
        self.collect(collection, epoch);
        self.dns.finish(self.latest);
        self.collect(collection, epoch);
        self.claimed.clear();
    }

    /// Says what was not followed to its end.
    pub(super) fn warn(&self, warnings: &mut WarningLog) {
        let (evicted, last) = (self.flows.evicted(), self.last);
        if let Some(last) = last.filter(|_| evicted > 0) {
            let capture = last.packet.capture();
            warnings.push("connections-put-aside", capture, None, None, || {
                Message::new("input-connections-put-aside")
                    .with("most", LIVE_FLOWS as u64)
                    .with("evicted", evicted)
            });
        }
    }

    /// Hands over what is finished.
    pub(super) fn collect(&mut self, collection: &mut Collection, epoch: Timestamp) {
        let Some(running) = self.last else { return };
        while let Some(finished) = self.flows.take_finished() {
            let attempt = self.tcp(finished);
            collection.add(attempt, running, epoch);
        }
        while let Some(flow) = self.quic.take_finished() {
            let answer = self.answer(flow.client.ip(), flow.server.ip(), flow.first.at);
            let name = answer.as_ref().map(|answer| {
                (
                    Box::from(answer.name.as_str()),
                    crate::attempt::NameBasis::Dns,
                )
            });
            let attempt = self.joined(Body::Quic(Box::new(flow)), name, answer);
            collection.add(attempt, running, epoch);
        }
        while let Some(lookup) = self.dns.take_finished() {
            self.lookup(lookup, collection, epoch, running);
        }
    }

    fn tcp(&mut self, finished: FinishedFlow<Conversation>) -> Attempt {
        let mut connection = Box::new(Connection::from(finished));
        if let Some(dns) = connection.spoken.dns.as_mut() {
            let endpoints = connection.flow.endpoints;
            while let Some(framed) = dns.next_message() {
                self.dns
                    .on_framed(endpoints.originator, endpoints.responder, framed);
            }
        }
        self.position.add(&connection);
        let client = connection.client();
        let endpoints = &connection.flow.endpoints;
        let answer = self.answer(
            endpoints[client].ip(),
            endpoints[!client].ip(),
            connection.flow.first.at,
        );
        let name = name_of(&connection, answer.as_deref());
        self.joined(Body::Tcp(connection), name, answer)
    }

    fn answer(&self, client: IpAddr, server: IpAddr, before: Timestamp) -> Option<Arc<Answer>> {
        self.dns
            .answers_for(client, server, before)
            .map(|named| Arc::clone(named.answer))
    }

    fn joined(
        &mut self,
        body: Body,
        name: Option<(Box<str>, crate::attempt::NameBasis)>,
        answer: Option<Arc<Answer>>,
    ) -> Attempt {
        let mut attempt = Attempt {
            vantage: self.index,
            body,
            name,
            answer,
            owns_lookup: false,
            observed_until: self.latest,
        };
        let connected_from = attempt.connected_from().at;
        let server = attempt.server().ip();
        if let Some(answer) = &attempt.answer {
            attempt.owns_lookup =
                own_answer(answer, connected_from) && self.claimed.insert((answer.lookup, server));
        }
        attempt
    }

    /// A lookup: its transactions are reported, and it is an attempt of its own when it failed or stalled.
    fn lookup(
        &mut self,
        lookup: Lookup,
        collection: &mut Collection,
        epoch: Timestamp,
        running: Stamp,
    ) {
        collection.add_lookup(&lookup, self.index, epoch, running);
        if lookup.service == dns::Service::Unicast && lookup.subject == dns::Subject::Addresses {
            let name = Some((
                Box::from(lookup.name.as_str()),
                crate::attempt::NameBasis::Dns,
            ));
            let attempt = self.joined(Body::Lookup(Box::new(lookup)), name, None);
            collection.add_if_troubled(attempt, running, epoch);
        }
    }

    /// The vantage point as the report holds it.
    pub(super) fn report(&self, captures: &[Capture]) -> v1::VantagePoint {
        let own = (0..)
            .zip(captures)
            .filter(|(_, capture)| capture.vantage == Some(self.index));
        let (position, because) = self.position.verdict();
        v1::VantagePoint {
            captures: own.map(|(index, _): (u16, _)| index).collect(),
            position,
            because,
        }
    }
}

fn on_datagram(
    dns: &mut dns::Tracker,
    quic: &mut quic::Tracker,
    ip: &IpHeader,
    datagram: &UdpDatagram<'_>,
    stamp: Stamp,
) {
    if !dns.on_datagram(ip, datagram, stamp) {
        quic.on_datagram(ip, datagram, stamp);
    }
}
