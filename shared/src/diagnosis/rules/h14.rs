//! H14: the server's flight does not fit its initial congestion window.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H14,
    documentation: Documentation {
        sees: "The server's flight pauses for about one round trip, without loss, after as many bytes as an initial \
               window holds, and goes on when the client's ACK is back.",
        means: "A sender may have ten segments under way before the first ACK (RFC 6928). A certificate chain longer \
                than that costs a round trip for each further window. That is slow, and no fault.",
        refuted_by: "A retransmission or a hole (H13), a pause that is not a round trip (H16).",
        needs: "The whole flight and the round trip.",
        matches: &["d_h14_bigcert"],
        near_misses: &["d_h16_ske3s_tls12", "d_h13_flightloss"],
        sources: &["RFC 6928 §2", "https://sirupsen.com/napkin/problem-15"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let (Some(flight), Some(rtt)) = (tcp.measured.flight.as_ref(), tcp.round_trip()) else {
        return Answer::NoMatch;
    };
    if !tcp.is_without_loss() || case.is_failure() {
        return Answer::NoMatch;
    }
    let window = 10 * u64::from(tcp.client.mss.unwrap_or(536));
    let waited = flight.pauses.iter().find(|(pause, before)| {
        // Within a fifth of the round trip, as the ACK has to travel it once.
        let length = pause.length().get();
        let is_round_trip =
            length.saturating_mul(5) >= rtt.get() * 4 && length.saturating_mul(5) <= rtt.get() * 6;
        is_round_trip && *before > 2 * u64::from(tcp.client.mss.unwrap_or(536)) && *before <= window
    });
    let Some((pause, before)) = waited else {
        return Answer::NoMatch;
    };
    let Some(evidence) = Evidence::packets("ev-window-pause", [pause.from, pause.until]) else {
        return Answer::NoMatch;
    };
    let evidence = evidence
        .with("length", pause.length())
        .with("before", *before)
        .with("bytes", flight.bytes);
    case.finding(Cause::H14, Party::Server, PhaseName::Tls, evidence)
        .severity(Severity::Info)
        .confidence(Confidence::Likely)
        .with("bytes", flight.bytes)
        .with("before", *before)
        .with("length", pause.length())
        .into()
}
