//! Nothing is wrong, whatever it looks like.

use super::devices::{drop_first, icmp_if};
use super::flight::retried;
use crate::diagnosis::Cause;
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::Wire;
use crate::testkit::simulation::words::{http, tls};
use crate::time::Nanos;

/// An ordinary connection, and company.
pub(super) fn exchange(story: &mut Story) {
    let server = story.server();
    story.healthy(Nanos(0), server);
    story.company(server);
}

/// In clear, several times on one connection.
pub(super) fn plain(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    for _ in 0..dice.size(1, 4) {
        talk.plain_exchange(dice);
        let pause = dice.any_magnitude(100, 20_000_000);
        talk.asks(Step::Pause(pause));
    }
    talk.plain_end();
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    story.lasts(Nanos::from_secs(100));
}

/// A segment in the middle of a body is lost, and fast retransmission brings it.
pub(super) fn loss(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice);
    let think = dice.micros(500, 20_000);
    talk.request(dice, 300)
        .response(dice, think, 60_000)
        .end(dice);
    let ends = story.begin(Nanos(0), server, talk);
    let mut count = 0;
    let nth = story.dice().size(12, 20);
    let meant = move |wire: &Wire| {
        let is_data = wire.destination == ends.0 && wire.payload() > 0;
        count += usize::from(is_data);
        is_data && count == nth
    };
    story
        .world
        .pipe(server.ip(), story.client)
        .device(drop_first(1, meant));
    // What it cost is a round trip, which only a far server makes worth a word.
    story.fault(ends, Cause::H13);
    story.relabel(Label::or_silence);
}

/// Packets change places.
pub(super) fn reorder(story: &mut Story) {
    let server = story.server();
    story.world.pipe(server.ip(), story.client).reorder = 500;
    story.healthy(Nanos(0), server);
    story.healthy(Nanos::from_millis(300), server);
}

/// The capture ends in the middle of it.
pub(super) fn early_end(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice).exchange(dice).end(dice);
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    let trips = story.dice().between(0, 5);
    let until = story.round_trip.get() * i64::try_from(trips).unwrap_or(1);
    let further = story.dice().micros(100, 300_000);
    story.world.end(Nanos(until + further.get()));
}

/// Kept for later by keep-alives, then closed by either side.
pub(super) fn keep_alive(story: &mut Story) {
    let server = story.server();
    let idle = Nanos::from_secs(story.dice().pick([20, 60, 90, 300]));
    let beat = Nanos::from_secs(story.dice().pick([5, 15, 30]));
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.asks(Step::KeepAlive(beat))
        .handshake(dice)
        .exchange(dice);
    if dice.chance(50) {
        talk.asks(Step::Pause(idle)).end(dice);
    } else {
        talk.asks(Step::AwaitEnd).answers(Step::Pause(idle));
        let goodbye = tls::sealed_alert(dice, talk.is_tls13);
        talk.answers(Step::Send(goodbye)).answers(Step::Close);
    }
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    story.lasts(Nanos(idle.get() + 10_000_000_000));
}

/// Small responses, then nothing to ask for, and either side closes after a while.
pub(super) fn idle_close(story: &mut Story) {
    let server = story.server();
    let idle = Nanos::from_secs(story.dice().pick([2, 5, 10, 15, 60, 90]));
    let mut talk = story.dialogue();
    let dice = story.dice();
    let (request, response) = (dice.size(60, 900), dice.size(60, 600));
    let think = dice.any_magnitude(100, 200_000);
    talk.handshake(dice).request(dice, request);
    talk.response(dice, think, response);
    if dice.chance(50) {
        talk.asks(Step::Pause(idle)).end(dice);
    } else {
        talk.asks(Step::AwaitEnd).answers(Step::Pause(idle));
        let goodbye = tls::sealed_alert(dice, talk.is_tls13);
        talk.answers(Step::Send(goodbye)).answers(Step::Close);
    }
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    story.lasts(Nanos(idle.get() + 5_000_000_000));
}

/// The client has what it wanted and resets, or closes while the server still says goodbye.
pub(super) fn reset_close(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice).exchange(dice);
    let goodbye = tls::sealed_alert(dice, talk.is_tls13);
    if dice.chance(50) {
        talk.asks(Step::Abort).answers(Step::AwaitEnd);
    } else {
        let words = tls::sealed_alert(dice, talk.is_tls13);
        talk.asks(Step::Send(words.clone())).asks(Step::Close);
        talk.answers(Step::Receive(words.len()))
            .answers(Step::Send(goodbye));
        talk.answers(Step::Close);
    }
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
}

/// Both families answer, and the client drops the slower one.
pub(super) fn families(story: &mut Story) {
    let (own_v6, v6) = story.dual();
    let (own_v4, v4) = story.dual_v4();
    let slow = story.round_trip.max(Nanos::from_millis(260));
    story.world.join(own_v6, v6.ip(), slow, 9);
    story.world.join(own_v4, v4.ip(), Nanos(slow.get() / 4), 9);
    let mut talk = story.dialogue();
    talk.asks(Step::Close).answers(Step::AwaitEnd);
    let ends = story.begin_from(own_v6, Nanos(0), v6, talk);
    story.fine(ends);
    story.healthy_from(own_v4, Nanos::from_millis(250), v4);
}

/// A HelloRetryRequest, and all is well.
pub(super) fn retry(story: &mut Story) {
    let server = story.server();
    let ends = retried(story, Nanos(0), server);
    story.fine(ends);
}

/// The server answers when there is something to tell.
pub(super) fn long_poll(story: &mut Story) {
    let server = story.server();
    let wait = story.dice().any_magnitude(2_000_000, 50_000_000);
    let mut talk = story.dialogue();
    let dice = story.dice();
    if dice.chance(50) {
        talk.plain_request(dice);
        let answer = http::response("200 OK", 80);
        talk.asks(Step::Receive(answer.len()))
            .answers(Step::Pause(wait));
        talk.answers(Step::Send(answer)).plain_end();
    } else {
        talk.handshake(dice).request(dice, 200);
        talk.response(dice, wait, 150).end(dice);
    }
    let ends = story.begin(Nanos(0), server, talk);
    // Nobody can see that it was meant to wait.
    story.fault(ends, Cause::A1);
    story.relabel(Label::or_silence);
    story.lasts(Nanos(wait.get() + 5_000_000_000));
}

/// The path takes smaller packets than the hosts think, and says so.
pub(super) fn narrow(story: &mut Story) {
    let server = story.server();
    let mtu = story.dice().size(1_280, 1_400);
    let router = story.router();
    let back = Nanos(story.round_trip.get() / 3);
    let kind = if story.is_v6 { (2, 0) } else { (3, 4) };
    let word = u32::try_from(mtu).unwrap_or(1_280);
    let is_large = move |wire: &Wire| wire.length() > mtu;
    story.world.pipe(server.ip(), story.client).device(icmp_if(
        (router, back),
        kind,
        word,
        is_large,
    ));
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice).exchange(dice).end(dice);
    let ends = story.begin(Nanos(0), server, talk);
    story.fault(ends, Cause::H13);
    story.relabel(|label| label.or(&[Cause::H11, Cause::H12]).or_silence());
}

/// A large upload.
pub(super) fn upload(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    let bytes = dice.size(30_000, 150_000);
    let think = dice.micros(500, 20_000);
    talk.handshake(dice).request(dice, bytes);
    talk.response(dice, think, 200).end(dice);
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    story.lasts(Nanos::from_secs(30));
}

/// A large download.
pub(super) fn download(story: &mut Story) {
    let server = story.server();
    let mut talk = story.dialogue();
    let dice = story.dice();
    let bytes = dice.size(100_000, 700_000);
    let think = dice.micros(500, 20_000);
    talk.handshake(dice).request(dice, 200);
    talk.response(dice, think, bytes).end(dice);
    let ends = story.begin(Nanos(0), server, talk);
    story.fine(ends);
    story.lasts(Nanos::from_secs(30));
}

/// Far away.
pub(super) fn slow(story: &mut Story) {
    story.round_trip = story.dice().millis(350, 850);
    let server = story.server();
    story.healthy(Nanos(0), server);
    story.healthy(Nanos::from_millis(100), server);
    story.lasts(Nanos::from_secs(20));
}
