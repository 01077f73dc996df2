//! Everything that a client of our own saw of one attempt, and where in it to find what.

use std::net::SocketAddr;

use super::{Arm, Event, Kind, Limit, Quic, Sample, SocketError, StreamError, What};
use crate::http::facts::{ErrorCode, HttpVersion};
use crate::ids::{PacketNumber, PacketRef, Stamp};
use crate::quic::code::Http3Code;
use crate::time::{Nanos, Timestamp};
use crate::tls::codepoints::{CipherSuite, NamedGroup, Version};
use crate::tls::facts::Listed;

/// What a client of our own saw of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The attempt's id in the report; 0 until it has one.
    pub id: u32,
    /// What was asked for, as it was typed.
    pub target: Box<str>,
    /// The client's socket; its port is 0 when the socket never got one.
    pub client: SocketAddr,
    /// Whom it connected to: the server, or its proxy.
    pub server: SocketAddr,
    /// What is asked of `server` where that is a proxy; `None` where it is the server itself.
    pub tunnel: Option<Tunnel>,
    /// The server's name.
    pub name: Box<str>,
    /// What it differs in from others at its address; `None` where nothing is varied.
    pub arm: Option<Arm>,
    /// The how-manieth redirect it follows; `None` of what was asked for.
    pub hop: Option<u32>,
    /// When it was to begin, by the plan.
    pub due: Option<Timestamp>,
    /// When it began.
    pub began: Timestamp,
    /// What happened, in the order in which the application learned of it.
    pub events: Vec<Event>,
    /// What the kernel said of the connection, in order.
    pub samples: Vec<Sample>,
    /// The connection is one of QUIC; `None` over TCP.
    pub quic: Option<Quic>,
    /// What was agreed on in TLS; `None` where TLS was not asked for.
    pub tls: Option<Tls>,
    /// What was asked and answered over HTTP; `None` where nothing was to be asked.
    pub http: Option<Http>,
    /// The kernel stamps what is sent and acknowledged (SO_TIMESTAMPING).
    pub has_kernel_times: bool,
}

/// A tunnel that a proxy is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// How it is asked.
    pub by: TunnelBy,
    /// The server, `host:port`.
    pub target: Box<str>,
}

/// How a tunnel is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelBy {
    /// HTTP CONNECT (RFC 9110 §9.3.6).
    Connect,
    /// SOCKS 5 (RFC 1928).
    Socks5,
}

/// What was offered and agreed on in TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The name in the ClientHello; `None` when it had none.
    pub server_name: Option<Box<str>>,
    /// Version.
    pub version: Option<Version>,
    /// Cipher suite.
    pub suite: Option<CipherSuite>,
    /// Group of the key exchange.
    pub group: Option<NamedGroup>,
    /// Application protocol.
    pub alpn: Option<Box<str>>,
    /// The server asked for another key share.
    pub is_retried: bool,
    /// The ClientHello offered to resume a session.
    pub has_ticket: bool,
    /// The session was resumed.
    pub is_resumed: Option<bool>,
    /// Records with application data that the client sent, and that came.
    pub records: (u64, u64),
    /// The server's certificates, leaf first, at most [`crate::limits::TLS_CERTIFICATES`]; none where the client did not
    /// accept them.
    pub certificates: Box<[Listed]>,
    /// SHA-256 of the first.
    pub certificate_sha256: Option<[u8; 32]>,
    /// Why the client refused the handshake, in the words of its TLS library.
    pub refusal: Option<Box<str>>,
}

/// What was asked and answered over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Http {
    /// Method.
    pub method: Box<str>,
    /// Request target.
    pub path: Box<str>,
    /// Host.
    pub host: Box<str>,
    /// Version of the response; of the request until that came.
    pub version: Option<HttpVersion>,
    /// Body length that the response announced.
    pub content_length: Option<u64>,
    /// Body bytes that came.
    pub body_bytes: u64,
    /// Headers that say which machine answered, in the order sent.
    pub identity: Vec<(Box<str>, Box<str>)>,
}

/// Who ended an attempt that did not get what it was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ender<'a> {
    /// `connect()` failed.
    Connect(&'a SocketError),
    /// The server closed.
    Close,
    /// The connection was broken.
    Broken(&'a SocketError),
    /// Somebody refused in TLS.
    Refused(Refusal),
    /// The proxy refused.
    Proxy {
        /// HTTP status, or the reply code of SOCKS.
        code: u16,
    },
    /// The server ended the request's stream.
    Stream(StreamError),
    /// The server does not know the connection any more (RFC 9000 §10.3).
    StatelessReset,
    /// The server speaks none of the client's versions of QUIC.
    Versions,
    /// A limit of the client.
    Limit(&'a Limit),
    /// Whoever runs the client.
    Interrupted,
    /// The client, since another attempt of the same race was connected first.
    Race,
}

/// A refusal in TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server sent this alert.
    Server(u8),
    /// The client sent this alert.
    Client(u8),
    /// The answer was no TLS.
    NotTls,
}

impl Log {
    /// The event's reference.
    fn stamp(&self, index: usize, event: &Event) -> Stamp {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let number = PacketNumber::new(number).unwrap_or(PacketNumber::FIRST);
        Stamp {
            at: event.when(),
            packet: PacketRef::event(self.id, number, event.what.kind() as u32),
        }
    }

    /// Every event with its reference.
    pub fn stamped(&self) -> impl DoubleEndedIterator<Item = (Stamp, &Event)> {
        let events = self.events.iter().enumerate();
        events.map(|(index, event)| (self.stamp(index, event), event))
    }

    /// The first event of a kind.
    #[must_use]
    pub fn first(&self, kind: Kind) -> Option<Stamp> {
        let mut found = self
            .stamped()
            .filter(|(_, event)| event.what.kind() == kind);
        found.next().map(|(stamp, _)| stamp)
    }

    /// The last event of a kind.
    #[must_use]
    pub fn last(&self, kind: Kind) -> Option<Stamp> {
        let mut found = self
            .stamped()
            .filter(|(_, event)| event.what.kind() == kind);
        found.next_back().map(|(stamp, _)| stamp)
    }

    /// The bytes of the first event of a kind.
    #[must_use]
    pub fn bytes_of(&self, kind: Kind) -> Option<u64> {
        let mut found = self.events.iter().filter(|event| event.what.kind() == kind);
        found.next()?.what.bytes()
    }

    /// The bytes of the last event of a kind.
    #[must_use]
    pub fn last_bytes_of(&self, kind: Kind) -> Option<u64> {
        let mut found = self.events.iter().filter(|event| event.what.kind() == kind);
        found.next_back()?.what.bytes()
    }

    /// When the peer's kernel acknowledged the last ClientHello: the second one after a HelloRetryRequest.
    #[must_use]
    pub fn hello_acked(&self) -> Option<Stamp> {
        let written = self.last(Kind::HelloWritten)?;
        self.last(Kind::HelloAcked)
            .filter(|acked| acked.at >= written.at)
    }

    /// The first event; the log is never without one.
    #[must_use]
    pub fn began(&self) -> Stamp {
        self.stamped().next().map_or_else(
            || Stamp {
                at: self.began,
                packet: PacketRef::event(self.id, PacketNumber::FIRST, self.opening() as u32),
            },
            |(stamp, _)| stamp,
        )
    }

    /// How a connection of its kind begins.
    const fn opening(&self) -> Kind {
        match self.quic {
            Some(_) => Kind::InitialSent,
            None => Kind::SynSent,
        }
    }

    /// The latest event.
    #[must_use]
    pub fn ended(&self) -> Stamp {
        let all = self.stamped().map(|(stamp, _)| stamp);
        all.max_by_key(|stamp| stamp.at)
            .unwrap_or_else(|| self.began())
    }

    /// The last thing that the server's process said, or that lets the client wait for its next word.
    #[must_use]
    pub fn last_word(&self) -> Option<Stamp> {
        let heard = self.stamped().filter(|(_, event)| {
            event.what.is_of_server() || matches!(event.what, What::Connected)
        });
        heard.map(|(stamp, _)| stamp).max_by_key(|stamp| stamp.at)
    }

    /// The last acknowledgement of the peer's kernel after a moment.
    #[must_use]
    pub fn last_acknowledgement(&self, after: Timestamp) -> Option<Stamp> {
        let acks = self
            .stamped()
            .filter(|(stamp, event)| event.what.is_acknowledgement() && stamp.at > after);
        acks.map(|(stamp, _)| stamp).max_by_key(|stamp| stamp.at)
    }

    /// What ended it first, and when.
    #[must_use]
    pub fn ender(&self) -> Option<(Stamp, Ender<'_>)> {
        self.stamped().find_map(|(stamp, event)| {
            let ender = match &event.what {
                What::ConnectFailed(error) => Ender::Connect(error),
                What::ClosedByServer => Ender::Close,
                What::Broken(error) => Ender::Broken(error),
                What::NotTls => Ender::Refused(Refusal::NotTls),
                What::AlertReceived {
                    code,
                    is_fatal: true,
                } => Ender::Refused(Refusal::Server(*code)),
                What::AlertSent { code } => Ender::Refused(Refusal::Client(*code)),
                What::ProxyAnswered {
                    code,
                    is_granted: false,
                } => Ender::Proxy { code: *code },
                What::StreamReset { code } => Ender::Stream(StreamError::Http2(ErrorCode(*code))),
                What::Http3Reset { code } => Ender::Stream(StreamError::Http3(Http3Code(*code))),
                What::ConnectionClosed { .. } => Ender::Close,
                What::StatelessReset => Ender::StatelessReset,
                What::VersionsOffered => Ender::Versions,
                What::LimitFired(limit) => Ender::Limit(limit),
                What::Interrupted => Ender::Interrupted,
                What::LostRace => Ender::Race,
                _ => return None,
            };
            Some((stamp, ender))
        })
    }

    /// Whoever ran the client ended it before anything else did: what would have come of it nobody knows.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        matches!(self.ender(), Some((_, Ender::Interrupted)))
    }

    /// The last reading of TCP_INFO while the connection was there.
    #[must_use]
    pub fn last_sample(&self) -> Option<&Sample> {
        self.samples.last()
    }

    /// The first reading after the connection was made.
    #[must_use]
    pub fn first_sample(&self) -> Option<&Sample> {
        const ESTABLISHED: u8 = 1;
        let mut established = self
            .samples
            .iter()
            .filter(|sample| sample.state == ESTABLISHED);
        established.next()
    }

    /// The status of the final response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.events.iter().find_map(|event| match event.what {
            What::HeadRead { status } => Some(status),
            _ => None,
        })
    }

    /// How often the SYN was sent; `None` when the kernel did not say.
    #[must_use]
    pub fn syn_count(&self) -> Option<u32> {
        let again = match self.first(Kind::Connected) {
            Some(_) => self.first_sample()?.total_retransmits,
            None => self.last_sample()?.total_retransmits,
        };
        Some(again.saturating_add(1))
    }

    /// The longest that the application learned of something after the kernel knew it: it was not scheduled, or busy.
    #[must_use]
    pub fn client_delay(&self) -> Option<(Nanos, Stamp)> {
        // A stamp of what was sent, or an acknowledgement, is read when there is time for it.
        let waited_for = self
            .stamped()
            .filter(|(_, event)| event.what.is_of_server() && event.kernel.is_some());
        waited_for
            .map(|(stamp, event)| (event.at.since(stamp.at), stamp))
            .max()
    }
}
