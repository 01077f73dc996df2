//! The header fields that matter here, whichever version of HTTP carried them.

use crate::http::facts::{NotableHeader, Text};
use crate::limits::{HEADER_VALUE_BYTES, NOTABLE_HEADERS, TARGET_BYTES};

/// Response headers that tell who answered, from where, and how long it keeps the connection: the names that are as
/// long as this one. Most headers are none of them, and few of them are equally long.
const fn notable(length: usize) -> &'static [&'static str] {
    match length {
        3 => &["via", "age"],
        6 => &["server", "cf-ray"],
        7 => &["x-cache", "x-timer", "eagleid"],
        9 => &["x-backend"],
        10 => &["keep-alive"],
        11 => &[
            "x-served-by",
            "x-amz-cf-id",
            "x-azure-ref",
            "x-vercel-id",
            "grpc-status",
        ],
        12 => &[
            "x-cache-hits",
            "x-request-id",
            "x-amz-cf-pop",
            "x-msedge-ref",
        ],
        13 => &["server-timing"],
        14 => &["fly-request-id"],
        15 => &["x-edge-location", "cf-cache-status"],
        16 => &["x-amz-request-id", "x-amzn-requestid", "x-backend-server"],
        19 => &["x-akamai-request-id"],
        29 => &["x-envoy-upstream-service-time"],
        _ => &[],
    }
}

/// What the header block of one message says.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) content_length: Option<u64>,
    /// A length that is not a number, or two that differ.
    pub(super) has_bad_length: bool,
    /// `Transfer-Encoding` is there.
    pub(super) has_transfer_encoding: bool,
    /// Its last coding is `chunked`.
    pub(super) is_chunked: bool,
    pub(super) host: Option<Text>,
    pub(super) expect_continue: bool,
    pub(super) upgrade: Option<Text>,
    pub(super) says_close: bool,
    pub(super) says_keep_alive: bool,
    pub(super) notable: Vec<NotableHeader>,
}

impl Fields {
    /// Takes a field of a request or a response.
    pub(super) fn absorb(&mut self, name: &[u8], value: &[u8]) {
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.host
                    .get_or_insert_with(|| Text::new(value, TARGET_BYTES));
            }
            6 if name.eq_ignore_ascii_case(b"expect") => {
                self.expect_continue |= value.eq_ignore_ascii_case(b"100-continue");
            }
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.upgrade
                    .get_or_insert_with(|| Text::new(value, HEADER_VALUE_BYTES));
            }
            10 if name.eq_ignore_ascii_case(b"connection") => self.connection(value),
            14 if name.eq_ignore_ascii_case(b"content-length") => self.content_length(value),
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.has_transfer_encoding = true;
                let last = value.rsplit(|byte| *byte == b',').next();
                self.is_chunked =
                    last.is_some_and(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
            }
            _ => {}
        }
    }

    /// Takes a field of a response that may tell who answered.
    pub(super) fn absorb_notable(&mut self, name: &[u8], value: &[u8]) {
        if self.notable.len() >= NOTABLE_HEADERS {
            return;
        }
        let known = notable(name.len())
            .iter()
            .find(|known| known.as_bytes().eq_ignore_ascii_case(name));
        if let Some(name) = known {
            self.notable.push(NotableHeader {
                name,
                value: Text::new(value, HEADER_VALUE_BYTES),
            });
        }
    }

    fn connection(&mut self, value: &[u8]) {
        for option in value.split(|byte| *byte == b',') {
            let option = option.trim_ascii();
            self.says_close |= option.eq_ignore_ascii_case(b"close");
            self.says_keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
        }
    }

    /// A list of the same number counts as one (RFC 9110 §8.6).
    fn content_length(&mut self, value: &[u8]) {
        for item in value.split(|byte| *byte == b',') {
            match decimal(item.trim_ascii()) {
                Some(length) if self.content_length.is_none_or(|before| before == length) => {
                    self.content_length = Some(length);
                }
                _ => self.has_bad_length = true,
            }
        }
    }
}

/// An unsigned decimal number of digits only; `None` when it is empty, something else or too large.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notable_names_stand_at_their_length() {
        let mut count = 0;
        for length in 0..64 {
            for name in notable(length) {
                assert_eq!(
                    (name.len(), name.to_ascii_lowercase().as_str()),
                    (length, *name)
                );
                count += 1;
            }
        }
        assert_eq!(count, 27);
    }
}
