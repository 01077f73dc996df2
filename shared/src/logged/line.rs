//! What a line of a log says beside the failure: when, and with whom.

/// What stands before a host or address, the most telling first.
const BEFORE_HOST: [&str; 12] = [
    "://",
    "lookup ",
    "dial tcp ",
    "host='",
    "Could not resolve host: ",
    "Failed to connect to ",
    "Failed to perform, curl: (28) ",
    "UnknownHostException: ",
    "getaddrinfo EAI_AGAIN ",
    "getaddrinfo ENOTFOUND ",
    "connect ECONNREFUSED ",
    "connect ETIMEDOUT ",
];
/// Months as syslog and web servers write them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The host, or the address where there is no name, that a line is about.
#[must_use]
pub fn host_of(line: &str) -> Option<&str> {
    // Go names both ends of a connection; the second is the other host.
    let remote = line.split_once("read tcp ").and_then(|(_, rest)| {
        let ends = rest.split_once(": ").map_or(rest, |(ends, _)| ends);
        ends.split_once("->").map(|(_, remote)| remote)
    });
    let named = || {
        let mut before = BEFORE_HOST.iter();
        before.find_map(|before| line.split_once(before).map(|(_, rest)| rest))
    };
    // A URL names the host; the ends of a connection only its address.
    let url = line.split_once("://").map(|(_, rest)| rest);
    url.or(remote).or_else(named).and_then(host_at)
}

/// The host that a text begins with, without port, path or user.
fn host_at(text: &str) -> Option<&str> {
    let end = text.find(|c: char| c.is_whitespace() || "/\"'?#,;)>|".contains(c));
    let (authority, _) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(six) => six.split_once(']')?.0,
        None => host.split_once(':').map_or(host, |(host, _)| host),
    };
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-_:%".contains(c);
    (!host.is_empty() && host.len() <= 253 && host.chars().all(is_host)).then_some(host)
}

/// The minute a line is of, as the line writes it without seconds; `None` when it has no time that is understood.
///
/// Understood are `2026-08-01T10:11`, `2026/08/01 10:11`, `01/Aug/2026:10:11` and `Aug  1 10:11`.
#[must_use]
pub fn minute_of(line: &str) -> Option<&str> {
    let starts = line.char_indices().map(|(at, _)| at);
    // A time stands in front of the message.
    const SEARCHED: usize = 128;
    starts
        .take(SEARCHED)
        .find_map(|at| line.get(at..).and_then(minute_at))
}

/// `9` is any digit, a letter `M` the month's name, anything else itself, a blank also the T of ISO 8601.
const PATTERNS: [&str; 4] = [
    "9999-99-99 99:99",
    "9999/99/99 99:99",
    "99/M/9999:99:99",
    "M _9 99:99",
];

fn minute_at(text: &str) -> Option<&str> {
    PATTERNS.iter().find_map(|pattern| {
        let length = matched(pattern, text)?;
        text.get(..length)
    })
}

/// Bytes of the text that the pattern takes.
fn matched(pattern: &str, text: &str) -> Option<usize> {
    let mut at = 0;
    for wanted in pattern.chars() {
        let rest = text.get(at..)?;
        let found = rest.chars().next()?;
        let is_right = match wanted {
            'M' => {
                let mut months = MONTHS.iter();
                months.find(|month| rest.starts_with(**month))?;
                at += 3;
                continue;
            }
            '9' => found.is_ascii_digit(),
            '_' => found.is_ascii_digit() || found == ' ',
            ' ' => found == ' ' || found == 'T',
            other => found == other,
        };
        if !is_right {
            return None;
        }
        at += found.len_utf8();
    }
    Some(at)
}
