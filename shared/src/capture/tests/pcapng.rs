//! pcapng block by block.

use std::net::IpAddr;

use super::{payload, read};
use crate::capture::{
    ByteOrder, CaptureEnd, Comment, Container, InterfaceStatistics, LinkType, NameRecord, TimeUnit,
};
use crate::testkit::capture::{EnhancedPacket, PcapngWriter};

const ORDERS: [ByteOrder; 2] = [ByteOrder::Little, ByteOrder::Big];

#[test]
fn packets_of_all_three_kinds_come_out() {
    for order in ORDERS {
        let mut writer = PcapngWriter::new(order);
        writer.section(&[]).interface(LinkType::ETHERNET, 100, &[]);
        writer.packet(1_700_000_000_123_456, &payload(1));
        writer.simple_packet(&payload(2), payload(2).len() as u32);
        writer.simple_packet(&[7; 100], 1_500);
        writer.obsolete_packet(4, 1_700_000_001_000_000, &payload(3));
        writer.obsolete_packet(0xffff, 1_700_000_002_000_000, &payload(4));
        let seen = read(writer.bytes());
        assert_eq!(seen.result, Ok(()));
        let bytes: Vec<_> = seen
            .packets
            .iter()
            .map(|packet| packet.bytes.clone())
            .collect();
        assert_eq!(
            bytes,
            [payload(1), payload(2), vec![7; 100], payload(3), payload(4)]
        );
        let times = [
            Some(1_700_000_000_123_456_000),
            None,
            None,
            Some(1_700_000_001_000_000_000),
            Some(1_700_000_002_000_000_000),
        ];
        assert_eq!(seen.times(), times, "a simple packet has no time");
        for packet in &seen.packets {
            let offset = packet.reference.offset() as usize;
            assert_eq!(writer.bytes()[offset..][..packet.bytes.len()], packet.bytes);
        }
        assert_eq!(seen.packets[2].original_length, 1_500);
        assert_eq!(seen.facts.times.missing_count, 2);
        assert_eq!(
            seen.facts.lost_between_packets,
            Some(4),
            "0xffff says that it is not known"
        );
        let format = seen.facts.format.unwrap();
        assert_eq!(
            (format.container, format.byte_order),
            (Container::Pcapng, order)
        );
        assert_eq!(seen.facts.end, CaptureEnd::Clean);
        assert_eq!(seen.warnings, []);
    }
}

#[test]
fn clocks_of_every_resolution() {
    let rows: [(&str, u8, i64, u64, i64); 12] = [
        ("seconds", 0, 0, 1_700_000_000, 1_700_000_000_000_000_000),
        ("µs", 6, 0, 1_700_000_000_000_001, 1_700_000_000_000_001_000),
        (
            "ns",
            9,
            0,
            1_700_000_000_000_000_001,
            1_700_000_000_000_000_001,
        ),
        ("ps", 12, 0, 1_700_000_123_456, 1_700_000_123),
        ("finer than 64 bits hold", 40, 0, u64::MAX, 0),
        (
            "2⁻¹⁰ s",
            0x8a,
            0,
            1_700_000_000 * 1024 + 512,
            1_700_000_000_500_000_000,
        ),
        ("2⁻³² s", 0xa0, 0, 1 << 33, 2_000_000_000),
        (
            "with an offset",
            6,
            1_700_000_000,
            5,
            1_700_000_000_000_005_000,
        ),
        ("with an offset before 1970", 6, -10, 5, -9_999_995_000),
        ("before 1970 in 64 bits", 6, 0, u64::MAX - 4, -5_000),
        ("2262 and no later", 6, 0, 1 << 62, i64::MAX),
        ("before 1677", 6, 0, 1 << 63, i64::MAX),
    ];
    for order in ORDERS {
        for (name, resolution, offset, ticks, nanos) in rows {
            let mut writer = PcapngWriter::new(order);
            writer.section(&[]);
            let offset_value = writer.value64(offset.cast_unsigned());
            writer.interface(LinkType::RAW, 0, &[(9, &[resolution]), (14, &offset_value)]);
            writer.packet(ticks, b"packet");
            let seen = read(writer.bytes());
            assert_eq!(seen.times(), [Some(nanos)], "{name} {order:?}");
            let is_beyond = seen.kinds() == ["time-out-of-range"];
            assert_eq!(is_beyond, ticks >= 1 << 62 && resolution == 6, "{name}");
            assert_eq!(seen.facts.interfaces[0].time_offset, offset, "{name}");
            assert_eq!(
                seen.facts.interfaces[0].time_unit,
                TimeUnit::from_resolution(resolution),
                "{name}"
            );
        }
    }
}

#[test]
fn sections_have_their_own_byte_order_and_interfaces() {
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    writer.section(&[]).interface(LinkType::ETHERNET, 0, &[]);
    writer.interface(LinkType::LINUX_SLL2, 96, &[(2, b"any")]);
    writer.packet(1, &payload(1));
    writer.enhanced_packet(EnhancedPacket {
        interface: 1,
        ticks: 2,
        bytes: &payload(2),
        original_length: 500,
        options: &[],
    });
    writer.turn().section(&[]).interface(LinkType::IPV4, 0, &[]);
    writer.packet(3, &payload(3));
    let seen = read(writer.bytes());
    let link_types: Vec<_> = seen.packets.iter().map(|packet| packet.link_type).collect();
    assert_eq!(
        link_types,
        [LinkType::ETHERNET, LinkType::LINUX_SLL2, LinkType::IPV4]
    );
    assert_eq!(seen.facts.section_count, 2);
    assert_eq!(seen.facts.sections[1].byte_order, ByteOrder::Big);
    let interfaces: Vec<_> = seen
        .facts
        .interfaces
        .iter()
        .map(|interface| (interface.section, interface.snaplen, interface.packet_count))
        .collect();
    assert_eq!(interfaces, [(0, None, 1), (0, Some(96), 1), (1, None, 1)]);
    assert_eq!(seen.facts.interfaces[1].name.as_deref(), Some("any"));
    assert_eq!(seen.facts.snapped_count, 1);
}

#[test]
fn what_sections_and_interfaces_say_is_kept() {
    for order in ORDERS {
        let mut writer = PcapngWriter::new(order);
        writer.section(&[
            (2, b"Xeon"),
            (3, b"Linux 6.18"),
            (4, b"Dumpcap"),
            (1, b"of the section"),
        ]);
        writer.interface(
            LinkType::ETHERNET,
            0,
            &[
                (2, b"eth0"),
                (3, b"uplink"),
                (11, b"\0tcp port 443"),
                (12, b"Linux"),
                (13, &[4]),
                (1, b"of eth0"),
            ],
        );
        let (received, lost) = (writer.value64(1_000), writer.value64(17));
        writer.statistics(0, &[(4, &received), (5, &lost), (7, &lost)]);
        let facts = read(writer.bytes()).facts;
        let section = &facts.sections[0];
        assert_eq!(section.hardware.as_deref(), Some("Xeon"));
        assert_eq!(section.os.as_deref(), Some("Linux 6.18"));
        assert_eq!(section.application.as_deref(), Some("Dumpcap"));
        let interface = &facts.interfaces[0];
        assert_eq!(interface.name.as_deref(), Some("eth0"));
        assert_eq!(interface.description.as_deref(), Some("uplink"));
        assert_eq!(interface.filter.as_deref(), Some("tcp port 443"));
        assert_eq!(interface.os.as_deref(), Some("Linux"));
        assert_eq!(interface.fcs_length, Some(4));
        let statistics = InterfaceStatistics {
            received: Some(1_000),
            interface_dropped: Some(17),
            filter_accepted: None,
            os_dropped: Some(17),
            delivered: None,
        };
        assert_eq!(interface.statistics, statistics);
        assert_eq!(facts.dropped(), Some(34));
        let comments: Vec<_> = facts
            .comments
            .iter()
            .map(|Comment { text, .. }| text.as_str())
            .collect();
        assert_eq!(comments, ["of the section", "of eth0"]);
    }
}

#[test]
fn what_other_blocks_and_packets_say_is_kept() {
    for order in ORDERS {
        let mut writer = PcapngWriter::new(order);
        writer.section(&[]).interface(LinkType::ETHERNET, 0, &[]);
        let addresses: [IpAddr; 2] = ["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
        writer.names(&[
            (addresses[0], "weak.example"),
            (addresses[1], "six.example"),
        ]);
        writer.key_log(b"CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33");
        writer.custom(b"anything").block(0x7fff_0001, b"what");
        let (drops, flags) = (writer.value64(9), writer.value32(2));
        writer.enhanced_packet(EnhancedPacket {
            interface: 0,
            ticks: 1,
            bytes: b"odd",
            original_length: 3,
            options: &[(1, b"look here"), (2, &flags), (4, &drops)],
        });
        let facts = read(writer.bytes()).facts;
        assert_eq!(facts.lost_between_packets, Some(9));
        assert_eq!(
            (facts.marked_inbound_count, facts.marked_outbound_count),
            (0, 1)
        );
        let names = [
            (addresses[0], "weak.example"),
            (addresses[1], "six.example"),
        ];
        let names = names.map(|(address, name)| NameRecord {
            address,
            name: name.to_owned(),
        });
        assert_eq!(facts.names, names);
        assert_eq!(facts.key_log, b"CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n");
        let counts = (
            facts.secrets_block_count,
            facts.custom_block_count,
            facts.unknown_block_count,
        );
        assert_eq!(counts, (1, 1, 1));
        assert_eq!(facts.comments[0].text, "look here");
        let number = facts.comments[0].packet.unwrap().get();
        assert_eq!(number, 2, "the custom block is number 1, as in Wireshark");
    }
}

#[test]
fn a_capture_that_says_nothing_of_drops_has_none_observed() {
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    writer
        .section(&[])
        .interface(LinkType::RAW, 0, &[])
        .packet(1, b"x");
    assert_eq!(read(writer.bytes()).facts.dropped(), None);
}

#[test]
fn packets_of_an_interface_nobody_described_are_counted() {
    let mut writer = PcapngWriter::new(ByteOrder::Big);
    writer.section(&[]).simple_packet(b"none", 4);
    writer.interface(LinkType::RAW, 0, &[]);
    writer.enhanced_packet(EnhancedPacket {
        interface: 7,
        ticks: 1,
        bytes: b"lost",
        original_length: 4,
        options: &[],
    });
    writer.packet(2, b"kept");
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 1);
    assert_eq!(seen.facts.without_interface_count, 2);
    assert_eq!(seen.kinds(), ["packet-without-interface"; 2]);
}

#[test]
fn a_section_of_an_unknown_version_is_left_out() {
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    for version in [(1, 0), (2, 0), (1, 2)] {
        writer
            .section_of_version(version, &[])
            .interface(LinkType::RAW, 0, &[]);
        writer.packet(1, b"x");
    }
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 2);
    assert_eq!(seen.kinds(), ["unknown-version"]);
    assert_eq!(seen.facts.unknown_block_count, 2);
}

#[test]
fn a_large_text_is_cut_at_its_cap() {
    let mut writer = PcapngWriter::new(ByteOrder::Little);
    writer.section(&[(1, &[b'a'; 5_000])]);
    for _ in 0..100 {
        writer.interface(LinkType::RAW, 0, &[(1, b"again")]);
    }
    let facts = read(writer.bytes()).facts;
    assert_eq!(facts.comments[0].text.len(), crate::limits::TEXT_BYTES);
    assert_eq!(facts.comments.len(), crate::limits::COMMENTS);
    assert_eq!(facts.comment_count, 101);
}
