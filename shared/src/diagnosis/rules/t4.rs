//! T4: the SYN-ACK came, and nothing that the client sent after it reached the server.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T4,
    documentation: Documentation {
        sees: "The SYN-ACK came in a round trip and the client answered it and sent data. The server repeated its \
               SYN-ACK after that, again and again, and acknowledged nothing.",
        means: "The server still waits for the ACK that completes the handshake, so it has neither that nor the data. \
                Its SYN-ACKs and the first SYN got through: what drops the rest keeps state and did not see the \
                connection being made, as a firewall on one of two asymmetric paths.",
        refuted_by: "Any acknowledgement of the data, SYN-ACKs that were not repeated after the data was sent (H3), \
                     other connections at the same endpoint that wait for a process that does not accept (T2).",
        needs: "Packets of both directions.",
        matches: &["d_t4_ackhole"],
        near_misses: &["d_t3_synackloss80", "d_part_h3_base", "d_t2_backlog"],
        sources: &[
            "RFC 9293 §3.5",
            "devnonsense.com/posts/asymmetric-routing-around-the-firewall",
            "listen(2)",
        ],
    },
    explains: &[Cause::H3, Cause::H4, Cause::H13, Cause::A2],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::t4(case, &probe);
    }
    dropped(case).into()
}

fn dropped(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let handshake = &tcp.flow.handshake;
    let syn_ack = handshake.syn_acks.first()?.stamp;
    let ack = handshake.ack?;
    let said = tcp.client.first_payload?;
    let unheard = tcp.server.payload_segments == 0
        && tcp.client.acked.is_none_or(|acked| acked.position == 0);
    let rtt = tcp.syn_rtt().unwrap_or(Nanos(0));
    // One on its way when the data was sent proves nothing; one sent a round trip later does.
    let repeated: Vec<Stamp> = handshake
        .syn_acks
        .iter()
        .map(|again| again.stamp)
        .filter(|again| again.at.since(said.at) > rtt && again.packet > ack.packet)
        .collect();
    let last = *repeated.last()?;
    if !unheard || !case.is_failure() || last.at.since(syn_ack.at) < OVERDUE {
        return None;
    }
    let repeats = Evidence::packets("ev-syn-ack-repeated", repeated.iter().copied())?
        .with("ack", ack)
        .with("data", said)
        .with("length", last.at.since(syn_ack.at));
    let reached = Evidence::packet("ev-syn-arrived", syn_ack).with("after", rtt);
    Some(
        case.finding(Cause::T4, Party::Middlebox, PhaseName::Tls, repeats.clone())
            .confidence(Confidence::Likely)
            .with("count", repeated.len() as u64)
            .with("ack", ack)
            .shown_by([reached])
            .rules_out(Party::Client, tcp.prompt_hello())
            .rules_out(Party::Server, [repeats])
            .or(&[Cause::T2]),
    )
}
