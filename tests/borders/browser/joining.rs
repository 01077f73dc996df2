//! Several captures of one event, dropped together: parts of a rotated set, and the same connections seen at both ends.

use std::fs;

use stallscope_tests::report_of;

use super::opening::compare;
use super::{ONE_WEAK, corpus, viewer};

/// Length of a classic pcap's file header, and of the header before each packet.
const FILE_HEADER: usize = 24;
const PACKET_HEADER: usize = 16;

/// The packets of a classic pcap of little-endian microseconds, each with its header.
fn packets(capture: &[u8]) -> Vec<&[u8]> {
    let mut rest = &capture[FILE_HEADER..];
    let mut packets = Vec::new();
    while rest.len() > PACKET_HEADER {
        let (packet, after) = rest.split_at(PACKET_HEADER + number(rest, 8) as usize);
        packets.push(packet);
        rest = after;
    }
    packets
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// A packet at another time.
fn moved(packet: &[u8], by_micros: i64) -> Vec<u8> {
    let micros =
        i64::from(number(packet, 0)) * 1_000_000 + i64::from(number(packet, 4)) + by_micros;
    let seconds = u32::try_from(micros / 1_000_000).unwrap();
    let rest = u32::try_from(micros % 1_000_000).unwrap();
    [&seconds.to_le_bytes(), &rest.to_le_bytes(), &packet[8..]].concat()
}

/// The packets of a capture again and again, each round an hour after the one before.
pub(super) fn repeated(capture: &[u8], length: usize) -> Vec<u8> {
    const HOUR: i64 = 3_600_000_000;
    let packets = packets(capture);
    let mut bytes = capture[..FILE_HEADER].to_vec();
    for round in 0.. {
        if bytes.len() >= length {
            break;
        }
        bytes.extend(
            packets
                .iter()
                .flat_map(|packet| moved(packet, round * HOUR)),
        );
    }
    bytes
}

/// What the page shows of these, dropped in this order, is what is reported of them read in that one.
fn drop_and_compare(dropped: &[(&str, &[u8])], read: &[&[u8]]) -> Option<String> {
    let browser = viewer()?;
    browser.drop_files(dropped);
    let expected = report_of(read.iter().copied(), "any", usize::MAX).unwrap();
    compare(&browser, dropped[0].0, &expected);
    let facts = browser.text("facts");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    Some(facts)
}

#[test]
fn a_rotated_set_is_one_capture_in_whatever_order_it_is_dropped() {
    let whole = fs::read(corpus(ONE_WEAK)).unwrap();
    let packets = packets(&whole);
    let part = |from: usize, to: usize| {
        let mut part = whole[..FILE_HEADER].to_vec();
        part.extend(packets[from * packets.len() / 3..to * packets.len() / 3].concat());
        part
    };
    let parts = [part(0, 1), part(1, 2), part(2, 3)];
    let dropped = [
        ("ring.2", &*parts[2]),
        ("ring.0", &*parts[0]),
        ("ring.1", &*parts[1]),
    ];
    let Some(facts) = drop_and_compare(&dropped, &[&whole]) else {
        return;
    };
    let places = ["ring.0", "ring.1", "ring.2"].map(|name| facts.find(name).unwrap());
    assert!(places.is_sorted(), "{facts}");
    assert_eq!(
        facts.matches("captured on the client's side").count(),
        1,
        "{facts}"
    );
}

#[test]
fn both_ends_of_one_connection_are_two_places() {
    /// Half of the way there and back.
    const HALF: i64 = 12_000;
    let client = fs::read(corpus(ONE_WEAK)).unwrap();
    let mut packets: Vec<Vec<u8>> = packets(&client)
        .into_iter()
        .map(|packet| {
            // Ethernet, then IPv4 without options: the port of the sender.
            let is_from_server = packet[PACKET_HEADER + 34..][..2] == 443_u16.to_be_bytes();
            let mut packet = moved(packet, if is_from_server { -HALF } else { HALF });
            packet[PACKET_HEADER + 22] = if is_from_server { 64 } else { 54 };
            packet
        })
        .collect();
    packets.sort_by_key(|packet| (number(packet, 0), number(packet, 4)));
    let server = [&client[..FILE_HEADER], &packets.concat()].concat();
    let dropped = [("server.pcap", &*server), ("client.pcap", &*client)];
    let Some(facts) = drop_and_compare(&dropped, &[&client, &server]) else {
        return;
    };
    for needed in [
        "client.pcap: ",
        "server.pcap: ",
        "on the client's side",
        "on the server's side",
    ] {
        assert!(facts.contains(needed), "{needed}: {facts}");
    }
}
