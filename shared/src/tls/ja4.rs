//! JA4, the FoxIO fingerprint of a TLS client: what it offers, in an order that shuffling cannot change.
//!
//! The method is published at <https://github.com/FoxIO-LLC/ja4> under BSD-3-Clause. Its siblings for servers and
//! other protocols (JA4S, …) have another licence and are not here.

use std::fmt;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::codepoints::{ExtensionType, Version, is_grease};
use super::facts::Offer;

/// A JA4 fingerprint, such as `t13d1516h2_8daaf6152771_e5627efa2ab1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ja4([u8; 36]);

impl Ja4 {
    /// Of a ClientHello whose lists are all there.
    pub(super) fn new(offer: &Offer) -> Option<Self> {
        let suites = sorted(offer.cipher_suites.iter().map(|suite| suite.0));
        let extensions = sorted(offer.extensions.iter().map(|extension| extension.0));
        let schemes = without_grease(offer.signature_schemes.iter().map(|scheme| scheme.0));
        let server_name = if extensions.contains(&ExtensionType::SERVER_NAME.0) {
            'd'
        } else {
            'i'
        };
        let [first, last] = protocol_letters(offer.first_protocol_ends);
        let text = format!(
            "t{}{server_name}{:02}{:02}{first}{last}_{}_{}",
            version_letters(offer),
            suites.len().min(99),
            extensions.len().min(99),
            hash(&suites, &[]),
            hash(&counted(&extensions), &schemes),
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

/// The fingerprint of an offer, made when it is first asked for. It follows from the offer's other fields, so it tells no
/// two offers apart, and a copy, whose fields may be changed, begins without it.
#[derive(Debug, Default)]
pub(super) struct Fingerprint(OnceLock<Option<Box<Ja4>>>);

impl Fingerprint {
    pub(super) fn of(&self, offer: &Offer) -> Option<Ja4> {
        let known = self.0.get_or_init(|| Ja4::new(offer).map(Box::new));
        known.as_deref().copied()
    }
}

impl Clone for Fingerprint {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Fingerprint {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Fingerprint {}

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

fn without_grease(values: impl Iterator<Item = u16>) -> Vec<u16> {
    values.filter(|&value| !is_grease(value)).collect()
}

fn sorted(values: impl Iterator<Item = u16>) -> Vec<u16> {
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

fn version_letters(offer: &Offer) -> &'static str {
    let offered = offer.versions.iter().copied();
    let highest = offered.filter(|version| !is_grease(version.0)).max();
    match highest.unwrap_or(offer.legacy_version) {
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
fn protocol_letters(ends: Option<[u8; 2]>) -> [char; 2] {
    let Some([first, last]) = ends else {
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
    let halves = digest
        .iter()
        .take(6)
        .flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves
        .filter_map(|half| char::from_digit(u32::from(half), 16))
        .collect()
}

/// Four hexadecimal digits each, with commas between.
fn list(values: &[u16]) -> String {
    let mut text = String::with_capacity(values.len() * 5);
    for value in values {
        if !text.is_empty() {
            text.push(',');
        }
        for shift in [12, 8, 4, 0] {
            text.extend(char::from_digit(u32::from(value >> shift & 0xf), 16));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::codepoints::{CipherSuite, SignatureScheme};

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

    fn example() -> Offer {
        Offer {
            legacy_version: Version::TLS_1_2,
            versions: [0xdada, 0x0304, 0x0303].map(Version).into(),
            cipher_suites: SUITES.map(CipherSuite).into(),
            extensions: EXTENSIONS.map(ExtensionType).into(),
            signature_schemes: SCHEMES.map(SignatureScheme).into(),
            first_protocol_ends: Some(*b"h2"),
            is_whole: true,
            ..Offer::default()
        }
    }

    fn text(offer: &Offer) -> Option<String> {
        offer.ja4().map(|ja4| ja4.to_string())
    }

    #[test]
    fn the_published_example() {
        let fingerprint = text(&example());
        assert_eq!(
            fingerprint.as_deref(),
            Some("t13d1516h2_8daaf6152771_e5627efa2ab1")
        );
    }

    #[test]
    fn the_published_example_without_signature_algorithms() {
        let offer = Offer {
            signature_schemes: Box::default(),
            ..example()
        };
        assert_eq!(
            text(&offer).as_deref(),
            Some("t13d1516h2_8daaf6152771_6d807ffa2a79")
        );
    }

    #[test]
    fn nothing_offered() {
        let offer = Offer {
            legacy_version: Version::SSL_3_0,
            is_whole: true,
            ..Offer::default()
        };
        assert_eq!(
            text(&offer).as_deref(),
            Some("ts3i000000_000000000000_000000000000")
        );
    }

    #[test]
    fn no_fingerprint_of_a_part() {
        let cut = Offer {
            is_whole: false,
            ..example()
        };
        let shortened = Offer {
            entries_omitted: 1,
            ..example()
        };
        assert_eq!((text(&cut), text(&shortened)), (None, None));
    }

    #[test]
    fn protocols_that_are_not_text() {
        // The published table, by first and last byte.
        let rows = [
            (*b"h1", "h1"),
            (*b"xx", "xx"),
            ([0xab, 0xab], "ab"),
            ([0xab, 0xcd], "ad"),
            ([0x30, 0xab], "3b"),
            ([0x30, 0xcd], "3d"),
            ([0x30, 0x31], "01"),
        ];
        for (ends, letters) in rows {
            let got: String = protocol_letters(Some(ends)).iter().collect();
            assert_eq!(got, letters, "{ends:x?}");
        }
        assert_eq!(protocol_letters(None), ['0', '0']);
    }
}
