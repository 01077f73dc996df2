//! Datagrams in pieces: what is kept, for how long, and what wins.

use super::*;
use crate::limits::{FRAGMENT_BYTES, FRAGMENTED_DATAGRAMS};
use crate::time::Nanos;

fn datagram(is_v6: bool, identification: u16) -> Packet {
    let (source, destination) = if is_v6 {
        ("[2001:db8::1]:1000", "[2001:db8::2]:2000")
    } else {
        ("10.0.0.1:1000", "10.0.0.2:2000")
    };
    let payload: Vec<u8> = (0..120).collect();
    let mut packet = Packet::udp(source, destination, &payload);
    packet.identification = identification;
    packet
}

/// Feeds fragments at the same moment; what the last one gives.
fn feed(dissector: &mut Dissector, parts: &[Vec<u8>], at: Timestamp) -> String {
    let mut last = String::new();
    for part in parts {
        last = summary(dissector.dissect(&captured(part, RAW, 1, at)));
    }
    last
}

#[test]
fn the_completing_fragment_delivers_the_datagram() {
    for is_v6 in [false, true] {
        let mut parts = datagram(is_v6, 7).fragments(48);
        assert_eq!(parts.len(), 3);
        let last = parts.pop().unwrap();
        let mut dissector = Dissector::new();
        assert_eq!(feed(&mut dissector, &parts, NOON), "FragmentHeld");
        let packet = dissected(dissector.dissect(&captured(&last, RAW, 3, NOON)));
        assert_eq!(packet.ip.identification, None);
        let Transport::Udp(datagram) = packet.transport else {
            panic!("{packet:?}");
        };
        assert_eq!(datagram.payload, (0..120).collect::<Vec<u8>>());
        assert_eq!(datagram.payload_length, 120);
        let counters = dissector.counters();
        assert_eq!((counters.dissected, counters.fragments.held), (1, 2));
        assert_eq!(
            (counters.fragments.completed, counters.fragments.waiting),
            (1, 0)
        );
    }
}

#[test]
fn fragments_of_different_datagrams_are_not_mixed() {
    let mut dissector = Dissector::new();
    let first = datagram(false, 1).fragments(48);
    let second = datagram(false, 2).fragments(48);
    let mixed = [
        first[0].clone(),
        second[1].clone(),
        first[2].clone(),
        second[0].clone(),
    ];
    assert_eq!(feed(&mut dissector, &mixed, NOON), "FragmentHeld");
    assert_eq!(dissector.counters().fragments.waiting, 2);
    assert!(feed(&mut dissector, &first[1..2], NOON).starts_with("Dissected"));
    assert!(feed(&mut dissector, &second[2..], NOON).starts_with("Dissected"));
}

#[test]
fn the_bytes_that_came_first_win() {
    let parts = datagram(false, 7).fragments(64);
    let [head, tail] = parts.as_slice() else {
        panic!("{}", parts.len());
    };
    // The same place again with other bytes, and a middle that overlaps both.
    let mut forged = head.clone();
    forged[40..].fill(0xff);
    let mut bridge = tail.clone();
    bridge[6..8].copy_from_slice(&[0x20, 0x04]);
    bridge[20..].fill(0xff);
    let mut dissector = Dissector::new();
    let order = [head.clone(), forged, bridge];
    assert_eq!(feed(&mut dissector, &order, NOON), "FragmentHeld");
    let outcome = dissector.dissect(&captured(tail, RAW, 4, NOON));
    let expected: Vec<u8> = (0..120).collect();
    let payload = udp(outcome).payload;
    assert_eq!(payload[..56], expected[..56]);
    assert!(payload[56..88].iter().all(|byte| *byte == 0xff));
    assert_eq!(payload[88..], expected[88..]);
    let counters = &dissector.counters().fragments;
    assert_eq!((counters.duplicates, counters.overlaps), (1, 2));
}

#[test]
fn an_end_inside_what_is_there_is_not_believed() {
    let parts = datagram(false, 7).fragments(48);
    let mut early_end = parts[0].clone();
    early_end[6..8].copy_from_slice(&[0, 1]);
    let mut dissector = Dissector::new();
    let order = [parts[1].clone(), parts[0].clone(), early_end];
    assert_eq!(feed(&mut dissector, &order, NOON), "FragmentHeld");
    assert!(feed(&mut dissector, &parts[2..], NOON).starts_with("Dissected"));
}

#[test]
fn the_first_end_is_the_end() {
    let parts = datagram(false, 7).fragments(48);
    let mut further_end = parts[2].clone();
    further_end[6..8].copy_from_slice(&[0, 18]);
    let mut dissector = Dissector::new();
    let order = [parts[2].clone(), further_end, parts[1].clone()];
    assert_eq!(feed(&mut dissector, &order, NOON), "FragmentHeld");
    let outcome = dissector.dissect(&captured(&parts[0], RAW, 4, NOON));
    assert_eq!(udp(outcome).payload, (0..120).collect::<Vec<u8>>());
}

#[test]
fn a_datagram_that_is_too_old_is_given_up() {
    for (is_v6, patience) in [(false, 30), (true, 60)] {
        let parts = datagram(is_v6, 7).fragments(64);
        for (late, starts) in [(patience, "Dissected"), (patience + 1, "FragmentHeld")] {
            let mut dissector = Dissector::new();
            feed(&mut dissector, &parts[..1], NOON);
            let then = NOON + Nanos::from_secs(late);
            assert!(feed(&mut dissector, &parts[1..], then).starts_with(starts));
            let given_up = u64::from(starts == "FragmentHeld");
            assert_eq!(dissector.counters().fragments.given_up, given_up);
            assert_eq!(dissector.counters().fragments.waiting, given_up);
        }
    }
}

#[test]
fn a_clock_that_steps_back_gives_nothing_up() {
    let parts = datagram(false, 7).fragments(64);
    let mut dissector = Dissector::new();
    feed(&mut dissector, &parts[..1], NOON);
    let before = NOON + Nanos::from_secs(-3600);
    assert!(feed(&mut dissector, &parts[1..], before).starts_with("Dissected"));
}

#[test]
fn too_many_datagrams_push_the_oldest_out() {
    let mut dissector = Dissector::new();
    for identification in 0..=FRAGMENTED_DATAGRAMS as u16 {
        let parts = datagram(false, identification).fragments(64);
        feed(&mut dissector, &parts[..1], NOON);
    }
    let counters = dissector.counters().fragments.clone();
    assert_eq!(
        (counters.given_up, counters.waiting),
        (1, FRAGMENTED_DATAGRAMS as u64)
    );
    let second = datagram(false, 1).fragments(64);
    assert!(feed(&mut dissector, &second[1..], NOON).starts_with("Dissected"));
    let oldest = datagram(false, 0).fragments(64);
    assert_eq!(feed(&mut dissector, &oldest[1..], NOON), "FragmentHeld");
}

#[test]
fn far_away_fragments_do_not_grow_memory_beyond_the_cap() {
    let mut dissector = Dissector::new();
    for identification in 0..200 {
        let mut part = datagram(false, identification).fragments(64).remove(0);
        // The last place that eight bytes fit in.
        part[6..8].copy_from_slice(&[0x3f, 0xf0]);
        feed(&mut dissector, &[part], NOON);
    }
    let waiting = dissector.counters().fragments.waiting;
    assert!(waiting as usize * 65_000 <= FRAGMENT_BYTES, "{waiting}");
    assert!(waiting > 30, "{waiting}");
}

#[test]
fn a_snapped_first_fragment_shows_its_header_and_a_later_one_is_counted() {
    let parts = datagram(false, 7).fragments(64);
    let mut first = captured(&parts[0], RAW, 1, NOON);
    first.bytes = &parts[0][..40];
    let mut dissector = Dissector::new();
    let datagram = udp(dissector.dissect(&first));
    assert_eq!((datagram.source_port, datagram.payload.len()), (1000, 12));
    assert_eq!(datagram.payload_length, 120);
    let mut later = captured(&parts[1], RAW, 2, NOON);
    later.bytes = &parts[1][..40];
    assert_eq!(
        summary(dissector.dissect(&later)),
        "NotUnderstood(FragmentSnapped)"
    );
}

#[test]
fn a_fragment_past_the_longest_datagram_is_invalid() {
    let mut part = datagram(false, 7).fragments(64).remove(0);
    part[6..8].copy_from_slice(&[0x3f, 0xff]);
    let mut dissector = Dissector::new();
    match dissector.dissect(&captured(&part, RAW, 1, NOON)) {
        Outcome::Malformed(malformed) => assert_eq!(malformed.to_string(), "invalid ip fragment"),
        other => panic!("{other:?}"),
    }
}
