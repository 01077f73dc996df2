//! A certificate (RFC 5280) that parses, signed by nobody, as long as is asked for.

use crate::testkit::simulation::random::Dice;

/// The DER of one for this name and of this issuer, of about so many bytes and not fewer than about 800.
#[must_use]
pub fn certificate(dice: &mut Dice, (name, issuer): (&str, &str), bytes: usize) -> Vec<u8> {
    const RSA: [u8; 13] = [
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    const SHA256_WITH_RSA: [u8; 13] = [
        0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00,
    ];
    let algorithm = der(0x30, &SHA256_WITH_RSA);
    let serial = der(0x02, &[&[0x11][..], &dice.bytes(15)].concat());
    let validity = [der(0x17, b"230101000000Z"), der(0x17, b"330101000000Z")].concat();
    let modulus = der(0x02, &[&[0x00, 0xc1][..], &dice.bytes(255)].concat());
    let key = der(0x30, &[modulus, der(0x02, &[1, 0, 1])].concat());
    let public_key = [der(0x30, &RSA), bit_string(&key)].concat();
    // The rest is 750 bytes or so.
    let names = alternative_names(name, bytes.saturating_sub(750));
    let to_be_signed = [
        der(0xa0, &der(0x02, &[2])),
        serial,
        algorithm.clone(),
        common_name(issuer),
        der(0x30, &validity),
        common_name(name),
        der(0x30, &public_key),
        der(0xa3, &der(0x30, &names)),
    ]
    .concat();
    let signature = bit_string(&dice.bytes(256));
    der(
        0x30,
        &[der(0x30, &to_be_signed), algorithm, signature].concat(),
    )
}

/// subjectAltName with as many names as fill so many bytes.
fn alternative_names(name: &str, bytes: usize) -> Vec<u8> {
    let mut names = der(0x82, name.as_bytes());
    let mut index = 0_u32;
    while names.len() < bytes {
        names.extend(der(0x82, format!("n{index}.{name}").as_bytes()));
        index += 1;
    }
    let value = der(0x04, &der(0x30, &names));
    der(
        0x30,
        &[&[0x06, 0x03, 0x55, 0x1d, 0x11][..], &value].concat(),
    )
}

fn common_name(text: &str) -> Vec<u8> {
    let value = der(0x0c, text.as_bytes());
    let attribute = der(
        0x30,
        &[&[0x06, 0x03, 0x55, 0x04, 0x03][..], &value].concat(),
    );
    der(0x30, &der(0x31, &attribute))
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    der(0x03, &[&[0][..], bytes].concat())
}

/// A tag, a length in as few bytes as can be, and the content (X.690 §10.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..=0x7f => bytes.extend(u8::try_from(length)),
        0x80..=0xff => bytes.extend([0x81, u8::try_from(length).unwrap_or_default()]),
        _ => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}
