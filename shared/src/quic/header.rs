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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Kinds and version of the packets in a datagram whose capture kept `kept` bytes.
    fn kinds(datagram: &[u8], kept: usize) -> Vec<PacketKind> {
        let bytes = &datagram[..kept.min(datagram.len())];
        Packets::new(bytes, datagram.len())
            .map(|packet| match packet {
                Packet::Long(long) => long.kind,
                Packet::Short => PacketKind::OneRtt,
            })
            .collect()
    }

    fn long(first: u8, version: u32, after_ids: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        bytes.extend(version.to_be_bytes());
        bytes.extend([4, 0xd0, 0xd1, 0xd2, 0xd3, 2, 0x50, 0x51]);
        bytes.extend_from_slice(after_ids);
        bytes
    }

    #[test]
    fn packets_of_a_datagram() {
        use PacketKind::{Handshake, Initial, OneRtt, Retry, VersionNegotiation, ZeroRtt};
        // An Initial with a token of 1 byte and 3 bytes behind its length, a Handshake of 2.
        let initial = long(0xc1, 1, &[1, 0xff, 0x40, 3, 9, 9, 9]);
        let handshake = long(0xe0, 1, &[2, 7, 7]);
        let short = [0x41, 0xd0, 0xd1, 0xd2, 0xd3, 5, 5];
        let stranger = [0x41, 0xaa, 0xd1, 0xd2, 0xd3, 5, 5];
        let rows: [(&str, Vec<u8>, usize, &[PacketKind]); 14] = [
            ("one Initial", initial.clone(), 999, &[Initial]),
            (
                "three coalesced",
                [&initial[..], &handshake, &short].concat(),
                999,
                &[Initial, Handshake, OneRtt],
            ),
            (
                "a short header for another destination is padding",
                [&initial[..], &stranger].concat(),
                999,
                &[Initial],
            ),
            (
                "zeros behind are padding",
                [&initial[..], &[0; 30]].concat(),
                999,
                &[Initial],
            ),
            ("a length past the end", long(0xc1, 1, &[0, 9, 1]), 999, &[]),
            (
                "snapped within the token",
                long(0xc1, 1, &[20, 1, 2, 3])
                    .into_iter()
                    .chain([0; 80])
                    .collect(),
                15,
                &[Initial],
            ),
            ("snapped within the IDs", initial.clone(), 8, &[]),
            ("0-RTT", long(0xd0, 1, &[1, 0]), 999, &[ZeroRtt]),
            (
                "Retry takes the rest",
                long(0xf0, 1, &[0; 20]),
                999,
                &[Retry],
            ),
            (
                "version 2 has other types",
                long(0xd0, 0x6b33_43cf, &[0, 1, 0]),
                999,
                &[Initial],
            ),
            (
                "version 2 Retry",
                long(0xc0, 0x6b33_43cf, &[0; 20]),
                999,
                &[Retry],
            ),
            (
                "Version Negotiation",
                long(0x80, 0, &[0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf]),
                999,
                &[VersionNegotiation],
            ),
            (
                "Version Negotiation without versions",
                long(0x80, 0, &[]),
                999,
                &[],
            ),
            ("no fixed bit", long(0x80, 1, &[0, 1, 0]), 999, &[]),
        ];
        for (row, datagram, kept, expected) in rows {
            assert_eq!(kinds(&datagram, kept), expected, "{row}");
        }
    }

    #[test]
    fn variable_length_integers_as_in_rfc_9000_appendix_a_1() {
        let rows: [(&[u8], u64); 4] = [
            (
                &[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c],
                151_288_809_941_952_652,
            ),
            (&[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
            (&[0x7b, 0xbd], 15_293),
            (&[0x25], 37),
        ];
        for (bytes, expected) in rows {
            assert_eq!(variable_length(&mut Reader::new(bytes)), Ok(expected));
        }
    }

    proptest! {
        #[test]
        fn any_datagram_is_walked_to_an_end(
            head in any::<u8>(),
            version in prop_oneof![Just(0u32), Just(1), Just(0x6b33_43cf), any::<u32>()],
            rest in proptest::collection::vec(any::<u8>(), 0..200),
            unseen in 0usize..2000,
        ) {
            let mut bytes = vec![head | LONG];
            bytes.extend(version.to_be_bytes());
            bytes.extend(rest);
            let walked = Packets::new(&bytes, bytes.len() + unseen).count();
            prop_assert!(walked <= bytes.len());
        }
    }
}
