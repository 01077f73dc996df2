//! Where packets leave the reader, counted on the way.

use super::clock::Clock;
use super::{
    CaptureFacts, CaptureSink, CapturedPacket, Comment, Compression, InterfaceFacts, LinkType,
    SectionFacts,
};
use crate::ids::{CaptureId, PacketNumber, PacketRef};
use crate::limits::{COMMENTS, DESCRIBED_INTERFACES, DESCRIBED_SECTIONS, LINK_TYPES, TEXT_BYTES};
use crate::text::Message;
use crate::time::{Nanos, Timestamp};

/// The sink and the facts that go with it, while one chunk is read.
#[derive(Debug)]
pub(super) struct Output<'a, S> {
    pub(super) capture: CaptureId,
    /// The compression that was taken off.
    pub(super) compression: Option<Compression>,
    pub(super) facts: &'a mut CaptureFacts,
    pub(super) sink: &'a mut S,
}

/// One interface as packets refer to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interface {
    pub(super) link_type: LinkType,
    pub(super) clock: Clock,
    /// Most bytes kept of one packet; 0 without a limit.
    pub(super) snaplen: u32,
    /// Its place in the facts, while those have room.
    pub(super) described: Option<usize>,
    /// Its link type's place in the facts, from the first packet on.
    counted: Option<usize>,
}

/// A packet's fields as the container has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawPacket<'a> {
    pub(super) at: Option<Timestamp>,
    /// Where its bytes start.
    pub(super) offset: u64,
    pub(super) original_length: u32,
    pub(super) bytes: &'a [u8],
}

impl<S: CaptureSink> Output<'_, S> {
    /// Hands out a packet.
    #[inline]
    pub(super) fn packet(&mut self, interface: &mut Interface, packet: RawPacket<'_>) {
        let number = self.next_number();
        let length = u32::try_from(packet.bytes.len()).unwrap_or(u32::MAX);
        self.count(interface);
        if length < packet.original_length {
            self.facts.snapped_count = self.facts.snapped_count.saturating_add(1);
        } else if length > packet.original_length {
            self.longer_than_original(number, packet);
        }
        if let Some(step) = self.facts.times.note(packet.at) {
            self.went_back(number, packet, step);
        }
        self.sink.packet(CapturedPacket {
            reference: PacketRef::new(self.capture, number, packet.offset, length),
            at: packet.at,
            link_type: interface.link_type,
            original_length: packet.original_length,
            bytes: packet.bytes,
        });
    }

    #[inline]
    fn count(&mut self, interface: &mut Interface) {
        let facts = &mut *self.facts;
        facts.packet_count = facts.packet_count.saturating_add(1);
        let link_type = match interface.counted {
            Some(place) => facts.link_types.get_mut(place),
            None => facts.first_of_link_type(interface),
        };
        if let Some((_, count)) = link_type {
            *count = count.saturating_add(1);
        }
        if let Some(described) = interface
            .described
            .and_then(|place| facts.interfaces.get_mut(place))
        {
            described.packet_count = described.packet_count.saturating_add(1);
        }
    }

    #[cold]
    fn longer_than_original(&mut self, number: PacketNumber, packet: RawPacket<'_>) {
        let count = &mut self.facts.longer_than_original_count;
        *count = count.saturating_add(1);
        self.warn("longer-than-original", Some(number), packet.offset, || {
            Message::new("input-longer-than-original")
                .with("captured", packet.bytes.len() as u64)
                .with("original", packet.original_length)
        });
    }

    #[cold]
    fn went_back(&mut self, number: PacketNumber, packet: RawPacket<'_>, step: Nanos) {
        self.warn("time-went-back", Some(number), packet.offset, || {
            Message::new("input-time-went-back").with("nanoseconds", step.get().to_string())
        });
    }

    /// The number that the next packet has: Wireshark's, which counts some blocks that are no packets.
    #[inline]
    pub(super) fn next_number(&self) -> PacketNumber {
        let number = self
            .facts
            .packet_count
            .saturating_add(self.facts.custom_block_count)
            .saturating_add(self.facts.journal_block_count)
            .saturating_add(1);
        PacketNumber::new(u32::try_from(number).unwrap_or(u32::MAX)).unwrap_or(PacketNumber::FIRST)
    }

    /// Notes an oddity at a byte, and at a packet where it is one's.
    pub(super) fn warn(
        &mut self,
        kind: &'static str,
        packet: Option<PacketNumber>,
        offset: u64,
        detail: impl FnOnce() -> Message,
    ) {
        self.sink
            .warnings()
            .push(kind, self.capture, packet, Some(offset), detail);
    }
}

impl Interface {
    pub(super) const fn new(link_type: LinkType, clock: Clock, snaplen: u32) -> Self {
        Self {
            link_type,
            clock,
            snaplen,
            described: None,
            counted: None,
        }
    }
}

impl CaptureFacts {
    /// Adds a section.
    pub(super) fn section(&mut self, section: SectionFacts) {
        self.section_count = self.section_count.saturating_add(1);
        if self.sections.len() < DESCRIBED_SECTIONS {
            self.sections.push(section);
        }
    }

    /// Adds an interface; its place, while there is room.
    pub(super) fn interface(&mut self, interface: InterfaceFacts) -> Option<usize> {
        self.interface_count = self.interface_count.saturating_add(1);
        let place = self.interfaces.len();
        (place < DESCRIBED_INTERFACES).then(|| {
            self.interfaces.push(interface);
            place
        })
    }

    /// Adds a comment.
    pub(super) fn comment(&mut self, packet: Option<PacketNumber>, text: &[u8]) {
        self.comment_count = self.comment_count.saturating_add(1);
        if self.comments.len() < COMMENTS {
            self.comments.push(Comment {
                packet,
                text: bounded_text(text),
            });
        }
    }

    /// Counts a damaged place that made `skipped` bytes unreadable.
    pub(super) fn damaged(&mut self, skipped: u64) {
        self.damage_count = self.damage_count.saturating_add(1);
        self.bytes_skipped = self.bytes_skipped.saturating_add(skipped);
    }

    /// The count of an interface's link type, at the interface's first packet.
    #[cold]
    fn first_of_link_type(&mut self, interface: &mut Interface) -> Option<&mut (LinkType, u64)> {
        let known = self
            .link_types
            .iter()
            .position(|(link_type, _)| *link_type == interface.link_type);
        let place = known.unwrap_or(self.link_types.len());
        if place == self.link_types.len() && place < LINK_TYPES {
            self.link_types.push((interface.link_type, 0));
        }
        interface.counted = Some(place);
        self.link_types.get_mut(place)
    }
}

impl super::PacketTimes {
    /// Takes the next packet's time; how far it is before the last one's, if it is.
    #[inline]
    fn note(&mut self, at: Option<Timestamp>) -> Option<Nanos> {
        let Some(at) = at else {
            self.missing_count = self.missing_count.saturating_add(1);
            return None;
        };
        let mut step_back = None;
        match (self.last, self.earliest, self.latest) {
            (Some(last), Some(earliest), Some(latest)) => {
                if at < last {
                    self.went_back_count = self.went_back_count.saturating_add(1);
                    let step = last.since(at);
                    self.largest_step_back = self.largest_step_back.max(step);
                    step_back = Some(step);
                    self.earliest = Some(earliest.min(at));
                } else {
                    self.latest = Some(latest.max(at));
                }
            }
            _ => {
                self.first = Some(at);
                self.earliest = Some(at);
                self.latest = Some(at);
            }
        }
        self.last = Some(at);
        step_back
    }
}

/// Text of the capture as a string: what is not UTF-8 replaced, cut at [`TEXT_BYTES`].
pub(super) fn bounded_text(text: &[u8]) -> String {
    let head = text.get(..TEXT_BYTES).unwrap_or(text);
    String::from_utf8_lossy(head)
        .trim_end_matches('\0')
        .to_owned()
}
