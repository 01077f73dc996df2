//! H24: the answer to the ClientHello is not TLS.

use super::probed;
use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::{Outcome, PhaseName};
use crate::tls::facts::LooksLike;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H24,
    documentation: Documentation {
        sees: "The first bytes that answer a ClientHello are no TLS record: an HTTP response, markup, an SSH banner.",
        means: "What listens there does not speak TLS (a wrong port, a plain HTTP listener), or somebody on the way \
                answered in its place (a captive portal, a block page).",
        refuted_by: "A record type of TLS (RFC 8446 §5.1).",
        needs: "The server's first bytes.",
        matches: &["d_h24_http", "old_s8010"],
        near_misses: &["d_h10_80", "d_ok_plainproto", "d_ok_starttls"],
        sources: &["RFC 8446 §5.1"],
    },
    explains: &[Cause::H7, Cause::H9],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h24(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(strange) = tcp.tls().and_then(|tls| tls.not_tls.as_deref()) else {
        return Answer::NoMatch;
    };
    // SSL 2.0 is TLS's ancestor: whoever asked in it may be answered in it.
    let is_ancestor = strange.looks_like == LooksLike::Sslv2;
    if case.outcome() != Outcome::NotTls || strange.side == tcp.client_side || is_ancestor {
        return Answer::NoMatch;
    }
    let looks_like = strange.looks_like.to_string();
    let said = Evidence::packet("ev-not-tls", strange.stamp).with("looks-like", looks_like.clone());
    let finding = case
        .finding(Cause::H24, Party::Server, PhaseName::Tls, said.clone())
        .with("looks-like", looks_like)
        .with("packet", strange.stamp)
        .rules_out(Party::Network, [said])
        .rules_out(Party::Client, tcp.prompt_hello());
    match tcp.one_ttl() {
        Some(same) => finding
            .confidence(Confidence::Likely)
            .rules_out(Party::Middlebox, [same])
            .into(),
        None => finding.confidence(Confidence::Possible).into(),
    }
}
