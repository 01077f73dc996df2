//! Writers of captures: pcap and pcapng in every variant, and gzip and Zstandard around them.
//!
//! They write what they are told, also what no format allows, because damage is what many tests are about.

use std::io::Write;
use std::net::IpAddr;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::capture::{ByteOrder, LinkType};
use crate::time::Timestamp;

/// The kinds of classic pcap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PcapKind {
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
    /// Kuznetzov's: microseconds, 24-byte packet headers.
    Modified,
}

/// Writes a classic pcap.
#[derive(Clone, Debug)]
pub struct PcapWriter {
    bytes: Vec<u8>,
    kind: PcapKind,
    order: ByteOrder,
}

impl PcapWriter {
    /// Begins with a file header of version 2.4 with a snapshot length of 262144.
    #[must_use]
    pub fn new(kind: PcapKind, order: ByteOrder, link_type: LinkType) -> Self {
        Self::with_header(kind, order, (2, 4), u32::from(link_type.0))
    }

    /// Begins with a file header of this version and this whole link type field.
    #[must_use]
    pub fn with_header(
        kind: PcapKind,
        order: ByteOrder,
        version: (u16, u16),
        link_field: u32,
    ) -> Self {
        let magic = match kind {
            PcapKind::Micros => 0xa1b2_c3d4,
            PcapKind::Nanos => 0xa1b2_3c4d,
            PcapKind::Modified => 0xa1b2_cd34,
        };
        let mut bytes = Vec::new();
        put32(&mut bytes, order, magic);
        put16(&mut bytes, order, version.0);
        put16(&mut bytes, order, version.1);
        bytes.extend([0; 8]);
        put32(&mut bytes, order, 262_144);
        put32(&mut bytes, order, link_field);
        Self { bytes, kind, order }
    }

    /// Adds a packet that was captured whole. Digits of the time that the format has no room for are lost.
    pub fn packet(&mut self, at: Timestamp, bytes: &[u8]) -> &mut Self {
        self.snapped_packet(at, bytes, length32(bytes))
    }

    /// Adds a packet of which only `bytes` were captured.
    pub fn snapped_packet(
        &mut self,
        at: Timestamp,
        bytes: &[u8],
        original_length: u32,
    ) -> &mut Self {
        let seconds = u32::try_from(at.nanos().div_euclid(1_000_000_000)).unwrap_or_default();
        let nanos = u32::try_from(at.nanos().rem_euclid(1_000_000_000)).unwrap_or_default();
        let fraction = match self.kind {
            PcapKind::Nanos => nanos,
            PcapKind::Micros | PcapKind::Modified => nanos / 1_000,
        };
        self.header([seconds, fraction, length32(bytes), original_length])
            .raw(bytes)
    }

    /// Adds a packet header of these four fields, whatever they are.
    pub fn header(&mut self, fields: [u32; 4]) -> &mut Self {
        for field in fields {
            put32(&mut self.bytes, self.order, field);
        }
        if self.kind == PcapKind::Modified {
            // Interface index, protocol, packet type and padding.
            self.bytes.extend([2, 0, 0, 0, 8, 0, 4, 0]);
        }
        self
    }

    /// Adds bytes that are no packet, or the bytes of one.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The capture so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// An option of a pcapng block: its code and its value.
pub type PcapngOption<'a> = (u16, &'a [u8]);

/// The fields of an enhanced packet block.
#[derive(Clone, Copy, Debug)]
pub struct EnhancedPacket<'a> {
    /// The interface's number in its section.
    pub interface: u32,
    /// Time in the interface's unit.
    pub ticks: u64,
    /// The captured bytes.
    pub bytes: &'a [u8],
    /// Bytes on the wire.
    pub original_length: u32,
    /// Options, without the end.
    pub options: &'a [PcapngOption<'a>],
}

/// Writes a pcapng, block by block.
#[derive(Clone, Debug)]
pub struct PcapngWriter {
    bytes: Vec<u8>,
    order: ByteOrder,
}

impl PcapngWriter {
    /// Begins with nothing, not even a section.
    #[must_use]
    pub const fn new(order: ByteOrder) -> Self {
        Self {
            bytes: Vec::new(),
            order,
        }
    }

    /// Writes what follows in the other byte order; a section must come next.
    pub const fn turn(&mut self) -> &mut Self {
        self.order = match self.order {
            ByteOrder::Little => ByteOrder::Big,
            ByteOrder::Big => ByteOrder::Little,
        };
        self
    }

    /// Adds a section header of version 1.0.
    pub fn section(&mut self, options: &[PcapngOption<'_>]) -> &mut Self {
        self.section_of_version((1, 0), options)
    }

    /// Adds a section header.
    pub fn section_of_version(
        &mut self,
        version: (u16, u16),
        options: &[PcapngOption<'_>],
    ) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, 0x1a2b_3c4d);
        put16(&mut body, self.order, version.0);
        put16(&mut body, self.order, version.1);
        body.extend([0xff; 8]);
        self.options(&mut body, options);
        self.block(0x0a0d_0d0a, &body)
    }

    /// Adds an interface description.
    pub fn interface(
        &mut self,
        link_type: LinkType,
        snaplen: u32,
        options: &[PcapngOption<'_>],
    ) -> &mut Self {
        let mut body = Vec::new();
        put16(&mut body, self.order, link_type.0);
        put16(&mut body, self.order, 0);
        put32(&mut body, self.order, snaplen);
        self.options(&mut body, options);
        self.block(1, &body)
    }

    /// Adds an enhanced packet captured whole on the first interface.
    pub fn packet(&mut self, ticks: u64, bytes: &[u8]) -> &mut Self {
        self.enhanced_packet(EnhancedPacket {
            interface: 0,
            ticks,
            bytes,
            original_length: length32(bytes),
            options: &[],
        })
    }

    /// Adds an enhanced packet.
    pub fn enhanced_packet(&mut self, packet: EnhancedPacket<'_>) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, packet.interface);
        self.put_clock(&mut body, packet.ticks);
        put32(&mut body, self.order, length32(packet.bytes));
        put32(&mut body, self.order, packet.original_length);
        put_padded(&mut body, packet.bytes);
        self.options(&mut body, packet.options);
        self.block(6, &body)
    }

    /// Adds a simple packet: no time, and of the first interface.
    pub fn simple_packet(&mut self, bytes: &[u8], original_length: u32) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, original_length);
        put_padded(&mut body, bytes);
        self.block(3, &body)
    }

    /// Adds an obsolete packet block of the first interface.
    pub fn obsolete_packet(&mut self, drops: u16, ticks: u64, bytes: &[u8]) -> &mut Self {
        let mut body = Vec::new();
        put16(&mut body, self.order, 0);
        put16(&mut body, self.order, drops);
        self.put_clock(&mut body, ticks);
        put32(&mut body, self.order, length32(bytes));
        put32(&mut body, self.order, length32(bytes));
        put_padded(&mut body, bytes);
        self.block(2, &body)
    }

    /// Adds a name resolution block with one record for each address.
    pub fn names(&mut self, records: &[(IpAddr, &str)]) -> &mut Self {
        let mut body = Vec::new();
        for (address, name) in records {
            let (kind, mut value) = match address {
                IpAddr::V4(address) => (1, address.octets().to_vec()),
                IpAddr::V6(address) => (2, address.octets().to_vec()),
            };
            value.extend_from_slice(name.as_bytes());
            value.push(0);
            put16(&mut body, self.order, kind);
            put16(&mut body, self.order, length16(&value));
            put_padded(&mut body, &value);
        }
        body.extend([0; 4]);
        self.block(4, &body)
    }

    /// Adds an interface statistics block.
    pub fn statistics(&mut self, interface: u32, options: &[PcapngOption<'_>]) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, interface);
        self.put_clock(&mut body, 0);
        self.options(&mut body, options);
        self.block(5, &body)
    }

    /// Adds a decryption secrets block with a TLS key log.
    pub fn key_log(&mut self, text: &[u8]) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, 0x544c_534b);
        put32(&mut body, self.order, length32(text));
        put_padded(&mut body, text);
        self.block(10, &body)
    }

    /// Adds a custom block of the private enterprise number for documentation (RFC 5612).
    pub fn custom(&mut self, data: &[u8]) -> &mut Self {
        let mut body = Vec::new();
        put32(&mut body, self.order, 32_473);
        put_padded(&mut body, data);
        self.block(0x0bad, &body)
    }

    /// Adds a block of any type with any body, its length at both ends.
    pub fn block(&mut self, kind: u32, body: &[u8]) -> &mut Self {
        let length = length32(body).saturating_add(12);
        put32(&mut self.bytes, self.order, kind);
        put32(&mut self.bytes, self.order, length);
        self.bytes.extend_from_slice(body);
        put32(&mut self.bytes, self.order, length);
        self
    }

    /// Adds bytes that are no block.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Eight bytes of an option in the section's byte order.
    #[must_use]
    pub const fn value64(&self, value: u64) -> [u8; 8] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// Four bytes of an option in the section's byte order.
    #[must_use]
    pub const fn value32(&self, value: u32) -> [u8; 4] {
        match self.order {
            ByteOrder::Little => value.to_le_bytes(),
            ByteOrder::Big => value.to_be_bytes(),
        }
    }

    /// The capture so far.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn put_clock(&self, body: &mut Vec<u8>, ticks: u64) {
        let [a, b, c, d, e, f, g, h] = ticks.to_be_bytes();
        put32(body, self.order, u32::from_be_bytes([a, b, c, d]));
        put32(body, self.order, u32::from_be_bytes([e, f, g, h]));
    }

    fn options(&self, body: &mut Vec<u8>, options: &[PcapngOption<'_>]) {
        for (code, value) in options {
            put16(body, self.order, *code);
            put16(body, self.order, length16(value));
            put_padded(body, value);
        }
        if !options.is_empty() {
            body.extend([0; 4]);
        }
    }
}

/// The bytes inside one gzip member.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing into memory does not fail.
    let _written = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// The bytes inside one Zstandard frame.
#[must_use]
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// A Zstandard frame that is to be skipped.
#[must_use]
pub fn zstd_skippable(content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x5a, 0x2a, 0x4d, 0x18];
    put32(&mut frame, ByteOrder::Little, length32(content));
    frame.extend_from_slice(content);
    frame
}

fn put16(bytes: &mut Vec<u8>, order: ByteOrder, value: u16) {
    bytes.extend(match order {
        ByteOrder::Little => value.to_le_bytes(),
        ByteOrder::Big => value.to_be_bytes(),
    });
}

fn put32(bytes: &mut Vec<u8>, order: ByteOrder, value: u32) {
    bytes.extend(match order {
        ByteOrder::Little => value.to_le_bytes(),
        ByteOrder::Big => value.to_be_bytes(),
    });
}

/// With zero bytes up to a multiple of four.
fn put_padded(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend_from_slice(value);
    let missing = value.len().next_multiple_of(4).saturating_sub(value.len());
    bytes.extend(std::iter::repeat_n(0, missing));
}

fn length16(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).unwrap_or(u16::MAX)
}

fn length32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
