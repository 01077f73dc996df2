//! One decoded header block: pseudo-header fields (RFC 9113 §8.3) and the fields that matter.

use crate::http::facts::{Body, BodyFraming, HttpVersion, Request, Response, Text};
use crate::http::fields::Fields;
use crate::http::hpack::{BadHeaderBlock, Decoder};
use crate::ids::Stamp;
use crate::limits::{HEADER_VALUE_BYTES, TARGET_BYTES};

/// What a header block says.
#[derive(Debug, Default)]
pub(super) struct Headers {
    method: Option<Text>,
    path: Option<Text>,
    authority: Option<Text>,
    pub(super) status: Option<u16>,
    /// Fields that name a table entry never seen.
    pub(super) unknown_count: u64,
    fields: Fields,
}

impl Headers {
    pub(super) fn decode(decoder: &mut Decoder, block: &[u8]) -> Result<Self, BadHeaderBlock> {
        let mut headers = Self::default();
        decoder.decode(block, |field| match field {
            Some((name, value)) => headers.absorb(name, value),
            None => headers.unknown_count = headers.unknown_count.saturating_add(1),
        })?;
        Ok(headers)
    }

    /// Neither a request nor a response starts with it.
    pub(super) const fn is_trailer(&self) -> bool {
        self.method.is_none() && self.status.is_none() && self.unknown_count == 0
    }

    pub(super) fn into_request(self, first_byte: Stamp, at: Stamp) -> Request {
        let body = self.body();
        Request {
            first_byte,
            headers_complete: Some(at),
            last_byte: at,
            end_offset: None,
            target: self.path.or_else(|| self.authority.clone()),
            method: self.method,
            host: self.authority.or(self.fields.host),
            version: Some(HttpVersion::Http2),
            expect_continue: self.fields.expect_continue,
            upgrade: None,
            closes: false,
            body,
        }
    }

    pub(super) fn into_response(self, first_byte: Stamp, at: Stamp) -> Response {
        let body = self.body();
        Response {
            first_byte,
            headers_complete: Some(at),
            last_byte: at,
            status: self.status,
            version: Some(HttpVersion::Http2),
            notable: self.fields.notable,
            closes: false,
            body,
        }
    }

    fn body(&self) -> Body {
        Body {
            framing: BodyFraming::Frames,
            content_length: self.fields.content_length,
            is_ambiguous: self.fields.has_bad_length,
            ..Body::EMPTY
        }
    }

    fn absorb(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b":method" => self.method = Some(Text::new(value, HEADER_VALUE_BYTES)),
            b":path" => self.path = Some(Text::new(value, TARGET_BYTES)),
            b":authority" => self.authority = Some(Text::new(value, TARGET_BYTES)),
            b":status" => {
                let text = std::str::from_utf8(value).ok();
                self.status = text.and_then(|text| text.parse().ok());
            }
            _ => {
                self.fields.absorb(name, value);
                self.fields.absorb_notable(name, value);
            }
        }
    }
}
