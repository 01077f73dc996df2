//! STARTTLS in protocols of binary packets: PostgreSQL, MySQL, LDAP.

use crate::http::sniff::Sniff;
use crate::side::Side;
use crate::stream::facts::{PreludeKind, PreludeOutcome, Reply, StartTlsProtocol};
use crate::stream::heard::{Heard, Preludes, Turn};
use crate::wire::{Reader, Truncated};

/// PostgreSQL's SSLRequest and GSSENCRequest (its documentation, "Message Formats"): length, code.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
const GSSENC_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30];

/// Payload of MySQL's SSL request (its documentation, "Protocol::SSLRequest"), bytes.
const MYSQL_SSL_REQUEST_BYTES: u32 = 32;
/// The capability flag that it carries.
const MYSQL_CLIENT_SSL: u32 = 0x0800;

/// The name of LDAP's StartTLS operation (RFC 4511 §4.14.1).
const LDAP_START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// Tags of LDAP operations (RFC 4511 §4.2 to §4.12) that a client may begin with.
const LDAP_BIND: u8 = 0x60;
const LDAP_SEARCH: u8 = 0x63;
const LDAP_EXTENDED_REQUEST: u8 = 0x77;
const LDAP_EXTENDED_RESPONSE: u8 = 0x78;

/// One conversation in packets, until it becomes TLS or it is clear that it will not.
#[derive(Debug)]
pub(super) struct Packets {
    pub(super) protocol: StartTlsProtocol,
    client: Side,
    is_asked: bool,
}

/// How a PostgreSQL client starts: a request for encryption, or a start-up message of version 3.
pub(super) fn sniff_postgresql(bytes: &[u8]) -> Sniff {
    let is_like = |pattern: &[u8]| {
        bytes
            .iter()
            .zip(pattern)
            .all(|(byte, expected)| byte == expected)
    };
    let is_startup = match bytes {
        [0, 0, rest @ ..] => match rest.get(2..) {
            Some(version) => [0, 3, 0]
                .iter()
                .zip(version)
                .all(|(byte, found)| byte == found),
            None => true,
        },
        [] | [0] => true,
        _ => false,
    };
    if !is_startup && !is_like(&SSL_REQUEST) && !is_like(&GSSENC_REQUEST) {
        Sniff::No
    } else if bytes.len() < 8 {
        Sniff::NeedMore
    } else {
        Sniff::Yes
    }
}

/// How a MySQL server greets, when nobody has spoken before it: packet 0, protocol 10, a version in text.
pub(super) fn sniff_mysql(bytes: &[u8]) -> Sniff {
    let read = || {
        let mut reader = Reader::new(bytes);
        let length = reader.u8()?;
        let [upper, top, sequence, protocol] = reader.array()?;
        let version = reader.take(5)?;
        let is_text = version
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == 0);
        let starts_so = length > 20 && [upper, top, sequence, protocol] == [0, 0, 0, 10];
        let has_digit = version.first().is_some_and(u8::is_ascii_digit);
        Ok::<_, Truncated>(starts_so && is_text && has_digit)
    };
    match read() {
        Ok(true) => Sniff::Yes,
        Ok(false) => Sniff::No,
        Err(Truncated) => {
            let wrong = bytes.iter().skip(1).zip([0, 0, 0, 10]);
            if wrong.into_iter().any(|(byte, expected)| *byte != expected) {
                Sniff::No
            } else {
                Sniff::NeedMore
            }
        }
    }
}

/// How an LDAP client starts: bind, search, or the request for StartTLS.
pub(super) fn sniff_ldap(bytes: &[u8]) -> Sniff {
    match bytes.first() {
        None => return Sniff::NeedMore,
        Some(0x30) => {}
        Some(_) => return Sniff::No,
    }
    match ldap(bytes) {
        Ok(Some(message)) => {
            let known = [LDAP_BIND, LDAP_SEARCH, LDAP_EXTENDED_REQUEST];
            if known.contains(&message.operation) {
                Sniff::Yes
            } else {
                Sniff::No
            }
        }
        Ok(None) => Sniff::No,
        Err(Truncated) => Sniff::NeedMore,
    }
}

impl Packets {
    pub(super) const fn new(protocol: StartTlsProtocol, client: Side) -> Self {
        Self {
            protocol,
            client,
            is_asked: false,
        }
    }

    pub(super) fn read(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Turn {
        if self.is_blocked(heard.side) {
            return Turn::Blocked;
        }
        let turn = match self.protocol {
            StartTlsProtocol::PostgreSql => self.postgresql(heard, preludes),
            StartTlsProtocol::MySql => self.mysql(heard, preludes),
            _ => self.ldap(heard, preludes),
        };
        turn.unwrap_or(Turn::More)
    }

    /// MySQL's server greets first and is then silent until the client has answered; elsewhere the client waits
    /// for the answer to its request.
    fn is_blocked(&self, side: Side) -> bool {
        let is_client = side == self.client;
        match self.protocol {
            StartTlsProtocol::MySql => is_client != self.is_asked,
            _ => is_client && self.is_asked,
        }
    }

    fn postgresql(
        &mut self,
        heard: Heard<'_>,
        preludes: &mut Preludes<'_>,
    ) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        if heard.side != self.client {
            if !self.is_asked {
                return Ok(Turn::Over);
            }
            let answer = reader.u8()?;
            let is_accepted = answer == b'S';
            preludes.answer(heard, 1, Reply::Accepted(is_accepted), is_accepted);
            self.is_asked = false;
            return Ok(match answer {
                b'S' => Turn::Open(1),
                b'N' => Turn::Used(1),
                _ => Turn::Over,
            });
        }
        let message = reader.array::<8>()?;
        if message != SSL_REQUEST && message != GSSENC_REQUEST {
            return Ok(Turn::Over);
        }
        preludes.start(heard, PreludeKind::StartTls(self.protocol));
        preludes.request(heard, message.len());
        self.is_asked = true;
        Ok(Turn::Used(message.len()))
    }

    /// The greeting, then the client's packet: a short one with the flag, or a login. `is_asked` says that the
    /// greeting was read and it is the client's turn.
    fn mysql(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Result<Turn, Truncated> {
        let mut reader = Reader::new(heard.bytes());
        let [low, middle, high, _sequence] = reader.array()?;
        let length = u32::from_le_bytes([low, middle, high, 0]);
        if heard.side != self.client {
            reader.skip(length as usize)?;
            self.is_asked = true;
            return Ok(Turn::Used(reader.position()));
        }
        let flags = reader.array().map(u32::from_le_bytes)?;
        if length != MYSQL_SSL_REQUEST_BYTES || flags & MYSQL_CLIENT_SSL == 0 {
            return Ok(Turn::Over);
        }
        let whole = 4 + length as usize;
        Reader::new(heard.bytes()).skip(whole)?;
        preludes.start(heard, PreludeKind::StartTls(self.protocol));
        preludes.request(heard, whole);
        if let Some(prelude) = preludes.last() {
            prelude.outcome = PreludeOutcome::Accepted;
        }
        Ok(Turn::Open(whole))
    }

    fn ldap(&mut self, heard: Heard<'_>, preludes: &mut Preludes<'_>) -> Result<Turn, Truncated> {
        let Some(message) = ldap(heard.bytes())? else {
            return Ok(Turn::Over);
        };
        let length = message.length;
        let has_name = message
            .content
            .windows(LDAP_START_TLS.len())
            .any(|window| window == LDAP_START_TLS);
        if heard.side == self.client {
            if message.operation != LDAP_EXTENDED_REQUEST || !has_name {
                return Ok(Turn::Over);
            }
            preludes.start(heard, PreludeKind::StartTls(self.protocol));
            preludes.request(heard, length);
            self.is_asked = true;
            return Ok(Turn::Used(length));
        }
        if message.operation != LDAP_EXTENDED_RESPONSE {
            return Ok(Turn::Over);
        }
        // The response starts with its result code: ENUMERATED, one byte, 0 for success.
        let is_accepted = message.content.starts_with(&[0x0a, 1, 0]);
        preludes.answer(heard, length, Reply::Accepted(is_accepted), is_accepted);
        self.is_asked = false;
        Ok(if is_accepted {
            Turn::Open(length)
        } else {
            Turn::Over
        })
    }
}

/// One LDAP message.
struct LdapMessage<'a> {
    operation: u8,
    content: &'a [u8],
    length: usize,
}

/// The LDAP message at the start of the bytes; `None` when it is not one.
fn ldap(bytes: &[u8]) -> Result<Option<LdapMessage<'_>>, Truncated> {
    let mut outer = Reader::new(bytes);
    let Some((0x30, mut message)) = element(&mut outer)? else {
        return Ok(None);
    };
    let mut inner = || {
        let (tag, _id) = element(&mut message).ok()??;
        let (operation, content) = element(&mut message).ok()??;
        (tag == 2).then_some((operation, content))
    };
    Ok(inner().map(|(operation, content)| LdapMessage {
        operation,
        content: content.rest(),
        length: outer.position(),
    }))
}

/// Tag and content of one BER element of less than 64 KB.
fn element<'a>(reader: &mut Reader<'a>) -> Result<Option<(u8, Reader<'a>)>, Truncated> {
    let tag = reader.u8()?;
    let length = match reader.u8()? {
        short @ 0..=0x7f => usize::from(short),
        0x81 => usize::from(reader.u8()?),
        0x82 => usize::from(reader.u16()?),
        // Four bytes of length are common for what would fit in one.
        0x84 => match reader.u32()? {
            length @ 0..=0xffff => length as usize,
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some((tag, reader.sub(length)?)))
}
