//! What happened, and what must be measured of it.

use super::talk::{ACK, Line, Talk, bare, client_hello, data, record, server_flight, syn, syn_ack};
use crate::flow::facts::RoundTripBasis;
use crate::measure::{AttributionBasis, Primitives, Since, Subject, TurnEnd};
use crate::packet::TcpFlags;
use crate::side::Side;
use crate::time::Nanos;

const MILLISECOND: i64 = 1_000;
const SECOND: i64 = 1_000_000;

fn with_id(line: Line, id: u16) -> Line {
    Line { id, ..line }
}

fn fin(seq: u32, ack: u32) -> Line {
    Line {
        flags: TcpFlags::FIN | ACK,
        ..bare(seq, ack)
    }
}

/// The server's kernel acknowledges the ClientHello and every keep-alive; its process says nothing, until
/// the client gives up after ten seconds.
fn stalled_server() -> Talk {
    let mut talk = Talk::connected();
    talk.client(24_500, data(1, 1, &client_hello(256)));
    talk.server(48_500, with_id(bare(1, 257), 0x3520));
    for (round, id) in (1..=9).zip(0x3521..) {
        talk.client(round * SECOND + 24_500, bare(256, 1));
        talk.server(round * SECOND + 48_500, with_id(bare(1, 257), id));
    }
    talk.client(10 * SECOND + 31_500, fin(257, 1));
    talk.server(10 * SECOND + 55_500, with_id(bare(1, 258), 0x352a));
    talk
}

#[test]
fn a_server_that_stalls_is_alive_and_has_sent_nothing() {
    let found = stalled_server().measured();
    let trip = found.connect.round_trip.unwrap();
    assert_eq!(trip.rtt, Nanos::from_millis(24), "M1");
    assert_eq!(trip.basis, RoundTripBasis::OnlySyn);
    let think = found.client_think_before_hello.unwrap();
    assert_eq!(think.length(), Nanos::from_micros(500), "M2");
    let [hello] = found.hellos.as_slice() else {
        panic!("one ClientHello: {:?}", found.hellos)
    };
    assert_eq!(hello.delivered_in(), Some(Nanos::from_millis(24)), "M3");
    let delivery = hello.delivery.as_ref().unwrap();
    assert_eq!(
        (delivery.bytes, delivery.acked_bytes, delivery.copies),
        (256, 256, 1)
    );
    assert_eq!((hello.answer, found.flight.as_ref()), (None, None), "M4");
    let sequence = found.sequence.as_ref().unwrap();
    assert_eq!(
        (sequence.sent_to, sequence.missing, sequence.jump_count),
        (0, 0, 0),
        "M8"
    );
    let ip_id = found.ip_id.as_ref().unwrap();
    assert_eq!(
        (ip_id.single_steps, ip_id.gap_count, ip_id.is_counter()),
        (10, 0, true),
        "M11"
    );
    let [ttl] = found.ttls.responder.values.as_slice() else {
        panic!("one TTL: {:?}", found.ttls.responder)
    };
    assert_eq!((ttl.ttl, ttl.packets), (55, 12), "M12");
    let alive = found.liveness.as_ref().unwrap();
    assert_eq!((alive.probes, alive.answered), (9, 9), "M14");
    assert_eq!(alive.last_answer.unwrap().sequence, 1);
    let round_trip = Nanos::from_millis(24);
    assert_eq!(alive.answer_times, Some((round_trip, round_trip)));
    assert_eq!(alive.farewell.unwrap().answer.unwrap().sequence, 1);
    let timer = found.timer.as_ref().unwrap();
    assert_eq!(timer.waited, Nanos::from_millis(10_007), "M16");
    assert_eq!(
        (timer.since, timer.ended_by),
        (Since::PhaseStart, Side::Originator)
    );
    assert_eq!(timer.known[0].name, "Go net/http TLSHandshakeTimeout");
    assert_eq!(found.idle_timer, None);
}

#[test]
fn a_report_has_what_was_measured() {
    let found = stalled_server().reported();
    assert_eq!(found.syn_rtt.unwrap().rtt_ns, 24_000_000);
    let delivery = found.hello_delivery.unwrap();
    assert_eq!(
        (delivery.elapsed_ns, delivery.copies),
        (Some(24_000_000), 1)
    );
    let numbers: Vec<_> = delivery
        .packets
        .iter()
        .map(|packet| packet.number)
        .collect();
    assert_eq!(numbers, [4, 5]);
    assert_eq!(found.sequence_jump.unwrap().sent_to, 1);
    let alive = found.liveness.unwrap();
    assert_eq!(
        (alive.probes, alive.answered, alive.last_answer_seq),
        (9, 9, Some(1))
    );
    assert_eq!(
        found.timer.unwrap().known_as,
        ["Go net/http TLSHandshakeTimeout"]
    );
    assert_eq!(found.options.server.unwrap().kinds[..2], [2, 4]);
    assert_eq!(found.phase_lock, None);
}

#[test]
fn a_server_whose_flight_is_lost_has_sent_it() {
    let mut talk = Talk::connected();
    talk.client(24_500, data(1, 1, &client_hello(256)))
        .server(48_500, with_id(bare(1, 257), 100))
        .client(SECOND, bare(256, 1))
        .server(SECOND + 24_000, with_id(bare(1363, 257), 105))
        .client(2 * SECOND, bare(256, 1))
        .server(2 * SECOND + 24_000, with_id(bare(1363, 257), 106))
        .client(3 * SECOND, bare(256, 1))
        .server(3 * SECOND + 24_000, with_id(bare(1363, 257), 107))
        .client(5 * SECOND + 24_500, fin(257, 1))
        .server(5 * SECOND + 48_500, with_id(bare(1363, 258), 109));
    let found = talk.measured();
    let sequence = found.sequence.as_ref().unwrap();
    assert_eq!(
        (sequence.sent_to, sequence.received_to, sequence.missing),
        (1362, 0, 1362),
        "M8"
    );
    let [jump] = sequence.jumps.as_slice() else {
        panic!("one jump: {sequence:?}")
    };
    assert_eq!(jump.stamp.packet.number.get(), 7);
    assert!(!jump.with_payload && jump.filled.is_none());
    let ip_id = found.ip_id.as_ref().unwrap();
    assert_eq!(
        (ip_id.missing, ip_id.gap_count, ip_id.is_counter()),
        (5, 2, true),
        "M11"
    );
    let alive = found.liveness.as_ref().unwrap();
    assert_eq!((alive.probes, alive.answered), (3, 3));
    assert_eq!(alive.last_answer.unwrap().sequence, 1363);
    assert_eq!(alive.farewell.unwrap().answer.unwrap().sequence, 1363);
    let timer = found.timer.as_ref().unwrap();
    assert_eq!(
        (timer.known.len(), timer.whole_seconds),
        (0, Some(5)),
        "M16"
    );
}

#[test]
fn the_answer_tells_which_syn_arrived() {
    let both = (Some((100, 0)), Some((1100, 0)));
    for (name, syns, answer, arrived, rtt_ms) in [
        ("SYN-ACK lost", both, Some((900, 100)), Some(1), 1024),
        ("SYN lost", both, Some((900, 1100)), Some(2), 24),
        ("no timestamps", (None, None), None, None, 24),
        (
            "one clock tick",
            (Some((100, 0)), Some((100, 0))),
            Some((900, 100)),
            None,
            24,
        ),
    ] {
        let mut talk = Talk::default();
        talk.client(0, syn(syns.0))
            .client(SECOND, syn(syns.1))
            .server(SECOND + 24_000, syn_ack(answer))
            .client(SECOND + 24_050, bare(1, 1));
        let found = talk.measured();
        let told = found.attributions.first();
        assert_eq!(told.map(|told| told.arrived), arrived, "{name}");
        if let Some(told) = told {
            assert_eq!(
                (told.subject, told.sender),
                (Subject::Syn, Side::Originator),
                "{name}"
            );
            assert_eq!((told.copies, told.sent.len()), (2, 2), "{name}");
        }
        assert_eq!(found.round_trip, Some(Nanos::from_millis(rtt_ms)), "{name}");
        let rtt = found.connect.round_trip.unwrap().rtt;
        assert_eq!(rtt, Nanos::from_millis(rtt_ms), "{name}");
    }
}

#[test]
fn a_server_that_repeats_its_syn_ack_does_not_have_the_answer() {
    let mut talk = Talk::connected();
    talk.client(24_500, data(1, 1, &client_hello(256)))
        .server(SECOND, syn_ack(Some((1900, 100))))
        .server(3 * SECOND, syn_ack(Some((3900, 100))));
    let connect = talk.measured().connect;
    assert_eq!((connect.syn_ack_count, connect.syn_acks_after_ack), (3, 2));
}

#[test]
fn what_a_server_repeats_by_itself_is_no_answer() {
    let hello = client_hello(256);
    let mut talk = Talk::connected();
    talk.client(24_500, data(1, 1, &hello))
        .client(265_000, data(1, 1, &hello))
        .server(SECOND, syn_ack(Some((1900, 100))))
        .client(2 * SECOND, data(1, 1, &hello));
    let alive = talk.measured().liveness.unwrap();
    assert_eq!((alive.probes, alive.answered), (2, 0));
    assert_eq!(alive.last_heard.unwrap().stamp.packet.number.get(), 6);
}

#[test]
fn of_many_copies_a_d_sack_tells_that_an_earlier_one_arrived() {
    let hello = client_hello(256);
    let sent = |tsval| Line {
        ts: Some((tsval, 900)),
        ..data(1, 1, &hello)
    };
    let mut talk = Talk::connected();
    talk.client(25_000, sent(125))
        .client(265_000, sent(365))
        .client(745_000, sent(845))
        .server(
            769_000,
            Line {
                ts: Some((1669, 845)),
                sack: vec![(1, 257)],
                ..bare(1, 257)
            },
        );
    let found = talk.measured();
    let told = &found.attributions[0];
    assert_eq!((told.arrived, told.copies), (2, 3));
    assert_eq!(told.basis, AttributionBasis::DuplicateSack);
}

/// A ClientHello is sent twice; the server's answer says which copy it had first.
fn hello_sent_twice(answer: Line) -> Primitives {
    let hello = client_hello(256);
    let sent = |tsval| Line {
        ts: Some((tsval, 900)),
        ..data(1, 1, &hello)
    };
    let mut talk = Talk::connected();
    talk.client(25_000, sent(125))
        .client(265_000, sent(365))
        .server(289_000, answer);
    talk.measured()
}

#[test]
fn the_answer_tells_which_hello_arrived() {
    let echo = |tsecr, sack: &[(u32, u32)]| Line {
        ts: Some((1189, tsecr)),
        sack: sack.to_vec(),
        ..bare(1, 257)
    };
    let by_echo = AttributionBasis::TimestampEcho;
    let by_duplicate = AttributionBasis::DuplicateSack;
    for (name, answer, arrived, basis) in [
        ("the hello was lost", echo(365, &[]), 2, by_echo),
        ("its ACK was late", echo(125, &[]), 1, by_echo),
        ("its ACK was lost", echo(365, &[(1, 257)]), 1, by_duplicate),
    ] {
        let found = hello_sent_twice(answer);
        let [told] = found.attributions.as_slice() else {
            panic!("{name}: {:?}", found.attributions)
        };
        assert_eq!(
            (told.subject, told.arrived, told.basis),
            (Subject::ClientHello, arrived, basis),
            "{name}"
        );
        let delivery = found.hellos[0].delivery.as_ref().unwrap();
        assert_eq!((delivery.copies, delivery.resent.len()), (2, 1), "{name}");
    }
}

#[test]
fn a_hello_whose_head_is_lost_is_held_in_part() {
    let hello = client_hello(1_706);
    let mut talk = Talk::connected();
    let held = Line {
        sack: vec![(1449, 1707)],
        ..bare(1, 1)
    };
    talk.client(25_000, data(1, 1, &hello[..1448]))
        .client(25_010, data(1449, 1, &hello[1448..]))
        .server(49_000, held)
        .client(265_000, data(1, 1, &hello[..1448]))
        .client(745_000, data(1, 1, &hello[..1448]));
    let found = talk.measured();
    let delivery = found.hellos[0].delivery.as_ref().unwrap();
    assert_eq!(
        (delivery.bytes, delivery.acked, delivery.acked_bytes),
        (1706, None, 0)
    );
    assert_eq!(delivery.copies, 3);
    let (from, to, packet) = delivery.sacked.unwrap();
    assert_eq!((from, to, packet.packet.number.get()), (1448, 1706, 6));
    let sack = found.sack.responder.unwrap();
    assert_eq!(
        (sack.segments, sack.last_block),
        (1, Some((1448, 1706))),
        "M9"
    );
}

#[test]
fn a_client_that_thinks_shows_before_and_after() {
    let flight = server_flight(900);
    let end = 1 + u32::try_from(flight.len()).unwrap();
    let thought = 1_170 * MILLISECOND;
    let hello_at = 24_000 + thought;
    let flight_at = hello_at + 25_700;
    let mut talk = Talk::connected();
    talk.client(hello_at, data(1, 1, &client_hello(256)))
        .server(hello_at + 24_000, bare(1, 257))
        .server(flight_at, data(1, 257, &flight))
        .client(flight_at + 30, bare(257, end))
        // Sent before the flight is read, and means nothing.
        .client(flight_at + 200, data(257, end, &record(20, &[1])))
        .client(
            flight_at + 675 * MILLISECOND,
            data(263, end, &record(23, &[9; 53])),
        );
    let found = talk.measured();
    let think = found.client_think_before_hello.unwrap();
    assert_eq!(think.length(), Nanos::from_millis(1_170), "M2");
    let hello = &found.hellos[0];
    assert_eq!(
        hello.answer.unwrap().length(),
        Nanos::from_micros(25_700),
        "M4"
    );
    assert_eq!(
        hello.server_think,
        Some(Nanos::from_micros(1_700)),
        "M4 less M1"
    );
    let flight = found.flight.as_ref().unwrap();
    let ack = flight.kernel_ack.unwrap();
    assert_eq!(
        (ack.elapsed.length(), ack.with_payload),
        (Nanos::from_micros(30), false),
        "M5"
    );
    let turn = flight.client_turn.unwrap();
    assert_eq!(turn.elapsed.length(), Nanos::from_millis(675), "M6");
    assert_eq!(turn.end, TurnEnd::Spoke);
    assert_eq!(found.sending.count(), 3, "M15");
}

#[test]
fn a_client_that_closes_without_a_word_has_had_its_turn() {
    let flight = server_flight(900);
    let end = 1 + u32::try_from(flight.len()).unwrap();
    let mut talk = Talk::connected();
    talk.client(25_000, data(1, 1, &client_hello(256)))
        .server(50_000, data(1, 257, &flight))
        .client(50_040, bare(257, end))
        .client(11 * SECOND, fin(257, end));
    let found = talk.measured();
    let turn = found.flight.as_ref().unwrap().client_turn.unwrap();
    assert_eq!(turn.end, TurnEnd::Closed, "M6");
    assert_eq!(turn.elapsed.length(), Nanos::from_millis(10_950));
    assert_eq!(
        found.timer.map(|timer| timer.known),
        Some(Vec::new()),
        "M16"
    );
}

#[test]
fn a_request_after_idle_time_that_never_arrives() {
    let request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let (asked, told) = (1 + request.len() as u32, 1 + response.len() as u32);
    let mut talk = Talk::connected();
    talk.client(25_000, data(1, 1, request))
        .server(49_000, bare(1, asked))
        .server(149_000, data(1, asked, response))
        .client(149_050, bare(asked, told))
        .client(400 * SECOND, data(asked, told, request))
        .client(400 * SECOND + 240_000, data(asked, told, request))
        .client(400 * SECOND + 720_000, data(asked, told, request));
    let found = talk.measured();
    let [first, second] = found.exchanges.as_slice() else {
        panic!("two requests: {:?}", found.exchanges)
    };
    assert_eq!(
        first.answer.unwrap().length(),
        Nanos::from_millis(124),
        "M7"
    );
    assert_eq!(
        first.server_think,
        Some(Nanos::from_millis(100)),
        "M7 less M1"
    );
    let delivery = first.delivery.as_ref().unwrap();
    let acked = delivery.acked.unwrap().at.since(first.request.until.at);
    assert_eq!((acked, delivery.copies), (Nanos::from_millis(24), 1));
    assert_eq!(second.answer, None);
    let delivery = second.delivery.as_ref().unwrap();
    assert_eq!(
        (delivery.acked, delivery.acked_bytes, delivery.copies),
        (None, 0, 3)
    );
    let idle = second.idle.unwrap();
    assert_eq!(idle.elapsed.length(), Nanos::from_micros(399_850_950));
    assert_eq!(idle.last_speaker, Side::Originator);
}

#[test]
fn an_idle_connection_that_the_server_closes_on_time() {
    let request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    let response = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let (asked, told) = (1 + request.len() as u32, 1 + response.len() as u32);
    let mut talk = Talk::connected();
    talk.client(25_000, data(1, 1, request))
        .server(50_000, data(1, asked, response))
        .client(50_050, bare(asked, told))
        .server(75 * SECOND + 60_000, fin(told, asked));
    let found = talk.measured();
    assert_eq!(found.timer, None);
    let timer = found.idle_timer.unwrap();
    assert_eq!(timer.waited, Nanos::from_millis(75_010));
    assert_eq!((timer.ended_by, timer.by_reset), (Side::Responder, false));
    let names: Vec<_> = timer.known.iter().map(|known| known.name).collect();
    assert_eq!(names, ["nginx keepalive_timeout"]);
}

#[test]
fn a_flight_that_waits_for_its_window_pauses_for_a_round_trip() {
    let flight = server_flight(4_000);
    let (first, rest) = flight.split_at(2_920);
    let mut talk = Talk::connected();
    talk.client(25_000, data(1, 1, &client_hello(256)))
        .server(50_000, data(1, 257, &first[..1460]))
        .server(50_100, data(1461, 257, &first[1460..]))
        .client(50_150, bare(257, 2921))
        .server(74_500, data(2921, 257, rest))
        .client(74_550, bare(257, 1 + u32::try_from(flight.len()).unwrap()));
    let found = talk.measured();
    let flight = found.flight.as_ref().unwrap();
    let [(pause, before)] = flight.pauses.as_slice() else {
        panic!("one pause: {flight:?}")
    };
    assert_eq!(
        (pause.length(), *before),
        (Nanos::from_micros(24_400), 2_920)
    );
    assert_eq!((flight.segments, flight.first_segment), (3, 1460));
}

#[test]
fn a_delayed_ack_that_holds_the_response_back() {
    let mut talk = Talk::connected();
    let flight = server_flight(900);
    let end = 1 + u32::try_from(flight.len()).unwrap();
    talk.client(25_000, data(1, 1, &client_hello(256)))
        .server(50_000, data(1, 257, &flight))
        .client(50_020, bare(257, end))
        .client(50_400, data(257, end, &record(23, &[9; 53])))
        .server(75_000, data(end, 315, &record(23, &[9; 250])))
        .client(116_000, bare(315, end + 255))
        .server(140_500, data(end + 255, 315, &record(23, &[9; 300])));
    let slow = talk.measured().slowest_client_ack.unwrap();
    assert_eq!(
        (slow.elapsed.length(), slow.is_bare),
        (Nanos::from_millis(41), true)
    );
    assert_eq!(slow.resumed.unwrap().packet.number.get(), 10);
}

#[test]
fn with_one_side_missing_nothing_is_said_of_it() {
    let mut talk = Talk::default();
    talk.client(0, syn(Some((100, 0))))
        .client(24_050, bare(1, 1))
        .client(24_500, data(1, 1, &client_hello(256)));
    let found = talk.measured();
    assert_eq!(
        (found.connect.round_trip, found.client_think_before_hello),
        (None, None)
    );
    assert_eq!(found.hellos[0].delivery, None);
    assert_eq!(
        (found.sequence, found.ip_id, found.connect.options.responder),
        (None, None, None)
    );
}
