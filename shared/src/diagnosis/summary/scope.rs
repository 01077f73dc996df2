//! How far a fault reaches: one node among many, all of them, one family, one source port, a stretch of time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use crate::diagnosis::{Arms, Brief, Crowd};
use crate::ids::{CaptureId, Stamp};
use crate::phase::Outcome;
use crate::time::{Nanos, Timestamp};

/// How far a fault reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// This address, and not the others of the name.
    OneNode,
    /// Every address of this family, and none of the other family.
    OneFamily,
    /// Every address of the name.
    AllNodes,
    /// Certain source ports of the client, again and again, and not others.
    SourcePorts,
    /// One stretch of time.
    TimeWindow,
    /// It was the only address that was tried.
    Alone,
    /// Nothing says what its name is, so it is compared with none.
    Nameless,
    /// The numbers do not say yet.
    Open,
}

impl Scope {
    /// The id of its text.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::OneNode => "server-one-node-statement",
            Self::OneFamily => "server-one-family-statement",
            Self::AllNodes => "server-all-nodes-statement",
            Self::SourcePorts => "server-source-ports-statement",
            Self::TimeWindow => "server-time-window-statement",
            Self::Alone => "server-alone-statement",
            Self::Nameless => "server-nameless-statement",
            Self::Open => "server-open-statement",
        }
    }
}

/// How far a fault reaches, with the counts that say so.
#[derive(Clone, Debug)]
pub struct Spread {
    /// How far.
    pub scope: Scope,
    /// Attempts at the address.
    pub attempts: u32,
    /// Failures among them.
    pub failed: u32,
    /// Attempts with the address's verdict, of those that were judged.
    pub like: u32,
    /// How many of the failures were judged; `None` when all were.
    pub judged: Option<u32>,
    /// Not every attempt of the capture was judged.
    pub is_sampled: bool,
    /// Other addresses of the same name that were tried in the same minutes.
    pub other_addresses: u32,
    /// Attempts at those.
    pub other_attempts: u32,
    /// Failures among those.
    pub other_failed: u32,
    /// How many more attempts at each address would show a fault of this rate with 95 % confidence; 0 when the
    /// numbers say enough.
    pub more: u32,
    /// First packets of the first and the last attempt at other addresses that went well, in the same minutes.
    pub clean_siblings: Option<(Stamp, Stamp)>,
}

/// "The same minutes": from a minute before the first failure to a minute after the last.
const AROUND: Nanos = Nanos::from_secs(60);

/// The field's usual bound for chance.
const ONE_IN_TWENTY: f64 = 0.05;

impl Spread {
    /// Of the attempts `like` at `server`, among all others; `addresses` is how many addresses are accused, for the
    /// correction of as many comparisons (Bonferroni).
    pub(super) fn of(server: SocketAddr, like: &[u32], crowd: &Crowd, addresses: usize) -> Self {
        let own: Vec<&Brief> = at(crowd, server).collect();
        let bad: BTreeSet<u32> = like.iter().copied().collect();
        let is_bad = |brief: &Brief| brief.outcome.is_failure() || bad.contains(&brief.id);
        let (from, until) = span(own.iter().copied().filter(|brief| is_bad(brief)));
        let others = others(crowd, &own, server, (from, until));
        let mut arms = Arms::default();
        for brief in &own {
            arms.own.count(is_bad(brief));
        }
        let mut by_address: BTreeMap<IpAddr, (u32, u32)> = BTreeMap::new();
        let mut clean: Option<(Stamp, Stamp)> = None;
        for brief in &others {
            let has_failed = brief.outcome.is_failure();
            arms.other.count(has_failed);
            let (attempts, failed) = by_address.entry(brief.server.ip()).or_default();
            *attempts += 1;
            *failed += u32::from(has_failed);
            if !has_failed {
                let first = clean.map_or(brief.first, |(first, _)| first);
                clean = Some((first, brief.first));
            }
        }
        let scope = scope(server, &own, &by_address, &arms, addresses, &is_bad);
        let rate = f64::from(arms.own.failures) / f64::from(arms.own.attempts.max(1));
        Self {
            scope,
            attempts: arms.own.attempts,
            failed: own
                .iter()
                .map(|brief| u32::from(brief.outcome.is_failure()))
                .sum(),
            like: u32::try_from(like.len()).unwrap_or(u32::MAX),
            judged: None,
            is_sampled: false,
            other_addresses: u32::try_from(by_address.len()).unwrap_or(u32::MAX),
            other_attempts: arms.other.attempts,
            other_failed: arms.other.failures,
            more: if scope == Scope::Open {
                needed(rate)
            } else {
                0
            },
            clean_siblings: clean,
        }
    }
}

fn at(crowd: &Crowd, server: SocketAddr) -> impl Iterator<Item = &Brief> {
    crowd
        .to(server.ip())
        .filter(move |brief| brief.server == server && !brief.is_broken_off())
}

fn span<'a>(bad: impl Iterator<Item = &'a Brief>) -> (Timestamp, Timestamp) {
    let ends = bad.map(|brief| (brief.first.at, brief.last.at));
    let whole = ends.reduce(|(from, until), (first, last)| (from.min(first), until.max(last)));
    let (from, until) = whole.unwrap_or((Timestamp::from_nanos(0), Timestamp::from_nanos(0)));
    (from + Nanos(-AROUND.get()), until + AROUND)
}

/// Attempts under the same names at other addresses, in the same minutes. What failed before it said a name counts at
/// the addresses where others did: left out, an address would look the better the earlier it fails.
fn others<'a>(
    crowd: &'a Crowd,
    own: &[&Brief],
    server: SocketAddr,
    (from, until): (Timestamp, Timestamp),
) -> Vec<&'a Brief> {
    let names: BTreeSet<&str> = own
        .iter()
        .filter_map(|brief| brief.name.as_deref())
        .collect();
    let carriers: BTreeSet<_> = own.iter().filter_map(|brief| carrier(brief)).collect();
    let is_sibling = |brief: &&Brief| {
        carrier(brief).is_some_and(|carrier| carriers.contains(&carrier))
            && brief.server.port() == server.port()
            && brief.meets(from, until)
            && brief.server != server
            && !brief.is_broken_off()
    };
    let named = names.iter().flat_map(|name| crowd.named(name));
    let named: Vec<&Brief> = named
        .filter(|brief| brief.server.port() == server.port())
        .collect();
    let addresses: BTreeSet<IpAddr> = named.iter().map(|brief| brief.server.ip()).collect();
    let nameless = addresses.iter().flat_map(|address| crowd.to(*address));
    let nameless = nameless.filter(|brief| brief.name.is_none());
    let mut others: Vec<&Brief> = named
        .into_iter()
        .chain(nameless)
        .filter(is_sibling)
        .collect();
    // In the order in which they were over, whatever their names.
    others.sort_by_key(|brief| brief.id);
    others
}

/// What attempts have in common that can be compared. A lookup that failed is compared with none, since those that did not
/// are no attempts; and of QUIC in captures only the first flight is seen, which says too little of those that went well.
fn carrier(brief: &Brief) -> Option<Carrier> {
    let is_lookup = matches!(brief.outcome, Outcome::DnsTimeout | Outcome::DnsError);
    let is_told = brief.first.packet.capture() == CaptureId::EVENTS;
    match brief.is_tcp {
        true => Some(Carrier::Tcp),
        false => (is_told && !is_lookup).then_some(Carrier::Quic),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Carrier {
    Tcp,
    Quic,
}

fn scope(
    server: SocketAddr,
    own: &[&Brief],
    by_address: &BTreeMap<IpAddr, (u32, u32)>,
    arms: &Arms,
    addresses: usize,
    is_bad: &dyn Fn(&Brief) -> bool,
) -> Scope {
    if by_ports(own, is_bad) {
        return Scope::SourcePorts;
    }
    let all_fail = own.iter().all(|brief| is_bad(brief));
    let family = |address: &IpAddr| address.is_ipv4() == server.is_ipv4();
    let of_family = |same: bool| {
        by_address
            .iter()
            .filter(move |(address, _)| family(address) == same)
            .map(|(_, counts)| *counts)
    };
    let other_family_is_clean = of_family(false).all(|(_, failed)| failed == 0);
    let has_other_family = of_family(false).next().is_some();
    let family_fails = of_family(true).all(|(attempts, failed)| attempts == failed);
    let corrected = arms.chance() * addresses.max(1) as f64;
    if all_fail && has_other_family && other_family_is_clean && family_fails {
        return Scope::OneFamily;
    }
    if by_address.is_empty() {
        return if in_one_stretch(own, is_bad) {
            Scope::TimeWindow
        } else if own.iter().all(|brief| brief.name.is_none()) {
            Scope::Nameless
        } else {
            Scope::Alone
        };
    }
    let every_other_fails = by_address.values().all(|(_, failed)| *failed > 0);
    if every_other_fails && by_address.len() > 1 && corrected > ONE_IN_TWENTY {
        return Scope::AllNodes;
    }
    if corrected <= ONE_IN_TWENTY {
        return Scope::OneNode;
    }
    if in_one_stretch(own, is_bad) {
        return Scope::TimeWindow;
    }
    Scope::Open
}

/// The same source port was used again and gave the same result each time: at least one that always failed and one
/// that always worked, and chance does not explain it.
fn by_ports(own: &[&Brief], is_bad: &dyn Fn(&Brief) -> bool) -> bool {
    let mut ports: BTreeMap<SocketAddr, (u32, u32)> = BTreeMap::new();
    for brief in own {
        let (attempts, failed) = ports.entry(brief.client).or_default();
        *attempts += 1;
        *failed += u32::from(is_bad(brief));
    }
    let repeated = ports.values().filter(|(attempts, _)| *attempts > 1);
    let mut arms = Arms::default();
    for (attempts, failed) in repeated {
        if *failed != 0 && failed != attempts {
            return false;
        }
        // The first try says what to expect; the others are the test.
        for _ in 1..*attempts {
            if *failed > 0 {
                arms.own.count(true);
            } else {
                arms.other.count(false);
            }
        }
    }
    arms.chance() <= ONE_IN_TWENTY
}

/// The failures lie beside each other in time, with successes around them, more closely than chance would put them:
/// of all ways to place `k` failures among `n` attempts, `n - k + 1` put them side by side.
fn in_one_stretch(own: &[&Brief], is_bad: &dyn Fn(&Brief) -> bool) -> bool {
    let mut by_time: Vec<&Brief> = own.to_vec();
    by_time.sort_by_key(|brief| brief.first);
    let flags: Vec<bool> = by_time.iter().map(|brief| is_bad(brief)).collect();
    let failures = flags.iter().filter(|bad| **bad).count();
    let (Some(first), Some(last)) = (
        flags.iter().position(|bad| *bad),
        flags.iter().rposition(|bad| *bad),
    ) else {
        return false;
    };
    let all = flags.len();
    if failures < 2 || failures == all || last + 1 - first != failures {
        return false;
    }
    let ways: f64 = (0..failures)
        .map(|index| (all - index) as f64 / (index + 1) as f64)
        .product();
    (all - failures + 1) as f64 / ways <= ONE_IN_TWENTY
}

/// Attempts that see a fault of this rate at least once with 95 % confidence: ln 0.05 / ln(1 - p).
fn needed(rate: f64) -> u32 {
    let rate = rate.clamp(0.001, 0.95);
    (ONE_IN_TWENTY.ln() / (1.0 - rate).ln()).ceil() as u32
}
