//! H20: resuming a session fails where a fresh one works.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H20,
    documentation: Documentation {
        sees: "ClientHellos that offer to resume a session (pre_shared_key) fail at this address, and those that do \
               not pass.",
        means: "One thing differs. The server cannot read tickets that it, or another node of its pool, gave out, and \
                ends the handshake instead of falling back to a full one (RFC 8446 §4.2.11).",
        refuted_by: "Fresh handshakes that fail as well, or resumptions that pass as often.",
        needs: "Attempts of both kinds at the same address and name, enough that chance does not explain the \
                difference (Fisher's exact test, five percent).",
        matches: &["test:resumed_handshakes_that_fail_beside_fresh_ones"],
        near_misses: &["d_ok_resume", "d_h10_80"],
        sources: &[
            "RFC 8446 §4.2.11",
            "eclipse-threadx/netxduo#403",
            "Mbed-TLS/mbedtls#10841",
        ],
    },
    explains: &[
        Cause::H1,
        Cause::H2,
        Cause::H5,
        Cause::H7,
        Cause::H9,
        Cause::H10,
    ],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let own = case.brief().and_then(|brief| brief.hello.as_ref());
    let Some(own) = own.filter(|hello| hello.has_psk && hello.acked_in.is_some()) else {
        return Answer::NoMatch;
    };
    if !case.is_failure() || !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    let (arms, other) = case.hello_arms(|hello| Some(hello.has_psk));
    let all_fail = arms.own.failures == arms.own.attempts && arms.other.failures == 0;
    if !all_fail || !arms.is_telling() {
        return Answer::NoMatch;
    }
    let Some(pass) = Evidence::packets("ev-fresh-hellos-pass", other) else {
        return Answer::NoMatch;
    };
    let pass = pass
        .with("resumed", arms.own.attempts)
        .with("fresh", arms.other.attempts);
    let finding = case.finding(Cause::H20, Party::Server, PhaseName::Tls, pass);
    let finding = match case.probe() {
        Some(_) => finding.variant("probed").compared(),
        None => finding,
    };
    finding
        .confidence(Confidence::Likely)
        .with("resumed", arms.own.attempts)
        .with("fresh", arms.other.attempts)
        .with("packet", own.first)
        .or(&[Cause::H5])
        .into()
}
