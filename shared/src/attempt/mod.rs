//! One try to reach one address: what the layers below know of it, joined. Nothing here judges.

mod join;

use std::net::SocketAddr;
use std::sync::Arc;

use crate::dns::{Answer, Lookup};
use crate::flow::facts::{DirectionBasis, TcpFlow};
use crate::http::facts::HttpFacts;
use crate::ids::Stamp;
use crate::probe;
use crate::quic;
use crate::side::{PerSide, Side};
use crate::stream::Spoken;
use crate::stream::facts::StreamFacts;
use crate::time::Timestamp;
use crate::tls;

pub use self::join::{name_of, own_answer};

/// One connection, or one lookup that failed or stalled.
#[derive(Debug)]
pub struct Attempt {
    /// Which vantage point saw it: an index in the order of discovery.
    pub vantage: u16,
    /// What it is made of.
    pub body: Body,
    /// The name that the client wanted, and where that is from.
    pub name: Option<(Box<str>, NameBasis)>,
    /// The answer that gave the client this address, the last one before it began.
    pub answer: Option<Arc<Answer>>,
    /// The answer's lookup was made for this attempt: its dns phase.
    pub owns_lookup: bool,
    /// Until when the capture was watched for more of it.
    pub observed_until: Timestamp,
}

/// What an attempt is made of.
#[derive(Debug)]
pub enum Body {
    /// A TCP connection and what was spoken on it.
    Tcp(Box<Connection>),
    /// A QUIC connection.
    Quic(Box<quic::Flow>),
    /// A lookup.
    Lookup(Box<Lookup>),
    /// A connection of a client of our own, as its sockets saw it.
    Probe(Box<probe::Log>),
}

/// A TCP connection and what was spoken on it.
#[derive(Debug)]
pub struct Connection {
    /// What TCP shows.
    pub flow: Box<TcpFlow>,
    /// What its bytes show.
    pub spoken: Spoken,
    /// The side's last bytes were inside a record or body of known length: it owes the rest.
    pub is_mid_message: PerSide<bool>,
}

/// Where a server's name is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameBasis {
    /// The ClientHello's server_name (RFC 6066 §3).
    Sni,
    /// A request's Host or :authority.
    Host,
    /// The request to a proxy.
    Proxy,
    /// The question of the lookup, or a DNS answer that held the address.
    Dns,
}

impl Connection {
    /// What the server said after this packet of the client can be no answer to it: not a byte of it was ever
    /// acknowledged.
    #[must_use]
    pub fn is_never_heard(&self, asked: Stamp) -> bool {
        let flow = &self.flow;
        let own = &flow.sides[self.client()];
        let acked = own.acked.map_or(0, |acked| acked.position);
        if flow.is_one_sided() || acked >= own.seen_end {
            return false;
        }
        let mut entries = flow.journal.iter();
        let entry = entries.find(|entry| entry.stamp() == asked);
        // Relative numbers count the SYN, positions do not.
        let position = entry.and_then(|entry| u64::from(entry.sequence).checked_sub(1));
        position.is_some_and(|position| acked <= position)
    }

    /// What the server said in this packet came after the client had closed, and the client's kernel refused it: a host
    /// without a reader answers data by an RST (RFC 9293 §3.6.1), one that only closed its own half reads on.
    #[must_use]
    pub fn is_read_by_nobody(&self, said: Stamp) -> bool {
        let client = self.client();
        let fin = self.flow.sides[client].fin.as_deref();
        let has_left = fin.is_some_and(|fin| fin.stamp.at < said.at);
        let mut resets = self.flow.resets.iter();
        has_left && resets.any(|reset| reset.by == client && reset.stamp.at >= said.at)
    }

    /// What went before and beside the protocol.
    #[must_use]
    pub const fn stream(&self) -> &StreamFacts {
        &self.spoken.stream
    }

    /// The TLS on it.
    #[must_use]
    pub fn tls(&self) -> Option<&tls::Facts> {
        self.spoken.tls.as_deref()
    }

    /// The HTTP in clear on it; in front of TLS, what was said before the tunnel was granted.
    #[must_use]
    pub fn http(&self) -> Option<&HttpFacts> {
        self.spoken.http.as_deref()
    }

    /// Something shows which side is the client: not only whose port is high, or who happened to speak first in the
    /// capture.
    #[must_use]
    pub fn is_client_known(&self) -> bool {
        self.flow.direction < DirectionBasis::EphemeralPort
            || self.tls().is_some_and(|tls| tls.client_side.is_some())
            || self.http().is_some()
    }

    /// Which side is the client: by the handshake, else by who sent the hello or the request, else as
    /// the flow guessed it.
    #[must_use]
    pub fn client(&self) -> Side {
        if self.flow.direction <= DirectionBasis::SynAck {
            return Side::Originator;
        }
        let by_tls = self.tls().and_then(|tls| tls.client_side);
        let by_http = self.http().map(|http| http.client);
        by_tls.or(by_http).unwrap_or(Side::Originator)
    }
}

impl Attempt {
    /// The client's endpoint; a lookup's first socket.
    #[must_use]
    pub fn client(&self) -> SocketAddr {
        match &self.body {
            Body::Tcp(connection) => connection.flow.endpoints[connection.client()],
            Body::Quic(flow) => flow.client,
            Body::Probe(log) => log.client,
            Body::Lookup(lookup) => lookup
                .transactions
                .first()
                .map_or(SocketAddr::new(lookup.client, 0), |first| first.client),
        }
    }

    /// The server's endpoint; a lookup's first resolver.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        match &self.body {
            Body::Tcp(connection) => connection.flow.endpoints[!connection.client()],
            Body::Quic(flow) => flow.server,
            Body::Probe(log) => log.server,
            Body::Lookup(lookup) => lookup
                .transactions
                .first()
                .map_or(SocketAddr::new(lookup.client, 53), |first| first.server),
        }
    }

    /// Its first packet; its lookup's where that was made for it.
    #[must_use]
    pub fn started(&self) -> Stamp {
        match (&self.answer, self.owns_lookup) {
            (Some(answer), true) => answer.lookup_started,
            _ => self.connected_from(),
        }
    }

    /// Its first packet, without its lookup.
    #[must_use]
    pub fn connected_from(&self) -> Stamp {
        match &self.body {
            Body::Tcp(connection) => connection.flow.first,
            Body::Quic(flow) => flow.first,
            Body::Probe(log) => log.began(),
            Body::Lookup(lookup) => lookup.started,
        }
    }

    /// Its last packet.
    #[must_use]
    pub fn ended(&self) -> Stamp {
        match &self.body {
            Body::Tcp(connection) => connection.flow.last,
            Body::Quic(flow) => flow.last,
            Body::Probe(log) => log.ended(),
            Body::Lookup(lookup) => [lookup.last_query, lookup.last_response, lookup.settled]
                .into_iter()
                .flatten()
                .max()
                .unwrap_or(lookup.started),
        }
    }
}
