//! Requests and responses, and what is spoken before them.

use serde::{Deserialize, Serialize};

use super::{Basis, End, PacketRef, Stamp};

/// One request and its response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exchange {
    /// Which HTTP; `unknown` under TLS without keys.
    pub protocol: HttpProtocol,
    /// HTTP/2 stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<u32>,
    /// How its times are known.
    pub basis: Basis,
    /// Time of the request's first byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_ns: Option<i64>,
    /// Time of the request's last byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_end_ns: Option<i64>,
    /// Time of the first ACK that covers the whole request, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_acked_ns: Option<i64>,
    /// Packet of the request's first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_packet: Option<PacketRef>,
    /// Method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Request target as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Host or :authority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Time of the end of its headers, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_headers_end_ns: Option<i64>,
    /// Bytes of the request's body; under TLS, of its records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body_bytes: Option<u64>,
    /// The client sent `Expect: 100-continue`.
    pub expects_continue: bool,
    /// 1xx responses before the final one.
    #[serde(default)]
    pub informational: Vec<Informational>,
    /// Time of the final response's first byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_ns: Option<i64>,
    /// Time of the end of its headers, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_headers_end_ns: Option<i64>,
    /// Time of its last byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_end_ns: Option<i64>,
    /// Packet of the response's first byte.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_packet: Option<PacketRef>,
    /// Status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the response's body; under TLS, of its records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_body_bytes: Option<u64>,
    /// Body length that the response announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_length: Option<u64>,
    /// The response is all there: its length or its end mark was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_complete: Option<bool>,
    /// Longest time without a byte inside the response's body, a length of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_body_gap_ns: Option<i64>,
    /// Response headers that name who answered, in the order sent.
    #[serde(default)]
    pub notable_headers: Vec<(String, String)>,
    /// Protocol that the connection was switched to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgraded_to: Option<String>,
    /// The HTTP/2 stream was reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<StreamReset>,
}

impl Exchange {
    /// Of which nothing was observed.
    #[must_use]
    pub const fn empty(basis: Basis) -> Self {
        Self {
            protocol: HttpProtocol::Unknown,
            stream: None,
            basis,
            request_ns: None,
            request_end_ns: None,
            request_acked_ns: None,
            request_packet: None,
            method: None,
            target: None,
            host: None,
            request_headers_end_ns: None,
            request_body_bytes: None,
            expects_continue: false,
            informational: Vec::new(),
            response_ns: None,
            response_headers_end_ns: None,
            response_end_ns: None,
            response_packet: None,
            status: None,
            response_body_bytes: None,
            content_length: None,
            is_complete: None,
            longest_body_gap_ns: None,
            notable_headers: Vec::new(),
            upgraded_to: None,
            reset: None,
        }
    }
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum HttpProtocol {
    /// HTTP/1.0
    #[serde(rename = "HTTP/1.0")]
    Http10,
    /// HTTP/1.1
    #[serde(rename = "HTTP/1.1")]
    Http11,
    /// HTTP/2
    #[serde(rename = "HTTP/2")]
    Http2,
    /// HTTP/3
    #[serde(rename = "HTTP/3")]
    Http3,
    /// Encrypted: some application protocol.
    #[serde(rename = "unknown")]
    Unknown,
}

/// A 1xx response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Informational {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Status code.
    pub status: u16,
    /// The packet.
    pub packet: PacketRef,
}

/// RST_STREAM (RFC 9113 §6.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StreamReset {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Who sent it.
    pub from: End,
    /// Error code.
    pub code: u32,
    /// Its RFC name, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The packet.
    pub packet: PacketRef,
}

/// What is said of an HTTP/2 connection as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Http2 {
    /// GOAWAY frames in order.
    #[serde(default)]
    pub goaway: Vec<Goaway>,
    /// Times a sender had to stop because a flow-control window was used up.
    pub window_exhausted: u64,
    /// The first of these times.
    #[serde(default)]
    pub window_stalls: Vec<WindowStall>,
}

/// A sender had used its flow-control window up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WindowStall {
    /// Who had to wait.
    pub sender: End,
    /// The stream; absent for the connection's window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<u32>,
    /// The DATA frame that used it up.
    pub exhausted: Stamp,
    /// What opened it again; absent when nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reopened: Option<Stamp>,
}

/// A GOAWAY frame (RFC 9113 §6.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Goaway {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Who sent it.
    pub from: End,
    /// Last stream that its sender will answer.
    pub last_stream: u32,
    /// Error code.
    pub code: u32,
    /// Its RFC name, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The packet.
    pub packet: PacketRef,
}

/// A dialogue before TLS or the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Prelude {
    /// Which.
    pub kind: PreludeKind,
    /// Time of the client's request, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_packet: Option<PacketRef>,
    /// Time of the answer, after the epoch; the last one of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_packet: Option<PacketRef>,
    /// `host:port` that the client asked for, or the address that PROXY protocol tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The answer's code: HTTP status, SOCKS reply, SMTP code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The answer lets the client go on; absent without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
}

/// What is spoken before TLS or the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PreludeKind {
    /// HTTP CONNECT (RFC 9110 §9.3.6).
    HttpConnect,
    /// SOCKS 4 or 4a.
    Socks4,
    /// SOCKS 5 (RFC 1928).
    Socks5,
    /// HAProxy's PROXY protocol.
    ProxyProtocol,
    /// STARTTLS of SMTP (RFC 3207).
    Smtp,
    /// STARTTLS of IMAP (RFC 3501 §6.2.1).
    Imap,
    /// STLS of POP3 (RFC 2595 §4).
    Pop3,
    /// SSLRequest of PostgreSQL.
    PostgreSql,
    /// SSLRequest of MySQL.
    MySql,
    /// AUTH TLS of FTP (RFC 4217).
    Ftp,
    /// StartTLS of LDAP (RFC 4511 §4.14).
    Ldap,
    /// starttls of XMPP (RFC 6120 §5).
    Xmpp,
}
