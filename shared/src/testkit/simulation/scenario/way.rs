//! Proxies, address translation and other state on the way (P), and QUIC that does not pass (Q).

use std::net::SocketAddr;

use super::devices::{icmp_if, reset_if};
use crate::diagnosis::{Cause, Party};
use crate::packet::TcpFlags;
use crate::testkit::packet::TcpOption;
use crate::testkit::simulation::label::Label;
use crate::testkit::simulation::path::{Fate, Passage};
use crate::testkit::simulation::script::{Farewell, Step};
use crate::testkit::simulation::stack::{Stack, System};
use crate::testkit::simulation::story::Story;
use crate::testkit::simulation::wire::{Content, Wire};
use crate::testkit::simulation::words::http;
use crate::time::Nanos;

/// P1: the proxy takes CONNECT and says nothing, or no, or closes.
pub(super) fn proxy(story: &mut Story) {
    let proxy = SocketAddr::new(story.server().ip(), story.dice().pick([3128, 8080, 8118]));
    let after = story.when();
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    let request = http::connect(&format!("{}:443", talk.name));
    talk.think(dice).asks(Step::Leave(Farewell::Close));
    talk.asks(Step::Limit(Some(limit)));
    talk.answers(Step::Receive(request.len()))
        .asks(Step::Send(request));
    let think = dice.any_magnitude(500, 900_000);
    talk.asks(Step::Receive(usize::MAX));
    match dice.size(0, 2) {
        0 => talk.answers(Step::Hang),
        1 => talk.answers(Step::Pause(think)).answers(Step::Close),
        _ => {
            let status = dice.pick([
                "503 Service Unavailable",
                "502 Bad Gateway",
                "407 Proxy Authentication Required",
                "403 Forbidden",
                "504 Gateway Timeout",
            ]);
            talk.answers(Step::Pause(think));
            talk.answers(Step::Send(http::response(status, 120)));
            talk.answers(Step::Close)
        }
    };
    let ends = story.begin(after, proxy, talk);
    story.fault(ends, Cause::P1);
}

/// P2: a box beside the client ends TCP in everybody's name; behind it, one connection leads nowhere.
pub(super) fn split(story: &mut Story) {
    let upstream = story.round_trip.max(Nanos::from_millis(8));
    story.round_trip = story.dice().micros(100, 600);
    let ttl = story.dice().pick([64, 128, 255]);
    let mut servers = Vec::new();
    for _ in 0..2 {
        let server = story.server();
        if let Some(stack) = story.world.stack(server.ip()) {
            *stack = Stack {
                ttl,
                sack: false,
                timestamps: false,
                window_scale: None,
                ..Stack::of(System::Appliance)
            };
        }
        story
            .world
            .join(story.client, server.ip(), story.round_trip, 0);
        for _ in 0..2 {
            let mut talk = story.dialogue();
            let dice = story.dice();
            let think = Nanos(upstream.get() + dice.micros(300, 4_000).get());
            talk.hello(dice).flight(dice, think).finish(dice);
            talk.request(dice, 300)
                .response(dice, think, 3_000)
                .end(dice);
            let after = story.when();
            let ends = story.begin(after, server, talk);
            story.fine(ends);
        }
        servers.push(server);
    }
    let Some(server) = servers.first() else {
        return;
    };
    let limit = story.limit();
    let mut talk = story.dialogue();
    talk.limited(story.dice(), limit).hello(story.dice());
    talk.asks(Step::Receive(usize::MAX)).answers(Step::Hang);
    let after = story.when();
    let ends = story.begin(after, *server, talk);
    story.fault(ends, Cause::P2);
}

/// H25: at one of two places a box ends TLS beside the client, with certificates of its own, and starts it anew.
pub(super) fn intercepted(story: &mut Story) {
    let seed = story.dice().roll();
    let mut elsewhere = Story::of_family(seed, story.is_v6);
    elsewhere.name.clone_from(&story.name);
    elsewhere.client = elsewhere.neighbour(|_| {});
    let upstream = story.round_trip;
    story.round_trip = story.dice().micros(200, 9_000);
    for (story, issuer, again) in [
        (&mut *story, "Example Corp Secure Web Gateway CA", upstream),
        (&mut elsewhere, "Example Public CA R3", Nanos(0)),
    ] {
        // Without its certificate, nobody can tell.
        story.form.snap = 0;
        let server = story.server();
        for _ in 0..story.dice().size(1, 3) {
            let after = story.when();
            let mut talk = story.dialogue();
            talk.is_tls13 = false;
            talk.issuer = issuer.to_owned();
            let dice = story.dice();
            // The box's own handshake with the server: two round trips of TCP and TLS.
            let think = Nanos(again.get() * 2 + dice.micros(300, 20_000).get());
            talk.hello(dice).flight(dice, think).finish(dice);
            talk.exchange(dice).end(dice);
            let ends = story.begin(after, server, talk);
            story.fault(ends, Cause::H25);
        }
    }
    story.beside(elsewhere);
}

/// A talk that pauses after its first exchange and then asks again; when it asks, about.
fn idle(story: &mut Story, server: SocketAddr) -> ((SocketAddr, SocketAddr), Nanos) {
    let after = story.when();
    let seconds = story.dice().between(30, 1_200);
    let idle = Nanos::from_secs(i64::try_from(seconds).unwrap_or(60));
    let limit = story.limit().max(Nanos::from_secs(4));
    let is_plain = story.dice().chance(50);
    let mut talk = story.dialogue();
    let dice = story.dice();
    if is_plain {
        talk.plain_exchange(dice).asks(Step::Pause(idle));
        talk.plain_request(dice);
    } else {
        talk.handshake(dice).exchange(dice).asks(Step::Pause(idle));
        let bytes = dice.size(90, 900);
        talk.request(dice, bytes);
    }
    talk.asks(Step::Limit(Some(limit)))
        .asks(Step::Leave(Farewell::Close));
    talk.asks(Step::Receive(usize::MAX)).answers(Step::AwaitEnd);
    let ends = story.begin(after, server, talk);
    story.lasts(Nanos(idle.get() + limit.get()));
    (ends, Nanos(after.get() + idle.get() / 2))
}

/// P3: the connection was idle for so long that a box on the way forgot it, and says nothing.
pub(super) fn idle_dropped(story: &mut Story) {
    let server = story.server();
    let (ends, forgotten) = idle(story, server);
    let begin = story.beginning();
    story
        .world
        .pipe(story.client, server.ip())
        .device(move |passage| {
            let is_hit = passage.wire.source == ends.0 && passage.now.since(begin) > forgotten;
            if is_hit { Fate::Drop } else { Fate::Pass }
        });
    story.fault(ends, Cause::P3);
}

/// P4: the same, and it resets.
pub(super) fn idle_reset(story: &mut Story) {
    let server = story.server();
    let (ends, forgotten) = idle(story, server);
    let begin = story.beginning();
    let genuine = story.ttl_of(server.ip());
    let soon = Nanos(story.round_trip.get() / 5);
    let ttl = genuine.checked_add(4).unwrap_or(genuine.saturating_sub(4));
    let mut device = reset_if(soon, ttl, 1, Fate::Drop, |wire| wire.payload() > 0);
    story
        .world
        .pipe(story.client, server.ip())
        .device(move |passage| {
            let is_hit = passage.wire.source == ends.0 && passage.now.since(begin) > forgotten;
            if is_hit { device(passage) } else { Fate::Pass }
        });
    story.fault(ends, Cause::P4);
}

/// P5: a box takes window scaling out of some SYN-ACKs, and the transfer goes at 64 kB for each round trip.
pub(super) fn scale_stripped(story: &mut Story) {
    story.round_trip = story.round_trip.max(Nanos::from_millis(20));
    let server = story.server_of(System::Linux);
    let scaled = story.when();
    story.healthy(scaled, server);
    if let Some(stack) = story.client_stack() {
        stack.timestamps = true;
        stack.buffer = 1 << 20;
    }
    let mut talk = story.dialogue();
    let dice = story.dice();
    let think = dice.micros(500, 60_000);
    let bytes = dice.size(400_000, 700_000);
    talk.handshake(dice).request(dice, 300);
    talk.response(dice, think, bytes).end(dice);
    let after = story.when();
    let ends = story.begin(after, server, talk);
    let strip = move |passage: &mut Passage<'_>| {
        let is_meant = passage.wire.destination == ends.0 || passage.wire.source == ends.0;
        if let Content::Tcp(segment) = &mut passage.wire.content
            && is_meant
            && segment.flags.contains(TcpFlags::SYN)
        {
            let scales = |option: &TcpOption| matches!(option, TcpOption::WindowScale(_));
            segment.options.retain(|option| !scales(option));
        }
        Fate::Pass
    };
    story.world.pipe(server.ip(), story.client).device(strip);
    // Its stripped SYN makes the server offer none either.
    story.world.pipe(story.client, server.ip()).device(strip);
    story.fault(ends, Cause::P5);
    story.relabel(Label::or_silence);
    story.lasts(Nanos::from_secs(30));
}

/// P6: after so many bytes of a connection, nothing of the server arrives any more.
pub(super) fn frozen(story: &mut Story) {
    let (server, after) = (story.server(), story.when());
    let limit = story.limit().max(Nanos::from_secs(4));
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.certificate_bytes = dice.size(1_100, 3_000);
    talk.client.insert(0, Step::Limit(Some(limit)));
    let request = dice.size(90, 900);
    let response = dice.size(40_000, 200_000);
    let think = dice.micros(500, 60_000);
    talk.handshake(dice).request(dice, request);
    talk.response(dice, think, response).answers(Step::AwaitEnd);
    let volume = dice.size(12_000, 24_000);
    let ends = story.begin(after, server, talk);
    let mut passed = 0;
    story
        .world
        .pipe(server.ip(), story.client)
        .device(move |passage| {
            if passage.wire.destination != ends.0 {
                return Fate::Pass;
            }
            passed += passage.wire.payload();
            if passed > volume {
                Fate::Drop
            } else {
                Fate::Pass
            }
        });
    story.fault(ends, Cause::P6);
    story.relabel(|label| label.or(&[Cause::A2]));
}

/// Q1: UDP to port 443 is dropped or refused; the client falls back to TCP.
pub(super) fn quic(story: &mut Story) {
    let server = story.server();
    let client = story.next_port();
    let id = story.dice().bytes(8);
    let mut at = story.when();
    let mut wait = Nanos::from_millis(story.dice().pick([300, 999, 1000]));
    for number in 0..story.dice().size(3, 5) {
        let datagram = initial(story, &id, u8::try_from(number).unwrap_or_default());
        story.world.emit(
            at,
            Wire {
                source: client,
                destination: server,
                ttl: 64,
                identification: 9,
                content: Content::Udp(datagram),
            },
        );
        at = Nanos(at.get() + wait.get());
        wait = Nanos(wait.get() * 2);
    }
    let is_refused = story.dice().chance(40);
    let router = story.router();
    let kind = if story.is_v6 { (1, 4) } else { (3, 3) };
    let back = story.dice().micros(300, 30_000);
    let source = if story.dice().chance(50) {
        server
    } else {
        router
    };
    let is_udp = |wire: &Wire| matches!(wire.content, Content::Udp(_));
    let pipe = story.world.pipe(story.client, server.ip());
    if is_refused {
        pipe.device(icmp_if((source, back), kind, 0, is_udp));
    }
    story.fault((client, server), Cause::Q1);
    story.relabel(|label| label.of(&[Party::Client]));
    story.healthy(at, server);
    story.lasts(at);
}

/// A datagram of 1200 bytes with an Initial packet (RFC 9000 §17.2.2) that nobody can read.
fn initial(story: &mut Story, id: &[u8], number: u8) -> Vec<u8> {
    let mut bytes = vec![0xc3, 0, 0, 0, 1, 8];
    bytes.extend(id);
    bytes.extend([3, 1, 2, number]);
    // No token; the length of the rest, in two bytes.
    bytes.push(0);
    let rest = u16::try_from(1_200 - bytes.len() - 2).unwrap_or(1_000);
    bytes.extend((0x4000 | rest).to_be_bytes());
    bytes.extend(story.dice().bytes(rest.into()));
    bytes
}
