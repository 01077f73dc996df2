//! H15: the server asks for another key share.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule, Severity,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H15,
    documentation: Documentation {
        sees: "A HelloRetryRequest: the server wants a key share of another group, and a second ClientHello follows.",
        means: "That is the protocol at work and costs one round trip (RFC 8446 §4.1.4). When the second ClientHello \
                then is never acknowledged although the first one was, something on the way does not let it pass.",
        refuted_by: "No HelloRetryRequest.",
        needs: "The server's first answer.",
        matches: &["d_ok_hrr", "d_h15_hrr_then_drop"],
        near_misses: &["d_ok_pq", "d_h3_sni_arms"],
        sources: &["RFC 8446 §4.1.4", "tlswg/tls13-spec#1091"],
    },
    explains: &[Cause::H3, Cause::H4],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h15(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(retry) = tcp.tls().and_then(|tls| tls.hello_retry_request.as_deref()) else {
        return Answer::NoMatch;
    };
    let asked = Evidence::packet("ev-hello-retry", retry.complete);
    let finding = case
        .finding(Cause::H15, Party::Server, PhaseName::Tls, asked)
        .with("packet", retry.complete);
    if !case.is_failure() {
        return finding
            .severity(Severity::Info)
            .confidence(Confidence::Certain)
            .into();
    }
    let is_dropped = case.outcome() == Outcome::TlsStalled
        && tcp.measured.hellos.len() >= 2
        && tcp.hello_fate() == Some(HelloFate::Nothing);
    let copies = tcp
        .hello()
        .and_then(|hello| hello.delivery.as_ref())
        .filter(|delivery| delivery.copies >= 3);
    let (true, Some(delivery)) = (is_dropped, copies) else {
        return Answer::NoMatch;
    };
    let copies = Evidence::packets("ev-hello-copies", delivery.resent.iter().copied());
    let copies = copies.map(|evidence| {
        evidence
            .with("copies", delivery.copies)
            .with("bytes", delivery.bytes)
    });
    let asked = Evidence::packet("ev-hello-retry", retry.complete);
    case.finding(Cause::H15, Party::Middlebox, PhaseName::Tls, asked)
        .variant("dropped")
        .confidence(Confidence::Possible)
        .with("packet", retry.complete)
        .with("copies", delivery.copies)
        .shown_by(copies)
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H3, Cause::H4, Cause::A2])
        .into()
}
