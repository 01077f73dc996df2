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

/// The longest entry: header, 8 + 8 + 4 + 4 + 4 of numbers, 26 of what is told.
const LONGEST: usize = 62;

/// The last place where something of an entry can begin, and a mask, so that it is plain to the compiler that what is
/// taken from there lies within `ROOM`.
const LAST: usize = 63;

/// Room of an entry while it is written or read.
const ROOM: usize = LAST + 1 + size_of::<u64>();

/// Bits of the header that are notes.
const NOTES: u32 = 0xff_ffff;

/// Bits of the header before the flags, what is present, what is told, and the lengths of the numbers.
const FLAGS_SHIFT: u32 = 24;
const PRESENT_SHIFT: u32 = 32;
const TOLD_SHIFT: u32 = 35;
const LENGTHS_SHIFT: u32 = 46;

/// The first 0, 1, 2, ... bytes of a word; all of it for every length that is none.
const FIRST_OF_WORD: [u64; 16] = {
    const ALL: u64 = u64::MAX;
    [
        0,
        ALL >> 56,
        ALL >> 48,
        ALL >> 40,
        ALL >> 32,
        ALL >> 24,
        ALL >> 16,
        ALL >> 8,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
        ALL,
    ]
};

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
    Notes::NEW.0 <= NOTES && LONGEST <= LAST,
    "the header has room for all notes, and a line for the longest entry"
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
            self.make_room();
        }
        self.bytes.extend_from_slice(line.written());
        self.count = self.count.saturating_add(1);
        self.known.learn(entry);
    }

    /// By a quarter, where `Vec` would double: most flows are short, and there are many.
    #[cold]
    fn make_room(&mut self) {
        self.bytes.reserve_exact(match self.bytes.len() {
            0 => FIRST_BYTES,
            length => LONGEST.max(length / 4),
        });
    }

    /// Goes through all of them, and adds to each the notes that `find` has on it.
    pub(in crate::flow) fn annotate(&mut self, mut find: impl FnMut(&Entry) -> Notes) {
        let mut known = Known::default();
        let mut at = 0;
        while let Some((entry, length)) = self.bytes.get(at..).and_then(|rest| read(rest, &known)) {
            known.learn(&entry);
            let found = find(&entry).0 & NOTES;
            if let Some(head) = self.bytes.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
                *head = (u32::from_le_bytes(*head) | found).to_le_bytes();
            }
            at += length;
        }
    }

    /// All of them.
    pub(in crate::flow) fn iter(&self) -> impl Iterator<Item = Entry> {
        let mut rest = self.bytes.as_slice();
        let mut known = Known::default();
        std::iter::from_fn(move || {
            let (entry, length) = read(rest, &known)?;
            known.learn(&entry);
            rest = rest.get(length..).unwrap_or_default();
            Some(entry)
        })
    }
}

/// An entry that is being written.
struct Line {
    bytes: [u8; ROOM],
    length: usize,
}

impl Line {
    #[inline]
    fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }

    #[inline]
    fn of(entry: &Entry, known: &Known) -> Self {
        let (own, other) = (&known.sides[entry.side()], &known.sides[!entry.side()]);
        let mut line = Self {
            bytes: [0; ROOM],
            length: HEADER,
        };
        let tsval = match entry.present & HAS_TIMESTAMPS {
            0 => 0,
            _ => entry.tsval.wrapping_sub(own.tsval),
        };
        let at = entry.at.nanos().wrapping_sub(known.at) as u64;
        let number = entry.number.get().wrapping_sub(known.number);
        let lengths = line.number(at)
            | line.number(entry.offset.wrapping_sub(known.offset)) << 4
            | line.number(number.into()) << 8
            | line.number(entry.payload.into()) << 11
            | line.number(tsval.into()) << 14;
        let told = line.tell(entry, known, (own, other));
        let header = u64::from(entry.notes.0 & NOTES)
            | u64::from(entry.flags.0 & 0xff) << FLAGS_SHIFT
            | u64::from(entry.present & 7) << PRESENT_SHIFT
            | told << TOLD_SHIFT
            | lengths << LENGTHS_SHIFT;
        if let Some(head) = line.bytes.first_chunk_mut() {
            *head = header.to_le_bytes();
        }
        line
    }

    /// What is not as expected, and which that is.
    #[inline]
    fn tell(&mut self, entry: &Entry, known: &Known, (own, other): (&Speaker, &Speaker)) -> u64 {
        let mut told = 0;
        if entry.sequence != own.next {
            told |= self.put(SEQUENCE, entry.sequence.to_le_bytes());
        }
        if entry.acknowledgment != other.next {
            told |= self.put(ACKNOWLEDGMENT, entry.acknowledgment.to_le_bytes());
        }
        if entry.present & HAS_TIMESTAMPS != 0 && entry.tsecr != other.tsval {
            told |= self.put(TSECR, entry.tsecr.to_le_bytes());
        }
        if entry.window != own.window {
            told |= self.halves((WINDOW, UPPER_WINDOW), entry.window);
        }
        let overhead = entry.captured.wrapping_sub(entry.payload);
        if overhead != own.overhead {
            told |= self.halves((OVERHEAD, UPPER_OVERHEAD), overhead);
        }
        let identification = entry.identification;
        if entry.present & HAS_IDENTIFICATION != 0 && identification != own.next_identification() {
            told |= self.put(IDENTIFICATION, identification.to_le_bytes());
        }
        if entry.capture.0 != known.capture {
            told |= self.put(CAPTURE, entry.capture.0.to_le_bytes());
        }
        if entry.ttl != own.ttl {
            told |= self.put(TTL, [entry.ttl]);
        }
        let [_, upper_flags] = entry.flags.0.to_le_bytes();
        if upper_flags != 0 {
            told |= self.put(UPPER_FLAGS, [upper_flags]);
        }
        told
    }

    /// A number in as few bytes as it needs, and how many these are.
    #[inline]
    fn number(&mut self, number: u64) -> u64 {
        let length = 8 - number.leading_zeros() / 8;
        self.put(0, number.to_le_bytes());
        self.length = self.length + length as usize - size_of::<u64>();
        length.into()
    }

    #[inline]
    fn halves(&mut self, (lower, upper): (u64, u64), word: u32) -> u64 {
        let told = self.put(lower, (word as u16).to_le_bytes());
        match (word >> 16) as u16 {
            0 => told,
            rest => told | self.put(upper, rest.to_le_bytes()),
        }
    }

    /// Writes what `which` stands for.
    #[inline]
    fn put<const N: usize>(&mut self, which: u64, bytes: [u8; N]) -> u64 {
        let room = self.bytes.get_mut(self.length & LAST..);
        if let Some(room) = room.and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
        }
        self.length += N;
        which
    }
}

/// The first entry, and how long it is; nothing where nothing is left.
#[inline]
fn read(bytes: &[u8], known: &Known) -> Option<(Entry, usize)> {
    if let Some(line) = bytes.first_chunk() {
        return Told::new(line).entry(known);
    }
    // The last ones of a flow: so that all are read in one way, they get the room behind them that the others have.
    let mut line = [0; ROOM];
    line.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Told::new(&line)
        .entry(known)
        .filter(|(_, length)| *length <= bytes.len())
}

/// An entry that is being read: its header, and where what follows is.
struct Told<'a> {
    header: u64,
    line: &'a [u8; ROOM],
    at: usize,
}

impl<'a> Told<'a> {
    #[inline]
    fn new(line: &'a [u8; ROOM]) -> Self {
        let mut told = Self {
            header: 0,
            line,
            at: 0,
        };
        told.header = u64::from_le_bytes(told.take());
        told
    }

    #[inline]
    fn entry(mut self, known: &Known) -> Option<(Entry, usize)> {
        let present = (self.header >> PRESENT_SHIFT & 7) as u8;
        let side = if present & super::FROM_RESPONDER == 0 {
            Side::Originator
        } else {
            Side::Responder
        };
        let (own, other) = (&known.sides[side], &known.sides[!side]);
        let lengths = self.header >> LENGTHS_SHIFT;
        let at = self.number(lengths & 15);
        let offset = self.number(lengths >> 4 & 15);
        let number = self.number(lengths >> 8 & 7) as u32;
        let payload = self.number(lengths >> 11 & 7) as u32;
        let tsval = self.number(lengths >> 14 & 7) as u32;
        let (tsval, tsecr) = if present & HAS_TIMESTAMPS == 0 {
            (0, 0)
        } else {
            (own.tsval.wrapping_add(tsval), other.tsval)
        };
        let identification = if present & HAS_IDENTIFICATION == 0 {
            0
        } else {
            own.next_identification()
        };
        // In the order in which they were written.
        let entry = Entry {
            at: Timestamp::from_nanos(known.at.wrapping_add(at as i64)),
            offset: known.offset.wrapping_add(offset),
            number: PacketNumber::new(known.number.wrapping_add(number))?,
            sequence: self.word(SEQUENCE, own.next),
            acknowledgment: self.word(ACKNOWLEDGMENT, other.next),
            payload,
            tsval,
            tsecr: self.word(TSECR, tsecr),
            window: self.halves((WINDOW, UPPER_WINDOW), own.window),
            captured: self
                .halves((OVERHEAD, UPPER_OVERHEAD), own.overhead)
                .wrapping_add(payload),
            notes: Notes(self.header as u32 & NOTES),
            identification: self.half(IDENTIFICATION, identification),
            capture: CaptureId(self.half(CAPTURE, known.capture)),
            ttl: self.byte(TTL, own.ttl),
            flags: TcpFlags(u16::from_le_bytes([
                (self.header >> FLAGS_SHIFT) as u8,
                self.byte(UPPER_FLAGS, 0),
            ])),
            present,
        };
        Some((entry, self.at))
    }

    #[inline]
    const fn has(&self, which: u64) -> bool {
        self.header >> TOLD_SHIFT & which != 0
    }

    /// A number of so many bytes.
    #[inline]
    fn number(&mut self, length: u64) -> u64 {
        let word = u64::from_le_bytes(self.take());
        self.at = self.at + length as usize - size_of::<u64>();
        word & FIRST_OF_WORD.get(length as usize & 15).unwrap_or(&0)
    }

    #[inline]
    fn word(&mut self, which: u64, expected: u32) -> u32 {
        if self.has(which) {
            u32::from_le_bytes(self.take())
        } else {
            expected
        }
    }

    #[inline]
    fn halves(&mut self, (lower, upper): (u64, u64), expected: u32) -> u32 {
        if self.has(lower) {
            u32::from(self.half(lower, 0)) | u32::from(self.half(upper, 0)) << 16
        } else {
            expected
        }
    }

    #[inline]
    fn half(&mut self, which: u64, expected: u16) -> u16 {
        if self.has(which) {
            u16::from_le_bytes(self.take())
        } else {
            expected
        }
    }

    #[inline]
    fn byte(&mut self, which: u64, expected: u8) -> u8 {
        if !self.has(which) {
            return expected;
        }
        let [byte] = self.take();
        byte
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let rest = self.line.get(self.at & LAST..);
        let taken = rest.and_then(<[u8]>::first_chunk);
        self.at += N;
        taken.copied().unwrap_or([0; N])
    }
}

#[cfg(test)]
mod tests;
