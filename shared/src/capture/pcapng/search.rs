//! Finding blocks again behind damage: the next place where a block of a known type carries the same
//! length at both ends. Its type and lengths are some 90 bits that must be right.

use super::{
    PcapngReader, SECTION_HEADER, SMALLEST_BLOCK, block_start, packets, section_order, word,
};
use crate::capture::ByteOrder;
use crate::capture::frames::{Search, Window};
use crate::limits::BLOCK_BYTES;

impl PcapngReader {
    /// Looks for the first place in the window where a whole block is.
    pub(super) fn search(&self, window: Window<'_>) -> Search {
        let mut skipped: usize = 0;
        loop {
            let rest = window.bytes.get(skipped..).unwrap_or_default();
            let Some(length) = rest.first_chunk().map(|start| self.plausible_length(start)) else {
                return if window.is_last {
                    Search::Needs {
                        skipped: window.bytes.len(),
                        needed: 1,
                    }
                } else {
                    Search::Needs {
                        skipped,
                        needed: SEARCH_STEP,
                    }
                };
            };
            match length {
                Some((_, length)) if rest.len() < length && !window.is_last => {
                    return Search::Needs {
                        skipped,
                        needed: length,
                    };
                }
                Some((order, length)) if self.is_block(order, rest, length) => {
                    return Search::Found(skipped);
                }
                _ => skipped = skipped.saturating_add(1),
            }
        }
    }

    /// The byte order and length of the block that these bytes may begin.
    fn plausible_length(
        &self,
        start: &[u8; SMALLEST_BLOCK as usize],
    ) -> Option<(ByteOrder, usize)> {
        let order = match section_order(start) {
            Some(order) if start.starts_with(&super::SECTION_HEADER_TYPE) => order,
            _ => self.order,
        };
        let [head @ .., _, _, _, _] = start;
        let (kind, length) = match order {
            ByteOrder::Little => block_start::<false>(head),
            ByteOrder::Big => block_start::<true>(head),
        };
        let is_known = match kind {
            SECTION_HEADER => section_order(start).is_some(),
            1 | 4 | 5 | 9 | 10 | 0x0bad | 0x4000_0bad => true,
            _ => packets::is_packet(kind),
        };
        let is_possible = is_known
            && (SMALLEST_BLOCK..=BLOCK_BYTES).contains(&length)
            && length.is_multiple_of(4);
        is_possible.then_some((order, length as usize))
    }

    fn is_block(&self, order: ByteOrder, bytes: &[u8], length: usize) -> bool {
        let trailer = bytes.get(..length).and_then(|block| block.last_chunk());
        let trailer = match order {
            ByteOrder::Little => trailer.map(word::<false>),
            ByteOrder::Big => trailer.map(word::<true>),
        };
        trailer.is_some_and(|trailer| trailer as usize == length)
    }
}

/// Bytes asked for at a time, so that a long search does not go byte by byte.
const SEARCH_STEP: usize = 4_096;
