//! ClientHellos (RFC 8446 §4.1.2) of several clients' shapes and sizes.

use super::tls::{HANDSHAKE, extension, message};
use super::with_length;
use crate::testkit::simulation::random::Dice;

/// What a client offers.
#[derive(Clone, Debug)]
pub struct Offer<'a> {
    /// Server name; `None` for none.
    pub name: Option<&'a str>,
    /// Offers TLS 1.3.
    pub is_tls13: bool,
    /// Offers a post-quantum key share (X25519MLKEM768), 1216 bytes.
    pub is_post_quantum: bool,
    /// Application protocols; none for no extension.
    pub protocols: &'a [&'a str],
    /// Cipher suites, in order.
    pub ciphers: &'a [u16],
    /// Brings a ticket of this many bytes as pre-shared key, or TLS 1.2's session_ticket.
    pub ticket: Option<usize>,
    /// Padded to at least so many bytes of record (RFC 7685); 0 for not.
    pub padded_to: usize,
    /// Legacy session id, as long as is wanted.
    pub session: &'a [u8],
}

/// A record with the ClientHello.
#[must_use]
pub fn client_hello(dice: &mut Dice, offer: &Offer<'_>) -> Vec<u8> {
    let mut extensions = Vec::new();
    if let Some(name) = offer.name {
        let entry = [&[0][..], &with_length(name.as_bytes())].concat();
        extensions.extend(extension(0, &with_length(&entry)));
    }
    extensions.extend(extension(23, &[]));
    extensions.extend(extension(0xff01, &[0]));
    extensions.extend(extension(11, &[1, 0]));
    let groups: &[u8] = if offer.is_post_quantum {
        &[0x11, 0xec, 0, 29, 0, 23, 0, 24]
    } else {
        &[0, 29, 0, 23, 0, 24]
    };
    extensions.extend(extension(10, &with_length(groups)));
    let signatures = [4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1, 2, 1];
    extensions.extend(extension(13, &with_length(&signatures)));
    if !offer.protocols.is_empty() {
        extensions.extend(extension(16, &with_length(&names(offer.protocols))));
    }
    if offer.is_tls13 {
        extensions.extend(extension(43, &[4, 3, 4, 3, 3]));
        extensions.extend(extension(45, &[1, 1]));
        extensions.extend(extension(51, &with_length(&key_shares(dice, offer))));
    } else if let Some(bytes) = offer.ticket {
        extensions.extend(extension(35, &dice.bytes(bytes)));
    }
    let without = record_length(offer, &extensions);
    if without + 4 < offer.padded_to {
        let missing = offer.padded_to - without - 4;
        extensions.extend(extension(21, &vec![0; missing]));
    }
    if let Some(bytes) = offer.ticket.filter(|_| offer.is_tls13) {
        extensions.extend(extension(41, &pre_shared_key(dice, bytes)));
    }
    written(dice, offer, &extensions)
}

fn names(protocols: &[&str]) -> Vec<u8> {
    let mut list = Vec::new();
    for name in protocols {
        list.push(u8::try_from(name.len()).unwrap_or_default());
        list.extend(name.as_bytes());
    }
    list
}

fn key_shares(dice: &mut Dice, offer: &Offer<'_>) -> Vec<u8> {
    let mut shares = Vec::new();
    if offer.is_post_quantum {
        shares.extend([0x11, 0xec]);
        shares.extend(with_length(&dice.bytes(1216)));
    }
    shares.extend([0, 29]);
    shares.extend(with_length(&dice.bytes(32)));
    shares
}

/// One identity and its binder (RFC 8446 §4.2.11).
fn pre_shared_key(dice: &mut Dice, bytes: usize) -> Vec<u8> {
    let identity = [with_length(&dice.bytes(bytes)), dice.bytes(4)].concat();
    let binder = [&[32][..], &dice.bytes(32)].concat();
    [with_length(&identity), with_length(&binder)].concat()
}

fn body_before(offer: &Offer<'_>) -> usize {
    2 + 32 + 1 + offer.session.len() + 2 + 2 * offer.ciphers.len() + 2
}

fn record_length(offer: &Offer<'_>, extensions: &[u8]) -> usize {
    5 + 4 + body_before(offer) + 2 + extensions.len()
}

fn written(dice: &mut Dice, offer: &Offer<'_>, extensions: &[u8]) -> Vec<u8> {
    let ciphers = offer.ciphers.iter().flat_map(|cipher| cipher.to_be_bytes());
    let ciphers: Vec<u8> = ciphers.collect();
    let session_length = u8::try_from(offer.session.len()).unwrap_or_default();
    let body = [
        &[3, 3][..],
        &dice.bytes(32),
        &[session_length],
        offer.session,
        &with_length(&ciphers),
        &[1, 0],
        &with_length(extensions),
    ]
    .concat();
    // The first record of a connection says TLS 1.0 (RFC 8446 §5.1).
    let message = message(1, &body);
    [&[HANDSHAKE, 3, 1][..], &with_length(&message)].concat()
}
