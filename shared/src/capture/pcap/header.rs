//! The file header of a pcap, all 24 bytes of it.

use super::{Layout, LengthOrder, PcapReader};
use crate::capture::clock::Clock;
use crate::capture::fields::Fields;
use crate::capture::output::{Interface, Output};
use crate::capture::{
    ByteOrder, CaptureSink, Container, Format, InterfaceFacts, InterfaceStatistics, LinkType,
    SectionFacts, TimeUnit,
};
use crate::limits::{BLOCK_BYTES, PACKET_BYTES};
use crate::text::Message;
use crate::wire::Truncated;

/// What the file header of a pcap says.
#[derive(Clone, Copy, Debug)]
pub(in crate::capture) struct FileHeader {
    container: Container,
    order: ByteOrder,
    version: (u16, u16),
    snaplen: u32,
    link_field: u32,
}

impl FileHeader {
    /// Bytes of a file header.
    pub(in crate::capture) const LENGTH: usize = 24;

    /// The kind of pcap that begins with these four bytes.
    pub(in crate::capture) const fn kind(magic: [u8; 4]) -> Option<(Container, ByteOrder)> {
        Some(match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (Container::PcapMicros, ByteOrder::Little),
            [0xa1, 0xb2, 0xc3, 0xd4] => (Container::PcapMicros, ByteOrder::Big),
            [0x4d, 0x3c, 0xb2, 0xa1] => (Container::PcapNanos, ByteOrder::Little),
            [0xa1, 0xb2, 0x3c, 0x4d] => (Container::PcapNanos, ByteOrder::Big),
            [0x34, 0xcd, 0xb2, 0xa1] => (Container::PcapModified, ByteOrder::Little),
            [0xa1, 0xb2, 0xcd, 0x34] => (Container::PcapModified, ByteOrder::Big),
            _ => return None,
        })
    }

    /// From the first [`Self::LENGTH`] bytes, where they are a pcap's.
    pub(in crate::capture) fn parse(bytes: &[u8]) -> Option<Self> {
        let (container, order) = Self::kind(*bytes.first_chunk()?)?;
        Self::fields(container, order, bytes).ok()
    }

    fn fields(container: Container, order: ByteOrder, bytes: &[u8]) -> Result<Self, Truncated> {
        let mut fields = Fields::new(bytes, order);
        let _magic = fields.u32()?;
        let version = (fields.u16()?, fields.u16()?);
        // Time zone and accuracy: no program writes anything but zero, or expects it to be heeded.
        let _unused = fields.take(8)?;
        Ok(Self {
            container,
            order,
            version,
            snaplen: fields.u32()?,
            link_field: fields.u32()?,
        })
    }

    /// Notes what the header says, and makes the reader of the packets after it.
    pub(in crate::capture) fn open<S: CaptureSink>(self, output: &mut Output<'_, S>) -> PcapReader {
        let link_type = self.link_type();
        let (time_unit, fraction_nanos) = match self.container {
            Container::PcapNanos => (TimeUnit::Decimal(9), 1),
            _ => (TimeUnit::Decimal(6), 1_000),
        };
        self.note(time_unit, output);
        let mut interface = Interface::new(link_type, Clock::new(time_unit, 0), self.snaplen);
        interface.described = Some(0);
        PcapReader {
            layout: Layout {
                order: self.order,
                header_length: if self.container == Container::PcapModified {
                    24
                } else {
                    16
                },
                fraction_nanos,
                lengths: self.length_order(),
                limit: largest_packet(link_type),
            },
            interface,
            damage: None,
        }
    }

    fn note<S: CaptureSink>(self, time_unit: TimeUnit, output: &mut Output<'_, S>) {
        output.facts.format = Some(Format {
            container: self.container,
            compression: output.compression,
            byte_order: self.order,
        });
        output.facts.section(SectionFacts {
            byte_order: self.order,
            version: self.version,
            hardware: None,
            os: None,
            application: None,
        });
        let _place = output.facts.interface(InterfaceFacts {
            section: 0,
            link_type: self.link_type(),
            snaplen: (self.snaplen != 0).then_some(self.snaplen),
            time_unit,
            time_offset: 0,
            name: None,
            description: None,
            os: None,
            filter: None,
            fcs_length: self.fcs_length(),
            packet_count: 0,
            statistics: InterfaceStatistics::default(),
        });
        if self.link_field & RESERVED_BITS != 0 {
            output.warn("odd-link-type", None, 20, || {
                Message::new("input-odd-link-type")
                    .with("field", format!("0x{:08x}", self.link_field))
                    .with("type", u64::from(self.link_type().0))
            });
        }
    }

    /// The low 16 bits; those above hold the length of the frame check sequence.
    const fn link_type(self) -> LinkType {
        let [_, _, high, low] = self.link_field.to_be_bytes();
        LinkType(u16::from_be_bytes([high, low]))
    }

    /// The frame check sequence's length is in 16-bit units in the top four bits where bit 26 says so.
    fn fcs_length(self) -> Option<u8> {
        let units = u8::try_from(self.link_field >> 28).unwrap_or_default();
        (self.link_field & FCS_LENGTH_PRESENT != 0).then_some(units.saturating_mul(2))
    }

    /// Versions before 2.3 had the original length first, 2.3 was written both ways, and so was
    /// DG/UX's 543.0 the old way round (libpcap, `sf-pcap.c`).
    const fn length_order(self) -> LengthOrder {
        match self.version {
            (2, 0..=2) | (543, 0) => LengthOrder::OriginalFirst,
            (2, 3) => LengthOrder::Unknown,
            _ => LengthOrder::CapturedFirst,
        }
    }
}

/// Only buses have larger packets than [`PACKET_BYTES`] (libpcap, `max_snaplen_for_dlt`).
const fn largest_packet(link_type: LinkType) -> u32 {
    match link_type {
        LinkType::DBUS | LinkType::USBPCAP | LinkType::EBHSCR => BLOCK_BYTES,
        _ => PACKET_BYTES,
    }
}

/// Bits 16 to 25 and 27 of the link type field.
const RESERVED_BITS: u32 = 0x0bff_0000;

/// Bit 26 of the link type field.
const FCS_LENGTH_PRESENT: u32 = 0x0400_0000;
