//! gzip and Zstandard around captures.

use sha2::{Digest, Sha256};

use super::{Read, moment, payload, read};
use crate::capture::{ByteOrder, CaptureEnd, CaptureError, CaptureReader, Compression, LinkType};
use crate::ids::CaptureId;
use crate::testkit::capture::{PcapKind, PcapWriter, gzip, zstd, zstd_skippable};

fn capture() -> Vec<u8> {
    let mut writer = PcapWriter::new(PcapKind::Nanos, ByteOrder::Little, LinkType::ETHERNET);
    for number in 0..3_000 {
        writer.packet(moment(number as i64, 1), &payload(number));
    }
    writer.bytes().to_vec()
}

/// The capture comes out as if it had not been compressed.
fn assert_same(packed: &[u8], plain: &[u8], compression: Compression) {
    let (packed_length, unpacked) = (packed.len() as u64, read(packed));
    let plain = read(plain);
    assert_eq!(unpacked.result, Ok(()));
    assert_eq!(
        unpacked.packets, plain.packets,
        "offsets are those of the unpacked capture"
    );
    assert_eq!(
        unpacked.facts.format.unwrap().compression,
        Some(compression)
    );
    assert_eq!(unpacked.facts.bytes_fed, packed_length);
    assert_eq!(unpacked.facts.bytes_unpacked, plain.facts.bytes_unpacked);
    assert_eq!(unpacked.facts.end, CaptureEnd::Clean);
    assert_eq!(unpacked.warnings, []);
}

#[test]
fn one_member_or_frame() {
    let plain = capture();
    assert_same(&gzip(&plain), &plain, Compression::Gzip);
    assert_same(&zstd(&plain), &plain, Compression::Zstd);
}

#[test]
fn several_members_or_frames() {
    let plain = capture();
    let (head, tail) = plain.split_at(100_001);
    let gzipped = [gzip(head), gzip(b""), gzip(tail), vec![0; 512]].concat();
    assert_same(&gzipped, &plain, Compression::Gzip);
    let zstandard = [
        zstd_skippable(b"pzstd"),
        zstd(head),
        zstd_skippable(b""),
        zstd_skippable(&[7; 9_000]),
        zstd(tail),
    ]
    .concat();
    assert_same(&zstandard, &plain, Compression::Zstd);
}

fn cut_is_a_warning(packed: &[u8], most: usize) -> Read {
    let seen = read(packed);
    assert_eq!(seen.result, Ok(()));
    assert!(
        seen.packets.len() > 500 && seen.packets.len() < most,
        "{}",
        seen.packets.len()
    );
    assert!(
        seen.kinds().contains(&"damaged-compression"),
        "{:?}",
        seen.kinds()
    );
    seen
}

#[test]
fn a_stream_that_is_cut_gives_what_came_before() {
    let packed = gzip(&capture());
    let seen = cut_is_a_warning(&packed[..packed.len() / 2], 3_000);
    assert!(seen.kinds().contains(&"cut-packet"), "{:?}", seen.kinds());
    assert!(matches!(seen.facts.end, CaptureEnd::Cut { .. }));
    let packed = zstd(&capture());
    cut_is_a_warning(&packed[..packed.len() * 3 / 4], 3_000);
}

#[test]
fn a_stream_that_is_damaged_gives_what_came_before() {
    let mut packed = gzip(&capture());
    let middle = packed.len() / 2;
    packed[middle..][..64].fill(0xff);
    // DEFLATE may take damage for data for a while.
    let seen = read(&packed);
    assert_eq!(seen.result, Ok(()));
    assert!(
        seen.kinds().contains(&"damaged-compression"),
        "{:?}",
        seen.kinds()
    );
}

#[test]
fn bytes_behind_the_stream_are_a_warning() {
    for packed in [gzip(&capture()), zstd(&capture())] {
        let seen = read(&[packed, b"signature".to_vec()].concat());
        assert_eq!(seen.packets.len(), 3_000);
        assert_eq!(seen.kinds(), ["damaged-compression"]);
    }
}

#[test]
fn a_stream_broken_at_its_start_is_an_error() {
    for bytes in [
        b"\x1f\x8b\x08\xff\xff\xff".as_slice(),
        b"\x28\xb5\x2f\xfd\xff\xff\xff\xff",
    ] {
        let result = read(bytes).result;
        assert!(
            matches!(result, Err(CaptureError::BadCompression { .. })),
            "{result:?}"
        );
    }
}

#[test]
fn the_digest_is_of_the_bytes_fed() {
    let packed = gzip(&capture());
    let digest = |chunks: &mut dyn Iterator<Item = &[u8]>, reader: CaptureReader| {
        let (mut reader, mut sink) = (reader, super::Collector::default());
        for chunk in chunks {
            reader.feed(chunk, &mut sink).unwrap();
            assert_eq!(reader.facts().sha256, None, "not before the end");
        }
        reader.finish(&mut sink).unwrap();
        reader.facts().sha256
    };
    let whole: [u8; 32] = Sha256::digest(&packed).into();
    let reader = || CaptureReader::new(CaptureId(0));
    assert_eq!(
        digest(&mut packed.chunks(1_000), reader().with_digest()),
        Some(whole)
    );
    assert_eq!(
        digest(&mut packed.chunks(1_000), reader()),
        None,
        "only when asked for"
    );
}
