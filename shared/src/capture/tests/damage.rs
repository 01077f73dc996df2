//! Captures that are cut or damaged still give what can be read, and say where.

use super::{Read, moment, payload, read};
use crate::capture::{ByteOrder, CaptureEnd, CaptureError, LinkType};
use crate::ids::PacketNumber;
use crate::testkit::capture::{EnhancedPacket, PcapKind, PcapWriter, PcapngWriter};
use crate::text::{Language, render};

fn pcap_with(packets: usize) -> PcapWriter {
    let mut writer = PcapWriter::new(PcapKind::Micros, ByteOrder::Little, LinkType::ETHERNET);
    more(&mut writer, packets);
    writer
}

fn more(writer: &mut PcapWriter, packets: usize) {
    for number in 0..packets {
        writer.packet(moment(number as i64, 0), &payload(number));
    }
}

fn pcapng_with(packets: usize) -> PcapngWriter {
    let mut writer = PcapngWriter::new(ByteOrder::Big);
    writer.section(&[]).interface(LinkType::ETHERNET, 0, &[]);
    for number in 0..packets {
        writer.packet(number as u64, &payload(number));
    }
    writer
}

/// What the only warning says: its kind, packet, offset and text.
fn only_warning(seen: &Read) -> (&'static str, Option<u32>, u64, String) {
    assert_eq!(seen.warnings.len(), 1, "{:?}", seen.warnings);
    let warning = &seen.warnings[0];
    (
        warning.kind,
        warning.packet.map(PacketNumber::get),
        warning.offset.unwrap(),
        render(Language::English, &warning.detail),
    )
}

#[test]
fn a_pcap_cut_anywhere_says_where() {
    let whole = pcap_with(3);
    let starts: Vec<_> = (0..3)
        .map(|packets| pcap_with(packets).bytes().len())
        .collect();
    for length in 25..whole.bytes().len() {
        let seen = read(&whole.bytes()[..length]);
        assert_eq!(seen.result, Ok(()), "{length}");
        let complete = starts.iter().filter(|start| **start < length).count() - 1;
        if starts.contains(&length) {
            assert_eq!(seen.facts.end, CaptureEnd::Clean, "{length}");
            continue;
        }
        assert_eq!(seen.packets.len(), complete, "{length}");
        let (kind, packet, offset, _) = only_warning(&seen);
        assert_eq!(
            (kind, packet),
            ("cut-packet", Some(complete as u32 + 1)),
            "{length}"
        );
        assert_eq!(offset, starts[complete] as u64, "{length}");
        let end = CaptureEnd::Cut {
            packet: PacketNumber::new(complete as u32 + 1),
            offset,
        };
        assert_eq!(seen.facts.end, end, "{length}");
    }
}

#[test]
fn a_cut_says_how_much_of_the_packet_is_there() {
    let whole = pcap_with(1);
    let seen = read(&whole.bytes()[..24 + 16 + 7]);
    assert_eq!(
        only_warning(&seen).3,
        "the capture ends inside this packet: 7 of its 40 captured bytes are there"
    );
    let seen = read(&whole.bytes()[..24 + 5]);
    assert_eq!(
        only_warning(&seen).3,
        "the capture ends inside this packet's header: 5 of its 16 bytes are there"
    );
}

#[test]
fn a_header_that_is_cut_is_an_error() {
    let pcap = pcap_with(0);
    for length in 4..24 {
        let error = CaptureError::CutInHeader {
            header: "pcap file header",
            length: length as u64,
            needed: 24,
        };
        assert_eq!(read(&pcap.bytes()[..length]).result, Err(error));
    }
    let pcapng = pcapng_with(0);
    for length in 4..28 {
        let result = read(&pcapng.bytes()[..length]).result;
        assert!(
            matches!(result, Err(CaptureError::CutInHeader { .. })),
            "{length}: {result:?}"
        );
    }
}

#[test]
fn a_pcap_goes_on_behind_damage() {
    for (name, garbage) in [
        (
            "text",
            b"Connection to host closed.\r\n and some more text behind it".as_slice(),
        ),
        ("zeros", &[0; 999]),
        ("0xff", &[0xff; 61]),
    ] {
        let mut writer = pcap_with(2);
        let damage_at = writer.bytes().len() as u64;
        writer.raw(garbage);
        more(&mut writer, 4);
        let seen = read(writer.bytes());
        assert_eq!(seen.packets.len(), 6, "{name}");
        assert_eq!(seen.packets[2].bytes, payload(0), "{name}");
        assert_eq!(seen.facts.bytes_skipped, garbage.len() as u64, "{name}");
        assert_eq!(seen.facts.damage_count, 1, "{name}");
        assert_eq!(seen.facts.end, CaptureEnd::Clean, "{name}");
        let damage = seen
            .warnings
            .iter()
            .find(|warning| warning.kind == "damaged-packet")
            .unwrap();
        assert_eq!(damage.packet.unwrap().get(), 3, "{name}");
        assert_eq!(damage.offset, Some(damage_at), "{name}");
    }
}

#[test]
fn fewer_than_three_packets_behind_damage_are_found_when_they_end_the_capture() {
    let mut writer = pcap_with(2);
    writer.raw(&[0xff; 40]);
    writer.packet(moment(9, 0), &payload(9));
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 3);
    assert_eq!(seen.facts.bytes_skipped, 40);
}

#[test]
fn damage_to_the_end_says_how_much_was_not_read() {
    let mut writer = pcap_with(2);
    let damage_at = writer.bytes().len() as u64;
    writer.raw(&[0xa5; 5_000]);
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 2);
    assert_eq!(seen.facts.end, CaptureEnd::Damaged { offset: damage_at });
    assert_eq!(seen.facts.bytes_skipped, 5_000);
    let (kind, packet, offset, detail) = only_warning(&seen);
    assert_eq!(
        (kind, packet, offset),
        ("damaged-packet", Some(3), damage_at)
    );
    assert_eq!(
        detail,
        "this packet's header claims 2779096485 captured bytes, more than any packet has; the last 5000 bytes of the capture were not read"
    );
}

#[test]
fn pcapng_goes_on_behind_damage() {
    let block_at = pcapng_with(2).bytes().len();
    type Wound = fn(&mut Vec<u8>, usize);
    let rows: [(&str, Wound, &str); 5] = [
        (
            "trailing length",
            |bytes, at| bytes[at + 95] ^= 1,
            "damaged-block",
        ),
        (
            "leading length",
            |bytes, at| bytes[at + 7] ^= 8,
            "damaged-block",
        ),
        (
            "length that no block has",
            |bytes, at| bytes[at + 7] ^= 1,
            "damaged-block",
        ),
        (
            "captured length",
            |bytes, at| bytes[at + 20] = 0x80,
            "damaged-block",
        ),
        (
            "length over the cap",
            |bytes, at| bytes[at + 4] = 0x70,
            "block-too-large",
        ),
    ];
    assert_eq!(
        &pcapng_with(3).bytes()[block_at..][..8],
        [0, 0, 0, 6, 0, 0, 0, 100]
    );
    for (name, wound, kind) in rows {
        let mut bytes = pcapng_with(6).bytes().to_vec();
        wound(
            &mut bytes,
            block_at + 4 * usize::from(name == "trailing length"),
        );
        let seen = read(&bytes);
        assert_eq!(seen.packets.len(), 5, "{name}");
        assert_eq!(seen.packets[2].bytes, payload(3), "{name}");
        assert_eq!(seen.facts.bytes_skipped, 100, "{name}");
        assert_eq!(seen.facts.end, CaptureEnd::Clean, "{name}");
        let (found, packet, offset, _) = only_warning(&seen);
        assert_eq!(
            (found, packet, offset),
            (kind, Some(3), block_at as u64),
            "{name}"
        );
    }
}

#[test]
fn a_block_over_the_cap_says_its_size() {
    let mut writer = pcapng_with(1);
    writer.raw(&[0, 0, 0, 6, 0x10, 0, 0, 0]).raw(&[1; 64]);
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 1);
    let (kind, _, offset, detail) = only_warning(&seen);
    assert_eq!(
        (kind, offset),
        ("block-too-large", pcapng_with(1).bytes().len() as u64)
    );
    assert!(
        detail.starts_with("a block claims 268435456 bytes, more than the 16777216"),
        "{detail}"
    );
}

#[test]
fn a_pcapng_cut_anywhere_says_where() {
    let whole = pcapng_with(2);
    let header = pcapng_with(0).bytes().len();
    for length in header + 1..whole.bytes().len() {
        let seen = read(&whole.bytes()[..length]);
        assert_eq!(seen.result, Ok(()), "{length}");
        if length == pcapng_with(1).bytes().len() {
            assert_eq!(seen.facts.end, CaptureEnd::Clean);
            continue;
        }
        assert!(
            matches!(seen.facts.end, CaptureEnd::Cut { .. }),
            "{length}: {:?}",
            seen.facts.end
        );
        assert!(
            matches!(only_warning(&seen).0, "cut-packet" | "cut-block"),
            "{length}"
        );
    }
}

#[test]
fn a_first_section_header_that_is_damaged_is_an_error() {
    let mut bytes = pcapng_with(1).bytes().to_vec();
    bytes[27] ^= 4;
    let error = CaptureError::BadHeader {
        header: "pcapng section header",
        offset: 0,
        problem: "its two lengths differ",
    };
    assert_eq!(read(&bytes).result, Err(error));
}

#[test]
fn a_block_that_cannot_be_read_is_left_out() {
    let mut writer = pcapng_with(1);
    // A name record that is longer than its block.
    writer.block(4, &[0, 1, 0xff, 0, 1, 2, 3, 4]);
    writer.enhanced_packet(EnhancedPacket {
        interface: 0,
        ticks: 1,
        bytes: b"after",
        original_length: 5,
        // A length that runs out of the block ends the options.
        options: &[(1, b"fine"), (0xffff, b"")],
    });
    let seen = read(writer.bytes());
    assert_eq!(seen.packets.len(), 2);
    assert_eq!(only_warning(&seen).0, "malformed-block");
}
