//! Does it start like HTTP? Answers from the first bytes alone.

/// The client's connection preface of HTTP/2 (RFC 9113 §3.4).
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How every HTTP/1 response starts.
const RESPONSE: &[u8] = b"HTTP/1.";

/// Methods that a flow of unknown content is recognised by: RFC 9110, PATCH, WebDAV and its kin, UPnP.
const METHODS: [&str; 29] = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "CONNECT",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "REPORT",
    "SEARCH",
    "MERGE",
    "MKACTIVITY",
    "CHECKOUT",
    "MKCALENDAR",
    "NOTIFY",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "M-SEARCH",
    "PURGE",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
];

/// Targets of protocols that look like HTTP but are not: SIP, RTSP, ICAP.
const OTHER_SCHEMES: [&[u8]; 4] = [b"sip:", b"sips:", b"rtsp:", b"icap:"];

/// Line ends in front of a first request that are passed over.
const LINE_ENDS: usize = 4;

/// Longest method that is taken for one.
const METHOD_BYTES: usize = 24;

/// Longest request line in which the version after an unknown method is looked for.
const REQUEST_LINE_BYTES: usize = 2048;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sniff {
    /// It is not.
    No,
    /// So far, but there are too few bytes.
    NeedMore,
    /// It is.
    Yes,
}

/// Starts `bytes` with `pattern`?
pub(crate) fn starts(bytes: &[u8], pattern: &[u8]) -> Sniff {
    if bytes.starts_with(pattern) {
        Sniff::Yes
    } else if pattern.starts_with(bytes) {
        Sniff::NeedMore
    } else {
        Sniff::No
    }
}

/// An HTTP/1 request: a known method and what looks like a target.
pub(crate) fn request(bytes: &[u8]) -> Sniff {
    let line_ends = bytes
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let bytes = bytes
        .get(line_ends.take(LINE_ENDS).count()..)
        .unwrap_or_default();
    let start = bytes.get(..METHOD_BYTES).unwrap_or(bytes);
    let Some(space) = memchr::memchr(b' ', start) else {
        let is_open = start.len() < METHOD_BYTES && start.iter().all(is_method_byte);
        return if is_open { Sniff::NeedMore } else { Sniff::No };
    };
    let (method, rest) = bytes.split_at(space);
    if !is_known_method(method) {
        return unknown_method(method, rest);
    }
    // More than one space is no good manners, but servers take it (RFC 9112 §3).
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let target = rest.get(spaces.count()..).unwrap_or_default();
    let other = OTHER_SCHEMES.iter().map(|scheme| starts(target, scheme));
    match (target.first(), other.max()) {
        (None, _) => Sniff::NeedMore,
        (Some(byte), _) if !byte.is_ascii_graphic() => Sniff::No,
        (_, Some(Sniff::Yes)) => Sniff::No,
        (_, Some(Sniff::NeedMore)) => Sniff::NeedMore,
        _ => Sniff::Yes,
    }
}

/// One of the methods that need no version behind them to be believed.
pub(crate) fn is_known_method(method: &[u8]) -> bool {
    METHODS.iter().any(|known| known.as_bytes() == method)
}

/// A request whose method is not known: its first line says what it is.
fn unknown_method(method: &[u8], rest: &[u8]) -> Sniff {
    if method.is_empty() || !method.iter().all(is_method_byte) {
        return Sniff::No;
    }
    let line = rest.get(..REQUEST_LINE_BYTES).unwrap_or(rest);
    match memchr::memchr(b'\n', line) {
        Some(end) => {
            let line = line.get(..end).unwrap_or(line);
            let words = line.trim_ascii_end().rsplit(|byte| *byte == b' ');
            let is_versioned = words.take(1).any(|word| word.starts_with(RESPONSE));
            if is_versioned { Sniff::Yes } else { Sniff::No }
        }
        None if line.len() < REQUEST_LINE_BYTES => Sniff::NeedMore,
        None => Sniff::No,
    }
}

const fn is_method_byte(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_')
}

/// An HTTP/1 response.
pub(crate) fn response(bytes: &[u8]) -> Sniff {
    starts(bytes, RESPONSE)
}

/// An HTTP/2 client.
pub(crate) fn preface(bytes: &[u8]) -> Sniff {
    starts(bytes, PREFACE)
}
