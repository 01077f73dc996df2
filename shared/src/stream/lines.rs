//! STARTTLS in protocols of lines: SMTP, IMAP, POP3, FTP, and XMPP, whose lines end with `>`.

use crate::http::sniff::{self, Sniff};
use crate::limits::STARTTLS_BYTES;
use crate::side::{PerSide, Side};
use crate::stream::facts::{PreludeKind, Reply, StartTlsProtocol};
use crate::stream::heard::{Heard, Preludes, Turn};
use crate::tls;

/// Longest line that is read.
const LINE_BYTES: usize = 4096;

/// One conversation in lines, until it becomes TLS or it is clear that it will not.
#[derive(Debug)]
pub(super) struct Lines {
    /// `None` while SMTP and FTP cannot be told apart.
    protocol: Option<StartTlsProtocol>,
    client: Side,
    read: PerSide<usize>,
    /// Final replies that the server owes, the greeting too.
    owed: u32,
    asked: Option<Asked>,
}

/// A STARTTLS command that was not answered yet.
#[derive(Debug)]
struct Asked {
    /// Final replies that come before its own.
    owed_before: u32,
    /// The IMAP tag that its answer has.
    tag: Box<[u8]>,
}

/// How a server of such a protocol greets, when nobody has spoken before it.
pub(super) fn sniff_greeting(bytes: &[u8]) -> Option<(Sniff, Option<StartTlsProtocol>)> {
    let greetings: [(&[u8], Option<StartTlsProtocol>); 6] = [
        (b"220 ", None),
        (b"220-", None),
        (b"+OK", Some(StartTlsProtocol::Pop3)),
        (b"* OK", Some(StartTlsProtocol::Imap)),
        (b"* PREAUTH", Some(StartTlsProtocol::Imap)),
        (b"* BYE", Some(StartTlsProtocol::Imap)),
    ];
    greetings
        .into_iter()
        .map(|(start, protocol)| (sniff::starts(bytes, start), protocol))
        .find(|(found, _protocol)| *found != Sniff::No)
}

/// How an SMTP client starts, where the greeting was not captured.
pub(super) fn sniff_smtp_client(bytes: &[u8]) -> Sniff {
    [&b"EHLO "[..], b"HELO ", b"LHLO "]
        .into_iter()
        .map(|start| sniff::starts(bytes, start))
        .find(|found| *found != Sniff::No)
        .unwrap_or(Sniff::No)
}

/// How an XMPP stream starts, on either side.
pub(super) fn sniff_xmpp(bytes: &[u8]) -> Sniff {
    const STREAM: &[u8] = b"<stream:stream";
    let declaration = sniff::starts(bytes, b"<?xml");
    if declaration != Sniff::Yes {
        let stream = sniff::starts(bytes, STREAM);
        return if stream == Sniff::No {
            declaration
        } else {
            stream
        };
    }
    let start = bytes.get(..256).unwrap_or(bytes);
    if start.windows(STREAM.len()).any(|window| window == STREAM) {
        Sniff::Yes
    } else if bytes.len() < 256 {
        Sniff::NeedMore
    } else {
        Sniff::No
    }
}

impl Lines {
    /// The server owes its greeting, unless it was missed.
    pub(super) fn new(
        protocol: Option<StartTlsProtocol>,
        client: Side,
        owes_greeting: bool,
    ) -> Self {
        Self {
            protocol,
            client,
            read: PerSide::default(),
            owed: u32::from(owes_greeting),
            asked: None,
        }
    }

    /// Which protocol it is, as far as that is known; SMTP before FTP.
    pub(super) fn protocol(&self) -> StartTlsProtocol {
        self.protocol.unwrap_or(StartTlsProtocol::Smtp)
    }

    pub(super) fn read(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Turn {
        if self.asked.is_some() && heard.side == self.client {
            return Turn::Blocked;
        }
        // No command starts as a record does: the client speaks TLS to a server that does not.
        if heard.side == self.client && tls::sniff(heard.bytes()) == tls::Sniff::Yes {
            return Turn::Open(0);
        }
        let terminator = match self.protocol {
            Some(StartTlsProtocol::Xmpp) => b'>',
            _ => b'\n',
        };
        let bytes = heard.bytes();
        let end = bytes.iter().position(|byte| *byte == terminator);
        let Some(length) = end.map(|end| end + 1) else {
            return if bytes.len() > LINE_BYTES {
                Turn::Over
            } else {
                Turn::More
            };
        };
        self.read[heard.side] = self.read[heard.side].saturating_add(length);
        if self.read[heard.side] > STARTTLS_BYTES || length > LINE_BYTES {
            return Turn::Over;
        }
        let line = bytes.get(..length).unwrap_or(bytes).trim_ascii();
        if heard.side == self.client {
            self.command(line, heard, length, preludes);
            Turn::Used(length)
        } else {
            self.reply(line, heard, length, preludes)
        }
    }

    fn command(
        &mut self,
        line: &[u8],
        heard: Heard<'_>,
        length: usize,
        preludes: &mut Preludes<'_>,
    ) {
        let mut words = line.split(|byte| *byte == b' ');
        let first = words.next().unwrap_or_default().to_ascii_uppercase();
        let second = words.next().unwrap_or_default().to_ascii_uppercase();
        if self.protocol.is_none() {
            self.protocol = match &*first {
                b"EHLO" | b"HELO" | b"LHLO" => Some(StartTlsProtocol::Smtp),
                b"USER" | b"AUTH" | b"FEAT" | b"SYST" | b"OPTS" | b"HOST" => {
                    Some(StartTlsProtocol::Ftp)
                }
                _ => None,
            };
        }
        let is_asked = match self.protocol() {
            StartTlsProtocol::Smtp => &*first == b"STARTTLS",
            StartTlsProtocol::Imap => &*second == b"STARTTLS",
            StartTlsProtocol::Pop3 => &*first == b"STLS",
            StartTlsProtocol::Ftp => {
                &*first == b"AUTH" && matches!(&*second, b"TLS" | b"SSL" | b"TLS-C")
            }
            StartTlsProtocol::Xmpp => line.starts_with(b"<starttls"),
            _ => false,
        };
        if is_asked {
            preludes.start(heard, PreludeKind::StartTls(self.protocol()));
            preludes.request(heard, length);
            self.asked = Some(Asked {
                owed_before: self.owed,
                tag: first.into(),
            });
        } else if !line.is_empty() {
            self.owed = self.owed.saturating_add(1);
        }
    }

    fn reply(
        &mut self,
        line: &[u8],
        heard: Heard<'_>,
        length: usize,
        preludes: &mut Preludes<'_>,
    ) -> Turn {
        let Some((reply, accepted)) = self.final_reply(line) else {
            return Turn::Used(length);
        };
        let is_counted = !matches!(
            self.protocol(),
            StartTlsProtocol::Imap | StartTlsProtocol::Xmpp
        );
        self.owed = self.owed.saturating_sub(1);
        let Some(asked) = self.asked.as_mut() else {
            return Turn::Used(length);
        };
        if is_counted && asked.owed_before > 0 {
            asked.owed_before -= 1;
            return Turn::Used(length);
        }
        self.asked = None;
        preludes.answer(heard, length, reply, accepted);
        if accepted {
            Turn::Open(length)
        } else {
            Turn::Used(length)
        }
    }

    /// What the last line of a reply says; `None` for other lines, and for answers to other tags.
    fn final_reply(&self, line: &[u8]) -> Option<(Reply, bool)> {
        let has_word = |word: &[u8]| {
            let start = line.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        match self.protocol() {
            StartTlsProtocol::Imap => {
                let tag = &self.asked.as_ref()?.tag;
                let start = line.get(..tag.len())?;
                let rest = line.get(tag.len()..)?.trim_ascii_start();
                let is_ok = rest.get(..2)?.eq_ignore_ascii_case(b"OK");
                start
                    .eq_ignore_ascii_case(tag)
                    .then_some((Reply::Accepted(is_ok), is_ok))
            }
            StartTlsProtocol::Pop3 => {
                let is_ok = has_word(b"+OK");
                (is_ok || has_word(b"-ERR")).then_some((Reply::Accepted(is_ok), is_ok))
            }
            StartTlsProtocol::Xmpp => {
                let is_ok = has_word(b"<proceed");
                (is_ok || has_word(b"<failure")).then_some((Reply::Accepted(is_ok), is_ok))
            }
            _ => {
                let code = std::str::from_utf8(line.get(..3)?).ok()?.parse().ok()?;
                let is_last = line.get(3).is_none_or(|byte| *byte == b' ');
                // 220 in SMTP, 234 in FTP (RFC 4217 §4); 334 means more of it follows.
                is_last.then_some((Reply::Code(code), matches!(code, 220 | 234)))
            }
        }
    }
}
