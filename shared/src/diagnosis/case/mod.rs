//! What a rule looks at: one attempt with its measurements, and the crowd of all others.

mod arms;
mod connect;
mod hello;
mod path;
mod probe;
mod request;
mod reset;
mod sealed;
mod silence;
mod volume;

use std::net::{IpAddr, SocketAddr};

use super::{Arms, Brief, Cause, Crowd, Evidence, Finding, HelloKind, Party, Severity};
use crate::attempt::{Attempt, Body, Connection};
use crate::dns::Lookup;
use crate::flow::facts::{SideFacts, TcpFlow};
use crate::ids::Stamp;
use crate::measure::Primitives;
use crate::phase::{Awaited, Outcome, Phase, PhaseName, Timeline};
use crate::quic;
use crate::side::Side;
use crate::text::Value;
use crate::time::{Nanos, Timestamp};
use crate::tls;

pub use self::arms::Contrast;
pub use self::connect::{AnsweredSyn, LateConnect, SENT_AGAIN, SilentSyns, site_of};
pub use self::hello::HelloFate;
pub use self::probe::Probe;
pub use self::request::{LostRequest, UnansweredRequest};
pub use self::reset::{ResetMaker, ResetSigns};
pub use self::sealed::{SealedEnd, SealedEnder};

/// One attempt and all that is known beside it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Its id.
    pub id: u32,
    /// The attempt.
    pub attempt: &'a Attempt,
    /// Its phases.
    pub timeline: &'a Timeline,
    /// Its measurements; `None` for what is no TCP connection.
    pub measured: Option<&'a Primitives>,
    /// All attempts.
    pub crowd: &'a Crowd,
}

/// A TCP connection's parts, by role.
#[derive(Clone, Copy, Debug)]
pub struct Tcp<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// What TCP shows of it.
    pub flow: &'a TcpFlow,
    /// Its measurements.
    pub measured: &'a Primitives,
    /// Which side the client is.
    pub client_side: Side,
    /// What the client sent.
    pub client: &'a SideFacts,
    /// What the server sent.
    pub server: &'a SideFacts,
}

impl<'a> Case<'a> {
    /// The connection, when it is one.
    #[must_use]
    pub fn tcp(&self) -> Option<Tcp<'a>> {
        let Body::Tcp(connection) = &self.attempt.body else {
            return None;
        };
        let client_side = connection.client();
        Some(Tcp {
            connection,
            flow: &connection.flow,
            measured: self.measured?,
            client_side,
            client: &connection.flow.sides[client_side],
            server: &connection.flow.sides[!client_side],
        })
    }

    /// The lookup, when it is one.
    #[must_use]
    pub fn lookup(&self) -> Option<&'a Lookup> {
        match &self.attempt.body {
            Body::Lookup(lookup) => Some(lookup),
            _ => None,
        }
    }

    /// The QUIC connection, when it is one.
    #[must_use]
    pub fn quic(&self) -> Option<&'a quic::Flow> {
        match &self.attempt.body {
            Body::Quic(flow) => Some(flow),
            _ => None,
        }
    }

    /// How it went.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.timeline.outcome
    }

    /// It failed, and not by the client's choice.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        self.timeline.outcome.is_failure()
    }

    /// The phase that did not complete.
    #[must_use]
    pub fn trouble(&self) -> Option<&'a Phase> {
        self.timeline.phases.iter().find(|phase| phase.is_trouble())
    }

    /// The phase that did not complete is this one.
    #[must_use]
    pub fn is_trouble_in(&self, name: PhaseName) -> bool {
        self.trouble().is_some_and(|phase| phase.name == name)
    }

    /// What was awaited when it got into trouble.
    #[must_use]
    pub fn awaited(&self) -> Option<Awaited> {
        self.trouble()?.awaited
    }

    /// A phase by name, the first one.
    #[must_use]
    pub fn phase(&self, name: PhaseName) -> Option<&'a Phase> {
        self.timeline.phases.iter().find(|phase| phase.name == name)
    }

    /// Who asked.
    #[must_use]
    pub fn client(&self) -> SocketAddr {
        self.attempt.client()
    }

    /// Who was asked.
    #[must_use]
    pub fn server(&self) -> SocketAddr {
        self.attempt.server()
    }

    /// An address of the client's own host: what comes from it is no word of the way or of the server. Where both are one
    /// host it is either's.
    #[must_use]
    pub fn is_own_address(&self, address: IpAddr) -> bool {
        address == self.client().ip()
    }

    /// Other attempts to the same endpoint.
    pub fn siblings(&self) -> impl Iterator<Item = &'a Brief> {
        let (id, server) = (self.id, self.server());
        self.crowd
            .to(server.ip())
            .filter(move |brief| brief.id != id && brief.server == server)
    }

    /// Other attempts of the same host.
    pub fn own_others(&self) -> impl Iterator<Item = &'a Brief> {
        let id = self.id;
        let others = self.crowd.from(self.client().ip());
        others.filter(move |brief| brief.id != id)
    }

    /// Its own record; `None` when the crowd was too large to take it in.
    #[must_use]
    pub fn brief(&self) -> Option<&'a Brief> {
        self.crowd.brief(self.id)
    }

    /// Attempts at the same endpoint under the same name, itself among them, in two arms by what their ClientHello
    /// is: `own` gives whether it is as in this case, `None` for what is not comparable. Beside the counts, the first
    /// ClientHellos of the other arm; nothing when this one was cut.
    pub fn hello_arms(&self, own: impl Fn(&HelloKind) -> Option<bool>) -> (Arms, Vec<Stamp>) {
        let brief = self.brief();
        let hello = brief.and_then(|brief| brief.hello.as_ref());
        if hello.is_none_or(|hello| !hello.is_whole) {
            return (Arms::default(), Vec::new());
        }
        let name = brief.and_then(|brief| brief.name.clone());
        self.crowd.hello_arms((self.server(), name), own)
    }

    /// A failure, or what merely cost time.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        if self.is_failure() {
            Severity::Failure
        } else {
            Severity::Delay
        }
    }

    /// When its first packet was seen, without its lookup, and its last.
    #[must_use]
    pub fn span(&self) -> (Timestamp, Timestamp) {
        (self.attempt.connected_from().at, self.attempt.ended().at)
    }

    /// A finding with what every text may say: who, whom, under which name, how long.
    #[must_use]
    pub fn finding(
        &self,
        cause: Cause,
        party: Party,
        phase: PhaseName,
        evidence: Evidence,
    ) -> Finding {
        let (client, server) = (self.client(), self.server());
        let name = self.attempt.name.as_ref().map(|(name, _)| &**name);
        let name = name.map_or_else(|| server.ip().to_string(), str::to_owned);
        let waited = self.timeline.longest_wait.unwrap_or_default();
        Finding::new(cause, party, phase, evidence)
            .with("client", client)
            .with("port", u64::from(client.port()))
            .with("server", server)
            .with("address", server.ip())
            .with("name", name)
            .with("waited", waited)
            .with("filter", self.display_filter())
    }

    /// Wireshark's filter for its packets.
    fn display_filter(&self) -> Value {
        let (client, server) = (self.client(), self.server());
        let protocol = match &self.attempt.body {
            Body::Probe(log) if log.quic.is_some() => "udp",
            Body::Tcp(_) | Body::Probe(_) => "tcp",
            _ => "udp",
        };
        let family = if server.is_ipv4() { "ip" } else { "ipv6" };
        Value::Text(format!(
            "{family}.addr == {} && {protocol}.port == {}",
            server.ip(),
            client.port()
        ))
    }
}

impl<'a> Tcp<'a> {
    /// Its TLS.
    #[must_use]
    pub fn tls(&self) -> Option<&'a tls::Facts> {
        self.connection.tls()
    }

    /// M1.
    #[must_use]
    pub fn syn_rtt(&self) -> Option<Nanos> {
        self.measured.connect.round_trip.map(|trip| trip.rtt)
    }

    /// The shortest round trip that is known of the connection.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Nanos> {
        self.measured.round_trip
    }

    /// Packets of both directions were captured.
    #[must_use]
    pub const fn is_two_sided(&self) -> bool {
        !self.flow.is_one_sided()
    }

    /// The SYN-ACK.
    #[must_use]
    pub fn syn_ack(&self) -> Option<Stamp> {
        self.flow
            .handshake
            .syn_acks
            .first()
            .map(|first| first.stamp)
    }
}
