//! JA4, the FoxIO fingerprint of a TLS client: what it offers, in an order that shuffling cannot change.
//!
//! The method is published at <https://github.com/FoxIO-LLC/ja4> under BSD-3-Clause. Its siblings for servers and
//! other protocols (JA4S, …) have another licence and are not here.

use std::fmt;

use sha2::{Digest, Sha256};

use super::codepoints::{ExtensionType, Version, is_grease};

/// A JA4 fingerprint, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ja4([u8; 36]);

/// What the fingerprint is made from, in the order sent and with GREASE values still in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ingredients<'a> {
    pub(super) legacy_version: Version,
    pub(super) versions: &'a [u16],
    pub(super) cipher_suites: &'a [u16],
    pub(super) extensions: &'a [u16],
    pub(super) signature_schemes: &'a [u16],
    pub(super) first_alpn: &'a [u8],
}

impl Ja4 {
    pub(super) fn new(hello: &Ingredients<'_>) -> Option<Self> {
        let suites = sorted(hello.cipher_suites);
        let extensions = sorted(hello.extensions);
        let server_name = if extensions.contains(&ExtensionType::SERVER_NAME.0) {
            'd'
        } else {
            'i'
        };
        let [first, last] = alpn_letters(hello.first_alpn);
        let text = format!(
            "t{}{server_name}{:02}{:02}{first}{last}_{}_{}",
            version_letters(hello),
            suites.len().min(99),
            extensions.len().min(99),
            hash(&suites, &[]),
            hash(
                &counted(&extensions),
                &without_grease(hello.signature_schemes)
            ),
        );
        text.into_bytes().try_into().ok().map(Self)
    }

    /// The fingerprint as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Built from ASCII only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Ja4 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Ja4 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn without_grease(values: &[u16]) -> Vec<u16> {
    let kept = values.iter().copied().filter(|&value| !is_grease(value));
    kept.collect()
}

fn sorted(values: &[u16]) -> Vec<u16> {
    let mut kept = without_grease(values);
    kept.sort_unstable();
    kept
}

/// The extensions that the third part hashes: server name and ALPN already stand in the first.
fn counted(extensions: &[u16]) -> Vec<u16> {
    let first_part = [ExtensionType::SERVER_NAME.0, ExtensionType::ALPN.0];
    let kept = extensions.iter().copied();
    kept.filter(|value| !first_part.contains(value)).collect()
}

fn version_letters(hello: &Ingredients<'_>) -> &'static str {
    let offered = hello.versions.iter().copied();
    let highest = offered.filter(|&value| !is_grease(value)).max();
    match highest.map_or(hello.legacy_version, Version) {
        Version::TLS_1_3 => "13",
        Version::TLS_1_2 => "12",
        Version::TLS_1_1 => "11",
        Version::TLS_1_0 => "10",
        Version::SSL_3_0 => "s3",
        Version::SSL_2_0 => "s2",
        _ => "00",
    }
}

/// First and last character of the first protocol, or of its hexadecimal form where they are not alphanumeric.
fn alpn_letters(protocol: &[u8]) -> [char; 2] {
    let (Some(&first), Some(&last)) = (protocol.first(), protocol.last()) else {
        return ['0', '0'];
    };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [char::from(first), char::from(last)];
    }
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    [digit(first >> 4), digit(last & 0x0f)]
}

/// First twelve hexadecimal digits of the SHA-256 of `values`, then `_` and `more` where there are any.
fn hash(values: &[u16], more: &[u16]) -> String {
    if values.is_empty() {
        return "0".repeat(12);
    }
    let mut text = list(values);
    if !more.is_empty() {
        text.push('_');
        text.push_str(&list(more));
    }
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().take(6).map(|byte| format!("{byte:02x}"));
    digits.collect()
}

fn list(values: &[u16]) -> String {
    let texts: Vec<_> = values.iter().map(|value| format!("{value:04x}")).collect();
    texts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the published method.
    const SUITES: [u16; 16] = [
        0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
        0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
    ];
    const EXTENSIONS: [u16; 17] = [
        0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023,
        0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015,
    ];
    const SCHEMES: [u16; 8] = [
        0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601,
    ];

    fn example() -> Ingredients<'static> {
        Ingredients {
            legacy_version: Version::TLS_1_2,
            versions: &[0xdada, 0x0304, 0x0303],
            cipher_suites: &SUITES,
            extensions: &EXTENSIONS,
            signature_schemes: &SCHEMES,
            first_alpn: b"h2",
        }
    }

    fn text(hello: &Ingredients<'_>) -> String {
        Ja4::new(hello)
            .map(|ja4| ja4.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn the_published_example() {
        assert_eq!(text(&example()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn the_published_example_without_signature_algorithms() {
        let hello = Ingredients {
            signature_schemes: &[],
            ..example()
        };
        assert_eq!(text(&hello), "t13d1516h2_8daaf6152771_6d807ffa2a79");
    }

    #[test]
    fn nothing_offered() {
        let hello = Ingredients {
            legacy_version: Version::SSL_3_0,
            versions: &[],
            cipher_suites: &[],
            extensions: &[],
            signature_schemes: &SCHEMES,
            first_alpn: b"",
        };
        assert_eq!(text(&hello), "ts3i000000_000000000000_000000000000");
    }

    #[test]
    fn protocols_that_are_not_text() {
        let rows: [(&[u8], &str); 7] = [
            (b"http/1.1", "h1"),
            (b"x", "xx"),
            (b"\xab", "ab"),
            (b"\xab\xcd", "ad"),
            (b"\x30\xab", "3b"),
            (b"\x30\x31\xab\xcd", "3d"),
            (b"\x30\xab\xcd\x31", "01"),
        ];
        for (first_alpn, letters) in rows {
            let got: String = alpn_letters(first_alpn).iter().collect();
            assert_eq!(got, letters, "{first_alpn:x?}");
        }
    }
}
