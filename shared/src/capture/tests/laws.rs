//! What holds for all bytes and all ways of cutting them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Read, read_chunks};
use crate::capture::{ByteOrder, CaptureEnd, LinkType};
use crate::testkit::capture::{EnhancedPacket, PcapKind, PcapWriter, PcapngWriter, gzip, zstd};
use crate::time::Timestamp;

/// A packet to be written: time in µs, captured bytes, bytes cut off.
type Written = (u32, u32, Vec<u8>, u32);

fn written() -> impl Strategy<Value = Vec<Written>> {
    vec(
        (
            any::<u32>(),
            0_u32..1_000_000,
            vec(any::<u8>(), 1..300),
            0_u32..3,
        ),
        0..20,
    )
}

fn order() -> impl Strategy<Value = ByteOrder> {
    prop_oneof![Just(ByteOrder::Little), Just(ByteOrder::Big)]
}

fn pcap(kind: PcapKind, order: ByteOrder, packets: &[Written]) -> Vec<u8> {
    let mut writer = PcapWriter::new(kind, order, LinkType::ETHERNET);
    for (seconds, micros, bytes, missing) in packets {
        let at = Timestamp::from_parts(i64::from(*seconds), i64::from(*micros) * 1_000);
        writer.snapped_packet(at, bytes, bytes.len() as u32 + missing);
    }
    writer.bytes().to_vec()
}

fn pcapng(order: ByteOrder, packets: &[Written]) -> Vec<u8> {
    let mut writer = PcapngWriter::new(order);
    writer
        .section(&[(4, b"laws")])
        .interface(LinkType::ETHERNET, 0, &[(2, b"eth0")]);
    for (seconds, micros, bytes, missing) in packets {
        writer.enhanced_packet(EnhancedPacket {
            interface: 0,
            ticks: u64::from(*seconds) * 1_000_000 + u64::from(*micros),
            bytes,
            original_length: bytes.len() as u32 + missing,
            options: if missing % 2 == 0 {
                &[]
            } else {
                &[(1, b"odd")]
            },
        });
    }
    writer.custom(b"end").statistics(0, &[]);
    writer.bytes().to_vec()
}

/// A capture of any kind.
fn capture() -> impl Strategy<Value = (Vec<Written>, Vec<u8>)> {
    let kind = prop_oneof![
        Just(Some(PcapKind::Micros)),
        Just(Some(PcapKind::Nanos)),
        Just(Some(PcapKind::Modified)),
        Just(None)
    ];
    (kind, order(), written()).prop_map(|(kind, order, packets)| {
        let bytes = match kind {
            Some(kind) => pcap(kind, order, &packets),
            None => pcapng(order, &packets),
        };
        (packets, bytes)
    })
}

fn packed() -> impl Strategy<Value = (Vec<Written>, Vec<u8>)> {
    (capture(), 0..3).prop_map(|((packets, bytes), pack)| match pack {
        0 => (packets, bytes),
        1 => (packets, gzip(&bytes)),
        _ => (packets, zstd(&bytes)),
    })
}

/// Wounds: bytes overwritten, bytes taken out, and the end cut off.
fn wounded() -> impl Strategy<Value = Vec<u8>> {
    let wound = (
        any::<prop::sample::Index>(),
        0_usize..40,
        vec(any::<u8>(), 0..40),
    );
    (
        packed(),
        vec(wound, 0..4),
        any::<prop::sample::Index>(),
        any::<bool>(),
    )
        .prop_map(|((_, mut bytes), wounds, end, is_cut)| {
            for (at, taken, put) in wounds {
                let at = at.index(bytes.len());
                let until = (at + taken).min(bytes.len());
                bytes.splice(at..until, put);
                if bytes.is_empty() {
                    bytes.push(0);
                }
            }
            if is_cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        })
}

fn read_cut(bytes: &[u8], cuts: &[prop::sample::Index]) -> Read {
    let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    at.push(0);
    at.push(bytes.len());
    at.sort_unstable();
    read_chunks(at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]))
}

/// How a capture of any bytes begins.
fn magic() -> impl Strategy<Value = Vec<u8>> {
    let magics: [&[u8]; 8] = [
        b"",
        b"\xd4\xc3\xb2\xa1\x02\0\x04\0",
        b"\xa1\xb2\x3c\x4d\0\x02\0\x04",
        b"\x34\xcd\xb2\xa1",
        b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0",
        b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\x1c",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0",
        b"\x28\xb5\x2f\xfd",
    ];
    prop::sample::select(magics.to_vec()).prop_map(<[u8]>::to_vec)
}

/// Blocks with lengths that agree, of every type, with any content.
fn any_blocks() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![0_u32..12, Just(0x0bad), Just(0x0a0d_0d0a)];
    (order(), vec((kind, vec(any::<u8>(), 0..80)), 0..20)).prop_map(|(order, blocks)| {
        let mut writer = PcapngWriter::new(order);
        writer.section(&[]).interface(LinkType::RAW, 0, &[]);
        for (kind, mut body) in blocks {
            body.resize(body.len().next_multiple_of(4), 0);
            writer.block(kind, &body);
        }
        writer.bytes().to_vec()
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic_in_any_cut(
        magic in magic(),
        bytes in vec(any::<u8>(), 0..3_000),
        cuts in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let bytes = [magic, bytes].concat();
        prop_assert_eq!(read_cut(&bytes, &cuts), read_chunks([bytes.as_slice()]));
    }

    #[test]
    fn any_blocks_are_read_without_panic_in_any_cut(
        bytes in any_blocks(),
        cuts in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        prop_assert_eq!(read_cut(&bytes, &cuts), read_chunks([bytes.as_slice()]));
    }

    #[test]
    fn a_wounded_capture_reads_the_same_in_any_cut(
        bytes in wounded(),
        cuts in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        prop_assert_eq!(read_cut(&bytes, &cuts), read_chunks([bytes.as_slice()]));
        prop_assert_eq!(read_chunks(bytes.chunks(1)), read_chunks([bytes.as_slice()]));
    }

    #[test]
    fn what_was_written_is_read((packets, bytes) in packed()) {
        let seen = read_chunks(bytes.chunks(97));
        prop_assert_eq!(&seen.result, &Ok(()));
        prop_assert_eq!(seen.facts.end, CaptureEnd::Clean);
        let read: Vec<Written> = seen
            .packets
            .iter()
            .map(|packet| {
                let nanos = packet.at.unwrap().nanos();
                let missing = packet.original_length - packet.bytes.len() as u32;
                ((nanos / 1_000_000_000) as u32, (nanos % 1_000_000_000 / 1_000) as u32, packet.bytes.clone(), missing)
            })
            .collect();
        prop_assert_eq!(read, packets);
    }
}
