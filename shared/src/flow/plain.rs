//! A flow to which nothing but the ordinary happened yet: its packets' headers, packed, and where its bytes go on.
//!
//! ```text
//!   SYN  SYN-ACK  ACK  data in order ...   -> log of headers, bytes to the sink
//!   anything else                          -> replay: the log through a live flow, then the packet
//! ```
//!
//! What a live flow knows of such packets follows from their headers alone, and takes ten times the room. Most flows
//! of a busy host are idle most of the time, so that is worked out when it is asked for: when something odd comes, or
//! at the end, and then by a shorter way (`steady.rs`) where no packet is one that gets a name. Nobody can tell the
//! difference, but by memory and time.

use super::chunk::{Chunk, Mark, MarkKind, StreamSink};
use super::journal::{Entry, Packed};
use super::live::{Birth, Live, Stage};
use super::marks::USUAL_MARKS;
use super::seen::Seen;
use crate::limits::{MARKS, PLAIN_PACKETS};
use crate::packet::{TcpFlags, TcpOptions, TcpSegment};
use crate::side::{PerSide, Side};
use crate::time::Timestamp;

/// Most bytes that a segment of a plain flow carries: what fits an IP packet's length field.
const PAYLOAD: usize = u16::MAX as usize;

/// What stands for payload that was delivered before.
static DELIVERED: [u8; PAYLOAD] = [0; PAYLOAD];

/// Headers of a flow's packets, and where its two streams are.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) birth: Birth,
    pub(super) last: Timestamp,
    packets: Packed,
    streams: PerSide<Option<Stream>>,
    marks: Vec<Asked>,
    /// No side closed its window, and none said the same twice.
    is_steady: bool,
}

/// What the sink asked about, and after which packet of the log: a [`Mark`] and a number beside it would take half as
/// much again.
#[derive(Clone, Copy, Debug)]
struct Asked {
    end: u64,
    packet: u16,
    side: Side,
    kind: MarkKind,
}

/// One side that sent its SYN.
#[derive(Debug)]
struct Stream {
    /// Sequence number of the first byte, and of what follows the last one.
    start: u32,
    next: u32,
    /// Its last acknowledgement number.
    acknowledged: u32,
    goodbye: Goodbye,
    options: SynOptions,
}

/// How far a side is with its FIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goodbye {
    NotSent,
    Sent,
    Acknowledged,
}

/// What a SYN's options say beside its timestamps; those of later packets are unread.
#[derive(Clone, Copy, Debug)]
struct SynOptions {
    mss: Option<u16>,
    window_scale: Option<u8>,
    sack_permitted: bool,
    fast_open: bool,
    malformed: bool,
    snapped: bool,
    kinds: [u8; 16],
}

impl Plain {
    /// Before its first packet.
    pub(super) fn new(birth: Birth) -> Self {
        Self {
            birth,
            last: birth.stamp.at,
            packets: Packed::default(),
            streams: PerSide::default(),
            marks: Vec::new(),
            is_steady: true,
        }
    }

    /// The SYN does not belong to this flow: it opens another one on the same ports.
    pub(super) fn is_replaced_by(&self, seen: &Seen<'_>) -> bool {
        let known = self.streams[seen.side].as_ref();
        seen.is_syn() && known.is_some_and(|stream| stream.start != seen.payload_sequence())
    }

    /// How far it is on its way to its end.
    pub(super) fn stage(&self) -> Stage {
        let goodbye = |side: Side| {
            let stream = self.streams[side].as_ref();
            stream.map_or(Goodbye::NotSent, |stream| stream.goodbye)
        };
        match (goodbye(Side::Originator), goodbye(Side::Responder)) {
            (Goodbye::NotSent, Goodbye::NotSent) => Stage::Open,
            (Goodbye::NotSent, _) | (_, Goodbye::NotSent) => Stage::Parting,
            (Goodbye::Acknowledged, Goodbye::Acknowledged) => Stage::Settled,
            _ => Stage::Closed,
        }
    }

    /// Takes an ordinary packet in. Of another one nothing is taken, and the answer is no.
    pub(super) fn take(&mut self, seen: &Seen<'_>, sink: &mut dyn StreamSink) -> bool {
        let is_ordinary = if seen.has(TcpFlags::SYN) {
            self.opens(seen)
        } else {
            self.goes_on(seen)
        };
        if !is_ordinary || self.packets.len() >= PLAIN_PACKETS {
            return false;
        }
        if seen.has(TcpFlags::SYN) {
            self.streams[seen.side] = Some(Stream::opened(seen));
        } else if self.says_the_same(seen) {
            self.is_steady = false;
        }
        self.is_steady &= seen.segment.window != 0;
        self.deliver(seen, sink);
        self.note_goodbyes(seen);
        self.packets.push(&as_sent(seen));
        self.last = seen.stamp.at;
        true
    }

    /// More was asked than is remembered of a flow that is followed in full: requests of a few bytes each, by the hundred.
    pub(super) const fn is_crowded(&self) -> bool {
        self.marks.len() > MARKS
    }

    /// The first SYN, and the SYN-ACK that answers it.
    fn opens(&self, seen: &Seen<'_>) -> bool {
        let is_expected = match (seen.side, &self.streams.originator) {
            (Side::Originator, None) => seen.is_syn(),
            (Side::Responder, Some(_)) => seen.is_syn_ack() && self.acknowledges_known(seen),
            _ => false,
        };
        is_expected
            && self.streams[seen.side].is_none()
            && seen.segment.payload_length == 0
            && !seen.has(TcpFlags(TcpFlags::FIN.0 | TcpFlags::RST.0))
            && matches!(seen.segment.options.sack, [None, ..])
    }

    /// The next bytes, or none, or the FIN after them, with an acknowledgement of what was seen.
    fn goes_on(&self, seen: &Seen<'_>) -> bool {
        let segment = seen.segment;
        let is_silent = segment.payload_length == 0 && !seen.has(TcpFlags::FIN);
        let is_next = |stream: &Stream| {
            stream.next == segment.sequence && (stream.goodbye == Goodbye::NotSent || is_silent)
        };
        self.streams[seen.side].as_ref().is_some_and(is_next)
            && !seen.has(TcpFlags::RST)
            && seen.has(TcpFlags::ACK)
            && self.acknowledges_known(seen)
            && segment.payload.len() as u64 == u64::from(segment.payload_length)
            && segment.payload.len() <= PAYLOAD
            && matches!(segment.options.sack, [None, ..])
            && !segment.options.snapped
    }

    /// Neither bytes nor FIN, and acknowledges what its side acknowledged before.
    fn says_the_same(&mut self, seen: &Seen<'_>) -> bool {
        let segment = seen.segment;
        let Some(stream) = self.streams[seen.side].as_mut() else {
            return false;
        };
        let before = std::mem::replace(&mut stream.acknowledged, segment.acknowledgment);
        before == segment.acknowledgment && !seen.takes_positions()
    }

    /// Acknowledges nothing before the other side's first byte, and nothing after its last.
    fn acknowledges_known(&self, seen: &Seen<'_>) -> bool {
        self.streams[!seen.side].as_ref().is_some_and(|stream| {
            let acknowledged = seen.segment.acknowledgment.wrapping_sub(stream.start);
            acknowledged <= stream.next.wrapping_sub(stream.start)
        })
    }

    /// Hands the payload to the sink, and writes down what that asks.
    fn deliver(&mut self, seen: &Seen<'_>, sink: &mut dyn StreamSink) {
        let length = seen.segment.payload_length;
        let Some(stream) = self.streams[seen.side].as_mut().filter(|_| length > 0) else {
            return;
        };
        let offset = stream.next.wrapping_sub(stream.start);
        stream.next = stream.next.wrapping_add(length);
        sink.on_bytes(Chunk {
            side: seen.side,
            offset: u64::from(offset),
            bytes: seen.segment.payload,
            carried: seen.stamp,
            delivered: seen.stamp,
        });
        while let Some(mark) = sink.next_mark() {
            if self.marks.is_empty() {
                self.marks.reserve_exact(USUAL_MARKS);
            }
            self.marks.push(Asked {
                end: mark.end,
                packet: u16::try_from(self.packets.len()).unwrap_or(u16::MAX),
                side: mark.side,
                kind: mark.kind,
            });
        }
    }

    /// A FIN of this side, and the acknowledgement of the other's.
    fn note_goodbyes(&mut self, seen: &Seen<'_>) {
        if let Some(stream) = self.streams[seen.side].as_mut()
            && seen.has(TcpFlags::FIN)
        {
            stream.next = stream.next.wrapping_add(1);
            stream.goodbye = Goodbye::Sent;
        }
        if let Some(stream) = self.streams[!seen.side].as_mut()
            && stream.goodbye == Goodbye::Sent
            && stream.next == seen.segment.acknowledgment
        {
            stream.goodbye = Goodbye::Acknowledged;
        }
    }

    /// The live flow that its packets make. They move there, so nothing is left here.
    pub(super) fn replay(&mut self) -> Live {
        self.retell(false)
    }

    /// The same where no packet follows.
    pub(super) fn conclude(&mut self) -> Live {
        self.retell(self.is_steady)
    }

    fn retell(&mut self, is_short: bool) -> Live {
        let mut live = Live::new(self.birth);
        let mut told = Told {
            marks: &self.marks,
            packet: 0,
        };
        let mut packets = std::mem::take(&mut self.packets);
        packets.annotate(|entry| {
            let notes = if is_short && !entry.flags.intersects(TcpFlags::SYN) {
                live.take_steady(entry, &mut told)
            } else {
                let segment = self.segment(entry);
                let seen = Seen {
                    side: entry.side(),
                    ttl: entry.ttl,
                    identification: entry.identification(),
                    segment: &segment,
                    stamp: entry.stamp(),
                };
                live.take_in(&seen, &mut told)
            };
            told.packet += 1;
            notes
        });
        live.find_stage();
        let start = |side: Side| self.streams[side].as_ref().map_or(0, |stream| stream.start);
        live.adopt(
            packets,
            PerSide {
                originator: start(Side::Originator),
                responder: start(Side::Responder),
            },
        );
        live
    }

    /// The segment of an entry, its payload blank.
    fn segment(&self, entry: &Entry) -> TcpSegment<'static> {
        let endpoints = self.birth.endpoints();
        let side = entry.side();
        let is_syn = entry.flags.intersects(TcpFlags::SYN);
        let options = match &self.streams[side] {
            Some(stream) if is_syn => stream.options.with(entry.timestamps()),
            _ => TcpOptions {
                timestamps: entry.timestamps(),
                ..TcpOptions::NONE
            },
        };
        let length = usize::try_from(entry.payload).unwrap_or(PAYLOAD);
        TcpSegment {
            source_port: endpoints[side].port(),
            destination_port: endpoints[!side].port(),
            sequence: entry.sequence,
            acknowledgment: entry.acknowledgment,
            flags: entry.flags,
            window: u16::try_from(entry.window).unwrap_or(u16::MAX),
            options,
            payload: DELIVERED.get(..length).unwrap_or(&DELIVERED),
            payload_length: entry.payload,
        }
    }
}

impl Stream {
    /// By its SYN or SYN-ACK.
    fn opened(seen: &Seen<'_>) -> Self {
        let start = seen.payload_sequence();
        let options = &seen.segment.options;
        Self {
            start,
            next: start,
            acknowledged: seen.segment.acknowledgment,
            goodbye: Goodbye::NotSent,
            options: SynOptions {
                mss: options.mss,
                window_scale: options.window_scale,
                sack_permitted: options.sack_permitted,
                fast_open: options.fast_open,
                malformed: options.malformed,
                snapped: options.snapped,
                kinds: options.kinds,
            },
        }
    }
}

impl SynOptions {
    fn with(self, timestamps: Option<(u32, u32)>) -> TcpOptions {
        TcpOptions {
            mss: self.mss,
            window_scale: self.window_scale,
            sack_permitted: self.sack_permitted,
            sack: TcpOptions::NONE.sack,
            timestamps,
            fast_open: self.fast_open,
            malformed: self.malformed,
            snapped: self.snapped,
            kinds: self.kinds,
        }
    }
}

/// The packet's header with its numbers as they were sent.
fn as_sent(seen: &Seen<'_>) -> Entry {
    let segment = seen.segment;
    let mut entry = Entry::new(seen.header());
    entry.sequence = segment.sequence;
    entry.acknowledgment = segment.acknowledgment;
    entry.payload = segment.payload_length;
    entry.window = u32::from(segment.window);
    entry
}

/// Stands for the sink while packets are replayed: it got their bytes before, and asked its questions then.
#[derive(Debug)]
struct Told<'a> {
    marks: &'a [Asked],
    packet: u16,
}

impl StreamSink for Told<'_> {
    fn on_bytes(&mut self, _: Chunk<'_>) {}

    fn on_hole(&mut self, _: super::chunk::Hole) {}

    fn skip_until(&self, _: Side) -> Option<u64> {
        None
    }

    fn next_mark(&mut self) -> Option<Mark> {
        let (asked, rest) = self.marks.split_first()?;
        if asked.packet != self.packet {
            return None;
        }
        self.marks = rest;
        Some(Mark {
            side: asked.side,
            end: asked.end,
            kind: asked.kind,
        })
    }
}
