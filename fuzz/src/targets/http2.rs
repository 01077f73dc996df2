//! HTTP in clear. Law: exchanges do not depend on how the stream was cut; what is not needed is not missed.
//!
//! Input: a byte that picks HTTP/1 or HTTP/2, then pieces, each after a byte for its side and kind and
//! two for its length.

use stallscope_shared::flow::chunk::{Chunk, Hole, HoleReason};
use stallscope_shared::http::Tracker;
use stallscope_shared::http::facts::StreamEnd;
use stallscope_shared::side::{PerSide, Side};

use super::stamp;
use crate::input::Input;

/// Holds the law for these bytes.
pub fn target(data: &[u8]) {
    let mut input = Input::new(data);
    let start = PerSide::<u64>::default();
    let mut tracker = if input.byte() & 1 == 0 {
        Tracker::http2(Side::Originator, start)
    } else {
        Tracker::http1(Side::Originator, start)
    };
    let mut positions = start;
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
            let taken = tracker.on_bytes(Chunk {
                side,
                offset: positions[side],
                bytes,
                carried: stamp(number),
                delivered: stamp(number),
            });
            assert!(taken <= bytes.len(), "took more than there was");
            positions[side] += taken as u64;
        }
        while let Some(mark) = tracker.next_mark() {
            assert!(
                mark.end <= positions[mark.side],
                "marks what was not sent yet"
            );
        }
    }
    tracker.finish(PerSide {
        originator: StreamEnd::Closed(stamp(number)),
        responder: StreamEnd::Open,
    });
    let facts = tracker.facts();
    assert!(facts.exchanges.iter().count() as u64 <= facts.exchanges.exchange_count());
}
