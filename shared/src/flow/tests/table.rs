//! Which flow a segment belongs to, and when a flow is handed out.

use std::net::SocketAddr;

use super::{O, R, Recorder, flows};
use crate::flow::facts::{DirectionBasis, FlowEnd};
use crate::flow::table::{FlowTable, LINGER};
use crate::limits::LIVE_FLOWS;
use crate::packet::{IcmpMessage, QuotedPacket};
use crate::testkit::conversation::{Conversation, Sent};

#[test]
fn a_new_syn_on_the_same_ports_is_a_new_flow() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"one")
        .fin(O)
        .fin(R)
        .ack(O)
        .wait(1000);
    talk.ends.originator.next = 77_000_000;
    talk.ends.responder.next = 88_000_000;
    let first = talk.packets().len();
    let mut again = talk.clone();
    again.packets_mut().clear();
    again.open(25).data(O, b"two");
    let packets = [talk.packets(), again.packets()].concat();
    let flows = flows(&packets);
    assert_eq!(flows.len(), 2);
    assert_eq!(flows[0].facts.journal.iter().count(), first);
    assert_eq!((flows[0].facts.nth, flows[1].facts.nth), (0, 1));
    assert_eq!(flows[0].facts.end, FlowEnd::Closed { first: O });
    assert_eq!(flows[1].sink.bytes.originator, b"two");
}

#[test]
fn a_flow_taken_over_while_open_says_so() {
    let mut talk = Conversation::new();
    talk.open(25);
    let mut again = talk.clone();
    again.packets_mut().clear();
    again.ends.originator.next = 5;
    again.syn();
    let flows = flows(&[talk.packets(), again.packets()].concat());
    assert_eq!(flows[0].facts.end, FlowEnd::Replaced);
    assert_eq!(flows[1].facts.end, FlowEnd::SynUnanswered);
}

#[test]
fn a_syn_sent_again_is_no_new_flow_even_after_a_refusal() {
    let mut talk = Conversation::new();
    talk.syn()
        .wait(25)
        .rst(R)
        .wait(500)
        .syn()
        .wait(25)
        .syn_ack();
    let flows = flows(talk.packets());
    assert_eq!(flows.len(), 1);
    assert_eq!(flows[0].facts.handshake.syn_count, 2);
}

/// Its name, both ports, its packets, and how the originator is known.
type Direction = (
    &'static str,
    u16,
    u16,
    fn(&mut Conversation),
    DirectionBasis,
);

#[test]
fn who_is_the_originator() {
    let rows: &[Direction] = &[
        (
            "SYN",
            443,
            40_000,
            |t| {
                t.syn();
            },
            DirectionBasis::Syn,
        ),
        (
            "SYN-ACK alone",
            443,
            40_000,
            |t| {
                t.open(1).packets_mut().remove(0);
            },
            DirectionBasis::SynAck,
        ),
        (
            "data to a served port",
            40_000,
            8443,
            |t| {
                t.open(1).data(O, b"x").packets_mut().drain(..3);
            },
            DirectionBasis::WellKnownPort,
        ),
        (
            "data from a served port",
            40_000,
            443,
            |t| {
                t.open(1).data(R, b"x").packets_mut().drain(..3);
            },
            DirectionBasis::WellKnownPort,
        ),
        (
            "data from a port that no host takes by itself",
            40_000,
            8006,
            |t| {
                t.open(1).data(R, b"x").packets_mut().drain(..3);
            },
            DirectionBasis::EphemeralPort,
        ),
        (
            "neither port is known",
            40_000,
            50_000,
            |t| {
                t.open(1).data(O, b"x").packets_mut().drain(..3);
            },
            DirectionBasis::FirstPacket,
        ),
    ];
    for (name, from, to, make, basis) in rows {
        let mut talk = Conversation::new();
        talk.ends.originator.address.set_port(*from);
        talk.ends.responder.address.set_port(*to);
        make(&mut talk);
        let flows = flows(talk.packets());
        let facts = &flows[0].facts;
        assert_eq!(facts.direction, *basis, "{name}");
        assert_eq!(facts.endpoints.originator.port(), *from, "{name}");
    }
}

fn feed(table: &mut FlowTable<Recorder>, packets: &[Sent]) {
    for sent in packets {
        table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
    }
}

#[test]
fn closed_flows_leave_after_their_linger() {
    let mut talk = Conversation::new();
    talk.open(25).fin(O).rst(R);
    let mut other = Conversation::new();
    other.ends.originator.address.set_port(40_001);
    let mut table = FlowTable::<Recorder>::new();
    feed(&mut table, talk.packets());
    other.wait(LINGER.get() / 1_000_000).syn();
    feed(&mut table, other.packets());
    assert!(table.take_finished().is_none(), "not yet");
    other.wait(100).syn();
    feed(&mut table, &other.packets()[1..]);
    let gone = table.take_finished().unwrap();
    assert!(matches!(gone.facts.end, FlowEnd::Reset { by: R, .. }));
    assert_eq!(table.live_count(), 1);
    table.finish();
    assert_eq!(
        table.take_finished().unwrap().facts.end,
        FlowEnd::SynUnanswered
    );
    assert_eq!((table.count(), table.evicted()), (2, 0));
}

#[test]
fn a_clock_that_was_set_back_tears_no_flow_apart() {
    let mut early = Conversation::new();
    early.ends.originator.address.set_port(40_001);
    early.wait(3_600_000).syn();
    let mut talk = Conversation::new();
    talk.open(25).fin(O).wait(25).fin(R).ack(O);
    let flows = flows(&[early.packets(), talk.packets()].concat());
    assert_eq!(flows.len(), 2, "the last ACK is no flow of its own");
    assert_eq!(flows[1].facts.sides.originator.packets, 4);
}

#[test]
fn settled_flows_leave_soon_and_strays_open_no_flow() {
    let mut talk = Conversation::new();
    talk.open(25).fin(O).fin(R).ack(O);
    let mut table = FlowTable::<Recorder>::new();
    feed(&mut table, talk.packets());
    let mut other = talk.clone();
    other.packets_mut().clear();
    other.ends.originator.address.set_port(40_001);
    other.wait(2_100).syn();
    feed(&mut table, other.packets());
    assert_eq!(
        table.take_finished().unwrap().facts.end,
        FlowEnd::Closed { first: O }
    );
    talk.packets_mut().clear();
    talk.wait(3_000).ack(R);
    feed(&mut table, talk.packets());
    assert_eq!((table.count(), table.live_count(), table.late()), (2, 1, 1));
    // The same ports, soon again.
    talk.packets_mut().clear();
    talk.syn();
    feed(&mut table, talk.packets());
    table.finish();
    assert_eq!(table.take_finished().unwrap().facts.nth, 0);
    assert_eq!(table.take_finished().unwrap().facts.nth, 1);
}

#[test]
fn above_the_cap_closed_flows_go_first_then_the_longest_idle() {
    let mut table = FlowTable::<Recorder>::new();
    let feed = |table: &mut FlowTable<Recorder>, index: u32, make: fn(&mut Conversation)| {
        let mut talk = Conversation::new();
        let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + index);
        talk.ends.originator.address = SocketAddr::new(address.into(), 40_000);
        talk.wait(i64::from(index));
        make(&mut talk);
        for sent in talk.packets() {
            table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
        }
    };
    for index in 0..LIVE_FLOWS as u32 - 1 {
        feed(&mut table, index, |talk| {
            talk.syn();
        });
    }
    feed(&mut table, 500_000, |talk| {
        talk.open(1).rst(O);
    });
    assert!(table.take_finished().is_none());
    feed(&mut table, 500_001, |talk| {
        talk.syn();
    });
    let closed = table.take_finished().unwrap().facts;
    assert!(matches!(closed.end, FlowEnd::Reset { .. }));
    assert_eq!(table.evicted(), 0);
    // What still comes for it is late, and no flow of its own.
    let count = table.count();
    feed(&mut table, 500_000, |talk| {
        talk.ack(R);
    });
    assert_eq!((table.late(), table.count()), (1, count));
    // Flow 0 speaks again, so flow 1 is the one that was idle longest.
    feed(&mut table, 0, |talk| {
        talk.wait(500_000).syn();
    });
    feed(&mut table, 500_002, |talk| {
        talk.syn();
    });
    assert_eq!(table.take_finished().unwrap().facts.id.0, 1);
    assert_eq!((table.evicted(), table.live_count()), (1, LIVE_FLOWS));
}

#[test]
fn above_the_cap_what_one_side_left_goes_before_what_is_silent() {
    let mut table = FlowTable::<Recorder>::new();
    let feed = |table: &mut FlowTable<Recorder>, index: u32, make: fn(&mut Conversation)| {
        let mut talk = Conversation::new();
        let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + index);
        talk.ends.originator.address = SocketAddr::new(address.into(), 40_000);
        talk.wait(i64::from(index));
        make(&mut talk);
        for sent in talk.packets() {
            table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
        }
    };
    // A stall that goes on, older than the one that the client has left.
    feed(&mut table, 0, |talk| {
        talk.open(1);
    });
    feed(&mut table, 1, |talk| {
        talk.open(1).fin(O).ack(R);
    });
    for index in 0..LIVE_FLOWS as u32 - 2 {
        feed(&mut table, 10_000_000 + index, |talk| {
            talk.syn();
        });
    }
    assert!(table.take_finished().is_none());
    feed(&mut table, 20_000_000, |talk| {
        talk.syn();
    });
    let first = table.take_finished().unwrap().facts;
    assert_eq!((first.id.0, table.evicted()), (1, 0));
    assert!(table.take_finished().is_none());
}

#[test]
fn an_icmp_error_is_joined_to_the_flow_it_quotes() {
    let mut talk = Conversation::new();
    talk.syn().wait(5);
    let mut table = FlowTable::<Recorder>::new();
    let syn = &talk.packets()[0];
    table.on_segment(&syn.ip, &syn.segment(), syn.stamp);
    let quoted = QuotedPacket {
        source: syn.ip.source,
        destination: syn.ip.destination,
        protocol: 6,
        ports: Some((40_000, 443)),
        sequence: Some(1_000_000),
    };
    let mut message = IcmpMessage {
        is_v6: false,
        kind: 3,
        code: 13,
        mtu: None,
        quoted: Some(quoted),
    };
    let mut ip = syn.ip;
    ip.source = [192, 0, 2, 1].into();
    table.on_icmp(&ip, &message, syn.stamp);
    message.quoted = Some(QuotedPacket {
        ports: Some((40_000, 444)),
        ..quoted
    });
    table.on_icmp(&ip, &message, syn.stamp);
    table.finish();
    let facts = table.take_finished().unwrap().facts;
    assert_eq!(
        (facts.icmp_count, facts.icmp[0].code, facts.icmp[0].quoted),
        (1, 13, O)
    );
    assert_eq!(facts.icmp[0].reporter, ip.source);
    assert_eq!(facts.end, FlowEnd::SynUnanswered);
}
