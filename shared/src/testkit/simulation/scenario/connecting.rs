//! SYNs that get no answer, a wrong one, or a late one (T).

use std::net::SocketAddr;

use super::devices::{drop_first, drop_if, icmp_if, knows_nothing, reset_if};
use crate::diagnosis::{Cause, Party};
use crate::packet::TcpFlags;
use crate::testkit::packet::{Segment, TcpOption};
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::Fate;
use crate::testkit::simulation::script::Step;
use crate::testkit::simulation::stack::Stack;
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::{Content, Wire};
use crate::time::Nanos;

/// An attempt with this time to connect, which would be served if it were heard.
fn attempt(
    story: &mut Story,
    after: Nanos,
    server: SocketAddr,
    limit: Nanos,
) -> (SocketAddr, SocketAddr) {
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.asks(Step::Limit(Some(limit)));
    talk.handshake(dice).exchange(dice).end(dice);
    story.begin(after, server, talk)
}

fn syn(wire: &Wire) -> bool {
    wire.is_syn()
}

/// T1: SYNs go, and nothing comes.
pub(super) fn black_hole(story: &mut Story) {
    let server = story.server();
    let other = story.server();
    for _ in 0..story.dice().size(0, 2) {
        let after = story.when();
        story.healthy(after, other);
    }
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(|_| true));
    for _ in 0..story.dice().pick([1, 1, 2, 3]) {
        let (after, limit) = (story.when(), story.limit());
        let ends = attempt(story, after, server, limit);
        story.fault(ends, Cause::T1);
        if limit < Nanos::from_secs(1) {
            story.relabel(Label::or_silence);
        }
    }
}

/// T1, of a path that loses the first SYN or two by chance: it works a second or three later.
pub(super) fn syn_lost(story: &mut Story) {
    let server = story.server();
    story.company(server);
    let count = story.dice().size(1, 3);
    let after = story.when();
    let ends = attempt(story, after, server, Nanos::from_secs(60));
    let meant = move |wire: &Wire| wire.source == ends.0 && wire.is_syn();
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_first(count, meant));
    story.fault(ends, Cause::T1);
    story.relabel(|label| label.or(&[Cause::H13]));
    story.lasts(Nanos::from_secs(10));
}

/// T2: nobody accepts, so the queue is full; SYNs are dropped, or SYN-ACKs are sent and forgotten.
pub(super) fn queue_full(story: &mut Story) {
    let server = story.server();
    let kind = story.dice().size(0, 2);
    // The connections that fill the queue: taken by the kernel, served by nobody.
    for _ in 0..story.dice().size(2, 4) {
        let limit = story.limit().max(Nanos::from_secs(5));
        let mut talk = story.dialogue();
        let dice = story.dice();
        talk.asks(Step::KeepAlive(Nanos::from_secs(1)));
        talk.limited(dice, limit).hello(dice);
        talk.asks(Step::Receive(usize::MAX));
        talk.server.clear();
        talk.answers(Step::Hang);
        let after = dice.millis(0, 300);
        let ends = story.begin(after, server, talk);
        story.fault(ends, Cause::H1);
        story.relabel(|label| label.or(&[Cause::T2]));
    }
    let after = Nanos(Nanos::from_millis(1_000).get() + story.when().get());
    let limit = story.limit();
    if kind == 2
        && let Some(stack) = story.world.stack(server.ip())
    {
        stack.syn_ack_waits = &[];
    }
    let ends = attempt(story, after, server, limit);
    let of_it = move |wire: &Wire| wire.source == ends.0;
    let pipe = story.world.pipe(story.client, server.ip());
    match kind {
        0 => pipe.device(drop_if(move |wire| of_it(wire) && wire.is_syn())),
        _ => pipe.device(drop_if(move |wire| of_it(wire) && !wire.is_syn())),
    }
    story.fault(ends, Cause::T2);
}

/// T3: the first SYN-ACK or two are lost on the way back.
pub(super) fn answer_lost(story: &mut Story) {
    let server = story.server();
    story.company(server);
    let count = story.dice().size(1, 2);
    let after = story.when();
    let ends = attempt(story, after, server, Nanos::from_secs(60));
    let meant = move |wire: &Wire| wire.destination == ends.0 && wire.has(TcpFlags::SYN);
    story
        .world
        .pipe(server.ip(), story.client)
        .device(drop_first(count, meant));
    story.fault(ends, Cause::T3);
    let is_stamped = story.client_stack().is_some_and(|stack| stack.timestamps);
    let echoes = story
        .world
        .stack(server.ip())
        .is_some_and(|stack| stack.timestamps);
    if !(is_stamped && echoes) {
        // Without timestamps nothing tells which SYN was answered.
        story.relabel(|label| label.or(&[Cause::T1]));
    }
    story.lasts(Nanos::from_secs(10));
}

/// T4: a firewall that did not see the SYN-ACK drops everything that the client sends after its SYN.
pub(super) fn ack_dropped(story: &mut Story) {
    let server = story.server();
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let after = story.when();
    let ends = story.begin(after, server, talk);
    let pipe = story.world.pipe(story.client, server.ip());
    pipe.device(drop_if(move |wire| wire.source == ends.0 && !wire.is_syn()));
    story.fault(ends, Cause::T4);
    story.relabel(|label| label.or(&[Cause::H3]));
}

/// T5: nobody listens, or a firewall says so.
pub(super) fn refused(story: &mut Story) {
    let server = story.server();
    let after = story.when();
    let mut talk = story.dialogue();
    talk.hello(story.dice());
    talk.server.clear();
    let ends = story.begin(after, server, talk);
    if story.dice().chance(40) {
        let back = story.dice().micros(100, 1_000);
        let ttl = story.dice().pick([61, 64, 126, 252]);
        story
            .world
            .pipe(story.client, server.ip())
            .device(knows_nothing(back, ttl, syn));
    }
    story.fault(ends, Cause::T5);
}

/// T6: a router says that there is no way, or that it is forbidden.
pub(super) fn unreachable(story: &mut Story) {
    let server = story.server();
    let after = story.when();
    let limit = story.limit();
    let ends = attempt(story, after, server, limit);
    let router = story.router();
    let back = story.dice().micros(200, 40_000);
    let kind = if story.is_v6 {
        story.dice().pick([(1, 0), (1, 1), (1, 3), (1, 5)])
    } else {
        story
            .dice()
            .pick([(3, 0), (3, 1), (3, 9), (3, 10), (3, 13)])
    };
    story
        .world
        .pipe(story.client, server.ip())
        .device(icmp_if((router, back), kind, 0, syn));
    story.fault(ends, Cause::T6);
}

/// T7: a scrubber drops the first SYN of every connection and lets the second pass.
pub(super) fn first_syn_challenge(story: &mut Story) {
    let server = story.server();
    let mut seen = std::collections::BTreeSet::new();
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(move |wire| {
            wire.is_syn() && seen.insert(wire.source)
        }));
    for _ in 0..story.dice().size(3, 6) {
        let after = story.when();
        let ends = attempt(story, after, server, Nanos::from_secs(30));
        story.fault(ends, Cause::T7);
    }
    story.lasts(Nanos::from_secs(10));
}

/// T8: for a while, the gateway has no ports left: SYNs to anybody are dropped.
pub(super) fn no_ports_left(story: &mut Story) {
    let servers = [story.server(), story.server(), story.server()];
    let from = story.dice().millis(500, 1_500);
    let until = Nanos(from.get() + story.dice().millis(6_000, 9_000).get());
    for server in servers {
        let begin = story.beginning();
        let pipe = story.world.pipe(story.client, server.ip());
        pipe.device(move |passage| {
            let since = passage.now.since(begin);
            let is_hit = passage.wire.is_syn() && since >= from && since < until;
            if is_hit { Fate::Drop } else { Fate::Pass }
        });
        story.healthy(Nanos::from_millis(10), server);
        for _ in 0..story.dice().size(1, 3) {
            let after = Nanos(from.get() + story.dice().millis(50, 1_500).get());
            let limit = Nanos::from_secs(story.dice().pick([2, 3, 4]));
            let ends = attempt(story, after, server, limit);
            story.fault(ends, Cause::T8);
        }
        story.healthy(Nanos(until.get() + 500_000_000), server);
    }
    story.lasts(Nanos::from_secs(14));
}

/// T9: SYNs with timestamps are dropped, others are answered.
pub(super) fn timestamps_rejected(story: &mut Story) {
    let server = story.server();
    let has_timestamps = |wire: &Wire| {
        wire.is_syn()
            && wire.segment().is_some_and(|segment| {
                let mut options = segment.options.iter();
                options.any(|option| matches!(option, TcpOption::Timestamps(..)))
            })
    };
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(has_timestamps));
    let second = story.neighbour(|stack| stack.timestamps = false);
    if let Some(stack) = story.client_stack() {
        stack.timestamps = true;
    }
    story.world.join(second, server.ip(), story.round_trip, 9);
    for _ in 0..story.dice().size(2, 4) {
        let after = story.when();
        let limit = story.limit();
        let ends = attempt(story, after, server, limit);
        story.fault(ends, Cause::T9);
        story.relabel(|label| label.or(&[Cause::T18]));
        let after = story.when();
        story.healthy_from(second, after, server);
    }
}

/// T10: an old connection of the same port still lives at the server, and its socket answers the SYN.
pub(super) fn challenged(story: &mut Story) {
    let server = story.server();
    let after = story.when();
    let ends = attempt(story, after, server, Nanos::from_secs(20));
    let half = Nanos(story.round_trip.get() / 2);
    let mut left = story.dice().size(1, 2);
    let ttl = story.ttl_of(server.ip());
    story
        .world
        .pipe(story.client, server.ip())
        .device(move |passage| {
            if left == 0 || !passage.wire.is_syn() {
                return Fate::Pass;
            }
            left -= 1;
            let old = u32::try_from(passage.dice.roll() >> 32).unwrap_or_default();
            let wire = Wire {
                source: passage.wire.destination,
                destination: passage.wire.source,
                ttl,
                identification: 77,
                content: Content::Tcp(Segment {
                    sequence: old,
                    acknowledgment: old.wrapping_add(0x0100_0000),
                    flags: TcpFlags::ACK,
                    window: 501,
                    ..Segment::default()
                }),
            };
            passage.sent.push((Nanos(half.get() * 2), wire));
            Fate::Drop
        });
    story.fault(ends, Cause::T10);
    story.lasts(Nanos::from_secs(8));
}

/// T12: each connection to an address of the overlay takes 63 seconds.
pub(super) fn overlay(story: &mut Story) {
    if let Some(stack) = story.client_stack() {
        *stack = Stack {
            syn_waits: &[1000, 2000, 4000, 8000, 16000, 32000, 64000],
            ..stack.clone()
        };
    }
    let server = story.server();
    let mut counts = std::collections::BTreeMap::new();
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(move |wire| {
            let count = counts.entry(wire.source).or_insert(0);
            *count += u32::from(wire.is_syn());
            wire.is_syn() && *count <= 6
        }));
    for index in 0..story.dice().size(2, 3) {
        let start = i64::try_from(index).unwrap_or_default() * 5;
        let ends = attempt(
            story,
            Nanos::from_secs(start),
            server,
            Nanos::from_secs(120),
        );
        story.fault(ends, Cause::T12);
    }
    story.lasts(Nanos::from_secs(80));
}

/// T13: IPv6 is dead; the client goes on over IPv4.
pub(super) fn other_family(story: &mut Story) {
    let (own_v6, dead) = story.dual();
    let (own_v4, alive) = story.dual_v4();
    story.world.join(own_v6, dead.ip(), story.round_trip, 9);
    story
        .world
        .pipe(own_v6, dead.ip())
        .device(drop_if(|_| true));
    story.world.join(own_v4, alive.ip(), story.round_trip, 9);
    let delay = story.dice().pick([250, 300, 200, 1000]);
    for index in 0..story.dice().size(1, 4) {
        let start = i64::try_from(index).unwrap_or_default() * 4_000;
        let mut talk = story.dialogue();
        let limit = Nanos::from_secs(story.dice().pick([2, 3, 5, 10]));
        talk.asks(Step::Limit(Some(limit)));
        talk.hello(story.dice());
        let ends = story.begin_from(own_v6, Nanos::from_millis(start), dead, talk);
        story.fault(ends, Cause::T13);
        story.relabel(Label::or_silence);
        story.healthy_from(own_v4, Nanos::from_millis(start + delay), alive);
    }
    story.lasts(Nanos::from_secs(25));
}

/// T14: SYNs that ask for ECN are dropped; the next one does not ask.
pub(super) fn ecn_dropped(story: &mut Story) {
    let server = story.server();
    if let Some(stack) = story.client_stack() {
        stack.ecn = true;
    }
    let asks = |wire: &Wire| wire.is_syn() && wire.has(TcpFlags::ECE | TcpFlags::CWR);
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(asks));
    for _ in 0..story.dice().size(1, 4) {
        let after = story.when();
        let ends = attempt(story, after, server, Nanos::from_secs(30));
        story.fault(ends, Cause::T14);
        story.relabel(|label| label.or(&[Cause::T7]).of(&[Party::Server]));
    }
    story.lasts(Nanos::from_secs(8));
}

/// T15: SYNs with a Fast Open cookie are dropped; the next one has none.
pub(super) fn fast_open_dropped(story: &mut Story) {
    let server = story.server();
    if let Some(stack) = story.client_stack() {
        stack.fast_open = Some([7; 8]);
    }
    let has_cookie = |wire: &Wire| {
        wire.is_syn()
            && wire.segment().is_some_and(|segment| {
                let mut options = segment.options.iter();
                options.any(|option| matches!(option, TcpOption::FastOpen(_)))
            })
    };
    story
        .world
        .pipe(story.client, server.ip())
        .device(drop_if(has_cookie));
    for _ in 0..story.dice().size(1, 4) {
        let after = story.when();
        let ends = attempt(story, after, server, Nanos::from_secs(30));
        story.fault(ends, Cause::T15);
        story.relabel(|label| label.or(&[Cause::T7]).of(&[Party::Server]));
    }
    story.lasts(Nanos::from_secs(8));
}

/// T17: the SYN-ACK comes from the address behind a load balancer.
pub(super) fn other_address(story: &mut Story) {
    let server = story.server();
    let behind = story.server();
    story
        .world
        .pipe(server.ip(), story.client)
        .device(move |passage| {
            passage.wire.source = behind;
            Fate::Pass
        });
    for _ in 0..story.dice().size(1, 2) {
        let (after, limit) = (story.when(), story.limit());
        let ends = attempt(story, after, server, limit);
        story.fault(ends, Cause::T17);
    }
}

/// T18: one of two source addresses gets no answer, or an RST.
pub(super) fn source_blocked(story: &mut Story) {
    let server = story.server();
    let second = story.neighbour(|_| {});
    story.world.join(second, server.ip(), story.round_trip, 9);
    let is_reset = story.dice().chance(30);
    let ttl = story.ttl_of(server.ip());
    let round_trip = story.round_trip;
    let pipe = story.world.pipe(story.client, server.ip());
    if is_reset {
        pipe.device(reset_if(round_trip, ttl, 1, Fate::Drop, syn));
    } else {
        pipe.device(drop_if(syn));
    }
    for _ in 0..story.dice().size(2, 5) {
        let (after, limit) = (story.when(), story.limit());
        let ends = attempt(story, after, server, limit);
        story.fault(ends, Cause::T18);
        story.relabel(|label| label.or(&[Cause::T5]));
        let after = story.when();
        story.healthy_from(second, after, server);
    }
}
