//! One story for each cause of the catalogue that packets can show, and for what looks like one and is none.

mod connecting;
mod devices;
mod exchange;
mod flight;
mod healthy;
mod hello;
mod line;
mod names;
mod way;

use std::net::SocketAddr;

use super::client::Client;
use super::dialogue::Dialogue;
use super::script::Step;
use super::story::{Story, Told};
use crate::time::Nanos;

/// A cause, or a near miss, and how its stories are told.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Id of the cause, or `ok-` and what is odd about it; what is behind a dot is a variant.
    pub id: &'static str,
    tell: fn(&mut Story),
}

impl Scenario {
    /// The story of this seed.
    #[must_use]
    pub fn tell(&self, seed: u64) -> Told {
        let mut story = Story::new(seed);
        (self.tell)(&mut story);
        story.told()
    }
}

const fn scenario(id: &'static str, tell: fn(&mut Story)) -> Scenario {
    Scenario { id, tell }
}

/// A server, and a talk with it that has come to the ClientHello.
struct Setting {
    server: SocketAddr,
    talk: Dialogue,
    after: Nanos,
}

fn setting(story: &mut Story) -> Setting {
    let server = story.server();
    let limit = story.limit();
    let mut talk = story.dialogue();
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    let after = story.when();
    Setting {
        server,
        talk,
        after,
    }
}

/// A talk of a certain client that waits for the answer to its ClientHello.
fn hello_only(story: &mut Story, limit: Nanos, change: impl FnOnce(&mut Client)) -> Dialogue {
    let mut talk = story.dialogue();
    change(&mut talk.who);
    talk.is_tls13 = talk.who.is_tls13;
    let dice = story.dice();
    talk.limited(dice, limit).hello(dice);
    talk.asks(Step::Receive(usize::MAX));
    talk
}

/// All of them.
pub const ALL: &[Scenario] = &[
    scenario("D1", names::timeout),
    scenario("D1.late", names::late),
    scenario("D2", names::parallel),
    scenario("D3", names::error),
    scenario("D4", names::stale),
    scenario("T1", connecting::black_hole),
    scenario("T1.late", connecting::syn_lost),
    scenario("T2", connecting::queue_full),
    scenario("T3", connecting::answer_lost),
    scenario("T4", connecting::ack_dropped),
    scenario("T5", connecting::refused),
    scenario("T6", connecting::unreachable),
    scenario("T7", connecting::first_syn_challenge),
    scenario("T8", connecting::no_ports_left),
    scenario("T9", connecting::timestamps_rejected),
    scenario("T10", connecting::challenged),
    scenario("T12", connecting::overlay),
    scenario("T13", connecting::other_family),
    scenario("T14", connecting::ecn_dropped),
    scenario("T15", connecting::fast_open_dropped),
    scenario("T16", line::full),
    scenario("T17", connecting::other_address),
    scenario("T18", connecting::source_blocked),
    scenario("H1", hello::server_stall),
    scenario("H1.late", hello::server_too_late),
    scenario("H2", hello::no_back_end),
    scenario("H3", hello::black_holed),
    scenario("H4", hello::segment_lost),
    scenario("H5", hello::misread),
    scenario("H6", flight::injected),
    scenario("H7", flight::aborted),
    scenario("H8", flight::state_lost),
    scenario("H9", flight::closed),
    scenario("H10", flight::alert),
    scenario("H11", flight::path_mtu),
    scenario("H12", flight::path_mtu_healed),
    scenario("H13", flight::loss),
    scenario("H14", flight::large_flight),
    scenario("H15", flight::retry),
    scenario("H16", hello::late_hello),
    scenario("H17", flight::starved),
    scenario("H18", flight::revocation),
    scenario("H19", flight::client_certificate),
    scenario("H20", hello::resumption),
    scenario("H21", hello::cut),
    scenario("H22", flight::no_protocol),
    scenario("H23", flight::cancelled),
    scenario("H24", flight::not_tls),
    scenario("H25", way::intercepted),
    scenario("H26", hello::fingerprint),
    scenario("P1", way::proxy),
    scenario("P2", way::split),
    scenario("P3", way::idle_dropped),
    scenario("P4", way::idle_reset),
    scenario("P5", way::scale_stripped),
    scenario("P6", way::frozen),
    scenario("A1", exchange::slow_first_byte),
    scenario("A2", exchange::request_lost),
    scenario("A3", exchange::body_stall),
    scenario("A4", exchange::zero_window),
    scenario("A4.upload", exchange::zero_window_upload),
    scenario("A5", exchange::body_cut),
    scenario("A6", exchange::continue_wait),
    scenario("A7", exchange::close_race),
    scenario("A8", exchange::window_used),
    scenario("A9", exchange::dead_connection),
    scenario("A10", exchange::nagle),
    scenario("A11", exchange::policer),
    scenario("Q1", way::quic),
    scenario("ok-exchange", healthy::exchange),
    scenario("ok-plain", healthy::plain),
    scenario("ok-loss", healthy::loss),
    scenario("ok-reorder", healthy::reorder),
    scenario("ok-early-end", healthy::early_end),
    scenario("ok-keep-alive", healthy::keep_alive),
    scenario("ok-reset-close", healthy::reset_close),
    scenario("ok-families", healthy::families),
    scenario("ok-retry", healthy::retry),
    scenario("ok-long-poll", healthy::long_poll),
    scenario("ok-narrow", healthy::narrow),
    scenario("ok-upload", healthy::upload),
    scenario("ok-download", healthy::download),
    scenario("ok-idle-close", healthy::idle_close),
    scenario("ok-slow", healthy::slow),
];
