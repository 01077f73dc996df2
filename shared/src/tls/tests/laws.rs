//! Laws of following TLS: any bytes, any chunking.

use proptest::collection::vec;
use proptest::prelude::*;

use super::conversation::{Conversation, Segment};
use super::sessions::ALL;
use crate::side::Side;
use crate::tls::facts::Basis;
use crate::tls::{Sniff, Tracker, sniff};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Originator), Just(Side::Responder)]
}

/// Bytes that often look like records.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let record = (20_u8..=24, 0_u8..=4, 0_u16..80, vec(any::<u8>(), 0..80)).prop_map(
        |(kind, minor, length, body)| {
            let mut bytes = vec![kind, 3, minor];
            bytes.extend(length.to_be_bytes());
            bytes.extend(body);
            bytes
        },
    );
    let hello = (
        0_usize..ALL.len(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        any::<u8>(),
    )
        .prop_map(|(fixture, segment, place, value)| {
            let conversation = Conversation::read(ALL[fixture]);
            let mut bytes = conversation.0[segment.index(conversation.0.len())]
                .bytes
                .clone();
            let place = place.index(bytes.len());
            bytes[place] = value;
            bytes
        });
    prop_oneof![vec(any::<u8>(), 1..60), record, hello]
}

fn segments() -> impl Strategy<Value = Conversation> {
    let segment = (side(), payload(), prop::bool::weighted(0.15));
    vec(segment, 1..12).prop_map(|parts| {
        let numbered = parts.into_iter().zip(1_u32..);
        Conversation(
            numbered
                .map(|((side, bytes, is_missing), packet)| Segment {
                    packet,
                    at: i64::from(packet),
                    side,
                    bytes,
                    is_missing,
                })
                .collect(),
        )
    })
}

proptest! {
    #[test]
    fn no_bytes_panic_and_cuts_change_nothing(conversation in segments(), cuts in vec(1_usize..40, 1..6)) {
        let whole = conversation.facts(&[usize::MAX]);
        prop_assert_eq!(conversation.facts(&cuts), whole);
    }

    #[test]
    fn cuts_of_real_sessions_change_nothing(fixture in 0..ALL.len(), cuts in vec(1_usize..700, 1..6)) {
        let conversation = Conversation::read(ALL[fixture]);
        prop_assert_eq!(conversation.facts(&cuts), conversation.facts(&[usize::MAX]));
    }

    #[test]
    fn damaged_sessions_are_read_alike_in_any_cut(
        fixture in 0..ALL.len(),
        missing in vec(any::<bool>(), 10),
        cuts in vec(1_usize..700, 1..6),
    ) {
        let mut conversation = Conversation::read(ALL[fixture]);
        for (segment, is_missing) in conversation.0.iter_mut().zip(missing) {
            segment.is_missing = is_missing;
        }
        prop_assert_eq!(conversation.facts(&cuts), conversation.facts(&[usize::MAX]));
    }

    #[test]
    fn sniffing_is_steady(bytes in vec(any::<u8>(), 0..20), more in vec(any::<u8>(), 0..20)) {
        let first = sniff(&bytes);
        let all: Vec<u8> = bytes.into_iter().chain(more).collect();
        if first != Sniff::NeedMore {
            prop_assert_eq!(sniff(&all), first);
        }
    }

    #[test]
    fn a_hello_says_the_same_over_several_records(sizes in vec(1_usize..300, 1..8)) {
        let mut conversation = Conversation::read(ALL[0]);
        let whole = conversation.facts(&[usize::MAX]);
        let hello = conversation.0[0].bytes.clone();
        let (header, mut body) = hello.split_at(5);
        let mut records = Vec::new();
        let mut count = 0;
        for size in sizes.into_iter().chain([usize::MAX]) {
            let (now, later) = body.split_at(size.min(body.len()));
            if !now.is_empty() {
                records.extend(&header[..3]);
                records.extend(u16::try_from(now.len()).unwrap().to_be_bytes());
                records.extend(now);
                count += 1;
            }
            body = later;
        }
        conversation.0[0].bytes = records;
        let split = conversation.facts(&[usize::MAX]);
        prop_assert_eq!(&split.client_hellos[0].offer, &whole.client_hellos[0].offer);
        prop_assert_eq!(split.client_hellos[0].record_count, count);
        prop_assert_eq!(split.server_hello, whole.server_hello);
        prop_assert_eq!(split.exchanges, whole.exchanges);
    }

    #[test]
    fn a_hole_inside_application_data_is_harmless(start in 5_usize..800, length in 1_usize..90) {
        let mut conversation = Conversation::read(ALL[0]);
        let whole = conversation.facts(&[usize::MAX]);
        // The last response: one record of 898 bytes in one segment.
        let index = conversation.0.iter().position(|segment| segment.packet == 13).unwrap();
        let segment = conversation.0.remove(index);
        let parts = [(0, start, false), (start, start + length, true), (start + length, segment.bytes.len(), false)];
        for (from, to, is_missing) in parts.into_iter().rev() {
            conversation.0.insert(index, Segment { bytes: segment.bytes[from..to].to_vec(), is_missing, ..segment.clone() });
        }
        let mut damaged = conversation.facts(&[usize::MAX]);
        let missing = damaged.missing.responder.as_deref();
        prop_assert_eq!(missing.map(|missing| missing.bytes), Some(length as u64));
        damaged.missing.clone_from(&whole.missing);
        prop_assert_eq!(damaged, whole);
    }
}

/// Records of application data with a body of this many bytes each.
fn records(lengths: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &length in lengths {
        bytes.extend([0x17, 3, 3]);
        bytes.extend(length.to_be_bytes());
        bytes.extend((0..length).map(|index| (index % 251) as u8));
    }
    bytes
}

#[test]
fn framing_is_found_again_after_a_hole_over_a_header() {
    let mut conversation = Conversation::read(ALL[0]);
    let last = conversation.0.last().unwrap().clone();
    let body = records(&[1000, 1200, 1300, 900]);
    // The hole takes the end of the first record and the header of the second.
    for (from, to, is_missing) in [
        (0, 700, false),
        (700, 1100, true),
        (1100, body.len(), false),
    ] {
        conversation.0.push(Segment {
            packet: last.packet + 1,
            side: Side::Responder,
            bytes: body[from..to].to_vec(),
            is_missing,
            ..last
        });
    }
    let facts = conversation.facts(&[usize::MAX]);
    let missing = facts.missing.responder.as_deref().unwrap();
    assert_eq!((missing.resynchronised, missing.unreadable), (1, None));
    // Two whole records after the lost one, the one before it, and the first answer.
    let data = facts.application_data.responder.as_ref().unwrap();
    assert_eq!(data.records, 4);
    assert!(!facts.lacks_handshake());
}

#[test]
fn a_handshake_whose_end_was_not_captured_is_over_when_the_server_answers() {
    let mut conversation = Conversation::read(ALL[0]);
    for segment in &mut conversation.0 {
        segment.is_missing |= segment.packet == 8;
    }
    let facts = conversation.facts(&[usize::MAX]);
    let missing = facts.missing.originator.as_deref();
    assert!(missing.is_some_and(|missing| missing.handshake));
    assert_eq!(
        facts.handshake_end.map(|end| end.basis),
        Some(Basis::Inferred)
    );
    assert_eq!(facts.exchanges.len(), 1);
}
#[test]
fn a_tracker_is_small() {
    // One per connection: its memory is what a capture of many connections costs.
    assert!(size_of::<Tracker>() <= 768, "{}", size_of::<Tracker>());
}
