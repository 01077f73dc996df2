//! Attempts at each address by what was varied in them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::diagnosis::{Arms, Crowd, Odds};
use crate::probe::Arm;

/// One arm at one address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArmOdds {
    /// Which.
    pub arm: Arm,
    /// Attempts, and failures among them.
    pub odds: Odds,
    /// The probability that chance alone makes it differ so much from the base arm, to the side to which it does
    /// (Fisher's exact test); `None` of the base arm, and where there is none.
    pub chance: Option<f64>,
}

/// The arms at an address, the base first; empty where nothing was varied.
#[must_use]
pub fn arms_of(server: SocketAddr, crowd: &Crowd) -> Vec<ArmOdds> {
    let mut by_arm: BTreeMap<Arm, Odds> = BTreeMap::new();
    for brief in crowd.to(server.ip()) {
        if let Some(arm) = brief
            .arm
            .filter(|_| brief.server == server && !brief.is_broken_off())
        {
            by_arm
                .entry(arm)
                .or_default()
                .count(brief.outcome.is_failure());
        }
    }
    let base = by_arm.get(&Arm::Base).copied();
    let compared = |(arm, odds): (&Arm, &Odds)| ArmOdds {
        arm: *arm,
        odds: *odds,
        chance: base
            .filter(|_| *arm != Arm::Base)
            .map(|base| chance(*odds, base)),
    };
    by_arm.iter().map(compared).collect()
}

fn chance(one: Odds, base: Odds) -> f64 {
    let more = Arms {
        own: one,
        other: base,
    };
    let less = Arms {
        own: base,
        other: one,
    };
    more.chance().min(less.chance())
}
