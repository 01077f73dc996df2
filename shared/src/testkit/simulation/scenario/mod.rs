//! One story for each cause of the catalogue that packets can show, and for what looks like one and is none.

mod handshake;
mod healthy;

use super::story::{Story, Told};

/// A cause, or a near miss, and how its stories are told.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Id of the cause, or `ok-` and what is odd about it.
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

/// All of them.
pub const ALL: &[Scenario] = &[
    scenario("H1", handshake::server_stall),
    scenario("H3", handshake::hello_black_holed),
    scenario("H11", handshake::path_mtu_black_hole),
    scenario("ok-exchange", healthy::exchange),
];
