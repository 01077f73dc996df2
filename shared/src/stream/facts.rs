//! What is known of a flow's bytes before and beside its protocol: who spoke first, what went before (a proxy,
//! STARTTLS), what speaks now.

use std::net::SocketAddr;

use crate::flow::few::Rare;
use crate::http::facts::Text;
use crate::ids::Stamp;
use crate::side::Side;

/// What is known of one flow's bytes; the protocols' own facts stand beside it in the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFacts {
    /// What speaks on the flow, after the preludes.
    pub protocol: Protocol,
    /// The packet that decided it; `None` while it is [`Protocol::Undecided`].
    pub decided: Option<Stamp>,
    /// What went before the protocol, in order.
    pub preludes: Rare<Prelude>,
}

/// What speaks on a flow, by content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// No payload, or too little of it to tell.
    #[default]
    Undecided,
    /// TLS; what came before it is in the preludes.
    Tls,
    /// HTTP/1.x in clear.
    Http1,
    /// HTTP/2 in clear.
    Http2,
    /// WebSocket after an HTTP upgrade.
    WebSocket,
    /// DNS over TCP.
    Dns,
    /// SSH.
    Ssh,
    /// Mail and others in clear that never became TLS.
    Plain(StartTlsProtocol),
    /// Something else.
    Other,
}

/// The protocols whose switch to TLS is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StartTlsProtocol {
    /// SMTP and LMTP: STARTTLS (RFC 3207).
    Smtp,
    /// IMAP: STARTTLS (RFC 3501 §6.2.1).
    Imap,
    /// POP3: STLS (RFC 2595).
    Pop3,
    /// FTP control: AUTH TLS (RFC 4217).
    Ftp,
    /// PostgreSQL: SSLRequest.
    PostgreSql,
    /// MySQL and MariaDB: SSL request packet.
    MySql,
    /// LDAP: StartTLS extended operation (RFC 4511 §4.14).
    Ldap,
    /// XMPP: starttls element (RFC 6120 §5).
    Xmpp,
}

/// Something that has to be settled on the flow before its protocol can start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prelude {
    /// What it is.
    pub kind: PreludeKind,
    /// Who asks.
    pub client: Side,
    /// First byte of its first message by the side that asks.
    pub started: Stamp,
    /// Last byte of the request that names the target (or of the STARTTLS command); `None` when it never came.
    pub request_complete: Option<Stamp>,
    /// Stream position after that byte.
    pub request_end: Option<u64>,
    /// First byte of the answer to that request.
    pub response_first_byte: Option<Stamp>,
    /// Last byte of that answer: from here on the protocol may start.
    pub response_complete: Option<Stamp>,
    /// Who is to be reached, `host:port`; `None` for STARTTLS and before the request.
    pub target: Option<Text>,
    /// What was answered.
    pub reply: Option<Reply>,
    /// What came of it.
    pub outcome: PreludeOutcome,
}

/// The kinds of preludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreludeKind {
    /// HTTP CONNECT (RFC 9110 §9.3.6).
    HttpConnect,
    /// SOCKS4 and 4a.
    Socks4,
    /// SOCKS5 (RFC 1928).
    Socks5 {
        /// The method the server chose: 0 none, 2 user name and password, 255 none acceptable.
        method: Option<u8>,
        /// The server's choice of the method.
        method_chosen: Option<Stamp>,
        /// The server's answer to the user name and password (RFC 1929), status and packet.
        authenticated: Option<(u8, Stamp)>,
    },
    /// PROXY protocol: a load balancer says for whom it connects. Nobody answers it.
    ProxyProtocol {
        /// 1 or 2.
        version: u8,
        /// The client's and the server's address as the balancer saw them; `None` for LOCAL and UNKNOWN.
        addresses: Option<(SocketAddr, SocketAddr)>,
    },
    /// A switch to TLS inside another protocol.
    StartTls(StartTlsProtocol),
}

/// What was answered to a prelude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// HTTP status of a CONNECT.
    Status(u16),
    /// SOCKS reply code: 0 succeeded in SOCKS5, 90 in SOCKS4.
    Socks(u8),
    /// Three-digit code of SMTP or FTP.
    Code(u16),
    /// Yes or no, of a protocol whose answer has no code.
    Accepted(bool),
}

/// What came of a prelude.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreludeOutcome {
    /// No answer was seen.
    Awaited,
    /// It was granted, or needs no answer.
    Accepted,
    /// It was refused.
    Refused,
    /// The answer is in a hole, but the client went on as if granted.
    Assumed,
}
