//! What a server says in TLS, and what both say under encryption (RFC 8446, RFC 5246). What is encrypted is random.

use super::certificate::certificate;
use super::{with_length, with_long_length};
use crate::testkit::simulation::random::Dice;

/// Handshake records.
pub const HANDSHAKE: u8 = 22;
/// Alert records.
pub const ALERT: u8 = 21;
/// Records of whatever is encrypted.
pub const APPLICATION: u8 = 23;

/// A record.
#[must_use]
pub fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3][..], &with_length(body)].concat()
}

/// A handshake message, without a record around it.
#[must_use]
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &with_long_length(body)].concat()
}

/// An extension.
#[must_use]
pub fn extension(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &with_length(body)].concat()
}

/// An alert in clear.
#[must_use]
pub fn alert(level: u8, description: u8) -> Vec<u8> {
    record(ALERT, &[level, description])
}

/// Records of so many bytes of plain text, none longer than TLS allows.
#[must_use]
pub fn sealed(dice: &mut Dice, length: usize) -> Vec<u8> {
    // A tag and a content type (RFC 8446 §5.2).
    const BEHIND: usize = 17;
    const LONGEST: usize = 16_384;
    let mut records = Vec::new();
    let mut left = length;
    while left > 0 {
        let part = left.min(LONGEST);
        records.extend(record(APPLICATION, &dice.bytes(part + BEHIND)));
        left -= part;
    }
    records
}

/// A ServerHello of TLS 1.3, or a HelloRetryRequest, which looks like one.
#[must_use]
pub fn server_hello(dice: &mut Dice, session: &[u8], is_retry: bool) -> Vec<u8> {
    // SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3).
    const RETRY: [u8; 32] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8,
        0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8,
        0x33, 0x9c,
    ];
    let key_share = if is_retry {
        extension(51, &[0, 23])
    } else {
        extension(51, &[&[0, 29][..], &with_length(&dice.bytes(32))].concat())
    };
    let random = if is_retry {
        RETRY.to_vec()
    } else {
        dice.bytes(32)
    };
    let extensions = [extension(43, &[3, 4]), key_share].concat();
    hello_message(&random, session, [0x13, 0x01], &extensions)
}

fn hello_message(random: &[u8], session: &[u8], cipher: [u8; 2], extensions: &[u8]) -> Vec<u8> {
    let length = u8::try_from(session.len()).unwrap_or_default();
    let body = [
        &[3, 3][..],
        random,
        &[length],
        session,
        &cipher,
        &[0],
        &with_length(extensions),
    ]
    .concat();
    record(HANDSHAKE, &message(2, &body))
}

/// The change_cipher_spec that both sides send.
#[must_use]
pub fn change_cipher_spec() -> Vec<u8> {
    record(20, &[1])
}

/// A server's whole flight of TLS 1.3 behind its ServerHello: about so many bytes of certificates.
#[must_use]
pub fn flight13(dice: &mut Dice, session: &[u8], certificate_bytes: usize) -> Vec<u8> {
    let mut flight = server_hello(dice, session, false);
    flight.extend(change_cipher_spec());
    // EncryptedExtensions, Certificate, CertificateVerify and Finished; some put each into a record of its own.
    let parts = [dice.size(6, 40), certificate_bytes, dice.size(80, 264), 36];
    if dice.chance(50) {
        for part in parts {
            flight.extend(sealed(dice, part));
        }
    } else {
        flight.extend(sealed(dice, parts.iter().sum()));
    }
    flight
}

/// A server's flight of TLS 1.2, in two parts: until the certificate, and from the key exchange on.
#[must_use]
pub fn flight12(
    dice: &mut Dice,
    certificate_bytes: usize,
    (name, issuer): (&str, &str),
) -> (Vec<u8>, Vec<u8>) {
    let extensions = [extension(0xff01, &[0]), extension(23, &[])].concat();
    let random = dice.bytes(32);
    let session = dice.bytes(32);
    let mut first = hello_message(&random, &session, [0xc0, 0x2f], &extensions);
    let leaf = with_long_length(&certificate(dice, (name, issuer), certificate_bytes));
    first.extend(record(HANDSHAKE, &message(11, &with_long_length(&leaf))));
    let point = dice.bytes(32);
    let signature = with_length(&dice.bytes(256));
    let exchange = [&[3, 0, 29, 32][..], &point, &[8, 4], &signature].concat();
    let mut second = record(HANDSHAKE, &message(12, &exchange));
    second.extend(record(HANDSHAKE, &message(14, &[])));
    (first, second)
}

/// A client's end of the handshake in TLS 1.2: ClientKeyExchange, ChangeCipherSpec, Finished.
#[must_use]
pub fn client_end12(dice: &mut Dice) -> Vec<u8> {
    let point = [&[32][..], &dice.bytes(32)].concat();
    let mut bytes = record(HANDSHAKE, &message(16, &point));
    bytes.extend(end12(dice));
    bytes
}

/// ChangeCipherSpec and Finished of TLS 1.2, with AES-GCM.
#[must_use]
pub fn end12(dice: &mut Dice) -> Vec<u8> {
    [change_cipher_spec(), record(HANDSHAKE, &dice.bytes(40))].concat()
}

/// ChangeCipherSpec and Finished of TLS 1.3.
#[must_use]
pub fn client_end13(dice: &mut Dice) -> Vec<u8> {
    [change_cipher_spec(), sealed(dice, 36)].concat()
}

/// An alert under encryption; TLS 1.3 hides that it is one.
#[must_use]
pub fn sealed_alert(dice: &mut Dice, is_tls13: bool) -> Vec<u8> {
    if is_tls13 {
        sealed(dice, 2)
    } else {
        record(ALERT, &dice.bytes(26))
    }
}
