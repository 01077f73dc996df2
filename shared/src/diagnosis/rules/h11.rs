//! H11: what the server sends in full-size packets never arrives, and small packets do.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Tcp,
};
use crate::flow::journal::Notes;
use crate::phase::{OVERDUE, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H11,
    documentation: Documentation {
        sees: "A packet of the server shows by its sequence number that it had sent bytes which never came, for as \
               long as anybody waited. The hole is larger than any segment that came, while small packets of the \
               server kept coming.",
        means: "The server did answer. Its retransmissions went the same way as the first copy, so it is not chance: \
                packets over a size limit are dropped on the way back and the sender is not told (RFC 2923 §2.1), \
                or it does not listen.",
        refuted_by: "A segment of the server as large as the hole, a hole that was filled (H12, H13), an ACK of the \
                     client that covers it (the capture lost it).",
        needs: "A later packet of the server: an answer to a keep-alive or to the client's FIN, or the short tail of \
                its flight.",
        matches: &[
            "d_h11_ka",
            "d_h11_v6_big_arms",
            "d_part_h11_base",
            "old_pmtu",
            "old_pmtu_big",
        ],
        near_misses: &[
            "d_h1_go10_ttl118",
            "d_h12_probe",
            "d_h13_flightloss",
            "d_p6_16k",
            "d_ok_uncaptured",
        ],
        sources: &[
            "RFC 2923 §2.1",
            "RFC 4821",
            "cloudius-systems/osv#372",
            "passteque/gluetun#1989",
        ],
    },
    explains: &[Cause::H1, Cause::H13, Cause::H16],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h11(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some((missing, told)) = tcp.lost_on_the_way() else {
        return Answer::NoMatch;
    };
    // Seen from the server's packets alone: how long the hole stayed open.
    let is_unheard = tcp.client.packets == 0;
    let open = tcp.server.last.map(|last| last.at.since(told.at));
    let waited = case.timeline.longest_wait.or(open).unwrap_or_default();
    let is_abandoned = case.is_failure() || is_cut_off(&tcp) || is_unheard;
    if !is_abandoned || waited < OVERDUE {
        return Answer::NoMatch;
    }
    let largest = u64::from(tcp.server.handicaps.largest_payload);
    let seen_larger = case
        .siblings()
        .filter(|brief| brief.client.ip() == case.client().ip())
        .any(|brief| u64::from(brief.server_largest) >= missing.max(largest + 1));
    if seen_larger {
        return Answer::NoMatch;
    }
    let merged = tcp.server.handicaps.super_segments > 0;
    // A segment as large as the hole arrived: what is missing is not a matter of size.
    if missing <= largest && !merged {
        return Answer::NoMatch;
    }
    if is_full_size(&tcp) {
        return Answer::NoMatch;
    }
    let phase = case.trouble().map_or(PhaseName::Tls, |phase| phase.name);
    let jump = Evidence::packet("ev-sent-and-lost", told)
        .with("missing", missing)
        .with("largest", largest);
    let confidence = if merged {
        Confidence::Possible
    } else if tcp.probes_answered().is_some() || tcp.unseen_packets().is_some() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let finding = case.finding(Cause::H11, Party::Network, phase, jump.clone());
    let finding = if largest == 0 {
        finding.variant("acks")
    } else {
        finding
    };
    finding
        .confidence(confidence)
        .with("missing", missing)
        .with("largest", largest)
        .with("packet", told)
        .shown_by(tcp.unseen_packets())
        .shown_by(tcp.probes_answered())
        .rules_out(Party::Server, [jump])
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H13])
        .into()
}

/// Segments of nearly the largest size that the client allowed came, less what options take (RFC 9293 §3.7.1; at
/// most 40 bytes), or more than one of the same largest size: a sender cuts its data into segments of one size, so the
/// path passes those.
fn is_full_size(tcp: &Tcp<'_>) -> bool {
    const OPTIONS: u32 = 40;
    let largest = tcp.server.handicaps.largest_payload;
    let is_whole = tcp
        .largest_allowed()
        .is_some_and(|mss| largest.saturating_add(OPTIONS) >= u32::from(mss));
    let server = !tcp.client_side;
    let of_largest = tcp.flow.journal.iter().filter(|entry| {
        entry.side() == server
            && entry.payload == largest
            && !entry.notes().contains(Notes::RETRANSMISSION)
    });
    largest > 0 && (is_whole || of_largest.count() > 1)
}

/// Under TLS the timeline may not see that a body is not over; a hole that nobody filled is not over.
fn is_cut_off(tcp: &Tcp<'_>) -> bool {
    let client_left = tcp.client.fin.is_some() || !tcp.flow.resets.is_empty();
    client_left && tcp.server.fin.is_none()
}
