//! TLS handshakes that go wrong (H).

use crate::diagnosis::Cause;
use crate::testkit::simulation::path::Fate;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::story::Story;
use crate::time::Nanos;

/// H1: the kernel has the ClientHello, and nobody reads it.
pub(super) fn server_stall(story: &mut Story) {
    let server = story.server();
    story.company(server);
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    if dice.chance(40) {
        let idle = dice.pick([1, 1, 2, 5]);
        talk.asks(Step::KeepAlive(Nanos::from_secs(idle)));
    }
    talk.limited(dice, limit).hello(dice);
    talk.asks(Step::Receive(usize::MAX));
    if dice.chance(50) {
        talk.server.clear();
    }
    talk.answers(Step::Hang);
    let after = dice.millis(0, 3_000);
    let ends = story.begin(after, server, talk);
    story.fault(ends, Cause::H1);
}

/// H3: something on the way drops everything with payload.
pub(super) fn hello_black_holed(story: &mut Story) {
    let server = story.server();
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let after = dice.millis(0, 3_000);
    let ends = story.begin(after, server, talk);
    let pipe = story.world.pipe(story.client, server.ip());
    pipe.device(move |passage| {
        let is_hit = passage.wire.source == ends.0 && passage.wire.payload() > 0;
        if is_hit { Fate::Drop } else { Fate::Pass }
    });
    story.fault(ends, Cause::H3);
}

/// H11: what is larger than the path takes is dropped, and nobody tells the server.
pub(super) fn path_mtu_black_hole(story: &mut Story) {
    let server = story.server();
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    let after = dice.micros(300, 40_000);
    talk.flight(dice, after);
    let after = dice.millis(0, 3_000);
    let largest = dice.size(600, 1_100);
    let ends = story.begin(after, server, talk);
    let pipe = story.world.pipe(server.ip(), story.client);
    pipe.device(move |passage| {
        if passage.wire.length() > largest { Fate::Drop } else { Fate::Pass }
    });
    story.fault(ends, Cause::H11);
}
