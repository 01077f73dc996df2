//! T12: connections that take 63 seconds, each of them.

use std::net::IpAddr;

use crate::diagnosis::{
    Answer, AnsweredSyn, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party,
    Rule, SENT_AGAIN, Severity,
};
use crate::ids::Stamp;
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T12,
    documentation: Documentation {
        sees: "The SYN was answered only after about 63 seconds, when it was sent for the seventh time: after 1, 2, 4, \
               8, 16 and 32 seconds. Either the address is one of a private network, or several attempts that began \
               at different times each took that long.",
        means: "An outage would end at one moment for all of them. Each attempt taking its own 63 seconds is what \
                overlay networks do whose checksums are offloaded and then changed by address translation: packets \
                with a wrong checksum are dropped by the receiver until the last SYN, which takes another way.",
        refuted_by: "Attempts that recover at one common moment, or after another number of SYNs.",
        needs: "The SYNs from the first to the last, and better several attempts.",
        matches: &["test:sixty_three_seconds_accuse_an_overlay_only_where_there_can_be_one"],
        near_misses: &["d_t1_oldkernel_curl10", "old_synloss", "d_t7_firstsyn"],
        sources: &[
            "projectcalico/calico#3145",
            "kubernetes/kubernetes#88986",
            "flannel-io/flannel#1282",
            "Linux commit ea64d8d6c675",
        ],
    },
    explains: &[Cause::T1, Cause::T3],
    judge,
};

/// Retransmission timeouts of 1 s that double six times (RFC 6298 §2.1 and §5.5): 1 + 2 + 4 + 8 + 16 + 32.
const SIX_TIMEOUTS: Nanos = Nanos::from_secs(63);
/// Timers are late by a tick each, and their doubles by twice that; clients with a second timer round up.
const SLACK: Nanos = Nanos::from_secs(2);

fn judge(case: &Case<'_>) -> Answer {
    seventh(case).into()
}

fn seventh(case: &Case<'_>) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    if late.answered == AnsweredSyn::Earlier || !is_six_timeouts(late.lost) || case.is_failure() {
        return None;
    }
    let own = case.span().0;
    let others: Vec<Stamp> = case
        .siblings()
        .filter(|brief| took_as_long(brief) && brief.first.at.since(own).get().abs() > SLACK.get())
        .map(|brief| brief.first)
        .collect();
    let each = Evidence::packets("ev-each-63-seconds", others);
    let is_private = is_private(case.server().ip());
    if each.is_none() && !is_private {
        return None;
    }
    let confidence = if each.is_some() {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Some(
        case.finding(
            Cause::T12,
            Party::Client,
            PhaseName::Connect,
            late.evidence(),
        )
        .severity(Severity::Delay)
        .confidence(confidence)
        .with("lost", late.lost)
        .shown_by(each)
        .or(&[Cause::T1, Cause::T8]),
    )
}

fn is_six_timeouts(lost: Nanos) -> bool {
    let over = lost.get().saturating_sub(SIX_TIMEOUTS.get());
    over >= SENT_AGAIN.get().saturating_sub(1_000_000_000) && over <= SLACK.get()
}

fn took_as_long(brief: &Brief) -> bool {
    let answer = brief.syn.and_then(|syn| syn.answer);
    answer.is_some_and(|answer| is_six_timeouts(answer.at.since(brief.first.at)))
}

/// Addresses of clusters and overlays: RFC 1918, RFC 6598, RFC 4193.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            v4.is_private() || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}
