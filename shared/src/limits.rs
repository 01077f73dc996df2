//! Every cap of the crate, named. Memory follows these and the number of flows, never the bytes.

/// Largest capture block or packet record accepted, bytes; a larger length field is an error that says it.
pub const BLOCK_BYTES: u32 = 16 << 20;

/// Out-of-order bytes kept for one direction of one flow while a hole is open.
pub const REASSEMBLY_BYTES: usize = 128 << 10;

/// Bytes of one incomplete protocol message (TLS handshake message, HTTP header block) kept for one direction.
pub const MESSAGE_BYTES: usize = 64 << 10;

/// Packets kept in a flow's journal at its start, and again at its end.
pub const JOURNAL_HEAD: usize = 64;
/// Packets kept in a flow's journal at its end.
pub const JOURNAL_TAIL: usize = 64;

/// Warnings of one kind that are kept one by one; further ones are counted.
pub const WARNINGS_PER_KIND: usize = 8;

/// IPv4 and IPv6 datagrams that are being put together at one time.
pub const FRAGMENTED_DATAGRAMS: usize = 256;

/// Handshake messages listed for one TLS connection.
pub const TLS_MESSAGES: usize = 24;
/// Alerts listed for one TLS connection.
pub const TLS_ALERTS: usize = 8;
/// Exchanges inferred over one TLS connection that are listed.
pub const TLS_EXCHANGES: usize = 16;
/// Records taken for tickets that are listed.
pub const TLS_TICKETS: usize = 8;
/// ClientHellos listed for one TLS connection; renegotiation in clear can send more.
pub const TLS_CLIENT_HELLOS: usize = 2;
/// Packets listed for one ClientHello.
pub const TLS_HELLO_PIECES: usize = 8;
/// Entries kept of each list in a ClientHello (cipher suites, extensions, groups, …).
pub const TLS_LIST: usize = 128;
/// Certificates whose length is listed.
pub const TLS_CERTIFICATES: usize = 8;
/// Subject alternative names kept of a leaf certificate.
pub const TLS_NAMES: usize = 16;
/// Bytes of one name kept: server name, application protocol, certificate name.
pub const TLS_NAME_BYTES: usize = 256;
/// First bytes kept of a side that does not speak TLS.
pub const TLS_STRANGE_BYTES: usize = 64;
/// HTTP exchanges of one flow kept from its start; all are counted.
pub const EXCHANGES_HEAD: usize = 64;
/// HTTP exchanges of one flow kept after those, the latest; unfinished ones are dropped last.
pub const EXCHANGES_TAIL: usize = 64;
/// Bytes kept of an HTTP request target or authority, and of a proxy's target.
pub const TARGET_BYTES: usize = 1024;
/// Bytes kept of an HTTP header's value and of an HTTP/2 GOAWAY's debug data.
pub const HEADER_VALUE_BYTES: usize = 256;
/// Headers kept of one HTTP response, of those that name who answered.
pub const NOTABLE_HEADERS: usize = 12;
/// Informational (1xx) responses kept of one HTTP exchange.
pub const INFORMATIONAL_RESPONSES: usize = 4;
/// HTTP/2 GOAWAY frames, and window stalls, kept of one flow.
pub const HTTP2_EVENTS: usize = 32;
/// Preludes (proxy requests, STARTTLS) kept of one flow.
pub const PRELUDES: usize = 16;
/// First bytes kept of each side of a flow in which no protocol was recognised.
pub const FIRST_BYTES: usize = 32;
/// Lookups that are open or may still get late answers at one time; the oldest is closed early.
pub const DNS_OPEN_LOOKUPS: usize = 8 << 10;
/// Transactions kept in one lookup.
pub const DNS_LOOKUP_TRANSACTIONS: usize = 32;
/// Repeats of one query, and further responses to it, that are kept one by one.
pub const DNS_REPEATS: usize = 8;
/// Addresses kept of one response.
pub const DNS_ADDRESSES: usize = 64;
/// Aliases (CNAME) and service bindings kept of one response.
pub const DNS_RECORDS: usize = 16;
/// Answers remembered for naming addresses; the oldest is forgotten.
pub const DNS_ANSWERS: usize = 16 << 10;

/// QUIC flows open at one time; the one idle longest is closed early.
pub const QUIC_OPEN_FLOWS: usize = 16 << 10;
/// Versions kept of one QUIC flow or Version Negotiation packet.
pub const QUIC_VERSIONS: usize = 8;
/// Client Initial datagrams kept of one QUIC flow.
pub const QUIC_INITIALS: usize = 16;
/// ICMP errors kept of one QUIC flow.
pub const QUIC_ICMP_ERRORS: usize = 8;
