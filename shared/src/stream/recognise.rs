//! What speaks on a flow, from the first bytes of one side. Content decides; a port is asked only where content
//! could be anything.

use crate::http::sniff::{self, Sniff};
use crate::side::Side;
use crate::stream::facts::StartTlsProtocol;
use crate::stream::{lines, packets, proxy_protocol, socks};
use crate::tls;

/// The port of DNS over TCP; its messages have no signature.
const DNS_PORT: u16 = 53;

/// Bytes after which what could still become something is nothing known.
const UNDECIDED_BYTES: usize = 4200;

/// The first bytes of one side, and what else is known at that time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) side: Side,
    pub(super) bytes: &'a [u8],
    /// The other side has not sent anything: this one greets.
    pub(super) is_first_to_speak: bool,
    /// The bytes are from the middle of the stream: only what cannot be anything else counts.
    pub(super) is_midway: bool,
    pub(super) responder_port: u16,
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
        } else if ask(sniff::starts(bytes, b"SSH-")) {
            Some(Found::Ssh)
        } else if self.responder_port == DNS_PORT && ask(sniff_dns(bytes)) {
            Some(Found::Dns)
        } else if self.is_midway {
            None
        } else if ask(proxy_protocol::sniff(bytes)) {
            Some(Found::ProxyProtocol)
        } else if ask(socks::sniff5(bytes)) {
            Some(Found::Socks5)
        } else if ask(socks::sniff4(bytes)) {
            Some(Found::Socks4)
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

/// A DNS message behind its length (RFC 1035 §4.2.1): a known operation, and few questions.
fn sniff_dns(bytes: &[u8]) -> Sniff {
    let [
        high,
        low,
        _id,
        _id_low,
        flags,
        _more_flags,
        questions,
        few,
        ..,
    ] = bytes
    else {
        return Sniff::NeedMore;
    };
    let length = u16::from_be_bytes([*high, *low]);
    let operation = flags >> 3 & 0x0f;
    if length >= 12 && operation <= 6 && *questions == 0 && *few <= 4 {
        Sniff::Yes
    } else {
        Sniff::No
    }
}
