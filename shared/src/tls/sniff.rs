//! Is this TLS, and if not, what is it? Answers from a stream's first bytes.

use super::codepoints::{ContentType, Version};
use super::facts::LooksLike;
use crate::limits::TLS_NAME_BYTES;
use crate::wire::{Reader, Truncated};

/// Bytes of a record header (RFC 8446 §5.1).
pub(super) const HEADER_BYTES: usize = 5;
/// Longest record body: 2^14 and what TLS 1.2 allows protection to add (RFC 5246 §6.2.3).
pub(super) const MAX_BODY: u16 = (1 << 14) + 2048;
/// Bytes of an SSLv2 ClientHello before its lists: length, type, version, three lengths (RFC 5246 §E.2).
pub(super) const V2_HEADER_BYTES: usize = 11;

/// Whether bytes are the start of a TLS stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniff {
    /// They are.
    Yes,
    /// They are not.
    No,
    /// So far they could be.
    NeedMore,
}

/// Whether `bytes` begin a stream of TLS records, or are an SSLv2-framed ClientHello.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Sniff {
    match bytes.first() {
        None => Sniff::NeedMore,
        Some(&first) if first & 0x80 != 0 => sniff_v2(bytes),
        Some(_) => sniff_record(bytes),
    }
}

/// A record of this type can have a body of this length, and more than a stray byte of it.
pub(super) const fn fits(content: ContentType, length: u16) -> bool {
    match content {
        ContentType::CHANGE_CIPHER_SPEC => length == 1,
        ContentType::ALERT => matches!(length, 2 | 16..=ENCRYPTED_ALERT),
        ContentType::HANDSHAKE => matches!(length, 1..=MAX_BODY),
        ContentType::APPLICATION_DATA => matches!(length, 16..=MAX_BODY),
        _ => false,
    }
}

/// Longest body of an encrypted alert: explicit initialisation vector, two bytes, a 48-byte MAC, block padding.
const ENCRYPTED_ALERT: u16 = 96;

/// A record header, by its five bytes.
pub(super) const fn is_header(content: u8, version: Version, length: u16) -> bool {
    matches!(content, 20..=24) && matches!(version.0, 0x0300..=0x0304) && length <= MAX_BODY
}

fn sniff_record(bytes: &[u8]) -> Sniff {
    let matches_so_far =
        |index: usize, test: fn(u8) -> bool| bytes.get(index).copied().is_none_or(test);
    let shape = matches_so_far(0, |byte| {
        (ContentType::CHANGE_CIPHER_SPEC.0..=ContentType::APPLICATION_DATA.0).contains(&byte)
    }) && matches_so_far(1, |byte| byte == 3)
        && matches_so_far(2, |byte| byte <= 4);
    if !shape {
        return Sniff::No;
    }
    let [content, _, _, high, low, ..] = *bytes else {
        return Sniff::NeedMore;
    };
    if fits(ContentType(content), u16::from_be_bytes([high, low])) {
        Sniff::Yes
    } else {
        Sniff::No
    }
}

fn sniff_v2(bytes: &[u8]) -> Sniff {
    let known = bytes.get(2).is_none_or(|&kind| kind == 1)
        && bytes.get(3).is_none_or(|&major| matches!(major, 0 | 3))
        && bytes.get(4).is_none_or(|&minor| minor <= 4);
    if !known {
        return Sniff::No;
    }
    match v2_hello_length(bytes) {
        Err(Truncated) => Sniff::NeedMore,
        Ok(Some(_)) => Sniff::Yes,
        Ok(None) => Sniff::No,
    }
}

/// Length of an SSLv2-framed ClientHello after its two length bytes; `None` when it is not one.
pub(super) fn v2_hello_length(bytes: &[u8]) -> Result<Option<u16>, Truncated> {
    let mut reader = Reader::new(bytes);
    let length = reader.u16()? & 0x7fff;
    let kind = reader.u8()?;
    let version = Version(reader.u16()?);
    let (suites, session, challenge) = (reader.u16()?, reader.u16()?, reader.u16()?);
    let lists = u32::from(suites) + u32::from(session) + u32::from(challenge);
    let fits = u32::from(length) == lists + 9;
    let shape = suites > 0
        && suites % 3 == 0
        && matches!(session, 0 | 16)
        && (16..=32).contains(&challenge);
    let known = version == Version::SSL_2_0 || matches!(version.0, 0x0300..=0x0304);
    Ok(
        (bytes.first().is_some_and(|byte| byte & 0x80 != 0) && kind == 1 && fits && shape && known)
            .then_some(length),
    )
}

/// What bytes that are no TLS record look like.
pub(super) fn looks_like(bytes: &[u8]) -> LooksLike {
    if let Some(status) = http_status(bytes) {
        return LooksLike::HttpResponse(status);
    }
    let trimmed = bytes.trim_ascii_start();
    let is_line_start = |words: &[&[u8]]| words.iter().any(|word| trimmed.starts_with(word));
    if bytes.starts_with(b"SSH-") {
        LooksLike::Ssh
    } else if is_line_start(&[
        b"GET ",
        b"POST ",
        b"HEAD ",
        b"PUT ",
        b"OPTIONS ",
        b"CONNECT ",
        b"DELETE ",
        b"PRI * ",
    ]) {
        LooksLike::HttpRequest
    } else if trimmed.starts_with(b"<") {
        LooksLike::Markup
    } else if is_greeting(bytes) {
        LooksLike::Greeting(first_line(bytes))
    } else if is_v2_record(bytes) {
        LooksLike::Sslv2
    } else if !bytes.is_empty() && bytes.iter().all(|&byte| is_text(byte)) {
        LooksLike::Text
    } else {
        LooksLike::Binary
    }
}

const fn is_text(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e | b'\r' | b'\n' | b'\t')
}

fn http_status(bytes: &[u8]) -> Option<u16> {
    let rest = bytes.strip_prefix(b"HTTP/1.")?;
    let digits = std::str::from_utf8(rest.get(2..5)?).ok()?;
    digits.parse().ok()
}

/// `220 …`, `220-…`, `+OK …`, `-ERR …`, `* OK …`: how SMTP, FTP, POP3, Redis and IMAP servers begin.
fn is_greeting(bytes: &[u8]) -> bool {
    let code = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    let numbered = bytes.get(..3).is_some_and(code) && matches!(bytes.get(3), Some(b' ' | b'-'));
    let worded = [&b"+OK"[..], b"-ERR", b"* OK", b"* BYE", b"* BAD"];
    (numbered || worded.iter().any(|word| bytes.starts_with(word)))
        && first_line(bytes).bytes().all(is_text)
}

/// A two-byte SSLv2 record header and a server's message type (ServerHello 4, error 0).
fn is_v2_record(bytes: &[u8]) -> bool {
    matches!(bytes, [length, _, 0 | 4, ..] if length & 0x80 != 0)
}

fn first_line(bytes: &[u8]) -> Box<str> {
    let line = bytes.split(|&byte| matches!(byte, b'\r' | b'\n')).next();
    let line = line.unwrap_or_default();
    let kept = line
        .get(..line.len().min(TLS_NAME_BYTES))
        .unwrap_or_default();
    String::from_utf8_lossy(kept).into()
}
