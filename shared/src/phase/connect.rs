//! The connect phase: the three-way handshake, or QUIC's first flight.

use super::timeline::{Phase, PhaseBasis, PhaseName, PhaseOutcome};
use super::{Awaited, budget::OVERDUE};
use crate::attempt::{Attempt, Connection};
use crate::flow::facts::FlowEnd;
use crate::quic;
use crate::time::Timestamp;

/// The connect phase of a TCP connection.
///
/// It completes with the SYN-ACK, as the client's `connect()` does; the client's ACK must follow, else
/// the SYN-ACK did not reach it or the client was gone.
pub(super) fn tcp(attempt: &Attempt, connection: &Connection) -> Phase {
    let handshake = &connection.flow.handshake;
    let (Some(syn), false) = (handshake.syns.first(), connection.flow.joined_midway()) else {
        return Phase::not_observed(PhaseName::Connect);
    };
    let start = syn.stamp.at;
    if let Some(syn_ack) = handshake.syn_acks.first() {
        let client_went_on = handshake.ack.is_some()
            || connection.flow.sides[connection.client()].payload_segments > 0;
        let end = syn_ack.stamp.at.max(start);
        return if client_went_on {
            Phase::completed(PhaseName::Connect, start, end)
        } else {
            unanswered(attempt, connection, start, Awaited::HandshakeAck)
        };
    }
    match connection.flow.end {
        FlowEnd::Refused { by } => Phase::failed(PhaseName::Connect, start, by.at, Awaited::SynAck),
        _ if one_sided_capture(connection) => Phase::not_observed(PhaseName::Connect),
        _ => match connection.flow.icmp.first() {
            Some(icmp) => Phase::failed(PhaseName::Connect, start, icmp.stamp.at, Awaited::SynAck),
            None => unanswered(attempt, connection, start, Awaited::SynAck),
        },
    }
}

/// The client went on as if it had been answered: the answers are not in the capture. What a SYN carries (RFC 7413)
/// is no going on.
fn one_sided_capture(connection: &Connection) -> bool {
    let flow = &connection.flow;
    let syns = flow.handshake.syns.iter();
    let with_payload = syns.filter(|syn| syn.payload > 0).count();
    let segments = flow.sides[connection.client()].payload_segments;
    flow.is_one_sided() && usize::try_from(segments).is_ok_and(|segments| segments > with_payload)
}

/// A handshake that never went on. It is overdue when the SYN or SYN-ACK was sent again, or a second passed.
fn unanswered(
    attempt: &Attempt,
    connection: &Connection,
    start: Timestamp,
    awaited: Awaited,
) -> Phase {
    let flow = &connection.flow;
    let repeated = flow.handshake.syn_count > 1 || flow.handshake.syn_ack_count > 1;
    if !repeated && attempt.observed_until.since(start) < OVERDUE {
        return Phase::unfinished(PhaseName::Connect, start);
    }
    // With no sign of giving up, waiting is proven up to the last copy sent.
    let end = if flow.last.at > start {
        flow.last.at
    } else {
        start + OVERDUE
    };
    Phase::stalled(PhaseName::Connect, start, end, awaited)
}

/// QUIC's first flight: from the first Initial to the server's first datagram.
pub(super) fn quic(flow: &quic::Flow) -> Phase {
    use quic::Outcome;
    let Some(start) = flow.client_initials.first().map(|initial| initial.at) else {
        return Phase::not_observed(PhaseName::Connect);
    };
    let answer = flow.traffic.responder.first;
    match flow.outcome {
        Outcome::Answered => match answer {
            Some(answer) => Phase::completed(PhaseName::Connect, start, answer.at.max(start)),
            None => Phase::not_observed(PhaseName::Connect),
        },
        Outcome::RefusedByIcmp => {
            let end = flow
                .icmp_errors
                .first()
                .map_or(flow.last.at, |icmp| icmp.stamp.at);
            Phase::failed(PhaseName::Connect, start, end, Awaited::QuicAnswer)
        }
        Outcome::Unanswered if flow.observed_until.since(start) >= OVERDUE => {
            let end = if flow.last.at > start {
                flow.last.at
            } else {
                start + OVERDUE
            };
            Phase::stalled(PhaseName::Connect, start, end, Awaited::QuicAnswer)
        }
        Outcome::Unanswered => Phase::unfinished(PhaseName::Connect, start),
        Outcome::ClientNotObserved => Phase::not_observed(PhaseName::Connect),
    }
}

/// QUIC's handshake after the first flight: up to the client's first packet with a short header, which it
/// sends when it has the server's Finished (RFC 9001 §4.1). Concluded from headers alone.
pub(super) fn quic_tls(flow: &quic::Flow) -> Phase {
    let (Some(start), Some(end)) = (
        flow.traffic.responder.first,
        flow.packets.originator.one_rtt,
    ) else {
        return Phase::not_observed(PhaseName::Tls);
    };
    Phase {
        basis: PhaseBasis::Inferred,
        outcome: PhaseOutcome::Completed,
        ..Phase::completed(PhaseName::Tls, start.at, end.at.max(start.at))
    }
}
