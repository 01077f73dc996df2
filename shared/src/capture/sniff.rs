//! What a file that is no capture looks like, by its first bytes.

use super::LooksLike;

impl LooksLike {
    /// By up to [`SNIFF_BYTES`](crate::limits::SNIFF_BYTES) first bytes; `None` where there are none.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.is_empty() {
            return None;
        }
        let by_magic = MAGICS
            .iter()
            .find(|(magic, _)| head.starts_with(magic))
            .map(|(_, looks_like)| *looks_like);
        let by_magic = by_magic.map(|looks_like| match looks_like {
            Self::Elf => elf(head),
            other => other,
        });
        let looks_like = by_magic
            .or_else(|| is_tar(head).then_some(Self::Tar))
            .or_else(|| head.iter().all(|byte| *byte == 0).then_some(Self::Zeros))
            .or_else(|| is_pcapng_block(head).then_some(Self::PcapngWithoutSection))
            .or_else(|| text(head));
        Some(looks_like.unwrap_or_else(|| {
            let mut bytes = head.iter().copied().chain([0; 4]);
            Self::Unknown(std::array::from_fn(|_| bytes.next().unwrap_or_default()))
        }))
    }
}

/// First bytes that tell a format by themselves, the longer ones first where one begins the other.
const MAGICS: &[(&[u8], LooksLike)] = &[
    (b"\x7fELF", LooksLike::Elf),
    (b"snoop\0\0\0", LooksLike::Snoop),
    (b"GMBU", LooksLike::NetworkMonitor),
    (b"RTSS", LooksLike::NetworkMonitor),
    (b"TRSNIFF data", LooksLike::Sniffer),
    (b"XCP\0", LooksLike::Sniffer),
    (b"PK\x03\x04", LooksLike::Zip),
    (b"PK\x05\x06", LooksLike::Zip),
    (b"\xfd7zXZ\0", LooksLike::Xz),
    (b"BZh", LooksLike::Bzip2),
    (b"\x04\x22\x4d\x18", LooksLike::Lz4),
    (b"\x1f\x8b", LooksLike::Gzip),
    (b"\x28\xb5\x2f\xfd", LooksLike::Zstd),
    (b"7z\xbc\xaf\x27\x1c", LooksLike::SevenZip),
    (b"%PDF-", LooksLike::Pdf),
    (b"\x89PNG", LooksLike::Image),
    (b"\xff\xd8\xff", LooksLike::Image),
    (b"GIF8", LooksLike::Image),
    // Navtel's pcap in both byte orders, and Francisco Mesquita's (libpcap, sf-pcap.c).
    (b"\xa1\x2b\x3c\x4d", LooksLike::PcapVariant),
    (b"\x4d\x3c\x2b\xa1", LooksLike::PcapVariant),
    (b"\xa1\xb2\x34\xcd", LooksLike::PcapVariant),
    (b"\xcd\x34\xb2\xa1", LooksLike::PcapVariant),
    // IXIA's, hardware and software (Wireshark, libpcap.h).
    (b"\x1c\x00\x01\xac", LooksLike::PcapVariant),
    (b"\xac\x01\x00\x1c", LooksLike::PcapVariant),
    (b"\x1c\x00\x01\xab", LooksLike::PcapVariant),
    (b"\xab\x01\x00\x1c", LooksLike::PcapVariant),
];

/// A core dump is an ELF whose `e_type` is `ET_CORE`.
fn elf(head: &[u8]) -> LooksLike {
    const ET_CORE: u8 = 4;
    match head.get(16..18) {
        Some([ET_CORE, 0] | [0, ET_CORE]) => LooksLike::ElfCore,
        _ => LooksLike::Elf,
    }
}

/// POSIX tar has `ustar` at byte 257 of its first header.
fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// An interface, packet or statistics block in either byte order, its length a multiple of four that fits.
fn is_pcapng_block(head: &[u8]) -> bool {
    let Some([a, b, c, d, e, f, g, h]) = head.first_chunk().copied() else {
        return false;
    };
    let is_block = |kind: u32, length: u32| {
        matches!(kind, 1..=6)
            && length.is_multiple_of(4)
            && (12..=crate::limits::PACKET_BYTES).contains(&length)
    };
    is_block(
        u32::from_le_bytes([a, b, c, d]),
        u32::from_le_bytes([e, f, g, h]),
    ) || is_block(
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    )
}

/// Kinds of text, after the byte order mark and white space that editors leave.
fn text(head: &[u8]) -> Option<LooksLike> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if is_event_trace(head) {
        return Some(LooksLike::EventTrace);
    }
    if !is_text(head) {
        return None;
    }
    let head = head.trim_ascii_start();
    let lower = head.to_ascii_lowercase();
    let has = |needle: &[u8]| lower.windows(needle.len()).any(|window| window == needle);
    Some(match lower.first() {
        Some(b'{' | b'[') if has(b"\"report_version\"") => LooksLike::StallscopeReport,
        Some(b'{')
            if has(b"\"log\"")
                && (has(b"\"creator\"") || has(b"\"entries\"") || has(b"\"pages\"")) =>
        {
            LooksLike::Har
        }
        Some(b'{' | b'[') => LooksLike::Json,
        Some(b'<') if has(b"<html") || has(b"<!doctype html") => LooksLike::Html,
        Some(b'<') => LooksLike::Xml,
        _ if KEY_LOG_LABELS.iter().any(|label| has(label)) => LooksLike::KeyLog,
        _ if has(b" > ") && (has(b": flags [") || has(b"ethertype") || has(b" ip ")) => {
            LooksLike::PacketText
        }
        _ => LooksLike::Text,
    })
}

/// Labels of `SSLKEYLOGFILE` lines (draft-ietf-tls-keylogfile), in lower case.
const KEY_LOG_LABELS: [&[u8]; 4] = [
    b"client_random ",
    b"client_handshake_traffic_secret ",
    b"server_handshake_traffic_secret ",
    b"client_traffic_secret_0 ",
];

/// A buffer header of an event trace, whose first fields are the size of the buffer and of what is used.
fn is_event_trace(head: &[u8]) -> bool {
    // "System Trace Control" provider structures hold these names in UTF-16 close to the start.
    const NAMES: [&[u8]; 2] = [b"t\0z\0r\0e\0s\0", b".\0e\0t\0l\0"];
    NAMES
        .iter()
        .any(|name| head.windows(name.len()).any(|window| window == *name))
}

/// Mostly characters that can be printed, and no zero byte.
fn is_text(head: &[u8]) -> bool {
    let odd = head
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127))
        .count();
    !head.contains(&0) && odd.saturating_mul(50) <= head.len()
}
