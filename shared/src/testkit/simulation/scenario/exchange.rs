//! Requests and responses that go wrong after a good beginning (A).

use crate::diagnosis::{Cause, Party};
use crate::testkit::simulation::client::Program;
use crate::testkit::simulation::dialogue::Dialogue;
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::Fate;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::words::{http, tls};
use crate::time::Nanos;

/// A talk up to a request that the server has read, over TLS or in clear.
fn asked(story: &mut Story) -> (Dialogue, bool) {
    let is_plain = story.dice().chance(40);
    let mut talk = story.dialogue();
    let dice = story.dice();
    if dice.chance(30) {
        let idle = dice.pick([1, 5]);
        talk.asks(Step::KeepAlive(Nanos::from_secs(idle)));
    }
    if is_plain {
        talk.plain_request(dice);
    } else {
        let bytes = dice.size(90, 900);
        talk.handshake(dice).request(dice, bytes);
    }
    (talk, is_plain)
}

fn response(talk: &Dialogue, story: &mut Story, is_plain: bool, length: usize) -> (Vec<u8>, usize) {
    let bytes = if is_plain {
        http::response("200 OK", length)
    } else {
        tls::sealed(story.dice(), length)
    };
    let read = bytes.len() + if is_plain { 0 } else { talk.early() };
    (bytes, read)
}

/// A1: the request was read, and the answer takes longer than the client waits, or just long.
pub(super) fn slow_first_byte(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    story.company(server);
    let (mut talk, is_plain) = asked(story);
    let is_given_up = story.dice().chance(60);
    let (limit, late) = if is_given_up {
        let limit = story.limit();
        (limit, Nanos(limit.get() * 3))
    } else {
        (
            Nanos::from_secs(200),
            story.dice().any_magnitude(3_000_000, 40_000_000),
        )
    };
    story.lasts(if is_given_up {
        limit
    } else {
        Nanos(late.get() + 3_000_000_000)
    });
    talk.asks(Step::Limit(Some(limit)))
        .answers(Step::Pause(late));
    let (bytes, read) = response(&talk, story, is_plain, 3_000);
    talk.asks(Step::Receive(read)).asks(Step::Close);
    talk.answers(Step::Send(bytes)).answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A1);
    if !is_given_up {
        story.relabel(Label::or_silence);
    }
}

/// A2: the connection works, and the request never arrives.
pub(super) fn request_lost(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit().max(Nanos::from_secs(4));
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice);
    let said = talk.said();
    talk.request(dice, 400).asks(Step::Limit(Some(limit)));
    talk.asks(Step::Receive(usize::MAX)).answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    let mut first = None;
    story
        .world
        .pipe(story.client, server.ip())
        .device(move |passage| {
            let Some(segment) = passage
                .wire
                .segment()
                .filter(|_| passage.wire.source == ends.0)
            else {
                return Fate::Pass;
            };
            if passage.wire.is_syn() {
                first = Some(segment.sequence.wrapping_add(1));
            }
            let offset = first.map_or(0, |first: u32| segment.sequence.wrapping_sub(first));
            let is_request = !segment.payload.is_empty() && offset as usize >= said;
            if is_request { Fate::Drop } else { Fate::Pass }
        });
    story.fault(ends, Cause::A2);
}

/// A3: the server stops in the middle of the body.
pub(super) fn body_stall(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit();
    let (mut talk, is_plain) = asked(story);
    let length = story.dice().size(20_000, 200_000);
    let (bytes, read) = response(&talk, story, is_plain, length);
    let part = story.dice().size(4_000, 16_000);
    let think = story.dice().micros(500, 60_000);
    talk.answers(Step::Pause(think));
    talk.answers(Step::Send(bytes.get(..part).unwrap_or_default().to_vec()));
    talk.answers(Step::Hang);
    talk.asks(Step::Limit(Some(limit)))
        .asks(Step::Receive(read));
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A3);
    if !is_plain {
        // Under TLS nobody sees how long the response was meant to be.
        story.relabel(|label| label.or_silence().or(&[Cause::A1]));
    }
}

/// A4: the client does not read for a while, and its window closes.
pub(super) fn zero_window(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let (mut talk, is_plain) = asked(story);
    let buffer = story.client_stack().map_or(65_536, |stack| stack.buffer);
    let length =
        usize::try_from(buffer * 2).unwrap_or(200_000) + story.dice().size(50_000, 200_000);
    let (bytes, read) = response(&talk, story, is_plain, length);
    let away = story.dice().any_magnitude(2_000_000, 20_000_000);
    story.lasts(Nanos(away.get() * 2 + 10_000_000_000));
    talk.answers(Step::Send(bytes)).answers(Step::AwaitEnd);
    talk.asks(Step::Receive(8_000)).asks(Step::Pause(away));
    talk.asks(Step::Receive(read - 8_000)).asks(Step::Close);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A4);
}

/// A5: the server resets or closes in the middle of the body.
pub(super) fn body_cut(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let (mut talk, is_plain) = asked(story);
    let length = story.dice().size(20_000, 200_000);
    let (bytes, read) = response(&talk, story, is_plain, length);
    let part = story.dice().size(4_000, 16_000);
    let is_reset = !is_plain || story.dice().chance(60);
    let think = story.dice().micros(500, 60_000);
    let later = story.dice().any_magnitude(1_000, 3_000_000);
    talk.answers(Step::Pause(think));
    talk.answers(Step::Send(bytes.get(..part).unwrap_or_default().to_vec()));
    talk.answers(Step::Pause(Nanos(later.get() + story.round_trip.get() * 2)));
    talk.answers(if is_reset { Step::Abort } else { Step::Close });
    talk.asks(Step::Receive(read));
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A5);
    story.relabel(|label| label.or(&[Cause::A7]));
    if !is_plain {
        story.relabel(Label::or_silence);
    }
}

/// A6: the client waits a second for a 100 that does not come.
pub(super) fn continue_wait(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let mut talk = story.dialogue();
    let length = story.dice().size(1_100, 30_000);
    let name = talk.name.clone();
    let head = http::post(&name, length, "Expect: 100-continue\r\n");
    talk.think(story.dice());
    talk.answers(Step::Receive(head.len() + length));
    talk.asks(Step::Send(head))
        .asks(Step::Pause(Nanos::from_millis(1_001)));
    talk.asks(Step::Send(http::body(length)));
    let answer = http::response("200 OK", 200);
    let think = story.dice().micros(500, 40_000);
    talk.answers(Step::Pause(think));
    talk.asks(Step::Receive(answer.len()))
        .answers(Step::Send(answer));
    talk.plain_end();
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A6);
    if story.form.snap > 0 {
        // The capture may not have the field that asks to wait.
        story.relabel(Label::or_silence);
    }
}

/// A7: the server's idle timer and the client's next request cross.
pub(super) fn close_race(story: &mut Story) {
    story.round_trip = story.round_trip.max(Nanos::from_millis(2));
    let (server, after) = (story.server(), story.when());
    let idle = Nanos::from_secs(story.dice().pick([2, 5, 15, 30, 60, 75]));
    story.lasts(Nanos(idle.get() + 4_000_000_000));
    let is_plain = story.dice().chance(50);
    let half = Nanos(story.round_trip.get() / 2);
    let mut talk = story.dialogue();
    let dice = story.dice();
    if is_plain {
        talk.plain_exchange(dice);
    } else {
        talk.handshake(dice).exchange(dice);
    }
    talk.answers(Step::Pause(Nanos(idle.get() + half.get())))
        .answers(Step::Close);
    talk.asks(Step::Pause(idle));
    if is_plain {
        let request = http::get(&talk.name, "/more", "");
        talk.asks(Step::Send(request));
    } else {
        talk.request(dice, 300);
    }
    talk.asks(Step::Receive(usize::MAX));
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A7);
}

/// A8: under TLS, the server stops after exactly one default window of HTTP/2 (RFC 9113 §6.9.2).
pub(super) fn window_used(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit().max(Nanos::from_secs(3));
    let mut talk = story.dialogue();
    talk.who.program = Program::Go;
    talk.who.offers_http2 = true;
    let dice = story.dice();
    talk.asks(Step::KeepAlive(Nanos::from_secs(1)));
    talk.handshake(dice).request(dice, 200);
    let head = dice.size(40, 200);
    let mut response = tls::sealed(dice, 9 + head);
    for part in [16_384, 16_384, 16_384, 16_383] {
        response.extend(tls::sealed(dice, 9));
        response.extend(tls::sealed(dice, part));
    }
    talk.answers(Step::Send(response)).answers(Step::Hang);
    talk.asks(Step::Limit(Some(limit)))
        .asks(Step::Receive(usize::MAX));
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A8);
    // Nobody sees under TLS that there was more to come.
    story.relabel(Label::or_silence);
}

/// A9: an HTTP/2 connection is dead, and every request goes to it.
pub(super) fn dead_connection(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let idle = Nanos::from_secs(i64::try_from(story.dice().between(40, 900)).unwrap_or(60));
    let mut talk = story.dialogue();
    talk.who.offers_http2 = true;
    let dice = story.dice();
    talk.handshake(dice).exchange(dice).asks(Step::Pause(idle));
    for _ in 0..dice.size(3, 6) {
        let bytes = dice.size(80, 300);
        talk.asks(Step::Send(tls::sealed(dice, bytes)));
        let wait = dice.millis(1_000, 4_000);
        talk.asks(Step::Pause(wait));
    }
    talk.asks(Step::Close).answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    let begin = story.beginning();
    let dead = Nanos(after.get() + idle.get() / 2);
    let hit = move |client: std::net::SocketAddr, since: Nanos| client == ends.0 && since > dead;
    story
        .world
        .pipe(story.client, server.ip())
        .device(move |passage| {
            let is_hit = hit(passage.wire.source, passage.now.since(begin));
            if is_hit { Fate::Drop } else { Fate::Pass }
        });
    for _ in 0..2 {
        let later = Nanos(after.get() + idle.get() + story.dice().millis(2_000, 9_000).get());
        story.healthy(later, server);
    }
    story.fault(ends, Cause::A9);
    story.lasts(Nanos(idle.get() + 30_000_000_000));
}

/// A10: a small answer waits for the ACK of a smaller one before it, and the client puts that off.
pub(super) fn nagle(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    if let Some(stack) = story.world.stack(server.ip()) {
        stack.nagle = true;
    }
    if let Some(stack) = story.client_stack() {
        stack.quick_acks = 0;
    }
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.plain_request(dice);
    let answer = http::response("200 OK", 300);
    let head = answer.get(..100).unwrap_or_default().to_vec();
    let rest = answer.get(100..).unwrap_or_default().to_vec();
    talk.asks(Step::Receive(answer.len()));
    talk.answers(Step::Send(head)).answers(Step::Send(rest));
    talk.plain_end();
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A10);
    story.relabel(Label::or_silence);
}

/// A11: a policer drops what comes faster than it lets through.
pub(super) fn policer(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let (mut talk, is_plain) = asked(story);
    let length = story.dice().size(300_000, 900_000);
    let (bytes, read) = response(&talk, story, is_plain, length);
    talk.answers(Step::Send(bytes)).answers(Step::AwaitEnd);
    talk.asks(Step::Receive(read)).asks(Step::Close);
    let byte_time = i64::try_from(story.dice().between(1_600, 8_000)).unwrap_or(4_000);
    let queue = story.dice().millis(5, 30);
    let pipe = story.world.pipe(server.ip(), story.client);
    pipe.byte_time = byte_time;
    pipe.queue = queue;
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A11);
    story.relabel(Label::or_silence);
    story.lasts(Nanos::from_secs(90));
}

/// A4, of an upload: the server does not read for a while.
pub(super) fn zero_window_upload(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let away = story.dice().any_magnitude(2_000_000, 20_000_000);
    let buffer = story
        .world
        .stack(server.ip())
        .map_or(65_536, |stack| stack.buffer);
    let length = usize::try_from(buffer * 2).unwrap_or(200_000) + 50_000;
    let mut talk = story.dialogue();
    let head = http::post(&talk.name, length, "");
    talk.think(story.dice());
    talk.answers(Step::Receive(head.len() + 2_000))
        .answers(Step::Pause(away));
    talk.answers(Step::Receive(length - 2_000));
    talk.asks(Step::Send(head))
        .asks(Step::Send(http::body(length)));
    let answer = http::response("200 OK", 200);
    talk.asks(Step::Receive(answer.len()))
        .answers(Step::Send(answer));
    talk.plain_end();
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::A4);
    story.relabel(|mut label| {
        label.parties = vec![Party::Server, Party::Middlebox];
        label.or(&[Cause::A3, Cause::A1, Cause::A8])
    });
    story.lasts(Nanos(away.get() * 2 + 10_000_000_000));
}
