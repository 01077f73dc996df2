//! T15: a SYN with the fast open option or with data is dropped, and the plain one is answered.

use crate::diagnosis::{
    Answer, AnsweredSyn, Arms, Case, Cause, Confidence, Documentation, Evidence, Finding, Party,
    Rule, Severity, SynBrief,
};
use crate::flow::facts::Syn;
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T15,
    documentation: Documentation {
        sees: "The SYN has the fast open option, or data, and gets no answer; sent again without either it is \
               answered. No SYN with the option is ever answered at this endpoint.",
        means: "A device on the way drops SYNs with an option or with data that it does not know. The client's \
                fallback hides it and costs the SYN's timeout.",
        refuted_by: "One SYN with the option that is answered at this endpoint, be it that its data is not taken: that \
                     is a server that does not do fast open.",
        needs: "Both kinds of SYN; a single attempt could be chance, since the fallback leaves the option out whatever \
                the first SYN was lost by.",
        matches: &["d_t15_tfo"],
        near_misses: &["d_ok_ecn_tfo", "d_t7_firstsyn", "d_t14_ecn"],
        sources: &["RFC 7413 §7.1", "curl/curl#3662", "dotnet/runtime#1476"],
    },
    explains: &[Cause::T1, Cause::T7, Cause::H13],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    delayed(case).into()
}

const fn has_fast_open(syn: &SynBrief) -> bool {
    syn.has_fast_open
}

fn delayed(case: &Case<'_>) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    let first = late.sent.first()?;
    let is_plain = |syn: &&Syn| !syn.fast_open && syn.payload == 0;
    let plain = late.sent.iter().find(is_plain)?;
    let fell_back = !is_plain(&first) && late.sent.last().is_some_and(|last| is_plain(&last));
    if !fell_back || late.answered != AnsweredSyn::Last || case.is_failure() {
        return None;
    }
    let client = case.client().ip();
    let siblings = case
        .siblings()
        .filter(move |brief| brief.client.ip() == client);
    let arms = Arms::of_first_syns(true, siblings.chain([case.brief()?]), has_fast_open);
    if arms.own.failures != arms.own.attempts || arms.other.failures > 0 {
        return None;
    }
    let asked = Evidence::packet("ev-fast-open-syn", first.stamp)
        .with("plain", plain.stamp)
        .with("bytes", u64::from(first.payload));
    let confidence = if arms.own.attempts > 1 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    Some(
        case.finding(
            Cause::T15,
            Party::Middlebox,
            PhaseName::Connect,
            late.evidence(),
        )
        .severity(Severity::Delay)
        .confidence(confidence)
        .with("attempts", arms.own.attempts)
        .with("lost", late.lost)
        .shown_by([asked])
        .or(&[Cause::T1]),
    )
}
