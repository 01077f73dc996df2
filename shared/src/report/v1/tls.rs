//! What TLS says of one connection.

use serde::{Deserialize, Serialize};

use super::{Basis, End, PacketRef, PerEnd, Stamp};

/// The TLS side of an attempt. Versions, suites and groups go by their IANA names, unknown ones as `0x1234`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tls {
    /// Name in the ClientHello's server_name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Time of the packet that holds the ClientHello's first byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_hello_ns: Option<i64>,
    /// Time of the packet that put its last byte in order, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_hello_complete_ns: Option<i64>,
    /// What the ClientHello says; absent when it was not captured whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_hello: Option<ClientHello>,
    /// Time of the first ACK that covers the whole ClientHello, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_hello_acked_ns: Option<i64>,
    /// Time of the packet that holds the ServerHello's first byte, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_hello_ns: Option<i64>,
    /// Time of the packet that put its last byte in order, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_hello_complete_ns: Option<i64>,
    /// Its packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_hello_packet: Option<PacketRef>,
    /// Negotiated version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Negotiated cipher suite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher_suite: Option<String>,
    /// Negotiated group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Negotiated application protocol, where it is in clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alpn: Option<String>,
    /// The server asked for another ClientHello.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hello_retry_request: Option<HelloRetryRequest>,
    /// The session was resumed; absent where nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<bool>,
    /// The server sent CertificateRequest; absent where that is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_requested: Option<bool>,
    /// Time of the Certificate message, after the epoch; absent where it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_ns: Option<i64>,
    /// The server's certificates, leaf first; empty where they are encrypted.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Time of the last packet of the server's flight, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_flight_end_ns: Option<i64>,
    /// Time of the client's last handshake record, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_finished_ns: Option<i64>,
    /// End of the handshake as the client sees it, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake_end_ns: Option<i64>,
    /// How the handshake's end is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handshake_basis: Option<Basis>,
    /// Alerts in order.
    #[serde(default)]
    pub alerts: Vec<Alert>,
    /// Session tickets after the handshake; inferred in TLS 1.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tickets: Option<u32>,
    /// Application data records sent, tickets not counted.
    pub application_records: PerEnd<u64>,
    /// Time of each end's first application data record, after the epoch.
    pub first_application_data: PerEnd<Option<Stamp>>,
    /// What answered the ClientHello instead of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_tls: Option<NotTls>,
}

/// A ClientHello.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClientHello {
    /// Bytes of the handshake message with its records' headers.
    pub bytes: u32,
    /// How it was cut into segments, as captured.
    #[serde(default)]
    pub segments: Vec<HelloSegment>,
    /// TLS records it was put in.
    pub records: u32,
    /// Bytes of it, counted from its end, that no ACK covers; zero when all of it was acknowledged.
    pub unacknowledged_bytes: u32,
    /// Versions offered, GREASE left out.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Cipher suites offered, GREASE left out.
    #[serde(default)]
    pub cipher_suites: Vec<String>,
    /// Groups offered, GREASE left out.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Groups that it has a key share for.
    #[serde(default)]
    pub key_shares: Vec<String>,
    /// Application protocols offered.
    #[serde(default)]
    pub alpn: Vec<String>,
    /// It offers a pre-shared key or a session ticket.
    pub has_psk: bool,
    /// It sends early data (0-RTT).
    pub has_early_data: bool,
    /// It has encrypted_client_hello, real or GREASE.
    pub has_ech: bool,
    /// JA4 fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja4: Option<String>,
}

/// One segment of a ClientHello.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HelloSegment {
    /// Bytes of the ClientHello in it.
    pub bytes: u32,
    /// When, after the epoch.
    pub at_ns: i64,
    /// The packet.
    pub packet: PacketRef,
}

/// A HelloRetryRequest (RFC 8446 §4.1.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HelloRetryRequest {
    /// When, after the epoch.
    pub at_ns: i64,
    /// The packet.
    pub packet: PacketRef,
    /// Group it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Time of the second ClientHello, after the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_client_hello_ns: Option<i64>,
}

/// A certificate that was sent in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Certificate {
    /// DER bytes.
    pub bytes: u32,
    /// SHA-256 of the DER, lower-case hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Not valid before, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Not valid after, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// DNS names in subjectAltName.
    #[serde(default)]
    pub dns_names: Vec<String>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alert {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Who sent it.
    pub from: End,
    /// Level; absent when it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Description code; absent when it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
    /// IANA name of the description, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it was decoded, or concluded from the record's type and size.
    pub basis: Basis,
    /// The packet; absent where the client itself told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet: Option<PacketRef>,
}

/// Bytes that are not TLS where TLS was awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotTls {
    /// When, after the epoch.
    pub at_ns: i64,
    /// Who sent them.
    pub from: End,
    /// What they look like, for example `http-response`; absent when like nothing known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub looks_like: Option<String>,
    /// First bytes, lower-case hex.
    pub first_bytes: String,
    /// The packet.
    pub packet: PacketRef,
}
