//! What a file is, by its first bytes and never by its name.

use stallscope_shared::report::link;

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Pushed into the analyser, which says what it is if it is no capture.
    Capture,
    /// Read as a report.
    Report,
    /// Kept beside the captures.
    KeyLog,
    /// An evidence page, which holds a report.
    Page,
    /// The address of a viewer, or the end of one, that carries a report.
    Link,
}

/// Bytes that tell.
pub const HEAD: u64 = 512;

/// First words of the lines of a key log (SSLKEYLOGFILE format, draft-ietf-tls-keylogfile §2).
const LABELS: [&str; 8] = [
    "CLIENT_RANDOM ",
    "CLIENT_EARLY_TRAFFIC_SECRET ",
    "CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
    "CLIENT_TRAFFIC_SECRET_0 ",
    "SERVER_TRAFFIC_SECRET_0 ",
    "EARLY_EXPORTER_SECRET ",
    "EXPORTER_SECRET ",
];

/// What the file is that begins with these bytes.
#[must_use]
pub fn of(head: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if text.starts_with('{') && text.contains("\"report_version\"") {
        return Kind::Report;
    }
    if text
        .get(..14)
        .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html"))
    {
        return Kind::Page;
    }
    if link_in(text).is_some() {
        return Kind::Link;
    }
    let first = text
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    if first.is_some_and(|line| LABELS.iter().any(|label| line.starts_with(label))) {
        return Kind::KeyLog;
    }
    Kind::Capture
}

/// The fragment of a text that is a link of ours and nothing else, from `#` on.
pub(crate) fn link_in(text: &str) -> Option<&str> {
    let text = text.trim();
    let (before, _) = text.split_once('#')?;
    let is_address = before.is_empty() || before.contains("://");
    let fragment = text.get(before.len()..)?;
    let is_one_word = !text.contains(char::is_whitespace);
    (is_address && is_one_word && link::is_ours(fragment)).then_some(fragment)
}

#[cfg(test)]
mod tests {
    use super::{Kind, of};

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        for (head, kind) in [
            (&b"\xd4\xc3\xb2\xa1\x02\0\x04\0"[..], Kind::Capture),
            (b"\x1f\x8b\x08", Kind::Capture),
            (b"", Kind::Capture),
            (b"{\"report_version\":1,\"tool\"", Kind::Report),
            (b"\n {\n  \"report_version\": 7", Kind::Report),
            (b"{\"log\":{\"version\":\"1.2\"", Kind::Capture),
            (b"# made by curl\nCLIENT_RANDOM 00 11\n", Kind::KeyLog),
            (b"SERVER_HANDSHAKE_TRAFFIC_SECRET 00 11", Kind::KeyLog),
            (b"CLIENT_RANDOMLY", Kind::Capture),
            (b"<!doctype html>\n<html lang=\"en\">", Kind::Page),
            (b"#r1.3x.0a1b2c3d.AAAA", Kind::Link),
            (
                b" https://viewer.example/#r1.3x.0a1b2c3d.AAAA&v=1\n",
                Kind::Link,
            ),
            (b"#r17.anything", Kind::Link),
            (
                b"# see https://viewer.example/#r1.3x.0a1b2c3d.AAAA",
                Kind::Capture,
            ),
            (b"https://viewer.example/#v=1", Kind::Capture),
        ] {
            assert_eq!(of(head), kind, "{}", String::from_utf8_lossy(head));
        }
    }
}
