//! The three kinds of packet blocks: enhanced, simple, and the obsolete one.
//!
//! The fixed fields are read here and not by pcap-parser, because this is the hot path and its parser
//! allocates a list of options for each packet.

use pcap_parser::{OptionCode, PcapError, PcapNGOption, parse_option_be, parse_option_le};

use super::{PcapngReader, word};
use crate::capture::output::{Output, RawPacket};
use crate::capture::{ByteOrder, CaptureSink};
use crate::text::Message;

/// Block type of an enhanced packet.
pub(super) const ENHANCED: u32 = 6;
/// Block type of a simple packet.
pub(super) const SIMPLE: u32 = 3;
/// Block type of the obsolete packet block, which some programs still write.
pub(super) const OBSOLETE: u32 = 2;

/// Where the packet's bytes begin in an enhanced and an obsolete packet block.
pub(super) const DATA_AT: usize = 28;
/// Bytes of such a block that are not the packet's.
pub(super) const OVERHEAD: u32 = 32;

/// Where the packet's bytes begin in a simple packet block.
const SIMPLE_DATA_AT: usize = 12;

/// Such a block is a packet.
pub(super) const fn is_packet(kind: u32) -> bool {
    matches!(kind, ENHANCED | SIMPLE | OBSOLETE)
}

/// Such a block tells how many bytes of the packet were captured, at byte 20.
#[inline]
pub(super) const fn has_captured_length(kind: u32) -> bool {
    matches!(kind, ENHANCED | OBSOLETE)
}

/// The fields that the enhanced and the obsolete packet block have in the same places.
struct Fixed<'a> {
    clock: u64,
    original: u32,
    bytes: &'a [u8],
    options: &'a [u8],
}

impl<'a> Fixed<'a> {
    #[inline]
    fn read<const BIG: bool>(block: &'a [u8]) -> Option<Self> {
        let (words, _) = block.first_chunk::<DATA_AT>()?.as_chunks::<4>();
        let [_, _, _, high, low, captured, original] = words else {
            return None;
        };
        let captured = word::<BIG>(captured) as usize;
        let data_end = DATA_AT.saturating_add(captured);
        let options_end = block.len().saturating_sub(4);
        Some(Self {
            clock: u64::from(word::<BIG>(high)) << 32 | u64::from(word::<BIG>(low)),
            original: word::<BIG>(original),
            bytes: block.get(DATA_AT..data_end)?,
            options: block
                .get(data_end.next_multiple_of(4)..options_end)
                .unwrap_or_default(),
        })
    }
}

impl PcapngReader {
    #[inline]
    pub(super) fn enhanced_packet<const BIG: bool, S: CaptureSink>(
        &mut self,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let id = block
            .get(8..)
            .and_then(|field| field.first_chunk())
            .map(word::<BIG>);
        self.packet::<BIG, S>(id, block, offset, output);
    }

    pub(super) fn obsolete_packet<const BIG: bool, S: CaptureSink>(
        &mut self,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let Some([a, b, c, d]) = block
            .get(8..)
            .and_then(|field| field.first_chunk())
            .copied()
        else {
            return;
        };
        let short = if BIG {
            u16::from_be_bytes
        } else {
            u16::from_le_bytes
        };
        let drops = short([c, d]);
        if drops != OBSOLETE_DROPS_UNKNOWN {
            output.facts.lost_before_packet(u64::from(drops));
        }
        self.packet::<BIG, S>(Some(u32::from(short([a, b]))), block, offset, output);
    }

    #[inline]
    fn packet<const BIG: bool, S: CaptureSink>(
        &mut self,
        interface: Option<u32>,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let Some(fixed) = Fixed::read::<BIG>(block) else {
            return;
        };
        let interface = interface.and_then(|id| self.interfaces.get_mut(id as usize));
        let Some(interface) = interface else {
            return without_interface(offset, output);
        };
        if !fixed.options.is_empty() {
            note_options(fixed.options, self.order, output);
        }
        let at = match interface.clock.at(fixed.clock) {
            Some(at) => at,
            None => {
                note_beyond(fixed.clock, offset, output);
                interface.clock.beyond(fixed.clock)
            }
        };
        let packet = RawPacket {
            at: Some(at),
            offset: offset.saturating_add(DATA_AT as u64),
            original_length: fixed.original,
            bytes: fixed.bytes,
        };
        output.packet(interface, packet);
    }

    /// No time, no interface number and no captured length: the first interface's snapshot length tells.
    pub(super) fn simple_packet<const BIG: bool, S: CaptureSink>(
        &mut self,
        block: &[u8],
        offset: u64,
        output: &mut Output<'_, S>,
    ) {
        let original = block
            .get(8..)
            .and_then(|field| field.first_chunk())
            .map(word::<BIG>);
        let there = block.get(SIMPLE_DATA_AT..block.len().saturating_sub(4));
        let (Some(original), Some(there)) = (original, there) else {
            return output.warn("malformed-block", None, offset, || {
                Message::new("input-simple-packet")
            });
        };
        let Some(interface) = self.interfaces.first_mut() else {
            return without_interface(offset, output);
        };
        let captured = match interface.snaplen {
            0 => original,
            snaplen => original.min(snaplen),
        };
        let packet = RawPacket {
            at: None,
            offset: offset.saturating_add(SIMPLE_DATA_AT as u64),
            original_length: original,
            bytes: there.get(..captured as usize).unwrap_or(there),
        };
        output.packet(interface, packet);
    }
}

/// A packet that nothing says how to read: its interface was not described.
#[cold]
fn without_interface<S: CaptureSink>(offset: u64, output: &mut Output<'_, S>) {
    let count = &mut output.facts.without_interface_count;
    *count = count.saturating_add(1);
    output.warn("packet-without-interface", None, offset, || {
        Message::new("input-packet-without-interface")
    });
}

#[cold]
fn note_beyond<S: CaptureSink>(raw: u64, offset: u64, output: &mut Output<'_, S>) {
    let number = output.next_number();
    output.warn("time-out-of-range", Some(number), offset, || {
        Message::new("input-time-out-of-range").with("units", raw.to_string())
    });
}

/// Notes the options of the packet that comes next.
fn note_options<S: CaptureSink>(mut options: &[u8], order: ByteOrder, output: &mut Output<'_, S>) {
    while let Some((rest, option)) = next_option(options, order) {
        if option.code == OptionCode::EndOfOpt {
            return;
        }
        let value = option.as_bytes().unwrap_or_default();
        match option.code {
            OptionCode::Comment => output.facts.comment(Some(output.next_number()), value),
            PACKET_FLAGS => output.facts.packet_flags(value, order),
            PACKET_DROPS => output.facts.packet_drops(value, order),
            _ => {}
        }
        options = rest;
    }
}

fn next_option(bytes: &[u8], order: ByteOrder) -> Option<(&[u8], PcapNGOption<'_>)> {
    let parse = match order {
        ByteOrder::Little => parse_option_le::<PcapError<&[u8]>>,
        ByteOrder::Big => parse_option_be::<PcapError<&[u8]>>,
    };
    parse(bytes).ok()
}

/// `epb_flags`, and the obsolete block's `pack_flags`.
const PACKET_FLAGS: OptionCode = OptionCode(2);

/// `epb_dropcount`.
const PACKET_DROPS: OptionCode = OptionCode(4);

/// The obsolete packet block's drop count that says it is not known.
const OBSOLETE_DROPS_UNKNOWN: u16 = 0xffff;
