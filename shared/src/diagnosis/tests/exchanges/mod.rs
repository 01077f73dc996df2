//! Stories of what comes after the handshake that the corpus has no capture of, and near misses of them.

use super::stage::messages::{data, get, ok, preface, settings};
use super::stage::{C, ROUND_TRIP, S, Said, Stage, is};
use crate::report::v1::{Party, Severity};
use crate::testkit::conversation::Conversation;

/// What an Ethernet's segment carries.
const SEGMENT: usize = 1_448;

/// HTTP/2 in clear begins, with a first request.
fn asked(talk: &mut Conversation) {
    talk.open(ROUND_TRIP).data(C, &preface()).data(C, &get(1));
    talk.wait(ROUND_TRIP).data(S, &settings()).ack(C);
}

/// Bytes in segments that the client acknowledges two by two.
fn body(talk: &mut Conversation, bytes: &[u8]) {
    for pair in bytes.chunks(2 * SEGMENT) {
        for segment in pair.chunks(SEGMENT) {
            talk.data(S, segment);
        }
        talk.ack(C);
    }
}

#[test]
fn a_sender_that_stops_at_the_window() {
    let story = |bytes: usize, is_last: bool| {
        let mut stage = Stage::default();
        stage.connection(0, |talk| {
            asked(talk);
            let parts: [usize; 5] = [16_384, 16_384, 16_384, 16_000, bytes - 65_152];
            let mut response = ok(1);
            for (index, part) in parts.into_iter().enumerate() {
                response.extend(data(1, part, is_last && index == 4));
            }
            body(talk, &response);
            talk.wait(30_000).fin(C).wait(ROUND_TRIP).fin(S).ack(C);
        });
        stage.said()[&40_000].clone()
    };
    let stalled = story(65_535, false);
    assert_eq!(stalled, is("A8", Party::Client, Severity::Failure));
    let short = story(65_500, false).map(|(cause, ..)| cause);
    assert_ne!(short.as_deref(), Some("A8"));
    // All of it was sent: nobody waits for room.
    let whole = story(65_535, true);
    assert_eq!(
        whole.filter(|(.., severity)| *severity != Severity::Info),
        None
    );
}

#[test]
fn one_connection_swallows_every_request() {
    let story = |requests: u32| {
        let mut stage = Stage::default();
        stage.connection(0, |talk| {
            asked(talk);
            talk.wait(10).data(S, &[ok(1), data(1, 500, true)].concat());
            talk.ack(C);
            for request in 0..requests {
                talk.wait(4_000).data(C, &get(3 + 2 * request)).lost();
                let sent = talk.packets().len() - 1;
                talk.wait(300).again(sent).lost();
            }
        });
        stage.connection(15_000, |talk| {
            asked(talk);
            talk.wait(10).data(S, &[ok(1), data(1, 500, true)].concat());
            talk.ack(C);
        });
        let said = stage.said();
        assert_eq!(said[&40_002], None, "the new connection works");
        said[&40_000].clone()
    };
    assert_eq!(story(3), is("A9", Party::Middlebox, Severity::Failure));
    let once = story(1).map(|(cause, ..)| cause);
    assert_ne!(once.as_deref(), Some("A9"));
    assert_eq!(story(0), None);
}

/// A connection whose sender fills what may be in flight without scaling, twice.
fn filled(talk: &mut Conversation, is_scaled: bool) {
    talk.syn().wait(ROUND_TRIP).syn_ack();
    if !is_scaled {
        talk.adjust(|sent| sent.header.options.window_scale = None);
        talk.ends.originator.window = u16::MAX;
    }
    talk.ack(C);
    talk.data(C, b"GET / HTTP/1.1\r\nHost: api.shop.example\r\n\r\n");
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 130000\r\n\r\n";
    let response = [&head[..], &[b'x'; 130_000]].concat();
    talk.wait(ROUND_TRIP);
    for window in response.chunks(45 * SEGMENT) {
        for segment in window.chunks(SEGMENT) {
            talk.data(S, segment);
        }
        talk.ack(C).wait(ROUND_TRIP);
    }
    talk.fin(C).wait(ROUND_TRIP).fin(S).ack(C);
}

#[test]
fn loss_begins_beyond_the_unscaled_window() {
    let story = |others_are_scaled: bool| -> Said {
        let mut stage = Stage::default();
        stage.connection(0, |talk| filled(talk, false));
        stage.connection(1_000, |talk| filled(talk, others_are_scaled));
        let said = stage.said();
        if others_are_scaled {
            assert_eq!(said[&40_002], None, "what is scaled lacks nothing");
        }
        said[&40_000].clone()
    };
    assert_eq!(story(true), is("P5", Party::Middlebox, Severity::Delay));
    // Nowhere does the server scale: it does not want to.
    assert_eq!(story(false), None);
}
