//! H26: one kind of client fails where another passes.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H26,
    documentation: Documentation {
        sees: "At the same address and name, ClientHellos with one fingerprint (cipher suites, groups, key shares) \
               fail, and those with another pass, although both fit one segment or both do not.",
        means: "What the client offers decides: a bot manager or filter treats fingerprints differently, or the \
                server and this client share too little.",
        refuted_by: "Sizes that differ as well (H4, H5), failures of both kinds.",
        needs: "Attempts of both kinds at the same address (Fisher's exact test, five percent).",
        matches: &["test:a_fingerprint_that_fails_beside_another"],
        near_misses: &["d_h5_rst_pq", "d_h7_rst", "d_ok_allclients"],
        sources: &["0x676e67/wreq-python#258", "net4people/bbs#662"],
    },
    explains: &[Cause::H1, Cause::H3, Cause::H7, Cause::H9, Cause::H10],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if !case.is_failure() || !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    let Some(own) = case.brief().and_then(|brief| brief.hello.as_ref()) else {
        return Answer::NoMatch;
    };
    let (arms, other) = case.hello_arms(|hello| {
        let is_comparable = hello.is_split == own.is_split && hello.has_psk == own.has_psk;
        is_comparable.then_some(hello.shape == own.shape)
    });
    let all_fail = arms.own.failures == arms.own.attempts;
    if !all_fail || arms.other.failures > 0 || !arms.is_telling() {
        return Answer::NoMatch;
    }
    let Some(pass) = Evidence::packets("ev-other-fingerprint-passes", other) else {
        return Answer::NoMatch;
    };
    let pass = pass
        .with("failed", arms.own.failures)
        .with("others", arms.other.attempts);
    case.finding(Cause::H26, Party::Server, PhaseName::Tls, pass)
        .confidence(Confidence::Possible)
        .with("failed", arms.own.failures)
        .with("others", arms.other.attempts)
        .or(&[Cause::H3, Cause::H10])
        .into()
}
