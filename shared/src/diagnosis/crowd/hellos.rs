//! ClientHellos by what arms of a comparison are told apart by, and how many of each kind failed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::{Arms, Brief, HelloBrief, Odds};
use crate::ids::Stamp;

/// What tells one kind of ClientHello from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HelloKind {
    /// Its bytes, record headers included.
    pub bytes: u64,
    /// Records that it was cut into.
    pub records: u32,
    /// It needs more than one segment.
    pub is_split: bool,
    /// It offers to resume a session.
    pub has_psk: bool,
    /// A digest of what makes its fingerprint.
    pub shape: u64,
}

impl HelloKind {
    const fn of(hello: &HelloBrief) -> Self {
        Self {
            bytes: hello.bytes,
            records: hello.records,
            is_split: hello.is_split,
            has_psk: hello.has_psk,
            shape: hello.shape,
        }
    }
}

/// Whole ClientHellos of every endpoint and name. Clients are few kinds of programs, so a comparison looks at a few
/// kinds and not at every attempt.
#[derive(Debug, Default)]
pub(super) struct Hellos {
    of: HashMap<Endpoint, HashMap<HelloKind, Tally>>,
}

/// A server, and the name that it was asked for.
pub(super) type Endpoint = (SocketAddr, Option<Arc<str>>);

/// How one kind fared.
#[derive(Debug, Default)]
struct Tally {
    odds: Odds,
    /// The first of them, each with its place among all attempts.
    first: Vec<(usize, Stamp)>,
}

/// ClientHellos of the other arm that are cited.
const CITED: usize = 3;

impl Hellos {
    /// Takes note of an attempt, which is the `place`th. What the capture cut of a ClientHello may be of any kind.
    pub(super) fn add(&mut self, place: usize, brief: &Brief) {
        let Some(hello) = brief.hello.as_ref().filter(|hello| hello.is_whole) else {
            return;
        };
        let kinds = self.of.entry((brief.server, brief.name.clone()));
        let tally = kinds.or_default().entry(HelloKind::of(hello)).or_default();
        let has_failed = brief.outcome.is_failure() && !brief.is_through_tls();
        tally.odds.count(has_failed);
        if tally.first.len() < CITED {
            tally.first.push((place, hello.first));
        }
    }

    /// Attempts at this endpoint under this name in two arms: `own` says which a kind belongs to, `None` for neither.
    /// Beside the counts, the first ClientHellos of the other arm.
    pub(super) fn arms(
        &self,
        endpoint: &Endpoint,
        own: impl Fn(&HelloKind) -> Option<bool>,
    ) -> (Arms, Vec<Stamp>) {
        let mut arms = Arms::default();
        let mut others = Vec::new();
        for (kind, tally) in self.of.get(endpoint).into_iter().flatten() {
            match own(kind) {
                Some(true) => arms.own.add(tally.odds),
                Some(false) => {
                    arms.other.add(tally.odds);
                    others.extend_from_slice(&tally.first);
                }
                None => {}
            }
        }
        others.sort_unstable();
        let cited = others.into_iter().take(CITED).map(|(_, first)| first);
        (arms, cited.collect())
    }
}
