//! What many attempts show together: the verdict of each address, and the headline.

mod arms;
mod headline;
mod scope;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Cause, Confidence, Crowd, Evidence, Exclusion, Odds, Party, Severity, Verdict};
use crate::phase::PhaseName;
use crate::text::{Message, Value};

pub use self::arms::{ArmOdds, arms_of};
pub use self::headline::{Headline, headline};
pub use self::scope::{Scope, Spread};

/// An attempt that was judged.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Its id.
    pub id: u32,
    /// Who was asked.
    pub server: SocketAddr,
    /// What was found.
    pub verdict: Verdict,
}

/// The verdict of one address.
#[derive(Clone, Debug)]
pub struct ServerVerdict {
    /// The address.
    pub server: SocketAddr,
    /// How far the fault reaches.
    pub spread: Spread,
    /// What is said of it.
    pub verdict: Verdict,
}

/// What is known of all attempts, judged or not.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Attempts and failures of each address.
    pub odds: &'a BTreeMap<SocketAddr, Odds>,
    /// Not all of them were judged: the worst, and a sample.
    pub is_sampled: bool,
}

/// Other attempts with the same verdict that are named by their first packets.
const CITED: usize = 20;

/// The verdict of every address with attempts that failed, or were delayed, by the cause that most of them share.
#[must_use]
pub fn servers(
    judgements: &[Judgement],
    crowd: &Crowd,
    counted: Counted<'_>,
) -> Vec<ServerVerdict> {
    let mut by_server: BTreeMap<SocketAddr, Vec<&Judgement>> = BTreeMap::new();
    for judgement in judgements {
        if judgement.verdict.severity > Severity::Info {
            by_server
                .entry(judgement.server)
                .or_default()
                .push(judgement);
        }
    }
    let addresses = by_server.len();
    by_server
        .iter()
        .filter_map(|(server, own)| {
            let verdict = of_server(*server, own, crowd, addresses)?;
            Some(verdict.counted(own, counted))
        })
        .collect()
}

fn of_server(
    server: SocketAddr,
    own: &[&Judgement],
    crowd: &Crowd,
    addresses: usize,
) -> Option<ServerVerdict> {
    let shared = shared_cause(own)?;
    let is_like = |verdict: &Verdict| (verdict.cause, verdict.severity) == shared;
    let mut like: Vec<&Judgement> = own.to_vec();
    like.retain(|judgement| is_like(&judgement.verdict));
    let ids: Vec<u32> = like.iter().map(|judgement| judgement.id).collect();
    // The surest first; the order of attempts decides between equals.
    like.sort_by_key(|judgement| std::cmp::Reverse(judgement.verdict.confidence));
    let surest = *like.first()?;
    let best = &surest.verdict;
    let spread = Spread::of(server, &ids, crowd, addresses);
    let verdict = Verdict {
        evidence: best
            .evidence
            .iter()
            .cloned()
            .chain(likewise(surest.id, &ids, crowd))
            .collect(),
        rules_out: rules_out(best, &spread),
        confidence: confidence(best, &spread, crowd),
        ..best.clone()
    };
    Some(ServerVerdict {
        server,
        spread,
        verdict,
    })
}

impl ServerVerdict {
    /// With the counts of all attempts in it, and the sentence that says them. Until then the statement is that of its
    /// surest attempt.
    fn counted(mut self, own: &[&Judgement], counted: Counted<'_>) -> Self {
        let spread = &mut self.spread;
        if let Some(odds) = counted.odds.get(&self.server) {
            (spread.attempts, spread.failed) = (odds.attempts, odds.failures);
        }
        let is_failure = |judged: &&&Judgement| judged.verdict.severity == Severity::Failure;
        let judged = u32::try_from(own.iter().filter(is_failure).count()).unwrap_or(u32::MAX);
        spread.is_sampled = counted.is_sampled;
        spread.judged = (counted.is_sampled && judged < spread.failed).then_some(judged);
        self.verdict.statement = statement(self.server, &self.verdict, &self.spread);
        self
    }
}

/// The other attempts with the same verdict, by their first packets.
fn likewise(best: u32, ids: &[u32], crowd: &Crowd) -> Option<Evidence> {
    let others = ids.iter().filter(|id| **id != best);
    let mut packets: Vec<_> = others
        .filter_map(|id| Some(crowd.brief(*id)?.first))
        .collect();
    packets.sort_unstable();
    let count = packets.len() as u64;
    packets.truncate(CITED);
    Some(Evidence::packets("ev-likewise", packets)?.with("count", count))
}

/// The cause of most failures, else of most delays; between equals the one with an accused before the undecided,
/// then by the catalogue.
fn shared_cause(own: &[&Judgement]) -> Option<(Cause, Severity)> {
    let mut counts: BTreeMap<(Cause, Severity), u32> = BTreeMap::new();
    for judgement in own {
        let verdict = &judgement.verdict;
        *counts.entry((verdict.cause, verdict.severity)).or_default() += 1;
    }
    let rank = |((cause, severity), count): &(&(Cause, Severity), &u32)| {
        let is_named = *cause != Cause::Undecided;
        (*severity, is_named, **count, std::cmp::Reverse(*cause))
    };
    let (shared, _) = counts.iter().max_by_key(rank)?;
    Some(*shared)
}

/// An address that fails where its siblings do not is surer than one of its attempts that only possibly shows why;
/// nothing is surer than certain, nor than a proxy in everybody's place leaves it.
fn confidence(best: &Verdict, spread: &Spread, crowd: &Crowd) -> Confidence {
    match (best.party, &spread.scope) {
        _ if crowd.is_intercepted() => best.confidence,
        (Party::Server, Scope::OneNode) => best.confidence.max(Confidence::Likely),
        _ => best.confidence,
    }
}

fn statement(server: SocketAddr, best: &Verdict, spread: &Spread) -> Message {
    let [low, high] = super::wilson::wilson95(spread.failed.into(), spread.attempts.into());
    let id = match best.severity {
        // One attempt is told as it is.
        _ if spread.attempts == 1 && spread.other_attempts == 0 => return best.statement.clone(),
        Severity::Failure if spread.judged.is_some() && spread.scope == Scope::OneNode => {
            "server-one-node-sampled-statement"
        }
        Severity::Failure if best.cause == Cause::Undecided && spread.scope == Scope::OneNode => {
            "server-one-node-undecided-statement"
        }
        // Who was asked for a name is no address of it.
        Severity::Failure if best.phase == PhaseName::Dns => "server-lookups-statement",
        Severity::Failure => spread.scope.message(),
        _ if spread.is_sampled => "server-delayed-sampled-statement",
        _ => "server-delayed-statement",
    };
    let message = Message::new(id)
        .with("address", server.ip())
        .with("server", server)
        .with("failed", spread.failed)
        .with("attempts", spread.attempts)
        .with("like", spread.like)
        .with(
            "rate",
            Value::share(spread.failed.into(), spread.attempts.into()),
        )
        .with("low", Value::rate(low))
        .with("high", Value::rate(high))
        .with("others", spread.other_addresses)
        .with("other-attempts", spread.other_attempts)
        .with("other-failed", spread.other_failed)
        .with("more", spread.more)
        .with("cause", told_cause(best, spread))
        .with("first", best.statement.clone());
    match spread.judged {
        Some(judged) => message
            .with("cause-name", name_of(best.cause))
            .with("judged", judged),
        None => message,
    }
}

/// The cause in words, and of how many of the failures it is known to be the cause, when these are not all and the
/// sentence does not say so by itself.
fn told_cause(best: &Verdict, spread: &Spread) -> Message {
    let is_partly = best.severity == Severity::Failure
        && spread.scope != Scope::OneNode
        && spread.like < spread.failed;
    match spread.judged {
        Some(judged) => sampled_cause(best.cause, spread.like, judged),
        None if is_partly => Message::new("summary-cause-partly")
            .with("cause", name_of(best.cause))
            .with("like", spread.like),
        None => name_of(best.cause),
    }
}

/// The cause in words, and in how many of those that were judged.
fn sampled_cause(cause: Cause, like: u32, judged: u32) -> Message {
    Message::new("summary-cause-sampled")
        .with("cause", name_of(cause))
        .with("like", like)
        .with("judged", judged)
}

/// What the cause is called.
#[must_use]
pub fn name_of(cause: Cause) -> Message {
    Message::new(format!("cause-{}", cause.id().to_ascii_lowercase()))
}

/// What the best attempt rules out, and the siblings that were clean in the same minutes.
fn rules_out(best: &Verdict, spread: &Spread) -> Vec<Exclusion> {
    let mut out = best.rules_out.clone();
    if let (Party::Server, Scope::OneNode, Some((first, last))) =
        (best.party, &spread.scope, spread.clean_siblings)
    {
        let clean = Evidence::packets("ev-siblings-clean", [first, last]);
        out.extend(clean.into_iter().map(|because| {
            Exclusion {
                party: Party::Client,
                because: because
                    .with("others", spread.other_addresses)
                    .with("attempts", spread.other_attempts)
                    .with("failed", spread.other_failed),
            }
        }));
    }
    out
}
