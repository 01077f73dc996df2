//! The start of an HTTP/1 message: request or status line and header block (RFC 9112 §2 to §5).

use httparse::{EMPTY_HEADER, Error, Header, ParserConfig, Status};

use crate::http::facts::{HttpVersion, StopReason, Text};
use crate::http::fields::Fields;
use crate::limits::{HEADER_COUNT, HEADER_VALUE_BYTES, TARGET_BYTES};

/// Headers that fit on the stack; a block with more is read again with room for [`HEADER_COUNT`].
const USUAL_HEADERS: usize = 64;

/// A request line and its header fields.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: Text,
    pub(super) target: Text,
    pub(super) version: HttpVersion,
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
    /// The head at the start of `bytes` and its length; `None` when it does not end there.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, StopReason> {
        let mut few = [EMPTY_HEADER; USUAL_HEADERS];
        match Self::parse_with(bytes, &mut few) {
            Err(StopReason::TooManyHeaders) => {
                Self::parse_with(bytes, &mut vec![EMPTY_HEADER; HEADER_COUNT])
            }
            read => read,
        }
    }

    fn parse_with<'b>(
        bytes: &'b [u8],
        headers: &mut [Header<'b>],
    ) -> Result<Option<(Self, usize)>, StopReason> {
        let mut request = httparse::Request::new(headers);
        let read = lenient().parse_request(&mut request, bytes);
        let Status::Complete(length) = read.map_err(stop_reason)? else {
            return Ok(None);
        };
        let mut fields = Fields::default();
        for header in request.headers {
            fields.absorb(header.name.as_bytes(), header.value);
        }
        let method = request.method.unwrap_or_default();
        let head = Self {
            method: Text::new(method.as_bytes(), HEADER_VALUE_BYTES),
            target: Text::new(request.path.unwrap_or_default().as_bytes(), TARGET_BYTES),
            version: version(request.version),
            fields,
        };
        Ok(Some((head, length)))
    }

    /// What the first line alone says, where the block was cut after it.
    pub(super) fn from_first_line(bytes: &[u8]) -> Option<Self> {
        Self::parse(&as_block(bytes)?)
            .ok()?
            .map(|(head, _end)| head)
    }

    /// The authority of an absolute-form target (RFC 9112 §3.2.2).
    pub(super) fn absolute_authority(&self) -> Option<Text> {
        let (_scheme, rest) = self.target.kept.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        Some(Text::new(authority.as_bytes(), TARGET_BYTES))
    }
}

impl ResponseHead {
    /// The head at the start of `bytes` and its length; `None` when it does not end there.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, StopReason> {
        let mut few = [EMPTY_HEADER; USUAL_HEADERS];
        match Self::parse_with(bytes, &mut few) {
            Err(StopReason::TooManyHeaders) => {
                Self::parse_with(bytes, &mut vec![EMPTY_HEADER; HEADER_COUNT])
            }
            read => read,
        }
    }

    fn parse_with<'b>(
        bytes: &'b [u8],
        headers: &mut [Header<'b>],
    ) -> Result<Option<(Self, usize)>, StopReason> {
        let mut response = httparse::Response::new(headers);
        let read = lenient().parse_response(&mut response, bytes);
        let Status::Complete(length) = read.map_err(stop_reason)? else {
            return Ok(None);
        };
        let mut fields = Fields::default();
        for header in response.headers {
            fields.absorb(header.name.as_bytes(), header.value);
            fields.absorb_notable(header.name.as_bytes(), header.value);
        }
        let head = Self {
            status: response.code.unwrap_or_default(),
            version: version(response.version),
            fields,
        };
        Ok(Some((head, length)))
    }

    /// What the first line alone says, where the block was cut after it.
    pub(super) fn from_first_line(bytes: &[u8]) -> Option<Self> {
        Self::parse(&as_block(bytes)?)
            .ok()?
            .map(|(head, _end)| head)
    }
}

/// The first line of `bytes`, if it is whole, as a header block without headers.
fn as_block(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let mut block = bytes.get(..=end)?.to_vec();
    block.extend_from_slice(b"\r\n");
    Some(block)
}

/// One bad header among good ones is passed over, as most clients and servers do.
fn lenient() -> ParserConfig {
    let mut config = ParserConfig::default();
    config
        .allow_multiple_spaces_in_request_line_delimiters(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .ignore_invalid_headers_in_requests(true)
        .ignore_invalid_headers_in_responses(true);
    config
}

fn version(minor: Option<u8>) -> HttpVersion {
    match minor {
        Some(0) => HttpVersion::Http10,
        _ => HttpVersion::Http11,
    }
}

fn stop_reason(error: Error) -> StopReason {
    match error {
        Error::TooManyHeaders => StopReason::TooManyHeaders,
        _ => StopReason::NotHttp,
    }
}
