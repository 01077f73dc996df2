//! H12: a path MTU black hole that the server's kernel finds a way around, after seconds.

use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Evidence, Party, Rule};
use crate::phase::{OVERDUE, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H12,
    documentation: Documentation {
        sees: "The server's flight came a second or more late, in segments of exactly 1024 bytes (or 512), although \
               the client allows larger ones and the flight is longer than one of them.",
        means: "Linux probes the path when retransmissions keep failing (net.ipv4.tcp_mtu_probing) and restarts at \
                tcp_base_mss, which is 1024 bytes, 512 on older kernels. Larger packets were lost until then.",
        refuted_by: "A larger segment of the server on this connection, an answer in time.",
        needs: "Segment sizes as on the wire: receive offload that merges segments hides them.",
        matches: &["d_h12_probe", "old_mtuprobe"],
        near_misses: &["d_h11_ka", "d_h13_flightloss", "d_h16_late_2arms"],
        sources: &[
            "Linux Documentation/networking/ip-sysctl.rst: tcp_mtu_probing, tcp_base_mss",
            "RFC 4821",
        ],
    },
    explains: &[Cause::H13, Cause::H16],
    judge,
};

/// `tcp_base_mss` of Linux since 4.1, and before.
const BASE_MSS: [u32; 2] = [1024, 512];

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let (Some(flight), Some(hello)) = (tcp.measured.flight.as_ref(), tcp.hello()) else {
        return Answer::NoMatch;
    };
    let sequence = tcp.measured.sequence.iter();
    let filled = sequence.flat_map(|sequence| &sequence.jumps);
    let repaired = filled
        .filter_map(|jump| Some(jump.filled?.at.since(jump.stamp.at)))
        .max();
    let late = hello.server_think.into_iter().chain(repaired).max();
    let Some(late) = late.filter(|late| *late >= OVERDUE) else {
        return Answer::NoMatch;
    };
    let allowed = tcp.largest_allowed().map_or(0, u32::from);
    let is_probe = BASE_MSS.contains(&flight.largest_segment)
        && flight.first_segment == flight.largest_segment
        && flight.bytes > u64::from(flight.largest_segment)
        && allowed > flight.largest_segment + 40;
    if !is_probe {
        return Answer::NoMatch;
    }
    let small = Evidence::packet("ev-base-mss", flight.sent.from)
        .with("size", flight.first_segment)
        .with("allowed", allowed)
        .with("late", late);
    let unseen = tcp.unseen_packets();
    let confidence = match unseen {
        Some(_) => Confidence::Certain,
        None => Confidence::Likely,
    };
    case.finding(Cause::H12, Party::Network, PhaseName::Tls, small.clone())
        .severity(case.severity())
        .confidence(confidence)
        .with("size", flight.first_segment)
        .with("late", late)
        .with("packet", flight.sent.from)
        .shown_by(unseen)
        .rules_out(Party::Server, [small])
        .rules_out(Party::Client, tcp.prompt_hello())
        .into()
}
