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

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sniff {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// So far, but there are too few bytes.
    NeedMore,
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
    let Some(space) = bytes.iter().take(16).position(|byte| *byte == b' ') else {
        let is_prefix = METHODS
            .iter()
            .any(|method| method.as_bytes().starts_with(bytes));
        return if is_prefix {
            Sniff::NeedMore
        } else {
            Sniff::No
        };
    };
    let (method, rest) = bytes.split_at(space);
    if !METHODS.iter().any(|known| known.as_bytes() == method) {
        return Sniff::No;
    }
    match rest.get(1) {
        None => Sniff::NeedMore,
        Some(b'/' | b'*' | b'[' | b'?') => Sniff::Yes,
        Some(byte) if byte.is_ascii_alphanumeric() => Sniff::Yes,
        Some(_) => Sniff::No,
    }
}

/// An HTTP/1 response.
pub(crate) fn response(bytes: &[u8]) -> Sniff {
    starts(bytes, RESPONSE)
}

/// An HTTP/2 client.
pub(crate) fn preface(bytes: &[u8]) -> Sniff {
    starts(bytes, PREFACE)
}
