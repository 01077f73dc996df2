//! TLS. Law: marks are of bytes that were sent; no bytes and no holes break the tracker.
//!
//! Input: pieces, each after a byte for its side and kind and two for its length.

use stallscope_shared::flow::chunk::{Chunk, Hole, HoleReason};
use stallscope_shared::side::{PerSide, Side};
use stallscope_shared::tls::{Tracker, sniff};

use super::stamp;
use crate::input::Input;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let mut tracker = Tracker::new();
    let mut positions = PerSide::<u64>::default();
    let mut number = 0;
    while !input.is_empty() {
        let kind = input.byte();
        let side = if kind & 1 == 0 {
            Side::Originator
        } else {
            Side::Responder
        };
        let length = usize::from(input.u16());
        number += 1;
        if kind & 0x40 != 0 {
            let length = u64::try_from(length).unwrap_or_default().max(1);
            tracker.on_hole(Hole {
                side,
                offset: positions[side],
                length,
                known: stamp(number),
                reason: HoleReason::NotCaptured,
            });
            positions[side] += length;
        } else {
            let bytes = input.take(length);
            // Whatever it looks like, looking does not fail.
            let _looks_like = sniff(bytes);
            tracker.on_bytes(Chunk {
                side,
                offset: positions[side],
                bytes,
                carried: stamp(number),
                delivered: stamp(number),
            });
            positions[side] += bytes.len() as u64;
        }
        while let Some(mark) = tracker.next_mark() {
            assert!(
                mark.end <= positions[mark.side],
                "marks what was not sent yet"
            );
        }
    }
    tracker.finish();
    let facts = tracker.facts();
    let _ = (facts.version(), facts.answer_is_doubtful());
}
