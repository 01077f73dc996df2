//! Stories of TLS handshakes that the corpus has no capture of, and near misses of them.

use super::stage::messages::{
    Hello, finished, flight, flight_with_certificate, key_exchange, sealed,
};
use super::stage::{C, ROUND_TRIP, S, Said, Stage, is, said};
use crate::report::v1::{Party, Severity};
use crate::testkit::conversation::Conversation;

/// So many of each kind; fewer could be chance.
const TIMES: i64 = 4;

/// The server acknowledges the hello and hangs up.
fn hung_up(talk: &mut Conversation, hello: Hello) {
    talk.open(ROUND_TRIP).data(C, &hello.bytes());
    talk.wait(ROUND_TRIP).ack(S).wait(1).fin(S).ack(C);
    talk.wait(1).fin(C).wait(ROUND_TRIP).ack(S);
}

/// A handshake, a request and its response.
fn served(talk: &mut Conversation, hello: Hello) {
    talk.open(ROUND_TRIP).data(C, &hello.bytes());
    talk.wait(ROUND_TRIP).data(S, &flight()).ack(C);
    talk.wait(1).data(C, &sealed(60)).data(C, &sealed(90));
    talk.wait(ROUND_TRIP).data(S, &sealed(400)).ack(C);
    goodbye(talk);
}

fn goodbye(talk: &mut Conversation) {
    talk.fin(C).wait(ROUND_TRIP).fin(S).ack(C);
}

/// What is said of the first of so many connections with one hello that fail, beside as many with another.
fn two_arms(own: Hello, other: Hello, other_passes: bool) -> Said {
    let mut stage = Stage::default();
    for time in 0..TIMES {
        stage.connection(time * 1_000, |talk| hung_up(talk, own));
        stage.connection(time * 1_000 + 500, |talk| {
            if other_passes {
                served(talk, other);
            } else {
                hung_up(talk, other);
            }
        });
    }
    let said = stage.said();
    assert_eq!(said.len(), 8);
    if other_passes {
        assert_eq!(said[&40_002], None, "what works is nobody's fault");
    }
    said[&40_000].clone()
}

#[test]
fn resumed_handshakes_that_fail_beside_fresh_ones() {
    let resumed = Hello {
        resumes: true,
        ..Hello::default()
    };
    let fresh = Hello::default();
    assert_eq!(
        two_arms(resumed, fresh, true),
        is("H20", Party::Server, Severity::Failure)
    );
    let closed = is("H9", Party::Server, Severity::Failure);
    assert_eq!(two_arms(resumed, fresh, false), closed);
    // Fresh ones fail and resumed ones pass: that is no ticket's fault.
    assert_eq!(two_arms(fresh, resumed, true), closed);
}

#[test]
fn a_cut_that_fails_beside_another_of_the_same_size() {
    let whole = Hello::default();
    let cut = Hello {
        records: 2,
        ..whole
    };
    let large = Hello {
        padding: 1_000,
        ..cut
    };
    assert_eq!(
        two_arms(cut, whole, true),
        is("H21", Party::Middlebox, Severity::Failure)
    );
    let closed = is("H9", Party::Server, Severity::Failure);
    assert_eq!(two_arms(cut, whole, false), closed);
    assert_ne!(two_arms(large, whole, true).unwrap().0, "H21");
}

#[test]
fn a_fingerprint_that_fails_beside_another() {
    let own = Hello::default();
    let other = Hello {
        suites: [0x1303, 0xc02f],
        ..own
    };
    assert_eq!(
        two_arms(own, other, true),
        is("H26", Party::Server, Severity::Failure)
    );
    let closed = is("H9", Party::Server, Severity::Failure);
    assert_eq!(two_arms(own, other, false), closed);
    assert_eq!(two_arms(own, own, false), closed);
    // Another size as well, which needs two segments: then that may be why.
    let large = Hello {
        padding: 1_500,
        ..other
    };
    assert_ne!(two_arms(own, large, true).unwrap().0, "H26");
}

/// A hello that is sent again after 300 ms, and answered as a duplicate; before that, where it is only late, comes what
/// the server had said to the first copy.
fn hello_sent_again(talk: &mut Conversation, first_answer_comes: bool) {
    talk.open(ROUND_TRIP).data(C, &Hello::default().bytes());
    let first = talk.packets()[3].header;
    talk.wait(300).again(3);
    if first_answer_comes {
        let (tsval, _) = first.options.timestamps.unwrap();
        talk.wait(10).ack(S).adjust(|sent| {
            sent.header.options.timestamps = Some((900_040, tsval));
        });
    }
    talk.wait(ROUND_TRIP).ack(S).adjust(|sent| {
        let end = first.sequence + first.payload_length;
        sent.header.options.sack[0] = Some((first.sequence, end));
    });
    talk.data(S, &flight()).ack(C);
    talk.wait(1).data(C, &sealed(60)).data(C, &sealed(90));
    talk.wait(ROUND_TRIP).data(S, &sealed(400)).ack(C);
    goodbye(talk);
}

#[test]
fn an_acknowledgement_that_is_late_is_not_lost() {
    let cause = |first_answer_comes| {
        let mut stage = Stage::default();
        stage.connection(0, |talk| hello_sent_again(talk, first_answer_comes));
        stage.said()[&40_000].clone().map(|(cause, ..)| cause)
    };
    assert_eq!(cause(false).as_deref(), Some("H13"));
    assert_ne!(cause(true).as_deref(), Some("H13"));
}

#[test]
fn two_issuers_at_two_places() {
    let seen = |issuer: &str| {
        let mut stage = Stage::default();
        stage.connection(0, |talk| {
            talk.open(ROUND_TRIP).data(C, &Hello::default().bytes());
            talk.wait(ROUND_TRIP)
                .data(S, &flight_with_certificate(issuer));
            talk.ack(C).wait(1).data(C, &key_exchange());
            talk.wait(ROUND_TRIP).data(S, &finished()).ack(C);
            talk.wait(1).data(C, &sealed(90));
            talk.wait(ROUND_TRIP).data(S, &sealed(400)).ack(C);
            goodbye(talk);
        });
        stage
    };
    let (inside, outside) = (seen("Example Corp Inspection"), seen("Example Trust CA"));
    assert_eq!(
        said(&[&inside, &outside])[&40_000],
        is("H25", Party::Middlebox, Severity::Info)
    );
    assert_eq!(said(&[&inside, &inside])[&40_000], None);
    assert_eq!(inside.said()[&40_000], None);
}
