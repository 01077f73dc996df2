//! H9: the server closes in the middle of the handshake, without a word.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, HelloFate, Party, Rule,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H9,
    documentation: Documentation {
        sees: "The ClientHello was acknowledged, and the server sent FIN before the handshake was over, with no alert.",
        means: "A FIN is an orderly close by the process that holds the connection. It decided not to go on: no back \
                end, a server name it does not serve, a connection limit, a missing PROXY header.",
        refuted_by: "An alert (H10), a reset (H6, H7, H8), a close after a whole number of seconds (H2).",
        needs: "The ACK of the ClientHello, the FIN, and every byte that was acknowledged.",
        matches: &["d_h9_fin", "old_s8005"],
        near_misses: &["d_h2_fin6", "d_h10_80", "d_ok_status_close"],
        sources: &["RFC 9293 §3.6", "RFC 8446 §6.1"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h9(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(HelloFate::Acknowledged(acked)) = tcp.hello_fate() else {
        return Answer::NoMatch;
    };
    // A client may answer the close with an alert of its own (TLS implementations say decode_error then).
    let is_closed = matches!(case.outcome(), Outcome::ClosedByServer | Outcome::TlsAlert)
        && case.is_trouble_in(PhaseName::Tls);
    let spoke = tcp.tls().and_then(|tls| tls.alerts.first());
    let comes_first = |packet| spoke.is_none_or(|alert| packet < alert.stamp.packet);
    let fin = tcp.server.fin.as_deref();
    let Some(fin) = fin.filter(|fin| is_closed && comes_first(fin.stamp.packet)) else {
        return Answer::NoMatch;
    };
    if case.split_by().is_some() {
        return Answer::NoMatch;
    }
    // What the capture lacks may be the rest of the handshake.
    if !tcp.is_all_captured() {
        return Answer::cannot_tell("missing-packets", "collect-all-packets");
    }
    let after = fin.stamp.at.since(acked.at);
    let close = Evidence::packet("ev-fin-in-handshake", fin.stamp)
        .with("after", after)
        .with("bytes", fin.position);
    case.finding(Cause::H9, Party::Server, PhaseName::Tls, close.clone())
        .confidence(Confidence::Likely)
        .with("packet", fin.stamp)
        .with("after", after)
        .rules_out(Party::Network, [close])
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H2, Cause::H5])
        .into()
}
