//! T7: every first SYN is dropped on purpose, and the second is welcome.

use crate::diagnosis::{
    Answer, AnsweredSyn, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party,
    Rule, Severity,
};
use crate::ids::Stamp;
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T7,
    documentation: Documentation {
        sees: "At this endpoint every attempt lost exactly its first SYN; the second was answered in a round trip, and \
               nothing else was lost.",
        means: "Loss does not choose. A device in front of the server drops the first SYN of a source that it does not \
                know and lets those in that send again, to keep floods of forged SYNs out.",
        refuted_by: "One attempt whose first SYN was answered, other packets that were lost too, first SYNs with an \
                     option that the second lacks (T14, T15).",
        needs: "At least three attempts at the endpoint.",
        matches: &["d_t7_firstsyn"],
        near_misses: &[
            "old_synloss",
            "d_t14_ecn",
            "d_t2_nocookies",
            "d_h13_random15",
        ],
        sources: &["nexusguard.com, Designing SYN Flood Mitigation for the Real Internet"],
    },
    explains: &[Cause::T1],
    judge,
};

/// Three in a row, and nothing else: at a loss rate of one third, which no connection would survive, that happens
/// once in 27 times.
const ATTEMPTS: usize = 3;

fn judge(case: &Case<'_>) -> Answer {
    dropped(case).into()
}

fn dropped(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let late = tcp.late_connect()?;
    let own = case.brief()?;
    if late.answered != AnsweredSyn::Last
        || late.sent.len() != 2
        || !lost_only_its_first_syn(own)
        || case.is_failure()
    {
        return None;
    }
    let client = case.client().ip();
    let mut all: Vec<Stamp> = vec![own.first];
    for brief in case
        .siblings()
        .filter(|brief| brief.client.ip() == client && brief.syn.is_some())
    {
        if !lost_only_its_first_syn(brief) {
            return None;
        }
        all.push(brief.first);
    }
    if all.len() < ATTEMPTS {
        return None;
    }
    all.sort_unstable();
    let count = all.len() as u64;
    let every = Evidence::packets("ev-every-first-syn", all)?;
    Some(
        case.finding(
            Cause::T7,
            Party::Server,
            PhaseName::Connect,
            late.evidence(),
        )
        .severity(Severity::Delay)
        .confidence(Confidence::Likely)
        .with("count", count)
        .with("lost", late.lost)
        .shown_by([every.clone()])
        .rules_out(Party::Network, [every])
        .or(&[Cause::T2]),
    )
}

fn lost_only_its_first_syn(brief: &Brief) -> bool {
    brief
        .syn
        .is_some_and(|syn| syn.count == 2 && syn.answered == Some(2) && brief.retransmissions <= 1)
}
