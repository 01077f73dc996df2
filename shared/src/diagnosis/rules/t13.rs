//! T13: IPv6 is dead, and the client went on over IPv4.

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
    Severity, SilentSyns,
};
use crate::ids::Stamp;
use crate::phase::{Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T13,
    documentation: Documentation {
        sees: "SYNs over IPv6 got no answer. The same host then connected over IPv4 for the same name, a quarter of a \
               second to a few seconds later. No SYN over IPv6 to that address was ever answered.",
        means: "IPv6 to that address is broken, on whatever part of the path, and the client's fallback hid it (Happy \
                Eyeballs): every new connection pays the fallback's delay.",
        refuted_by: "A SYN-ACK over IPv6, also one that came late or was reset by the client: then IPv6 merely lost \
                     the race. An ICMP error (T6) says who refuses.",
        needs: "Both families in the capture.",
        matches: &["d_t13_go_he"],
        near_misses: &["d_ok_he_v4loser", "d_h23_he_cancel", "d_t1_go5"],
        sources: &["RFC 8305 §5 and §8", "golang/go#22225", "golang/go#15324"],
    },
    explains: &[Cause::T1],
    judge,
};

/// The shortest and the longest delay between two connection attempts (RFC 8305 §8: "Minimum Connection Attempt
/// Delay" 100 ms, "Maximum" 2 s).
const SHORTEST_DELAY: Nanos = Nanos::from_millis(100);
const LONGEST_DELAY: Nanos = Nanos::from_secs(2);

fn judge(case: &Case<'_>) -> Answer {
    fallback(case).into()
}

fn fallback(case: &Case<'_>) -> Option<Finding> {
    let server = case.server();
    let is_dead = server.is_ipv6() && !case.crowd.to(server.ip()).any(Brief::is_connected);
    if !is_dead {
        return None;
    }
    let proven = |brief: &Brief| brief.outcome == Outcome::SynUnanswered;
    // The capture may end before a single SYN is overdue: then another attempt at the address must have been.
    let syns = match case.outcome() {
        Outcome::SynUnanswered => case.tcp()?.silent_syns()?,
        Outcome::InProgress if case.siblings().any(proven) => case.tcp()?.silent_syns()?,
        _ => return None,
    };
    let (twin, answer) = case
        .crowd
        .briefs()
        .filter(|brief| is_fallback(case, &syns, brief))
        .filter_map(|brief| Some((brief, brief.syn?.answer?)))
        .min_by_key(|(brief, _)| brief.first)?;
    let all: Vec<Stamp> = case
        .siblings()
        .filter(|brief| brief.syn.is_some())
        .map(|brief| brief.first)
        .chain([syns.first])
        .collect();
    let count = all.len() as u64;
    let delay = twin.first.at.since(syns.first.at);
    let went_on = Evidence::packets("ev-fallback-answered", [twin.first, answer])?
        .with("other", twin.server)
        .with("delay", delay);
    let never = Evidence::packets("ev-family-never-answered", all)?;
    let severity = if case.is_failure() {
        Severity::Failure
    } else {
        Severity::Delay
    };
    let confidence = if count > 1 || syns.count > 1 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Some(
        case.finding(
            Cause::T13,
            Party::Network,
            PhaseName::Connect,
            syns.evidence(),
        )
        .severity(severity)
        .confidence(confidence)
        .with("count", count)
        .with("delay", delay)
        .with("other", twin.server)
        .shown_by([went_on, never])
        .or(&[Cause::T1]),
    )
}

/// It is what the client tried next, over IPv4: after a delay that such clients have, or after it gave up.
fn is_fallback(case: &Case<'_>, syns: &SilentSyns<'_>, brief: &Brief) -> bool {
    if !brief.server.is_ipv4()
        || brief.vantage != case.attempt.vantage
        || brief.server.port() != case.server().port()
    {
        return false;
    }
    let name = case.attempt.name.as_ref().map(|(name, _)| &**name);
    let is_other_name = name
        .zip(brief.name.as_deref())
        .is_some_and(|(own, other)| own != other);
    let after_first = brief.first.at.since(syns.first.at);
    let after_last = brief.first.at.since(syns.last.at);
    let raced = after_first >= SHORTEST_DELAY && after_first <= LONGEST_DELAY;
    let gave_up = after_last >= SHORTEST_DELAY
        && after_last <= GIVING_UP
        && name.is_some()
        && brief.name.as_deref() == name;
    !is_other_name && (raced || gave_up)
}

/// A client without a race goes on when its connect() ends. Timers for that are counted in seconds, ten as a rule.
const GIVING_UP: Nanos = Nanos::from_secs(10);
