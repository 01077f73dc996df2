//! Numbers as bytes: seven bits each, smallest first, signs at the end; and the reader that counts what it gives out.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::error::Broken;

/// Writes a number without sign.
pub(super) fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Small numbers of either sign as small numbers without.
pub(super) const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Raw deflate (RFC 1951) at its best.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to a Vec cannot fail.
    let _infallible = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// How long it would be after [`deflate`].
pub(super) fn deflated_length(bytes: &[u8]) -> usize {
    deflate(bytes).len()
}

/// The bytes that were deflated, at most `cap` of them.
pub(super) fn inflate(bytes: &[u8], cap: usize) -> Result<Vec<u8>, Broken> {
    let mut out = Vec::new();
    let mut limited = DeflateDecoder::new(bytes).take(cap as u64 + 1);
    match limited.read_to_end(&mut out) {
        Ok(length) if length <= cap => Ok(out),
        Ok(_) | Err(_) => Err(Broken),
    }
}

/// Reads what was written, and gives out no more than it was allowed to.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    allowance: usize,
}

impl<'a> Reader<'a> {
    /// `allowance` is in bytes of what is read, values and texts together.
    pub(super) const fn new(bytes: &'a [u8], allowance: usize) -> Self {
        Self {
            rest: bytes,
            allowance,
        }
    }

    /// So many more bytes are about to be held, or steps taken.
    pub(super) fn spend(&mut self, count: usize) -> Result<(), Broken> {
        self.allowance = self.allowance.checked_sub(count).ok_or(Broken)?;
        Ok(())
    }

    pub(super) fn byte(&mut self) -> Result<u8, Broken> {
        let (first, rest) = self.rest.split_first().ok_or(Broken)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Broken)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn varint(&mut self) -> Result<u64, Broken> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(Broken);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken)
    }

    pub(super) fn number(&mut self) -> Result<i64, Broken> {
        self.varint().map(unzigzag)
    }

    pub(super) fn count(&mut self) -> Result<usize, Broken> {
        usize::try_from(self.varint()?).map_err(|_too_large| Broken)
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}
