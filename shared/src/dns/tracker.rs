//! Follows every DNS message: queries find their responses, transactions their lookups.
//!
//! Lookups come out of [`Tracker::take_finished`] when nothing more is expected of them. Which lookup a
//! message belongs to depends on the times of packets alone, not on when lookups are taken out.

use std::net::{IpAddr, SocketAddr};

use crate::dns::answers::Answers;
use crate::dns::code_points::{RecordType, ResponseCode};
use crate::dns::facts::{
    Answer, Carrier, IcmpRefusal, Lookup, Name, NamedBy, Service, Subject, Transaction,
};
use crate::dns::lookup::{Asked, Open, RETRY_GAP, apart, response_weight};
use crate::dns::message::{Message, Question};
use crate::dns::stream::Framed;
use crate::dns::table::{Key, Place, Seen, SubjectKey, Table};
use crate::ids::Stamp;
use crate::limits::DNS_REPEATS;
use crate::packet::{IcmpMessage, IpHeader, UdpDatagram};
use crate::side::Side;
use crate::time::Timestamp;

/// Ports of DNS, multicast DNS (RFC 6762) and link-local name resolution (RFC 4795).
const PORT: u16 = 53;
const MULTICAST_PORT: u16 = 5353;
const LINK_LOCAL_PORT: u16 = 5355;

/// IP protocol number of UDP.
const UDP: u8 = 17;

/// What was seen on the ports of DNS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Queries, repeats and copies too.
    pub queries: u64,
    /// Responses, copies too.
    pub responses: u64,
    /// Responses whose query is not in the capture.
    pub responses_without_query: u64,
    /// Messages captured twice.
    pub copies: u64,
    /// Multicast DNS: the link's service discovery, not followed.
    pub multicast: u64,
    /// Updates, notifications and other operations: not lookups.
    pub other_operations: u64,
    /// Messages with nothing asked, and messages against the direction of the port.
    pub odd: u64,
    /// Messages cut by the capture, or damaged.
    pub cut: u64,
    /// UDP on these ports that is not DNS.
    pub not_dns: u64,
    /// Lookups closed early because too many were open.
    pub closed_early: u64,
    /// Answers forgotten because too many addresses were remembered.
    pub forgotten_answers: u64,
}

/// One message on its way.
struct Sent {
    client: SocketAddr,
    server: SocketAddr,
    carrier: Carrier,
    service: Service,
    stamp: Stamp,
    identification: Option<u16>,
    /// Who sent it says that it is DNS: its port need not.
    is_told: bool,
}

impl Sent {
    const fn seen(&self) -> Seen {
        Seen {
            at: self.stamp.at,
            identification: self.identification,
        }
    }

    const fn asked(&self, record_type: RecordType) -> Asked {
        Asked {
            client: self.client,
            server: self.server,
            record_type,
            at: self.stamp.at,
        }
    }

    fn key(&self, id: u16, question: Question) -> Key {
        Key {
            client: self.client,
            carrier: self.carrier,
            id,
            record_type: question.record_type,
            name: question.name,
            server: self.server,
        }
    }

    const fn transaction(&self, message: &Message, record_type: RecordType) -> Transaction {
        Transaction {
            client: self.client,
            server: self.server,
            carrier: self.carrier,
            id: message.id,
            record_type,
            recursion_desired: message.flags.recursion_desired(),
            query: None,
            repeats: Vec::new(),
            repeat_count: 0,
            copy_count: 0,
            client_subnet: None,
            response: None,
            further_responses: Vec::new(),
            further_response_count: 0,
            refusals: Vec::new(),
            response_refused: None,
        }
    }
}

/// Follows every DNS message of a capture.
#[derive(Debug, Default)]
pub struct Tracker {
    table: Table,
    answers: Answers,
    counts: Counts,
}

impl Tracker {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A UDP datagram on any port; says whether it is DNS, so that nobody else need look at it.
    pub fn on_datagram(&mut self, ip: &IpHeader, datagram: &UdpDatagram<'_>, stamp: Stamp) -> bool {
        let ports = [datagram.source_port, datagram.destination_port];
        let service = if ports.contains(&PORT) {
            Service::Unicast
        } else if ports.contains(&LINK_LOCAL_PORT) {
            Service::LinkLocal
        } else {
            return ports.contains(&MULTICAST_PORT) && self.on_multicast(datagram);
        };
        let Some(message) = self.parsed(datagram) else {
            return false;
        };
        let source = SocketAddr::new(ip.source, datagram.source_port);
        let destination = SocketAddr::new(ip.destination, datagram.destination_port);
        let (client, server) = if message.flags.is_response() {
            (destination, source)
        } else {
            (source, destination)
        };
        let sent = Sent {
            client,
            server,
            carrier: Carrier::Udp,
            service,
            stamp,
            identification: ip.identification,
            is_told: false,
        };
        self.on_message(&sent, message);
        true
    }

    /// A message that a TCP stream on port 53 carried between these endpoints.
    pub fn on_framed(&mut self, originator: SocketAddr, responder: SocketAddr, framed: Framed) {
        let (source, destination) = match framed.side {
            Side::Originator => (originator, responder),
            Side::Responder => (responder, originator),
        };
        let (client, server) = if framed.message.flags.is_response() {
            (destination, source)
        } else {
            (source, destination)
        };
        let sent = Sent {
            client,
            server,
            carrier: Carrier::Tcp,
            service: Service::Unicast,
            stamp: framed.completed,
            identification: None,
            is_told: false,
        };
        self.on_message(&sent, framed.message);
    }

    /// A message that a client of our own sent or got, on whatever port; nothing when it is no DNS.
    pub fn on_told(
        &mut self,
        (client, server): (SocketAddr, SocketAddr),
        carrier: Carrier,
        bytes: &[u8],
        stamp: Stamp,
    ) {
        let Ok(message) = Message::parse(bytes, bytes.len()) else {
            self.counts.not_dns += 1;
            return;
        };
        let sent = Sent {
            client,
            server,
            carrier,
            service: Service::Unicast,
            stamp,
            identification: None,
            is_told: true,
        };
        self.on_message(&sent, message);
    }

    /// An ICMP message; says whether it is about a DNS message that was followed.
    pub fn on_icmp(&mut self, icmp: &IcmpMessage, stamp: Stamp) -> bool {
        let Some(quoted) = icmp.quoted.filter(|quoted| quoted.protocol == UDP) else {
            return false;
        };
        let Some((source_port, destination_port)) = quoted.ports else {
            return false;
        };
        let source = SocketAddr::new(quoted.source, source_port);
        let destination = SocketAddr::new(quoted.destination, destination_port);
        if destination_port == PORT {
            let refusal = IcmpRefusal {
                stamp,
                is_v6: icmp.is_v6,
                kind: icmp.kind,
                code: icmp.code,
            };
            icmp.mtu.is_none() && self.refuse_query(source, destination, refusal)
        } else if source_port == PORT {
            self.refuse_response(destination, source, stamp)
        } else {
            false
        }
    }

    /// The capture ended at `end`: everything is taken for finished, and answers are forgotten.
    pub fn finish(&mut self, end: Timestamp) {
        self.table.finish(end);
        self.answers.forget_all();
    }

    /// The next lookup that is over, in the order in which they were closed.
    pub fn take_finished(&mut self) -> Option<Lookup> {
        self.table.finished.pop_front()
    }

    /// The last answer not later than `before` that gave `server` to the host of `client`. Asked when
    /// a connection begins, it is sure to be remembered still.
    #[must_use]
    pub fn answers_for(
        &self,
        client: IpAddr,
        server: IpAddr,
        before: Timestamp,
    ) -> Option<NamedBy<'_>> {
        self.answers.find(client, server, before)
    }

    /// What was seen.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        let mut counts = self.counts;
        counts.closed_early = self.table.closed_early;
        counts.forgotten_answers = self.answers.forgotten();
        counts
    }

    fn parsed(&mut self, datagram: &UdpDatagram<'_>) -> Option<Message> {
        let length = usize::try_from(datagram.payload_length).unwrap_or(usize::MAX);
        let message = Message::parse(datagram.payload, length).ok();
        self.counts.not_dns += u64::from(message.is_none());
        message
    }

    fn on_multicast(&mut self, datagram: &UdpDatagram<'_>) -> bool {
        let is_dns = self.parsed(datagram).is_some();
        self.counts.multicast += u64::from(is_dns);
        is_dns
    }

    fn on_message(&mut self, sent: &Sent, mut message: Message) {
        self.table.sweep(sent.stamp.at);
        self.counts.cut += u64::from(message.is_cut);
        if message.flags.opcode() != 0 {
            self.counts.other_operations += 1;
            return;
        }
        let is_response = message.flags.is_response();
        let question = message.question.take();
        let is_port_right = sent.is_told || matches!(sent.server.port(), PORT | LINK_LOCAL_PORT);
        let is_odd = !is_port_right || question.is_none() && !is_response;
        if is_odd {
            self.counts.odd += 1;
            return;
        }
        if is_response {
            self.counts.responses += 1;
            self.on_response(sent, message, question);
        } else if let Some(question) = question {
            self.counts.queries += 1;
            self.on_query(sent, &message, question);
        }
        self.table.keep_within_limits(sent.stamp.at);
    }

    fn on_query(&mut self, sent: &Sent, message: &Message, question: Question) {
        let record_type = question.record_type;
        let key = sent.key(message.id, question);
        if let Some((place, open)) = self.table.entry(&key) {
            match known_query(place, open, sent) {
                Known::Copy => {
                    self.counts.copies += 1;
                    return;
                }
                Known::Repeat => return,
                Known::Another => {}
            }
        }
        let subject = subject_key(&key);
        let found = self
            .table
            .lookup_of_query(&subject, sent.asked(record_type));
        let lookup = found.unwrap_or_else(|| self.table.begin(subject, sent.service, sent.stamp));
        let transaction = Transaction {
            query: Some(sent.stamp),
            client_subnet: message.records.client_subnet,
            ..sent.transaction(message, record_type)
        };
        self.table.add(lookup, key, transaction, Some(sent.seen()));
    }

    fn on_response(&mut self, sent: &Sent, message: Message, question: Option<Question>) {
        let Some(question) = question else {
            self.on_bare_response(sent, message);
            return;
        };
        let record_type = question.record_type;
        let key = sent.key(message.id, question);
        // On the link, the question goes to a group and the answer comes from a host.
        let asked_as = match sent.service {
            Service::Unicast => None,
            Service::LinkLocal => self.table.same_question(&key),
        };
        let asked_as = asked_as.as_ref().unwrap_or(&key);
        let Some(message) = self.answer(asked_as, sent, message) else {
            return;
        };
        self.counts.responses_without_query += 1;
        let subject = subject_key(&key);
        let found = self
            .table
            .lookup_of_response(&subject, sent.asked(record_type));
        let lookup = found.unwrap_or_else(|| self.table.begin(subject, sent.service, sent.stamp));
        let transaction = sent.transaction(&message, record_type);
        self.table.add(lookup, key.clone(), transaction, None);
        // It comes back when its lookup has too many transactions to keep one more.
        let _left_off = self.answer(&key, sent, message);
    }

    /// A response without its question (some servers answer "format error" so).
    fn on_bare_response(&mut self, sent: &Sent, message: Message) {
        let like = Question {
            name: Name::from_presentation(""),
            record_type: RecordType(0),
        };
        let meant = self.table.oldest_open(&sent.key(message.id, like));
        let is_answer = meant.is_some_and(|key| self.answer(&key, sent, message).is_none());
        self.counts.responses_without_query += u64::from(!is_answer);
    }

    /// The response answers the transaction at `key`; it comes back when there is none that awaits it.
    fn answer(&mut self, key: &Key, sent: &Sent, message: Message) -> Option<Message> {
        let Some((place, open)) = self
            .table
            .entry(key)
            .filter(|(place, _)| place.awaits(sent.stamp.at))
        else {
            return Some(message);
        };
        let Some(transaction) = open.facts.transactions.get_mut(place.index) else {
            return Some(message);
        };
        let seen = sent.seen();
        if place
            .response
            .is_some_and(|earlier| earlier.is_captured_again(seen))
        {
            transaction.copy_count = transaction.copy_count.saturating_add(1);
            self.counts.copies += 1;
            return None;
        }
        place.response = Some(seen);
        let response = message.into_response(sent.stamp);
        if response.rcode == ResponseCode::NO_ERROR && !response.addresses.is_empty() {
            self.answers.push(Answer {
                name: key.name.clone(),
                lookup: open.facts.id,
                lookup_started: open.facts.started,
                client: transaction.client,
                server: transaction.server,
                record_type: transaction.record_type,
                queried: transaction.query,
                answered: sent.stamp,
                addresses: response.addresses.as_slice().into(),
            });
        }
        let weight = response_weight(&response);
        if transaction.response.is_none() {
            transaction.response = Some(response);
        } else {
            let count = &mut transaction.further_response_count;
            *count = count.saturating_add(1);
            if transaction.further_responses.len() < DNS_REPEATS {
                transaction.further_responses.push(response);
            }
        }
        open.weight = open.weight.saturating_add(weight);
        open.note_response(sent.stamp);
        self.table.note_weight(weight);
        None
    }

    fn refuse_query(
        &mut self,
        client: SocketAddr,
        server: SocketAddr,
        refusal: IcmpRefusal,
    ) -> bool {
        // The error quotes no more than the ports: the oldest query still without anything is meant.
        let mut is_followed = false;
        let oldest = self
            .table
            .of_sockets(client, server)
            .inspect(|_| is_followed = true)
            .filter(|(.., transaction)| transaction.response.is_none() && !transaction.is_refused())
            .min_by_key(|(_, place, _)| (place.lookup, place.index))
            .map(|(key, ..)| key.clone());
        if let Some((place, open)) = oldest.and_then(|key| self.table.entry(&key)) {
            open.note_refusal(refusal.stamp);
            if let Some(transaction) = open.facts.transactions.get_mut(place.index) {
                transaction.refusals.truncate(DNS_REPEATS - 1);
                transaction.refusals.push(refusal);
            }
        }
        is_followed
    }

    fn refuse_response(&mut self, client: SocketAddr, server: SocketAddr, stamp: Stamp) -> bool {
        let latest = self
            .table
            .of_sockets(client, server)
            .filter_map(|(key, place, _)| Some((place.response?.at, place, key)))
            .max_by_key(|(at, place, _)| (*at, place.lookup, place.index))
            .map(|(_, _, key)| key.clone());
        let Some((place, open)) = latest.and_then(|key| self.table.entry(&key)) else {
            return false;
        };
        if let Some(transaction) = open.facts.transactions.get_mut(place.index) {
            transaction.response_refused.get_or_insert(stamp);
        }
        true
    }
}

/// What a query with a known key is.
enum Known {
    /// The same packet, captured again.
    Copy,
    /// The same message sent again, or the query of a response that was captured before it.
    Repeat,
    /// Another transaction under the same identifier.
    Another,
}

fn known_query(place: &mut Place, open: &mut Open, sent: &Sent) -> Known {
    let Some(transaction) = open.facts.transactions.get_mut(place.index) else {
        return Known::Another;
    };
    let seen = sent.seen();
    let Some(earlier) = place.query else {
        // Captures are not always in order: the response may stand before its query.
        let response = transaction.response.as_ref();
        if response.is_none_or(|response| sent.stamp.at > response.stamp.at) {
            return Known::Another;
        }
        place.query = Some(seen);
        transaction.query = Some(sent.stamp);
        open.facts.last_query.get_or_insert(sent.stamp);
        return Known::Repeat;
    };
    if earlier.is_captured_again(seen) {
        transaction.copy_count = transaction.copy_count.saturating_add(1);
        return Known::Copy;
    }
    if transaction.response.is_some() || apart(seen.at, earlier.at) > RETRY_GAP {
        return Known::Another;
    }
    place.query = Some(seen);
    transaction.repeat_count = transaction.repeat_count.saturating_add(1);
    // The first ones show the client's timer, the last one when it was still waiting.
    transaction.repeats.truncate(DNS_REPEATS - 1);
    transaction.repeats.push(sent.stamp);
    open.note_query(sent.stamp);
    Known::Repeat
}

fn subject_key(key: &Key) -> SubjectKey {
    // At `_8443._https.host` stands only how a port of the host is reached (RFC 9460 §9.1): few have such a record, and who
    // asks for it asks for the host's addresses at its own name.
    let is_of_port = key.record_type == RecordType::HTTPS && key.name.as_str().starts_with('_');
    let subject = if key.record_type.finds_addresses() && !is_of_port {
        Subject::Addresses
    } else {
        Subject::Records(key.record_type)
    };
    (key.client.ip(), subject, key.name.clone())
}
