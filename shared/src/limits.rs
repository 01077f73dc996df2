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
/// Bytes that open lookups may hold, estimated; the oldest is closed early.
pub const DNS_OPEN_BYTES: usize = 16 << 20;
/// Addresses in answers that are remembered for naming attempts; the oldest answer is forgotten.
pub const DNS_ANSWERED_ADDRESSES: usize = 64 << 10;

/// QUIC flows open at one time; the one idle longest is closed early.
pub const QUIC_OPEN_FLOWS: usize = 16 << 10;
/// Versions kept of one QUIC flow or Version Negotiation packet.
pub const QUIC_VERSIONS: usize = 8;
/// Client Initial datagrams kept of one QUIC flow.
pub const QUIC_INITIALS: usize = 16;
/// ICMP errors kept of one QUIC flow.
pub const QUIC_ICMP_ERRORS: usize = 8;
