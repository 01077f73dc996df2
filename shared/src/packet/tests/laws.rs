//! Laws that hold for all bytes, all wrappings and all orders.

use super::*;

/// The link types that are read, and one that is not.
const LINK_TYPES: [u16; 27] = [
    0, 1, 6, 9, 10, 12, 14, 50, 51, 101, 104, 105, 108, 113, 117, 119, 127, 149, 163, 166, 192,
    204, 228, 229, 239, 276, 65_535,
];

fn options() -> impl Strategy<Value = Vec<TcpOption>> {
    let option = prop_oneof![
        Just(TcpOption::NoOperation),
        any::<u16>().prop_map(TcpOption::Mss),
        any::<u8>().prop_map(TcpOption::WindowScale),
        Just(TcpOption::SackPermitted),
        any::<(u32, u32)>().prop_map(|(value, echo)| TcpOption::Timestamps(value, echo)),
        proptest::collection::vec(any::<(u32, u32)>(), 1..3).prop_map(TcpOption::Sack),
    ];
    proptest::collection::vec(option, 0..3)
}

fn packet() -> impl Strategy<Value = Packet> {
    let payload = proptest::collection::vec(any::<u8>(), 0..200);
    let segment = (any::<[u32; 2]>(), 0u16..0x200, any::<u16>(), options());
    (any::<[bool; 2]>(), segment, payload).prop_map(|([is_v6, is_udp], segment, payload)| {
        let ([sequence, acknowledgment], flags, window, options) = segment;
        let (source, destination) = if is_v6 {
            ("[2001:db8::1]:40000", "[2001:db8::2]:443")
        } else {
            ("10.0.0.1:40000", "10.0.0.2:443")
        };
        if is_udp {
            return Packet::udp(source, destination, &payload);
        }
        let segment = Segment {
            sequence,
            acknowledgment,
            flags: TcpFlags(flags),
            window,
            options,
            payload,
        };
        Packet::tcp(source, destination, &segment)
    })
}

/// What comes out of the packet without anything around it.
fn bare(packet: &Packet) -> String {
    let bytes = packet.bytes();
    summary(Dissector::new().dissect(&captured(&bytes, RAW, 1, NOON)))
}

fn is_v6(packet: &Packet) -> bool {
    packet.bytes().first().is_some_and(|first| first >> 4 == 6)
}

/// Bytes that start like real ones: a built frame with some bytes overwritten, then cut.
fn damaged() -> impl Strategy<Value = (LinkType, Vec<u8>)> {
    let changes = proptest::collection::vec((0usize..200, any::<u8>()), 0..6);
    let wrapping = (
        0..Link::ALL.len(),
        proptest::option::of(0..Tunnel::ALL.len()),
    );
    (packet(), wrapping, changes, 0usize..300).prop_map(|(packet, wrapping, changes, length)| {
        let link = Link::ALL[wrapping.0];
        let packet = match wrapping.1 {
            Some(tunnel) => packet.through(Tunnel::ALL[tunnel]),
            None => packet,
        };
        let mut bytes = packet.frame(link);
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        bytes.truncate(length);
        (link.link_type(is_v6(&packet)), bytes)
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_and_are_always_counted(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        extra in any::<u32>(),
    ) {
        for link_type in LINK_TYPES {
            let mut dissector = Dissector::new();
            let mut packet = captured(&bytes, LinkType(link_type), 1, NOON);
            packet.original_length = packet.original_length.saturating_add(extra);
            let _outcome = dissector.dissect(&packet);
            prop_assert_eq!(counted(dissector.counters()), 1);
        }
    }

    #[test]
    fn damaged_packets_never_panic_and_are_always_counted(
        packets in proptest::collection::vec(damaged(), 1..20),
    ) {
        let mut dissector = Dissector::new();
        for (link_type, bytes) in &packets {
            let _outcome = dissector.dissect(&captured(bytes, *link_type, 1, NOON));
        }
        prop_assert_eq!(counted(dissector.counters()), packets.len() as u64);
    }

    #[test]
    fn the_same_packet_comes_out_of_every_link_layer(packet in packet()) {
        let expected = bare(&packet);
        for link in Link::ALL {
            let bytes = packet.frame(link);
            let frame = captured(&bytes, link.link_type(is_v6(&packet)), 1, NOON);
            prop_assert_eq!(&expected, &summary(Dissector::new().dissect(&frame)), "{:?}", link);
        }
    }

    #[test]
    fn the_same_packet_comes_out_of_every_tunnel(packet in packet(), outermost in 0..Tunnel::ALL.len()) {
        let expected = bare(&packet);
        for tunnel in Tunnel::ALL {
            let once = packet.through(tunnel);
            let twice = once.through(Tunnel::ALL[outermost]);
            for (depth, packet) in [(1, once), (2, twice)] {
                let bytes = packet.frame(Link::Ethernet);
                let mut dissector = Dissector::new();
                let outcome = dissector.dissect(&captured(&bytes, ETHERNET, 1, NOON));
                prop_assert!(dissected(outcome).ip.tunnel_depth >= depth, "{:?}", tunnel);
                prop_assert_eq!(&expected, &summary(outcome), "{:?}", tunnel);
            }
        }
    }

    #[test]
    fn fragments_in_any_order_and_repeated_give_the_same_packet(
        packet in packet(),
        size in 8usize..80,
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
        through in proptest::option::of(0..Tunnel::ALL.len()),
    ) {
        let packet = match through {
            Some(tunnel) => packet.through(Tunnel::ALL[tunnel]),
            None => packet,
        };
        // The smallest datagram is one fragment however it is cut; in a tunnel it is not.
        let packet = if packet.payload.len() > 8 { packet } else { packet.through(Tunnel::Vxlan) };
        let mut parts = packet.fragments(size.min(packet.payload.len() - 1));
        prop_assert!(parts.len() > 1);
        let mut swap_with = order.iter();
        for at in 0..parts.len() {
            if let Some(index) = swap_with.next() {
                let other = index.index(parts.len());
                parts.swap(at, other);
            }
        }
        // All but one twice, so that the datagram is not complete before the last.
        let last = parts.pop().unwrap();
        let mut dissector = Dissector::new();
        for part in parts.iter().chain(&parts) {
            let outcome = dissector.dissect(&captured(part, RAW, 1, NOON));
            prop_assert!(matches!(outcome, Outcome::FragmentHeld));
        }
        let expected = without_identification(&bare(&packet));
        let outcome = summary(dissector.dissect(&captured(&last, RAW, 1, NOON)));
        prop_assert_eq!(expected, without_identification(&outcome));
        let counters = &dissector.counters().fragments;
        prop_assert_eq!(counters.completed, 1);
        prop_assert_eq!(counters.duplicates, parts.len() as u64);
        prop_assert_eq!((counters.waiting, counters.overlaps), (0, 0));
    }

    #[test]
    fn a_snapped_packet_keeps_its_lengths(packet in packet(), keep in 0usize..400) {
        let bytes = packet.frame(Link::Ethernet);
        let whole = captured(&bytes, ETHERNET, 1, NOON);
        let snapped = CapturedPacket { bytes: &bytes[..keep.min(bytes.len())], ..whole };
        let mut first = Dissector::new();
        let mut second = Dissector::new();
        let whole = dissected(first.dissect(&whole));
        let Outcome::Dissected(snapped) = second.dissect(&snapped) else { return Ok(()) };
        prop_assert_eq!(whole.ip, snapped.ip);
        match (whole.transport, snapped.transport) {
            (Transport::Tcp(whole), Transport::Tcp(snapped)) => {
                prop_assert_eq!(whole.payload_length, snapped.payload_length);
                prop_assert!(whole.payload.starts_with(snapped.payload));
                prop_assert!(snapped.options.snapped || snapped.options == whole.options);
                prop_assert_eq!(snapped.options.snapped && snapped.options.malformed, false);
            }
            (Transport::Udp(whole), Transport::Udp(snapped)) => {
                prop_assert_eq!(whole.payload_length, snapped.payload_length);
                prop_assert!(whole.payload.starts_with(snapped.payload));
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn options_come_back_as_they_were_written(options in options()) {
        let segment = Segment { options: options.clone(), ..Segment::default() };
        let bytes = Packet::tcp("10.0.0.1:1", "10.0.0.2:2", &segment).bytes();
        let mut dissector = Dissector::new();
        let read = tcp(dissector.dissect(&captured(&bytes, RAW, 1, NOON))).options;
        let mut expected = TcpOptions::NONE;
        for (slot, option) in expected.kinds.iter_mut().zip(&options) {
            *slot = kind(option);
        }
        for option in options {
            match option {
                TcpOption::Mss(size) => expected.mss = Some(size),
                TcpOption::WindowScale(shift) => expected.window_scale = Some(shift),
                TcpOption::SackPermitted => expected.sack_permitted = true,
                TcpOption::Timestamps(value, echo) => expected.timestamps = Some((value, echo)),
                TcpOption::Sack(blocks) => {
                    for (slot, block) in expected.sack.iter_mut().zip(blocks) {
                        *slot = Some(block);
                    }
                }
                _ => {}
            }
        }
        // The second of two SACK options overwrites the first's blocks only as far as it has its own.
        prop_assume!(read.kinds.iter().filter(|kind| **kind == 5).count() < 2);
        prop_assert_eq!(read, expected);
    }
}

fn kind(option: &TcpOption) -> u8 {
    match option {
        TcpOption::NoOperation => 1,
        TcpOption::Mss(_) => 2,
        TcpOption::WindowScale(_) => 3,
        TcpOption::SackPermitted => 4,
        TcpOption::Sack(_) => 5,
        TcpOption::Timestamps(..) => 8,
        TcpOption::FastOpen(_) => 34,
        TcpOption::Raw(bytes) => bytes[0],
    }
}

/// In how many places the packets are counted.
fn counted(counters: &Counters) -> u64 {
    let not_understood: u64 = counters
        .not_understood
        .values()
        .map(|tally| tally.packets)
        .sum();
    let malformed: u64 = counters.malformed.values().map(|tally| tally.packets).sum();
    counters.dissected + counters.fragments.held + not_understood + malformed
}

/// A datagram put together has no identification; nor has what is compared with it, where it is the same header.
fn without_identification(summary: &str) -> String {
    summary
        .replace("identification: Some(1)", "identification: None")
        .replace("dont_fragment: true", "dont_fragment: false")
}
