//! What is known of the HTTP exchanges of one flow, HTTP/1 and HTTP/2 alike.
//!
//! Times: a first byte has the time of the packet that carried it; the end of anything has the time of the
//! packet that put its last byte in order. No body is kept.

use std::collections::VecDeque;

use crate::ids::Stamp;
use crate::side::{PerSide, Side};

/// The HTTP of one flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpFacts {
    /// Who sends the requests, by content.
    pub client: Side,
    /// The exchanges: the first and the last ones kept, all counted.
    pub exchanges: ExchangeLog,
    /// What only HTTP/2 has; `None` on a flow that speaks HTTP/1 alone.
    pub http2: Option<Box<Http2Facts>>,
    /// What a 101 answer turned the flow into.
    pub upgrade: Option<Upgrade>,
    /// Where the reading of one side lost its place and why, the first few; it goes on with the next packet
    /// that starts with a message.
    pub stops: Vec<Stop>,
}

/// The exchanges of one flow, in order of their first byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeLog {
    pub(super) first: Vec<Exchange>,
    pub(super) last: VecDeque<Exchange>,
    pub(super) exchange_count: u64,
    pub(super) request_count: u64,
    pub(super) response_count: u64,
}

impl ExchangeLog {
    /// The kept exchanges in order; ranks jump where some were dropped.
    pub fn iter(&self) -> impl Iterator<Item = &Exchange> {
        self.first.iter().chain(self.last.iter())
    }

    /// All exchanges, kept or not.
    #[must_use]
    pub const fn exchange_count(&self) -> u64 {
        self.exchange_count
    }

    /// All requests seen, kept or not.
    #[must_use]
    pub const fn request_count(&self) -> u64 {
        self.request_count
    }

    /// All final responses seen, kept or not.
    #[must_use]
    pub const fn response_count(&self) -> u64 {
        self.response_count
    }
}

/// One request and its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Rank in the flow, from 0.
    pub number: u64,
    /// HTTP/2 stream; `None` in HTTP/1.
    pub stream: Option<u32>,
    /// The request; `None` when it was not seen (the flow was joined midway, or it is in a hole).
    pub request: Option<Request>,
    /// Informational (1xx) responses before the final one, the first few.
    pub informational: Vec<Informational>,
    /// The final response; `None` while there is none.
    pub response: Option<Response>,
    /// The capture lacks bytes of the server that may have been the response: where `response` is `None`,
    /// nobody can say that it did not come.
    pub is_response_lost: bool,
    /// HTTP/2: the RST_STREAM that ended it.
    pub reset: Option<StreamReset>,
    /// HTTP/2: the server promised it (PUSH_PROMISE), nobody asked.
    pub is_pushed: bool,
}

/// The protocol version on the first line, or HTTP/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HttpVersion {
    /// `HTTP/1.0`, older, or a request line without version.
    Http10,
    /// `HTTP/1.1`
    Http11,
    /// HTTP/2 frames (RFC 9113).
    Http2,
    /// HTTP/3 (RFC 9114), which only a client of our own can read.
    Http3,
}

/// Text off the wire, kept up to a bound; bytes that are not UTF-8 are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The kept start of it.
    pub kept: Box<str>,
    /// Its length on the wire, bytes.
    pub length: usize,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its first byte.
    pub first_byte: Stamp,
    /// The end of its header block; `None` when it never came, and then most fields are absent.
    pub headers_complete: Option<Stamp>,
    /// The last byte of it that was seen.
    pub last_byte: Stamp,
    /// Stream position after its last byte; `None` unless it is complete.
    pub end_offset: Option<u64>,
    /// Method; `None` when the first line was not complete.
    pub method: Option<Text>,
    /// Request target as sent (`:path` in HTTP/2, the authority of a CONNECT).
    pub target: Option<Text>,
    /// `Host`, `:authority`, or the authority of an absolute-form target.
    pub host: Option<Text>,
    /// Version on the request line.
    pub version: Option<HttpVersion>,
    /// `Expect: 100-continue` was sent; the header block's end is when.
    pub expect_continue: bool,
    /// Protocols offered in `Upgrade`.
    pub upgrade: Option<Text>,
    /// It says that the connection ends after the exchange (`Connection: close`, or HTTP/1.0 without keep-alive).
    pub closes: bool,
    /// Its body.
    pub body: Body,
}

/// A final response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Its first byte.
    pub first_byte: Stamp,
    /// The end of its header block; `None` when it never came, and then most fields are absent.
    pub headers_complete: Option<Stamp>,
    /// The last byte of it that was seen.
    pub last_byte: Stamp,
    /// Status code; `None` when the first line was not complete.
    pub status: Option<u16>,
    /// Version on the status line.
    pub version: Option<HttpVersion>,
    /// Headers that name who answered (Server, Via, X-Served-By, CF-Ray, …), in the order sent.
    pub notable: Vec<NotableHeader>,
    /// It says that the connection ends after it.
    pub closes: bool,
    /// Its body.
    pub body: Body,
}

/// A 1xx response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Informational {
    /// Status code, 100 to 199.
    pub status: u16,
    /// Its first byte.
    pub first_byte: Stamp,
    /// The end of its header block.
    pub headers_complete: Stamp,
}

/// A header that helps to tell who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotableHeader {
    /// Lower-case name.
    pub name: &'static str,
    /// Value, its start.
    pub value: Text,
}

/// How the end of a message's body is known (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFraming {
    /// The message has no body, or its header block is not complete.
    None,
    /// `Content-Length` bytes.
    ContentLength,
    /// Chunks.
    Chunked,
    /// It ends with the connection.
    UntilClose,
    /// HTTP/2 DATA frames.
    Frames,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It has not: the capture ended, the flow was given up, or it still goes on.
    Open,
    /// With its last byte, as framed; a body that runs until close ended with the sender's FIN.
    Complete,
    /// The sender closed before the end.
    CutByClose,
    /// A TCP reset came before the end.
    CutByReset,
    /// RST_STREAM came before the end (HTTP/2).
    CutByStreamReset,
    /// Bytes needed to find its end are missing from the capture.
    LostInHole,
}

/// What is known of a body without keeping it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// How its end is known.
    pub framing: BodyFraming,
    /// `Content-Length`; `None` when absent or unreadable.
    pub content_length: Option<u64>,
    /// Both `Transfer-Encoding` and `Content-Length`, or different lengths, were sent: two readers may see
    /// two different messages.
    pub is_ambiguous: bool,
    /// Body bytes that passed, without chunk or frame headers and padding; holes inside are counted too.
    pub bytes: u64,
    /// Of these, bytes that the capture does not have.
    pub missing: u64,
    /// Longest time without a byte between the end of the header block and the last body byte.
    pub longest_gap: Option<Gap>,
    /// How the message ended.
    pub ending: Ending,
}

/// A time in which nothing came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The last packet before it.
    pub from: Stamp,
    /// The packet that ended it.
    pub until: Stamp,
}

/// A 101 answer and what the flow speaks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The end of the 101 response.
    pub at: Stamp,
    /// `Upgrade` of the response, else of the request: `websocket`, `h2c`, ….
    pub protocol: Text,
}

/// Where the reading of one side lost its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Whose bytes.
    pub side: Side,
    /// The packet.
    pub at: Stamp,
    /// Why.
    pub reason: StopReason,
}

/// Why the reading of one side lost its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// A header block is longer than the cap.
    HeadersTooLong,
    /// A first line or header that is not HTTP.
    NotHttp,
    /// `Content-Length` or `Transfer-Encoding` that cannot be read.
    BadBodyLength,
    /// A chunk header that is not one.
    BadChunk,
    /// More requests wait for their response than the cap.
    TooManyOutstanding,
    /// Bytes after a response that nobody asked for and that do not start a response.
    BytesAfterResponse,
    /// An HTTP/2 frame that breaks the protocol (size, stream, order).
    BadFrame,
    /// Bytes are missing, and the next frame or message cannot be found.
    LostInHole,
}

/// What only HTTP/2 has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Http2Facts {
    /// The client's connection preface; `None` when it is in a hole.
    pub preface: Option<Stamp>,
    /// It came from HTTP/1 by Upgrade: h2c, not with prior knowledge.
    pub is_upgraded: bool,
    /// What each side announced in SETTINGS, last value each.
    pub settings: PerSide<Settings>,
    /// GOAWAY frames, the first ones.
    pub go_aways: Vec<GoAway>,
    /// Times in which a sender had no flow-control window left, the longest ones.
    pub window_stalls: Vec<WindowStall>,
    /// All of them, kept or not.
    pub window_stall_count: u64,
    /// PING frames sent by each side, answers not counted.
    pub pings: PerSide<u64>,
    /// Longest time from a PING to its answer, by the side that asked.
    pub slowest_ping: PerSide<Option<Gap>>,
    /// Header fields that could not be read because the table entry they name was never seen.
    pub unknown_header_count: u64,
}

/// SETTINGS of one side (RFC 9113 §6.5.2); `None` where it sent no such value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The first SETTINGS frame.
    pub first: Option<Stamp>,
    /// The other side's first acknowledgement.
    pub acknowledged: Option<Stamp>,
    /// SETTINGS_HEADER_TABLE_SIZE, bytes.
    pub header_table_size: Option<u32>,
    /// SETTINGS_MAX_CONCURRENT_STREAMS.
    pub max_concurrent_streams: Option<u32>,
    /// SETTINGS_INITIAL_WINDOW_SIZE, bytes.
    pub initial_window_size: Option<u32>,
    /// SETTINGS_MAX_FRAME_SIZE, bytes.
    pub max_frame_size: Option<u32>,
}

/// An HTTP/2 error code (RFC 9113 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode(pub u32);

/// A GOAWAY frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoAway {
    /// Who sent it.
    pub by: Side,
    /// Its packet.
    pub at: Stamp,
    /// The highest stream that the sender may have acted on.
    pub last_stream: u32,
    /// Why.
    pub code: ErrorCode,
    /// Debug data, its start.
    pub debug: Text,
}

/// A RST_STREAM frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamReset {
    /// Who sent it.
    pub by: Side,
    /// Its packet.
    pub at: Stamp,
    /// Why.
    pub code: ErrorCode,
}

/// A sender had used its flow-control window up and had to wait for the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowStall {
    /// Who had to wait.
    pub sender: Side,
    /// The stream; `None` for the connection's window.
    pub stream: Option<u32>,
    /// The DATA frame that used it up.
    pub exhausted: Stamp,
    /// The WINDOW_UPDATE or SETTINGS that opened it again; `None` when none came.
    pub reopened: Option<Stamp>,
}

/// How one direction of a TCP flow ended, told to a tracker when the flow is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamEnd {
    /// Not seen: still open, given up, or the capture ended.
    #[default]
    Open,
    /// This side sent FIN.
    Closed(Stamp),
    /// A reset by either side ended it before a FIN of this side.
    Reset(Stamp),
}
