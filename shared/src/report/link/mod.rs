//! A link that carries the report itself, in the part of a URL that no server ever sees.
//!
//! ```text
//!  #r1.<length>.<crc>.<payload>
//!      length   characters of the payload, base 36
//!      crc      CRC-32 of the payload's characters, hex
//!      payload  base64url of raw deflate of columns
//! ```
//!
//! Length and sum are there because mail and chat programs cut and change links, and a cut report must not pass for
//! a whole one. Only a [`RedactedReport`] becomes a link. What a link holds is decided by its level; what it leaves
//! out it says.

mod bytes;
mod columns;
mod defaults;
mod error;
mod forms;
pub mod level;
mod logged;
mod messages;
mod numbers;
mod pack;
mod shares;
mod told;
mod words;

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub use self::error::LinkError;
pub use self::level::Level;

use super::redaction::RedactedReport;
use super::v1::{Report, VERSION};
use crate::limits::{LINK_BYTES, LINK_CHARACTERS};

/// Characters of a URL that Microsoft Teams and mail programs leave whole (measured: about 2,048).
pub const TEAMS: usize = 2_000;
/// Characters that Slack leaves whole (measured: about 4,000, cut in silence).
pub const SLACK: usize = 4_000;
/// Characters that every browser shows in full (Chromium's address bar: 32 KB).
pub const BROWSER: usize = 32_000;

const MARK: &str = "r1";

/// A report as the fragment of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// From `#` on.
    pub fragment: String,
    /// What it holds.
    pub level: Level,
}

/// A report that came by a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The report; times are whole steps of 10 µs, and packets are known by their numbers only.
    pub report: Report,
    /// What the link holds of the report that it was made from.
    pub level: Level,
}

/// The most detailed link of at most so many characters, `#` and all before it (`base`) counted; `None` when even
/// the least does not fit.
#[must_use]
pub fn link(report: &RedactedReport, base: &str, most: usize) -> Option<Link> {
    fitting(report.report(), base, most)
}

/// [`link`] of a report that is known to have been redacted.
pub(crate) fn fitting(report: &Report, base: &str, most: usize) -> Option<Link> {
    let room = most.saturating_sub(base.chars().count());
    Level::ALL
        .into_iter()
        .map(|level| made(report, level))
        .find(|link| link.fragment.len() <= room)
}

/// The link at a level, however long.
#[must_use]
pub fn at(report: &RedactedReport, level: Level) -> Link {
    made(report.report(), level)
}

fn made(report: &Report, level: Level) -> Link {
    let reduced = pack::in_steps(&level::at(level, report));
    let content = json!({ "level": level.word(), "content": pack::pack(&reduced) });
    let written = numbers::COSTS.map(|cost| framed(&columns::write(&content, cost)));
    let shortest = written.into_iter().min_by_key(String::len);
    Link {
        fragment: shortest.unwrap_or_default(),
        level,
    }
}

/// Raw deflate (RFC 1951) at its best.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    bytes::deflate(bytes)
}

/// What was deflated; `None` when it is broken or larger than the cap.
pub(crate) fn inflated(bytes: &[u8], cap: usize) -> Option<Vec<u8>> {
    bytes::inflate(bytes, cap).ok()
}

/// A fragment around columns, whatever they hold.
#[must_use]
pub fn framed(columns: &[u8]) -> String {
    let payload = URL_SAFE_NO_PAD.encode(bytes::deflate(columns));
    let length = base36(payload.len());
    let sum = sum_of(&payload);
    format!("#{MARK}.{length}.{sum:08x}.{payload}")
}

/// Opens the fragment of a URL, with or without `#`; what follows the payload after `&` is the viewer's.
pub fn open(fragment: &str) -> Result<Opened, LinkError> {
    let read = columns::read(&content(fragment)?, LINK_BYTES);
    read.ok()
        .and_then(opened)
        .ok_or(LinkError::Unreadable { cap: LINK_BYTES })
}

/// The columns inside of a fragment.
pub fn content(fragment: &str) -> Result<Vec<u8>, LinkError> {
    let text = fragment.trim().trim_start_matches('#');
    let text = text.split_once('&').map_or(text, |(report, _)| report);
    let payload = payload_of(text)?;
    let deflated = URL_SAFE_NO_PAD.decode(payload).ok();
    let inflated = deflated.and_then(|deflated| bytes::inflate(&deflated, LINK_BYTES).ok());
    inflated.ok_or(LinkError::Unreadable { cap: LINK_BYTES })
}

/// A text that is meant to be a link of ours, whether or not it arrived whole.
#[must_use]
pub fn is_ours(fragment: &str) -> bool {
    let text = fragment.trim().trim_start_matches('#');
    let mark = text.split('.').next().unwrap_or_default();
    let version = mark.strip_prefix('r').unwrap_or_default();
    !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) && text.contains('.')
}

fn opened(mut content: Value) -> Option<Opened> {
    let level = content
        .get("level")
        .and_then(Value::as_str)
        .and_then(Level::of_word)?;
    let report = pack::unpack(content.get_mut("content")?.take())?;
    (report.report_version == VERSION).then_some(Opened { report, level })
}

/// The payload, whole and unchanged.
fn payload_of(text: &str) -> Result<&str, LinkError> {
    if !is_ours(text) {
        return Err(LinkError::NotOurs);
    }
    let mut parts = text.splitn(4, '.');
    let mark = parts.next().unwrap_or_default();
    if mark != MARK {
        let found = mark.trim_start_matches('r').parse().unwrap_or(u32::MAX);
        return Err(if found == 0 {
            LinkError::NotOurs
        } else {
            LinkError::Newer { found }
        });
    }
    let (length, sum, payload) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let Some(payload) = payload else {
        // Cut inside its head: how long it was is known where the length arrived whole.
        let expected = sum
            .and_then(|_| usize::from_str_radix(length, 36).ok())
            .unwrap_or_default();
        return Err(LinkError::Cut {
            arrived: 0,
            expected,
        });
    };
    let expected = usize::from_str_radix(length, 36).map_err(|_no_number| LinkError::Changed)?;
    let arrived = payload.len();
    if arrived < expected {
        return Err(LinkError::Cut { arrived, expected });
    }
    if arrived > expected {
        return Err(LinkError::TooLong {
            extra: arrived - expected,
        });
    }
    if arrived > LINK_CHARACTERS {
        return Err(LinkError::Unreadable { cap: LINK_BYTES });
    }
    // As it was written: a capital would read as the same number, and somebody changed it.
    if sum != Some(&*format!("{:08x}", sum_of(payload))) {
        return Err(LinkError::Changed);
    }
    Ok(payload)
}

fn sum_of(payload: &str) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(payload.as_bytes());
    crc.sum()
}

fn base36(mut number: usize) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = char::from_digit((number % 36) as u32, 36).unwrap_or('0');
        digits.push(digit);
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}
