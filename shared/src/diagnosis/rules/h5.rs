//! H5: a ClientHello of more than one segment arrives whole, and what reads it gets it wrong.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H5,
    documentation: Documentation {
        sees: "ClientHellos that need more than one segment are acknowledged whole and then answered by a reset, a \
               close, an alert or silence, while ClientHellos of one segment to the same address pass.",
        means: "TCP delivered everything, so the size matters only to what parses it: a front end or filter decides \
                on the first segment and does not wait for the rest of the record (RFC 8446 §5.1 lets a message \
                span records and segments).",
        refuted_by: "Small ClientHellos failing as well, or large ones passing as often.",
        needs: "Attempts of both sizes at the same address, enough that chance does not explain the difference \
                (Fisher's exact test, five percent).",
        matches: &["d_h5_rst_pq"],
        near_misses: &["d_h7_rst", "d_ok_pq", "d_origin_sticky_rst"],
        sources: &[
            "RFC 8446 §5.1",
            "haproxy/haproxy#3148",
            "dadrian/tldr.fail#20",
        ],
    },
    explains: &[Cause::H1, Cause::H2, Cause::H7, Cause::H9, Cause::H10],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h5(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(HelloFate::Acknowledged(acked)) = tcp.hello_fate() else {
        return Answer::NoMatch;
    };
    let is_large = case
        .brief()
        .and_then(|brief| brief.hello.as_ref())
        .is_some_and(|hello| hello.is_split);
    if !case.is_failure() || !case.is_trouble_in(PhaseName::Tls) || !is_large {
        return Answer::NoMatch;
    }
    let (arms, other) = case.hello_arms(|hello| Some(hello.is_split));
    if arms.other.failures > 0 || !arms.is_telling() {
        return Answer::NoMatch;
    }
    let delivered = Evidence::packet("ev-large-hello-acked", acked);
    let pass = Evidence::packets("ev-small-hellos-pass", other).map(|evidence| {
        evidence
            .with("large", arms.own.attempts)
            .with("failed", arms.own.failures)
            .with("small", arms.other.attempts)
    });
    case.finding(Cause::H5, Party::Server, PhaseName::Tls, delivered.clone())
        .confidence(Confidence::Likely)
        .with("large", arms.own.attempts)
        .with("failed", arms.own.failures)
        .with("small", arms.other.attempts)
        .shown_by(pass)
        .rules_out(Party::Network, [delivered])
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H26, Cause::H21])
        .into()
}
