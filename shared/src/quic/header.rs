//! QUIC packet headers as far as they are readable without keys: the invariants (RFC 8999), and the
//! long header of versions 1 and 2 (RFC 9000 §17.2, RFC 9369 §3.2).
//!
//! ```text
//!  1 1 T T . . . .  version(4)  dcid len, dcid  scid len, scid  [token]  length  …   next packet
//! ```

use crate::quic::facts::{ConnectionId, Version};
use crate::wire::{Reader, Truncated};

/// Set in long headers (RFC 8999 §5.1).
const LONG: u8 = 0x80;
/// Always set in versions 1 and 2, except in Version Negotiation (RFC 9000 §17.2).
const FIXED: u8 = 0x40;

/// Smallest datagram with a client's Initial (RFC 9000 §14.1).
pub(super) const INITIAL_DATAGRAM_BYTES: u32 = 1200;

/// What a packet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    /// Initial.
    Initial,
    /// 0-RTT.
    ZeroRtt,
    /// Handshake.
    Handshake,
    /// Retry.
    Retry,
    /// Version Negotiation.
    VersionNegotiation,
    /// Short header.
    OneRtt,
}

/// A packet with a long header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongPacket<'a> {
    /// What it is. Versions that are not known are read as version 1 is.
    pub kind: PacketKind,
    /// Version; [`Version::NEGOTIATION`] in Version Negotiation.
    pub version: Version,
    /// Destination connection ID.
    pub destination_id: ConnectionId,
    /// Source connection ID.
    pub source_id: ConnectionId,
    /// What follows the connection IDs, as far as it was captured: the versions of Version Negotiation.
    pub rest: &'a [u8],
    /// Bytes of the whole packet on the wire.
    length: usize,
}

/// The packets of one datagram, first to last.
#[derive(Clone, Debug)]
pub struct Packets<'a> {
    bytes: &'a [u8],
    /// Bytes left on the wire; more than `bytes` when the capture was snapped.
    length: usize,
    /// Destination of the long header packet before, which a coalesced packet shares.
    destination_id: Option<ConnectionId>,
}

/// One packet of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Long header.
    Long(LongPacket<'a>),
    /// Short header.
    Short,
}

impl<'a> Packets<'a> {
    /// Of a datagram of which `bytes` were captured and that had `length` bytes on the wire.
    #[must_use]
    pub const fn new(bytes: &'a [u8], length: usize) -> Self {
        Self {
            bytes,
            length,
            destination_id: None,
        }
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        let bytes = std::mem::take(&mut self.bytes);
        let first = *bytes.first()?;
        if first & LONG == 0 {
            let belongs = match self.destination_id {
                // Behind a long header only its destination tells a packet from padding.
                Some(id) => bytes
                    .get(1..)
                    .is_some_and(|rest| rest.starts_with(id.as_bytes())),
                None => true,
            };
            return (first & FIXED != 0 && belongs).then_some(Packet::Short);
        }
        let packet = long_packet(bytes, self.length)?;
        self.bytes = bytes.get(packet.length..).unwrap_or_default();
        self.length = self.length.saturating_sub(packet.length);
        self.destination_id = Some(packet.destination_id);
        Some(Packet::Long(packet))
    }
}

/// Reads a long header; `None` when the bytes end within it or are not one.
fn long_packet(bytes: &[u8], length: usize) -> Option<LongPacket<'_>> {
    let mut reader = Reader::new(bytes);
    let first = reader.u8().ok()?;
    let version = Version(reader.u32().ok()?);
    let destination_id = connection_id(&mut reader)?;
    let source_id = connection_id(&mut reader)?;
    let kind = kind(first, version)?;
    let rest = reader.rest();
    let has_length = !matches!(kind, PacketKind::Retry | PacketKind::VersionNegotiation);
    let end = if has_length {
        // Where the length itself was not captured, the packet takes the rest of the datagram.
        match declared_end(&mut reader, kind) {
            Ok(end) if end > length => return None,
            Ok(end) => end,
            Err(Truncated) if bytes.len() < length => length,
            Err(Truncated) => return None,
        }
    } else {
        length
    };
    if kind == PacketKind::VersionNegotiation && !offers_versions(length, reader.position()) {
        return None;
    }
    Some(LongPacket {
        kind,
        version,
        destination_id,
        source_id,
        rest,
        length: end,
    })
}

fn kind(first: u8, version: Version) -> Option<PacketKind> {
    if version == Version::NEGOTIATION {
        return Some(PacketKind::VersionNegotiation);
    }
    if first & FIXED == 0 {
        return None;
    }
    // Version 2 moved the types on by one (RFC 9369 §3.2).
    let moved = u8::from(version == Version::V2);
    Some(match ((first >> 4) & 0b11).wrapping_sub(moved) & 0b11 {
        0 => PacketKind::Initial,
        1 => PacketKind::ZeroRtt,
        2 => PacketKind::Handshake,
        _ => PacketKind::Retry,
    })
}

fn connection_id(reader: &mut Reader<'_>) -> Option<ConnectionId> {
    let length = reader.u8().ok()?;
    ConnectionId::new(reader.take(usize::from(length)).ok()?)
}

/// Position after the packet by its Length field, which covers packet number and payload.
fn declared_end(reader: &mut Reader<'_>, kind: PacketKind) -> Result<usize, Truncated> {
    if kind == PacketKind::Initial {
        let token = variable_length(reader)?;
        reader.skip(usize::try_from(token).unwrap_or(usize::MAX))?;
    }
    let declared = variable_length(reader)?;
    let declared = usize::try_from(declared).unwrap_or(usize::MAX);
    Ok(reader.position().saturating_add(declared))
}

/// A variable-length integer (RFC 9000 §16).
fn variable_length(reader: &mut Reader<'_>) -> Result<u64, Truncated> {
    let first = reader.u8()?;
    let mut value = u64::from(first & 0x3f);
    for _ in 1..1u8 << (first >> 6) {
        value = value << 8 | u64::from(reader.u8()?);
    }
    Ok(value)
}

/// Version Negotiation ends with one version at least, and nothing but versions (RFC 9000 §17.2.1).
const fn offers_versions(length: usize, ids_end: usize) -> bool {
    let list = length.saturating_sub(ids_end);
    list >= 4 && list.is_multiple_of(4)
}
