//! Entries in about 20 bytes of the 64 that they have unpacked: what is not as its side's packet before makes one
//! expect.
//!
//! ```text
//!  header, 8 bytes   notes 24 | flags 8 | what is present 3 | what is told 11 | lengths of the numbers 17 | unused 1
//!  numbers           time, offset, packet number, payload, TSval: 0 to 8 bytes each, the difference to what is known
//!  what is told      sequence 4, acknowledgment 4, TSecr 4, window 2 + 2, captured 2 + 2, identification 2,
//!                    capture 2, TTL 1, upper flags 1: each only where it is not as expected
//! ```
//!
//! All differences are modular, so that every entry can be told, however odd.

use super::{Entry, HAS_IDENTIFICATION, HAS_TIMESTAMPS, Notes};
use crate::ids::{CaptureId, PacketNumber};
use crate::packet::TcpFlags;
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// Room that a flow gets at once, bytes: an exchange of 15 packets fits.
const FIRST_BYTES: usize = 288;

/// Bytes of an entry's header.
const HEADER: usize = 8;

/// The longest entry.
const LONGEST: usize = 64;

/// Bits of the header before what is told.
const TOLD_SHIFT: u32 = 35;

/// Bits of the header before the lengths of the numbers.
const LENGTHS_SHIFT: u32 = 46;

/// Bits of the length of each number: time, offset, packet number, payload, TSval.
const LENGTHS: [u32; 5] = [4, 4, 3, 3, 3];

const SEQUENCE: u64 = 1;
const ACKNOWLEDGMENT: u64 = 1 << 1;
const WINDOW: u64 = 1 << 2;
const TSECR: u64 = 1 << 3;
const OVERHEAD: u64 = 1 << 4;
const IDENTIFICATION: u64 = 1 << 5;
const CAPTURE: u64 = 1 << 6;
const TTL: u64 = 1 << 7;
const UPPER_FLAGS: u64 = 1 << 8;
const UPPER_WINDOW: u64 = 1 << 9;
const UPPER_OVERHEAD: u64 = 1 << 10;

const _: () = assert!(
    Notes::NEW.0 >> 23 == 1,
    "the last note is the last bit that the header has for them"
);

/// Entries in order, packed.
#[derive(Clone, Debug, Default)]
pub(in crate::flow) struct Packed {
    bytes: Vec<u8>,
    count: u32,
    known: Known,
}

/// What an entry is told as the difference to.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    at: i64,
    offset: u64,
    number: u32,
    capture: u16,
    sides: PerSide<Speaker>,
}

/// What one side said last.
#[derive(Clone, Copy, Debug, Default)]
struct Speaker {
    /// The sequence number that follows.
    next: u32,
    window: u32,
    tsval: u32,
    /// Captured bytes that are no payload.
    overhead: u32,
    identification: u16,
    ttl: u8,
}

impl Known {
    /// After this entry.
    #[inline]
    fn learn(&mut self, entry: &Entry) {
        self.at = entry.at.nanos();
        self.offset = entry.offset;
        self.number = entry.number.get();
        self.capture = entry.capture.0;
        let takes_number = TcpFlags(TcpFlags::SYN.0 | TcpFlags::FIN.0);
        let own_number = u32::from(entry.flags.intersects(takes_number));
        let speaker = &mut self.sides[entry.side()];
        *speaker = Speaker {
            next: entry
                .sequence
                .wrapping_add(entry.payload)
                .wrapping_add(own_number),
            window: entry.window,
            tsval: if entry.present & HAS_TIMESTAMPS == 0 {
                speaker.tsval
            } else {
                entry.tsval
            },
            overhead: entry.captured.wrapping_sub(entry.payload),
            identification: if entry.present & HAS_IDENTIFICATION == 0 {
                speaker.identification
            } else {
                entry.identification
            },
            ttl: entry.ttl,
        };
    }
}

impl Speaker {
    /// Hosts count each packet, or write 0 into those that may not be fragmented (RFC 6864 §4.1).
    const fn next_identification(&self) -> u16 {
        match self.identification {
            0 => 0,
            last => last.wrapping_add(1),
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
        let line = Line::of(entry, &self.known);
        if self.bytes.capacity().saturating_sub(self.bytes.len()) < line.length {
            // By a quarter, where `Vec` would double: most flows are short, and there are many.
            self.bytes.reserve_exact(match self.bytes.len() {
                0 => FIRST_BYTES,
                length => LONGEST.max(length / 4),
            });
        }
        self.bytes.extend_from_slice(line.written());
        self.count = self.count.saturating_add(1);
        self.known.learn(entry);
    }

    /// Goes through all of them, and adds to each the notes that `find` has on it.
    pub(in crate::flow) fn annotate(&mut self, mut find: impl FnMut(&Entry) -> Notes) {
        let mut known = Known::default();
        let mut at = 0;
        while let Some(mut rest) = self.bytes.get(at..) {
            let Some(entry) = next(&mut rest, &mut known) else {
                return;
            };
            let left = rest.len();
            let [first, second, third, _] = find(&entry).0.to_le_bytes();
            let told = self.bytes.iter_mut().skip(at);
            for (byte, found) in told.zip([first, second, third]) {
                *byte |= found;
            }
            at = self.bytes.len().saturating_sub(left);
        }
    }

    /// All of them.
    pub(in crate::flow) fn iter(&self) -> impl Iterator<Item = Entry> {
        let mut bytes = self.bytes.as_slice();
        let mut known = Known::default();
        std::iter::from_fn(move || next(&mut bytes, &mut known))
    }
}

/// An entry that is being written.
struct Line {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Line {
    fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }

    fn of(entry: &Entry, known: &Known) -> Self {
        let (own, other) = (&known.sides[entry.side()], &known.sides[!entry.side()]);
        let mut line = Self {
            bytes: [0; LONGEST],
            length: HEADER,
        };
        let numbers = [
            entry.at.nanos().wrapping_sub(known.at) as u64,
            entry.offset.wrapping_sub(known.offset),
            u64::from(entry.number.get().wrapping_sub(known.number)),
            u64::from(entry.payload),
            match entry.present & HAS_TIMESTAMPS {
                0 => 0,
                _ => u64::from(entry.tsval.wrapping_sub(own.tsval)),
            },
        ];
        let mut lengths = 0;
        let mut shift = LENGTHS_SHIFT;
        for (number, bits) in numbers.into_iter().zip(LENGTHS) {
            let length = 8 - number.leading_zeros() / 8;
            line.put(number.to_le_bytes(), length as usize);
            lengths |= u64::from(length) << shift;
            shift += bits;
        }
        let told = line.tell(entry, known, (own, other));
        let header = u64::from(entry.notes.0 & 0xff_ffff)
            | u64::from(entry.flags.0 & 0xff) << 24
            | u64::from(entry.present & 7) << 32
            | told << TOLD_SHIFT
            | lengths;
        if let Some(head) = line.bytes.first_chunk_mut() {
            *head = header.to_le_bytes();
        }
        line
    }

    /// What is not as expected, and which that is.
    fn tell(&mut self, entry: &Entry, known: &Known, (own, other): (&Speaker, &Speaker)) -> u64 {
        let overhead = entry.captured.wrapping_sub(entry.payload);
        let tsecr = match entry.present & HAS_TIMESTAMPS {
            0 => other.tsval,
            _ => entry.tsecr,
        };
        let mut told = 0;
        for (which, word, expected) in [
            (SEQUENCE, entry.sequence, own.next),
            (ACKNOWLEDGMENT, entry.acknowledgment, other.next),
            (TSECR, tsecr, other.tsval),
        ] {
            if word != expected {
                self.put(word.to_le_bytes(), 4);
                told |= which;
            }
        }
        for (which, upper, word, expected) in [
            (WINDOW, UPPER_WINDOW, entry.window, own.window),
            (OVERHEAD, UPPER_OVERHEAD, overhead, own.overhead),
        ] {
            if word == expected {
                continue;
            }
            self.put(word.to_le_bytes(), 2);
            told |= which;
            if word >> 16 != 0 {
                self.put((word >> 16).to_le_bytes(), 2);
                told |= upper;
            }
        }
        let identification = entry.identification;
        if entry.present & HAS_IDENTIFICATION != 0 && identification != own.next_identification() {
            self.put(identification.to_le_bytes(), 2);
            told |= IDENTIFICATION;
        }
        if entry.capture.0 != known.capture {
            self.put(entry.capture.0.to_le_bytes(), 2);
            told |= CAPTURE;
        }
        if entry.ttl != own.ttl {
            self.put([entry.ttl], 1);
            told |= TTL;
        }
        if entry.flags.0 >> 8 != 0 {
            self.put((entry.flags.0 >> 8).to_le_bytes(), 1);
            told |= UPPER_FLAGS;
        }
        told
    }

    /// The first `length` of these bytes; what is written behind them is written over.
    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N], length: usize) {
        let rest = self.bytes.get_mut(self.length..);
        if let Some(room) = rest.and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
        }
        self.length += length;
    }
}

/// Takes the next entry off.
fn next(bytes: &mut &[u8], known: &mut Known) -> Option<Entry> {
    let header = u64::from_le_bytes(take(bytes)?);
    let present = (header >> 32 & 7) as u8;
    let side = if present & super::FROM_RESPONDER == 0 {
        Side::Originator
    } else {
        Side::Responder
    };
    let (own, other) = (known.sides[side], known.sides[!side]);
    let mut told = Told { header, bytes };
    let [at, offset, number, payload, tsval] = told.numbers()?;
    let (tsval, tsecr) = if present & HAS_TIMESTAMPS == 0 {
        (0, 0)
    } else {
        (own.tsval.wrapping_add(tsval as u32), other.tsval)
    };
    let identification = if present & HAS_IDENTIFICATION == 0 {
        0
    } else {
        own.next_identification()
    };
    let payload = payload as u32;
    // In the order in which they were written.
    let entry = Entry {
        at: Timestamp::from_nanos(known.at.wrapping_add(at as i64)),
        offset: known.offset.wrapping_add(offset),
        number: PacketNumber::new(known.number.wrapping_add(number as u32))?,
        sequence: told.word(SEQUENCE, own.next)?,
        acknowledgment: told.word(ACKNOWLEDGMENT, other.next)?,
        payload,
        tsval,
        tsecr: told.word(TSECR, tsecr)?,
        window: told.halves((WINDOW, UPPER_WINDOW), own.window)?,
        captured: told
            .halves((OVERHEAD, UPPER_OVERHEAD), own.overhead)?
            .wrapping_add(payload),
        notes: Notes((header & 0xff_ffff) as u32),
        identification: told.half(IDENTIFICATION, identification)?,
        capture: CaptureId(told.half(CAPTURE, known.capture)?),
        ttl: told.byte(TTL, own.ttl)?,
        flags: TcpFlags((header >> 24 & 0xff) as u16 | u16::from(told.byte(UPPER_FLAGS, 0)?) << 8),
        present,
    };
    known.learn(&entry);
    Some(entry)
}

/// An entry that is being read: its header, and what follows.
struct Told<'r, 'a> {
    header: u64,
    bytes: &'r mut &'a [u8],
}

impl Told<'_, '_> {
    fn numbers(&mut self) -> Option<[u64; LENGTHS.len()]> {
        let mut lengths = self.header >> LENGTHS_SHIFT;
        let mut numbers = [0; LENGTHS.len()];
        for (number, bits) in numbers.iter_mut().zip(LENGTHS) {
            *number = number_of(self.bytes, (lengths & ((1 << bits) - 1)) as usize)?;
            lengths >>= bits;
        }
        Some(numbers)
    }

    const fn has(&self, which: u64) -> bool {
        self.header >> TOLD_SHIFT & which != 0
    }

    fn word(&mut self, which: u64, expected: u32) -> Option<u32> {
        if !self.has(which) {
            return Some(expected);
        }
        take(self.bytes).map(u32::from_le_bytes)
    }

    fn halves(&mut self, (lower, upper): (u64, u64), expected: u32) -> Option<u32> {
        if !self.has(lower) {
            return Some(expected);
        }
        let lower = u32::from(self.half(lower, 0)?);
        Some(lower | u32::from(self.half(upper, 0)?) << 16)
    }

    fn half(&mut self, which: u64, expected: u16) -> Option<u16> {
        if !self.has(which) {
            return Some(expected);
        }
        take(self.bytes).map(u16::from_le_bytes)
    }

    fn byte(&mut self, which: u64, expected: u8) -> Option<u8> {
        if !self.has(which) {
            return Some(expected);
        }
        take(self.bytes).map(|[byte]: [u8; 1]| byte)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

/// A number of so many bytes.
#[inline]
fn number_of(bytes: &mut &[u8], length: usize) -> Option<u64> {
    let (own, rest) = bytes.split_at_checked(length)?;
    let number = match bytes.first_chunk() {
        // The bytes behind it are there mostly, and cutting them off takes less than copying only its own.
        Some(word) if length < 8 => u64::from_le_bytes(*word) & ((1 << (8 * length)) - 1),
        Some(word) => u64::from_le_bytes(*word),
        None => own
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    };
    *bytes = rest;
    Some(number)
}

#[cfg(test)]
mod tests;
