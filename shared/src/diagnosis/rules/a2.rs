//! A2: the request was lost after a good handshake.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, LostRequest, Party, Rule, Tcp,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::A2,
    documentation: Documentation {
        sees: "The handshake completed, and the request was sent again and again and never acknowledged.",
        means: "The server's kernel acknowledges what arrives, whatever its process does: the request, or every \
                acknowledgement of it, was lost on the way. Where smaller packets of the client had arrived and only \
                one of full size did not, its size may be the reason.",
        refuted_by: "An acknowledgement of the whole request (A1), a receive window of the server that is closed (A4), \
                     an idle time before the request (P3).",
        needs: "Both directions around the request.",
        matches: &["d_a2_req"],
        near_misses: &["d_p3_idle_v6", "d_a1_curl_ttfb", "d_a4_upload_server"],
        sources: &["RFC 9293 §3.8.1", "RFC 6298 §5"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::a2(case, &probe);
    }
    let (Some(tcp), Some(lost)) = (case.tcp(), case.lost_request()) else {
        return Answer::NoMatch;
    };
    let was_heard =
        tcp.client.acked.is_some_and(|acked| acked.position > 0) || tcp.server.payload_segments > 0;
    let is_stalled = case.outcome() == Outcome::RequestStalled;
    if !was_heard || !is_stalled || tcp.window_stays_closed(false) {
        return Answer::NoMatch;
    }
    let Some(copies) = tcp.copies_evidence(&lost) else {
        return Answer::NoMatch;
    };
    if lost.delivery.copies < 2 {
        return Answer::cannot_tell("missing-second-copy", "collect-longer");
    }
    // One lost packet is chance; a second copy of it lost as well is not.
    let confidence = if lost.delivery.copies > 2 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let finding = case
        .finding(
            Cause::A2,
            Party::Network,
            PhaseName::Request,
            copies.clone(),
        )
        .confidence(confidence)
        .with("bytes", lost.delivery.bytes)
        .with(
            "missing",
            lost.delivery
                .bytes
                .saturating_sub(lost.delivery.acked_bytes),
        )
        .with("copies", lost.delivery.copies)
        .rules_out(Party::Server, [copies.clone()])
        .rules_out(Party::Client, [copies])
        .or(&[Cause::P3, Cause::P6, Cause::H11]);
    let finding = if is_large(&tcp, &lost) {
        finding.variant("large")
    } else {
        finding
    };
    finding.into()
}

/// It needs a segment of full size, larger than everything of the client that had arrived.
fn is_large(tcp: &Tcp<'_>, lost: &LostRequest<'_>) -> bool {
    let Some(mss) = tcp.server.mss else {
        return false;
    };
    let first = lost.turn.request.from;
    let arrived = tcp
        .flow
        .journal
        .iter()
        .filter(|entry| entry.side() == tcp.client_side && entry.stamp().packet < first.packet)
        .map(|entry| entry.payload)
        .max();
    let segment = u64::from(mss).saturating_sub(40);
    lost.delivery.bytes >= segment && arrived.is_none_or(|arrived| u64::from(arrived) < segment)
}
