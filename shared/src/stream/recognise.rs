//! What speaks on a flow, from the first bytes of one side. Content decides, not the port.

use crate::http::sniff::{self, Sniff};
use crate::side::Side;
use crate::stream::facts::StartTlsProtocol;
use crate::stream::{lines, packets, proxy_protocol, socks};
use crate::tls;

/// Bytes after which what could still become something is nothing known.
const UNDECIDED_BYTES: usize = 4200;

/// The first bytes of one side, and what else is known at that time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) side: Side,
    pub(super) bytes: &'a [u8],
    /// The other side has sent nothing before it: this one greets.
    pub(super) is_first_to_speak: bool,
    /// The bytes are from the middle of the stream: only what cannot be anything else counts.
    pub(super) is_midway: bool,
}

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Tls,
    Http1(Side),
    Http2(Side),
    ProxyProtocol,
    Socks4,
    Socks5,
    Dns,
    Ssh,
    /// A protocol of lines, by its server's greeting (`true`) or its client's first command.
    Lines(Option<StartTlsProtocol>, Side, bool),
    Packets(StartTlsProtocol, Side),
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recognised {
    Found(Found),
    NeedMore,
    Unknown,
}

impl Head<'_> {
    pub(super) fn recognise(&self) -> Recognised {
        // The first that may still be it decides, so that the answer does not depend on how many bytes came.
        let mut is_open = false;
        let mut ask = |found: Sniff| {
            let is_it = found == Sniff::Yes && !is_open;
            is_open |= found != Sniff::No;
            is_it
        };
        let (client, server) = (self.side, !self.side);
        let bytes = self.bytes.get(..UNDECIDED_BYTES).unwrap_or(self.bytes);
        let found = if ask(self.tls()) {
            Some(Found::Tls)
        } else if ask(sniff::preface(bytes)) {
            Some(Found::Http2(client))
        } else if ask(sniff::request(bytes)) {
            Some(Found::Http1(client))
        } else if ask(sniff::response(bytes)) {
            Some(Found::Http1(server))
        } else if self.is_midway {
            None
        } else if ask(sniff::starts(bytes, b"SSH-")) {
            Some(Found::Ssh)
        } else if ask(proxy_protocol::sniff(bytes)) {
            Some(Found::ProxyProtocol)
        } else if ask(socks::sniff5(bytes)) {
            Some(Found::Socks5)
        } else if ask(socks::sniff4(bytes)) {
            Some(Found::Socks4)
        } else if ask(sniff_dns(bytes)) {
            Some(Found::Dns)
        } else {
            self.mail_and_others(bytes, &mut ask)
        };
        match found {
            Some(found) => Recognised::Found(found),
            None if is_open && bytes.len() < UNDECIDED_BYTES => Recognised::NeedMore,
            None => Recognised::Unknown,
        }
    }

    fn mail_and_others(&self, bytes: &[u8], ask: &mut impl FnMut(Sniff) -> bool) -> Option<Found> {
        let (client, server) = (self.side, !self.side);
        if self.is_first_to_speak {
            let greeting = lines::sniff_greeting(bytes);
            if let Some((found, protocol)) = greeting
                && ask(found)
            {
                return Some(Found::Lines(protocol, server, true));
            }
            if ask(packets::sniff_mysql(bytes)) {
                return Some(Found::Packets(StartTlsProtocol::MySql, server));
            }
        }
        if ask(packets::sniff_postgresql(bytes)) {
            Some(Found::Packets(StartTlsProtocol::PostgreSql, client))
        } else if ask(packets::sniff_ldap(bytes)) {
            Some(Found::Packets(StartTlsProtocol::Ldap, client))
        } else if ask(lines::sniff_smtp_client(bytes)) {
            Some(Found::Lines(Some(StartTlsProtocol::Smtp), client, false))
        } else if ask(lines::sniff_xmpp(bytes)) {
            Some(Found::Lines(Some(StartTlsProtocol::Xmpp), client, false))
        } else {
            None
        }
    }

    fn tls(&self) -> Sniff {
        match tls::sniff(self.bytes) {
            tls::Sniff::Yes => Sniff::Yes,
            tls::Sniff::No => Sniff::No,
            tls::Sniff::NeedMore => Sniff::NeedMore,
        }
    }
}

/// A DNS query or response behind its length (RFC 1035 §4.1 and §4.2.1): opcode QUERY, NOTIFY or UPDATE, reserved
/// bit zero, one question (of a zone transfer or update too) that starts with a label.
fn sniff_dns(bytes: &[u8]) -> Sniff {
    let is_open = |index: usize, test: fn(u8) -> bool| bytes.get(index).copied().is_none_or(test);
    let fits = is_open(2 + 2, |flags| matches!(flags >> 3 & 0x0f, 0 | 4 | 5))
        && is_open(2 + 3, |flags| flags & 0x40 == 0 && flags & 0x0f <= 10)
        && is_open(2 + 4, |high| high == 0)
        && is_open(2 + 5, |questions| questions == 1)
        && is_open(2 + 6, |high| high == 0)
        && is_open(2 + 8, |high| high == 0)
        && is_open(2 + 10, |high| high == 0)
        && is_open(2 + 12, |label| label < 64);
    match (fits, bytes) {
        (false, _) => Sniff::No,
        (true, [high, low, rest @ ..]) if rest.len() > 12 => {
            // Header, a name of one byte at least, type and class.
            let length = u16::from_be_bytes([*high, *low]);
            if length >= 17 { Sniff::Yes } else { Sniff::No }
        }
        _ => Sniff::NeedMore,
    }
}
