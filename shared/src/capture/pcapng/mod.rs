//! pcapng: blocks, of which some are packets, in sections that may differ in byte order.
//!
//! Format: <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>. Every block carries its
//! length at both ends; where the two differ the block is damaged, and a search for the next whole one
//! begins. pcap-parser reads the blocks that are not packets.

mod blocks;
mod packets;
mod search;

use super::frames::{Progress, Search, Window};
use super::output::{Interface, Output};
use super::{ByteOrder, CaptureEnd, CaptureError, CaptureSink};
use crate::ids::PacketNumber;
use crate::limits::BLOCK_BYTES;
use crate::text::Message;

/// Reads the blocks of one pcapng.
#[derive(Debug)]
pub(super) struct PcapngReader {
    order: ByteOrder,
    /// The current section's, by the number that packets give.
    interfaces: Vec<Interface>,
    /// The current section is of a version that this reader knows.
    is_readable: bool,
    /// Set while the next block is searched for.
    damage: Option<Damage>,
}

/// Where a block made no sense, and why.
#[derive(Clone, Copy, Debug)]
struct Damage {
    packet: PacketNumber,
    offset: u64,
    problem: Problem,
}

#[derive(Clone, Copy, Debug)]
enum Problem {
    /// Its length is less than a block has, or no multiple of four.
    Length(u32),
    /// Its length is more than is accepted.
    TooLarge(u32),
    /// The length at its end is another one.
    TwoLengths(u32, u32),
    /// It claims this many captured bytes in a block of that length.
    PacketTooLong { captured: u32, block: u32 },
    /// A section header whose byte order mark is none.
    ByteOrderMark,
}

/// Why no more blocks were taken.
enum Stop {
    Needs(usize),
    /// A section in the other byte order begins.
    Turn(ByteOrder),
    Damage(Problem),
}

/// The first twelve bytes of a section header.
pub(super) const SECTION_HEADER_START: usize = 12;

/// A section header's type, the same in both byte orders.
pub(super) const SECTION_HEADER_TYPE: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// The byte order that a section header tells by its mark.
pub(super) const fn section_order(start: &[u8; SECTION_HEADER_START]) -> Option<ByteOrder> {
    match start {
        [_, _, _, _, _, _, _, _, 0x4d, 0x3c, 0x2b, 0x1a] => Some(ByteOrder::Little),
        [_, _, _, _, _, _, _, _, 0x1a, 0x2b, 0x3c, 0x4d] => Some(ByteOrder::Big),
        _ => None,
    }
}

impl PcapngReader {
    pub(super) const fn new(order: ByteOrder) -> Self {
        Self {
            order,
            interfaces: Vec::new(),
            is_readable: true,
            damage: None,
        }
    }

    /// Takes the blocks that are complete.
    pub(super) fn read<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Result<Progress, CaptureError> {
        let mut consumed: usize = 0;
        loop {
            let rest = window.after(consumed);
            let (taken, needed) = match self.damage {
                None => self.read_blocks(rest, output)?,
                Some(damage) => self.search_on(damage, rest, output),
            };
            consumed = consumed.saturating_add(taken);
            if let Some(needed) = needed {
                return Ok(Progress { consumed, needed });
            }
        }
    }

    /// Takes the end: what is left of the bytes is less than a block.
    pub(super) fn finish<S: CaptureSink>(
        &mut self,
        rest: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Result<(), CaptureError> {
        if let Some(damage) = self.damage.take() {
            damage.note(rest.offset_at(rest.bytes.len()), true, output);
            output.facts.end = CaptureEnd::Damaged {
                offset: damage.offset,
            };
            return Ok(());
        }
        if rest.bytes.is_empty() {
            return Ok(());
        }
        let header = self.block_header(rest.bytes);
        if output.facts.section_count == 0 {
            return Err(CaptureError::CutInHeader {
                header: "pcapng section header",
                length: rest.bytes.len() as u64,
                needed: header.map_or(SECTION_HEADER_START as u64, |(_, length)| u64::from(length)),
            });
        }
        let is_packet = header.is_some_and(|(kind, _)| packets::is_packet(kind));
        let packet = is_packet.then(|| output.next_number());
        output.facts.end = CaptureEnd::Cut {
            packet,
            offset: rest.offset,
        };
        let kind = if is_packet { "cut-packet" } else { "cut-block" };
        output.warn(kind, packet, rest.offset, || match header {
            Some((_, length)) => Message::new("input-cut-block")
                .with("there", rest.bytes.len() as u64)
                .with("length", length),
            None => Message::new("input-cut-block-header").with("there", rest.bytes.len() as u64),
        });
        Ok(())
    }

    /// The bytes taken, and how many are needed after them unless the reader goes on another way.
    fn read_blocks<S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> Result<(usize, Option<usize>), CaptureError> {
        let (taken, stop) = match self.order {
            ByteOrder::Little => self.blocks::<false, S>(window, output),
            ByteOrder::Big => self.blocks::<true, S>(window, output),
        };
        match stop {
            Stop::Needs(needed) => Ok((taken, Some(needed))),
            Stop::Turn(order) => {
                self.order = order;
                Ok((taken, None))
            }
            Stop::Damage(problem) if output.facts.section_count == 0 => {
                Err(CaptureError::BadHeader {
                    header: "pcapng section header",
                    offset: window.offset_at(taken),
                    problem: problem.of_section_header(),
                })
            }
            Stop::Damage(problem) => {
                self.damage = Some(Damage {
                    packet: output.next_number(),
                    offset: window.offset_at(taken),
                    problem,
                });
                Ok((taken.saturating_add(1), None))
            }
        }
    }

    /// The loop that every block goes through; the byte order is a constant in it.
    fn blocks<const BIG: bool, S: CaptureSink>(
        &mut self,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> (usize, Stop) {
        let mut at: usize = 0;
        loop {
            let rest = window.after(at);
            let length = match self.whole_block::<BIG>(rest.bytes) {
                Ok(length) => length,
                Err(stop) => return (at, stop),
            };
            let Some(block) = rest.bytes.get(..length) else {
                return (at, Stop::Needs(length));
            };
            let trailer = block.last_chunk().map(word::<BIG>);
            let leading = u32::try_from(length).unwrap_or(u32::MAX);
            match trailer {
                Some(trailer) if trailer == leading => {}
                other => {
                    return (
                        at,
                        Stop::Damage(Problem::TwoLengths(leading, other.unwrap_or_default())),
                    );
                }
            }
            self.block::<BIG, S>(block, rest.offset, output);
            at = at.saturating_add(length);
        }
    }

    /// The length of the block that begins here, once its header is there and makes sense.
    fn whole_block<const BIG: bool>(&self, bytes: &[u8]) -> Result<usize, Stop> {
        let Some((kind, length)) = bytes.first_chunk::<8>().map(block_start::<BIG>) else {
            return Err(Stop::Needs(8));
        };
        if kind == SECTION_HEADER {
            let start = bytes
                .first_chunk()
                .ok_or(Stop::Needs(SECTION_HEADER_START))?;
            let order = section_order(start).ok_or(Stop::Damage(Problem::ByteOrderMark))?;
            if order != self.order {
                return Err(Stop::Turn(order));
            }
        }
        if length < SMALLEST_BLOCK || !length.is_multiple_of(4) {
            return Err(Stop::Damage(Problem::Length(length)));
        }
        if length > BLOCK_BYTES {
            return Err(Stop::Damage(Problem::TooLarge(length)));
        }
        if packets::has_captured_length(kind) {
            let captured = bytes
                .get(20..24)
                .and_then(|field| field.first_chunk())
                .map(word::<BIG>);
            let captured = captured.ok_or(Stop::Needs(packets::DATA_AT))?;
            if captured > length.saturating_sub(packets::OVERHEAD) {
                return Err(Stop::Damage(Problem::PacketTooLong {
                    captured,
                    block: length,
                }));
            }
        }
        Ok(length as usize)
    }

    fn block<const BIG: bool, S: CaptureSink>(
        &mut self,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let kind = block.first_chunk().map(word::<BIG>).unwrap_or_default();
        match kind {
            _ if !self.is_readable && kind != SECTION_HEADER => output.facts.unknown_block(),
            packets::ENHANCED => self.enhanced_packet::<BIG, S>(block, offset, output),
            packets::OBSOLETE => self.obsolete_packet::<BIG, S>(block, offset, output),
            packets::SIMPLE => self.simple_packet::<BIG, S>(block, offset, output),
            _ => self.other_block(block, offset, output),
        }
    }

    fn block_header(&self, bytes: &[u8]) -> Option<(u32, u32)> {
        let start = bytes.first_chunk::<8>()?;
        Some(match self.order {
            ByteOrder::Little => block_start::<false>(start),
            ByteOrder::Big => block_start::<true>(start),
        })
    }

    fn search_on<S: CaptureSink>(
        &mut self,
        damage: Damage,
        window: Window<'_>,
        output: &mut Output<'_, S>,
    ) -> (usize, Option<usize>) {
        match self.search(window) {
            Search::Found(skipped) => {
                damage.note(window.offset_at(skipped), false, output);
                self.damage = None;
                (skipped, None)
            }
            Search::Needs { skipped, needed } => (skipped, Some(needed)),
        }
    }
}

impl Damage {
    /// Notes the damage once it is known how far it goes.
    fn note<S: CaptureSink>(self, until: u64, is_to_the_end: bool, output: &mut Output<'_, S>) {
        let skipped = until.saturating_sub(self.offset);
        output.facts.damaged(skipped);
        let kind = match self.problem {
            Problem::TooLarge(_) => "block-too-large",
            _ => "damaged-block",
        };
        output.warn(kind, Some(self.packet), self.offset, || {
            let id = if is_to_the_end {
                "input-skipped-to-end"
            } else {
                "input-skipped-to-block"
            };
            Message::new(id)
                .with("problem", self.problem.describe())
                .with("skipped", skipped)
        });
    }
}

impl Problem {
    fn describe(self) -> Message {
        match self {
            Self::Length(length) => Message::new("input-block-length").with("length", length),
            Self::TooLarge(length) => Message::new("input-block-too-large")
                .with("length", length)
                .with("most", BLOCK_BYTES as u64),
            Self::TwoLengths(leading, trailing) => Message::new("input-two-lengths")
                .with("leading", leading)
                .with("trailing", trailing),
            Self::PacketTooLong { captured, block } => Message::new("input-packet-too-long")
                .with("captured", captured)
                .with("block", block),
            Self::ByteOrderMark => Message::new("input-byte-order-mark"),
        }
    }

    const fn of_section_header(self) -> &'static str {
        match self {
            Self::Length(_) => "its length is none that a block can have",
            Self::TooLarge(_) => "its length is more than is accepted",
            Self::TwoLengths(..) => "its two lengths differ",
            Self::PacketTooLong { .. } | Self::ByteOrderMark => "it has no byte order mark",
        }
    }
}

/// The type and the length that a block begins with.
#[inline]
fn block_start<const BIG: bool>(start: &[u8; 8]) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = *start;
    (word::<BIG>(&[a, b, c, d]), word::<BIG>(&[e, f, g, h]))
}

/// Four bytes in the section's order.
#[inline]
fn word<const BIG: bool>(bytes: &[u8; 4]) -> u32 {
    if BIG {
        u32::from_be_bytes(*bytes)
    } else {
        u32::from_le_bytes(*bytes)
    }
}

/// Block type of a section header.
const SECTION_HEADER: u32 = u32::from_be_bytes(SECTION_HEADER_TYPE);

/// A block's type and its two lengths.
const SMALLEST_BLOCK: u32 = 12;
