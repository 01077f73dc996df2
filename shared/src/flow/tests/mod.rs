//! Flows made by the conversation builder, and what they must come to.

mod assembly;
mod facts;
mod laws;
mod names;
mod plain;
mod table;

use std::collections::VecDeque;

use super::chunk::{Chunk, Hole, HoleReason, Mark, StreamSink};
use super::facts::{FinishedFlow, TcpFlow};
use super::table::FlowTable;
use crate::ids::FlowId;
use crate::side::{PerSide, Side};
use crate::testkit::conversation::{Conversation, Sent};

/// A sink that remembers everything it gets.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    /// Bytes of each side; those of holes are `.`.
    pub(crate) bytes: PerSide<Vec<u8>>,
    pub(crate) holes: Vec<(Side, u64, u64, HoleReason)>,
    /// Number of the carrying and of the delivering packet of each chunk.
    pub(crate) chunks: Vec<(u32, u32)>,
    pub(crate) skip: PerSide<Option<u64>>,
    marks: VecDeque<Mark>,
}

impl StreamSink for Recorder {
    fn on_bytes(&mut self, chunk: Chunk<'_>) {
        let bytes = &mut self.bytes[chunk.side];
        assert_eq!(
            chunk.offset,
            bytes.len() as u64,
            "in order, without repetition"
        );
        assert!(!chunk.bytes.is_empty());
        // Each line's end is asked about.
        for byte in chunk.bytes {
            bytes.push(*byte);
            if *byte == b'\n' {
                self.marks.push_back(Mark {
                    side: chunk.side,
                    end: bytes.len() as u64,
                    kind: super::chunk::MarkKind::Request,
                });
            }
        }
        let number = |stamp: crate::ids::Stamp| stamp.packet.number.get();
        self.chunks
            .push((number(chunk.carried), number(chunk.delivered)));
    }

    fn on_hole(&mut self, hole: Hole) {
        let bytes = &mut self.bytes[hole.side];
        assert_eq!(
            hole.offset,
            bytes.len() as u64,
            "in order, without repetition"
        );
        assert!(hole.length > 0);
        // Hostile numbers make holes of a gigabyte; the test keeps count of them only where they are small.
        assert!(hole.length <= 1 << 31);
        self.holes
            .push((hole.side, hole.offset, hole.length, hole.reason));
        bytes.resize(bytes.len() + hole.length as usize, b'.');
    }

    fn skip_until(&self, side: Side) -> Option<u64> {
        self.skip[side]
    }

    fn next_mark(&mut self) -> Option<Mark> {
        self.marks.pop_front()
    }
}

/// Feeds packets to a new table and takes all flows out.
pub(crate) fn flows(packets: &[Sent]) -> Vec<FinishedFlow<Recorder>> {
    let mut table = FlowTable::<Recorder>::new();
    for sent in packets {
        table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
    }
    table.finish();
    let mut flows: Vec<_> = std::iter::from_fn(|| table.take_finished()).collect();
    flows.sort_by_key(|flow| flow.facts.id);
    for (index, flow) in flows.iter().enumerate() {
        assert_eq!(flow.facts.id, FlowId(index as u32));
    }
    flows
}

/// The only flow of a conversation.
pub(crate) fn flow(talk: &Conversation) -> FinishedFlow<Recorder> {
    let mut flows = flows(talk.packets());
    assert_eq!(flows.len(), 1);
    flows.remove(0)
}

/// The facts of the only flow of a conversation.
pub(crate) fn facts(talk: &Conversation) -> TcpFlow {
    *flow(talk).facts
}

/// The packet's number.
pub(crate) fn number(stamp: crate::ids::Stamp) -> u32 {
    stamp.packet.number.get()
}

pub(crate) const O: Side = Side::Originator;
pub(crate) const R: Side = Side::Responder;
