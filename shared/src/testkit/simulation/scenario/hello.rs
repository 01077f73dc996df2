//! ClientHellos that nobody answers (H1 to H5, H16, H20, H21, H26).

use super::devices::{drop_if, reset_if};
use super::{Setting, hello_only, setting};
use crate::diagnosis::{Cause, Party};
use crate::testkit::simulation::client::Program;
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::Fate;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::Wire;
use crate::testkit::simulation::words::tls;
use crate::time::Nanos;

/// H1: the kernel has the ClientHello, and nobody reads it.
pub(super) fn server_stall(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    story.company(server);
    let dice = story.dice();
    if dice.chance(40) {
        let idle = dice.pick([1, 1, 2, 5]);
        talk.client
            .insert(0, Step::KeepAlive(Nanos::from_secs(idle)));
    }
    talk.asks(Step::Receive(usize::MAX));
    if dice.chance(50) {
        talk.server.clear();
    }
    talk.answers(Step::Hang);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H1);
    // A client that asks nothing and whose FIN meets nobody proves nothing.
    story.relabel(Label::or_silence);
}

/// H1: the server answers, long after the client has left.
pub(super) fn server_too_late(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let dice = story.dice();
    let late = Nanos::from_secs(dice.pick([61, 130, 240]));
    talk.flight(dice, late);
    talk.answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    story.lasts(late);
    story.fault(ends, Cause::H1);
}

/// H2: a load balancer takes the connection and gives up on its back end after a while.
pub(super) fn no_back_end(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    let patience = story.dice().pick([2, 5, 10, 15, 30, 60]);
    story.lasts(Nanos::from_secs(patience + 2));
    // The client has more patience than the load balancer.
    talk.client
        .retain(|step| !matches!(step, Step::Limit(_) | Step::Patience(_)));
    talk.asks(Step::Receive(usize::MAX));
    talk.answers(Step::Pause(Nanos::from_secs(patience)));
    let Ending(end) = story.dice().pick([Ending::CLOSE, Ending::ABORT]);
    talk.answers(end());
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H2);
}

/// A way to end, to be chosen.
#[derive(Clone, Copy)]
struct Ending(fn() -> Step);

impl Ending {
    const CLOSE: Self = Self(|| Step::Close);
    const ABORT: Self = Self(|| Step::Abort);
}

/// H3: something on the way drops everything with payload, or everything after the handshake.
pub(super) fn black_holed(story: &mut Story) {
    let Setting {
        server,
        mut talk,
        after,
        ..
    } = setting(story);
    if story.dice().chance(50) {
        story.healthy_as("other.example", Nanos::from_millis(20), server);
    }
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let is_whole = story.dice().chance(50);
    let ends = story.begin(after, server, talk);
    let mut has_hit = false;
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(move |wire| {
            let is_data = wire.source == ends.0 && wire.payload() > 0;
            has_hit |= is_data;
            is_data || (is_whole && has_hit && wire.source == ends.0)
        }));
    story.fault(ends, Cause::H3);
    story.relabel(Label::or_silence);
}

/// H4: of a ClientHello that needs two segments, the first or the second never arrives.
pub(super) fn segment_lost(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit().max(Nanos::from_secs(4));
    let is_head = story.dice().chance(50);
    let has_arm = story.dice().chance(50);
    let mut talk = story.dialogue();
    talk.who.is_tls13 = true;
    talk.is_tls13 = true;
    talk.who.is_post_quantum = true;
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let ends = story.begin(after, server, talk);
    if has_arm {
        story.healthy_small(Nanos::from_millis(30), server);
    }
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(move |wire| {
            let is_data = wire.source == ends.0 && wire.payload() > 0;
            let is_large = wire.payload() > 900;
            is_data && is_large == is_head
        }));
    story.fault(ends, Cause::H4);
}

/// H5: a front end looks at the first segment of a split ClientHello only, and aborts, closes or never answers.
pub(super) fn misread(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit().max(Nanos::from_secs(4));
    for _ in 0..story.dice().size(2, 4) {
        let later = story.when();
        story.healthy_small(later, server);
    }
    let kind = story.dice().size(0, 3);
    for _ in 0..story.dice().size(2, 4) {
        let mut talk = story.dialogue();
        talk.who.is_tls13 = true;
        talk.is_tls13 = true;
        talk.who.is_post_quantum = true;
        let dice = story.dice();
        talk.limited(dice, limit).hello(dice);
        talk.asks(Step::Receive(usize::MAX));
        match kind {
            0 => talk.answers(Step::Abort),
            1 => talk.answers(Step::Close),
            2 => talk
                .answers(Step::Send(tls::alert(2, 50)))
                .answers(Step::Close),
            _ => talk.answers(Step::Hang),
        };
        let ends = story.begin(after, server, talk);
        story.fault(ends, Cause::H5);
        story.relabel(Label::or_silence);
    }
}

/// H16: the ServerHello comes late, or in TLS 1.2 what needs the key does.
pub(super) fn late_hello(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    story.company(server);
    let late = story.dice().any_magnitude(1_500_000, 20_000_000);
    story.lasts(Nanos(late.get() * 2));
    let mut talk = story.dialogue();
    let dice = story.dice();
    if dice.chance(50) {
        talk.asks(Step::KeepAlive(Nanos::from_secs(1)));
    }
    talk.hello(dice);
    if talk.is_tls13 || dice.chance(50) {
        talk.flight(dice, late);
    } else {
        let (first, second) =
            tls::flight12(dice, talk.certificate_bytes, (&talk.name, &talk.issuer));
        talk.asks(Step::Receive(first.len() + second.len()));
        talk.answers(Step::Send(first)).answers(Step::Pause(late));
        talk.answers(Step::Send(second));
    }
    talk.finish(dice);
    // What is lost of the response is another matter, and comes later.
    let is_lossy = dice.chance(30);
    if is_lossy {
        let think = dice.micros(500, 60_000);
        talk.request(dice, 300).response(dice, think, 40_000);
    } else {
        talk.exchange(dice);
    }
    talk.end(dice);
    let ends = story.begin(after, server, talk);
    if is_lossy {
        let mut count = 0;
        let meant = move |wire: &Wire| {
            count += usize::from(wire.destination == ends.0 && wire.payload() > 1_000);
            matches!(count, 12 | 19) && wire.payload() > 1_000
        };
        let pipe = story.world.pipe(server.ip(), story.client);
        pipe.device(drop_if(meant));
    }
    story.fault(ends, Cause::H16);
    story.relabel(Label::or_silence);
}

/// H20: connections that bring a ticket are aborted or answered by an alert, those without succeed.
pub(super) fn resumption(story: &mut Story) {
    let server = story.server();
    let kind = story.dice().size(0, 2);
    let program = story
        .dice()
        .pick([Program::Go, Program::Curl, Program::Node]);
    for index in 0..story.dice().size(4, 8) {
        let start = i64::try_from(index).unwrap_or_default() * 900;
        let mut talk = story.dialogue();
        talk.who.program = program;
        talk.who.is_tls13 = true;
        talk.is_tls13 = true;
        talk.who.is_post_quantum = false;
        let dice = story.dice();
        if index % 2 == 0 {
            talk.handshake(dice).exchange(dice).end(dice);
            let ends = story.begin(Nanos::from_millis(start), server, talk);
            story.fine(ends);
            continue;
        }
        talk.ticket = Some(192);
        talk.hello(dice).asks(Step::Receive(usize::MAX));
        match kind {
            0 => talk.answers(Step::Abort),
            1 => talk
                .answers(Step::Send(tls::alert(2, 47)))
                .answers(Step::Close),
            _ => talk.answers(Step::Close),
        };
        let ends = story.begin(Nanos::from_millis(start), server, talk);
        story.fault(ends, Cause::H20);
    }
}

/// H21: a ClientHello passes when it is whole in the first segment, and is lost or reset otherwise.
pub(super) fn cut(story: &mut Story) {
    let server = story.server();
    let limit = story.limit().max(Nanos::from_secs(4));
    let is_reset = story.dice().chance(50);
    let genuine = story.ttl_of(server.ip());
    let ttl = genuine.checked_add(5).unwrap_or(genuine - 5);
    let round_trip = story.round_trip;
    let is_whole = |wire: &Wire| {
        let payload = wire.segment().map_or(&[][..], |segment| &segment.payload);
        match payload {
            [22, 3, 1, high, low, ..] => {
                payload.len() >= 5 + usize::from(u16::from_be_bytes([*high, *low]))
            }
            [22, 3, 1, ..] => false,
            _ => true,
        }
    };
    let meant = move |wire: &Wire| !is_whole(wire);
    let pipe = story.world.pipe(story.client, server.ip());
    if is_reset {
        pipe.device(reset_if(
            Nanos(round_trip.get() / 3),
            ttl,
            1,
            Fate::Drop,
            meant,
        ));
    } else {
        pipe.device(drop_if(meant));
    }
    for _ in 0..story.dice().size(2, 4) {
        let after = story.when();
        story.healthy_small(after, server);
        let mut talk = story.dialogue();
        talk.who.is_tls13 = true;
        talk.is_tls13 = true;
        talk.who.is_post_quantum = true;
        let dice = story.dice();
        talk.limited(dice, limit).hello(dice);
        talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
        let after = story.when();
        let ends = story.begin(after, server, talk);
        story.fault(ends, Cause::H21);
        story.relabel(|label| label.or(&[Cause::H6, Cause::H11]));
    }
}

/// H26: one kind of client is aborted, closed or left waiting, another is served in the same minute.
pub(super) fn fingerprint(story: &mut Story) {
    let server = story.server();
    let limit = story.limit().max(Nanos::from_secs(4));
    let kind = story.dice().size(0, 2);
    for _ in 0..story.dice().size(3, 6) {
        let after = story.when();
        let mut talk = story.dialogue();
        talk.who.program = Program::Browser;
        talk.who.is_tls13 = true;
        talk.is_tls13 = true;
        talk.who.is_post_quantum = false;
        let dice = story.dice();
        talk.handshake(dice).exchange(dice).end(dice);
        let ends = story.begin(after, server, talk);
        story.fine(ends);
        let mut talk = hello_only(story, limit, |who| {
            who.program = Program::Go;
            who.is_tls13 = true;
            who.is_post_quantum = false;
        });
        match kind {
            0 => talk.answers(Step::Abort),
            1 => talk.answers(Step::Close),
            _ => talk.answers(Step::Hang),
        };
        let after = story.when();
        let ends = story.begin(after, server, talk);
        story.fault(ends, Cause::H26);
        story.relabel(|label| label.or(&[Cause::H2]).of(&[Party::Middlebox]).or_silence());
    }
}
