//! What follows a header block: the rules of RFC 9112 §6.3.

use crate::http::facts::{Body, HttpVersion, Request, Response, StopReason};
use crate::http::fields::Fields;
use crate::http::h1::body::Progress;
use crate::http::h1::head::{RequestHead, ResponseHead};
use crate::ids::Stamp;

/// What follows a header block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// The next message.
    Nothing,
    /// A body.
    Body(Progress),
    /// Nobody knows.
    Unknown(StopReason),
}

/// What was asked, as far as it decides how the answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// HEAD: the answer has no body.
    Head,
    /// CONNECT: a good answer opens a tunnel.
    Connect,
    /// Something else.
    Other,
}

impl Asked {
    pub(super) fn from_method(method: &str) -> Self {
        match method {
            "HEAD" => Self::Head,
            "CONNECT" => Self::Connect,
            _ => Self::Other,
        }
    }
}

impl RequestHead {
    pub(super) fn framing(&self) -> Framing {
        if Asked::from_method(&self.method.kept) == Asked::Connect {
            return Framing::Nothing;
        }
        match self.fields.length() {
            Length::Absent | Length::Bytes(0) | Length::UntilClose => Framing::Nothing,
            Length::Bytes(length) => Framing::Body(Progress::Length(length)),
            Length::Chunked => Framing::Body(Progress::CHUNKED),
            Length::Bad => Framing::Unknown(StopReason::BadBodyLength),
        }
    }

    /// The request it starts.
    pub(super) fn into_request(
        self,
        first_byte: Stamp,
        headers_complete: Option<Stamp>,
    ) -> Request {
        let absolute = self.absolute_authority();
        let is_connect = Asked::from_method(&self.method.kept) == Asked::Connect;
        let authority = is_connect.then(|| self.target.clone());
        let body = self.fields.body();
        Request {
            first_byte,
            headers_complete,
            last_byte: headers_complete.unwrap_or(first_byte),
            end_offset: None,
            method: Some(self.method),
            target: Some(self.target),
            host: absolute.or(self.fields.host).or(authority),
            version: self.version,
            expect_continue: self.fields.expect_continue,
            upgrade: self.fields.upgrade,
            closes: closes(
                self.version,
                self.fields.says_close,
                self.fields.says_keep_alive,
            ),
            body,
        }
    }
}

impl ResponseHead {
    pub(super) fn framing(&self, asked: Asked) -> Framing {
        let is_bodiless = matches!(self.status, 100..=199 | 204 | 304);
        let is_tunnel = asked == Asked::Connect && matches!(self.status, 200..=299);
        if is_bodiless || is_tunnel || asked == Asked::Head {
            return Framing::Nothing;
        }
        match self.fields.length() {
            Length::Bytes(0) => Framing::Nothing,
            Length::Bytes(length) => Framing::Body(Progress::Length(length)),
            Length::Chunked => Framing::Body(Progress::CHUNKED),
            Length::Absent | Length::UntilClose | Length::Bad => {
                Framing::Body(Progress::UntilClose)
            }
        }
    }

    /// The response it starts.
    pub(super) fn into_response(
        self,
        first_byte: Stamp,
        headers_complete: Option<Stamp>,
    ) -> Response {
        let body = self.fields.body();
        Response {
            first_byte,
            headers_complete,
            last_byte: headers_complete.unwrap_or(first_byte),
            status: Some(self.status),
            version: Some(self.version),
            notable: self.fields.notable,
            closes: closes(
                Some(self.version),
                self.fields.says_close,
                self.fields.says_keep_alive,
            ),
            body,
        }
    }
}

/// What the header fields say of the body's length.
enum Length {
    Absent,
    Bytes(u64),
    Chunked,
    UntilClose,
    Bad,
}

impl Fields {
    fn length(&self) -> Length {
        match (self.has_transfer_encoding, self.content_length) {
            (true, _) if self.is_chunked => Length::Chunked,
            (true, _) => Length::UntilClose,
            _ if self.has_bad_length => Length::Bad,
            (false, Some(length)) => Length::Bytes(length),
            (false, None) => Length::Absent,
        }
    }

    fn body(&self) -> Body {
        let has_length = self.content_length.is_some() || self.has_bad_length;
        Body {
            content_length: self.content_length,
            is_ambiguous: self.has_bad_length || self.has_transfer_encoding && has_length,
            ..Body::EMPTY
        }
    }
}

/// Whether the connection ends after a message (RFC 9112 §9.3).
const fn closes(version: Option<HttpVersion>, says_close: bool, says_keep_alive: bool) -> bool {
    match version {
        Some(HttpVersion::Http10) => !says_keep_alive,
        _ => says_close,
    }
}
