//! P5: something on the way took the window scale option out of the handshake.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::P5,
    documentation: Documentation {
        sees: "The client offered window scaling, and the SYN-ACK agrees to SACK and timestamps and not to scaling, \
               while other connections to the same address agree to it.",
        means: "Systems that know timestamps know window scaling, which stands in the same document (RFC 7323); the \
                same server agreed elsewhere. A device that rewrites TCP options took it out: windows stay below 64 \
                KiB, and so does what can be in flight in one round trip.",
        refuted_by: "No connection to the address has scaling (the server does not want it), a SYN without the offer.",
        needs: "SYN and SYN-ACK of this connection and of another one to the same address.",
        matches: &["test:loss_begins_beyond_the_unscaled_window"],
        near_misses: &["d_ok_loss1", "d_p2_split_stall", "d_a11_policer"],
        sources: &["RFC 7323 §2.2", "postfix-users msg20259"],
    },
    explains: &[],
    judge,
};

/// Without scaling no more can be in flight (RFC 9293 §3.1).
const UNSCALED: u64 = u16::MAX as u64;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(syn_ack) = tcp.syn_ack() else {
        return Answer::NoMatch;
    };
    let is_poor = tcp.client.window_scale.is_some()
        && tcp.server.window_scale.is_none()
        && tcp.server.sack_permitted == Some(true)
        && tcp.server.timestamps.offered == Some(true);
    if !is_poor {
        return Answer::NoMatch;
    }
    let scaled = case
        .crowd
        .to(case.server().ip())
        .filter(|brief| brief.id != case.id)
        .find_map(|brief| brief.syn.filter(|syn| syn.is_answer_scaled)?.answer);
    let Some(scaled) = scaled else {
        return Answer::cannot_tell("missing-scaled-sibling", "collect-scaled-sibling");
    };
    let largest = tcp.client.in_flight_max.max(tcp.server.in_flight_max);
    let segment = u64::from(tcp.server.mss.unwrap_or(0));
    // It cost something when the window was used up but for less than a segment.
    let is_limiting = largest <= UNSCALED && largest.saturating_add(segment) >= UNSCALED;
    let severity = if is_limiting {
        Severity::Delay
    } else {
        Severity::Info
    };
    let Some(differ) = Evidence::packets("ev-window-scale-missing", [syn_ack, scaled]) else {
        return Answer::NoMatch;
    };
    case.finding(Cause::P5, Party::Middlebox, PhaseName::Connect, differ)
        .severity(severity)
        .confidence(Confidence::Likely)
        .with("packet", syn_ack)
        .into()
}
