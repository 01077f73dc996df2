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

/// TCP flows that are followed at one time; above it closed ones do not wait for late packets, and then
/// the longest idle one is handed out as it is. About 4 kB each.
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

/// Longest silences kept of one flow.
pub const SILENCES: usize = 4;

/// Longest pauses kept of one flow.
pub const PAUSES: usize = 2;

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
