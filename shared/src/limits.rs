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

/// Packets of a flow up to which it may be plain: only their headers are kept. A longer one is followed in full, whose
/// memory does not grow.
pub const PLAIN_PACKETS: usize = 64;

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

/// ClientHellos' offers that are remembered because they come again.
pub const TLS_RECURRING_OFFERS: usize = 1024;

/// Certificate messages that are remembered because they come again.
pub const TLS_RECURRING_CHAINS: usize = 512;

/// Bytes of a Certificate message that is remembered; ordinary ones have three to five thousand.
pub const TLS_RECURRING_BYTES: usize = 8 << 10;

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

/// Bytes of one HPACK dynamic table, whatever the peers allow each other.
pub const HPACK_TABLE_BYTES: usize = 64 << 10;

/// Headers of one HTTP/1 message; one with more is not read.
pub const HEADER_COUNT: usize = 1024;

/// HTTP/1 requests of one flow that may wait for their response; older ones are no longer matched.
pub const OUTSTANDING_REQUESTS: usize = 512;

/// Places of one flow at which the reading of HTTP lost its place that are kept.
pub const HTTP_STOPS: usize = 8;

/// HTTP/2 streams of one flow followed at one time; the oldest is given up for a new one.
pub const HTTP2_STREAMS: usize = 512;

/// HTTP/2 PINGs of one side that may wait for their answer.
pub const HTTP2_PINGS: usize = 8;

/// TCP flows that are followed at one time; above it closed ones do not wait for late packets, and then
/// the longest idle one is handed out as it is. About 2 kB each after an ordinary TLS handshake, 5 kB where something
/// odd came.
pub const LIVE_FLOWS: usize = 1 << 14;

/// Out-of-order pieces of one direction of one flow, kept or only remembered, while a hole is open.
pub const REASSEMBLY_PIECES: usize = 1024;

/// Unacknowledged segments of one direction that are remembered for round trips and repetitions.
pub const OUTSTANDING_SEGMENTS: usize = 256;

/// Positions of one flow whose acknowledgement is wanted.
pub const MARKS: usize = 64;

/// SYNs, and SYN-ACKs, kept of one flow.
pub const SYNS: usize = 8;

/// RSTs kept of one flow.
pub const RESETS: usize = 4;

/// ICMP errors kept of one flow.
pub const FLOW_ICMP: usize = 4;

/// Retransmissions kept of one side of a flow.
pub const RETRANSMISSIONS: usize = 16;

/// Jumps over unseen bytes kept of one side of a flow; at most 8, they are the bits of a byte.
pub const SEQUENCE_JUMPS: usize = 8;

/// Longest silences, and longest pauses, kept of one flow.
pub const SILENCES: usize = 4;

/// Keep-alives kept of one side of a flow.
pub const KEEP_ALIVES: usize = 16;

/// Zero windows kept of one side of a flow.
pub const ZERO_WINDOWS: usize = 8;

/// TTL changes, and gaps of identification, kept of one side of a flow.
pub const HEADER_CHANGES: usize = 8;

/// Bytes of fragments kept over all datagrams that are being put together.
pub const FRAGMENT_BYTES: usize = 4 << 20;

/// Headers inside each other that are taken off one packet, tags and labels included.
pub const NESTED_HEADERS: u8 = 48;

/// Tunnels inside each other that are taken off one packet.
pub const NESTED_TUNNELS: u8 = 8;

/// Kinds of packets not understood that are counted one by one in one capture.
pub const PACKET_KINDS: usize = 1024;

/// Largest packet of a network a pcap record may hold, bytes; libpcap's `MAXIMUM_SNAPLEN`.
pub const PACKET_BYTES: u32 = 262_144;

/// Interfaces of one pcapng section that packets may refer to; Wireshark and dumpcap stay far below.
pub const SECTION_INTERFACES: usize = 65_536;

/// Interfaces of a capture that are described in its facts; further ones are counted.
pub const DESCRIBED_INTERFACES: usize = 1_024;

/// Sections of a capture that are described in its facts; further ones are counted.
pub const DESCRIBED_SECTIONS: usize = 64;

/// Link types of one capture that are counted one by one.
pub const LINK_TYPES: usize = 256;

/// Comments kept of one capture; further ones are counted.
pub const COMMENTS: usize = 64;

/// Bytes kept of one text of a capture: a comment, an interface's name, a filter.
pub const TEXT_BYTES: usize = 1_024;

/// Names for addresses kept of one capture's name resolution blocks; further ones are counted.
pub const NAME_RECORDS: usize = 4_096;

/// Bytes of TLS key log kept of one capture's decryption secrets blocks.
pub const KEY_LOG_BYTES: usize = 4 << 20;

/// Bytes looked at to say what a file that is no capture looks like.
pub const SNIFF_BYTES: usize = 1_024;

/// Decompressed bytes held at one time on their way to the packets.
pub const UNPACKED_BYTES: usize = 128 << 10;

/// Largest Zstandard window accepted, bytes; what the `zstd` command accepts by default.
pub const ZSTD_WINDOW_BYTES: u64 = 128 << 20;

/// Bytes of one side of a flow that wait for a decision: what speaks, or what a proxy answers.
pub const HELD_BYTES: usize = 32 << 10;

/// Bytes of each side in which a switch to TLS is looked for in mail and its kin.
pub const STARTTLS_BYTES: usize = 16 << 10;

/// Packets of each side of a flow at whose start a protocol is looked for; the flow may have been joined midway.
pub const SNIFF_PACKETS: u8 = 8;

/// Attempts that are remembered in short form for comparison with others; about 130 bytes each, and 500 while attempts are judged.
pub const CROWD: usize = 65_536;

/// Events kept of one attempt of a client of our own.
pub const PROBE_EVENTS: usize = 512;

/// Machines behind one address that are told apart; attempts with further ones are not counted by machine.
pub const NODES_PER_SERVER: usize = 64;

/// Readings of TCP_INFO kept of one attempt of a client of our own: the first ones, and the last.
pub const PROBE_SAMPLES: usize = 256;

/// Attempts of a link; 80,000 are the most that were ever seen to fit into one.
pub const LINK_ATTEMPTS: usize = 100_000;

/// Characters of a link that are looked at: what Chromium navigates to at most (2 MiB).
pub const LINK_CHARACTERS: usize = 2 << 20;

/// Bytes that a link may inflate to, and again bytes that what it holds may take.
pub const LINK_BYTES: usize = 64 << 20;
