//! The Huffman code of HPACK (RFC 7541 §5.2, Appendix B).

use super::codepoints::{LENGTH_COUNTS, SYMBOLS};

/// Not a valid Huffman-coded string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadHuffman;

/// Appends the decoded bytes of `coded` to `out`: at most 8/5 of its length.
pub(crate) fn decode(coded: &[u8], out: &mut Vec<u8>) -> Result<(), BadHuffman> {
    let mut walk = Walk::START;
    for byte in coded {
        for shift in (0..8).rev() {
            if let Some(symbol) = walk.step(byte >> shift & 1)? {
                out.push(symbol);
            }
        }
    }
    // Padding: fewer than eight bits, all ones (the start of end-of-string's code).
    if walk.length < 8 && walk.all_ones {
        Ok(())
    } else {
        Err(BadHuffman)
    }
}

/// A place inside one code: a canonical code needs only the first code and the rank of each length.
struct Walk {
    code: u32,
    first: u32,
    rank: u32,
    length: usize,
    all_ones: bool,
}

impl Walk {
    const START: Self = Self {
        code: 0,
        first: 0,
        rank: 0,
        length: 0,
        all_ones: true,
    };

    fn step(&mut self, bit: u8) -> Result<Option<u8>, BadHuffman> {
        self.code = self.code << 1 | u32::from(bit);
        self.first <<= 1;
        self.length += 1;
        self.all_ones &= bit == 1;
        let count = u32::from(*LENGTH_COUNTS.get(self.length).ok_or(BadHuffman)?);
        let above = self.code.wrapping_sub(self.first);
        if above >= count {
            self.first += count;
            self.rank += count;
            return Ok(None);
        }
        let symbol = SYMBOLS
            .get((self.rank + above) as usize)
            .ok_or(BadHuffman)?;
        *self = Self::START;
        // End of string inside a string is an error: 256 does not fit.
        u8::try_from(*symbol)
            .map(Some)
            .map_err(|_end_of_string| BadHuffman)
    }
}
