//! Certificates sent in clear: the chain's shape, and what the first one says (RFC 5280 §4.1).

mod der;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::facts::{CertificateChain, Leaf, Listed, Validity};
use crate::ids::Stamp;
use crate::limits::{TLS_CERTIFICATES, TLS_NAME_BYTES, TLS_NAMES};
use crate::time::Timestamp;
use crate::wire::{Reader, Truncated};
use der::Element;

/// Object identifiers, DER contents.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// Reads the body of a TLS 1.2 Certificate message (RFC 5246 §7.4.2).
pub(super) fn chain(body: &[u8], complete: Stamp) -> Result<CertificateChain, Truncated> {
    let mut reader = Reader::new(body);
    let length = reader.u24()? as usize;
    let mut list = reader.sub(length)?;
    let mut chain = CertificateChain {
        complete,
        listed: Arc::default(),
        count: 0,
        bytes: 0,
        leaf: None,
    };
    let mut listed = [Listed::default(); TLS_CERTIFICATES];
    let mut places = listed.iter_mut();
    while !list.is_empty() {
        let length = list.u24()?;
        let certificate = list.take(length as usize)?;
        if chain.count == 0 {
            chain.leaf = leaf(certificate).map(Arc::new);
        }
        if let Some(place) = places.next() {
            *place = Listed {
                bytes: length,
                validity: validity(certificate),
            };
        }
        chain.count = chain.count.saturating_add(1);
        chain.bytes = chain.bytes.saturating_add(length);
    }
    let count = TLS_CERTIFICATES.saturating_sub(places.len());
    chain.listed = listed.get(..count).unwrap_or_default().into();
    Ok(chain)
}

/// What a certificate says; `None` when it cannot be read.
fn leaf(certificate: &[u8]) -> Option<Leaf> {
    let mut fields = fields(certificate)?;
    let issuer = fields.next()?.of(der::SEQUENCE)?;
    // Its validity is kept with the list.
    fields.next()?;
    let subject = fields.next()?.of(der::SEQUENCE)?;
    let extensions = fields.find(|field| field.tag == der::explicit(3));
    let names = extensions
        .map(|field| alternative_names(field.content))
        .unwrap_or_default();
    let count = names.len();
    Some(Leaf {
        subject: attribute(subject, COMMON_NAME),
        issuer: attribute(issuer, COMMON_NAME).or_else(|| attribute(issuer, ORGANIZATION)),
        names: names.into_iter().take(TLS_NAMES).collect(),
        names_omitted: u32::try_from(count.saturating_sub(TLS_NAMES)).unwrap_or(u32::MAX),
        sha256: Sha256::digest(certificate).into(),
    })
}

/// When a certificate is valid.
#[must_use]
pub fn validity(certificate: &[u8]) -> Validity {
    let mut dates = fields(certificate)
        .and_then(|mut fields| fields.nth(1)?.of(der::SEQUENCE).map(der::elements))
        .into_iter()
        .flatten();
    let mut date = || dates.next().and_then(moment);
    Validity {
        not_before: date(),
        not_after: date(),
    }
}

/// The fields of a certificate from its issuer on: version, which is explicit and optional, serial number and signature
/// algorithm stand before it.
fn fields(certificate: &[u8]) -> Option<impl Iterator<Item = Element<'_>>> {
    let mut outer = der::inside(certificate, der::SEQUENCE)?;
    let mut fields = der::elements(outer.next()?.of(der::SEQUENCE)?).peekable();
    fields.next_if(|field| field.tag == der::explicit(0));
    fields.next()?;
    fields.next()?;
    Some(fields)
}

/// The last value of an attribute of a distinguished name: the most specific one.
fn attribute(name: &[u8], object: &[u8]) -> Option<Box<str>> {
    let sets = der::elements(name);
    let pairs = sets.flat_map(|set| der::elements(set.content));
    let values = pairs.filter_map(|pair| {
        let mut parts = der::elements(pair.content);
        let kind = parts.next()?.of(der::OBJECT_IDENTIFIER)?;
        let value = parts.next()?;
        (kind == object).then(|| der::text(&value))
    });
    values.last().map(|text| shortened(&text))
}

/// DNS names and addresses of the subject alternative name (RFC 5280 §4.2.1.6).
fn alternative_names(extensions: &[u8]) -> Vec<Box<str>> {
    let Some(list) = der::inside(extensions, der::SEQUENCE) else {
        return Vec::new();
    };
    let names = list.filter_map(|extension| {
        let mut parts = der::elements(extension.of(der::SEQUENCE)?);
        let kind = parts.next()?.of(der::OBJECT_IDENTIFIER)?;
        let value = parts.find(|part| part.tag == der::OCTET_STRING)?;
        (kind == SUBJECT_ALT_NAME).then(|| der::inside(value.content, der::SEQUENCE))?
    });
    names
        .flatten()
        .filter_map(|name| general_name(&name))
        .collect()
}

fn general_name(name: &Element<'_>) -> Option<Box<str>> {
    match (name.tag, name.content) {
        (DNS_NAME, content) => Some(shortened(&String::from_utf8_lossy(content))),
        (IP_ADDRESS, content) => {
            if let Ok(address) = <[u8; 4]>::try_from(content) {
                return Some(std::net::Ipv4Addr::from(address).to_string().into());
            }
            let address = <[u8; 16]>::try_from(content).ok()?;
            Some(std::net::Ipv6Addr::from(address).to_string().into())
        }
        _ => None,
    }
}

/// Context tags of GeneralName.
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// UTCTime or GeneralizedTime in the form certificates must use: seconds, and `Z` (RFC 5280 §4.1.2.5).
fn moment(element: Element<'_>) -> Option<Timestamp> {
    let text = std::str::from_utf8(element.content).ok()?;
    let (year, rest) = match element.tag {
        der::UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: i64 = number(year)?;
            (if year >= 50 { 1900 + year } else { 2000 + year }, rest)
        }
        der::GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (number(year)?, rest)
        }
        _ => return None,
    };
    let digits = rest.strip_suffix('Z')?;
    if digits.len() != 10 {
        return None;
    }
    let field = |index: usize| digits.get(index..index.saturating_add(2)).and_then(number);
    let (month, day) = (field(0)?, field(2)?);
    let (hour, minute, second) = (field(4)?, field(6)?, field(8)?);
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(Timestamp::from_parts(seconds, 0))
}

fn number(digits: &str) -> Option<i64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years have four digits.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn shortened(text: &str) -> Box<str> {
    let end = text.floor_char_boundary(TLS_NAME_BYTES);
    text.get(..end).unwrap_or_default().into()
}
