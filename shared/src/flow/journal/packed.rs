//! Entries in 9 to 11 words of the 16 that they have unpacked.
//!
//! ```text
//!  word  0  present 8 | ttl 8 | flags 16          4  offset, difference 24 | notes 8
//!        1  captured 16 | payload 16              5  window 24 | notes 8
//!        2  identification 16 | time, upper 16    6  number, difference 24 | notes 8
//!        3  time, difference, lower 32            7  sequence   8  acknowledgment
//!        9  TSval   10  TSecr, where there are any
//! ```
//!
//! Time, offset and number are told as the difference to the entry before. An entry that does not fit (a jumbogram, a
//! pause of more than three days, packets out of order) is told in full.

use super::{Entry, HAS_TIMESTAMPS, Notes};
use crate::ids::{CaptureId, PacketNumber};
use crate::packet::TcpFlags;
use crate::time::Timestamp;

/// Room that a flow gets at once, words: an exchange of a dozen packets fits.
const FIRST_WORDS: usize = 128;

/// Words of an entry without timestamps.
const SHORT: usize = 9;

/// The bit among those that say what is present which says that the entry is told in full.
const IN_FULL: u8 = 0x80;

/// Words of an entry that is told in full.
const FULL: usize = 16;

/// Entries in order, packed.
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Packed {
    words: Vec<u32>,
    count: u32,
    last: Place,
}

/// What an entry is told as the difference to.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    at: i64,
    offset: u64,
    number: u32,
    capture: u16,
}

impl Place {
    const fn of(entry: &Entry) -> Self {
        Self {
            at: entry.at.nanos(),
            offset: entry.offset,
            number: entry.number.get(),
            capture: entry.capture.0,
        }
    }
}

impl Packed {
    /// How many.
    pub(in crate::flow) const fn len(&self) -> usize {
        self.count as usize
    }

    /// Adds one.
    pub(in crate::flow) fn push(&mut self, entry: &Entry) {
        let place = Place::of(entry);
        if self.words.capacity().saturating_sub(self.words.len()) < FULL {
            // By half, where `Vec` would double: most flows are short, and there are many.
            let more = FIRST_WORDS.max(self.words.len() / 2);
            self.words.reserve_exact(more);
        }
        match short(entry, self.last) {
            Some(words) => self.words.extend_from_slice(&words),
            None => self.words.extend_from_slice(&full(entry)),
        }
        if entry.present & HAS_TIMESTAMPS != 0 {
            self.words.extend_from_slice(&[entry.tsval, entry.tsecr]);
        }
        self.count = self.count.saturating_add(1);
        self.last = place;
    }

    /// Goes through all of them, and adds to each the notes that `find` has on it.
    pub(in crate::flow) fn annotate(&mut self, mut find: impl FnMut(&Entry) -> Notes) {
        let mut last = Place::default();
        let mut rest = self.words.as_mut_slice();
        while !rest.is_empty() {
            let mut behind: &[u32] = rest;
            let Some(entry) = next(&mut behind, last) else {
                return;
            };
            last = Place::of(&entry);
            let length = rest.len().saturating_sub(behind.len());
            let (words, others) = rest.split_at_mut(length);
            add(words, find(&entry));
            rest = others;
        }
    }

    /// All of them.
    pub(in crate::flow) fn iter(&self) -> impl Iterator<Item = Entry> {
        let mut words = self.words.as_slice();
        let mut last = Place::default();
        std::iter::from_fn(move || {
            let entry = next(&mut words, last)?;
            last = Place::of(&entry);
            Some(entry)
        })
    }
}

/// The entry in short; `None` when it does not fit.
#[inline]
fn short(entry: &Entry, last: Place) -> Option<[u32; SHORT]> {
    let at = entry.at.nanos().wrapping_sub(last.at) as u64;
    let offset = entry.offset.wrapping_sub(last.offset);
    let number = entry.number.get().wrapping_sub(last.number);
    let notes = entry.notes.0;
    let fits = at >> 48 == 0
        && (offset | u64::from(number | entry.window | notes)) >> 24 == 0
        && (entry.captured | entry.payload) >> 16 == 0
        && entry.capture.0 == last.capture;
    fits.then_some([
        head(entry, entry.present),
        entry.captured << 16 | entry.payload,
        u32::from(entry.identification) << 16 | (at >> 32) as u32,
        at as u32,
        (offset as u32) << 8 | notes & 0xff,
        entry.window << 8 | notes >> 8 & 0xff,
        number << 8 | notes >> 16,
        entry.sequence,
        entry.acknowledgment,
    ])
}

#[cold]
fn full(entry: &Entry) -> [u32; FULL] {
    let at = entry.at.nanos() as u64;
    [
        head(entry, entry.present | IN_FULL),
        entry.captured,
        entry.payload,
        u32::from(entry.identification),
        (at >> 32) as u32,
        at as u32,
        (entry.offset >> 32) as u32,
        entry.offset as u32,
        entry.number.get(),
        entry.window,
        entry.notes.0,
        u32::from(entry.capture.0),
        entry.sequence,
        entry.acknowledgment,
        0,
        0,
    ]
}

fn head(entry: &Entry, present: u8) -> u32 {
    u32::from(present) << 24 | u32::from(entry.ttl) << 16 | u32::from(entry.flags.0)
}

/// Adds notes to the words of an entry.
fn add(words: &mut [u32], notes: Notes) {
    let notes = notes.0;
    match words {
        [first, _, _, _, _, _, _, _, _, _, found, ..] if *first >> 24 & u32::from(IN_FULL) != 0 => {
            *found |= notes;
        }
        [_, _, _, _, offset, window, number, ..] => {
            *offset |= notes & 0xff;
            *window |= notes >> 8 & 0xff;
            *number |= notes >> 16;
        }
        _ => {}
    }
}

/// Takes the next entry off.
fn next(words: &mut &[u32], last: Place) -> Option<Entry> {
    let [present, ttl, ..] = words.first()?.to_be_bytes();
    let mut entry = if present & IN_FULL == 0 {
        from_short(take(words)?, last)?
    } else {
        from_full(take(words)?)?
    };
    entry.ttl = ttl;
    entry.present = present & !IN_FULL;
    if present & HAS_TIMESTAMPS != 0 {
        [entry.tsval, entry.tsecr] = *take(words)?;
    }
    Some(entry)
}

fn take<'a, const N: usize>(words: &mut &'a [u32]) -> Option<&'a [u32; N]> {
    let (taken, rest) = words.split_first_chunk()?;
    *words = rest;
    Some(taken)
}

fn from_short(words: &[u32; SHORT], last: Place) -> Option<Entry> {
    let &[
        flags,
        lengths,
        upper,
        lower,
        offset,
        window,
        number,
        sequence,
        acknowledgment,
    ] = words;
    let at = u64::from(upper & 0xffff) << 32 | u64::from(lower);
    let notes = offset & 0xff | (window & 0xff) << 8 | (number & 0xff) << 16;
    Some(Entry {
        at: Timestamp::from_nanos(last.at.wrapping_add(at as i64)),
        offset: last.offset.wrapping_add(u64::from(offset >> 8)),
        number: PacketNumber::new(last.number.wrapping_add(number >> 8))?,
        captured: lengths >> 16,
        sequence,
        acknowledgment,
        payload: lengths & 0xffff,
        window: window >> 8,
        tsval: 0,
        tsecr: 0,
        notes: Notes(notes),
        identification: (upper >> 16) as u16,
        capture: CaptureId(last.capture),
        flags: TcpFlags(flags as u16),
        ttl: 0,
        present: 0,
    })
}

fn from_full(words: &[u32; FULL]) -> Option<Entry> {
    let &[
        flags,
        captured,
        payload,
        identification,
        at_upper,
        at_lower,
        offset_upper,
        offset_lower,
        number,
        window,
        notes,
        capture,
        sequence,
        acknowledgment,
        ..,
    ] = words;
    Some(Entry {
        at: Timestamp::from_nanos((u64::from(at_upper) << 32 | u64::from(at_lower)) as i64),
        offset: u64::from(offset_upper) << 32 | u64::from(offset_lower),
        number: PacketNumber::new(number)?,
        captured,
        sequence,
        acknowledgment,
        payload,
        window,
        tsval: 0,
        tsecr: 0,
        notes: Notes(notes),
        identification: identification as u16,
        capture: CaptureId(capture as u16),
        flags: TcpFlags(flags as u16),
        ttl: 0,
        present: 0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What one packet adds to the one before, most of it small.
    fn entry() -> impl Strategy<Value = (u64, u64, u32, Entry)> {
        let small = || prop_oneof![4 => 0..1_u32 << 16, 1 => any::<u32>()];
        let steps = (
            prop_oneof![4 => 0..1_u64 << 40, 1 => any::<u64>()],
            prop_oneof![4 => 1..1_u64 << 20, 1 => any::<u64>()],
            small(),
        );
        let numbers = (small(), any::<[u32; 4]>(), small(), small(), small());
        let rest = (any::<[u16; 2]>(), 0..3_u16, any::<u8>(), 0..8_u8);
        (steps, numbers, rest).prop_map(|((at, offset, number), numbers, rest)| {
            let (captured, words, payload, window, notes) = numbers;
            let ([identification, flags], capture, ttl, present) = rest;
            let has = |bit: u8| u32::from(present & bit != 0);
            let entry = Entry {
                at: Timestamp::from_nanos(0),
                offset: 0,
                number: PacketNumber::FIRST,
                captured,
                sequence: words[0],
                acknowledgment: words[1],
                payload,
                window,
                tsval: words[2] * has(HAS_TIMESTAMPS),
                tsecr: words[3] * has(HAS_TIMESTAMPS),
                notes: Notes(notes),
                identification,
                capture: CaptureId(capture / 2),
                flags: TcpFlags(flags),
                ttl,
                present,
            };
            (at, offset, number, entry)
        })
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        proptest::collection::vec(entry(), 0..40).prop_map(|steps| {
            let mut place = Place::default();
            let walk = steps.into_iter().map(|(at, offset, number, entry)| {
                place.at = place.at.wrapping_add(at as i64);
                place.offset = place.offset.wrapping_add(offset) & ((1 << 48) - 1);
                place.number = place.number.wrapping_add(number).max(1);
                Entry {
                    at: Timestamp::from_nanos(place.at),
                    offset: place.offset,
                    number: PacketNumber::new(place.number).unwrap(),
                    ..entry
                }
            });
            walk.collect()
        })
    }

    proptest! {
        #[test]
        fn notes_that_are_found_later_are_as_if_told_at_once(entries in entries(), late: u32) {
            let late = Notes(late & 0xff_ffff);
            let (mut packed, mut at_once) = (Packed::default(), Packed::default());
            for entry in &entries {
                packed.push(&Entry { notes: Notes(entry.notes.0 & !late.0), ..*entry });
                at_once.push(&Entry { notes: Notes(entry.notes.0 | late.0), ..*entry });
            }
            let mut walked = Vec::new();
            packed.annotate(|entry| {
                walked.push(entry.stamp());
                late
            });
            prop_assert_eq!(walked, entries.iter().map(Entry::stamp).collect::<Vec<_>>());
            prop_assert_eq!(packed.iter().collect::<Vec<_>>(), at_once.iter().collect::<Vec<_>>());
        }

        #[test]
        fn what_was_packed_comes_out_as_it_was(entries in entries()) {
            let mut packed = Packed::default();
            for entry in &entries {
                packed.push(entry);
            }
            prop_assert_eq!(packed.len(), entries.len());
            prop_assert_eq!(packed.iter().collect::<Vec<_>>(), entries);
        }
    }
}
