//! H1: the server's kernel has the ClientHello, and its process never answers.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, HelloFate, Party, Rule,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H1,
    documentation: Documentation {
        sees: "The server's kernel acknowledged the whole ClientHello within about a round trip, and no byte of TLS \
               ever came while the client was there. A packet that the server sent at least a second later still has the sequence number that \
               it had before the ClientHello.",
        means: "The number is written when a packet leaves (RFC 9293 §3.10.7.4), so the server had sent nothing by \
                then, neither delivered nor lost. Its kernel and both directions of the path worked, as the packet \
                itself shows: the process that owns TLS did not read or did not answer.",
        refuted_by: "A later packet of the server with a higher sequence number (its answer was lost: H11, H13), an \
                     ACK that came from a box near the client (P2), a ServerHello that was only late (H16).",
        needs: "Packets of both directions, and one packet of the server a second or more into the silence: an \
                answer to a keep-alive, to a probe, or to the client's FIN.",
        matches: &["d_h1_go10_ttl118", "d_h1_curl5_v6", "old_ka_stall"],
        near_misses: &["d_h11_ka", "d_p2_split_stall", "d_h3_sni_arms"],
        sources: &[
            "RFC 9293 §3.10.7.4",
            "openssl/openssl#29227",
            "netty/netty#4698",
            "openresty/openresty#323",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h1(case, &probe);
    }
    let Some(acked) = delivered_unanswered(case) else {
        return Answer::NoMatch;
    };
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    if case.split_by().is_some()
        || tcp
            .measured
            .sequence
            .as_ref()
            .is_some_and(|s| s.missing > 0)
    {
        return Answer::NoMatch;
    }
    let Some(proof) = tcp.silence_proof(acked.at) else {
        return match likewise(case) {
            Some(sibling) => without_own_proof(case, acked, sibling).into(),
            None => Answer::cannot_tell("missing-server-liveness", "collect-keep-alive"),
        };
    };
    let confidence = match (tcp.one_ttl(), tcp.is_without_loss()) {
        (Some(_), true) => Confidence::Certain,
        _ => Confidence::Likely,
    };
    finding(case, acked)
        .into_iter()
        .map(|finding| {
            finding
                .confidence(confidence)
                .shown_by([proof.clone()])
                .shown_by(tcp.probes_answered())
                .rules_out(Party::Network, [proof.clone()])
                .rules_out(Party::Network, tcp.no_unseen_packets())
                .rules_out(Party::Client, tcp.prompt_hello())
                .rules_out(Party::Middlebox, tcp.one_ttl())
        })
        .next()
        .into()
}

/// The ACK of a ClientHello that was never answered, while the client waited for a second or more.
fn delivered_unanswered(case: &Case<'_>) -> Option<Stamp> {
    let tcp = case.tcp()?;
    let Some(HelloFate::Acknowledged(acked)) = tcp.hello_fate() else {
        return None;
    };
    let answered = tcp.server.first_payload;
    let is_unread = answered.is_some_and(|said| tcp.connection.is_read_by_nobody(said));
    let is_silent = case.outcome() == Outcome::TlsStalled && (answered.is_none() || is_unread);
    let waited = case.timeline.longest_wait?;
    (is_silent && waited >= OVERDUE).then_some(acked)
}

fn finding(case: &Case<'_>, acked: Stamp) -> Option<Finding> {
    let tcp = case.tcp()?;
    let hello = tcp.hello()?;
    let delivered = Evidence::packet("ev-hello-acked", acked)
        .with("hello", hello.sent)
        .with("bytes", hello.range.1.saturating_sub(hello.range.0))
        .with("after", acked.at.since(hello.sent.at));
    let silence = case.stillness();
    let unread = tcp.server.first_payload;
    let finding = case
        .finding(Cause::H1, Party::Server, PhaseName::Tls, delivered)
        .with("bytes", hello.range.1.saturating_sub(hello.range.0))
        .with("acked", acked.at.since(hello.sent.at))
        .shown_by(silence.map(|silence| Evidence::silence("ev-silence", silence)))
        .or(&[Cause::H2, Cause::H16]);
    let Some(said) = unread else {
        return Some(finding);
    };
    let after = said.at.since(hello.sent.at);
    let late = Evidence::packet("ev-hello-unread", said).with("after", after);
    Some(
        finding
            .variant("unread")
            .with("after", after)
            .shown_by([late]),
    )
}

/// Another attempt at the same endpoint with the same silence, and with proof.
fn likewise(case: &Case<'_>) -> Option<Stamp> {
    let proven = case.siblings().find(|brief| {
        brief.is_proven_stall && brief.outcome == Outcome::TlsStalled && brief.hello.is_some()
    })?;
    Some(proven.last)
}

/// No packet came late enough to prove this one; its neighbour has the proof, and the same face.
fn without_own_proof(case: &Case<'_>, acked: Stamp, sibling: Stamp) -> Option<Finding> {
    let finding = finding(case, acked)?;
    let same = Evidence::packet("ev-sibling-proven", sibling);
    Some(
        finding
            .confidence(Confidence::Possible)
            .shown_by([same])
            .or(&[Cause::H11, Cause::H13]),
    )
}
