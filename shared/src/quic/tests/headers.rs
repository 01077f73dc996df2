//! The packets of a datagram.

use proptest::prelude::*;

use super::*;
use crate::quic::Version;
use crate::quic::header::{Packet, Packets};

/// What the packets in a datagram are, of which the capture kept `kept` bytes.
fn kinds(datagram: &[u8], kept: usize) -> Vec<PacketKind> {
    let bytes = &datagram[..kept.min(datagram.len())];
    Packets::new(bytes, datagram.len())
        .map(|packet| match packet {
            Packet::Long(long) => long.kind,
            Packet::Short => PacketKind::OneRtt,
        })
        .collect()
}

fn long(first: u8, version: Version, after_ids: &[u8]) -> Vec<u8> {
    let mut bytes = header(first, version.0, FIRST_ID, CLIENT_ID);
    bytes.extend_from_slice(after_ids);
    bytes
}

#[test]
fn one_packet() {
    use PacketKind::{Handshake, Initial, Retry, VersionNegotiation, ZeroRtt};
    let (v1, v2, negotiation) = (Version::V1, Version::V2, Version::NEGOTIATION);
    let two_versions = [0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf];
    let rows = [
        (
            "Initial with a token",
            long(0xc1, v1, &[1, 0xff, 0x40, 3, 9, 9, 9]),
            Some(Initial),
        ),
        ("0-RTT", long(0xd0, v1, &[1, 0]), Some(ZeroRtt)),
        ("Handshake", long(0xe0, v1, &[1, 0]), Some(Handshake)),
        (
            "Retry takes the rest",
            long(0xf0, v1, &[0; 20]),
            Some(Retry),
        ),
        (
            "version 2 Initial",
            long(0xd0, v2, &[0, 1, 0]),
            Some(Initial),
        ),
        (
            "version 2 Handshake",
            long(0xf0, v2, &[1, 0]),
            Some(Handshake),
        ),
        ("version 2 Retry", long(0xc0, v2, &[0; 20]), Some(Retry)),
        (
            "Version Negotiation",
            long(0x80, negotiation, &two_versions),
            Some(VersionNegotiation),
        ),
        (
            "Version Negotiation of nothing",
            long(0x80, negotiation, &[]),
            None,
        ),
        (
            "Version Negotiation and a half",
            long(0x80, negotiation, &[0; 6]),
            None,
        ),
        ("no fixed bit", long(0x80, v1, &[0, 1, 0]), None),
        ("a length past the end", long(0xc1, v1, &[0, 9, 1]), None),
        (
            "an ID of 21 bytes",
            header(0xc0, 1, &[7; 21], CLIENT_ID),
            None,
        ),
    ];
    for (row, datagram, expected) in rows {
        let expected: Vec<PacketKind> = expected.into_iter().collect();
        assert_eq!(kinds(&datagram, usize::MAX), expected, "{row}");
    }
}

#[test]
fn coalesced_packets() {
    use PacketKind::{Handshake, Initial, OneRtt};
    let initial = packet(Initial, FIRST_ID, CLIENT_ID, 60, 0);
    let handshake = packet(Handshake, FIRST_ID, CLIENT_ID, 50, 0);
    let rows: [(&str, &[u8], &[PacketKind]); 4] = [
        ("long behind long", &handshake, &[Initial, Handshake]),
        (
            "short behind long",
            &short(FIRST_ID, 40, 5),
            &[Initial, OneRtt],
        ),
        (
            "short for another destination is padding",
            &short(SERVER_ID, 40, 5),
            &[Initial],
        ),
        ("zeros are padding", &[0; 30], &[Initial]),
    ];
    for (row, behind, expected) in rows {
        assert_eq!(
            kinds(&[&initial, behind].concat(), usize::MAX),
            expected,
            "{row}"
        );
    }
}

#[test]
fn snapped_packets() {
    let initial = packet(PacketKind::Initial, FIRST_ID, CLIENT_ID, 1200, 0);
    let rows: [(&str, usize, &[PacketKind]); 4] = [
        ("within the payload", 40, &[PacketKind::Initial]),
        ("within the length", 19, &[PacketKind::Initial]),
        ("within the IDs", 8, &[]),
        ("within the version", 3, &[]),
    ];
    for (row, kept, expected) in rows {
        assert_eq!(kinds(&initial, kept), expected, "{row}");
    }
}

#[test]
fn lengths_as_in_rfc_9000_appendix_a_1() {
    // The four encodings of that appendix as the Length of a Handshake packet on a snapped capture:
    // the declared end is believed when it is on the wire, and refuses the packet when it is not.
    let rows: [(&str, &[u8], usize); 4] = [
        ("one byte", &[0x25], 37),
        ("two bytes", &[0x7b, 0xbd], 15_293),
        ("four bytes", &[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333),
        (
            "eight bytes",
            &[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c],
            151_288_809_941_952_652,
        ),
    ];
    for (row, encoded, declared) in rows {
        let bytes = long(0xe0, Version::V1, encoded);
        let end = bytes.len() + declared;
        assert!(Packets::new(&bytes, end).next().is_some(), "{row}");
        assert!(Packets::new(&bytes, end - 1).next().is_none(), "{row}");
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
        let mut bytes = vec![head];
        bytes.extend(version.to_be_bytes());
        bytes.extend(rest);
        let walked = Packets::new(&bytes, bytes.len() + unseen).count();
        prop_assert!(walked <= bytes.len());
    }
}
