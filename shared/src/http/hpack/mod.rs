//! HPACK header decompression (RFC 7541) for one who only listens.
//!
//! A listener may have missed the start of the connection. So an index into the dynamic table that points at
//! nothing is not an error here, as it would be for an endpoint: the field is handed out as unknown, and since
//! indices count from the newest entry, everything added later is read right again.

mod codepoints;
pub(crate) mod huffman;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::limits::HPACK_TABLE_BYTES;
use crate::wire::Reader;

/// Overhead of one entry in the size of the table (RFC 7541 §4.1).
const ENTRY_OVERHEAD: usize = 32;

/// The table size before any update (RFC 9113 §6.5.2).
const DEFAULT_TABLE_BYTES: usize = 4096;

/// Name and value.
pub(crate) type Field<'a> = (&'a [u8], &'a [u8]);

/// A header block that is not HPACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadHeaderBlock;

/// The decoding state of one direction.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// Newest first.
    entries: VecDeque<Entry>,
    bytes: usize,
    capacity: usize,
}

/// An entry of the dynamic table. The name is `None` where it was taken from an entry never seen, and shared
/// between entries, so that a block of one long name repeated costs no copies.
#[derive(Clone, Debug)]
struct Entry {
    name: Option<Arc<[u8]>>,
    value: Box<[u8]>,
}

impl Entry {
    fn size(&self) -> usize {
        let name = self.name.as_ref().map_or(0, |name| name.len());
        name + self.value.len() + ENTRY_OVERHEAD
    }
}

impl Decoder {
    pub(crate) fn new() -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            capacity: DEFAULT_TABLE_BYTES,
        }
    }

    /// Forgets the table, because header blocks may have been missed.
    pub(crate) fn forget(&mut self) {
        self.entries.clear();
        self.bytes = 0;
        self.capacity = HPACK_TABLE_BYTES;
    }

    /// Reads one header block; `on_field` gets name and value, or `None` for a field that cannot be known.
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        mut on_field: impl FnMut(Option<Field<'_>>),
    ) -> Result<(), BadHeaderBlock> {
        let mut reader = Reader::new(block);
        while !reader.is_empty() {
            let first = reader.u8().map_err(|_empty| BadHeaderBlock)?;
            if first & 0x80 != 0 {
                let index = integer(&mut reader, first, 7)?;
                on_field(self.indexed(index)?);
            } else if first & 0xe0 == 0x20 {
                let size = integer(&mut reader, first, 5)?;
                self.resize(size);
            } else {
                let is_added = first & 0x40 != 0;
                let bits = if is_added { 6 } else { 4 };
                let index = integer(&mut reader, first, bits)?;
                let entry = self.literal(&mut reader, index)?;
                on_field(entry.name.as_deref().map(|name| (name, &*entry.value)));
                if is_added {
                    self.add(entry);
                }
            }
        }
        Ok(())
    }

    fn literal(&self, reader: &mut Reader<'_>, index: usize) -> Result<Entry, BadHeaderBlock> {
        let name = if index == 0 {
            Some(Arc::from(string(reader)?))
        } else if let Some((name, _value)) = static_entry(index) {
            Some(Arc::from(name))
        } else {
            let entry = self.entries.get(index - codepoints::STATIC.len() - 1);
            entry.and_then(|entry| entry.name.clone())
        };
        let value = string(reader)?;
        Ok(Entry { name, value })
    }

    fn indexed(&self, index: usize) -> Result<Option<Field<'_>>, BadHeaderBlock> {
        if index == 0 {
            return Err(BadHeaderBlock);
        }
        if let Some(entry) = static_entry(index) {
            return Ok(Some(entry));
        }
        let entry = self.entries.get(index - codepoints::STATIC.len() - 1);
        Ok(entry.and_then(|entry| Some((entry.name.as_deref()?, &*entry.value))))
    }

    fn resize(&mut self, size: usize) {
        self.capacity = size.min(HPACK_TABLE_BYTES);
        self.evict(0);
    }

    fn add(&mut self, entry: Entry) {
        let size = entry.size();
        self.evict(size);
        if size <= self.capacity {
            self.bytes += size;
            self.entries.push_front(entry);
        }
    }

    fn evict(&mut self, room: usize) {
        while self.bytes.saturating_add(room) > self.capacity {
            let Some(oldest) = self.entries.pop_back() else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(oldest.size());
        }
    }
}

/// The static entry at a protocol index from 1 to 61.
fn static_entry(index: usize) -> Option<(&'static [u8], &'static [u8])> {
    let (name, value) = codepoints::STATIC.get(index.checked_sub(1)?)?;
    Some((name.as_bytes(), value.as_bytes()))
}

/// An integer with a prefix of `bits` bits (RFC 7541 §5.1), at most 28 bits beyond the prefix.
fn integer(reader: &mut Reader<'_>, first: u8, bits: u32) -> Result<usize, BadHeaderBlock> {
    let mask = (1_usize << bits) - 1;
    let mut value = usize::from(first) & mask;
    if value < mask {
        return Ok(value);
    }
    for shift in [0, 7, 14, 21] {
        let byte = reader.u8().map_err(|_cut| BadHeaderBlock)?;
        value += usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(BadHeaderBlock)
}

/// A string literal (RFC 7541 §5.2).
fn string(reader: &mut Reader<'_>) -> Result<Box<[u8]>, BadHeaderBlock> {
    let first = reader.u8().map_err(|_cut| BadHeaderBlock)?;
    let length = integer(reader, first, 7)?;
    let coded = reader.take(length).map_err(|_cut| BadHeaderBlock)?;
    if first & 0x80 == 0 {
        return Ok(Box::from(coded));
    }
    let mut plain = Vec::with_capacity(coded.len().saturating_mul(8) / 5);
    huffman::decode(coded, &mut plain).map_err(|_bad| BadHeaderBlock)?;
    Ok(plain.into_boxed_slice())
}
