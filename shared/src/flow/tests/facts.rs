//! The measurements M1 to M14, each from a conversation that has it and one that has not.

use super::{O, R, facts, number};
use crate::flow::facts::{Arrival, FlowEnd, ResetSequence, RetransmissionKind, RoundTripBasis};
use crate::packet::TcpFlags;
use crate::testkit::conversation::Conversation;
use crate::time::Nanos;

#[test]
fn the_round_trip_counts_from_the_syn_that_was_answered() {
    let rows: &[(&str, u32, u8, i64, RoundTripBasis)] = &[
        (
            "first SYN lost: the second is echoed",
            501_000,
            1,
            25,
            RoundTripBasis::Echoed,
        ),
        (
            "SYN-ACK lost: the first is echoed",
            500_000,
            0,
            1025,
            RoundTripBasis::Echoed,
        ),
        ("no echo: the latest", 7, 1, 25, RoundTripBasis::LatestSyn),
    ];
    for (name, echo, syn, millis, basis) in rows {
        let mut talk = Conversation::new();
        talk.syn().wait(1000).syn().wait(25).syn_ack();
        talk.adjust(|sent| sent.header.options.timestamps = Some((1, *echo)));
        let handshake = facts(&talk).handshake;
        let trip = handshake.round_trip.unwrap();
        assert_eq!(
            (trip.syn, trip.rtt, trip.basis),
            (*syn, Nanos::from_millis(*millis), *basis),
            "{name}"
        );
        let (sent, answer) = handshake.round_trip_segments().unwrap();
        assert_eq!(number(sent.stamp), u32::from(*syn) + 1);
        assert_eq!(number(answer.stamp), 3);
    }
}

#[test]
fn a_syn_ack_captured_before_its_syn_is_still_its_answer() {
    let mut talk = Conversation::new();
    talk.open(0).data(O, b"hello");
    talk.packets_mut().swap(0, 1);
    let facts = facts(&talk);
    assert_eq!(facts.endpoints.originator.port(), 40_000);
    assert_eq!(facts.handshake.syn_count, 1);
    assert!(facts.handshake.round_trip.is_some());
    assert_eq!(facts.handshake.ack.map(number), Some(3));
    assert_eq!(facts.sides.originator.isn, Some(1_000_000));
}

#[test]
fn of_syn_acks_with_different_numbers_the_one_that_was_believed_counts() {
    // Another box answers too: near and far in the number space, before and after the ACK.
    let rows: [(u32, bool); 4] = [
        (1 << 20, false),
        (2 << 30, false),
        (1 << 20, true),
        (2 << 30, true),
    ];
    for (distance, is_late) in rows {
        let mut talk = Conversation::new();
        talk.syn().wait(20).syn_ack();
        if is_late {
            talk.ack(O);
        }
        talk.wait(1).syn_ack().adjust(|sent| {
            sent.header.sequence = sent.header.sequence.wrapping_add(distance);
        });
        talk.ends.originator.expects = talk.ends.responder.next;
        talk.ack(O).data(O, b"hello").wait(20);
        talk.data(R, b"world\n").ack(O);
        let facts = facts(&talk);
        let side = &facts.sides.responder;
        let name = (distance, is_late);
        assert_eq!(facts.handshake.syn_ack_count, 2, "{name:?}");
        assert_eq!((side.stream_bytes, side.missing_bytes), (6, 0), "{name:?}");
        assert_eq!(side.acked.map(|ack| ack.position), Some(6), "{name:?}");
    }
}

#[test]
fn repeated_syn_acks_are_counted_although_answered() {
    let mut talk = Conversation::new();
    talk.open(25)
        .lost()
        .wait(1000)
        .syn_ack()
        .wait(2000)
        .syn_ack();
    let handshake = facts(&talk).handshake;
    assert_eq!(handshake.syn_ack_count, 3);
    assert_eq!(handshake.ack.map(number), Some(3));
}

#[test]
fn a_mark_is_answered_by_the_first_packet_that_covers_it() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"half a ")
        .data(O, b"hello\n")
        .wait(25);
    talk.ack(R).adjust(|sent| sent.header.acknowledgment -= 6);
    talk.wait(1).ack(R).wait(1).ack(R);
    let facts = facts(&talk);
    let mark = facts.marks[0].clone();
    assert_eq!((mark.side, mark.end), (O, 13));
    assert_eq!(mark.acked.map(|ack| number(ack.stamp)), Some(7));
}

#[test]
fn a_mark_that_nobody_acknowledges_stays_open() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello\n").lost().wait(200).again(3);
    let mark = facts(&talk).marks[0].clone();
    assert_eq!(mark.acked, None);
}

#[test]
fn a_tail_held_by_the_other_side_shows_in_its_sack() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, &[b'a'; 1448])
        .lost()
        .data(O, b"tail\n")
        .lost()
        .wait(25);
    let base = 1_000_001;
    talk.ack(R).adjust(|sent| {
        sent.header.acknowledgment = base;
        sent.header.options.sack[0] = Some((base + 1448, base + 1453));
    });
    let facts = facts(&talk);
    let mark = facts.marks[0].clone();
    assert_eq!(
        mark.sacked
            .map(|sacked| (sacked.0, sacked.1, number(sacked.2))),
        Some((1448, 1453, 6))
    );
    let sack = facts.sides.responder.sack.unwrap();
    assert_eq!(
        (sack.segments, sack.dsacks, sack.last_block),
        (1, 0, Some((1448, 1453)))
    );
}

#[test]
fn a_later_sequence_number_tells_of_bytes_that_never_came() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello\n").wait(25).ack(R);
    // The answer is sent and lost before the capture point.
    talk.data(R, &[7; 1362])
        .lost()
        .unseen()
        .wait(1000)
        .keep_alive(O)
        .wait(25)
        .ack(R);
    let facts = facts(&talk);
    let side = &facts.sides.responder;
    assert_eq!((side.seen_end, side.known_end), (0, 1362));
    let jump = side.jumps[0];
    assert_eq!(
        (jump.expected, jump.found, jump.with_payload),
        (0, 1362, false)
    );
    assert_eq!((jump.filled, jump.acked), (None, None));
    let keep_alives = facts.sides.originator.keep_alives.unwrap();
    let probe = keep_alives.first[0];
    assert_eq!((keep_alives.sent, keep_alives.answered), (1, 1));
    assert_eq!((probe.answer_position, probe.answer_expected), (1362, 0));
}

#[test]
fn a_stalled_server_answers_keep_alives_without_moving() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello\n").wait(25).ack(R);
    for _ in 0..4 {
        talk.wait(1000).keep_alive(O).wait(25).ack(R);
    }
    talk.wait(1000).keep_alive(O);
    let facts = facts(&talk);
    let keep_alives = facts.sides.originator.keep_alives.as_ref().unwrap();
    assert_eq!(
        (
            keep_alives.sent,
            keep_alives.answered,
            keep_alives.unanswered_last
        ),
        (5, 4, 1)
    );
    assert_eq!(keep_alives.first.len(), 5);
    assert!(
        keep_alives.first[..4]
            .iter()
            .all(|probe| probe.answer_position == 0)
    );
    assert_eq!(facts.sides.responder.known_end, 0);
    assert!(facts.sides.responder.jumps.is_empty());
    assert!(facts.sides.responder.ip_id.is_counter());
    assert_eq!(facts.sides.responder.ip_id.gap_count, 0);
    let pause = facts.pauses[0];
    assert_eq!((number(pause.after), pause.until), (4, None));
    assert_eq!((pause.packets.originator, pause.packets.responder), (5, 5));
}

#[test]
fn identification_counts_the_packets_that_were_not_seen() {
    let mut talk = Conversation::new();
    talk.open(25);
    for _ in 0..3 {
        talk.wait(1).data(O, b"x").ack(R);
    }
    talk.ends.responder.identification = Some(1011);
    talk.wait(1).data(O, b"x").ack(R);
    let facts = facts(&talk);
    let ids = &facts.sides.responder.ip_id;
    assert!(ids.is_counter());
    assert_eq!(
        (ids.visible, ids.single_steps, ids.gap_count, ids.missing),
        (4, 2, 1, 7)
    );
    assert_eq!(
        (
            number(ids.gaps[0].before),
            number(ids.gaps[0].after),
            ids.gaps[0].missing
        ),
        (9, 11, 7)
    );
}

#[test]
fn identifications_that_jump_about_count_nothing() {
    let mut talk = Conversation::new();
    talk.open(25);
    for number in [7u16, 30_000, 30_001, 12, 13] {
        talk.ends.responder.identification = Some(number);
        talk.wait(1).data(O, b"x").ack(R);
    }
    assert!(!facts(&talk).sides.responder.ip_id.is_counter());
}

#[test]
fn tsecr_and_dsack_tell_which_copy_arrived() {
    let rows: &[(&str, u32, bool, Arrival)] = &[
        ("the first copy is echoed", 500_025, false, Arrival::Earlier),
        ("the second copy is echoed", 500_225, false, Arrival::This),
        (
            "the second copy is echoed and reported as a duplicate",
            500_225,
            true,
            Arrival::Earlier,
        ),
    ];
    for (name, echo, dsack, arrival) in rows {
        let mut talk = Conversation::new();
        talk.open(25).data(O, b"hello").lost().wait(200).again(3);
        talk.ends.responder.expects = 1_000_006;
        talk.wait(25).ack(R).adjust(|sent| {
            sent.header.options.timestamps = Some((1, *echo));
            if *dsack {
                sent.header.options.sack[0] = Some((1_000_001, 1_000_006));
            }
        });
        let facts = facts(&talk);
        let copy = facts.sides.originator.retransmissions[0];
        assert_eq!(copy.kind, RetransmissionKind::Timeout);
        assert_eq!(
            (copy.original.map(number), copy.acked.map(number)),
            (Some(4), Some(6)),
            "{name}"
        );
        assert_eq!(copy.arrival, *arrival, "{name}");
    }
}

#[test]
fn of_many_copies_only_the_echoed_one_arrived() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello").lost();
    for _ in 0..3 {
        talk.wait(200).again(3).lost();
    }
    talk.ends.responder.expects = 1_000_006;
    talk.wait(25)
        .ack(R)
        .adjust(|sent| sent.header.options.timestamps = Some((1, 500_425)));
    let facts = facts(&talk);
    let arrivals: Vec<Arrival> = facts
        .sides
        .originator
        .retransmissions
        .iter()
        .map(|copy| copy.arrival)
        .collect();
    assert_eq!(arrivals, [Arrival::Later, Arrival::This, Arrival::Earlier]);
}

#[test]
fn round_trips_leave_repeated_data_out() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"one")
        .wait(30)
        .ack(R)
        .data(O, b"two")
        .wait(50)
        .ack(R);
    talk.data(O, b"three").lost().wait(200).again(7);
    talk.ends.responder.expects = talk.ends.originator.next;
    talk.wait(25).ack(R);
    let trips = facts(&talk).sides.originator.round_trips.unwrap();
    assert_eq!(
        (trips.count, trips.min, trips.max),
        (2, Nanos::from_millis(30), Nanos::from_millis(50))
    );
    assert_eq!(trips.smoothed, Nanos(32_500_000));
}

/// An RST, and what shows its sender.
struct ResetRow {
    name: &'static str,
    change: fn(&mut Conversation),
    relation: ResetSequence,
    step: Option<u16>,
    timestamps: bool,
}
const RESETS: &[ResetRow] = &[
    ResetRow {
        name: "a live socket",
        change: |talk| {
            talk.rst(R);
        },
        relation: ResetSequence::Next,
        step: Some(1),
        timestamps: true,
    },
    ResetRow {
        name: "a host without the socket",
        change: |talk| {
            talk.send(R, TcpFlags::RST, &[]).adjust(|sent| {
                sent.header.options.timestamps = None;
                sent.header.window = 0;
                sent.ip.identification = Some(0);
            });
        },
        relation: ResetSequence::EchoesAcknowledgment,
        step: None,
        timestamps: false,
    },
    ResetRow {
        name: "somebody guessing",
        change: |talk| {
            talk.send(R, TcpFlags::RST, &[]).adjust(|sent| {
                sent.header.sequence = sent.header.sequence.wrapping_add(1460);
                sent.header.options.timestamps = None;
                sent.ip.identification = Some(0x1234);
                sent.ip.ttl = 62;
            });
        },
        relation: ResetSequence::InWindow,
        step: Some(0x1234 - 1001),
        timestamps: false,
    },
];

#[test]
fn an_rst_shows_who_sent_it() {
    for row in RESETS {
        let mut talk = Conversation::new();
        talk.open(25).data(O, b"hello\n").wait(25).ack(R).wait(5);
        (row.change)(&mut talk);
        let facts = facts(&talk);
        let reset = facts.resets[0];
        assert_eq!(reset.relation, row.relation, "{}", row.name);
        assert_eq!(reset.identification_step, row.step, "{}", row.name);
        assert_eq!(reset.has_timestamps, row.timestamps, "{}", row.name);
        assert_eq!(reset.answers_data.map(number), Some(4));
        assert!(
            matches!(facts.end, FlowEnd::Reset { by: R, .. }),
            "{}",
            row.name
        );
    }
}

#[test]
fn a_genuine_answer_contradicts_an_injected_rst() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"hello\n")
        .wait(3)
        .rst(R)
        .adjust(|sent| sent.ip.ttl = 62);
    talk.wait(22).ack(R);
    let facts = facts(&talk);
    assert_eq!(
        (facts.resets[0].ttl, facts.resets[0].usual_ttl),
        (62, Some(64))
    );
    assert_eq!(facts.resets[0].contradicted.map(number), Some(6));
    assert_eq!(facts.sides.responder.ttl.change_count, 2);
}

/// Its name, its packets, and whether the end is right.
type Ending = (&'static str, fn(&mut Conversation), fn(FlowEnd) -> bool);

const ENDINGS: &[Ending] = &[
    (
        "no answer",
        |t| {
            t.syn().wait(1000).syn();
        },
        |e| e == FlowEnd::SynUnanswered,
    ),
    (
        "refused",
        |t| {
            t.syn().wait(25).rst(R).adjust(|s| s.header.sequence = 0);
        },
        |e| matches!(e, FlowEnd::Refused { .. }),
    ),
    (
        "open",
        |t| {
            t.open(25);
        },
        |e| e == FlowEnd::Open,
    ),
    (
        "one FIN",
        |t| {
            t.open(25).fin(O).wait(25).ack(R);
        },
        |e| e == FlowEnd::HalfClosed { by: O },
    ),
    (
        "both FINs",
        |t| {
            t.open(25).fin(R).wait(25).fin(O).ack(R);
        },
        |e| e == FlowEnd::Closed { first: R },
    ),
    (
        "RST after both FINs",
        |t| {
            t.open(25).fin(R).wait(25).fin(O).rst(R);
        },
        |e| e == FlowEnd::Closed { first: R },
    ),
    (
        "RST after its sender's FIN",
        |t| {
            t.open(25).fin(O).data(R, b"x").rst(O);
        },
        |e| e == FlowEnd::HalfClosed { by: O },
    ),
    (
        "RST after the other's FIN",
        |t| {
            t.open(25).fin(O).rst(R);
        },
        |e| matches!(e, FlowEnd::Reset { by: R, .. }),
    ),
];

#[test]
fn how_a_flow_ends() {
    for (name, talk, expected) in ENDINGS {
        let mut conversation = Conversation::new();
        talk(&mut conversation);
        let end = facts(&conversation).end;
        assert!(expected(end), "{name}: {end:?}");
    }
}

#[test]
fn a_fin_is_acknowledged_by_the_position_after_it() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello").fin(O).wait(25);
    talk.ack(R).adjust(|sent| sent.header.acknowledgment -= 1);
    talk.wait(1).ack(R).wait(1000).again(4);
    let facts = facts(&talk);
    let fin = facts.sides.originator.fin.unwrap();
    assert_eq!((number(fin.stamp), fin.position), (5, 5));
    assert_eq!((fin.acked.map(number), fin.repeated), (Some(7), 1));
}

#[test]
fn silence_says_who_spoke_last_and_what_was_out() {
    let mut talk = Conversation::new();
    talk.open(25).data(O, b"hello").wait(10_000).again(3);
    let facts = facts(&talk);
    let silence = facts.silences[0];
    assert_eq!(silence.length, Nanos::from_secs(10));
    assert_eq!(
        (number(silence.after), silence.until.map(number)),
        (4, Some(5))
    );
    assert_eq!(
        (
            silence.last_speaker,
            silence.outstanding.originator,
            silence.outstanding.responder
        ),
        (O, true, false)
    );
}

#[test]
fn the_longest_silences_are_kept_longest_first() {
    let mut talk = Conversation::new();
    talk.open(20).wait(50).ack(R);
    assert_eq!(lengths(&talk), [50]);
    for millis in [300, 90, 200, 500, 400, 100, 600] {
        talk.wait(millis).ack(R);
    }
    assert_eq!(lengths(&talk), [600, 500, 400, 300]);
}

fn lengths(talk: &Conversation) -> Vec<i64> {
    let silences = facts(talk).silences;
    silences
        .iter()
        .map(|silence| silence.length.get() / 1_000_000)
        .collect()
}

#[test]
fn a_closed_window_lasts_until_it_opens() {
    let mut talk = Conversation::new();
    talk.open(25).data(R, b"hello").ends.originator.window = 0;
    talk.ack(O).wait(500).ack(O).wait(500);
    talk.ends.originator.window = 500;
    talk.ack(O).wait(10).ends.originator.window = 0;
    talk.ack(O).wait(90).ack(O);
    let zero = facts(&talk).sides.originator.zero_windows.unwrap();
    assert_eq!((zero.count, zero.total), (2, Nanos::from_millis(1090)));
    assert_eq!(
        (number(zero.spans[0].from), zero.spans[0].until.map(number)),
        (5, Some(7))
    );
    assert_eq!(zero.spans[1].until, None);
    assert!(zero.open_span.is_some());
}

#[test]
fn timestamps_that_stop_are_noticed() {
    let mut talk = Conversation::new();
    talk.open(25)
        .data(O, b"x")
        .ack(R)
        .adjust(|sent| sent.header.options.timestamps = None);
    let timestamps = facts(&talk).sides.responder.timestamps;
    assert_eq!(
        (timestamps.with, timestamps.without, timestamps.offered),
        (1, 1, Some(true))
    );
    assert_eq!(
        timestamps.first_missing.map(|stamp| number(*stamp)),
        Some(5)
    );
}

#[test]
fn the_window_is_not_scaled_unless_both_offer_it() {
    for (offered, is_cut, shifts) in [
        (None, false, (Some(0), Some(0))),
        (None, true, (Some(7), None)),
        (Some(3), true, (Some(7), Some(3))),
    ] {
        let mut talk = Conversation::new();
        talk.syn().wait(25).syn_ack().adjust(|sent| {
            sent.header.options.window_scale = offered;
            sent.header.options.snapped = is_cut;
        });
        let facts = facts(talk.ack(O));
        assert_eq!((facts.window_shift(O), facts.window_shift(R)), shifts);
        let window = shifts.0.map(|shift| 1000 << shift);
        assert_eq!(facts.sides.originator.window_min, window);
        assert_eq!(facts.sides.originator.window_scale, Some(7));
        assert_eq!(facts.sides.responder.mss, Some(1460), "cut or not");
    }
}
