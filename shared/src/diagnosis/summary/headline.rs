//! The whole report in one sentence.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Scope, ServerVerdict, name_of, sampled_cause};
use crate::diagnosis::{Cause, Party, Severity};
use crate::text::{Message, Value};

/// The whole report in one sentence.
#[derive(Clone, Debug)]
pub struct Headline {
    /// The sentence.
    pub statement: Message,
    /// Whose it is.
    pub party: Party,
    /// What.
    pub cause: Cause,
    /// The addresses that it is about, worst first.
    pub servers: Vec<SocketAddr>,
}

/// The worst that was found: failures before delays, the decided before the undecided, then by how many attempts it
/// hit. Other findings are counted in the same sentence.
#[must_use]
pub fn headline(servers: &[ServerVerdict]) -> Option<Headline> {
    let rank = |server: &&ServerVerdict| {
        let verdict = &server.verdict;
        let is_decided = verdict.cause != Cause::Undecided;
        (
            verdict.severity,
            is_decided && verdict.severity == Severity::Failure,
            server.spread.like,
            std::cmp::Reverse(server.server),
        )
    };
    let worst = servers.iter().max_by_key(rank)?;
    let alike = alike(worst, servers);
    let others = servers.len() - alike.len();
    let counts = Counts::of(&alike);
    let id = id(&alike, worst, servers.len());
    let compared = compared(worst, &alike);
    let statement = compared
        .unwrap_or_else(|| Message::new(id))
        .with("addresses", Value::List(told_addresses(&alike)))
        .with("count", alike.len() as u64)
        .with("like", counts.hit)
        .with("attempts", counts.attempts)
        .with(
            "rate",
            Value::share(counts.hit.into(), counts.attempts.into()),
        )
        .with("others", worst.spread.other_addresses)
        .with("other-attempts", worst.spread.other_attempts)
        .with("other-failed", worst.spread.other_failed)
        .with(
            "cause",
            match counts.judged {
                Some(judged) => sampled_cause(worst.verdict.cause, counts.like, judged),
                None => name_of(worst.verdict.cause),
            },
        )
        .with("party", Message::new(worst.verdict.party.word()))
        .with("more-findings", others as u64);
    Some(Headline {
        statement,
        party: worst.verdict.party,
        cause: worst.verdict.cause,
        servers: alike.iter().map(|server| server.server).collect(),
    })
}

/// Their addresses; with ports, where two of them have one address.
fn told_addresses(alike: &[&ServerVerdict]) -> Vec<Value> {
    let addresses: BTreeSet<_> = alike.iter().map(|it| it.server.ip()).collect();
    let has_ports = addresses.len() < alike.len();
    let told = |it: &&ServerVerdict| match has_ports {
        true => Value::from(it.server),
        false => Value::from(it.server.ip()),
    };
    alike.iter().map(told).collect()
}

/// The sentence that fits: about `alike`, of all addresses with a finding.
fn id(alike: &[&ServerVerdict], worst: &ServerVerdict, addresses: usize) -> &'static str {
    match (alike, worst.verdict.severity) {
        (_, Severity::Delay | Severity::Info) if worst.spread.is_sampled => {
            "headline-delay-sampled"
        }
        (_, Severity::Delay | Severity::Info) => "headline-delay",
        _ if addresses == 1 && worst.spread.attempts == 1 => match worst.verdict.cause {
            Cause::Undecided => "headline-single-undecided",
            _ => "headline-single",
        },
        _ if worst.verdict.cause == Cause::Undecided => "headline-undecided",
        ([only], _) if only.spread.scope == Scope::OneNode => "headline-one-node",
        ([_], _) => "headline-one",
        _ => "headline-many",
    }
}

/// Counts over addresses with one verdict.
struct Counts {
    attempts: u32,
    /// Attempts that it hit: all failures, or the delays that were judged.
    hit: u32,
    /// Attempts that were judged so.
    like: u32,
    /// Failures that were judged, when these were not all.
    judged: Option<u32>,
}

impl Counts {
    fn of(alike: &[&ServerVerdict]) -> Self {
        let sum = |count: &dyn Fn(&ServerVerdict) -> u32| alike.iter().map(|it| count(it)).sum();
        let is_failure = |it: &ServerVerdict| it.verdict.severity == Severity::Failure;
        let is_sampled = alike.iter().any(|it| it.spread.judged.is_some());
        Self {
            attempts: sum(&|it| it.spread.attempts),
            // What was not judged failed all the same.
            hit: sum(&|it| match it.spread.judged {
                Some(_) if is_failure(it) => it.spread.failed,
                _ => it.spread.like,
            }),
            like: sum(&|it| it.spread.like),
            judged: is_sampled.then(|| sum(&|it| it.spread.judged.unwrap_or(it.spread.failed))),
        }
    }
}

/// Addresses with the same verdict, worst first.
fn alike<'a>(worst: &ServerVerdict, servers: &'a [ServerVerdict]) -> Vec<&'a ServerVerdict> {
    let face = |server: &ServerVerdict| {
        let verdict = &server.verdict;
        (verdict.cause, verdict.party, verdict.severity)
    };
    let mut alike: Vec<&ServerVerdict> = servers
        .iter()
        .filter(|server| face(server) == face(worst))
        .collect();
    alike.sort_by_key(|server| (std::cmp::Reverse(server.spread.like), server.server));
    alike
}

/// What a comparison found, with its counts over all addresses that share it.
fn compared(worst: &ServerVerdict, alike: &[&ServerVerdict]) -> Option<Message> {
    let headline = worst.verdict.headline.clone()?;
    let same = alike
        .iter()
        .filter_map(|server| server.verdict.headline.as_ref())
        .filter(|other| other.id == headline.id);
    let same: Vec<&Message> = same.collect();
    let summed = COUNTS.into_iter().filter_map(|name| {
        let counts = same.iter().filter_map(|other| other.arguments.get(name));
        let counts: Vec<u64> = counts
            .filter_map(|value| match value {
                Value::Count(count) => Some(*count),
                _ => None,
            })
            .collect();
        (!counts.is_empty()).then(|| {
            (
                name,
                counts.iter().fold(0, |sum, one| one.saturating_add(sum)),
            )
        })
    });
    let summed: Vec<(&'static str, u64)> = summed.collect();
    Some(
        summed
            .into_iter()
            .fold(headline, |message, (name, sum)| message.with(name, sum)),
    )
}

/// Arguments that count attempts at one address.
const COUNTS: [&str; 5] = ["tried", "failed", "passed", "resumed", "fresh"];
