//! One row per name that a segment can get, and the near misses beside it.

use super::{O, R, facts};
use crate::flow::journal::Notes;
use crate::testkit::conversation::Conversation;

/// What a row expects: the names of the packet with this number, `NEW` left out.
struct Row {
    name: &'static str,
    talk: fn(&mut Conversation),
    packet: u32,
    notes: Notes,
}

const NONE: Notes = Notes(0);

const ROWS: &[Row] = &[
    Row {
        name: "a SYN sent again after a second is a retransmission",
        talk: |talk| {
            talk.syn().lost().wait(1000).syn();
        },
        packet: 2,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "a SYN-ACK sent again after the handshake is a retransmission",
        talk: |talk| {
            talk.open(25).lost().wait(1000).syn_ack();
        },
        packet: 4,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "data sent again after a timeout is a retransmission",
        talk: |talk| {
            talk.open(25).data(O, b"hello").lost().wait(200).again(3);
        },
        packet: 5,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "data sent again although acknowledged is spurious",
        talk: |talk| {
            talk.open(25)
                .data(O, b"hello")
                .wait(25)
                .ack(R)
                .wait(200)
                .again(3);
        },
        packet: 6,
        notes: Notes::RETRANSMISSION.with(Notes::SPURIOUS_RETRANSMISSION),
    },
    Row {
        name: "data sent again right after two duplicate ACKs is fast",
        talk: |talk| {
            talk.open(25)
                .data(R, b"one")
                .lost()
                .data(R, b"two")
                .data(R, b"three")
                .data(R, b"four");
            talk.wait(25).ack(O).ack(O).ack(O).wait(10).again(3);
        },
        packet: 11,
        notes: Notes::RETRANSMISSION.with(Notes::FAST_RETRANSMISSION),
    },
    Row {
        name: "the same after more than 20 ms is not fast",
        talk: |talk| {
            talk.open(25)
                .data(R, b"one")
                .lost()
                .data(R, b"two")
                .data(R, b"three")
                .data(R, b"four");
            talk.wait(25).ack(O).ack(O).ack(O).wait(30).again(3);
        },
        packet: 11,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "a segment that starts after a gap had one lost before it",
        talk: |talk| {
            talk.open(25).data(R, b"one").unseen().data(R, b"two");
        },
        packet: 5,
        notes: Notes::LOST_BEFORE,
    },
    Row {
        name: "a segment that fills a gap soon is out of order",
        talk: |talk| {
            talk.open(25)
                .data(R, b"one")
                .data(R, b"two")
                .data(R, b"three");
            talk.packets_mut().swap(3, 4);
        },
        packet: 4,
        notes: Notes::OUT_OF_ORDER,
    },
    Row {
        name: "a FIN overtaken by the ACK after it is out of order, its TSval is older",
        talk: |talk| {
            talk.open(25).fin(R).wait(2).ack(R);
            talk.packets_mut().swap(3, 4);
        },
        packet: 4,
        notes: Notes::OUT_OF_ORDER,
    },
    Row {
        name: "data sent after a pure ACK told of it is a retransmission, its TSval is newer",
        talk: |talk| {
            talk.open(25)
                .data(R, b"one")
                .unseen()
                .wait(10)
                .ack(R)
                .wait(10);
            talk.data(R, b"one")
                .adjust(|sent| sent.header.sequence -= 3);
        },
        packet: 6,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "an ACK of bytes that the capture lacks",
        talk: |talk| {
            talk.open(25).data(R, b"one").unseen().ack(O);
        },
        packet: 5,
        notes: Notes::ACKED_UNSEEN,
    },
    Row {
        name: "the third ACK of the same number is the second duplicate",
        talk: |talk| {
            talk.open(25)
                .data(R, b"one")
                .lost()
                .data(R, b"two")
                .data(R, b"three")
                .ack(O)
                .ack(O);
        },
        packet: 8,
        notes: Notes::DUPLICATE_ACK,
    },
    Row {
        name: "an ACK with another window is a window update",
        talk: |talk| {
            talk.open(25).ends.originator.window = 2000;
            talk.ack(O);
        },
        packet: 4,
        notes: Notes::WINDOW_UPDATE,
    },
    Row {
        name: "an empty segment one before the next number is a keep-alive",
        talk: |talk| {
            talk.open(25)
                .data(O, b"hello")
                .wait(25)
                .ack(R)
                .wait(1000)
                .keep_alive(O);
        },
        packet: 6,
        notes: Notes::KEEP_ALIVE,
    },
    Row {
        name: "a keep-alive with one byte of garbage is no retransmission",
        talk: |talk| {
            talk.open(25)
                .data(O, b"hello")
                .wait(25)
                .ack(R)
                .wait(1000)
                .keep_alive(O)
                .adjust(|sent| {
                    sent.payload = vec![0];
                    sent.header.payload_length = 1;
                });
        },
        packet: 6,
        notes: Notes::KEEP_ALIVE,
    },
    Row {
        name: "the ACK after a keep-alive answers it",
        talk: |talk| {
            talk.open(25)
                .data(O, b"hello")
                .wait(25)
                .ack(R)
                .wait(1000)
                .keep_alive(O)
                .wait(25)
                .ack(R);
        },
        packet: 7,
        notes: Notes::KEEP_ALIVE_ACK,
    },
    Row {
        name: "a window of 0",
        talk: |talk| {
            talk.open(25).data(R, b"hello").ends.originator.window = 0;
            talk.ack(O);
        },
        packet: 5,
        notes: Notes::ZERO_WINDOW,
    },
    Row {
        name: "a window of 0 in an RST announces nothing",
        talk: |talk| {
            talk.open(25).ends.originator.window = 0;
            talk.rst(O);
        },
        packet: 4,
        notes: NONE,
    },
    Row {
        name: "one byte into a window of 0 probes it",
        talk: |talk| {
            talk.open(25).data(R, b"hello").ends.originator.window = 0;
            talk.ack(O).wait(200).data(R, b"x").lost();
        },
        packet: 6,
        notes: Notes::ZERO_WINDOW_PROBE,
    },
    Row {
        name: "the repeated 0 answers the probe",
        talk: |talk| {
            talk.open(25).data(R, b"hello").ends.originator.window = 0;
            talk.ack(O).wait(200).data(R, b"x").lost().ack(O);
        },
        packet: 7,
        notes: Notes::ZERO_WINDOW.with(Notes::ZERO_WINDOW_PROBE_ACK),
    },
    Row {
        name: "data up to the scaled window's last byte fills it",
        talk: |talk| {
            talk.open(25).ends.originator.window = 2;
            talk.ack(O).data(R, &[7; 256]);
        },
        packet: 5,
        notes: Notes::WINDOW_FULL,
    },
    Row {
        name: "one byte less does not",
        talk: |talk| {
            talk.open(25).ends.originator.window = 2;
            talk.ack(O).data(R, &[7; 255]);
        },
        packet: 5,
        notes: NONE,
    },
    Row {
        name: "a bare ACK to a SYN is a challenge",
        talk: |talk| {
            talk.syn()
                .wait(25)
                .ack(R)
                .adjust(|sent| sent.header.acknowledgment = 77);
        },
        packet: 2,
        notes: Notes::CHALLENGE_ACK,
    },
    Row {
        name: "more payload than the other side's MSS was merged or not yet cut",
        talk: |talk| {
            talk.open(25).data(O, &[1; 1461]);
        },
        packet: 4,
        notes: Notes::SUPER_SEGMENT,
    },
    Row {
        name: "payload that the snapshot length cut",
        talk: |talk| {
            talk.open(25)
                .data(O, b"hello")
                .adjust(|sent| sent.payload.truncate(2));
        },
        packet: 4,
        notes: Notes::SNAPPED,
    },
    Row {
        name: "a packet captured twice",
        talk: |talk| {
            talk.open(25).data(O, b"hello");
            let copy = talk.packets()[3].clone();
            talk.packets_mut().push(copy);
        },
        packet: 4,
        notes: Notes::DUPLICATE_CAPTURE,
    },
    Row {
        name: "data without identification captured twice",
        talk: |talk| {
            talk.ends.originator.identification = None;
            talk.open(25).data(O, b"one").data(O, b"two");
            let copy = talk.packets()[3].clone();
            talk.packets_mut().push(copy);
        },
        packet: 4,
        notes: Notes::DUPLICATE_CAPTURE,
    },
    Row {
        name: "a SYN-ACK with identification 0 captured twice",
        talk: |talk| {
            talk.ends.responder.identification = Some(0);
            talk.syn().wait(25).syn_ack();
            let copy = talk.packets()[1].clone();
            talk.packets_mut().push(copy);
        },
        packet: 2,
        notes: Notes::DUPLICATE_CAPTURE,
    },
    Row {
        name: "data without identification sent again after 2 ms is a retransmission",
        talk: |talk| {
            talk.ends.originator.identification = None;
            talk.ends.originator.clock = None;
            talk.open(25).data(O, b"hello").lost().wait(2).again(3);
        },
        packet: 5,
        notes: Notes::RETRANSMISSION,
    },
    Row {
        name: "data without identification sent again because the other side spoke is no copy",
        talk: |talk| {
            talk.ends.originator.identification = None;
            talk.ends.originator.clock = None;
            talk.open(25).data(O, b"one").lost().data(O, b"two");
            talk.ack(R).ack(R).again(3);
        },
        packet: 8,
        notes: Notes::RETRANSMISSION.with(Notes::FAST_RETRANSMISSION),
    },
    Row {
        name: "ACKs without identification that are alike are duplicates",
        talk: |talk| {
            talk.ends.originator.identification = None;
            talk.open(25).data(R, b"hello").ack(O).ack(O);
        },
        packet: 6,
        notes: Notes::DUPLICATE_ACK,
    },
    Row {
        name: "an identification is missing",
        talk: |talk| {
            talk.open(25).ack(R).ack(R).ack(R).unseen().ack(R);
        },
        packet: 7,
        notes: Notes::IP_ID_GAP.with(Notes::DUPLICATE_ACK),
    },
    Row {
        name: "another TTL",
        talk: |talk| {
            talk.open(25).ends.responder.ttl = 55;
            talk.data(R, b"hello");
        },
        packet: 4,
        notes: Notes::TTL_CHANGE,
    },
];

#[test]
fn every_segment_gets_its_names() {
    for row in ROWS {
        let mut talk = Conversation::new();
        (row.talk)(&mut talk);
        let facts = facts(&talk);
        let entry = facts
            .journal
            .iter()
            .filter(|entry| entry.stamp().packet.number.get() == row.packet)
            .last()
            .unwrap();
        let notes = Notes(entry.notes().0 & !Notes::NEW.0);
        assert_eq!(notes, row.notes, "{}: {:#x}", row.name, notes.0);
    }
}

#[test]
fn names_are_counted_on_the_side_that_sent() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"hello")
        .lost()
        .wait(200)
        .again(3)
        .lost()
        .wait(400)
        .again(3);
    let facts = facts(&talk);
    assert_eq!(facts.sides.originator.loss.retransmissions, 2);
    assert_eq!(facts.sides.responder.loss.retransmissions, 0);
}

#[test]
fn clean_traffic_has_no_names() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"question")
        .wait(25)
        .ack(R)
        .data(R, b"answer");
    talk.ack(O).wait(5).fin(O).wait(25).ack(R).fin(R).ack(O);
    let facts = facts(&talk);
    for entry in facts.journal.iter() {
        let notes = Notes(entry.notes().0 & !Notes::NEW.0);
        assert_eq!(notes, NONE, "packet {}", entry.stamp().packet.number.get());
    }
}
