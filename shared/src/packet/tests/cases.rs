//! Single packets whose reading is known.

use super::*;

fn one(bytes: &[u8], link_type: LinkType) -> String {
    summary(Dissector::new().dissect(&captured(bytes, link_type, 1, NOON)))
}

#[test]
fn a_real_syn_is_read_to_the_last_field() {
    // The first packet of d_a10_nagle.pcapng, a capture made for this project in its fault lab (Linux 6.18 client).
    let bytes = [
        0x00, 0x16, 0x3e, 0x5f, 0x0a, 0x01, 0x02, 0x42, 0xac, 0x11, 0x00, 0x05, 0x08, 0x00, 0x45,
        0x00, 0x00, 0x3c, 0x55, 0xe9, 0x40, 0x00, 0x40, 0x06, 0x9b, 0x8d, 0x0a, 0x2a, 0x03, 0x11,
        0xcb, 0x00, 0x71, 0x0a, 0xa1, 0x70, 0x01, 0xbb, 0x4c, 0x0d, 0x2b, 0xe3, 0x00, 0x00, 0x00,
        0x00, 0xa0, 0x02, 0xfa, 0xf0, 0xd0, 0x9c, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02,
        0x08, 0x0a, 0x2f, 0xec, 0xe8, 0x21, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x0a,
    ];
    let mut dissector = Dissector::new();
    let packet = dissected(dissector.dissect(&captured(&bytes, ETHERNET, 1, NOON)));
    let expected = IpHeader {
        source: ip("10.42.3.17"),
        destination: ip("203.0.113.10"),
        ttl: 64,
        identification: Some(21_993),
        ecn: 0,
        dont_fragment: true,
        tunnel_depth: 0,
    };
    assert_eq!(packet.ip, expected);
    let Transport::Tcp(segment) = packet.transport else {
        panic!("{packet:?}");
    };
    assert_eq!(
        (segment.source_port, segment.destination_port),
        (41_328, 443)
    );
    assert_eq!(
        (segment.sequence, segment.acknowledgment),
        (1_275_931_619, 0)
    );
    assert_eq!((segment.flags, segment.window), (TcpFlags::SYN, 64_240));
    assert_eq!(
        (segment.payload, segment.payload_length),
        ([].as_slice(), 0)
    );
    let mut kinds = [0; 16];
    kinds[..5].copy_from_slice(&[2, 4, 8, 1, 3]);
    let expected = TcpOptions {
        mss: Some(1460),
        window_scale: Some(10),
        sack_permitted: true,
        timestamps: Some((804_055_073, 0)),
        kinds,
        ..TcpOptions::NONE
    };
    assert_eq!(segment.options, expected);
}

#[test]
fn nine_flags_and_two_ecn_bits_are_read() {
    let segment = Segment {
        flags: TcpFlags(0x1ff),
        ..Segment::default()
    };
    for (source, destination, dont_fragment) in [
        ("10.0.0.1:1", "10.0.0.2:2", false),
        ("[fe80::1]:1", "[fe80::2]:2", true),
    ] {
        let mut packet = Packet::tcp(source, destination, &segment);
        packet.ecn = 2;
        packet.dont_fragment = dont_fragment;
        let bytes = packet.bytes();
        let mut dissector = Dissector::new();
        let read = dissected(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert_eq!((read.ip.ecn, read.ip.dont_fragment), (2, dont_fragment));
        assert!(matches!(read.transport, Transport::Tcp(read) if read.flags == segment.flags));
    }
}

#[test]
fn padding_is_not_payload() {
    let ack = Packet::tcp("10.0.0.1:1", "10.0.0.2:2", &Segment::default());
    let bytes = ack.frame(Link::Ethernet);
    assert_eq!(bytes.len(), 60);
    let mut dissector = Dissector::new();
    let segment = tcp(dissector.dissect(&captured(&bytes, ETHERNET, 1, NOON)));
    assert_eq!(
        (segment.payload_length, segment.payload),
        (0, [].as_slice())
    );
}

#[test]
fn a_zero_ip_length_means_up_to_the_end_of_the_frame() {
    for is_v6 in [false, true] {
        let mut bytes = sample(is_v6).bytes();
        let at = if is_v6 { 4 } else { 2 };
        bytes[at..at + 2].fill(0);
        bytes.extend([b'!'; 100]);
        let mut packet = captured(&bytes, RAW, 1, NOON);
        packet.original_length += 1000;
        let mut dissector = Dissector::new();
        let segment = tcp(dissector.dissect(&packet));
        assert_eq!((segment.payload.len(), segment.payload_length), (105, 1105));
    }
}

#[test]
fn a_jumbogram_says_its_length_in_an_option() {
    let mut packet = sample(true);
    packet.extensions = vec![(0, vec![0xc2, 4, 0, 1, 0x11, 0x70])];
    let mut bytes = packet.bytes();
    bytes[4..6].fill(0);
    let mut dissector = Dissector::new();
    let segment = tcp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
    assert_eq!(segment.payload_length, 70_000 - 8 - 32);
}

#[test]
fn an_ip_length_beyond_the_frame_is_believed() {
    // Slicing switches cut packets before the capture sees their length.
    let bytes = sample(false).bytes();
    let cut = &bytes[..bytes.len() - 3];
    let mut dissector = Dissector::new();
    let segment = tcp(dissector.dissect(&captured(cut, RAW, 1, NOON)));
    assert_eq!((segment.payload, segment.payload_length), (&b"he"[..], 5));
}

#[test]
fn an_ip_length_beyond_the_frame_in_a_damaged_header_is_not_believed() {
    for (name, checksum, length) in [
        ("the checksum does not count it in", None, 5),
        (
            "the checksum was left to the network card",
            Some([0, 0]),
            5 + 256,
        ),
    ] {
        let mut bytes = sample(false).bytes();
        bytes[2] += 1;
        if let Some(checksum) = checksum {
            bytes[10..12].copy_from_slice(&checksum);
        }
        let mut dissector = Dissector::new();
        let segment = tcp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert_eq!(segment.payload, b"hello", "{name}");
        assert_eq!(segment.payload_length, length, "{name}");
    }
}

#[test]
fn a_header_cut_in_its_options_still_counts() {
    let bytes = sample(false).frame(Link::Ethernet);
    let mut packet = captured(&bytes, ETHERNET, 1, NOON);
    packet.bytes = &bytes[..14 + 20 + 20 + 4];
    let mut dissector = Dissector::new();
    let segment = tcp(dissector.dissect(&packet));
    assert_eq!((segment.payload.len(), segment.payload_length), (0, 5));
    assert!(segment.options.snapped && !segment.options.malformed);
    assert_eq!(segment.options.kinds[..4], [1, 1, 8, 0]);
    assert_eq!(segment.options.timestamps, None);
}

#[test]
fn bad_options_are_flagged_and_the_good_ones_kept() {
    for (name, bytes, kinds) in [
        ("length below 2", vec![2, 4, 5, 180, 9, 1, 0, 0], [2, 9, 0]),
        (
            "length past the end",
            vec![2, 4, 5, 180, 8, 10, 1, 1],
            [2, 8, 0],
        ),
        ("no length", vec![2, 4, 5, 180, 1, 1, 1, 77], [2, 1, 1]),
        (
            "wrong for its kind",
            vec![2, 4, 5, 180, 3, 4, 7, 7],
            [2, 3, 0],
        ),
    ] {
        let segment = Segment {
            options: vec![TcpOption::Raw(bytes)],
            ..Segment::default()
        };
        let bytes = Packet::tcp("10.0.0.1:1", "10.0.0.2:2", &segment).bytes();
        let mut dissector = Dissector::new();
        let options = tcp(dissector.dissect(&captured(&bytes, RAW, 1, NOON))).options;
        assert!(options.malformed, "{name}");
        assert_eq!(options.mss, Some(1460), "{name}");
        assert_eq!(options.window_scale, None, "{name}");
        assert_eq!(options.kinds[..3], kinds, "{name}");
    }
}

#[test]
fn sack_and_fast_open_are_read() {
    let blocks = vec![(1, 2), (u32::MAX, 4), (5, 6)];
    let segment = Segment {
        options: vec![
            TcpOption::Sack(blocks.clone()),
            TcpOption::FastOpen(vec![1, 2, 3, 4]),
        ],
        ..Segment::default()
    };
    let bytes = Packet::tcp("10.0.0.1:1", "10.0.0.2:2", &segment).bytes();
    let mut dissector = Dissector::new();
    let options = tcp(dissector.dissect(&captured(&bytes, RAW, 1, NOON))).options;
    assert_eq!(
        options.sack.iter().flatten().copied().collect::<Vec<_>>(),
        blocks
    );
    assert!(options.fast_open && !options.malformed);
}

#[test]
fn what_is_not_read_is_named() {
    let ethernet = |ethertype: [u8; 2]| [&[0; 12][..], &ethertype, &[0; 46]].concat();
    let ip_of = |protocol| Packet::of(ip("10.0.0.1"), ip("10.0.0.2"), protocol, &[0; 20]).bytes();
    let mut radio = Link::Radiotap.frame(&sample(false).bytes());
    let wifi = radio.split_off(26);
    let wifi_with = |at: usize, value| {
        let mut frame = [radio.clone(), wifi.clone()].concat();
        frame[26 + at] = value;
        frame
    };
    for (bytes, link_type, name) in [
        (vec![0; 40], 195, "ieee 802.15.4"),
        (vec![0; 40], 60_000, "link type 60000"),
        (ethernet([0x08, 0x06]), 1, "arp"),
        (ethernet([0x88, 0xcc]), 1, "lldp"),
        (ethernet([0x12, 0x34]), 1, "ethertype 0x1234"),
        (
            [&[0; 12][..], &[0, 38, 0x42, 0x42, 3], &[0; 35]].concat(),
            1,
            "stp",
        ),
        (
            [&[0; 12][..], &[0, 9, 0xaa, 0xaa, 3, 0, 0, 12, 0x20, 0, 1]].concat(),
            1,
            "cdp",
        ),
        (vec![0xff, 3, 0xc0, 0x21, 1], 9, "lcp"),
        (vec![7, 0, 0, 0, 1], 0, "address family 7"),
        (ip_of(50), 101, "esp"),
        (ip_of(132), 101, "sctp"),
        (ip_of(136), 101, "udp-lite"),
        (ip_of(200), 101, "ip protocol 200"),
        (vec![0x50; 20], 101, "ip version 5"),
        (wifi_with(0, 0x80), 127, "802.11 management"),
        (wifi_with(0, 0xb4), 127, "802.11 control"),
        (wifi_with(0, 0x48), 127, "802.11 without data"),
        (wifi_with(1, 0x42), 127, "802.11 encrypted"),
        (wifi_with(1, 0x06), 127, "802.11 fragment"),
        (wifi_with(24, 0x80), 127, "802.11 aggregate"),
    ] {
        let mut dissector = Dissector::new();
        match dissector.dissect(&captured(&bytes, LinkType(link_type), 9, NOON)) {
            Outcome::NotUnderstood(kind) => assert_eq!(kind.to_string(), name),
            other => panic!("{name}: {other:?}"),
        }
        let (kind, tally) = dissector.counters().not_understood.iter().next().unwrap();
        assert_eq!(kind.to_string(), name);
        assert_eq!((tally.packets, tally.first.number.get()), (1, 9));
    }
}

#[test]
fn what_is_broken_is_named() {
    let broken = |change: fn(&mut Vec<u8>)| {
        let mut bytes = sample(false).bytes();
        change(&mut bytes);
        bytes
    };
    for (bytes, name) in [
        (vec![0x45; 19], "truncated ipv4"),
        (vec![0x60; 39], "truncated ipv6"),
        (broken(|bytes| bytes[0] = 0x44), "invalid ipv4"),
        (broken(|bytes| bytes[3] = 19), "invalid ipv4"),
        (broken(|bytes| bytes[3] = 39), "truncated tcp"),
        (broken(|bytes| bytes.truncate(39)), "snapped tcp"),
        (broken(|bytes| bytes[32] = 0x40), "invalid tcp"),
        (broken(|bytes| bytes[32] = 0xf0), "invalid tcp"),
        (
            Packet::of(
                ip("10.0.0.1"),
                ip("10.0.0.2"),
                17,
                &[0, 1, 0, 2, 0, 7, 0, 0],
            )
            .bytes(),
            "invalid udp",
        ),
        (
            Packet::of(ip("10.0.0.1"), ip("10.0.0.2"), 1, &[8]).bytes(),
            "truncated icmp",
        ),
    ] {
        let mut dissector = Dissector::new();
        match dissector.dissect(&captured(&bytes, RAW, 1, NOON)) {
            Outcome::Malformed(malformed) => assert_eq!(malformed.to_string(), name),
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(dissector.counters().malformed.len(), 1);
    }
}

#[test]
fn udp_lengths() {
    let bytes = Packet::udp("10.0.0.1:53", "10.0.0.2:5353", b"answer").bytes();
    for (stated, expected) in [(14, 6), (0, 6), (9, 1), (60, 52)] {
        let mut bytes = bytes.clone();
        bytes[25] = stated;
        let mut dissector = Dissector::new();
        let datagram = udp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert_eq!(datagram.payload_length, expected, "stated {stated}");
        assert_eq!(
            datagram.payload.len() as u32,
            expected.min(6),
            "stated {stated}"
        );
    }
}

#[test]
fn icmp_errors_quote_the_packet_they_are_about() {
    let quoted = sample(false).bytes();
    let sent = QuotedPacket {
        source: ip("10.0.0.1"),
        destination: ip("10.0.0.2"),
        protocol: 6,
        ports: Some((40000, 443)),
        sequence: Some(0x0102_0304),
    };
    for (kind, word, mtu, length, expected) in [
        ((3, 4), 1400, Some(1400), 28, Some(sent)),
        ((3, 4), 0, None, 28, Some(sent)),
        ((3, 1), 1400, None, 28, Some(sent)),
        ((11, 0), 0, None, 28, Some(sent)),
        (
            (11, 0),
            0,
            None,
            24,
            Some(QuotedPacket {
                sequence: None,
                ..sent
            }),
        ),
        (
            (11, 0),
            0,
            None,
            20,
            Some(QuotedPacket {
                sequence: None,
                ports: None,
                ..sent
            }),
        ),
        ((11, 0), 0, None, 19, None),
        ((8, 0), 0, None, 28, None),
    ] {
        let bytes = Packet::icmp("10.9.9.9:0", "10.0.0.1:0", kind, word, &quoted[..length]).bytes();
        let mut dissector = Dissector::new();
        let message = icmp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        let expected = IcmpMessage {
            is_v6: false,
            kind: kind.0,
            code: kind.1,
            mtu,
            quoted: expected,
        };
        assert_eq!(message, expected);
    }
}

#[test]
fn icmpv6_errors_quote_through_extension_headers() {
    let mut sample = sample(true);
    let plain = sample.bytes();
    sample.extensions = vec![
        (0, vec![1, 4, 0, 0, 0, 0]),
        (43, vec![4, 0, 0, 0, 0, 0]),
        (60, vec![1, 12].into_iter().chain([0; 12]).collect()),
    ];
    let extended = sample.bytes();
    let first = sample.fragments(48).remove(0);
    let later = sample.fragments(48).remove(1);
    let ports = Some((40000, 443));
    for (name, quoted, expected) in [
        ("plain", &plain, ports),
        ("extended", &extended, ports),
        ("first fragment", &first, ports),
        ("later fragment", &later, None),
    ] {
        let bytes = Packet::icmp("[fe80::9]:0", "[2001:db8::1]:0", (2, 0), 1280, quoted).bytes();
        let mut dissector = Dissector::new();
        let message = icmp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert_eq!((message.is_v6, message.mtu), (true, Some(1280)), "{name}");
        let packet = message.quoted.unwrap();
        assert_eq!(
            (packet.source, packet.destination),
            (ip("2001:db8::1"), ip("2001:db8::2"))
        );
        assert_eq!(packet.ports, expected, "{name}");
    }
}

#[test]
fn extension_headers_are_skipped_and_a_routing_header_names_the_destination() {
    let last: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x99];
    let routing = |kind, left| [&[kind, left, 0, 0, 0, 0][..], &last].concat();
    for (name, kind, body, destination) in [
        ("hop-by-hop", 0, vec![1, 4, 0, 0, 0, 0], "2001:db8::2"),
        (
            "destination options",
            60,
            vec![1, 4, 0, 0, 0, 0],
            "2001:db8::2",
        ),
        ("mobility", 135, vec![0, 0, 0, 0, 0, 0], "2001:db8::2"),
        ("atomic fragment", 44, vec![0, 0, 0, 0, 0, 9], "2001:db8::2"),
        ("routing, on its way", 43, routing(0, 1), "2001:db8::99"),
        ("routing, at its end", 43, routing(0, 0), "2001:db8::2"),
        ("segment routing", 43, routing(4, 1), "2001:db8::99"),
    ] {
        let mut packet = sample(true);
        packet.extensions = vec![(kind, body)];
        let bytes = packet.bytes();
        let mut dissector = Dissector::new();
        let packet = dissected(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert!(matches!(packet.transport, Transport::Tcp(_)), "{name}");
        assert_eq!(packet.ip.destination, ip(destination), "{name}");
    }
}

#[test]
fn a_later_protocol_in_a_routed_packet_may_be_a_tunnel() {
    let inner = sample(false).bytes();
    let outer = Packet::of(ip("2001:db8::a"), ip("2001:db8::b"), 4, &inner);
    assert_eq!(one(&outer.bytes(), RAW), one(&inner, RAW));
}

#[test]
fn tunnels_are_followed_eight_deep() {
    let mut packet = sample(false);
    for _ in 0..8 {
        packet = packet.through(Tunnel::Ip);
    }
    let mut dissector = Dissector::new();
    let bytes = packet.bytes();
    let depth = dissected(dissector.dissect(&captured(&bytes, RAW, 1, NOON)))
        .ip
        .tunnel_depth;
    assert_eq!(depth, 8);
    let bytes = packet.through(Tunnel::Ip).bytes();
    assert_eq!(one(&bytes, RAW), "NotUnderstood(NestedTooDeep)");
}

#[test]
fn a_packet_of_nothing_but_tags_ends() {
    let tags = [&[0; 12][..], &[0x81, 0x00, 0, 0].repeat(4000)].concat();
    assert_eq!(one(&tags, ETHERNET), "NotUnderstood(NestedTooDeep)");
    let labels = [&[0; 12][..], &[0x88, 0x47], &[0; 4].repeat(4000)].concat();
    assert_eq!(one(&labels, ETHERNET), "NotUnderstood(NestedTooDeep)");
}

#[test]
fn a_datagram_to_a_tunnels_port_is_one_unless_it_looks_like_the_tunnel() {
    for port in [1701u16, 2152, 3544, 4754, 4789, 4790, 6081, 8472] {
        let source = std::net::SocketAddr::from(([10, 0, 0, 1], port));
        // A DNS answer to a client whose ephemeral port happens to be the tunnel's.
        let answer = [
            0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 3, b'w', b'w', b'w',
        ];
        let bytes = Packet::udp("10.0.0.53:53", source, &answer).bytes();
        let mut dissector = Dissector::new();
        let datagram = udp(dissector.dissect(&captured(&bytes, RAW, 1, NOON)));
        assert_eq!(
            (datagram.destination_port, datagram.payload),
            (port, &answer[..])
        );
    }
}

#[test]
fn teredo_is_followed_behind_its_indications() {
    let inner = sample(true).bytes();
    let authentication = [&[0, 1, 2, 3][..], &[7; 2 + 3 + 9]].concat();
    let origin = vec![0, 0, 1, 2, 3, 4, 5, 6];
    for header in [
        vec![],
        authentication.clone(),
        origin.clone(),
        [authentication, origin].concat(),
    ] {
        let bytes = Packet::udp(
            "10.0.0.1:3544",
            "10.0.0.2:50000",
            &[header, inner.clone()].concat(),
        )
        .bytes();
        assert_eq!(one(&bytes, RAW), one(&inner, RAW));
    }
}
