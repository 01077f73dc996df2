//! H25: one name shows different certificates at different places.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Issued, Party, Rule, Severity,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H25,
    documentation: Documentation {
        sees: "The same address and name, captured at two places, show certificates of different issuers.",
        means: "One connection cannot have two certificates: between the two places somebody ends TLS and starts it \
                anew. That is a remark; it accuses nobody, and explains delays that a second handshake makes.",
        refuted_by: "The same issuer at both places.",
        needs: "Captures from both places, and TLS 1.2 or older, where certificates are in clear.",
        matches: &["test:two_issuers_at_two_places"],
        near_misses: &["d_ok_tls12_rsa"],
        sources: &["Durumeric et al.: The Security Impact of HTTPS Interception (NDSS 2017)"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(own) = case.brief() else {
        return Answer::NoMatch;
    };
    let Some(issuer) = own.issuer.as_ref() else {
        return Answer::NoMatch;
    };
    let mut shown = case.crowd.issuers(own.server, own.name.clone()).iter();
    let is_other = |other: &&Issued| other.vantage != own.vantage && other.issuer != *issuer;
    let Some(other) = shown.find(is_other) else {
        return Answer::NoMatch;
    };
    let Some(seen) = Evidence::packets("ev-two-issuers", [own.first, other.first]) else {
        return Answer::NoMatch;
    };
    let seen = seen.with("here", &**issuer).with("there", &*other.issuer);
    case.finding(Cause::H25, Party::Middlebox, PhaseName::Tls, seen)
        .severity(Severity::Info)
        .confidence(Confidence::Likely)
        .with("here", &**issuer)
        .with("there", &*other.issuer)
        .into()
}
