//! Handshakes whose answers are lost, wrong, slow or refused (H6 to H15, H17 to H19, H22 to H25).

use super::devices::{drop_first, drop_if, knows_nothing, reset_if};
use super::{Setting, setting};
use crate::diagnosis::{Cause, Party};
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::Fate;
use crate::testkit::simulation::script::{Farewell, Step};
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::Wire;
use crate::testkit::simulation::words::{http, tls};
use crate::time::Nanos;

/// H6: a box on the way resets in the server's name when it sees the ClientHello.
pub(super) fn injected(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    let think = dice.micros(300, 10_000);
    talk.flight(dice, think);
    let is_on_the_way = dice.chance(70);
    let count = u32::try_from(dice.size(1, 3)).unwrap_or(1);
    let share = i64::try_from(dice.between(5, 50)).unwrap_or(50);
    let ends = story.begin(after, server, talk);
    let genuine = story.ttl_of(server.ip());
    let off = u8::try_from(story.dice().between(3, 30)).unwrap_or(3);
    let ttl = genuine
        .checked_add(off)
        .unwrap_or(genuine.saturating_sub(off));
    let soon = Nanos(story.round_trip.get() * share / 100);
    let fate = if is_on_the_way {
        Fate::Pass
    } else {
        Fate::Drop
    };
    let mut is_first = true;
    let meant = move |wire: &Wire| {
        let is_hit = is_first && wire.source == ends.0 && wire.payload() > 0;
        is_first &= !is_hit;
        is_hit
    };
    let pipe = story.world.pipe(story.client, server.ip());
    pipe.device(reset_if(soon, ttl, count, fate, meant));
    story.fault(ends, Cause::H6);
}

/// H7: the server's process resets when it has the ClientHello.
pub(super) fn aborted(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    let think = dice.any_magnitude(100, 400_000);
    talk.asks(Step::Receive(usize::MAX));
    talk.answers(Step::Pause(think)).answers(Step::Abort);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H7);
    story.relabel(|label| label.or(&[Cause::H8]));
}

/// H8: what the ClientHello comes to knows nothing of the connection.
pub(super) fn state_lost(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let ends = story.begin(after, server, talk);
    let genuine = story.ttl_of(server.ip());
    let shift = u8::try_from(story.dice().pick([0, 0, 1, 2])).unwrap_or(0);
    let meant = move |wire: &Wire| wire.source == ends.0 && wire.payload() > 0;
    let round_trip = story.round_trip;
    let pipe = story.world.pipe(story.client, server.ip());
    pipe.device(knows_nothing(
        round_trip,
        genuine.saturating_sub(shift),
        meant,
    ));
    story.fault(ends, Cause::H8);
}

/// H9: the server closes when it has the ClientHello, without a word.
pub(super) fn closed(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let think = story.dice().any_magnitude(100, 400_000);
    talk.asks(Step::Receive(usize::MAX));
    talk.answers(Step::Pause(think)).answers(Step::Close);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H9);
}

/// H10: the server refuses by an alert, or the client does when it has seen the certificate.
pub(super) fn alert(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    let think = dice.any_magnitude(100, 100_000);
    if dice.chance(70) || talk.is_tls13 {
        let code = dice.pick([40, 40, 70, 80, 112, 47, 50, 71, 86]);
        talk.asks(Step::Receive(usize::MAX))
            .answers(Step::Pause(think));
        talk.answers(Step::Send(tls::alert(2, code)))
            .answers(Step::Close);
    } else {
        let code = dice.pick([42, 45, 46, 48]);
        talk.flight(dice, think).think(dice);
        talk.asks(Step::Send(tls::alert(2, code))).asks(Step::Close);
        talk.answers(Step::AwaitEnd);
    }
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H10);
}

/// H11: what is larger than the path takes is dropped, and nobody tells the server.
pub(super) fn path_mtu(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    if dice.chance(40) {
        talk.client.insert(0, Step::KeepAlive(Nanos::from_secs(1)));
    }
    let think = dice.micros(300, 40_000);
    talk.flight(dice, think);
    let largest = dice.size(600, 1_100);
    let ends = story.begin(after, server, talk);
    let pipe = story.world.pipe(server.ip(), story.client);
    pipe.device(drop_if(move |wire| wire.length() > largest));
    story.fault(ends, Cause::H11);
    story.relabel(Label::or_silence);
}

/// H12: the same, and after four timeouts the server tries smaller segments.
pub(super) fn path_mtu_healed(story: &mut Story) {
    let (server, after) = (
        story.server_of(crate::testkit::simulation::stack::System::Linux),
        story.when(),
    );
    if let Some(stack) = story.world.stack(server.ip()) {
        stack.mtu_probing = true;
        stack.mss = 1460;
    }
    if let Some(stack) = story.client_stack() {
        stack.mss = 1460;
    }
    let largest = story.dice().size(1_150, 1_400);
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice).exchange(dice).end(dice);
    let ends = story.begin(after, server, talk);
    let pipe = story.world.pipe(server.ip(), story.client);
    pipe.device(drop_if(move |wire| wire.length() > largest));
    story.fault(ends, Cause::H12);
    story.lasts(Nanos::from_secs(20));
}

/// H13: a part of the handshake is lost by chance, once or twice, and sent again.
pub(super) fn loss(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    story.company(server);
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.handshake(dice).exchange(dice).end(dice);
    let is_hello = dice.chance(50);
    let count = dice.size(1, 2);
    let ends = story.begin(after, server, talk);
    if is_hello {
        let meant = move |wire: &Wire| wire.source == ends.0 && wire.payload() > 0;
        story
            .world
            .pipe(story.client, server.ip())
            .device(drop_first(count, meant));
    } else {
        let meant = move |wire: &Wire| wire.destination == ends.0 && wire.payload() > 0;
        story
            .world
            .pipe(server.ip(), story.client)
            .device(drop_first(count, meant));
    }
    story.fault(ends, Cause::H13);
    story.relabel(Label::or_silence);
    story.lasts(Nanos::from_secs(10));
}

/// H14: more certificates than the first window takes: one round trip more, and nobody's fault.
pub(super) fn large_flight(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.certificate_bytes = dice.size(16_000, 26_000);
    talk.handshake(dice).exchange(dice).end(dice);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H14);
    story.relabel(Label::or_silence);
}

/// H15: the server asks for another key share: one round trip more.
pub(super) fn retry(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let ends = retried(story, after, server);
    story.fault(ends, Cause::H15);
    story.relabel(Label::or_silence);
}

/// A handshake with a HelloRetryRequest.
pub(super) fn retried(
    story: &mut Story,
    after: Nanos,
    server: std::net::SocketAddr,
) -> (std::net::SocketAddr, std::net::SocketAddr) {
    let mut talk = story.dialogue();
    talk.who.is_tls13 = true;
    talk.is_tls13 = true;
    let dice = story.dice();
    let session = dice.bytes(32);
    let mut retry = tls::server_hello(dice, &session, true);
    retry.extend(tls::change_cipher_spec());
    talk.hello(dice);
    talk.asks(Step::Receive(retry.len()))
        .answers(Step::Send(retry));
    talk.handshake(dice).exchange(dice).end(dice);
    story.begin(after, server, talk)
}

/// H17: the client's process does not run for a while, before its ClientHello or before its Finished.
pub(super) fn starved(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let first = story.dice().any_magnitude(1_200_000, 9_000_000);
    let second = story.dice().any_magnitude(1_200_000, 9_000_000);
    let kind = story.dice().size(0, 2);
    story.lasts(Nanos(first.get() + second.get() + 4_000_000_000));
    let mut talk = story.dialogue();
    let dice = story.dice();
    if kind != 1 {
        talk.asks(Step::Pause(first));
    }
    let think = dice.micros(300, 20_000);
    talk.hello(dice).flight(dice, think);
    if kind != 0 {
        talk.asks(Step::Pause(second));
    }
    talk.finish(dice).exchange(dice).end(dice);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H17);
}

/// H18: before it goes on, the client asks the issuer whether the certificate was revoked.
pub(super) fn revocation(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let issuer = story.server();
    let issuer = std::net::SocketAddr::new(issuer.ip(), 80);
    let took = story.dice().any_magnitude(1_500_000, 15_000_000);
    let think = story.dice().micros(300, 20_000);
    story.lasts(Nanos(took.get() + 3_000_000_000));
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.hello(dice).flight(dice, think);
    talk.asks(Step::Pause(Nanos(took.get() + story.round_trip.get() * 3)));
    let dice = story.dice();
    talk.finish(dice).exchange(dice).end(dice);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H18);
    let mut ask = story.dialogue();
    ask.name = "ocsp.issuer.example".to_owned();
    let dice = story.dice();
    ask.plain_request(dice);
    let answer = http::response("200 OK", 471);
    ask.asks(Step::Receive(answer.len())).asks(Step::Close);
    ask.answers(Step::Pause(took)).answers(Step::Send(answer));
    ask.answers(Step::AwaitEnd);
    let begin = Nanos(after.get() + story.round_trip.get() * 2 + think.get() + 30_000_000);
    let (client, server) = story.begin(begin, issuer, ask);
    story.labels.push(Label::fault(client, server, Cause::A1));
    story.relabel(Label::or_silence);
}

/// H19: the server wants a client certificate, and the client has none.
pub(super) fn client_certificate(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let mut talk = story.dialogue();
    let dice = story.dice();
    let think = dice.micros(300, 20_000);
    talk.hello(dice).flight(dice, think).think(dice);
    if talk.is_tls13 {
        // An empty Certificate before the Finished.
        let end = [
            tls::change_cipher_spec(),
            tls::sealed(dice, 8),
            tls::sealed(dice, 36),
        ]
        .concat();
        let size = dice.size(80, 400);
        let request = tls::sealed(dice, size);
        talk.answers(Step::Receive(end.len()));
        talk.asks(Step::Send(end)).asks(Step::Send(request));
        talk.answers(Step::Send(tls::sealed_alert(dice, true)));
    } else {
        let empty = tls::record(tls::HANDSHAKE, &tls::message(11, &[0, 0, 0]));
        let end = [empty, tls::client_end12(dice)].concat();
        talk.answers(Step::Receive(end.len())).asks(Step::Send(end));
        talk.answers(Step::Send(tls::alert(2, 40)));
    }
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Close);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H19);
    story.relabel(|label| label.or(&[Cause::A7, Cause::H8]).of(&[Party::Middlebox]));
}

/// H22: no protocol in common.
pub(super) fn no_protocol(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let think = story.dice().any_magnitude(100, 100_000);
    talk.asks(Step::Receive(usize::MAX))
        .answers(Step::Pause(think));
    talk.answers(Step::Send(tls::alert(2, 120)))
        .answers(Step::Close);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H22);
}

/// H23: the client needs this connection no more, as another won.
pub(super) fn cancelled(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let mut talk = story.dialogue();
    let half = Nanos(story.round_trip.get() / 2);
    let dice = story.dice();
    talk.hello(dice);
    let think = dice.micros(100, 20_000);
    talk.flight(dice, Nanos(think.get() + half.get()));
    talk.client.pop();
    talk.asks(Step::Leave(Farewell::Close));
    talk.asks(Step::Pause(half)).asks(Step::Close);
    talk.answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    story.fine(ends);
    story.healthy(after, server);
}

/// H24: the answer is not TLS.
pub(super) fn not_tls(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    let words = match dice.size(0, 2) {
        0 => http::response("400 Bad Request", dice.size(0, 300)),
        1 => b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        _ => b"<html><body>Sign in to the network</body></html>".to_vec(),
    };
    let think = dice.any_magnitude(100, 100_000);
    talk.asks(Step::Receive(words.len())).asks(Step::Close);
    talk.answers(Step::Pause(think)).answers(Step::Send(words));
    talk.answers(Step::Close);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H24);
}
