//! H13: packets of the handshake were lost and sent again, at the price of more than a round trip.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Tcp,
};
use crate::measure::{Attribution, Subject};
use crate::phase::{PhaseName, PhaseOutcome};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H13,
    documentation: Documentation {
        sees: "A part of the TLS handshake was sent more than once and arrived in the end, or a hole in the server's \
               flight was filled, and the handshake took at least a round trip longer for it.",
        means: "TCP repaired a loss. What fast retransmission repairs costs about a round trip; the retransmission \
                timer costs 200 ms and more (RFC 6298). Which copy arrived tells the direction (RFC 3522).",
        refuted_by: "Copies that were captured twice, segments that only changed places, a hole that never was filled \
                     (H11).",
        needs: "Packets of both directions.",
        matches: &[
            "d_h13_flightloss",
            "d_h13_random15",
            "old_chloss",
            "old_chackloss",
            "old_lose1",
        ],
        near_misses: &[
            "d_ok_loss1",
            "d_ok_reorder_v6",
            "d_ok_partial_dupany",
            "d_h11_ka",
        ],
        sources: &["RFC 6298", "RFC 3522", "RFC 2883"],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(rtt) = tcp.round_trip().filter(|rtt| *rtt > Nanos(0)) else {
        return Answer::NoMatch;
    };
    let is_through = case
        .phase(PhaseName::Tls)
        .is_some_and(|phase| phase.outcome == PhaseOutcome::Completed);
    if !is_through || case.is_failure() {
        return Answer::NoMatch;
    }
    let Some((cost, evidence, variant)) = hello_lost(&tcp).or_else(|| flight_lost(&tcp)) else {
        return Answer::NoMatch;
    };
    if cost < rtt {
        return Answer::NoMatch;
    }
    case.finding(Cause::H13, Party::Network, PhaseName::Tls, evidence.clone())
        .severity(case.severity())
        .confidence(Confidence::Likely)
        .variant(variant)
        .with("cost", cost)
        .with("rtt", rtt)
        .shown_by(tcp.unseen_packets())
        .rules_out(Party::Server, [evidence])
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::A11, Cause::T16])
        .into()
}

/// The ClientHello or its acknowledgement was lost: what its delivery took beyond the first copy.
fn hello_lost(tcp: &Tcp<'_>) -> Option<(Nanos, Evidence, &'static str)> {
    let hello = tcp.hello()?;
    let delivery = hello.delivery.as_ref()?;
    let last = delivery.resent.last()?;
    let acked = delivery.acked?;
    if acked.at < last.at {
        return None;
    }
    let cost = last.at.since(hello.sent.at);
    let attribution = tcp
        .measured
        .attributions
        .iter()
        .find(|found| found.subject == Subject::ClientHello);
    let is_return = attribution.is_some_and(is_answer_lost);
    let evidence = Evidence::packets("ev-hello-copies", delivery.resent.iter().copied())?
        .with("copies", delivery.copies)
        .with("bytes", delivery.bytes);
    let variant = match attribution {
        Some(_) if is_return => "return",
        Some(_) => "forward",
        None => "hello",
    };
    Some((cost, evidence, variant))
}

/// The first copy arrived: its answer was what got lost.
const fn is_answer_lost(attribution: &Attribution) -> bool {
    attribution.arrived < attribution.copies
}

/// A part of the server's flight was lost: from the packet that shows the hole to the one that filled it, or the
/// whole time until the first byte where identifications count what never came.
fn flight_lost(tcp: &Tcp<'_>) -> Option<(Nanos, Evidence, &'static str)> {
    let flight = tcp.measured.flight.as_ref()?;
    let hello = tcp.hello()?;
    let within = |stamp: crate::ids::Stamp| stamp.packet <= flight.sent.until.packet;
    let sequence = tcp.measured.sequence.as_ref()?;
    let filled = sequence
        .jumps
        .iter()
        .filter(|jump| {
            within(jump.stamp) && jump.acked.is_none_or(|acked| acked.at >= jump.stamp.at)
        })
        .find_map(|jump| Some((jump.stamp, jump.filled?)));
    let late = hello.server_think.unwrap_or_default();
    let unseen = tcp.unseen_packets();
    let (hole, filled) = match (filled, &unseen) {
        (Some(found), _) => found,
        (None, Some(_)) if late > Nanos(0) => {
            let evidence = unseen?;
            return Some((late, evidence, "flight"));
        }
        (None, _) => return None,
    };
    let repair = filled.at.since(hole.at);
    let cost = if unseen.is_some() {
        repair.max(late)
    } else {
        repair
    };
    let evidence = Evidence::packets("ev-hole-filled", [hole, filled])?.with("repair", repair);
    Some((cost, evidence, "flight"))
}
