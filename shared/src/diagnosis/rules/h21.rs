//! H21: how the ClientHello is cut decides, not how large it is.

use super::probed;
use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H21,
    documentation: Documentation {
        sees: "ClientHellos of about the same size at the same address and name: those cut into more TLS records, or \
               into fewer, fail, and the others pass.",
        means: "The bytes of the message are the same, so only the cut differs: a device on the way wants a whole \
                record in the first segment, or cannot put records together.",
        refuted_by: "Different sizes (H4, H5), failures on both sides.",
        needs: "Attempts with both cuts at the same address (Fisher's exact test, five percent).",
        matches: &["test:a_cut_that_fails_beside_another_of_the_same_size"],
        near_misses: &["d_h4_head_big_arms", "d_h5_rst_pq"],
        sources: &["RFC 8446 §5.1", "Leadaxe/LxBox#142", "RFC 7685 §1"],
    },
    explains: &[Cause::H3, Cause::H4, Cause::H5, Cause::H7, Cause::H9],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h21(case, &probe);
    }
    if !case.is_failure() || !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    let Some(own) = case.brief().and_then(|brief| brief.hello.as_ref()) else {
        return Answer::NoMatch;
    };
    // A record header is five bytes, so cutting alone changes the size by a few percent at most.
    let is_same_size = |bytes: u64| bytes.abs_diff(own.bytes).saturating_mul(10) <= own.bytes;
    let (arms, other) =
        case.hello_arms(|hello| is_same_size(hello.bytes).then_some(hello.records == own.records));
    if arms.other.failures > 0 || !arms.is_telling() {
        return Answer::NoMatch;
    }
    let Some(pass) = Evidence::packets("ev-other-cut-passes", other) else {
        return Answer::NoMatch;
    };
    let pass = pass
        .with("records", own.records)
        .with("failed", arms.own.failures)
        .with("others", arms.other.attempts);
    case.finding(Cause::H21, Party::Middlebox, PhaseName::Tls, pass)
        .confidence(Confidence::Likely)
        .with("records", own.records)
        .with("failed", arms.own.failures)
        .with("others", arms.other.attempts)
        .into()
}
