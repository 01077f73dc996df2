//! Why a file cannot be read as a capture at all. Damage inside a capture is a warning, not one of these.

use std::fmt;

/// The bytes are not a capture that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// There is not one byte.
    #[error(
        "the file is empty: nothing was written to it (was tcpdump or dumpcap stopped before its first flush? -U writes each packet at once)"
    )]
    Empty,
    /// The first bytes are those of something else.
    #[error("not a capture: {}{looks_like}; {}", Unpacked(*inside), looks_like.way_out())]
    NotACapture {
        /// What the first bytes look like.
        looks_like: LooksLike,
        /// The compression that was taken off before looking.
        inside: Option<Compression>,
    },
    /// The file ends inside the header, so there is no packet and no telling how to read one.
    #[error(
        "the capture ends at byte {length}, inside its {needed}-byte {header}: no packet was written; copy the file again, or capture again"
    )]
    CutInHeader {
        /// Which header, as its specification calls it.
        header: &'static str,
        /// Bytes there are, after decompression.
        length: u64,
        /// Bytes the header has.
        needed: u64,
    },
    /// A header that everything after it relies on makes no sense.
    #[error(
        "the {header} at byte {offset} cannot be read ({problem}); copy the file again, or try `editcap in.pcapng out.pcapng`"
    )]
    BadHeader {
        /// Which header, as its specification calls it.
        header: &'static str,
        /// Where it starts, after decompression.
        offset: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The compressed stream is broken before the first packet.
    #[error(
        "the {compression} stream cannot be decompressed: {problem} at byte {offset}; try {} on it, or copy the file again",
        compression.tester()
    )]
    BadCompression {
        /// Which compression.
        compression: Compression,
        /// Where in the compressed bytes.
        offset: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// A compression that is taken off on the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// gzip (RFC 1952), any number of members.
    Gzip,
    /// Zstandard (RFC 8878), any number of frames.
    Zstd,
}

impl Compression {
    /// The command that tests such a file.
    const fn tester(self) -> &'static str {
        match self {
            Self::Gzip => "`gzip -t`",
            Self::Zstd => "`zstd -t`",
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// The subject of the sentence: the file, or what was unpacked from it.
struct Unpacked(Option<Compression>);

impl fmt::Display for Unpacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(compression) => write!(f, "the content of the {compression} "),
            None => f.write_str("it "),
        }
    }
}

/// What a file that is not a capture looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// An HTTP archive.
    Har,
    /// A report of this program.
    StallscopeReport,
    /// Some other JSON.
    Json,
    /// A TLS key log (`SSLKEYLOGFILE`).
    KeyLog,
    /// A web page.
    Html,
    /// Some other XML, for example Wireshark's PDML.
    Xml,
    /// Packets that a tool printed as text.
    PacketText,
    /// A log or other plain text.
    Text,
    /// An ELF core dump.
    ElfCore,
    /// An ELF program or library.
    Elf,
    /// snoop (RFC 1761), Solaris.
    Snoop,
    /// Microsoft Network Monitor 2.x (`GMBU`) or 1.x (`RTSS`).
    NetworkMonitor,
    /// Network General's Sniffer, or NetXray.
    Sniffer,
    /// A Windows event trace (`netsh trace`, `pktmon`).
    EventTrace,
    /// A pcap of a kind that only Wireshark reads (Navtel, IXIA, Nokia, …).
    PcapVariant,
    /// A ZIP archive, which may hold a capture.
    Zip,
    /// A tar archive, which may hold a capture.
    Tar,
    /// xz compression.
    Xz,
    /// bzip2 compression.
    Bzip2,
    /// LZ4 compression.
    Lz4,
    /// gzip compression again, inside one that was taken off.
    Gzip,
    /// Zstandard compression again, inside one that was taken off.
    Zstd,
    /// 7-Zip archive.
    SevenZip,
    /// A PDF document.
    Pdf,
    /// A picture.
    Image,
    /// Nothing but zero bytes, as a file system leaves after a crash.
    Zeros,
    /// A pcapng block, but the section header that every pcapng begins with is missing.
    PcapngWithoutSection,
    /// Nothing known, with its first four bytes.
    Unknown([u8; 4]),
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Har => "an HTTP archive (HAR)",
            Self::StallscopeReport => "a stallscope report",
            Self::Json => "JSON",
            Self::KeyLog => "a TLS key log",
            Self::Html => "a web page (HTML)",
            Self::Xml => "XML",
            Self::PacketText => "packets printed as text",
            Self::Text => "plain text",
            Self::ElfCore => "an ELF core dump",
            Self::Elf => "an ELF program",
            Self::Snoop => "a snoop capture",
            Self::NetworkMonitor => "a Microsoft Network Monitor capture",
            Self::Sniffer => "a Network General Sniffer or NetXray capture",
            Self::EventTrace => "a Windows event trace (ETL)",
            Self::PcapVariant => "a vendor's variant of pcap",
            Self::Zip => "a ZIP archive",
            Self::Tar => "a tar archive",
            Self::Xz => "xz-compressed data",
            Self::Bzip2 => "bzip2-compressed data",
            Self::Lz4 => "LZ4-compressed data",
            Self::Gzip => "gzip-compressed data once more",
            Self::Zstd => "zstd-compressed data once more",
            Self::SevenZip => "a 7-Zip archive",
            Self::Pdf => "a PDF document",
            Self::Image => "a picture",
            Self::Zeros => "nothing but zero bytes",
            Self::PcapngWithoutSection => {
                "pcapng blocks without the section header that comes first"
            }
            Self::Unknown([a, b, c, d]) => {
                return write!(
                    f,
                    "looks like nothing known (it begins {a:02x} {b:02x} {c:02x} {d:02x})"
                );
            }
        };
        write!(f, "looks like {what}")
    }
}

impl LooksLike {
    /// What to do about it.
    const fn way_out(self) -> &'static str {
        match self {
            Self::Har => {
                "open it in the browser's network panel; for a verdict from packets, capture with `tcpdump -w` as well"
            }
            Self::StallscopeReport => "analysis wants the capture that it was made from",
            Self::Json => "if `tshark -T json` made it, analyze the capture it was made from",
            Self::KeyLog => "give the capture that it belongs to",
            Self::Html => {
                "a download may have saved a login or error page under the capture's name; download again"
            }
            Self::Xml => "if it is PDML, analyze the capture it was made from",
            Self::PacketText => {
                "give `tcpdump` the option `-w FILE` to write packets; a hex dump becomes a capture with `text2pcap in out`"
            }
            Self::Text => "give the packets themselves: `tcpdump -w FILE` writes them",
            Self::ElfCore | Self::Elf => "check the file's name",
            Self::Snoop | Self::NetworkMonitor | Self::Sniffer | Self::PcapVariant => {
                "convert it with `editcap -F pcap in out`"
            }
            Self::EventTrace => {
                "convert it with `etl2pcapng in.etl out.pcapng` (or `pktmon etl2pcap`)"
            }
            Self::Zip | Self::Tar | Self::SevenZip => "unpack it and give the capture inside",
            Self::Xz => "unpack it: `xz -dc FILE | stallscope analyze -`",
            Self::Bzip2 => "unpack it: `bzip2 -dc FILE | stallscope analyze -`",
            Self::Lz4 => "unpack it: `lz4 -dc FILE | stallscope analyze -`",
            Self::Gzip => "unpack it once: `gzip -dc FILE | stallscope analyze -`",
            Self::Zstd => "unpack it once: `zstd -dc FILE | stallscope analyze -`",
            Self::Pdf | Self::Image => "give the capture itself, not a picture of it",
            Self::Zeros => "the file system lost its content; copy the file again",
            Self::PcapngWithoutSection => {
                "the beginning of the file is missing; copy the file again"
            }
            Self::Unknown(_) => {
                "if Wireshark can open it, convert it with `editcap -F pcapng in out`"
            }
        }
    }
}
