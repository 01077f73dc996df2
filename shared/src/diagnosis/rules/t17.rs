//! T17: the answer to the SYN comes from another address.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T17,
    documentation: Documentation {
        sees: "A SYN-ACK came to this very port from an address that was not asked, and acknowledges this SYN's number. \
               The client knows no such connection and resets it.",
        means: "The number is 32 bits that only this SYN had: its receiver answered it under another address than it \
                was sent to. A load balancer that keeps the client's address forwards without translating the way \
                back, as happens when client and target share a node or a network.",
        refuted_by: "A SYN-ACK from the address that was asked.",
        needs: "Packets to the client from addresses that it did not ask: a filter on the server's address drops them.",
        matches: &["test:an_answer_from_another_address_is_known_by_its_number"],
        near_misses: &["d_t1_go5", "d_ok_portreuse", "d_t10_challenge"],
        sources: &[
            "aws/amazon-vpc-cni-k8s#2505",
            "kubernetes/cloud-provider-aws#1160",
            "RFC 9293 §3.10.7.3",
        ],
    },
    explains: &[Cause::T1, Cause::T2],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    elsewhere(case).into()
}

fn elsewhere(case: &Case<'_>) -> Option<Finding> {
    let syns = case.silent_syns()?;
    let (client, server) = (case.client(), case.server());
    let due = syns.kept.first()?.sequence.wrapping_add(1);
    let (from, answer) = case
        .own_others()
        .filter(|brief| brief.client == client && brief.server != server)
        .find_map(|brief| {
            let (stamp, acknowledgment) = *brief.stray_syn_ack.as_deref()?;
            (acknowledgment == due && stamp.at >= syns.first.at).then_some((brief.server, stamp))
        })?;
    let evidence = Evidence::packets("ev-syn-ack-from-elsewhere", [syns.first, answer])?
        .with("syn", syns.first)
        .with("packet", answer)
        .with("from", from)
        .with("after", answer.at.since(syns.first.at));
    Some(
        case.finding(
            Cause::T17,
            Party::Middlebox,
            PhaseName::Connect,
            evidence.clone(),
        )
        .confidence(Confidence::Certain)
        .with("from", from)
        .shown_by([syns.evidence()])
        .rules_out(Party::Client, [evidence.clone()])
        .rules_out(Party::Network, [evidence]),
    )
}
