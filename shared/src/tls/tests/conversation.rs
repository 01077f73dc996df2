//! Payloads of one flow, fed to a tracker in any cutting.

use crate::flow::chunk::{Chunk, Hole, HoleReason, Mark};
use crate::ids::{CaptureId, PacketNumber, PacketRef, Stamp};
use crate::side::{PerSide, Side};
use crate::time::Timestamp;
use crate::tls::{Facts, Tracker};

/// One segment's payload.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) packet: u32,
    pub(super) at: i64,
    pub(super) side: Side,
    pub(super) bytes: Vec<u8>,
    /// The capture does not have it.
    pub(super) is_missing: bool,
}

/// Segments in order.
#[derive(Clone, Debug)]
pub(super) struct Conversation(pub(super) Vec<Segment>);

pub(super) fn stamp(packet: u32, at: i64) -> Stamp {
    Stamp {
        at: Timestamp::from_nanos(at),
        packet: PacketRef::new(
            CaptureId(0),
            PacketNumber::new(packet).unwrap(),
            u64::from(packet) * 100,
            100,
        ),
    }
}

pub(super) fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

impl Conversation {
    /// From a fixture: packet number, nanoseconds, side, payload.
    pub(super) fn read(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let segment = |line: &str| {
            let fields: Vec<_> = line.split(' ').collect();
            Segment {
                packet: fields[0].parse().unwrap(),
                at: fields[1].parse().unwrap(),
                side: if fields[2] == "O" {
                    Side::Originator
                } else {
                    Side::Responder
                },
                bytes: hex(fields[3]),
                is_missing: false,
            }
        };
        Self(lines.map(segment).collect())
    }

    /// Alternating packets, 10 ms apart.
    pub(super) fn of(parts: &[(Side, &[u8])]) -> Self {
        let numbered = parts.iter().zip(1..);
        let segment = |(&(side, bytes), packet): (&(Side, &[u8]), u32)| Segment {
            packet,
            at: i64::from(packet) * 10_000_000,
            side,
            bytes: bytes.to_vec(),
            is_missing: false,
        };
        Self(numbered.map(segment).collect())
    }

    /// The facts, when every segment comes in chunks of these sizes, used in turn.
    pub(super) fn facts(&self, cuts: &[usize]) -> Facts {
        self.follow(cuts).0
    }

    /// The facts, and the positions whose acknowledgement was asked for.
    pub(super) fn follow(&self, cuts: &[usize]) -> (Facts, Vec<Mark>) {
        self.told_to(Tracker::new(), cuts)
    }

    /// The same, told to this tracker.
    pub(super) fn told_to(&self, mut tracker: Tracker, cuts: &[usize]) -> (Facts, Vec<Mark>) {
        let mut marks = Vec::new();
        let mut offsets = PerSide::<u64>::default();
        let mut sizes = cuts.iter().copied().cycle();
        for segment in &self.0 {
            let here = stamp(segment.packet, segment.at);
            let length = segment.bytes.len() as u64;
            if segment.is_missing {
                tracker.on_hole(Hole {
                    side: segment.side,
                    offset: offsets[segment.side],
                    length,
                    known: here,
                    reason: HoleReason::NotCaptured,
                });
                offsets[segment.side] += length;
                continue;
            }
            let mut rest = segment.bytes.as_slice();
            while !rest.is_empty() {
                let size = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
                let (bytes, left) = rest.split_at(size);
                tracker.on_bytes(Chunk {
                    side: segment.side,
                    offset: offsets[segment.side],
                    bytes,
                    carried: here,
                    delivered: here,
                });
                offsets[segment.side] += size as u64;
                rest = left;
                marks.extend(std::iter::from_fn(|| tracker.next_mark()));
            }
        }
        (*tracker.into_facts(), marks)
    }
}
