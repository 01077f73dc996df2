//! Lookups that get no answer, a late one, or a no (D).

use std::net::SocketAddr;

use super::devices::drop_if;
use crate::diagnosis::{Cause, Party};
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::{Content, Wire};
use crate::testkit::simulation::words::dns::{A, AAAA, query, response};
use crate::time::Nanos;

/// A resolver, and a client's socket that asks it.
struct Desk {
    resolver: SocketAddr,
    client: SocketAddr,
    name: String,
}

fn desk(story: &mut Story) -> Desk {
    let resolver = SocketAddr::new(story.server().ip(), 53);
    Desk {
        resolver,
        client: story.next_port(),
        name: story.name.clone(),
    }
}

impl Desk {
    fn ask(&self, story: &mut Story, at: Nanos, id: u16, kind: u16) {
        story.world.emit(
            at,
            Wire {
                source: self.client,
                destination: self.resolver,
                ttl: 64,
                identification: id,
                content: Content::Udp(query(id, &self.name, kind)),
            },
        );
    }

    /// So much later than the query was sent, and half a round trip of it under way.
    fn answer(&self, story: &mut Story, at: Nanos, (id, kind): (u16, u16), code: u16) {
        let addresses: Vec<_> = if code == 0 && (kind == AAAA) == story.is_v6 {
            vec![story.server().ip()]
        } else {
            Vec::new()
        };
        let half = story.round_trip.get() / 2;
        story.world.emit(
            Nanos(at.get() - half.min(at.get())),
            Wire {
                source: self.resolver,
                destination: self.client,
                ttl: 64,
                identification: 0,
                content: Content::Udp(response(id, &self.name, kind, (code, &addresses))),
            },
        );
    }

    fn label(&self, story: &mut Story, cause: Cause) {
        story
            .labels
            .push(Label::fault(self.client, self.resolver, cause));
    }
}

/// D1: the same question two or three times, after the stub's timeout each, and no answer.
pub(super) fn timeout(story: &mut Story) {
    let desk = desk(story);
    let wait = story.dice().pick([5_000, 5_000, 2_000, 1_000, 3_000]);
    let start = story.when();
    let kinds: &[u16] = if story.dice().chance(50) {
        &[A, AAAA]
    } else {
        &[A]
    };
    for round in 0..story.dice().pick([2, 2, 3]) {
        let at = Nanos(start.get() + i64::from(round) * wait * 1_000_000);
        for (index, kind) in kinds.iter().enumerate() {
            let id = 0x1000 + u16::try_from(index).unwrap_or_default();
            desk.ask(story, Nanos(at.get() + 50_000), id, *kind);
        }
    }
    desk.label(story, Cause::D1);
    story.lasts(Nanos::from_millis(wait * 3));
    if story.dice().chance(50) {
        let other = story.server();
        story.healthy(Nanos::from_millis(3), other);
    }
}

/// D1: the answer comes after the question was asked again, or just before the stub would.
pub(super) fn late(story: &mut Story) {
    let desk = desk(story);
    let start = story.when();
    let kind = if story.is_v6 { AAAA } else { A };
    desk.ask(story, start, 7, kind);
    desk.ask(story, Nanos(start.get() + 5_000_000_000), 7, kind);
    let late = story.dice().millis(5_600, 9_000);
    let at = Nanos(start.get() + late.get() + story.round_trip.get());
    desk.answer(story, at, (7, kind), 0);
    desk.label(story, Cause::D1);
    story.lasts(Nanos::from_secs(12));
}

/// D2: of A and AAAA, asked together from one socket, one is answered, and the other only when asked again.
pub(super) fn parallel(story: &mut Story) {
    let desk = desk(story);
    let start = story.when();
    let took = Nanos(story.round_trip.get() + story.dice().micros(200, 30_000).get());
    let (first, second) = story.dice().pick([(A, AAAA), (AAAA, A)]);
    let again = Nanos(start.get() + 5_000_000_000 + story.dice().micros(0, 6_000).get());
    desk.ask(story, start, 11, first);
    desk.ask(story, Nanos(start.get() + 200_000), 12, second);
    desk.answer(story, Nanos(start.get() + took.get()), (11, first), 0);
    desk.ask(story, again, 11, first);
    desk.answer(story, Nanos(again.get() + took.get()), (11, first), 0);
    let last = Nanos(again.get() + took.get() + 300_000);
    desk.ask(story, last, 12, second);
    desk.answer(story, Nanos(last.get() + took.get()), (12, second), 0);
    desk.label(story, Cause::D2);
    story.lasts(Nanos::from_secs(9));
}

/// D4: one resolver still names an address where nobody is; the other's addresses work.
pub(super) fn stale(story: &mut Story) {
    let old = story.server();
    let good = story.server();
    let kind = if story.is_v6 { AAAA } else { A };
    story
        .world
        .pipe(story.client, old.ip())
        .device(drop_if(|_| true));
    let half = story.round_trip.get() / 2;
    for (index, address) in [good.ip(), old.ip()].into_iter().enumerate() {
        let desk = desk(story);
        let id = 40 + u16::try_from(index).unwrap_or_default();
        let at = Nanos::from_millis(10 + 40 * i64::from(id - 40));
        desk.ask(story, at, id, kind);
        story.world.emit(
            Nanos(at.get() + half + 900_000),
            Wire {
                source: desk.resolver,
                destination: desk.client,
                ttl: 64,
                identification: 0,
                content: Content::Udp(response(id, &desk.name, kind, (0, &[address]))),
            },
        );
    }
    for _ in 0..story.dice().size(2, 4) {
        let begin = |story: &mut Story| {
            let wait = story.dice().millis(1_200, 4_000);
            Nanos(wait.get() + story.round_trip.get())
        };
        let after = begin(story);
        story.healthy(after, good);
        let limit = story.limit();
        let mut talk = story.dialogue();
        talk.asks(Step::Limit(Some(limit))).hello(story.dice());
        let after = begin(story);
        let ends = story.begin(after, old, talk);
        story.fault(ends, Cause::D4);
        story.relabel(|label| label.of(&[Party::Client]));
    }
}

/// D3: there is no such name, or the resolver failed, or it may not tell.
pub(super) fn error(story: &mut Story) {
    let desk = desk(story);
    let start = story.when();
    let took = Nanos(story.round_trip.get() + story.dice().any_magnitude(200, 900_000).get());
    let code = story.dice().pick([2, 3, 3, 5]);
    desk.ask(story, start, 21, A);
    desk.answer(story, Nanos(start.get() + took.get()), (21, A), code);
    if story.dice().chance(50) {
        desk.ask(story, Nanos(start.get() + 60_000), 22, AAAA);
        let at = Nanos(start.get() + took.get() + 90_000);
        desk.answer(story, at, (22, AAAA), code);
    }
    desk.label(story, Cause::D3);
}
