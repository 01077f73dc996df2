//! What was packed comes out as it was.

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
            notes: Notes(notes & 0xff_ffff),
            identification: identification * has(HAS_IDENTIFICATION) as u16,
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
        let mut place = Known::default();
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
