//! D2: of two questions sent together from one socket, one was answered and the other lost.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, SENT_AGAIN,
    Severity,
};
use crate::dns::{Lookup, Transaction};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::D2,
    documentation: Documentation {
        sees: "A and AAAA questions left one socket within a millisecond. One was answered at once, the other not \
               until it was asked again after the stub's timeout.",
        means: "The answer to the sibling shows that resolver and path were alive at that very moment. What loses one \
                of two packets of one new flow is connection tracking on the client's host or node (both packets \
                race to enter the flow, one is dropped), or a device that answers one question per socket.",
        refuted_by: "The lost question staying unanswered when it is asked alone (the resolver drops that type), \
                     neither of the two being answered (D1), two sockets.",
        needs: "Both questions, the answer, and the question asked again.",
        matches: &["d_d2_curl"],
        near_misses: &["d_d1_go", "d_d1_late", "d_d3_nx"],
        sources: &[
            "kubernetes/kubernetes#56903",
            "coredns/coredns#1752",
            "Azure/AKS#667",
            "resolv.conf(5), single-request-reopen",
        ],
    },
    explains: &[Cause::D1],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(lookup) = case.lookup() else {
        return Answer::NoMatch;
    };
    lost_sibling(case, lookup).into()
}

fn lost_sibling(case: &Case<'_>, lookup: &Lookup) -> Option<Finding> {
    let pair = lookup.lost_sibling()?;
    let again = pair.asked_again?;
    let lost = lookup.transactions.get(pair.lost)?;
    let answered = lookup.transactions.get(pair.answered)?;
    let (query, response) = (lost.query?, answered.response.as_ref()?.stamp);
    if again.at.since(query.at) < SENT_AGAIN {
        return None;
    }
    let type_of = |t: &Transaction| t.record_type.name().unwrap_or("?").to_owned();
    let alive = Evidence::packet("ev-dns-sibling-answered", response)
        .with("query", query)
        .with("answered", type_of(answered))
        .with("lost", type_of(lost));
    let repeated = Evidence::packet("ev-dns-asked-again", again)
        .with("lost", type_of(lost))
        .with("after", again.at.since(query.at));
    let comes_later = lost.response.is_some()
        || lookup
            .transactions
            .iter()
            .skip(pair.lost + 1)
            .any(|t| t.record_type == lost.record_type && t.response.is_some());
    // Asked once more, and again no answer: then it is not the race of two packets that loses it.
    let (party, confidence) = if comes_later {
        (Party::Client, Confidence::Likely)
    } else {
        (Party::Undecided, Confidence::Possible)
    };
    let severity = if case.is_failure() {
        Severity::Failure
    } else {
        Severity::Delay
    };
    let finding = case
        .finding(Cause::D2, party, PhaseName::Dns, alive.clone())
        .severity(severity)
        .confidence(confidence)
        .with("lost", type_of(lost))
        .shown_by([repeated])
        .rules_out(Party::Resolver, comes_later.then_some(alive))
        .or(&[Cause::D1]);
    Some(if comes_later {
        finding
    } else {
        finding.variant("never")
    })
}
