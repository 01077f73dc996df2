//! One thing that happened on a socket, with the time at which the application knew it and the kernel's own.

use std::net::IpAddr;

use crate::time::{Nanos, Timestamp};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When the application did it or learned of it, on the system's clock.
    pub at: Timestamp,
    /// When the kernel did or saw it (SO_TIMESTAMPING, TCP_INFO), on the same clock; `None` without such a stamp.
    pub kernel: Option<Timestamp>,
    /// What happened.
    pub what: What,
}

impl Event {
    /// The best time that is known: the kernel's.
    #[must_use]
    pub fn when(&self) -> Timestamp {
        self.kernel.unwrap_or(self.at)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// `connect()` was called: the SYN left.
    SynSent,
    /// The connection was made. Its kernel time is that of the SYN and the round trip that the kernel measured.
    Connected,
    /// `connect()` failed.
    ConnectFailed(SocketError),
    /// The whole request for a tunnel was handed to the kernel.
    ProxyAsked {
        /// Its bytes.
        bytes: u32,
    },
    /// The proxy's whole answer was read.
    ProxyAnswered {
        /// HTTP status, or the reply code of SOCKS.
        code: u16,
        /// It lets the client go on.
        is_granted: bool,
    },
    /// The whole ClientHello was handed to the kernel.
    HelloWritten {
        /// Its bytes, record headers included.
        bytes: u32,
    },
    /// The peer's kernel acknowledged the last byte of the ClientHello (SOF_TIMESTAMPING_TX_ACK).
    HelloAcked,
    /// The first byte of the server's answer to the ClientHello came, and it is a handshake record.
    ServerHello,
    /// The first byte of the server's answer came, and the answer is a HelloRetryRequest (RFC 8446 §4.1.4).
    RetryAsked,
    /// The first byte of the server's answer came, and it is no TLS.
    NotTls,
    /// A whole record of the server came.
    Record {
        /// Its content type as sent (RFC 8446 §5.1).
        content_type: u8,
        /// Its bytes, header included.
        bytes: u32,
    },
    /// The server's flight was complete: the client has what it needs for its Finished message.
    FlightComplete,
    /// The server sent an alert, in clear or decrypted.
    AlertReceived {
        /// Its description (RFC 8446 §6).
        code: u8,
        /// It ends the connection.
        is_fatal: bool,
    },
    /// The client sent an alert: it does not accept what the server sent.
    AlertSent {
        /// Its description.
        code: u8,
    },
    /// The client's last flight of the handshake was handed to the kernel.
    FinishedWritten {
        /// Its bytes.
        bytes: u32,
    },
    /// The peer's kernel acknowledged it.
    FinishedAcked,
    /// The handshake is over as the client sees it.
    HandshakeDone,
    /// A request was answered in full, and the connection is kept: what follows is about the next one on it. Its own steps
    /// are not told.
    Used {
        /// The response's status.
        status: u16,
    },
    /// `100 Continue` came: the request's body may follow (RFC 9110 §10.1.1).
    Continued,
    /// It did not come in time, and the body follows without it.
    ContinueMissed {
        /// How long it was waited for.
        after: Nanos,
    },
    /// The request's first byte was handed to the kernel.
    RequestBegun,
    /// Its last byte was handed to the kernel.
    RequestWritten {
        /// Its bytes on the wire.
        bytes: u32,
    },
    /// The peer's kernel acknowledged its last byte; over QUIC, the peer's stack acknowledged everything that was sent.
    RequestAcked,
    /// The response's first byte came.
    ResponseBegun,
    /// The final response's head was read.
    HeadRead {
        /// Its status.
        status: u16,
    },
    /// The body went on after a pause.
    BodyResumed {
        /// How long nothing had come.
        after: Nanos,
    },
    /// The last bytes of a response that came before the client gave up.
    LastData,
    /// The response's last byte came.
    BodyRead {
        /// Bytes of the body.
        bytes: u64,
    },
    /// The server ended the request's stream (RST_STREAM, RFC 9113 §6.4).
    StreamReset {
        /// Its error code (RFC 9113 §7).
        code: u32,
    },
    /// The server takes no more requests on the connection (GOAWAY, RFC 9113 §6.8).
    GoAway {
        /// Its error code.
        code: u32,
    },
    /// The server closed (FIN); over HTTP/3, it finished the response's stream before the announced end of the body.
    ClosedByServer,
    /// The connection was broken: a reset, or an error that the kernel made of silence.
    Broken(SocketError),
    /// An acknowledgement of the peer's kernel came that no byte of its process came with: it answered a keep-alive or
    /// took the client's bytes. Over QUIC, an acknowledgement of the peer's stack after a silence.
    PeerAlive,
    /// A limit of the client ended the attempt.
    LimitFired(Limit),
    /// After the limit the socket was kept open, and the server's process spoke after all.
    CameLate {
        /// The first bytes of it that were read.
        bytes: u32,
    },
    /// After the limit the socket was kept open, and the server's side ended the connection.
    EndedLate,
    /// After the limit the socket was kept open for as long as was wanted, and nothing came.
    NeverCame,
    /// Whoever runs the client ended it.
    Interrupted,
    /// Another attempt of the same race was connected first, and the client gave this one up (RFC 8305 §5).
    LostRace,
    /// The client closed.
    ClosedByClient,
    /// A datagram with an Initial packet left, before the server was heard (RFC 9000 §17.2.2).
    InitialSent {
        /// Its payload.
        bytes: u32,
    },
    /// The server's first datagram came.
    Answered {
        /// Its payload.
        bytes: u32,
    },
    /// The server wants the client's address confirmed: it sent a Retry packet (RFC 9000 §8.1.2).
    RetryReceived,
    /// The server speaks none of the client's versions: it sent Version Negotiation, which ended the attempt (RFC 9000 §6).
    VersionsOffered,
    /// The server confirmed the handshake (HANDSHAKE_DONE, RFC 9001 §4.1.2). Its TLS says that, without a request: it is no
    /// word that anybody waits for, and shows of a request nothing.
    HandshakeConfirmed,
    /// The server ended the connection (CONNECTION_CLOSE, RFC 9000 §10.2), and not by a TLS alert.
    ConnectionClosed {
        /// Its error code.
        code: u64,
        /// The code is one of HTTP/3, and not of QUIC.
        is_application: bool,
    },
    /// The server does not know the connection any more (stateless reset, RFC 9000 §10.3).
    StatelessReset,
    /// The server ended the request's stream (RESET_STREAM or STOP_SENDING, RFC 9000 §19.4).
    Http3Reset {
        /// Its error code (RFC 9114 §8.1).
        code: u64,
    },
}

/// A time limit of the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is called where people set it, for example `--tls-timeout` or `TLSHandshakeTimeout`.
    pub name: Box<str>,
    /// How long it allows.
    pub length: Nanos,
}

/// An error of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketError {
    /// Its name in `errno.h`, for example `ECONNREFUSED`.
    pub errno: Box<str>,
    /// The ICMP error behind it (IP_RECVERR); `None` when there was none, or nothing tells.
    pub icmp: Option<Icmp>,
    /// The client's own host refused: no packet left.
    pub is_local: bool,
}

impl SocketError {
    /// The client's own library gave up what came, or itself, and closed: no packet ended the connection. Of kernels, Linux
    /// gives a stream socket this error for an ICMP parameter problem (`tcp_v4_err`), which is told beside it.
    #[must_use]
    pub fn is_breach(&self) -> bool {
        &*self.errno == "EPROTO" && self.icmp.is_none()
    }
}

/// An ICMP error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Who sent it.
    pub from: IpAddr,
    /// It is ICMPv6.
    pub is_v6: bool,
    /// ICMP type.
    pub kind: u8,
    /// ICMP code.
    pub code: u8,
}

macro_rules! kinds {
    ($($kind:ident $name:literal,)*) => {
        /// What kind of thing happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $(#[doc = $name] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Its name in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    SynSent "syn-sent",
    Connected "connected",
    ConnectFailed "connect-failed",
    ProxyAsked "proxy-asked",
    ProxyAnswered "proxy-answered",
    HelloWritten "client-hello-written",
    HelloAcked "client-hello-acknowledged",
    ServerHello "server-hello",
    RetryAsked "hello-retry-request",
    NotTls "not-tls",
    Record "record",
    FlightComplete "server-flight-complete",
    AlertReceived "alert-received",
    AlertSent "alert-sent",
    FinishedWritten "finished-written",
    FinishedAcked "finished-acknowledged",
    HandshakeDone "handshake-done",
    Used "connection-used",
    Continued "continue-received",
    ContinueMissed "continue-missed",
    RequestBegun "request-begun",
    RequestWritten "request-written",
    RequestAcked "request-acknowledged",
    ResponseBegun "response-begun",
    HeadRead "head-read",
    BodyResumed "body-resumed",
    BodyRead "body-read",
    StreamReset "http2-stream-reset",
    GoAway "http2-goaway",
    ClosedByServer "closed-by-server",
    Broken "broken",
    PeerAlive "peer-alive",
    LimitFired "limit-fired",
    CameLate "came-late",
    EndedLate "ended-late",
    NeverCame "never-came",
    Interrupted "interrupted",
    LostRace "lost-race",
    ClosedByClient "closed-by-client",
    DnsQuery "dns-query",
    DnsResponse "dns-response",
    InitialSent "quic-initial-sent",
    Answered "quic-answered",
    RetryReceived "quic-retry",
    VersionsOffered "quic-version-negotiation",
    HandshakeConfirmed "quic-handshake-confirmed",
    ConnectionClosed "quic-connection-closed",
    StatelessReset "quic-stateless-reset",
    Http3Reset "http3-stream-reset",
    LastData "last-data",
}

impl Kind {
    /// By its code.
    #[must_use]
    pub fn of_code(code: u32) -> Option<Self> {
        let index = usize::try_from(code).ok()?;
        Self::ALL.get(index).copied()
    }
}

impl What {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::SynSent => Kind::SynSent,
            Self::Connected => Kind::Connected,
            Self::ConnectFailed(_) => Kind::ConnectFailed,
            Self::ProxyAsked { .. } => Kind::ProxyAsked,
            Self::ProxyAnswered { .. } => Kind::ProxyAnswered,
            Self::HelloWritten { .. } => Kind::HelloWritten,
            Self::HelloAcked => Kind::HelloAcked,
            Self::ServerHello => Kind::ServerHello,
            Self::RetryAsked => Kind::RetryAsked,
            Self::NotTls => Kind::NotTls,
            Self::Record { .. } => Kind::Record,
            Self::FlightComplete => Kind::FlightComplete,
            Self::AlertReceived { .. } => Kind::AlertReceived,
            Self::AlertSent { .. } => Kind::AlertSent,
            Self::FinishedWritten { .. } => Kind::FinishedWritten,
            Self::FinishedAcked => Kind::FinishedAcked,
            Self::HandshakeDone => Kind::HandshakeDone,
            Self::Used { .. } => Kind::Used,
            Self::Continued => Kind::Continued,
            Self::ContinueMissed { .. } => Kind::ContinueMissed,
            Self::RequestBegun => Kind::RequestBegun,
            Self::RequestWritten { .. } => Kind::RequestWritten,
            Self::RequestAcked => Kind::RequestAcked,
            Self::ResponseBegun => Kind::ResponseBegun,
            Self::HeadRead { .. } => Kind::HeadRead,
            Self::BodyResumed { .. } => Kind::BodyResumed,
            Self::BodyRead { .. } => Kind::BodyRead,
            Self::StreamReset { .. } => Kind::StreamReset,
            Self::GoAway { .. } => Kind::GoAway,
            Self::ClosedByServer => Kind::ClosedByServer,
            Self::Broken(_) => Kind::Broken,
            Self::PeerAlive => Kind::PeerAlive,
            Self::LimitFired(_) => Kind::LimitFired,
            Self::CameLate { .. } => Kind::CameLate,
            Self::EndedLate => Kind::EndedLate,
            Self::NeverCame => Kind::NeverCame,
            Self::Interrupted => Kind::Interrupted,
            Self::LostRace => Kind::LostRace,
            Self::ClosedByClient => Kind::ClosedByClient,
            Self::InitialSent { .. } => Kind::InitialSent,
            Self::Answered { .. } => Kind::Answered,
            Self::RetryReceived => Kind::RetryReceived,
            Self::VersionsOffered => Kind::VersionsOffered,
            Self::HandshakeConfirmed => Kind::HandshakeConfirmed,
            Self::ConnectionClosed { .. } => Kind::ConnectionClosed,
            Self::StatelessReset => Kind::StatelessReset,
            Self::Http3Reset { .. } => Kind::Http3Reset,
            Self::LastData => Kind::LastData,
        }
    }

    /// Its bytes, where it has any.
    #[must_use]
    pub const fn bytes(&self) -> Option<u64> {
        match self {
            Self::ProxyAsked { bytes }
            | Self::HelloWritten { bytes }
            | Self::FinishedWritten { bytes }
            | Self::RequestWritten { bytes }
            | Self::CameLate { bytes }
            | Self::InitialSent { bytes }
            | Self::Answered { bytes }
            | Self::Record { bytes, .. } => Some(*bytes as u64),
            Self::BodyRead { bytes } => Some(*bytes),
            _ => None,
        }
    }

    /// The server's process said something.
    #[must_use]
    pub const fn is_of_server(&self) -> bool {
        matches!(
            self,
            Self::ProxyAnswered { .. }
                | Self::ServerHello
                | Self::RetryAsked
                | Self::NotTls
                | Self::Record { .. }
                | Self::FlightComplete
                | Self::AlertReceived { .. }
                | Self::Used { .. }
                | Self::Continued
                | Self::ResponseBegun
                | Self::HeadRead { .. }
                | Self::BodyResumed { .. }
                | Self::BodyRead { .. }
                | Self::LastData
                | Self::StreamReset { .. }
                | Self::GoAway { .. }
                | Self::Answered { .. }
                | Self::RetryReceived
                | Self::VersionsOffered
                | Self::ConnectionClosed { .. }
                | Self::StatelessReset
                | Self::Http3Reset { .. }
        )
    }

    /// An acknowledgement of the peer's kernel, or of its QUIC stack.
    #[must_use]
    pub const fn is_acknowledgement(&self) -> bool {
        matches!(
            self,
            Self::HelloAcked | Self::FinishedAcked | Self::RequestAcked | Self::PeerAlive
        )
    }
}
