//! A line that several ways share, and what waits in its queue (T16).

use std::cell::Cell;
use std::rc::Rc;

use crate::diagnosis::Cause;
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::{Fate, Passage};
use crate::testkit::simulation::stack::System;
use crate::testkit::simulation::story::Story;
use crate::time::{Nanos, Timestamp};

/// T16: a download fills the queue of the client's own line, and what goes to any other address waits in it too.
///
/// 1 to 4 Mbit/s are DSL and mobile uplinks; queues of seconds are what Gettys found in home gateways ("Bufferbloat",
/// ACM Queue 2011).
pub(super) fn full(story: &mut Story) {
    story.round_trip = story.dice().millis(4, 120);
    if let Some(stack) = story.client_stack() {
        stack.buffer = 1 << 20;
        stack.window_scale = Some(7);
    }
    let bulk = story.server_of(System::Linux);
    let other = story.server();
    let line = Line {
        byte_time: story.dice().micros(2, 8),
        depth: story.dice().millis(1_200, 4_000),
        free_at: Rc::default(),
    };
    for server in [bulk, other] {
        let pipe = story.world.pipe(server.ip(), story.client);
        pipe.device(line.clone().device());
    }
    // The path without a queue is known from before.
    story.healthy(Nanos(0), other);
    let begin = Nanos::from_secs(3);
    let lasts = Nanos::from_secs(15);
    let mut talk = story.dialogue();
    let dice = story.dice();
    let bytes = usize::try_from(lasts.get() / line.byte_time.get()).unwrap_or(2_000_000);
    talk.handshake(dice).request(dice, 300);
    let think = dice.micros(500, 60_000);
    talk.response(dice, think, bytes).end(dice);
    let ends = story.begin(begin, bulk, talk);
    // Whether the transfer itself is called slow is another question.
    story.fault(ends, Cause::T16);
    story.relabel(Label::or_silence);
    for _ in 0..story.dice().size(1, 3) {
        let after = story.dice().millis(7_000, 14_000);
        let mut talk = story.dialogue();
        let dice = story.dice();
        talk.handshake(dice).exchange(dice).end(dice);
        let ends = story.begin(after, other, talk);
        story.fault(ends, Cause::T16);
        // After a loss of the transfer's the queue may be empty for a while.
        story.relabel(Label::or_silence);
    }
    story.lasts(Nanos::from_secs(90));
}

/// A line that several ways share, and its queue.
#[derive(Clone)]
struct Line {
    /// How long a byte takes.
    byte_time: Nanos,
    /// What would wait for longer is lost.
    depth: Nanos,
    /// When all that waits has left, after the beginning of the story.
    free_at: Rc<Cell<Option<Timestamp>>>,
}

impl Line {
    fn device(self) -> impl FnMut(&mut Passage<'_>) -> Fate {
        move |passage| {
            let begin = self
                .free_at
                .get()
                .map_or(passage.now, |free| free.max(passage.now));
            let waits = begin.since(passage.now);
            if waits > self.depth {
                return Fate::Drop;
            }
            let length = i64::try_from(passage.wire.length()).unwrap_or_default();
            let takes = Nanos(length.saturating_mul(self.byte_time.get()));
            self.free_at.set(Some(begin + takes));
            Fate::Hold(Nanos(waits.get() + takes.get()))
        }
    }
}
