//! P3: a device on the way forgot the idle connection, and the next request went nowhere.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};

pub(super) const RULE: Rule = Rule {
    cause: Cause::P3,
    documentation: Documentation {
        sees: "The connection worked, then nothing passed for longer than ever before, and from the first packet \
               after that on nothing came back: the request was sent again and again and never acknowledged.",
        means: "A NAT, firewall or load balancer keeps a flow as long as packets pass, and drops what belongs to none \
                that it knows. Everything before the idle time arrived, nothing after it did, in either direction.",
        refuted_by: "Any packet of the server after the request, an idle time that the connection had survived before, \
                     a new connection to the same server that fails as well (the path or the host is down).",
        needs: "The end of the last exchange and the request after the idle time, both directions. A new connection \
                that works at once makes it likely.",
        matches: &["d_p3_idle_v6", "old_idle"],
        near_misses: &["d_a2_req", "d_ok_idle_ka_clean", "d_a7_race"],
        sources: &[
            "encode/httpx#2975",
            "istio/istio#36499",
            "golang/go#23559",
            "RFC 5382 §5",
        ],
    },
    explains: &[Cause::A2],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let (Some(tcp), Some(lost)) = (case.tcp(), case.lost_request()) else {
        return Answer::NoMatch;
    };
    let Some(idle) = tcp.longest_idle(lost.turn) else {
        return Answer::NoMatch;
    };
    let had_worked = tcp.server.payload_segments > 0;
    if !lost.is_server_silent || !had_worked || tcp.window_stays_closed(false) {
        return Answer::NoMatch;
    }
    let sent = lost.turn.request.from;
    let length = idle.elapsed.length();
    let fresh = case
        .siblings()
        .find(|brief| brief.first.at > sent.at && brief.is_connected());
    let confidence = match fresh {
        Some(_) => Confidence::Likely,
        // The path may have died meanwhile, or the host.
        None => Confidence::Possible,
    };
    let Some(quiet) = Evidence::packets("ev-idle", [idle.elapsed.from, sent]) else {
        return Answer::NoMatch;
    };
    let works = fresh.map(|brief| Evidence::packet("ev-new-connection-works", brief.first));
    case.finding(
        Cause::P3,
        Party::Middlebox,
        crate::phase::PhaseName::Request,
        quiet.with("length", length),
    )
    .confidence(confidence)
    .with("idle", length)
    .with("copies", lost.delivery.copies)
    .shown_by(tcp.copies_evidence(&lost))
    .shown_by(works.clone())
    .rules_out(Party::Server, works)
    .or(&[Cause::A9, Cause::A2])
    .into()
}
