//! One lookup while it goes on: which queries belong to it, what is still open, and how it went.
//!
//! A stub resolver shows itself only by its sockets and its timers, so a query belongs to an open lookup
//! of the same host, name and subject when that lookup has not asked it yet, or when asking it again is
//! what a stub does at that moment. The same question from another socket at the same moment is another
//! program's lookup.

use std::net::SocketAddr;

use crate::dns::code_points::{RecordType, ResponseCode};
use crate::dns::facts::{
    Carrier, Lookup, LookupId, LookupOutcome, LostSibling, Response, Service, Subject, Transaction,
};
use crate::ids::Stamp;
use crate::limits::DNS_LOOKUP_TRANSACTIONS;
use crate::time::{Nanos, Timestamp};

/// Longest wait before a question is asked again: glibc, musl, Go and c-ares wait 5 s or less, Apple's
/// mDNSResponder 1, 3 and 9 s (27 s comes after programs gave up).
pub(super) const RETRY_GAP: Nanos = Nanos::from_secs(10);

/// Shortest wait before a question is asked again of the same resolver from another socket: Windows
/// waits 1 s, the others longer. One repeated sooner is another program's.
const RETRY_FROM: Nanos = Nanos::from_millis(900);

/// The longest that a stub takes to go on after an answer or a failure, or with its next resolver.
const TURN: Nanos = Nanos::from_millis(250);

/// How long one lookup may go on: three resolvers, two rounds, five seconds each (resolv.conf(5)).
const SPAN: Nanos = Nanos::from_secs(30);

/// Two queries this close on one socket are a pair sent together (glibc and musl send A and AAAA so).
const PAIR: Nanos = Nanos::from_millis(1);

/// How long a response may come after the last query and still be this lookup's.
pub(super) const LATE: Nanos = Nanos::from_secs(30);

/// How long a settled lookup is kept for copies and second, perhaps forged, responses.
const SETTLED: Nanos = Nanos::from_secs(2);

/// What a message asks or answers, to find its lookup.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) client: SocketAddr,
    pub(super) server: SocketAddr,
    pub(super) record_type: RecordType,
    pub(super) at: Timestamp,
}

/// A lookup that may still get queries and responses.
#[derive(Debug)]
pub(super) struct Open {
    /// The facts so far; what is judged over all of them is filled in by [`Open::close`].
    pub(super) facts: Lookup,
    last_activity: Timestamp,
    /// Estimate of the memory it holds, bytes.
    pub(super) weight: usize,
}

impl Open {
    pub(super) fn begin(facts: Lookup) -> Self {
        Self {
            last_activity: facts.started.at,
            weight: size_of::<Lookup>() + facts.name.as_str().len(),
            facts,
        }
    }

    /// Adds a transaction and says its index; `None` when there are too many to keep it.
    pub(super) fn push(&mut self, transaction: Transaction) -> Option<usize> {
        let index = self.facts.transactions.len();
        if index >= DNS_LOOKUP_TRANSACTIONS {
            self.facts.transactions_left_off = self.facts.transactions_left_off.saturating_add(1);
            return None;
        }
        self.weight += size_of::<Transaction>();
        self.facts.transactions.push(transaction);
        Some(index)
    }

    pub(super) fn note_query(&mut self, stamp: Stamp) {
        self.last_activity = stamp.at;
        self.facts.last_query = Some(stamp);
    }

    pub(super) fn note_response(&mut self, stamp: Stamp) {
        self.last_activity = stamp.at;
        self.facts.last_response = Some(stamp);
    }

    pub(super) fn note_refusal(&mut self, stamp: Stamp) {
        self.last_activity = stamp.at;
    }

    /// The query is this lookup's: not asked yet, or asked again as a stub would.
    pub(super) fn accepts_query(&self, asked: Asked) -> bool {
        if apart(asked.at, self.facts.started.at) > SPAN {
            return false;
        }
        let is_turn = |at: Timestamp| apart(asked.at, at) <= TURN;
        let may_retry = |at: Timestamp| apart(asked.at, at) <= RETRY_GAP;
        let transactions = &self.facts.transactions;
        let same_socket = |t: &&Transaction| t.client == asked.client && t.server == asked.server;
        let latest = transactions
            .iter()
            .rfind(|t| t.record_type == asked.record_type);
        let Some(latest) = latest else {
            let shares_socket = transactions.iter().any(|t| same_socket(&t));
            return is_turn(self.last_activity) || shares_socket && may_retry(self.last_activity);
        };
        let sent = latest.last_query();
        let shares_socket = same_socket(&latest);
        if let Some(failed_at) = latest.failed_at() {
            return is_turn(failed_at) || shares_socket && may_retry(failed_at);
        }
        if latest.response.is_none() {
            let asks_elsewhere = shares_socket || latest.server != asked.server;
            return sent.is_some_and(|sent| {
                may_retry(sent.at) && (asks_elsewhere || apart(asked.at, sent.at) >= RETRY_FROM)
            });
        }
        let asks_all_resolvers =
            latest.server != asked.server && sent.is_some_and(|sent| is_turn(sent.at));
        let asks_both_again =
            shares_socket && self.settled().is_none() && may_retry(self.last_activity);
        asks_all_resolvers || asks_both_again
    }

    /// A response without a captured query is this lookup's: it comes with its others.
    pub(super) fn accepts_response(&self, asked: Asked) -> bool {
        apart(asked.at, self.last_activity) <= TURN
    }

    /// Nothing more is expected of it at `now`.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let may_be_retried = || self.awaited().any(|t| t.failed_at().is_some());
        let kept = match self.settled() {
            None => LATE,
            Some(_) if may_be_retried() => RETRY_GAP,
            Some(_) => SETTLED,
        };
        apart(now, self.last_activity) > kept
    }

    /// Something that was asked is still open.
    pub(super) fn is_unsettled(&self) -> bool {
        self.settled().is_none()
    }

    /// All that was asked got answers, none of which had what was asked for, and it ended just before `at`.
    pub(super) fn has_just_failed(&self, at: Timestamp) -> bool {
        self.settled().is_some_and(|settled| {
            apart(at, settled.at) <= TURN && self.outcome() != LookupOutcome::Answered
        })
    }

    /// The finished facts; the capture was watched until `until`.
    pub(super) fn close(mut self, until: Timestamp) -> Lookup {
        self.facts.settled = self.settled();
        self.facts.outcome = self.outcome();
        self.facts.observed_until = until;
        self.facts
    }

    /// The transactions that the outcome depends on: programs do not wait for HTTPS records when they
    /// ask for addresses too.
    fn awaited(&self) -> impl Iterator<Item = &Transaction> {
        let transactions = &self.facts.transactions;
        let wants_addresses = transactions
            .iter()
            .any(|t| t.record_type != RecordType::HTTPS);
        transactions
            .iter()
            .filter(move |t| !wants_addresses || t.record_type != RecordType::HTTPS)
    }

    /// When the last of the types that were asked for was settled.
    fn settled(&self) -> Option<Stamp> {
        let mut last: Option<Stamp> = None;
        for transaction in self.awaited() {
            let stamp = self.type_settled(transaction.record_type)?;
            last = last.filter(|known| known.at >= stamp.at).or(Some(stamp));
        }
        last
    }

    /// When a type got its first conclusive response; without one, when its last transaction got any.
    fn type_settled(&self, record_type: RecordType) -> Option<Stamp> {
        let asked = || self.awaited().filter(move |t| t.record_type == record_type);
        let conclusive = asked()
            .filter_map(|t| t.response.as_ref())
            .find(|response| response.is_conclusive());
        if let Some(response) = conclusive {
            return Some(response.stamp);
        }
        let mut last = None;
        for transaction in asked() {
            last = Some(transaction.ended()?);
        }
        last
    }

    fn outcome(&self) -> LookupOutcome {
        if self.awaited().any(|t| self.gives_what_was_asked(t)) {
            return LookupOutcome::Answered;
        }
        // Without addresses, the worst of the types is what kept the user from them.
        self.awaited()
            .map(|t| self.type_outcome(t.record_type))
            .max_by_key(|outcome| badness(*outcome))
            .unwrap_or(LookupOutcome::Unanswered)
    }

    fn gives_what_was_asked(&self, transaction: &Transaction) -> bool {
        let Some(response) = &transaction.response else {
            return false;
        };
        let has_records = match (self.facts.subject, transaction.record_type) {
            (Subject::Addresses, RecordType::A | RecordType::AAAA) => {
                // A snapped response is judged by its header.
                !response.addresses.is_empty() || response.is_cut
            }
            _ => true,
        };
        response.rcode == ResponseCode::NO_ERROR
            && !response.is_truncated
            && response.answer_count > 0
            && has_records
    }

    /// The best that the transactions of one type came to.
    fn type_outcome(&self, record_type: RecordType) -> LookupOutcome {
        self.awaited()
            .filter(|t| t.record_type == record_type)
            .map(transaction_outcome)
            .min_by_key(|outcome| badness(*outcome))
            .unwrap_or(LookupOutcome::Unanswered)
    }
}

impl Transaction {
    /// When it ended without settling the question: a failure of the server, or an ICMP error.
    fn failed_at(&self) -> Option<Timestamp> {
        let is_conclusive = self.response.as_ref().is_some_and(Response::is_conclusive);
        self.ended()
            .filter(|_| !is_conclusive)
            .map(|stamp| stamp.at)
    }

    /// Its response, or the ICMP error that came instead.
    fn ended(&self) -> Option<Stamp> {
        let refusal = self.refusals.last().filter(|_| self.is_refused());
        let response = self.response.as_ref().map(|response| response.stamp);
        response.or(refusal.map(|refusal| refusal.stamp))
    }
}

/// How a transaction that gave no addresses went.
fn transaction_outcome(transaction: &Transaction) -> LookupOutcome {
    let Some(response) = &transaction.response else {
        return if transaction.refusals.is_empty() {
            LookupOutcome::Unanswered
        } else {
            LookupOutcome::RefusedByIcmp
        };
    };
    match response.rcode {
        _ if response.is_truncated => LookupOutcome::Truncated,
        ResponseCode::NO_ERROR if response.is_referral() => LookupOutcome::Referred,
        ResponseCode::NO_ERROR => LookupOutcome::Empty,
        ResponseCode::NON_EXISTENT_DOMAIN => LookupOutcome::NonExistentName,
        failure => LookupOutcome::Failed(failure),
    }
}

const fn badness(outcome: LookupOutcome) -> u8 {
    match outcome {
        LookupOutcome::Answered => 0,
        LookupOutcome::NonExistentName => 1,
        LookupOutcome::Empty => 2,
        LookupOutcome::Referred => 3,
        LookupOutcome::Truncated => 4,
        LookupOutcome::Failed(_) => 5,
        LookupOutcome::RefusedByIcmp => 6,
        LookupOutcome::Unanswered => 7,
    }
}

/// The time between two stamps, whichever is earlier: captures are not always in order.
pub(super) fn apart(a: Timestamp, b: Timestamp) -> Nanos {
    Nanos(a.since(b).get().saturating_abs())
}

impl Lookup {
    /// A and AAAA sent together from one socket, of which exactly one was answered before it was
    /// sent again (D2). The first such pair.
    #[must_use]
    pub fn lost_sibling(&self) -> Option<LostSibling> {
        let transactions = &self.transactions;
        transactions.iter().enumerate().find_map(|(i, a)| {
            let (j, b) = transactions
                .iter()
                .enumerate()
                .skip(i + 1)
                .find(|(_, b)| are_pair(a, b))?;
            let (answered, lost) = match (is_lost(a), is_lost(b)) {
                (false, true) => (i, j),
                (true, false) => (j, i),
                _ => return None,
            };
            Some(LostSibling {
                answered,
                lost,
                asked_again: self.asked_again(lost),
            })
        })
    }

    /// The client's sockets, in order of use.
    #[must_use]
    pub fn clients(&self) -> Vec<SocketAddr> {
        in_order_of_use(self.transactions.iter().map(|t| t.client))
    }

    /// The resolvers, in order of use.
    #[must_use]
    pub fn servers(&self) -> Vec<SocketAddr> {
        in_order_of_use(self.transactions.iter().map(|t| t.server))
    }

    /// Every query that was kept, repeats too, by time.
    #[must_use]
    pub fn queries(&self) -> Vec<Stamp> {
        let mut stamps: Vec<Stamp> = self
            .transactions
            .iter()
            .flat_map(|t| t.query.iter().chain(&t.repeats))
            .copied()
            .collect();
        stamps.sort_by_key(|stamp| (stamp.at, stamp.packet.number));
        stamps
    }

    /// It is a stub's: recursion was desired, so the answer is what a program waits for.
    #[must_use]
    pub fn is_stub(&self) -> bool {
        self.transactions.iter().any(|t| t.recursion_desired)
    }

    fn asked_again(&self, lost: usize) -> Option<Stamp> {
        let transaction = self.transactions.get(lost)?;
        let elsewhere = self
            .transactions
            .iter()
            .skip(lost + 1)
            .find(|t| t.record_type == transaction.record_type)
            .and_then(|t| t.query);
        transaction.repeats.first().copied().or(elsewhere)
    }
}

fn are_pair(a: &Transaction, b: &Transaction) -> bool {
    let (Some(first), Some(second)) = (a.query, b.query) else {
        return false;
    };
    let types = [a.record_type, b.record_type];
    (a.client, a.server) == (b.client, b.server)
        && a.carrier == Carrier::Udp
        && b.carrier == Carrier::Udp
        && (types == [RecordType::A, RecordType::AAAA]
            || types == [RecordType::AAAA, RecordType::A])
        && apart(first.at, second.at) <= PAIR
}

/// Its first query got nothing back before it was sent again, not even an ICMP error.
fn is_lost(transaction: &Transaction) -> bool {
    let response = transaction.response.as_ref().map(|r| r.stamp);
    let refusal = transaction.refusals.first().map(|refusal| refusal.stamp);
    let repeat = transaction.repeats.first();
    let in_time = |back: Stamp| repeat.is_none_or(|repeat| back.at < repeat.at);
    !response.into_iter().chain(refusal).any(in_time)
}

fn in_order_of_use(sockets: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut seen = Vec::new();
    for socket in sockets {
        if !seen.contains(&socket) {
            seen.push(socket);
        }
    }
    seen
}

/// Estimate of the memory a response holds, bytes.
pub(super) fn response_weight(response: &Response) -> usize {
    let names: usize = response
        .aliases
        .iter()
        .map(|name| name.as_str().len())
        .sum();
    let services: usize = response
        .services
        .iter()
        .map(|service| {
            256 + service.target.as_str().len()
                + service.alpn.iter().map(String::len).sum::<usize>()
                + 4 * service.ipv4_hints.len()
                + 16 * service.ipv6_hints.len()
        })
        .sum();
    size_of::<Response>()
        + 24 * response.addresses.len()
        + 32 * response.aliases.len()
        + names
        + services
}

/// A lookup with nothing in it yet.
pub(super) fn begun(
    id: LookupId,
    subject: (std::net::IpAddr, Subject, crate::dns::facts::Name),
    service: Service,
    started: Stamp,
) -> Lookup {
    let (client, subject, name) = subject;
    Lookup {
        id,
        client,
        name,
        subject,
        service,
        transactions: Vec::with_capacity(2),
        transactions_left_off: 0,
        started,
        last_query: None,
        last_response: None,
        settled: None,
        outcome: LookupOutcome::Unanswered,
        observed_until: started.at,
        search_after: None,
        follows: None,
    }
}
