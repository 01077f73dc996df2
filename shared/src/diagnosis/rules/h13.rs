//! H13: packets were lost and sent again, at the price of more than a round trip.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Tcp,
};
use crate::flow::facts::IpIdGap;
use crate::ids::Stamp;
use crate::measure::{Attribution, AttributionBasis, Subject};
use crate::phase::PhaseName;
use crate::time::{Nanos, Timestamp};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H13,
    documentation: Documentation {
        sees: "A part of the TLS handshake was sent more than once and arrived in the end, or a hole in what the \
               server sent was filled, and it took at least a round trip longer for that; in a body, at least a \
               retransmission timer.",
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

/// What the retransmission timer of common systems waits at least (Linux, TCP_RTO_MIN); in a body, less is what loss
/// recovery is made for.
const TIMER: Nanos = Nanos::from_millis(200);

/// Parallel links and queues displace packets by less (RFC 8985 §6.2 calls for a few milliseconds to a quarter of the
/// round trip); where nothing tells a copy from an overtaken original, what came sooner was overtaken.
const DISPLACED: Nanos = Nanos::from_millis(10);

/// A loss and its repair.
struct Repair {
    cost: Nanos,
    at: Timestamp,
    evidence: Evidence,
    /// What shows that it was lost on the path, and not kept back by the server.
    proof: Option<Evidence>,
    variant: &'static str,
}

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(rtt) = tcp.round_trip().filter(|rtt| *rtt > Nanos(0)) else {
        return Answer::NoMatch;
    };
    let tls = case.phase(PhaseName::Tls);
    if case.is_failure() || !tcp.is_two_sided() {
        return Answer::NoMatch;
    }
    let handshake_end = tls.and_then(|phase| phase.end);
    let is_in_handshake = |repair: &Repair| handshake_end.is_some_and(|end| repair.at <= end);
    let is_costly = |repair: &Repair| {
        if is_in_handshake(repair) {
            repair.cost >= rtt.max(DISPLACED)
        } else {
            repair.cost >= TIMER.max(Nanos(rtt.get().saturating_mul(2)))
        }
    };
    let repairs = hello_resent(&tcp)
        .into_iter()
        .chain(holes_filled(&tcp))
        .chain(unseen_copies(&tcp));
    let Some(worst) = repairs.filter(is_costly).max_by_key(|repair| repair.cost) else {
        return Answer::NoMatch;
    };
    let phase = if is_in_handshake(&worst) {
        PhaseName::Tls
    } else {
        PhaseName::Receive
    };
    case.finding(Cause::H13, Party::Network, phase, worst.evidence.clone())
        .severity(case.severity())
        .confidence(Confidence::Likely)
        .variant(worst.variant)
        .with("cost", worst.cost)
        .with("rtt", rtt)
        .shown_by(worst.proof.clone())
        .shown_by(tcp.unseen_packets())
        .rules_out(Party::Server, worst.proof)
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::A11, Cause::T16])
        .into()
}

/// The ClientHello or its acknowledgement was lost: what its delivery took beyond the first copy.
fn hello_resent(tcp: &Tcp<'_>) -> Option<Repair> {
    let hello = tcp.hello()?;
    let delivery = hello.delivery.as_ref()?;
    let last = delivery.resent.last()?;
    let acked = delivery.acked.filter(|acked| acked.at >= last.at)?;
    let attribution = tcp
        .measured
        .attributions
        .iter()
        .find(|found| found.subject == Subject::ClientHello);
    let variant = match attribution {
        // The first copy arrived. Where the later one was answered as a duplicate, the first one's answer was lost; where
        // that came itself, it was only late, in some queue.
        Some(found) if found.arrived < found.copies => match found.basis {
            AttributionBasis::DuplicateSack => "return",
            _ => return None,
        },
        Some(_) => "forward",
        None => "hello",
    };
    let evidence = Evidence::packets("ev-hello-copies", delivery.resent.iter().copied())?
        .with("copies", delivery.copies)
        .with("bytes", delivery.bytes);
    Some(Repair {
        cost: last.at.since(hello.sent.at),
        at: acked.at,
        evidence,
        proof: attribution.and_then(arrived),
        variant,
    })
}

/// Which of the copies arrived, by the packet that tells.
fn arrived(found: &Attribution) -> Option<Evidence> {
    let id = match found.basis {
        AttributionBasis::TimestampEcho => "ev-copy-echoed",
        AttributionBasis::DuplicateSack => "ev-copy-duplicate",
    };
    let told = Evidence::packet(id, found.answer?)
        .with("arrived", u64::from(found.arrived))
        .with("copies", u64::from(found.copies));
    Some(told)
}

/// Holes in what the server sent, from the packet that shows one to the packet that filled it.
fn holes_filled(tcp: &Tcp<'_>) -> impl Iterator<Item = Repair> {
    let jumps = tcp
        .measured
        .sequence
        .iter()
        .flat_map(|sequence| &sequence.jumps);
    jumps.filter_map(|jump| {
        let filled = jump.filled?;
        // Acknowledged before it was filled: the capture lacked it, the client did not.
        if jump.acked.is_some_and(|acked| acked.at < filled.at) {
            return None;
        }
        let cost = filled.at.since(jump.stamp.at);
        match was_sent_later(tcp, jump.stamp, filled) {
            Some(false) => return None,
            None if cost < DISPLACED => return None,
            _ => {}
        }
        let evidence = Evidence::packets("ev-hole-filled", [jump.stamp, filled])?;
        Some(Repair {
            cost,
            at: filled.at,
            proof: Some(evidence.clone().with("repair", cost)),
            evidence: evidence.with("repair", cost),
            variant: "flight",
        })
    })
}

/// Of two packets of the server, whether `filled` was sent after `shown`, and so is a copy, or before, and was overtaken:
/// by identifications that count, by timestamps (RFC 7323 §4.3). `None` when neither tells.
fn was_sent_later(tcp: &Tcp<'_>, shown: Stamp, filled: Stamp) -> Option<bool> {
    let mut entries = tcp.flow.journal.iter();
    let shown = entries.find(|entry| entry.stamp() == shown)?;
    let filled = entries.find(|entry| entry.stamp() == filled)?;
    let is_counter = tcp
        .measured
        .ip_id
        .as_ref()
        .is_some_and(|it| it.single_steps >= 2);
    let numbers = shown.identification().zip(filled.identification());
    if let Some((before, after)) = numbers.filter(|_| is_counter) {
        return Some((after.wrapping_sub(before) as i16) > 0);
    }
    let ((before, _), (after, _)) = shown.timestamps().zip(filled.timestamps())?;
    // A clock may stand still for ten milliseconds, and a copy is sent a round trip later.
    let is_fine = tcp.round_trip()? >= DISPLACED;
    match after.wrapping_sub(before) as i32 {
        1.. => Some(true),
        0 if !is_fine => None,
        _ => Some(false),
    }
}

/// Waits that end with packets whose identifications leave some out: those were sent meanwhile, and never came.
fn unseen_copies(tcp: &Tcp<'_>) -> impl Iterator<Item = Repair> {
    let facts = tcp.own_counter();
    // Receive offload merges packets, and their identifications go missing without loss.
    let is_merged = tcp.server.handicaps.super_segments > 0;
    // Where bytes that arrived are missing, so may be the packets that are left out.
    let is_usable = !is_merged && tcp.is_all_captured();
    let gaps = facts.into_iter().flat_map(|facts| &facts.gaps);
    gaps.filter(move |_| is_usable).filter_map(|gap| {
        if u64::from(gap.missing) <= due_acks(tcp, gap) || !brings_data(tcp, gap.after) {
            return None;
        }
        let cost = gap.after.at.since(gap.before.at);
        let evidence = Evidence::packets("ev-identification-gap", [gap.before, gap.after])?;
        let evidence = evidence.with("missing", u64::from(gap.missing));
        Some(Repair {
            cost,
            at: gap.after.at,
            proof: Some(evidence.clone()),
            evidence,
            variant: "flight",
        })
    })
}

/// Packets with payload that the client sent meanwhile: the server acknowledges each once at most, and a lost
/// acknowledgement holds nobody up.
fn due_acks(tcp: &Tcp<'_>, gap: &IpIdGap) -> u64 {
    let entries = tcp.flow.journal.iter().filter(|entry| {
        let packet = entry.stamp().packet;
        let is_meanwhile = gap.before.packet < packet && packet < gap.after.packet;
        is_meanwhile && entry.side() == tcp.client_side && entry.payload > 0
    });
    entries.count() as u64
}

/// The packet brings what was waited for. One without payload, such as an answer to a keep-alive, ends no wait.
fn brings_data(tcp: &Tcp<'_>, packet: Stamp) -> bool {
    let mut entries = tcp.flow.journal.iter();
    entries.any(|entry| entry.stamp() == packet && entry.payload > 0)
}
