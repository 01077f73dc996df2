//! The whole report in one sentence.

use std::net::SocketAddr;

use super::{Scope, ServerVerdict, told_cause};
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
    let mut alike: Vec<&ServerVerdict> = servers
        .iter()
        .filter(|server| {
            let same = (
                server.verdict.cause,
                server.verdict.party,
                server.verdict.severity,
            );
            same == (
                worst.verdict.cause,
                worst.verdict.party,
                worst.verdict.severity,
            )
        })
        .collect();
    alike.sort_by_key(|server| (std::cmp::Reverse(server.spread.like), server.server));
    let others = servers.len() - alike.len();
    let counts = Counts::of(&alike);
    let id = id(&alike, worst, servers.len());
    let addresses: Vec<Value> = alike
        .iter()
        .map(|server| Value::from(server.server.ip()))
        .collect();
    let statement = Message::new(id)
        .with("addresses", Value::List(addresses))
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
            told_cause(worst.verdict.cause, counts.like, counts.judged),
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

/// The sentence that fits: about `alike`, of all addresses with a finding.
fn id(alike: &[&ServerVerdict], worst: &ServerVerdict, addresses: usize) -> &'static str {
    match (alike, worst.verdict.severity) {
        (_, Severity::Delay | Severity::Info) if worst.spread.is_sampled => {
            "headline-delay-sampled"
        }
        (_, Severity::Delay | Severity::Info) => "headline-delay",
        _ if addresses == 1 && worst.spread.attempts == 1 => "headline-single",
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
