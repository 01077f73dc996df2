//! What the container says about itself and about its packets, apart from the packets.

use std::net::IpAddr;

use super::{Compression, LinkType};
use crate::ids::PacketNumber;
use crate::time::{Nanos, Timestamp};

/// Everything known of a capture so far; complete after the reader's `finish`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureFacts {
    /// The format; `None` until the first bytes were understood.
    pub format: Option<Format>,
    /// Bytes fed, which are the compressed ones where the capture is compressed.
    pub bytes_fed: u64,
    /// Bytes of the capture itself, after decompression.
    pub bytes_unpacked: u64,
    /// SHA-256 of the bytes fed; `None` when not asked for, or before the end.
    pub sha256: Option<[u8; 32]>,
    /// Packets handed out.
    pub packet_count: u64,
    /// The packets' times.
    pub times: PacketTimes,
    /// Packets of which fewer bytes were captured than were on the wire.
    pub snapped_count: u64,
    /// Packets that claim more captured bytes than were on the wire.
    pub longer_than_original_count: u64,
    /// Packets whose fraction of a second is a second or more; it is added as it stands.
    pub bad_fraction_count: u64,
    /// Packets that belong to an interface the section does not describe, and so could not be read.
    pub without_interface_count: u64,
    /// Link types with their packet counts, in order of first appearance, the first few.
    pub link_types: Vec<(LinkType, u64)>,
    /// Sections, the first few; plain pcap has one.
    pub sections: Vec<SectionFacts>,
    /// Sections in all.
    pub section_count: u64,
    /// Interfaces of all sections, the first few; plain pcap has one.
    pub interfaces: Vec<InterfaceFacts>,
    /// Interfaces in all.
    pub interface_count: u64,
    /// Packets the capturing side says it lost just before one it has (`epb_dropcount`, obsolete packet
    /// block); `None` when no packet says.
    pub lost_between_packets: Option<u64>,
    /// Packets marked as received and as sent by the capturing host (`epb_flags`); absent marks count in neither.
    pub marked_inbound_count: u64,
    /// See [`Self::marked_inbound_count`].
    pub marked_outbound_count: u64,
    /// Comments of sections, interfaces and packets, the first few.
    pub comments: Vec<Comment>,
    /// Comments in all.
    pub comment_count: u64,
    /// Names and addresses of name resolution blocks, the first few.
    pub names: Vec<NameRecord>,
    /// Name records in all.
    pub name_count: u64,
    /// TLS key log text of decryption secrets blocks, whole lines as far as the cap allows.
    pub key_log: Vec<u8>,
    /// Decryption secrets blocks of any kind.
    pub secrets_block_count: u64,
    /// Custom blocks (`0x00000bad`, `0x40000bad`); Wireshark numbers them as it numbers packets.
    pub custom_block_count: u64,
    /// Blocks of systemd's journal; Wireshark numbers them as it numbers packets.
    pub journal_block_count: u64,
    /// Blocks of a type, or in a section of a version, that this reader does not know.
    pub unknown_block_count: u64,
    /// Bytes that damage made unreadable.
    pub bytes_skipped: u64,
    /// Places where the file was damaged.
    pub damage_count: u64,
    /// How it ended.
    pub end: CaptureEnd,
}

impl CaptureFacts {
    /// Packets the capturing side says it dropped, where any interface says: the kernel's and the
    /// interface's counts of all interfaces (`isb_osdrop`, `isb_ifdrop`), and those between packets.
    #[must_use]
    pub fn dropped(&self) -> Option<u64> {
        self.interfaces
            .iter()
            .flat_map(|interface| {
                [
                    interface.statistics.os_dropped,
                    interface.statistics.interface_dropped,
                ]
            })
            .chain([self.lost_between_packets])
            .flatten()
            .reduce(u64::saturating_add)
    }
}

/// How the packets are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// pcap or pcapng.
    pub container: Container,
    /// The compression around it.
    pub compression: Option<Compression>,
    /// Byte order of the file header; later pcapng sections may differ.
    pub byte_order: ByteOrder,
}

/// The kind of capture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Classic pcap with microseconds.
    PcapMicros,
    /// Classic pcap with nanoseconds.
    PcapNanos,
    /// Kuznetzov's modified pcap: 24-byte packet headers.
    PcapModified,
    /// pcapng.
    Pcapng,
}

impl Container {
    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PcapMicros => "pcap",
            Self::PcapNanos => "nanosecond pcap",
            Self::PcapModified => "modified pcap",
            Self::Pcapng => "pcapng",
        }
    }
}

/// Byte order of the capturing machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

/// The times of the packets that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PacketTimes {
    /// The first packet's.
    pub first: Option<Timestamp>,
    /// The last packet's.
    pub last: Option<Timestamp>,
    /// The smallest.
    pub earliest: Option<Timestamp>,
    /// The largest.
    pub latest: Option<Timestamp>,
    /// Packets with a smaller time than the packet before.
    pub went_back_count: u64,
    /// The largest such step.
    pub largest_step_back: Nanos,
    /// Packets without a time (pcapng simple packet block).
    pub missing_count: u64,
}

/// One section of a pcapng, or the file header of a pcap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionFacts {
    /// Byte order of the section.
    pub byte_order: ByteOrder,
    /// Format version, major and minor.
    pub version: (u16, u16),
    /// The machine (`shb_hardware`).
    pub hardware: Option<String>,
    /// The operating system (`shb_os`).
    pub os: Option<String>,
    /// The program that wrote the section (`shb_userappl`).
    pub application: Option<String>,
}

/// One interface packets were captured on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceFacts {
    /// The section it belongs to, from 0.
    pub section: u64,
    /// How its packets are to be read.
    pub link_type: LinkType,
    /// Most bytes kept of one packet; `None` without a limit.
    pub snaplen: Option<u32>,
    /// What one step of its clock is.
    pub time_unit: TimeUnit,
    /// Seconds added to its times (`if_tsoffset`).
    pub time_offset: i64,
    /// Name (`if_name`).
    pub name: Option<String>,
    /// Description (`if_description`).
    pub description: Option<String>,
    /// Operating system (`if_os`).
    pub os: Option<String>,
    /// Capture filter (`if_filter`), where it is text.
    pub filter: Option<String>,
    /// Bytes of frame check sequence at the end of each packet, where the file says.
    pub fcs_length: Option<u8>,
    /// Packets handed out.
    pub packet_count: u64,
    /// What the last interface statistics block says.
    pub statistics: InterfaceStatistics,
}

/// Counters of one interface (pcapng interface statistics block); `None`: not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InterfaceStatistics {
    /// Packets received (`isb_ifrecv`).
    pub received: Option<u64>,
    /// Packets the interface dropped for want of resources (`isb_ifdrop`).
    pub interface_dropped: Option<u64>,
    /// Packets that passed the filter (`isb_filteraccept`).
    pub filter_accepted: Option<u64>,
    /// Packets the operating system dropped (`isb_osdrop`).
    pub os_dropped: Option<u64>,
    /// Packets delivered to the capturing program (`isb_usrdeliv`).
    pub delivered: Option<u64>,
}

/// What one step of a capture clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// 10 to the power of minus this many seconds.
    Decimal(u8),
    /// 2 to the power of minus this many seconds.
    Binary(u8),
}

/// A comment somebody or some tool left in the capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The packet it is on; `None` when it is on the section, an interface or other block.
    pub packet: Option<PacketNumber>,
    /// The text, cut at a cap.
    pub text: String,
}

/// A name for an address, as the capturing side resolved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameRecord {
    /// The address.
    pub address: IpAddr,
    /// One of its names.
    pub name: String,
}

/// How a capture ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptureEnd {
    /// It has not: more bytes may come.
    #[default]
    NotYet,
    /// After a whole packet or block.
    Clean,
    /// Inside a packet or block.
    Cut {
        /// The packet, or where it would have been; `None` inside a block that is no packet.
        packet: Option<PacketNumber>,
        /// Where it starts, after decompression.
        offset: u64,
    },
    /// The last bytes could not be read for damage.
    Damaged {
        /// Where the damage starts, after decompression.
        offset: u64,
    },
}
