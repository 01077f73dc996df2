//! The start of an HTTP/1 message: request or status line and header block (RFC 9112 §2 to §5).
//!
//! A listener reads as the most lenient endpoint would: a line that is no header is passed over, a target may
//! hold what it should not, and a version may be missing (HTTP/0.9 had none).

use crate::http::facts::{HttpVersion, StopReason, Text};
use crate::http::fields::Fields;
use crate::http::sniff;
use crate::limits::{HEADER_VALUE_BYTES, TARGET_BYTES};

/// A request line and its header fields.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: Text,
    pub(super) target: Text,
    /// `None` where the line was cut before it.
    pub(super) version: Option<HttpVersion>,
    pub(super) fields: Fields,
}

/// A status line and its header fields.
#[derive(Debug)]
pub(super) struct ResponseHead {
    pub(super) status: u16,
    pub(super) version: HttpVersion,
    pub(super) fields: Fields,
}

/// Where the header block that starts at the first byte ends, if it does. The first `scanned` bytes are known
/// to hold no end.
pub(super) fn block_end(bytes: &[u8], scanned: usize) -> Option<usize> {
    let mut at = scanned.saturating_sub(3);
    loop {
        let rest = bytes.get(at..)?;
        at += memchr::memchr(b'\n', rest)? + 1;
        match bytes.get(at..)? {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
}

impl RequestHead {
    /// The head that the block is.
    pub(super) fn parse(block: &[u8]) -> Result<Self, StopReason> {
        let (line, headers) = line(block).ok_or(StopReason::NotHttp)?;
        Self::from_lines(line, headers)
    }

    fn from_lines(line: &[u8], headers: &[u8]) -> Result<Self, StopReason> {
        let (method, rest) = word(line);
        // The preface of HTTP/2 after an upgrade that the capture missed asks for nothing (RFC 9113 §3.4).
        if method.is_empty() || method == b"PRI" {
            return Err(StopReason::NotHttp);
        }
        let (before, last) = last_word(rest);
        let is_versioned = last.starts_with(b"HTTP/");
        if !is_versioned && !sniff::is_known_method(method) {
            return Err(StopReason::NotHttp);
        }
        let (version, rest) = if is_versioned {
            (http_version(last), before)
        } else {
            (HttpVersion::Http10, rest)
        };
        let (target, _what_should_not_be_there) = word(rest);
        let mut fields = Fields::default();
        each_header(headers, |name, value| fields.absorb(name, value));
        Ok(Self {
            method: Text::new(method, HEADER_VALUE_BYTES),
            target: Text::new(target, TARGET_BYTES),
            version: Some(version),
            fields,
        })
    }

    /// What the first line alone says, where the block was cut after it or inside it.
    pub(super) fn from_cut(bytes: &[u8]) -> Option<Self> {
        if let Some((line, _headers)) = line(bytes) {
            return Self::from_lines(line, &[]).ok();
        }
        // Of a line that was cut, a word is whole where a space follows it.
        let (method, rest) = word(bytes);
        let (target, _cut) = rest.split_at(memchr::memchr(b' ', rest)?);
        sniff::is_known_method(method).then(|| Self {
            method: Text::new(method, HEADER_VALUE_BYTES),
            target: Text::new(target, TARGET_BYTES),
            version: None,
            fields: Fields::default(),
        })
    }

    /// The authority of an absolute-form target (RFC 9112 §3.2.2).
    pub(super) fn absolute_authority(&self) -> Option<Text> {
        let (scheme, rest) = self.target.kept.split_once("://")?;
        if scheme.contains(['/', '?']) {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next()?;
        Some(Text::new(authority.as_bytes(), TARGET_BYTES))
    }
}

impl ResponseHead {
    /// The head that the block is.
    pub(super) fn parse(block: &[u8]) -> Result<Self, StopReason> {
        let (line, headers) = line(block).ok_or(StopReason::NotHttp)?;
        Self::from_lines(line, headers)
    }

    fn from_lines(line: &[u8], headers: &[u8]) -> Result<Self, StopReason> {
        let (version, rest) = word(line);
        if !version.starts_with(b"HTTP/") {
            return Err(StopReason::NotHttp);
        }
        let (code, _reason) = word(rest);
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        let digits = code.iter().take(3).take_while(is_digit);
        let status = digits
            .map(|digit| u16::from(digit - b'0'))
            .reduce(|status, digit| status * 10 + digit);
        let mut fields = Fields::default();
        each_header(headers, |name, value| {
            fields.absorb(name, value);
            fields.absorb_notable(name, value);
        });
        Ok(Self {
            status: status.ok_or(StopReason::NotHttp)?,
            version: http_version(version),
            fields,
        })
    }

    /// What the first line alone says, where the block was cut after it or inside it.
    pub(super) fn from_cut(bytes: &[u8]) -> Option<Self> {
        if let Some((line, _headers)) = line(bytes) {
            return Self::from_lines(line, &[]).ok();
        }
        let (version, rest) = word(bytes);
        // `HTTP/1.1 200` and a byte after it.
        let is_whole = version.len() == 8 && bytes.len() > 12 && rest.len() >= 3;
        let head = is_whole.then(|| Self::from_lines(bytes, &[]).ok());
        head.flatten()
    }
}

/// The first line without its end, and what follows; `None` when it does not end.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line = bytes.get(..end)?;
    let rest = bytes.get(end + 1..)?;
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

/// The first word of a line, and what follows the space.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    match line.iter().position(is_space) {
        Some(space) => {
            let (word, rest) = line.split_at(space);
            (word, rest.trim_ascii())
        }
        None => (line, &[]),
    }
}

/// What precedes the last word of a line, and that word.
fn last_word(line: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memrchr(b' ', line) {
        Some(space) => {
            let (before, word) = line.split_at(space);
            (before.trim_ascii(), word.trim_ascii())
        }
        None => (&[], line),
    }
}

/// Hands out the headers of a block. The value of a folded header (RFC 9112 §5.2) is its first line.
fn each_header(mut block: &[u8], mut take: impl FnMut(&[u8], &[u8])) {
    while let Some((header, rest)) = line(block) {
        block = rest;
        let is_folded = matches!(header.first(), Some(b' ' | b'\t'));
        if let Some(colon) = memchr::memchr(b':', header)
            && !is_folded
        {
            let (name, value) = header.split_at(colon);
            let value = value.get(1..).unwrap_or_default();
            take(name.trim_ascii_end(), value.trim_ascii());
        }
    }
}

fn http_version(text: &[u8]) -> HttpVersion {
    match text {
        b"HTTP/1.0" | b"HTTP/0.9" => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    }
}
