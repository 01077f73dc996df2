//! What one TLS connection showed, as far as it can be read without keys.
//!
//! Every list is bounded by a constant of [`crate::limits`].
//! A message has two times: `first_byte`, of the packet that carried its first byte, and `complete`, of the packet
//! that put the last byte of its last record in order: no receiver reads a message before, and Wireshark shows it
//! there. Where that record never ended, `complete` is of the packet that put the message's own last byte in order.

use std::fmt;
use std::sync::Arc;

use super::codepoints::{
    AlertDescription, AlertLevel, CipherSuite, ExtensionType, HandshakeType, NamedGroup,
    SignatureScheme, Version,
};
use super::ja4::{Fingerprint, Ja4};
use crate::flow::few::Few;
use crate::ids::Stamp;
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// Everything one TLS connection showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Who sent the ClientHello (or did not send the ServerHello); `None` while no hello was seen.
    pub client_side: Option<Side>,
    /// The ClientHello, and the second one after a HelloRetryRequest, in order.
    pub client_hellos: Few<ClientHello>,
    /// The request for another key share.
    pub hello_retry_request: Option<Box<HelloRetryRequest>>,
    /// The server's choice.
    pub server_hello: Option<Box<ServerHello>>,
    /// Certificates sent in clear (TLS 1.2 and older), by who sent them.
    pub certificates: PerSide<Option<Box<CertificateChain>>>,
    /// The named group of a TLS 1.2 ServerKeyExchange.
    pub server_key_exchange_group: Option<NamedGroup>,
    /// Every handshake message read in clear, in order of completion, hellos included.
    pub messages: Vec<HandshakeMessage>,
    /// Handshake messages beyond [`crate::limits::TLS_MESSAGES`].
    pub messages_omitted: u32,
    /// Each side's first ChangeCipherSpec record.
    pub change_cipher_spec: PerSide<Option<Stamp>>,
    /// Alerts, in order.
    pub alerts: Vec<Alert>,
    /// Alerts beyond [`crate::limits::TLS_ALERTS`].
    pub alerts_omitted: u32,
    /// The server's answer to the last ClientHello, up to where the client speaks again.
    pub server_flight: Option<Box<Flight>>,
    /// The client's Finished message is complete.
    pub client_finished: Option<Boundary>,
    /// The server's Finished message is complete.
    pub server_finished: Option<Boundary>,
    /// The handshake is over, seen from the client: the later of both Finished messages.
    pub handshake_end: Option<Boundary>,
    /// Records taken for TLS 1.3 NewSessionTicket messages, in order: always an inference.
    pub tickets: Vec<Ticket>,
    /// Client application data sent before the ServerHello (TLS 1.3 0-RTT).
    pub early_data: Option<Box<DataSpan>>,
    /// Application data after the handshake, tickets and inferred alerts not counted.
    pub application_data: PerSide<Option<DataSpan>>,
    /// Requests and responses told apart by who speaks: always an inference.
    pub exchanges: Vec<Exchange>,
    /// Exchanges beyond [`crate::limits::TLS_EXCHANGES`].
    pub exchanges_omitted: u32,
    /// Handshakes begun over the encrypted connection (TLS 1.2 renegotiation), by records seen.
    pub renegotiation_records: u32,
    /// One side does not speak TLS.
    pub not_tls: Option<Box<NotTls>>,
    /// What could not be read of each side, where there is any.
    pub missing: PerSide<Option<Box<Missing>>>,
}

impl Facts {
    /// The client's side; the originator while no hello told it.
    #[must_use]
    pub fn client(&self) -> Side {
        self.client_side.unwrap_or(Side::Originator)
    }

    /// A hole or unreadable bytes hide part of the handshake of either side.
    #[must_use]
    pub fn lacks_handshake(&self) -> bool {
        let lacks =
            |missing: &Option<Box<Missing>>| missing.as_ref().is_some_and(|it| it.handshake);
        lacks(&self.missing.originator) || lacks(&self.missing.responder)
    }

    /// The negotiated version; `None` while no ServerHello was read.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.server_hello.as_ref().map(|hello| hello.version)
    }

    /// The first ClientHello.
    #[must_use]
    pub fn client_hello(&self) -> Option<&ClientHello> {
        self.client_hellos.first()
    }

    /// The only request has no response, but a record behind it was taken for a ticket: it may have been all of the
    /// response. (A record as long as a ticket before it is a ticket without doubt.)
    #[must_use]
    pub fn answer_is_doubtful(&self) -> bool {
        let ([exchange], Some((last, before))) =
            (self.exchanges.as_slice(), self.tickets.split_last())
        else {
            return false;
        };
        exchange.response.is_none()
            && last.first_byte.at >= exchange.request.first.at
            && before.iter().all(|ticket| ticket.length != last.length)
    }
}

/// How a boundary is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Read on the wire.
    Observed,
    /// Concluded from sizes and order of encrypted records.
    Inferred,
}

/// A moment of the handshake and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// When, and on which packet.
    pub stamp: Stamp,
    /// How it is known.
    pub basis: Basis,
}

/// How a ClientHello was framed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// In TLS records.
    #[default]
    Record,
    /// In the SSLv2-compatible form (RFC 5246 appendix E.2).
    Sslv2,
}

/// One ClientHello (RFC 8446 §4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// When it was complete; `None` when the end never came.
    pub complete: Option<Stamp>,
    /// Stream position of the first byte of its first record.
    pub start: u64,
    /// Stream position after its last byte; after the last byte seen when it is not complete.
    pub end: u64,
    /// Handshake message length with its four-byte header, as announced.
    pub length: u32,
    /// How it was framed.
    pub framing: Framing,
    /// Records it spans.
    pub record_count: u32,
    /// The packets it was cut into, first bytes first; at most [`crate::limits::TLS_HELLO_PIECES`].
    pub pieces: Few<Piece>,
    /// Packets it was cut into, also beyond those kept.
    pub piece_count: u32,
    /// Version field of its first record.
    pub record_version: Version,
    /// What it offers; the fields that were read before the end when it is not complete.
    pub offer: Arc<Offer>,
}

/// The part of a message that one packet carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The packet.
    pub carried: Stamp,
    /// Stream bytes of the message in it, record headers included.
    pub bytes: u32,
}

/// What a ClientHello offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// `legacy_version`.
    pub legacy_version: Version,
    /// `supported_versions`, GREASE included; empty when the extension is absent.
    pub versions: Box<[Version]>,
    /// Cipher suites as sent, GREASE included, at most [`crate::limits::TLS_LIST`].
    pub cipher_suites: Box<[CipherSuite]>,
    /// Extension types in the order sent, GREASE included.
    pub extensions: Box<[ExtensionType]>,
    /// `server_name`, as sent.
    pub server_name: Option<Box<str>>,
    /// Application protocols, most wanted first; bytes that are not UTF-8 are replaced.
    pub alpn: Box<[Box<str>]>,
    /// `supported_groups`, GREASE included.
    pub groups: Box<[NamedGroup]>,
    /// Key shares: group and size of the key in bytes.
    pub key_shares: Box<[(NamedGroup, u16)]>,
    /// `signature_algorithms`.
    pub signature_schemes: Box<[SignatureScheme]>,
    /// Identities in `pre_shared_key`; `None` when the extension is absent.
    pub psk_identities: Option<u16>,
    /// `psk_key_exchange_modes` is present: the server may send tickets (RFC 8446 §4.2.9).
    pub accepts_tickets: bool,
    /// `early_data` is present.
    pub early_data: bool,
    /// `encrypted_client_hello` is present, real or GREASE: nobody but the server can tell.
    pub encrypted_client_hello: bool,
    /// Length of the session id.
    pub session_id_length: u8,
    /// Bytes of the TLS 1.2 session ticket; `Some(0)` asks for one, `None` when the extension is absent.
    pub session_ticket_length: Option<u16>,
    /// First and last byte of the most wanted application protocol, as sent; `None` when there is none.
    pub first_protocol_ends: Option<[u8; 2]>,
    /// The message was read to its end.
    pub is_whole: bool,
    /// Entries of all lists beyond [`crate::limits::TLS_LIST`] each.
    pub entries_omitted: u32,
    /// A length inside contradicts another; fields after it were not read.
    pub is_malformed: bool,
    /// The fingerprint, once somebody asked for it: many connections offer the same.
    pub(super) ja4: Fingerprint,
}

impl Offer {
    /// The FoxIO JA4 fingerprint; `None` when the offer is not all there.
    #[must_use]
    pub fn ja4(&self) -> Option<Ja4> {
        (self.is_whole && self.entries_omitted == 0).then(|| self.ja4.of(self))?
    }
}

/// How an earlier session was taken up again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Resumption {
    /// It was not: a full handshake.
    #[default]
    None,
    /// TLS 1.3: the server selected this identity of `pre_shared_key`.
    Psk(u16),
    /// TLS 1.2 and older: the server repeated the client's session id.
    SessionId,
    /// TLS 1.2 and older: the server accepted the client's session ticket.
    Ticket,
}

/// The ServerHello (RFC 8446 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// Stream position of its first byte, or of its record's where it begins the record.
    pub start: u64,
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// When it was complete.
    pub complete: Stamp,
    /// Negotiated version: `supported_versions` where present, else the legacy field.
    pub version: Version,
    /// Chosen cipher suite.
    pub cipher_suite: CipherSuite,
    /// The key share's group (TLS 1.3).
    pub group: Option<NamedGroup>,
    /// Chosen application protocol; in clear only up to TLS 1.2.
    pub alpn: Option<Box<str>>,
    /// Whether an earlier session goes on.
    pub resumption: Resumption,
    /// A length inside contradicts another; some extensions were not read.
    pub is_malformed: bool,
}

/// A HelloRetryRequest (RFC 8446 §4.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelloRetryRequest {
    /// Stream position of its first byte, or of its record's where it begins the record.
    pub start: u64,
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// When it was complete.
    pub complete: Stamp,
    /// The group the server wants; `None` when it only sends a cookie.
    pub group: Option<NamedGroup>,
    /// Chosen cipher suite.
    pub cipher_suite: CipherSuite,
    /// It carries a cookie.
    pub has_cookie: bool,
}

/// A chain of certificates sent in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateChain {
    /// When the message was complete.
    pub complete: Stamp,
    /// The certificates, leaf first, at most [`crate::limits::TLS_CERTIFICATES`].
    pub listed: Arc<[Listed]>,
    /// Certificates sent, also beyond those listed.
    pub count: u32,
    /// Bytes of all certificates.
    pub bytes: u32,
    /// The first certificate; `None` when the chain is empty or the certificate cannot be read.
    pub leaf: Option<Arc<Leaf>>,
}

/// What is kept of every certificate of a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its bytes.
    pub bytes: u32,
    /// When it is valid.
    pub validity: Validity,
}

/// When a certificate is valid (RFC 5280 §4.1.2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// From then on; `None` when it cannot be read.
    pub not_before: Option<Timestamp>,
    /// Until then; saturates in 2262.
    pub not_after: Option<Timestamp>,
}

/// What the first certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Subject common name.
    pub subject: Option<Box<str>>,
    /// Issuer common name, or its organization where it has no common name.
    pub issuer: Option<Box<str>>,
    /// DNS names and addresses of the subject alternative name, at most [`crate::limits::TLS_NAMES`].
    pub names: Box<[Box<str>]>,
    /// Names beyond those kept.
    pub names_omitted: u32,
    /// SHA-256 of the certificate.
    pub sha256: [u8; 32],
}

/// One handshake message in clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakeMessage {
    /// Who sent it.
    pub side: Side,
    /// Which one.
    pub kind: HandshakeType,
    /// Stream position of its first byte, or of its record's where it begins the record: the lower half, which tells
    /// the messages of a handshake apart.
    pub start: u32,
}

/// Whether an alert could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertForm {
    /// Level and description were in clear.
    Clear(AlertLevel, AlertDescription),
    /// An alert record whose content is encrypted (TLS 1.2 and older).
    Encrypted,
    /// A TLS 1.3 record that is just as long as an encrypted alert and is its sender's last.
    Inferred,
}

/// One alert (RFC 8446 §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Who sent it.
    pub side: Side,
    /// What could be read of it.
    pub form: AlertForm,
    /// The packet that put its last byte in order.
    pub stamp: Stamp,
}

/// The records one side sends in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flight {
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// The packet that put its last byte so far in order.
    pub last_byte: Stamp,
    /// Stream position of its first byte.
    pub start: u64,
    /// Stream position after its last byte.
    pub end: u64,
    /// Records in it.
    pub records: u32,
    /// The other side spoke after it, or its last message ends it (ServerHelloDone).
    pub is_over: bool,
}

/// A record taken for TLS 1.3 session tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The packet that carried its first byte.
    pub first_byte: Stamp,
    /// The packet that put its last byte so far in order.
    pub last_byte: Stamp,
    /// Length of the record's body.
    pub length: u16,
}

/// Application data records of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataSpan {
    /// The packet that carried the first byte.
    pub first: Stamp,
    /// The packet that put the last byte so far in order.
    pub last: Stamp,
    /// Records, whole or begun.
    pub records: u32,
    /// Bytes of record bodies as announced, encryption overhead included.
    pub bytes: u64,
}

/// One request and its response over the encrypted connection, by who speaks when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The client's records.
    pub request: DataSpan,
    /// The server's records after them; `None` while there is none.
    pub response: Option<DataSpan>,
    /// The client may have sent an HTTP/2 connection preface alone, which asks for nothing.
    pub may_be_preface: bool,
}

/// A side that does not speak TLS where TLS was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTls {
    /// Who sent it.
    pub side: Side,
    /// What it looks like.
    pub looks_like: LooksLike,
    /// Its first bytes, at most [`crate::limits::TLS_STRANGE_BYTES`].
    pub first_bytes: Box<[u8]>,
    /// The packet that carried the first byte.
    pub stamp: Stamp,
}

impl fmt::Display for LooksLike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HttpResponse(status) => write!(formatter, "HTTP/1 {status}"),
            Self::HttpRequest => formatter.write_str("HTTP request"),
            Self::Markup => formatter.write_str("HTML or XML"),
            Self::Ssh => formatter.write_str("SSH"),
            Self::Greeting(line) => formatter.write_str(line),
            Self::Sslv2 => formatter.write_str("SSL 2.0"),
            Self::Text => formatter.write_str("plain text"),
            Self::Binary => formatter.write_str("unknown binary protocol"),
        }
    }
}

/// What bytes that are no TLS record look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// An HTTP/1 response, with its status.
    HttpResponse(u16),
    /// An HTTP request line.
    HttpRequest,
    /// HTML or XML.
    Markup,
    /// An SSH identification string.
    Ssh,
    /// A greeting or error of a mail or file server, such as `220 …` or `-ERR …`: its first line.
    Greeting(Box<str>),
    /// Records of SSL 2.0.
    Sslv2,
    /// Printable text.
    Text,
    /// Anything else.
    Binary,
}

/// What could not be read of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Holes in its bytes.
    pub holes: u32,
    /// Bytes in them.
    pub bytes: u64,
    /// A hole or unreadable record hides part of the handshake: a message not listed may have been sent.
    pub handshake: bool,
    /// The times record boundaries were found again after a hole by looking for a chain of headers.
    pub resynchronised: u32,
    /// Where bytes stopped being readable as records after TLS had begun.
    pub unreadable: Option<Stamp>,
    /// A message was longer than [`crate::limits::MESSAGE_BYTES`] and was not read.
    pub oversized: u32,
}
