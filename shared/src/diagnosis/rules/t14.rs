//! T14: a SYN that asks for ECN is dropped, and the plain one is answered.

use crate::diagnosis::{
    Answer, AnsweredSyn, Arms, Case, Cause, Confidence, Documentation, Evidence, Finding, Party,
    Rule, Severity, SynBrief,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::T14,
    documentation: Documentation {
        sees: "The SYN has ECE and CWR set and gets no answer; sent again without them it is answered. No SYN that asks \
               for ECN is ever answered at this endpoint.",
        means: "A device on the way takes the two flags for an attack or an error and drops the packet, or resets. The \
                client's fallback hides it and costs the SYN's timeout.",
        refuted_by: "One SYN that asks for ECN and is answered at this endpoint.",
        needs: "Both kinds of SYN; a single attempt could be chance, since the fallback leaves ECN out whatever the \
                first SYN was lost by.",
        matches: &["d_t14_ecn"],
        near_misses: &["d_ok_ecn_tfo", "d_t7_firstsyn", "d_t15_tfo"],
        sources: &[
            "RFC 3168 §6.1.1.1",
            "systemd/systemd#9748",
            "cesanta/mongoose#3402",
        ],
    },
    explains: &[Cause::T1, Cause::T5, Cause::T7],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    delayed(case).or_else(|| failed(case)).into()
}

const fn has_ecn(syn: &SynBrief) -> bool {
    syn.has_ecn
}

fn arms(case: &Case<'_>) -> Option<Arms> {
    let client = case.client().ip();
    let siblings = case
        .siblings()
        .filter(move |brief| brief.client.ip() == client);
    let arms = Arms::of_first_syns(true, siblings.chain([case.brief()?]), has_ecn);
    (arms.own.failures == arms.own.attempts && arms.other.failures == 0).then_some(arms)
}

fn delayed(case: &Case<'_>) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    let plain = late.sent.iter().position(|syn| !syn.ecn_setup)?;
    if plain == 0
        || late.answered != AnsweredSyn::Last
        || late.sent.last()?.ecn_setup
        || case.is_failure()
    {
        return None;
    }
    let arms = arms(case)?;
    let asking = late.sent.first()?.stamp;
    let asked = Evidence::packet("ev-ecn-syn", asking).with("plain", late.sent.get(plain)?.stamp);
    Some(
        finding(case, late.evidence(), arms)
            .severity(Severity::Delay)
            .with("lost", late.lost)
            .shown_by([asked])
            .or(&[Cause::T1]),
    )
}

/// A client that does not fall back: its SYNs all ask for ECN, and those of others at the same endpoint do not.
fn failed(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let asks = tcp.flow.handshake.syns.iter().all(|syn| syn.ecn_setup);
    let evidence = match case.outcome() {
        Outcome::Refused => Evidence::packet("ev-refused", tcp.server_reset()?.stamp)
            .with(
                "after",
                tcp.server_reset()?.stamp.at.since(tcp.flow.first.at),
            )
            .with("ttl", u64::from(tcp.server_reset()?.ttl)),
        _ => case.silent_syns()?.evidence(),
    };
    let arms = arms(case)?;
    let client = case.client().ip();
    let plain = case
        .siblings()
        .filter(|brief| brief.client.ip() == client)
        .find_map(|brief| brief.syn.filter(|syn| !syn.has_ecn)?.answer)?;
    let answered = Evidence::packet("ev-plain-syn-answered", plain);
    (asks && arms.own.attempts > 1 && arms.other.attempts > 1).then(|| {
        finding(case, evidence, arms)
            .variant("failed")
            .shown_by([answered])
            .or(&[Cause::T1])
    })
}

fn finding(case: &Case<'_>, evidence: Evidence, arms: Arms) -> Finding {
    let confidence = if arms.own.attempts > 1 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    case.finding(Cause::T14, Party::Middlebox, PhaseName::Connect, evidence)
        .confidence(confidence)
        .with("attempts", arms.own.attempts)
}
