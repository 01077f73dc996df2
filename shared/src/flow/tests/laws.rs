//! What holds for any segments.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{O, R, flows};
use crate::flow::table::FlowTable;
use crate::packet::{TcpFlags, TcpOptions};
use crate::testkit::conversation::{Conversation, Sent};

/// A conversation of these payloads, one way, starting anywhere in the sequence space.
fn one_way(isn: u32, payloads: &[Vec<u8>]) -> Conversation {
    let mut talk = Conversation::new();
    talk.ends.originator.next = isn;
    talk.open(25);
    for payload in payloads {
        talk.data(O, payload);
    }
    talk
}

/// A segment with any numbers, between two hosts.
fn any_segment() -> impl Strategy<Value = Sent> {
    let near = prop_oneof![Just(0u32), 0..3000u32, any::<u32>()];
    let options = (
        any::<Option<(u32, u32)>>(),
        any::<Option<u16>>(),
        any::<Option<u8>>(),
        any::<[Option<(u32, u32)>; 4]>(),
    );
    let numbers = (near.clone(), near, 0..0x200u16, any::<u16>());
    let shape = (
        any::<bool>(),
        vec(any::<u8>(), 0..40),
        0..100u32,
        0..20_000i64,
        any::<Option<u16>>(),
    );
    (numbers, options, shape).prop_map(
        |(
            (sequence, acknowledgment, flags, window),
            (timestamps, mss, window_scale, sack),
            shape,
        )| {
            let (from_originator, payload, cut, wait, identification) = shape;
            let mut talk = Conversation::new();
            talk.wait(wait);
            let side = if from_originator { O } else { R };
            talk.send(side, TcpFlags(flags), &payload).adjust(|sent| {
                sent.header.sequence = sequence;
                sent.header.acknowledgment = acknowledgment;
                sent.header.window = window;
                sent.header.payload_length = sent.header.payload_length.saturating_add(cut);
                sent.ip.identification = identification;
                sent.header.options = TcpOptions {
                    timestamps,
                    mss,
                    window_scale,
                    sack,
                    ..TcpOptions::NONE
                };
            });
            talk.packets()[0].clone()
        },
    )
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_change_the_bytes(
        isn: u32,
        payloads in vec(vec(any::<u8>(), 1..50), 1..30),
        moves in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 0..40),
    ) {
        let mut talk = one_way(isn, &payloads);
        let whole: Vec<u8> = payloads.concat();
        let packets = talk.packets_mut();
        for (from, to, copy) in moves {
            let count = packets.len() - 3;
            let (from, to) = (3 + from.index(count), 3 + to.index(count));
            if copy {
                let sent = packets[from].clone();
                packets.insert(to, sent);
            } else {
                packets.swap(from, to);
            }
        }
        let flows = flows(talk.packets());
        prop_assert_eq!(&flows[0].sink.bytes.originator, &whole);
        prop_assert!(flows[0].sink.holes.is_empty());
        prop_assert_eq!(flows[0].facts.sides.originator.stream_bytes, whole.len() as u64);
    }

    #[test]
    fn lost_packets_leave_holes_of_their_size(
        isn: u32,
        // One byte acknowledged after the last is taken for a FIN, so no payload is that short.
        payloads in vec(vec(any::<u8>(), 2..50), 1..30),
        lost in vec(any::<bool>(), 30),
    ) {
        let mut talk = one_way(isn, &payloads);
        let whole: Vec<u8> = payloads.concat();
        talk.wait(25).ack(R);
        let mut index = 0;
        talk.packets_mut().retain(|sent| {
            if sent.payload.is_empty() {
                return true;
            }
            index += 1;
            !lost[index - 1]
        });
        let flows = flows(talk.packets());
        let side = &flows[0].facts.sides.originator;
        let got = &flows[0].sink.bytes.originator;
        prop_assert_eq!(got.len(), whole.len());
        let missing: u64 = flows[0].sink.holes.iter().map(|hole| hole.2).sum();
        prop_assert_eq!(side.missing_bytes, missing);
        prop_assert_eq!(side.stream_bytes + side.missing_bytes, whole.len() as u64);
        let is_same = got.iter().zip(&whole).all(|(got, sent)| got == sent || *got == b'.');
        prop_assert!(is_same);
    }

    #[test]
    fn any_segments_are_taken(segments in vec(any_segment(), 0..60)) {
        let mut table = FlowTable::<Counter>::new();
        for sent in &segments {
            table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
        }
        table.finish();
        let mut packets = 0;
        while let Some(flow) = table.take_finished() {
            for side in [O, R] {
                let facts = &flow.facts.sides[side];
                packets += facts.packets + facts.duplicate_packets;
                prop_assert_eq!(flow.sink.end[side], flow.sink.bytes[side] + flow.sink.missing[side]);
                prop_assert_eq!(flow.sink.bytes[side], facts.stream_bytes - facts.snapped_bytes);
            }
        }
        prop_assert_eq!(u64::from(packets) + table.late(), segments.len() as u64);
    }

    #[test]
    fn the_same_segments_give_the_same_facts(segments in vec(any_segment(), 0..40)) {
        let told = || {
            let mut table = FlowTable::<Counter>::new();
            for sent in &segments {
                table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
            }
            table.finish();
            std::iter::from_fn(|| table.take_finished().map(|flow| format!("{:?}", flow.facts))).collect::<Vec<_>>()
        };
        prop_assert_eq!(told(), told());
    }
}

/// Counts instead of keeping, so that holes may be of any size.
#[derive(Debug, Default)]
struct Counter {
    end: crate::side::PerSide<u64>,
    bytes: crate::side::PerSide<u64>,
    missing: crate::side::PerSide<u64>,
}

impl crate::flow::chunk::StreamSink for Counter {
    fn on_bytes(&mut self, chunk: crate::flow::chunk::Chunk<'_>) {
        assert_eq!(chunk.offset, self.end[chunk.side]);
        self.end[chunk.side] += chunk.bytes.len() as u64;
        self.bytes[chunk.side] += chunk.bytes.len() as u64;
    }
    fn on_hole(&mut self, hole: crate::flow::chunk::Hole) {
        assert_eq!(hole.offset, self.end[hole.side]);
        self.end[hole.side] += hole.length;
        self.missing[hole.side] += hole.length;
    }
    fn skip_until(&self, _: crate::side::Side) -> Option<u64> {
        None
    }
    fn next_mark(&mut self) -> Option<crate::flow::chunk::Mark> {
        None
    }
}
