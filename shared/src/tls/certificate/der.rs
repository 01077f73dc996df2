//! The least of DER that names and dates need (ITU-T X.690): walk elements, open them, read strings.

use std::borrow::Cow;

use crate::wire::Reader;

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
/// UTF-16 without surrogates.
const BMP_STRING: u8 = 0x1e;

/// The tag of an explicit context-specific element.
pub(super) const fn explicit(number: u8) -> u8 {
    0xa0 | number
}

/// One element: its tag byte and its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The content, if the tag is this one.
    pub(super) fn of(&self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.content)
    }
}

/// The elements of `bytes` in a row, up to the first that cannot be read.
pub(super) fn elements(bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let tag = reader.u8().ok()?;
        let length = match reader.u8().ok()? {
            short @ 0..=0x7f => usize::from(short),
            0x81 => usize::from(reader.u8().ok()?),
            0x82 => usize::from(reader.u16().ok()?),
            0x83 => reader.u24().ok()? as usize,
            _ => return None,
        };
        let content = reader.take(length).ok()?;
        Some(Element { tag, content })
    })
}

/// The elements inside the first element of `bytes`, if its tag is this one.
pub(super) fn inside(bytes: &[u8], tag: u8) -> Option<impl Iterator<Item = Element<'_>>> {
    elements(bytes).next()?.of(tag).map(elements)
}

/// A string of any kind.
pub(super) fn text<'a>(element: &Element<'a>) -> Cow<'a, str> {
    if element.tag != BMP_STRING {
        return String::from_utf8_lossy(element.content);
    }
    let (units, _odd) = element.content.as_chunks::<2>();
    let units = units.iter().map(|&unit| u16::from_be_bytes(unit));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
