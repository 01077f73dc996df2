//! DNS over TCP.

use super::*;
use crate::dns::stream::{Framed, Tracker as StreamTracker};
use crate::flow::chunk::{Chunk, Hole, HoleReason, StreamSink};
use crate::side::Side;

const SIDE: Side = Side::Originator;

/// What it shows, the hole, the identifiers of the messages and whether they are cut, and framing lost.
type Row<'a> = (&'a str, usize, usize, &'a [(u16, bool)], bool);

fn framed(message: &[u8]) -> Vec<u8> {
    let mut bytes = (message.len() as u16).to_be_bytes().to_vec();
    bytes.extend(message);
    bytes
}

/// Three messages, and their lengths with framing.
fn stream() -> (Vec<u8>, [usize; 3]) {
    let parts = [1, 2, 3].map(|id| framed(&message(id, 0x0100, NAME, RecordType::A, &[])));
    let lengths = [0, 1, 2].map(|index: usize| parts[index].len());
    (parts.concat(), lengths)
}

fn give(tracker: &mut StreamTracker, offset: usize, bytes: &[u8]) {
    tracker.on_bytes(Chunk {
        side: SIDE,
        offset: offset as u64,
        bytes,
        carried: stamp(1, 0),
        delivered: stamp(1, 0),
    });
}

fn leave_out(tracker: &mut StreamTracker, from: usize, to: usize) {
    tracker.on_hole(Hole {
        side: SIDE,
        offset: from as u64,
        length: (to - from) as u64,
        known: stamp(1, 0),
        reason: HoleReason::NotCaptured,
    });
}

fn taken(tracker: &mut StreamTracker) -> Vec<(u16, bool)> {
    std::iter::from_fn(|| tracker.next_message())
        .map(|Framed { message, .. }| (message.id, message.is_cut))
        .collect()
}

#[test]
fn messages_are_the_same_however_the_stream_is_cut() {
    let (bytes, _) = stream();
    for size in 1..=bytes.len() {
        let mut tracker = StreamTracker::new();
        for (index, piece) in bytes.chunks(size).enumerate() {
            give(&mut tracker, index * size, piece);
        }
        let expected = [(1, false), (2, false), (3, false)];
        assert_eq!(taken(&mut tracker), expected, "pieces of {size}");
        assert!(!tracker.is_lost());
    }
}

#[test]
fn a_hole_costs_what_it_hides() {
    let (bytes, [first, second, _]) = stream();
    let both = first + second;
    let rows: [Row<'_>; 4] = [
        (
            "within the second message's records",
            first + 20,
            first + 25,
            &[(1, false), (2, true), (3, false)],
            false,
        ),
        (
            "up to the second message's end",
            first + 20,
            both,
            &[(1, false), (2, true), (3, false)],
            false,
        ),
        (
            "over the third message's length",
            first + 20,
            both + 1,
            &[(1, false), (2, true)],
            true,
        ),
        (
            "the second message's length",
            first,
            first + 2,
            &[(1, false)],
            true,
        ),
    ];
    for (row, from, to, expected, is_lost) in rows {
        let mut tracker = StreamTracker::new();
        give(&mut tracker, 0, &bytes[..from]);
        leave_out(&mut tracker, from, to);
        give(&mut tracker, to, &bytes[to..]);
        assert_eq!(taken(&mut tracker), expected, "{row}");
        assert_eq!(tracker.is_lost(), is_lost, "{row}");
        assert_eq!(
            tracker.skip_until(SIDE),
            is_lost.then_some(u64::MAX),
            "{row}"
        );
    }
}

#[test]
fn what_is_not_dns_is_dropped() {
    let mut tracker = StreamTracker::new();
    give(&mut tracker, 0, b"\x00\x10SSH-2.0-OpenSSH_9.2p1\r\n");
    assert_eq!(taken(&mut tracker), []);
    assert!(tracker.is_lost());
    assert_eq!(tracker.skip_until(!SIDE), None);
}
