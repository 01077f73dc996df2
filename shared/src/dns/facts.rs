//! What DNS traffic says: transactions, lookups, and the answers that name addresses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::dns::code_points::{RecordType, ResponseCode};
use crate::ids::Stamp;
use crate::time::{Nanos, Timestamp};

/// A domain name in presentation form: lower case, no final dot (the root is `.`), dots and backslashes
/// within a label and bytes that do not print escaped (RFC 4343 §2.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// From presentation form that a message was decoded to.
    pub(crate) fn from_presentation(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The presentation form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A lookup's handle: its rank by first packet, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(pub u32);

/// What carried the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// UDP datagrams.
    Udp,
    /// A TCP stream with length-framed messages (RFC 7766 §8).
    Tcp,
    /// The same inside TLS (RFC 7858); only a client of our own tells of it.
    Tls,
    /// HTTP exchanges inside TLS (RFC 8484); only a client of our own tells of it.
    Https,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// A resolver or name server, port 53.
    Unicast,
    /// The hosts of the link (LLMNR, port 5355, RFC 4795): silence is the normal answer.
    LinkLocal,
}

/// What a lookup wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A host's addresses: A, AAAA, HTTPS and ANY questions at its own name.
    Addresses,
    /// Records of one other type.
    Records(RecordType),
}

/// An address that a response gives, and for how long it may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordAddress {
    /// From an A or AAAA record.
    pub address: IpAddr,
    /// Time to live, seconds.
    pub ttl: u32,
}

/// One HTTPS or SVCB record (RFC 9460).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceBinding {
    /// Its priority; 0 is alias mode.
    pub priority: u16,
    /// Where the service is; `.` is the owner itself.
    pub target: Name,
    /// Application protocols, in order; bytes that are not UTF-8 are replaced.
    pub alpn: Vec<String>,
    /// Port, where given.
    pub port: Option<u16>,
    /// IPv4 address hints.
    pub ipv4_hints: Vec<Ipv4Addr>,
    /// IPv6 address hints.
    pub ipv6_hints: Vec<Ipv6Addr>,
    /// It offers encrypted ClientHello.
    pub has_ech: bool,
}

/// The client subnet option of EDNS (RFC 7871).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientSubnet {
    /// The address, zero beyond the prefix.
    pub address: IpAddr,
    /// Leftmost bits of the address that are meaningful.
    pub source_prefix: u8,
    /// Leftmost bits that the answer covers; 0 in queries.
    pub scope_prefix: u8,
}

/// One response to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// When it came; over TCP, when its last byte came.
    pub stamp: Stamp,
    /// Response code, EDNS bits included.
    pub rcode: ResponseCode,
    /// The TC bit: the client has to ask again over TCP.
    pub is_truncated: bool,
    /// The AA bit: the responder is an authority for the name.
    pub is_authoritative: bool,
    /// The RA bit: the responder recurses.
    pub recursion_available: bool,
    /// The packet or message ended before its records did: a snapped capture, or damage.
    pub is_cut: bool,
    /// Answer records as the header counts them.
    pub answer_count: u16,
    /// Addresses among the answers, in order; at most [`crate::limits::DNS_ADDRESSES`].
    pub addresses: Vec<RecordAddress>,
    /// The names that the question's name was an alias of, in order (CNAME chain).
    pub aliases: Vec<Name>,
    /// HTTPS and SVCB records, in order.
    pub services: Vec<ServiceBinding>,
    /// The authority section has a SOA record: a negative answer (RFC 2308).
    pub has_soa: bool,
    /// The authority section has NS records but no SOA: with no answers, "ask those" (RFC 2308 §2.2).
    pub has_name_servers: bool,
    /// The client subnet that the answer is for.
    pub client_subnet: Option<ClientSubnet>,
    /// Extended error (RFC 8914): its info code.
    pub extended_error: Option<u16>,
}

impl Response {
    /// It is a referral to other name servers, not an answer.
    #[must_use]
    pub const fn is_referral(&self) -> bool {
        self.rcode.0 == ResponseCode::NO_ERROR.0
            && self.answer_count == 0
            && self.has_name_servers
            && !self.has_soa
            && !self.is_authoritative
    }

    /// It settles the question: not a failure of the server and not truncated, so nobody asks again.
    #[must_use]
    pub fn is_conclusive(&self) -> bool {
        matches!(
            self.rcode,
            ResponseCode::NO_ERROR | ResponseCode::NON_EXISTENT_DOMAIN
        ) && !self.is_truncated
            && !self.is_referral()
    }
}

/// An ICMP error that quotes a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpRefusal {
    /// When it came.
    pub stamp: Stamp,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
}

/// One question on one pair of endpoints under one identifier, and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Who asked.
    pub client: SocketAddr,
    /// Who was asked.
    pub server: SocketAddr,
    /// What carried it.
    pub carrier: Carrier,
    /// The message identifier.
    pub id: u16,
    /// The type asked for.
    pub record_type: RecordType,
    /// The RD bit of the query (of the response where no query was seen): a stub asks, not a resolver.
    pub recursion_desired: bool,
    /// The query; `None` when only the response is in the capture.
    pub query: Option<Stamp>,
    /// The same message sent again before it was answered, in order: the first ones and the last, at most
    /// [`crate::limits::DNS_REPEATS`].
    pub repeats: Vec<Stamp>,
    /// All repeats, also those not kept.
    pub repeat_count: u32,
    /// Captured again, not sent again: the same packet on a second interface.
    pub copy_count: u32,
    /// Client subnet in the query.
    pub client_subnet: Option<ClientSubnet>,
    /// The first response.
    pub response: Option<Response>,
    /// Further responses, in order; at most [`crate::limits::DNS_REPEATS`]. One that gives other addresses
    /// than the first is a sign of a forged one.
    pub further_responses: Vec<Response>,
    /// All further responses, also those not kept.
    pub further_response_count: u32,
    /// ICMP errors that quote this query, in order: the first ones and the last, at most
    /// [`crate::limits::DNS_REPEATS`]. Who refuses every repeat at once was not silent between them.
    pub refusals: Vec<IcmpRefusal>,
    /// The client's host answered a response with port unreachable: it no longer listened.
    pub response_refused: Option<Stamp>,
}

impl Transaction {
    /// From the first query to the first response; `None` without either. Negative when the clock stepped.
    #[must_use]
    pub fn response_time(&self) -> Option<Nanos> {
        Some(self.response.as_ref()?.stamp.at.since(self.query?.at))
    }

    /// The last time the query was sent.
    #[must_use]
    pub fn last_query(&self) -> Option<Stamp> {
        self.repeats.last().copied().or(self.query)
    }

    /// An ICMP error answered the query when it was last sent.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        match (self.refusals.last(), self.last_query()) {
            (Some(refusal), Some(query)) => refusal.stamp.at >= query.at,
            _ => false,
        }
    }
}

/// How a lookup went, judged over all its transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupOutcome {
    /// At least one response gave what was asked for.
    Answered,
    /// The name exists and has no such record, for every type that was asked (NODATA).
    Empty,
    /// The name does not exist.
    NonExistentName,
    /// The resolver said it failed or refused, and nobody answered better.
    Failed(ResponseCode),
    /// A truncated response, and no answer over TCP.
    Truncated,
    /// Only referrals to other name servers: a resolver at work, not a client.
    Referred,
    /// An ICMP error answered a query, and no response came.
    RefusedByIcmp,
    /// A type that was asked for got no response before [`Lookup::observed_until`], and no other type
    /// gave addresses.
    Unanswered,
}

/// Which of two questions sent together from one socket was answered, and which was not (D2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostSibling {
    /// Index in [`Lookup::transactions`] of the answered one.
    pub answered: usize,
    /// Index of the unanswered one (unanswered before it was sent again).
    pub lost: usize,
    /// When the lost question was asked again, on whatever socket.
    pub asked_again: Option<Stamp>,
}

/// What a user would call one lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Its handle.
    pub id: LookupId,
    /// The host that asked.
    pub client: IpAddr,
    /// The name asked for.
    pub name: Name,
    /// What was wanted of it.
    pub subject: Subject,
    /// Who was asked.
    pub service: Service,
    /// Its transactions by first packet; at most [`crate::limits::DNS_LOOKUP_TRANSACTIONS`].
    pub transactions: Vec<Transaction>,
    /// Transactions not kept.
    pub transactions_left_off: u32,
    /// First packet: a query, or a response whose query was not captured.
    pub started: Stamp,
    /// The last query; `None` when no query was captured.
    pub last_query: Option<Stamp>,
    /// The last response; `None` when none came.
    pub last_response: Option<Stamp>,
    /// The response or ICMP error at which nothing that was asked was left open; `None` while
    /// something is.
    pub settled: Option<Stamp>,
    /// How it went.
    pub outcome: LookupOutcome,
    /// Until when the capture was watched for responses: its end, or when this lookup was closed.
    pub observed_until: Timestamp,
    /// The lookup before this one in a search list: the same host got "no such name" (or nothing) for a
    /// name of which this one is an expansion, or the bare form (resolv.conf `search`, `ndots`).
    pub search_after: Option<LookupId>,
    /// An earlier lookup of the same name by the same host that was still open when this one began.
    pub follows: Option<LookupId>,
}

/// An answer that gave an address to a host: what names an attempt and dates its dns phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The name that was asked for (not the end of its CNAME chain).
    pub name: Name,
    /// The lookup it belongs to.
    pub lookup: LookupId,
    /// First packet of that lookup.
    pub lookup_started: Stamp,
    /// The client's socket.
    pub client: SocketAddr,
    /// The resolver.
    pub server: SocketAddr,
    /// The type asked for: A, AAAA or ANY.
    pub record_type: RecordType,
    /// The query; `None` when it was not captured.
    pub queried: Option<Stamp>,
    /// The response.
    pub answered: Stamp,
    /// Its addresses.
    pub addresses: Box<[RecordAddress]>,
}

/// How an answer is known to be the one that a host used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerBasis {
    /// It went to the very address that then connected.
    SameAddress,
    /// It went over loopback, so to a program on the host where the capture was taken.
    Loopback,
    /// It went to an address of the other family, and only one such host ever got this address: a
    /// dual-stack host, most likely.
    OtherFamily,
}

/// The answer that names an address, and how well it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedBy<'a> {
    /// The answer.
    pub answer: &'a Arc<Answer>,
    /// How it is known to be the client's.
    pub basis: AnswerBasis,
}
