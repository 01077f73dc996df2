//! T1: SYNs that nothing answers.

use super::probed;
use crate::diagnosis::{
    Answer, AnsweredSyn, Case, Cause, Confidence, Documentation, Finding, LateConnect, Party, Rule,
    SENT_AGAIN, Severity, SilentSyns,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T1,
    documentation: Documentation {
        sees: "SYNs, and no packet of any kind in answer: no SYN-ACK, no reset, no ICMP error. Or the first SYNs got no \
               answer, and the SYN-ACK that came at last echoes the timestamp of a later one.",
        means: "Nothing that received the SYNs wanted to say so: they were dropped on the way (filter, null route, \
                loss), or by a host that answers nobody. Where a later SYN was answered, its echo shows that the \
                earlier ones had not arrived, or had been ignored.",
        refuted_by: "An ICMP error (T6), a reset (T5), a SYN-ACK that echoes an earlier SYN (T3), other attempts at the \
                     same endpoint whose process does not answer (T2), every first SYN being lost (T7).",
        needs: "The SYNs, on the outermost interface that is one's own.",
        matches: &[
            "d_t1_go5",
            "d_t1_oldkernel_curl10",
            "old_synloss",
            "d_origin_v6only_syn",
        ],
        near_misses: &[
            "d_t3_synackloss80",
            "d_t6_admin",
            "d_t5_closed",
            "d_t10_challenge",
        ],
        sources: &[
            "RFC 6298 §2",
            "RFC 9293 §3.5",
            "chobits/ngx_http_proxy_connect_module#35",
            "blog.cloudflare.com/tcp-resets-timeouts",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::t1(case, &probe);
    }
    if let Some(syns) = case.silent_syns() {
        return unanswered(case, syns);
    }
    let late = case.tcp().and_then(|tcp| tcp.late_connect());
    match late {
        Some(late) if late.answered == AnsweredSyn::Last => delayed(case, late).into(),
        Some(late) if late.answered == AnsweredSyn::Unknown && !case.is_failure() => {
            Answer::cannot_tell("missing-tcp-timestamps", "collect-tcp-timestamps")
        }
        _ => Answer::NoMatch,
    }
}

fn unanswered(case: &Case<'_>, syns: SilentSyns<'_>) -> Answer {
    let is_repeated = syns.last.at.since(syns.first.at) >= SENT_AGAIN;
    // A client that got a SYN-ACK or a reset does not repeat its SYN, whatever the capture saw. Of a single SYN only
    // a capture that sees the server's direction can say that nothing came.
    if !is_repeated && !case.hears_servers() {
        return Answer::cannot_tell("missing-direction", "collect-both-directions");
    }
    let reached_others = case.client_reached_others();
    let confidence = if is_repeated && reached_others.is_some() {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let finding = case
        .finding(
            Cause::T1,
            Party::Network,
            PhaseName::Connect,
            syns.evidence(),
        )
        .confidence(confidence)
        .with("count", syns.count)
        .with("length", syns.last.at.since(syns.first.at))
        .rules_out(Party::Client, reached_others)
        .or(&[Cause::T2, Cause::T8, Cause::T18]);
    if is_repeated {
        finding.into()
    } else {
        finding.variant("once").into()
    }
}

fn delayed(case: &Case<'_>, late: LateConnect<'_>) -> Option<Finding> {
    if case.is_failure() {
        return None;
    }
    let own_link = case.bulk_beside().next().map(|_| Cause::T16);
    Some(
        case.finding(
            Cause::T1,
            Party::Network,
            PhaseName::Connect,
            late.evidence(),
        )
        .severity(Severity::Delay)
        .confidence(Confidence::Possible)
        .variant("delay")
        .with("count", late.sent.len().saturating_sub(1) as u64)
        .with("lost", late.lost)
        .or(&[Cause::T2, Cause::T7, Cause::H13])
        .or(own_link.as_slice()),
    )
}
