//! HTTP/2 in clear: frames become exchanges, one per stream, and what happened to the connection.

mod control;
mod fields;
mod frame;
mod lane;
mod messages;
mod window;

use std::collections::{BTreeMap, VecDeque};

use crate::flow::chunk::{Chunk, Hole};
use crate::http::facts::{Ending, Http2Facts, HttpFacts, StopReason};
use crate::http::h2::frame::{
    DEFAULT_MAX_FRAME_BYTES, END_HEADERS, END_STREAM, FrameHeader, FrameType, HEADER_BYTES,
};
use crate::http::h2::lane::{Block, Data, Lane, State};
use crate::http::h2::window::{Window, Windows};
use crate::http::marks::Marks;
use crate::ids::Stamp;
use crate::limits::MESSAGE_BYTES;
use crate::side::{PerSide, Side};
use crate::wire::Truncated;

/// Both directions of one HTTP/2 connection.
#[derive(Debug)]
pub(super) struct Connection {
    client: Side,
    lanes: PerSide<Lane>,
    /// Streams that are not over, by id.
    streams: BTreeMap<u32, Stream>,
    windows: Windows,
    /// PINGs that wait for their answer, oldest first, by who asked.
    pings: PerSide<VecDeque<([u8; 8], Stamp)>>,
}

/// A stream that is not over.
#[derive(Clone, Copy, Debug)]
struct Stream {
    /// Its exchange.
    number: u64,
    ended: PerSide<bool>,
    windows: PerSide<Window>,
}

/// What every step needs beside the connection.
pub(super) struct Ledger<'a> {
    pub(super) facts: &'a mut HttpFacts,
    pub(super) marks: &'a mut Marks,
}

/// A frame whose payload is whole.
#[derive(Clone, Copy, Debug)]
struct Frame {
    header: FrameHeader,
    side: Side,
    /// Its first byte.
    first: Stamp,
    /// Its end.
    at: Stamp,
    /// Stream position after it.
    end: u64,
}

impl Ledger<'_> {
    /// What only HTTP/2 has.
    fn http2(&mut self) -> &mut Http2Facts {
        self.facts.http2.get_or_insert_with(Box::default)
    }
}

impl Connection {
    /// A connection whose client's next bytes are the preface.
    pub(super) fn new(client: Side, positions: PerSide<u64>) -> Self {
        let lane = |side: Side| {
            let state = if side == client {
                State::Preface(0)
            } else {
                State::Header
            };
            Lane::new(state, positions[side])
        };
        Self {
            client,
            lanes: PerSide {
                originator: lane(Side::Originator),
                responder: lane(Side::Responder),
            },
            streams: BTreeMap::new(),
            windows: Windows::new(),
            pings: PerSide::default(),
        }
    }

    pub(super) fn on_bytes(&mut self, ledger: &mut Ledger<'_>, chunk: Chunk<'_>) {
        let max_bytes = self.max_frame_bytes(ledger, chunk.side);
        let mut used = 0;
        while let Some(rest) = chunk.bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let lane = &mut self.lanes[chunk.side];
            if used > 0 && lane.state == (State::Lost { is_trying: false }) {
                // Only the start of a packet is looked at again.
                break;
            }
            used += match lane.state {
                State::Preface(seen) => {
                    let first = *lane.first.get_or_insert(chunk.carried);
                    let taken = lane.preface(rest, seen);
                    if lane.state == State::Header {
                        lane.first = None;
                        ledger.http2().preface = Some(first);
                    }
                    taken.unwrap_or_else(|| self.stop(ledger, &chunk, rest, StopReason::BadFrame))
                }
                State::Header => self.header(ledger, &chunk, used, max_bytes),
                State::Payload(header) => self.payload(ledger, &chunk, used, header),
                State::Data(data) => self.data(ledger, &chunk, used, data),
                State::Skip(left) => {
                    let taken = rest.len().min(left as usize);
                    let left = left - u32::try_from(taken).unwrap_or(left);
                    lane.state = if left == 0 {
                        State::Header
                    } else {
                        State::Skip(left)
                    };
                    taken
                }
                State::Lost { .. } => lane.regain(&chunk, rest, max_bytes),
            };
        }
        self.lanes[chunk.side].leave(&chunk);
    }

    pub(super) fn on_hole(&mut self, ledger: &mut Ledger<'_>, hole: Hole) {
        let lane = &mut self.lanes[hole.side];
        lane.position = hole.offset.saturating_add(hole.length);
        let end = lane.position;
        let length = u32::try_from(hole.length).unwrap_or(u32::MAX);
        match lane.state {
            State::Data(mut data) if length <= data.left() && !data.awaits_padding => {
                let content = length.min(data.content);
                data.content -= content;
                data.padding -= length - content;
                lane.state = State::Data(data);
                if let Some((body, last)) = self.place(ledger, hole.side, data.header.stream) {
                    body.pass_hole(last, &hole, u64::from(content));
                }
                if data.left() == 0 {
                    let frame = Frame {
                        header: data.header,
                        side: hole.side,
                        first: hole.known,
                        at: hole.known,
                        end,
                    };
                    self.end_data(ledger, frame);
                }
            }
            State::Skip(left) if length < left => lane.state = State::Skip(left - length),
            _ => self.lose(ledger, hole.side),
        }
    }

    /// This side's bytes up to here are nobody's.
    pub(super) fn pass_to(&mut self, side: Side, position: u64) {
        self.lanes[side].position = position;
    }

    /// The position up to which this side's bytes need not be kept.
    pub(super) fn skip_until(&self, side: Side) -> Option<u64> {
        let lane = &self.lanes[side];
        let left = match lane.state {
            State::Data(data) if !data.awaits_padding => data.left(),
            State::Skip(left) => left,
            _ => return None,
        };
        Some(lane.position.saturating_add(u64::from(left)))
    }

    fn max_frame_bytes(&self, ledger: &mut Ledger<'_>, sender: Side) -> u32 {
        let announced = ledger.http2().settings[!sender].max_frame_size;
        announced.map_or(DEFAULT_MAX_FRAME_BYTES, |size| {
            size.max(DEFAULT_MAX_FRAME_BYTES)
        })
    }

    fn header(
        &mut self,
        ledger: &mut Ledger<'_>,
        chunk: &Chunk<'_>,
        used: usize,
        max_bytes: u32,
    ) -> usize {
        let rest = chunk.bytes.get(used..).unwrap_or_default();
        let lane = &mut self.lanes[chunk.side];
        lane.first.get_or_insert(chunk.carried);
        let (taken, is_whole) = lane.collect(rest, HEADER_BYTES);
        if !is_whole {
            return taken;
        }
        let header = FrameHeader::parse(&lane.buffer);
        lane.buffer.clear();
        let Some(header) = header.ok().filter(|header| header.is_valid(max_bytes)) else {
            return self.stop(ledger, chunk, rest, StopReason::BadFrame);
        };
        let continues = header.kind == FrameType::CONTINUATION;
        if lane.block.is_some() != continues {
            return self.stop(ledger, chunk, rest, StopReason::BadFrame);
        }
        lane.state = match header.kind {
            FrameType::DATA => State::Data(Data::new(header)),
            FrameType::PRIORITY | FrameType(10..) => State::Skip(header.length),
            _ if header.length as usize > MESSAGE_BYTES => {
                ledger
                    .facts
                    .stop(chunk.side, chunk.delivered, StopReason::HeadersTooLong);
                lane.hpack.forget();
                lane.block = None;
                State::Skip(header.length)
            }
            _ => State::Payload(header),
        };
        if header.length == 0 {
            self.end_empty(ledger, chunk, used + taken, header);
        } else if matches!(self.lanes[chunk.side].state, State::Skip(_)) {
            self.lanes[chunk.side].first = None;
        }
        taken
    }

    /// A frame without payload ends with its header.
    fn end_empty(
        &mut self,
        ledger: &mut Ledger<'_>,
        chunk: &Chunk<'_>,
        used: usize,
        header: FrameHeader,
    ) {
        let frame = self.end_frame(chunk, used, header);
        match header.kind {
            FrameType::DATA => self.end_data(ledger, frame),
            FrameType::PRIORITY | FrameType(10..) => {}
            _ => self.whole(ledger, chunk, frame, &[]),
        }
    }

    /// The frame that ends here; its lane goes on with the next header.
    fn end_frame(&mut self, chunk: &Chunk<'_>, used: usize, header: FrameHeader) -> Frame {
        let lane = &mut self.lanes[chunk.side];
        lane.state = State::Header;
        Frame {
            header,
            side: chunk.side,
            first: lane.first.take().unwrap_or(chunk.carried),
            at: chunk.delivered,
            end: chunk.offset.saturating_add(used as u64),
        }
    }

    fn payload(
        &mut self,
        ledger: &mut Ledger<'_>,
        chunk: &Chunk<'_>,
        used: usize,
        header: FrameHeader,
    ) -> usize {
        let rest = chunk.bytes.get(used..).unwrap_or_default();
        let length = header.length as usize;
        let lane = &mut self.lanes[chunk.side];
        if lane.buffer.is_empty()
            && let Some(whole) = rest.get(..length)
        {
            let frame = self.end_frame(chunk, used + length, header);
            self.whole(ledger, chunk, frame, whole);
            return length;
        }
        let (taken, is_whole) = lane.collect(rest, length);
        if is_whole {
            let whole = std::mem::take(&mut lane.buffer);
            let frame = self.end_frame(chunk, used + taken, header);
            self.whole(ledger, chunk, frame, &whole);
        }
        taken
    }

    /// A frame other than DATA is whole.
    fn whole(&mut self, ledger: &mut Ledger<'_>, chunk: &Chunk<'_>, frame: Frame, payload: &[u8]) {
        let read = match frame.header.kind {
            FrameType::HEADERS | FrameType::PUSH_PROMISE | FrameType::CONTINUATION => {
                self.fragment(ledger, frame, payload)
            }
            _ => self.control(ledger, frame, payload),
        };
        if read.is_err() {
            let _passed = self.stop(ledger, chunk, &[], StopReason::BadFrame);
        }
    }

    /// A part of a header block.
    fn fragment(
        &mut self,
        ledger: &mut Ledger<'_>,
        frame: Frame,
        payload: &[u8],
    ) -> Result<(), Truncated> {
        let header = frame.header;
        let block = self.lanes[frame.side].block.take();
        let (mut block, fragment) = match (header.kind, block) {
            (FrameType::CONTINUATION, Some(block)) if block.stream == header.stream => {
                (block, payload)
            }
            (FrameType::CONTINUATION, _) => return Err(Truncated),
            (FrameType::PUSH_PROMISE, _) => {
                let (promised, fragment) = header.promise(payload)?;
                (Block::new(frame, Some(promised)), fragment)
            }
            _ => (Block::new(frame, None), header.fragment(payload)?),
        };
        if block.bytes.len().saturating_add(fragment.len()) > MESSAGE_BYTES {
            return Err(Truncated);
        }
        if !header.has(END_HEADERS) {
            block.bytes.extend_from_slice(fragment);
            self.lanes[frame.side].block = Some(block);
            return Ok(());
        }
        if block.bytes.is_empty() {
            return self.on_block(ledger, frame, &block, fragment);
        }
        block.bytes.extend_from_slice(fragment);
        let bytes = std::mem::take(&mut block.bytes);
        self.on_block(ledger, frame, &block, &bytes)
    }

    fn data(
        &mut self,
        ledger: &mut Ledger<'_>,
        chunk: &Chunk<'_>,
        used: usize,
        mut data: Data,
    ) -> usize {
        let rest = chunk.bytes.get(used..).unwrap_or_default();
        let (taken, content) = data.advance(rest);
        self.lanes[chunk.side].state = State::Data(data);
        if let Some((body, last)) = self.place(ledger, chunk.side, data.header.stream) {
            body.note(*last, chunk.delivered);
            body.bytes = body.bytes.saturating_add(content);
            *last = chunk.delivered;
        }
        if data.left() == 0 {
            let frame = self.end_frame(chunk, used + taken, data.header);
            self.end_data(ledger, frame);
        }
        taken
    }

    /// Names why a side cannot be read on; says that the rest of the chunk is passed over.
    fn stop(
        &mut self,
        ledger: &mut Ledger<'_>,
        chunk: &Chunk<'_>,
        rest: &[u8],
        reason: StopReason,
    ) -> usize {
        ledger.facts.stop(chunk.side, chunk.delivered, reason);
        self.lose(ledger, chunk.side);
        rest.len()
    }

    /// A side's place is lost: answers may be missed, and nobody knows the windows any more.
    fn lose(&mut self, ledger: &mut Ledger<'_>, side: Side) {
        self.lanes[side].lose();
        self.windows.is_known = false;
        for stream in self.streams.values() {
            let exchange = ledger.facts.exchanges.at_mut(stream.number);
            let waits = exchange.filter(|exchange| exchange.response.is_none());
            if let Some(exchange) = waits
                && side != self.client
            {
                exchange.is_response_lost = true;
            }
        }
    }
}

impl Block {
    const fn new(frame: Frame, promised: Option<u32>) -> Self {
        Self {
            stream: frame.header.stream,
            promised,
            ends_stream: promised.is_none() && frame.header.has(END_STREAM),
            first: frame.first,
            bytes: Vec::new(),
        }
    }
}

/// Ending of a message by how its direction ended.
const fn cut_by(end: crate::http::facts::StreamEnd) -> Ending {
    use crate::http::facts::StreamEnd;
    match end {
        StreamEnd::Open => Ending::Open,
        StreamEnd::Closed(_) => Ending::CutByClose,
        StreamEnd::Reset(_) => Ending::CutByReset,
    }
}
