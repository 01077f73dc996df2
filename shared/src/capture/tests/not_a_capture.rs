//! Files that are no capture, and what is said of them.

use super::read;
use crate::capture::{CaptureError, Compression, LooksLike};
use crate::testkit::capture::gzip;

#[test]
fn names_what_text_looks_like() {
    assert_looks_like(vec![
        (
            LooksLike::Har,
            b"\xef\xbb\xbf{\n  \"log\": {\n \"version\": \"1.2\", \"creator\": {}}}".to_vec(),
        ),
        (
            LooksLike::StallscopeReport,
            br#"{"report_version":1,"tool":{}}"#.to_vec(),
        ),
        (LooksLike::Json, br#"[{"_index": "packets-2024"}]"#.to_vec()),
        (
            LooksLike::KeyLog,
            b"# SSL/TLS secrets log\nCLIENT_RANDOM 0011 2233\n".to_vec(),
        ),
        (
            LooksLike::Html,
            b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec(),
        ),
        (
            LooksLike::Xml,
            b"<?xml version=\"1.0\"?><pdml></pdml>".to_vec(),
        ),
        (
            LooksLike::PacketText,
            b"12:00:01.000001 IP 192.0.2.1.443 > 192.0.2.2.5: Flags [S], seq 1".to_vec(),
        ),
        (
            LooksLike::Text,
            b"2024-01-01 net/http: TLS handshake timeout\n".to_vec(),
        ),
    ]);
}

#[test]
fn names_what_binaries_look_like() {
    assert_looks_like(vec![
        (LooksLike::ElfCore, elf_of_type(4)),
        (LooksLike::Elf, elf_of_type(2)),
        (
            LooksLike::Snoop,
            b"snoop\0\0\0\0\0\0\x02\0\0\0\x04".to_vec(),
        ),
        (LooksLike::NetworkMonitor, b"GMBU\0\x02\x01\0".to_vec()),
        (LooksLike::Sniffer, b"TRSNIFF data    \x1a".to_vec()),
        (
            LooksLike::PcapVariant,
            b"\xa1\x2b\x3c\x4d\0\x02\0\x04".to_vec(),
        ),
        (
            LooksLike::EventTrace,
            b"\0\0\x01\0\x20\x03\0\0@\0t\0z\0r\0e\0s\0.\0d\0l\0l\0".to_vec(),
        ),
        (LooksLike::Zip, b"PK\x03\x04\x14\0".to_vec()),
        (LooksLike::Tar, tar()),
        (LooksLike::Xz, b"\xfd7zXZ\0\0\x04".to_vec()),
        (LooksLike::Bzip2, b"BZh91AY&SY".to_vec()),
        (LooksLike::Lz4, b"\x04\x22\x4d\x18\x64".to_vec()),
        (LooksLike::SevenZip, b"7z\xbc\xaf\x27\x1c\0\x04".to_vec()),
        (LooksLike::Pdf, b"%PDF-1.7\n%\xe2\xe3".to_vec()),
        (LooksLike::Image, b"\x89PNG\r\n\x1a\n".to_vec()),
        (LooksLike::Zeros, vec![0; 3_000]),
        (
            LooksLike::PcapngWithoutSection,
            b"\x06\0\0\0\x60\0\0\0\0\0\0\0rest".to_vec(),
        ),
        (
            LooksLike::Unknown([1, 2, 3, 0x80]),
            vec![1, 2, 3, 0x80, 0, 0, 0, 1, 1, 1],
        ),
        (LooksLike::Unknown([1, 2, 0, 0]), vec![1, 2]),
    ]);
}

fn assert_looks_like(rows: Vec<(LooksLike, Vec<u8>)>) {
    for (looks_like, bytes) in rows {
        let seen = read(&bytes);
        assert_eq!(
            seen.result,
            Err(CaptureError::NotACapture {
                looks_like,
                inside: None
            })
        );
        assert_eq!(seen.packets, []);
        let inside = Some(Compression::Gzip);
        let seen = read(&gzip(&bytes));
        assert_eq!(
            seen.result,
            Err(CaptureError::NotACapture { looks_like, inside })
        );
    }
}

fn tar() -> Vec<u8> {
    let mut header = b"captures/a.pcap".to_vec();
    header.resize(257, 0);
    header.extend(b"ustar\x0000");
    header.resize(1_024, 0);
    header
}

fn elf_of_type(kind: u8) -> Vec<u8> {
    let mut header = b"\x7fELF\x02\x01\x01".to_vec();
    header.resize(16, 0);
    header.extend([kind, 0, 0x3e, 0]);
    header
}

#[test]
fn an_empty_file_is_an_error_of_its_own() {
    assert_eq!(read(b"").result, Err(CaptureError::Empty));
    assert_eq!(read(&gzip(b"")).result, Err(CaptureError::Empty));
}

#[test]
fn errors_are_sentences_with_a_way_out() {
    let error = |bytes: &[u8]| read(bytes).result.unwrap_err().to_string();
    assert_eq!(
        error(b"snoop\0\0\0\0\0\0\x02"),
        "not a capture: it looks like a snoop capture; convert it with `editcap -F pcap in out`"
    );
    assert_eq!(
        error(&gzip(b"PK\x03\x04")),
        "not a capture: the content of the gzip looks like a ZIP archive; unpack it and give the capture inside"
    );
    assert_eq!(
        error(&[0xd4, 0xc3, 0xb2, 0xa1, 2]),
        "the capture ends at byte 5, inside its 24-byte pcap file header: no packet was written; copy the file again, or capture again"
    );
}
