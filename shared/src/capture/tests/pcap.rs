//! Classic pcap in every variant.

use super::{moment, payload, read};
use crate::capture::{ByteOrder, CaptureEnd, Container, LinkType, TimeUnit};
use crate::testkit::capture::{PcapKind, PcapWriter};

#[test]
fn every_variant_gives_its_packets_back() {
    let rows = [
        (
            "µs",
            PcapKind::Micros,
            Container::PcapMicros,
            TimeUnit::Decimal(6),
            123_456_000,
        ),
        (
            "ns",
            PcapKind::Nanos,
            Container::PcapNanos,
            TimeUnit::Decimal(9),
            123_456_789,
        ),
        (
            "modified",
            PcapKind::Modified,
            Container::PcapModified,
            TimeUnit::Decimal(6),
            123_456_000,
        ),
    ];
    for (name, kind, container, unit, nanos) in rows {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let mut writer = PcapWriter::new(kind, order, LinkType::ETHERNET);
            for number in 0..5 {
                writer.packet(moment(number as i64, 123_456_789), &payload(number));
            }
            let seen = read(writer.bytes());
            assert_eq!(seen.result, Ok(()), "{name} {order:?}");
            assert_eq!(seen.packets.len(), 5, "{name} {order:?}");
            for (number, packet) in seen.packets.iter().enumerate() {
                assert_eq!(
                    packet.at,
                    Some(moment(number as i64, nanos)),
                    "{name} {order:?}"
                );
                assert_eq!(packet.bytes, payload(number), "{name} {order:?}");
                assert_eq!(packet.reference.number.get() as usize, number + 1);
                assert_eq!(packet.original_length as usize, payload(number).len());
                assert_eq!(packet.link_type, LinkType::ETHERNET);
                let offset = packet.reference.offset() as usize;
                assert_eq!(writer.bytes()[offset..][..packet.bytes.len()], packet.bytes);
            }
            let format = seen.facts.format.unwrap();
            assert_eq!((format.container, format.byte_order), (container, order));
            assert_eq!(seen.facts.interfaces[0].time_unit, unit);
            assert_eq!(seen.facts.interfaces[0].packet_count, 5);
            assert_eq!(seen.facts.link_types, [(LinkType::ETHERNET, 5)]);
            assert_eq!(seen.facts.end, CaptureEnd::Clean);
            assert_eq!(seen.warnings, []);
        }
    }
}

#[test]
fn a_file_header_alone_is_an_empty_capture() {
    let writer = PcapWriter::new(PcapKind::Micros, ByteOrder::Little, LinkType::RAW);
    let seen = read(writer.bytes());
    assert_eq!(seen.result, Ok(()));
    assert_eq!(seen.facts.packet_count, 0);
    assert_eq!(seen.facts.times.first, None);
    assert_eq!(seen.facts.end, CaptureEnd::Clean);
}

/// The old versions as libpcap reads them (`sf-pcap.c`).
#[test]
fn old_versions_have_their_lengths_the_other_way_round() {
    let rows = [
        ((2, 2), [82, 68]),
        ((2, 3), [82, 68]),
        ((2, 3), [68, 82]),
        ((2, 4), [68, 82]),
        ((543, 0), [82, 68]),
    ];
    for (version, lengths) in rows {
        let mut writer = PcapWriter::with_header(PcapKind::Micros, ByteOrder::Big, version, 1);
        writer
            .header([858_459_669, 818_762, lengths[0], lengths[1]])
            .raw(&[9; 68]);
        let seen = read(writer.bytes());
        assert_eq!(seen.packets.len(), 1, "{version:?} {lengths:?}");
        assert_eq!(seen.packets[0].bytes, [9; 68], "{version:?} {lengths:?}");
        assert_eq!(
            seen.packets[0].original_length, 82,
            "{version:?} {lengths:?}"
        );
    }
}

/// Ethernet with a four-byte frame check sequence: bit 26 and two 16-bit units.
#[test]
fn the_frame_check_sequence_is_taken_off_the_link_type() {
    let writer = PcapWriter::with_header(PcapKind::Micros, ByteOrder::Little, (2, 4), 0x2400_0001);
    let seen = read(writer.bytes());
    assert_eq!(seen.facts.interfaces[0].link_type, LinkType::ETHERNET);
    assert_eq!(seen.facts.interfaces[0].fcs_length, Some(4));
    assert_eq!(seen.warnings, []);
}

#[test]
fn reserved_bits_of_the_link_type_are_a_warning() {
    let writer = PcapWriter::with_header(PcapKind::Micros, ByteOrder::Little, (2, 4), 0x0020_0001);
    let seen = read(writer.bytes());
    assert_eq!(seen.facts.interfaces[0].link_type, LinkType::ETHERNET);
    assert_eq!(seen.kinds(), ["odd-link-type"]);
}

#[test]
fn odd_packets_are_counted_and_handed_out() {
    let mut writer = PcapWriter::new(PcapKind::Micros, ByteOrder::Little, LinkType::ETHERNET);
    writer.packet(moment(5, 0), &payload(0));
    writer.snapped_packet(moment(4, 0), &payload(1), 1_500);
    writer.snapped_packet(moment(6, 0), &payload(2), 10);
    writer.header([1_700_000_007, 2_500_000, 4, 4]).raw(b"late");
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 4);
    assert_eq!(seen.facts.snapped_count, 1);
    assert_eq!(seen.facts.longer_than_original_count, 1);
    assert_eq!(seen.facts.bad_fraction_count, 1);
    assert_eq!(seen.facts.times.went_back_count, 1);
    assert_eq!(seen.facts.times.largest_step_back.get(), 1_000_000_000);
    assert_eq!(
        seen.packets[3].at,
        Some(moment(9, 500_000_000)),
        "the fraction is added"
    );
    assert_eq!(seen.facts.times.first, Some(moment(5, 0)));
    assert_eq!(seen.facts.times.earliest, Some(moment(4, 0)));
    assert_eq!(seen.facts.times.latest, seen.packets[3].at);
    assert_eq!(
        seen.kinds(),
        ["time-went-back", "longer-than-original", "bad-fraction"]
    );
    assert_eq!(seen.warnings[0].packet.unwrap().get(), 2);
    assert_eq!(seen.warnings[2].packet.unwrap().get(), 4);
}
