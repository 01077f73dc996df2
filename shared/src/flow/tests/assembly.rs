//! Bytes in order, whatever the capture did to them.

use super::{O, R, flow};
use crate::flow::chunk::HoleReason;
use crate::limits::REASSEMBLY_BYTES;
use crate::packet::TcpFlags;
use crate::testkit::conversation::Conversation;

#[test]
fn a_late_segment_is_put_back() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"one ")
        .data(R, b"two ")
        .data(R, b"three");
    talk.packets_mut().swap(3, 5);
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.responder, b"one two three");
    // Carried by 4, 5 and 6; all put in order by 4, which is captured last.
    assert_eq!(flow.sink.chunks, [(4, 4), (5, 4), (6, 4)]);
    assert_eq!(flow.facts.sides.responder.stream_bytes, 13);
}

#[test]
fn of_overlapping_copies_the_first_captured_wins() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"abcd").data(R, b"efgh");
    talk.data(R, b"CDEFGHIJ")
        .adjust(|sent| sent.header.sequence -= 6);
    assert_eq!(flow(&talk).sink.bytes.responder, b"abcdefghIJ");
}

#[test]
fn of_waiting_copies_too_the_first_captured_wins() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"ab")
        .data(R, b"cd")
        .data(R, b"XXefYY")
        .data(R, b"gh");
    talk.adjust(|sent| sent.header.sequence -= 2);
    talk.packets_mut()[5].header.sequence -= 2;
    talk.packets_mut().swap(3, 5);
    // cd waits behind ab when XXefYY comes first, and then is covered by it.
    assert_eq!(flow(&talk).sink.bytes.responder, b"abXXefYYgh");
}

#[test]
fn bytes_that_were_acknowledged_but_not_captured_are_a_hole() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"one ")
        .unseen()
        .data(R, b"two ")
        .ack(O)
        .wait(10);
    talk.data(R, b"three").ack(O);
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.responder, b"....two three");
    assert_eq!(flow.sink.holes, [(R, 0, 4, HoleReason::NotCaptured)]);
    assert_eq!(flow.facts.sides.responder.missing_bytes, 4);
    let jump = flow.facts.sides.responder.jumps[0];
    assert!(jump.filled.is_none() && jump.acked.is_some());
}

#[test]
fn what_waited_behind_a_hole_of_the_capture_was_in_order_when_it_came() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"one ")
        .unseen()
        .data(R, b"two ")
        .data(R, b"three")
        .ack(O)
        .wait(30_000);
    talk.ack(R).ack(O);
    let last = flow(&talk).facts.last.packet.number.get();
    assert_eq!(last, 9, "the hole is declared by what comes much later");
    assert_eq!(flow(&talk).sink.chunks, [(5, 5), (6, 6)]);
    // The same where the flow's end declares it, and where the receiver was not captured at all.
    talk.packets_mut().pop();
    assert_eq!(flow(&talk).sink.chunks, [(5, 5), (6, 6)]);
    talk.packets_mut().retain(|sent| sent.side == R);
    assert_eq!(flow(&talk).sink.chunks, [(5, 5), (6, 6)]);
}

#[test]
fn what_waits_behind_a_hole_that_nobody_filled_is_never_in_order() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"one ").lost().unseen();
    talk.data(R, b"two ").ack(O).wait(30_000).ack(R);
    let flow = flow(&talk);
    assert_eq!(flow.sink.chunks, [(5, 7)], "at the end and no sooner");
}

#[test]
fn an_acknowledgement_captured_before_its_data_makes_no_hole() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"one ").data(R, b"two ").ack(O);
    talk.packets_mut().swap(3, 5);
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.responder, b"one two ");
    assert!(flow.sink.holes.is_empty());
}

#[test]
fn a_hole_at_the_end_that_nobody_acknowledged_is_given_up() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"one ")
        .lost()
        .unseen()
        .data(R, b"two ");
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.responder, b"....two ");
    assert_eq!(flow.sink.holes, [(R, 0, 4, HoleReason::GivenUp)]);
}

#[test]
fn snapped_payload_is_delivered_as_far_as_it_goes() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"hello world")
        .adjust(|sent| sent.payload.truncate(5));
    talk.data(O, b"!");
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.originator, b"hello......!");
    assert_eq!(flow.sink.holes, [(O, 5, 6, HoleReason::Snapped)]);
    let side = &flow.facts.sides.originator;
    assert_eq!(
        (side.payload_bytes, side.stream_bytes, side.snapped_bytes),
        (12, 12, 6)
    );
}

#[test]
fn snapped_payload_waits_its_turn() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"first ")
        .data(O, b"second")
        .data(O, b" third");
    talk.packets_mut()[4].payload.truncate(3);
    talk.packets_mut().swap(3, 4);
    assert_eq!(flow(&talk).sink.bytes.originator, b"first sec... third");
}

#[test]
fn bytes_nobody_needs_are_not_kept_behind_a_hole() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(R, b"one ")
        .data(R, b"body body ")
        .data(R, b"next");
    talk.packets_mut().swap(3, 5);
    talk.packets_mut().swap(3, 4);
    let mut table = crate::flow::table::FlowTable::<Choosy>::new();
    for sent in talk.packets() {
        table.on_segment(&sent.ip, &sent.segment(), sent.stamp);
    }
    table.finish();
    let sink = table.take_finished().unwrap().sink.0;
    assert_eq!(sink.bytes.responder, b"one ..........next");
    assert_eq!(sink.holes, [(R, 4, 10, HoleReason::NotNeeded)]);
}

/// Needs nothing of the responder before position 14.
#[derive(Debug)]
struct Choosy(super::Recorder);

impl Default for Choosy {
    fn default() -> Self {
        let mut recorder = super::Recorder::default();
        recorder.skip.responder = Some(14);
        Self(recorder)
    }
}

impl crate::flow::chunk::StreamSink for Choosy {
    fn on_bytes(&mut self, chunk: crate::flow::chunk::Chunk<'_>) {
        self.0.on_bytes(chunk);
    }
    fn on_hole(&mut self, hole: crate::flow::chunk::Hole) {
        self.0.on_hole(hole);
    }
    fn skip_until(&self, side: crate::side::Side) -> Option<u64> {
        self.0.skip_until(side)
    }
    fn next_mark(&mut self) -> Option<crate::flow::chunk::Mark> {
        self.0.next_mark()
    }
}

#[test]
fn a_hole_with_too_much_behind_it_is_given_up() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"lost").lost().unseen();
    for _ in 0..=REASSEMBLY_BYTES / 1000 {
        talk.data(R, &[b'x'; 1000]);
    }
    talk.again(3);
    let flow = flow(&talk);
    assert_eq!(flow.sink.holes, [(R, 0, 4, HoleReason::GivenUp)]);
    assert!(flow.sink.bytes.responder.len() > REASSEMBLY_BYTES);
}

#[test]
fn sequence_numbers_wrap() {
    let mut talk = Conversation::new();
    talk.ends.originator.next = u32::MAX - 5;
    talk.ends.responder.next = u32::MAX;
    talk.open(25);
    for _ in 0..3 {
        talk.data(O, b"0123456789")
            .wait(25)
            .ack(R)
            .data(R, b"abc")
            .ack(O);
    }
    talk.fin(O).fin(R).ack(O);
    let flow = flow(&talk);
    assert_eq!(
        flow.sink.bytes.originator,
        b"012345678901234567890123456789"
    );
    assert_eq!(flow.sink.bytes.responder, b"abcabcabc");
    assert_eq!(flow.facts.sides.originator.known_end, 31);
    assert_eq!(flow.facts.sides.originator.loss, Default::default());
    let last = flow.facts.journal.iter().last().unwrap();
    assert_eq!((last.sequence, last.acknowledgment), (32, 11));
}

#[test]
fn a_flow_joined_midway_starts_at_the_first_byte_seen() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"before").wait(25).ack(R);
    talk.packets_mut().clear();
    talk.ack(R)
        .data(O, b"request\n")
        .wait(25)
        .ack(R)
        .data(R, b"response");
    let flow = flow(&talk);
    assert!(flow.facts.joined_midway());
    assert_eq!(flow.facts.endpoints.responder.port(), 443);
    assert_eq!(flow.sink.bytes.originator, b"request\n");
    assert_eq!(flow.sink.bytes.responder, b"response");
    assert!(flow.sink.holes.is_empty());
    assert!(flow.facts.marks[0].acked.is_some());
}

#[test]
fn a_keep_alive_byte_is_not_data_even_as_the_first_packet() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"before").wait(25).ack(R);
    talk.packets_mut().clear();
    let garbage = |talk: &mut Conversation| {
        talk.keep_alive(O).adjust(|sent| {
            sent.payload = vec![0];
            sent.header.payload_length = 1;
        });
    };
    talk.ack(R);
    garbage(&mut talk);
    talk.ack(R).data(O, b"after").wait(25).ack(R);
    garbage(&mut talk);
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.originator, b"after");
    assert_eq!(flow.facts.sides.originator.keep_alives.unwrap().sent, 2);
}

#[test]
fn data_in_a_syn_is_delivered_once() {
    let mut talk = Conversation::new();
    talk.send(O, TcpFlags::SYN, b"early")
        .adjust(|sent| sent.header.options.fast_open = true);
    talk.wait(25)
        .syn_ack()
        .adjust(|sent| sent.header.acknowledgment -= 5);
    talk.ends.responder.expects -= 5;
    talk.ends.originator.next -= 5;
    talk.data(O, b"early data");
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.originator, b"early data");
    assert!(flow.facts.handshake.syns[0].fast_open);
    assert_eq!(flow.facts.handshake.syns[0].payload, 5);
}

#[test]
fn one_side_alone_is_followed() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"request")
        .wait(25)
        .data(R, b"response")
        .ack(O)
        .data(O, b" more");
    talk.packets_mut().retain(|sent| sent.side == O);
    let flow = flow(&talk);
    assert!(flow.facts.is_one_sided());
    assert_eq!(flow.sink.bytes.originator, b"request more");
    // The acknowledgement proves that the response travelled.
    assert_eq!(flow.sink.holes, [(R, 0, 8, HoleReason::NotCaptured)]);
    assert_eq!(flow.facts.sides.responder.acked.unwrap().position, 8);
}

#[test]
fn an_rst_with_text_and_numbers_out_of_reach_add_nothing_to_the_stream() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"data");
    talk.data(R, b"stray")
        .adjust(|sent| sent.header.sequence = sent.header.sequence.wrapping_add(1 << 31));
    talk.rst(R)
        .adjust(|sent| sent.payload = b"no such socket".to_vec());
    let flow = flow(&talk);
    assert_eq!(flow.sink.bytes.responder, b"data");
    assert_eq!(flow.facts.sides.responder.known_end, 4);
}
