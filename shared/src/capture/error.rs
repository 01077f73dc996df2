//! Why a file cannot be read as a capture at all. Damage inside a capture is a warning, not one of these.

use std::fmt;

use crate::text::{Language, Message, render};

/// The bytes are not a capture that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// There is not one byte.
    Empty,
    /// The first bytes are those of something else.
    NotACapture {
        /// What the first bytes look like.
        looks_like: LooksLike,
        /// The compression that was taken off before looking.
        inside: Option<Compression>,
    },
    /// The file ends inside the header, so there is no packet and no telling how to read one.
    CutInHeader {
        /// Which header, as its specification calls it.
        header: &'static str,
        /// Bytes there are, after decompression.
        length: u64,
        /// Bytes the header has.
        needed: u64,
    },
    /// A header that everything after it relies on makes no sense.
    BadHeader {
        /// Which header, as its specification calls it.
        header: &'static str,
        /// Where it starts, after decompression.
        offset: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The compressed stream is broken before the first packet.
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

impl CaptureError {
    /// The sentence, to be written in any language.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => Message::new("error-empty"),
            Self::NotACapture { looks_like, inside } => {
                let message = match inside {
                    None => Message::new("error-not-capture"),
                    Some(compression) => Message::new("error-not-capture-inside")
                        .with("compression", compression.to_string()),
                };
                message
                    .with("what", looks_like.message())
                    .with("way", Message::new(format!("way-{}", looks_like.name())))
            }
            Self::CutInHeader {
                header,
                length,
                needed,
            } => Message::new("error-cut-in-header")
                .with("header", *header)
                .with("length", *length)
                .with("needed", *needed),
            Self::BadHeader {
                header,
                offset,
                problem,
            } => Message::new("error-bad-header")
                .with("header", *header)
                .with("offset", *offset)
                .with("problem", *problem),
            Self::BadCompression {
                compression,
                offset,
                problem,
            } => Message::new("error-bad-compression")
                .with("compression", compression.to_string())
                .with("offset", *offset)
                .with("problem", *problem)
                .with("tester", compression.tester()),
        }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(Language::English, &self.message()))
    }
}

impl std::error::Error for CaptureError {}

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

impl LooksLike {
    /// What it looks like, as half a sentence.
    fn message(self) -> Message {
        let message = Message::new(format!("looks-{}", self.name()));
        match self {
            Self::Unknown([a, b, c, d]) => {
                message.with("bytes", format!("{a:02x} {b:02x} {c:02x} {d:02x}"))
            }
            _ => message,
        }
    }

    /// Its name in the ids of messages.
    const fn name(self) -> &'static str {
        match self {
            Self::Har => "har",
            Self::StallscopeReport => "report",
            Self::Json => "json",
            Self::KeyLog => "key-log",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::PacketText => "packet-text",
            Self::Text => "text",
            Self::ElfCore => "elf-core",
            Self::Elf => "elf",
            Self::Snoop => "snoop",
            Self::NetworkMonitor => "network-monitor",
            Self::Sniffer => "sniffer",
            Self::EventTrace => "event-trace",
            Self::PcapVariant => "pcap-variant",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::SevenZip => "seven-zip",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Zeros => "zeros",
            Self::PcapngWithoutSection => "no-section",
            Self::Unknown(_) => "unknown",
        }
    }
}
