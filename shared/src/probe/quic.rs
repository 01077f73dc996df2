//! What a client of our own counted on the socket of a QUIC connection.

use crate::http::facts::ErrorCode;
use crate::quic::Version;
use crate::quic::code::Http3Code;

/// What a client of our own counted on the socket of a QUIC connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quic {
    /// Version of the first Initial packet; `None` until one left.
    pub version: Option<Version>,
    /// Datagrams with Initial packets that were sent before the server's first datagram came.
    pub initials: u64,
    /// Datagrams that were sent, and that came.
    pub datagrams: (u64, u64),
    /// Their payloads, bytes.
    pub bytes: (u64, u64),
    /// The largest payload that came with nothing but packets of the encrypted exchange, once the handshake was done,
    /// bytes: before, servers pad what they send to 1200 (RFC 9000 §14.1), whatever comes through later.
    pub largest: u32,
}

/// Why a server ended the request's stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// RST_STREAM of HTTP/2.
    Http2(ErrorCode),
    /// RESET_STREAM with a code of HTTP/3.
    Http3(Http3Code),
}

impl StreamError {
    /// Its name in the registries, else its number.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Http2(code) => code.words(),
            Self::Http3(code) => code.words(),
        }
    }
}
