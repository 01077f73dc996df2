//! T9: SYNs with timestamps are ignored, and those without are answered.

use crate::diagnosis::{
    Answer, AnsweredSyn, Arms, Case, Cause, Confidence, Documentation, Evidence, Finding, Party,
    Rule, Severity, SynBrief,
};
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T9,
    documentation: Documentation {
        sees: "SYNs with the timestamps option get no answer, while SYNs without it to the same endpoint are answered: \
               in other attempts, or when the client leaves the option out as it sends the SYN again.",
        means: "The server compares timestamps of all clients behind one address and drops a SYN whose value is lower \
                than the last one it saw (PAWS applied per host, tcp_tw_recycle). Clients behind one NAT have clocks \
                of their own.",
        refuted_by: "SYNs with timestamps that are answered in the same seconds, SYNs without them that are not.",
        needs: "Attempts with and without TCP timestamps.",
        matches: &["test:timestamps_are_accused_by_both_arms"],
        near_misses: &["d_t1_go5", "d_t2_nocookies", "d_t18_srcip", "d_t14_ecn"],
        sources: &[
            "RFC 7323 §5.8",
            "troy.yort.com, tw_recycle",
            "Linux 4.12, removal of tcp_tw_recycle",
        ],
    },
    explains: &[Cause::T1, Cause::T2],
    judge,
};

/// What was answered longer ago than this may have met other conditions.
const MINUTE: Nanos = Nanos::from_secs(60);

fn judge(case: &Case<'_>) -> Answer {
    between_attempts(case)
        .or_else(|| within_attempt(case))
        .into()
}

fn between_attempts(case: &Case<'_>) -> Option<Finding> {
    let syns = case.silent_syns()?;
    let own = case.brief()?;
    if !own.syn.is_some_and(|syn| syn.has_timestamps) {
        return None;
    }
    let client = case.client().ip();
    let same = || {
        case.siblings()
            .filter(move |brief| brief.client.ip() == client)
    };
    let arms = Arms::of_first_syns(true, same().chain([own]), has_timestamps);
    if arms.own.failures < arms.own.attempts || arms.other.failures > 0 {
        return None;
    }
    let (from, until) = (syns.first.at + Nanos(-MINUTE.get()), syns.last.at + MINUTE);
    let answered = same()
        .filter(|brief| brief.meets(from, until))
        .find_map(|brief| brief.syn.filter(|syn| !syn.has_timestamps)?.answer)?;
    let bare = Evidence::packet("ev-bare-syn-answered", answered)
        .with("failures", arms.own.failures)
        .with("attempts", arms.own.attempts)
        .with("others", arms.other.attempts);
    let is_clear = arms.chance() <= 0.05;
    Some(
        case.finding(
            Cause::T9,
            Party::Server,
            PhaseName::Connect,
            syns.evidence(),
        )
        .confidence(if is_clear {
            Confidence::Likely
        } else {
            Confidence::Possible
        })
        .shown_by([bare.clone()])
        .rules_out(Party::Network, [bare])
        .or(&[Cause::T1]),
    )
}

const fn has_timestamps(syn: &SynBrief) -> bool {
    syn.has_timestamps
}

/// Some systems leave options out when a SYN is sent for the third or fourth time.
fn within_attempt(case: &Case<'_>) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    let first = late.sent.first()?;
    let last = late.sent.last()?;
    let is_bare =
        first.tsval.is_some() && last.tsval.is_none() && late.syn_ack.timestamps.is_none();
    if !is_bare || late.answered == AnsweredSyn::Earlier || case.is_failure() {
        return None;
    }
    Some(
        case.finding(
            Cause::T9,
            Party::Undecided,
            PhaseName::Connect,
            late.evidence(),
        )
        .severity(Severity::Delay)
        .confidence(Confidence::Possible)
        .variant("delay")
        .with("lost", late.lost)
        .or(&[Cause::T1, Cause::T2]),
    )
}
