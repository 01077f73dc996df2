//! Classic pcap: a file header, then packets, each behind a header of its own.
//!
//! Format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>. A packet header that makes no
//! sense starts a search for the next place that reads as a run of packets.

mod header;
mod search;

pub(super) use header::FileHeader;

use super::frames::{Progress, Search, Window};
use super::output::{Interface, Output, RawPacket};
use super::{ByteOrder, CaptureEnd, CaptureSink};
use crate::ids::PacketNumber;
use crate::text::Message;
use crate::time::Timestamp;

/// Reads the packets of one pcap, after its file header.
#[derive(Debug)]
pub(super) struct PcapReader {
    layout: Layout,
    interface: Interface,
    /// Set while the next packet is searched for.
    damage: Option<Damage>,
}

/// How packet headers are laid out.
#[derive(Clone, Copy, Debug)]
struct Layout {
    order: ByteOrder,
    /// Bytes of a packet header; those after the first 16 are of no use here.
    header_length: usize,
    /// Nanoseconds of one step of the fraction.
    fraction_nanos: u32,
    lengths: LengthOrder,
    /// Most bytes one packet can have.
    limit: u32,
}

/// Which of the two lengths of a packet header comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LengthOrder {
    CapturedFirst,
    OriginalFirst,
    /// Either: the smaller one is the captured one.
    Unknown,
}

/// The fields of one packet header.
#[derive(Clone, Copy, Debug)]
struct PacketHeader {
    seconds: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

/// Where a packet header made no sense, and why.
#[derive(Clone, Copy, Debug)]
struct Damage {
    packet: PacketNumber,
    offset: u64,
    problem: Problem,
}

#[derive(Clone, Copy, Debug)]
enum Problem {
    /// It claims this many captured bytes.
    TooLong(u32),
    /// It is all zero bytes.
    Zeros,
}

/// Why no more packets were taken.
enum Stop {
    Needs(usize),
    Damage(Problem),
}

impl PcapReader {
    /// Takes the packets that are complete.
    pub(super) fn read<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Progress {
        let mut consumed: usize = 0;
        loop {
            let rest = window.after(consumed);
            let (taken, needed) = match self.damage {
                None => self.read_packets(rest, output),
                Some(damage) => self.search(damage, rest, output),
            };
            consumed = consumed.saturating_add(taken);
            if let Some(needed) = needed {
                return Progress { consumed, needed };
            }
        }
    }

    /// Takes the end: what is left of the bytes is less than a packet.
    pub(super) fn finish<S: CaptureSink>(&mut self, rest: Window<'_>, output: &mut Output<'_, S>) {
        if let Some(damage) = self.damage.take() {
            damage.note(rest.offset_at(rest.bytes.len()), true, output);
            output.facts.end = CaptureEnd::Damaged {
                offset: damage.offset,
            };
        } else if !rest.bytes.is_empty() {
            let packet = output.next_number();
            output.facts.end = CaptureEnd::Cut {
                packet: Some(packet),
                offset: rest.offset,
            };
            output.warn("cut-packet", Some(packet), rest.offset, || {
                self.layout.describe_cut(rest.bytes)
            });
        }
    }

    /// The bytes taken, and how many are needed after them unless damage was met.
    fn read_packets<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> (usize, Option<usize>) {
        let (taken, stop) = match self.layout.order {
            ByteOrder::Little => self.packets::<false, S>(window, output),
            ByteOrder::Big => self.packets::<true, S>(window, output),
        };
        match stop {
            Stop::Needs(needed) => (taken, Some(needed)),
            Stop::Damage(problem) => {
                self.damage = Some(Damage {
                    packet: output.next_number(),
                    offset: window.offset_at(taken),
                    problem,
                });
                (taken.saturating_add(1), None)
            }
        }
    }

    /// The loop that every packet goes through; the byte order is a constant in it.
    fn packets<const BIG: bool, S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> (usize, Stop) {
        let layout = self.layout;
        let mut at: usize = 0;
        loop {
            let rest = window.bytes.get(at..).unwrap_or_default();
            let Some(header) = layout.packet_header::<BIG>(rest) else {
                return (at, Stop::Needs(layout.header_length));
            };
            if header.captured > layout.limit {
                return (at, Stop::Damage(Problem::TooLong(header.captured)));
            }
            if header.is_zero() {
                return (at, Stop::Damage(Problem::Zeros));
            }
            let length = layout
                .header_length
                .saturating_add(header.captured as usize);
            let Some(bytes) = rest.get(layout.header_length..length) else {
                return (at, Stop::Needs(length));
            };
            let packet = RawPacket {
                at: Some(layout.time(header)),
                offset: window.offset_at(at.saturating_add(layout.header_length)),
                original_length: header.original,
                bytes,
            };
            if layout.is_bad_fraction(header.fraction) {
                note_bad_fraction(packet, header.fraction, output);
            }
            output.packet(&mut self.interface, packet);
            at = at.saturating_add(length);
        }
    }

    fn search<S: CaptureSink>(
        &mut self,
        damage: Damage,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> (usize, Option<usize>) {
        match self.layout.search(window) {
            Search::Found(skipped) => {
                damage.note(window.offset_at(skipped), false, output);
                self.damage = None;
                (skipped, None)
            }
            Search::Needs { skipped, needed } => (skipped, Some(needed)),
        }
    }
}

impl Layout {
    #[inline]
    fn packet_header<const BIG: bool>(&self, bytes: &[u8]) -> Option<PacketHeader> {
        let word = |bytes: &[u8; 4]| {
            if BIG {
                u32::from_be_bytes(*bytes)
            } else {
                u32::from_le_bytes(*bytes)
            }
        };
        let (words, _) = bytes.first_chunk::<16>()?.as_chunks::<4>();
        let [seconds, fraction, first, second] = words else {
            return None;
        };
        let (first, second) = (word(first), word(second));
        let (captured, original) = match self.lengths {
            LengthOrder::CapturedFirst => (first, second),
            LengthOrder::OriginalFirst => (second, first),
            LengthOrder::Unknown => (first.min(second), first.max(second)),
        };
        Some(PacketHeader {
            seconds: word(seconds),
            fraction: word(fraction),
            captured,
            original,
        })
    }

    /// The fraction is added as it stands, as Wireshark does, also when it is a second or more.
    #[inline]
    fn time(&self, header: PacketHeader) -> Timestamp {
        let nanos = u64::from(header.fraction).saturating_mul(u64::from(self.fraction_nanos));
        Timestamp::from_parts(
            i64::from(header.seconds),
            i64::try_from(nanos).unwrap_or(i64::MAX),
        )
    }

    #[inline]
    const fn is_bad_fraction(&self, fraction: u32) -> bool {
        fraction >= 1_000_000_000 / self.fraction_nanos
    }

    fn describe_cut(&self, rest: &[u8]) -> Message {
        let header = match self.order {
            ByteOrder::Little => self.packet_header::<false>(rest),
            ByteOrder::Big => self.packet_header::<true>(rest),
        };
        match (header, rest.len().checked_sub(self.header_length)) {
            (Some(header), Some(there)) => Message::new("input-cut-packet")
                .with("there", there as u64)
                .with("captured", header.captured),
            _ => Message::new("input-cut-packet-header")
                .with("there", rest.len() as u64)
                .with("length", self.header_length as u64),
        }
    }
}

impl PacketHeader {
    #[inline]
    const fn is_zero(self) -> bool {
        self.captured == 0 && self.original == 0 && self.seconds == 0 && self.fraction == 0
    }
}

impl Damage {
    /// Notes the damage once it is known how far it goes.
    fn note<S: CaptureSink>(self, until: u64, is_to_the_end: bool, output: &mut Output<'_, S>) {
        let skipped = until.saturating_sub(self.offset);
        output.facts.damaged(skipped);
        output.warn("damaged-packet", Some(self.packet), self.offset, || {
            let problem = match self.problem {
                Problem::TooLong(captured) => {
                    Message::new("input-packet-claims").with("captured", captured)
                }
                Problem::Zeros => Message::new("input-packet-zeros"),
            };
            let id = if is_to_the_end {
                "input-skipped-to-end"
            } else {
                "input-skipped-to-packets"
            };
            Message::new(id)
                .with("problem", problem)
                .with("skipped", skipped)
        });
    }
}

#[cold]
fn note_bad_fraction<S: CaptureSink>(
    packet: RawPacket<'_>,
    fraction: u32,
    output: &mut Output<'_, S>,
) {
    let count = &mut output.facts.bad_fraction_count;
    *count = count.saturating_add(1);
    let number = output.next_number();
    output.warn("bad-fraction", Some(number), packet.offset, || {
        Message::new("input-bad-fraction").with("fraction", fraction)
    });
}
