//! Which attempts are drawn: the worst of every kind first, then the slowest of the rest.

use std::collections::BTreeMap;

use super::notes;
use crate::report::v1::{Attempt, Outcome, Report};

/// The share of the room that attempts of one server and outcome get: more of them say nothing new.
const KIND_SHARE: usize = 5;

/// The attempts of the waterfall.
pub(super) struct Choice<'a> {
    /// Failed or stalled ones, by server in the report's order, then by start.
    pub(super) failed: Vec<&'a Attempt>,
    /// The slowest of the others, slowest first.
    pub(super) slow: Vec<&'a Attempt>,
    /// Failed or stalled ones of the report that are not drawn, by server and outcome.
    pub(super) hidden: BTreeMap<(&'a str, Outcome), u64>,
}

/// Chooses at most `limit` attempts, a quarter of them among those that went well; half, where all did.
pub(super) fn choose(report: &Report, limit: usize) -> Choice<'_> {
    let attempts = report.attempts.iter().map(Box::as_ref);
    let (failed, mut slow): (Vec<&Attempt>, Vec<&Attempt>) =
        attempts.partition(|attempt| is_bad(attempt));
    slow.sort_by_key(|attempt| (std::cmp::Reverse(busy(attempt)), attempt.id));
    let room = limit - limit / 4;
    let mut hidden: BTreeMap<(&str, Outcome), u64> = BTreeMap::new();
    for attempt in &failed {
        *hidden.entry(kind(attempt)).or_default() += 1;
    }
    let mut failed = fair(failed, room, (limit / KIND_SHARE).max(1));
    for attempt in &failed {
        hidden.entry(kind(attempt)).and_modify(|count| *count -= 1);
    }
    hidden.retain(|_, count| *count > 0);
    slow.truncate(if failed.is_empty() {
        limit / 2
    } else {
        limit / 4
    });
    let rank: BTreeMap<&str, usize> = report
        .servers
        .iter()
        .enumerate()
        .map(|(rank, server)| (server.address.as_str(), rank))
        .collect();
    failed.sort_by_key(|attempt| {
        let rank = rank.get(attempt.server.as_str()).copied();
        (
            rank.unwrap_or(usize::MAX),
            &attempt.server,
            attempt.started_ns,
            attempt.id,
        )
    });
    Choice {
        hidden,
        failed,
        slow,
    }
}

/// Failed, or waited in vain for a while.
pub(super) fn is_bad(attempt: &Attempt) -> bool {
    let mut phases = attempt.phases.iter();
    attempt.outcome.is_failure() || phases.any(|phase| !notes::quiet(attempt, phase).is_empty())
}

/// What is drawn only a few times.
fn kind(attempt: &Attempt) -> (&str, Outcome) {
    (attempt.server.as_str(), attempt.outcome)
}

/// One of each kind in turn, the most frequent kind first and the longest of a kind first, until there is no
/// room or every kind was drawn often enough.
fn fair(attempts: Vec<&Attempt>, room: usize, each: usize) -> Vec<&Attempt> {
    let mut kinds: BTreeMap<(&str, Outcome), Vec<&Attempt>> = BTreeMap::new();
    for attempt in attempts {
        kinds.entry(kind(attempt)).or_default().push(attempt);
    }
    let mut kinds: Vec<Vec<&Attempt>> = kinds.into_values().collect();
    for kind in &mut kinds {
        kind.sort_by_key(|attempt| (std::cmp::Reverse(busy(attempt)), attempt.id));
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.len()));
    let longest = kinds.iter().map(Vec::len).max().unwrap_or(0);
    let turns =
        (0..each.min(longest)).flat_map(|turn| kinds.iter().filter_map(move |kind| kind.get(turn)));
    turns.take(room).copied().collect()
}

/// How long it was busy: all its phases without the idle time between them.
fn busy(attempt: &Attempt) -> i64 {
    let lengths = attempt
        .phases
        .iter()
        .map(|phase| match (phase.start_ns, phase.end_ns) {
            (Some(start), Some(end)) => end.saturating_sub(start),
            _ => 0,
        });
    lengths.fold(0, i64::saturating_add)
}

/// How long it took, from its start to the end of its last phase; its packets' where it has no phase.
pub(super) fn span(attempt: &Attempt) -> i64 {
    let ends = attempt.phases.iter().filter_map(|phase| phase.end_ns);
    let packets = attempt.ended_ns.saturating_sub(attempt.started_ns);
    ends.max().unwrap_or(packets).max(0)
}
