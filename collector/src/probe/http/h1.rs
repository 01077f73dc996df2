//! HTTP/1.1 (RFC 9112): a writer and a reader that say where they are.

use std::fmt::Write as _;

use anyhow::bail;
use stallscope_shared::http::facts::HttpVersion;

/// A request, as it was typed.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method.
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    /// Host and port as the Host header has them.
    pub(crate) host: String,
    /// Headers beside those that are written by themselves; an empty value takes one of those out, as in curl.
    pub(crate) headers: Vec<(String, String)>,
    /// Body.
    pub(crate) body: Option<Vec<u8>>,
    /// The connection is to be kept for another one.
    pub(crate) keeps_alive: bool,
}

impl Request {
    /// `Name: value`, as typed.
    pub(crate) fn header(typed: &str) -> anyhow::Result<(String, String)> {
        let Some((name, value)) = typed.split_once(':') else {
            bail!("a header is `Name: value`, not {typed:?} (-H)");
        };
        let is_token = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        if !is_token || value.contains(['\r', '\n', '\0']) {
            bail!("{typed:?} is no header (-H)");
        }
        Ok((name.to_owned(), value.trim().to_owned()))
    }

    /// The head on the wire; with `Expect: 100-continue` where the body waits for that.
    pub(in crate::probe) fn head(&self, is_expecting: bool) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let length = self.body.as_ref().map(|body| body.len().to_string());
        let own = [
            ("Host", Some(self.host.as_str())),
            ("User-Agent", Some(AGENT)),
            ("Accept", Some("*/*")),
            // Without it a connection is kept (RFC 9112 §9.3).
            ("Connection", (!self.keeps_alive).then_some("close")),
            ("Content-Length", length.as_deref()),
            ("Expect", is_expecting.then_some("100-continue")),
        ];
        let is_typed = |name: &str| {
            self.headers
                .iter()
                .any(|(typed, _)| typed.eq_ignore_ascii_case(name))
        };
        for (name, value) in own {
            if let Some(value) = value.filter(|_| !is_typed(name)) {
                // Writing to a String cannot fail.
                let _infallible = write!(head, "{name}: {value}\r\n");
            }
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            let _infallible = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// The request for a tunnel.
pub(in crate::probe) fn connect_request(to: &str, credentials: Option<&str>) -> Vec<u8> {
    let known = credentials.map_or_else(String::new, |credentials| {
        format!("Proxy-Authorization: Basic {credentials}\r\n")
    });
    format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: {AGENT}\r\n{known}\r\n")
        .into_bytes()
}

/// Who asks.
pub(super) const AGENT: &str = concat!("stallscope/", env!("CARGO_PKG_VERSION"));
/// A head larger than this is not read, and neither is one with more headers.
const HEAD_BYTES: usize = 64 << 10;
const HEADERS: usize = 128;
/// Headers that say which machine answered, or how far it came.
pub(super) const IDENTITY: [&str; 12] = [
    "server",
    "via",
    "x-served-by",
    "x-cache",
    "x-amz-cf-pop",
    "x-amz-cf-id",
    "cf-ray",
    "cf-cache-status",
    "age",
    "server-timing",
    "location",
    "alt-svc",
];

/// Reads a response.
#[derive(Debug)]
pub(in crate::probe) struct Reader {
    state: State,
    buffer: Vec<u8>,
    is_head_request: bool,
    pub(in crate::probe) status: Option<u16>,
    /// `100 Continue` came.
    pub(in crate::probe) has_continue: bool,
    pub(in crate::probe) version: Option<HttpVersion>,
    pub(in crate::probe) content_length: Option<u64>,
    pub(in crate::probe) identity: Vec<(Box<str>, Box<str>)>,
    /// Bytes of the body so far.
    pub(in crate::probe) body: u64,
    /// The response announced the end of the connection.
    closes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    /// So many bytes are due.
    Counted(u64),
    /// A chunk's size is due.
    ChunkSize,
    /// So many bytes of a chunk, and its line end, are due.
    Chunk(u64),
    /// What follows the last chunk.
    Trailers,
    /// Everything up to the close.
    UntilClose,
    Whole,
}

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Progress {
    /// More is due.
    Due,
    /// The response is whole.
    Whole,
    /// It is no HTTP.
    Strange,
}

impl Reader {
    pub(in crate::probe) const fn new(is_head_request: bool) -> Self {
        Self {
            state: State::Head,
            buffer: Vec::new(),
            is_head_request,
            status: None,
            has_continue: false,
            version: None,
            content_length: None,
            identity: Vec::new(),
            body: 0,
            closes: false,
        }
    }

    /// Takes bytes.
    pub(in crate::probe) fn feed(&mut self, bytes: &[u8]) -> Progress {
        self.buffer.extend_from_slice(bytes);
        loop {
            let before = (self.state, self.buffer.len());
            if self.step().is_none() {
                return Progress::Strange;
            }
            if self.state == State::Whole {
                return Progress::Whole;
            }
            if (self.state, self.buffer.len()) == before {
                return Progress::Due;
            }
        }
    }

    /// The connection was closed: that may be the end of the response.
    pub(in crate::probe) fn is_whole_at_close(&self) -> bool {
        matches!(self.state, State::UntilClose | State::Whole)
    }

    /// The response is whole and nothing came behind it, and the connection is there for another request (RFC 9112 §9.3).
    pub(in crate::probe) fn leaves_open(&self) -> bool {
        let is_kept = self.version == Some(HttpVersion::Http11) && !self.closes;
        is_kept && self.state == State::Whole && self.buffer.is_empty()
    }

    /// One step on; `None` for what is no HTTP.
    fn step(&mut self) -> Option<()> {
        match self.state {
            State::Head => self.head()?,
            State::Counted(due) => {
                let took = self.take_body(due);
                let left = due - took;
                self.state = if left == 0 {
                    State::Whole
                } else {
                    State::Counted(left)
                };
            }
            State::UntilClose => {
                self.take_body(u64::MAX);
            }
            State::ChunkSize => match httparse::parse_chunk_size(&self.buffer).ok()? {
                httparse::Status::Complete((used, size)) => {
                    self.buffer.drain(..used);
                    self.state = if size == 0 {
                        State::Trailers
                    } else {
                        State::Chunk(size)
                    };
                }
                httparse::Status::Partial if self.buffer.len() > HEAD_BYTES => return None,
                httparse::Status::Partial => {}
            },
            State::Chunk(0) => {
                if self.buffer.len() >= 2 {
                    self.buffer.drain(..2);
                    self.state = State::ChunkSize;
                }
            }
            State::Chunk(due) => {
                let took = self.take_body(due);
                self.state = State::Chunk(due - took);
            }
            State::Trailers => self.trailers()?,
            State::Whole => {}
        }
        Some(())
    }

    fn take_body(&mut self, due: u64) -> u64 {
        let took = (self.buffer.len() as u64).min(due);
        self.buffer
            .drain(..usize::try_from(took).unwrap_or(usize::MAX));
        self.body += took;
        took
    }

    fn trailers(&mut self) -> Option<()> {
        if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
            self.buffer.drain(..end + 2);
            if end == 0 {
                self.state = State::Whole;
            }
        }
        (self.buffer.len() <= HEAD_BYTES).then_some(())
    }

    fn head(&mut self) -> Option<()> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let used = match response.parse(&self.buffer).ok()? {
            httparse::Status::Complete(used) => used,
            httparse::Status::Partial => {
                return (self.buffer.len() <= HEAD_BYTES).then_some(());
            }
        };
        let status = response.code?;
        // An interim response (RFC 9110 §15.2) is none; 101 was not asked for.
        if (100..200).contains(&status) {
            self.has_continue |= status == 100;
            self.buffer.drain(..used);
            return Some(());
        }
        self.status = Some(status);
        self.version = Some(match response.version {
            Some(0) => HttpVersion::Http10,
            _ => HttpVersion::Http11,
        });
        let mut is_chunked = false;
        for header in response.headers.iter() {
            let name = header.name.to_ascii_lowercase();
            let value = String::from_utf8_lossy(header.value);
            match name.as_str() {
                "content-length" => self.content_length = value.trim().parse().ok(),
                "connection" => {
                    let mut options = value.split(',');
                    self.closes |= options.any(|it| it.trim().eq_ignore_ascii_case("close"));
                }
                "transfer-encoding" => is_chunked = value.to_ascii_lowercase().ends_with("chunked"),
                _ => {}
            }
            if IDENTITY.contains(&name.as_str()) {
                self.identity.push((name.into(), Box::from(&*value)));
            }
        }
        // RFC 9112 §6.3.
        let has_no_body = self.is_head_request || matches!(status, 204 | 304);
        self.state = match (has_no_body, is_chunked, self.content_length) {
            (true, ..) | (false, false, Some(0)) => State::Whole,
            (false, true, _) => State::ChunkSize,
            (false, false, Some(length)) => State::Counted(length),
            (false, false, None) => State::UntilClose,
        };
        self.buffer.drain(..used);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, Reader, Request};

    #[test]
    fn responses_are_read_however_they_are_cut() {
        let cases: [(&str, &str, u64); 6] = [
            (
                "counted",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                5,
            ),
            ("nothing", "HTTP/1.1 204 No Content\r\n\r\n", 0),
            (
                "chunked",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nA: b\r\n\r\n",
                5,
            ),
            (
                "interim",
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                2,
            ),
            ("empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0),
            ("old", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 1),
        ];
        for (name, text, body) in cases {
            for cut in [1, 2, 7, text.len()] {
                let mut reader = Reader::new(false);
                let mut progress = Progress::Due;
                for piece in text.as_bytes().chunks(cut) {
                    assert_eq!(progress, Progress::Due, "{name} by {cut}");
                    progress = reader.feed(piece);
                }
                assert_eq!(
                    (progress, reader.body),
                    (Progress::Whole, body),
                    "{name} by {cut}"
                );
            }
        }
    }

    #[test]
    fn what_ends_with_the_connection_is_whole_only_then() {
        let mut reader = Reader::new(false);
        assert_eq!(reader.feed(b"HTTP/1.1 200 OK\r\n\r\nabc"), Progress::Due);
        assert!(reader.is_whole_at_close());
        let mut reader = Reader::new(false);
        assert_eq!(
            reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
            Progress::Due
        );
        assert!(!reader.is_whole_at_close());
    }

    #[test]
    fn a_connection_is_there_for_another_request_unless_the_response_says_otherwise() {
        for (name, text, is_open) in [
            (
                "counted",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                true,
            ),
            (
                "closing",
                "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
                false,
            ),
            ("until the close", "HTTP/1.1 200 OK\r\n\r\nok", false),
            (
                "unfinished",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
                false,
            ),
            (
                "old",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                false,
            ),
            (
                "more than said",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok",
                false,
            ),
        ] {
            let mut reader = Reader::new(false);
            reader.feed(text.as_bytes());
            assert_eq!(reader.leaves_open(), is_open, "{name}");
        }
    }

    #[test]
    fn other_protocols_are_strange() {
        assert_eq!(
            Reader::new(false).feed(b"SSH-2.0-OpenSSH_9.2\r\n"),
            Progress::Strange
        );
    }

    #[test]
    fn a_typed_header_takes_the_place_of_our_own() {
        let request = Request {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            host: "example.net".to_owned(),
            headers: vec![
                Request::header("host: other.example").unwrap(),
                Request::header("Accept:").unwrap(),
            ],
            body: None,
            keeps_alive: false,
        };
        let text = String::from_utf8(request.head(false)).unwrap();
        assert!(text.contains("host: other.example\r\n") && !text.contains("example.net"));
        assert!(!text.contains("Accept"));
        assert!(Request::header("no colon").is_err());
        assert!(Request::header("a: b\r\nc: d").is_err());
    }
}
