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
