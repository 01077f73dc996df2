//! T10: the server still knows an older connection of this source port, and answers the SYN for that one.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, SENT_AGAIN,
    Severity,
};
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T10,
    documentation: Documentation {
        sees: "A bare ACK, not a SYN-ACK, answers the SYN, and acknowledges a number that has nothing to do with it. \
               The client resets, and the attempt fails or loses a second or more.",
        means: "The server, or a load balancer in front, has a connection of the same addresses and ports that never \
                ended there. The client reused its port; the other side answers for the old connection (a challenge \
                ACK).",
        refuted_by: "A SYN-ACK in the same round trip: then the ACK was a late packet of the old connection.",
        needs: "The SYN and the ACK.",
        matches: &["d_t10_challenge"],
        near_misses: &["d_ok_portreuse", "d_t5_closed", "d_t1_go5"],
        sources: &[
            "RFC 9293 §3.10.7.4",
            "RFC 5961 §4",
            "blog.cloudflare.com/this-is-strictly-a-violation-of-the-tcp-specification",
        ],
    },
    explains: &[Cause::T1, Cause::T2, Cause::T5],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    challenged(case).or_else(|| ignored(case)).into()
}

fn challenged(case: &Case<'_>) -> Option<Finding> {
    let tcp = case.tcp()?;
    let challenge = tcp.measured.connect.challenge?;
    // Who sends data without a SYN-ACK has the connection, and its SYN-ACK was not captured.
    if tcp.server.payload_segments > 0 && tcp.syn_ack().is_none() {
        return None;
    }
    let syns = &tcp.flow.handshake.syns;
    let asked = syns
        .iter()
        .rfind(|syn| syn.stamp.packet < challenge.stamp.packet)?;
    let lost = tcp.syn_ack().map(|answer| {
        answer
            .at
            .since(syns.first().map_or(answer.at, |syn| syn.stamp.at))
    });
    let severity = match lost {
        None if case.is_failure() => Severity::Failure,
        Some(lost) if lost >= SENT_AGAIN && !case.is_failure() => Severity::Delay,
        _ => return None,
    };
    let after = challenge.stamp.at.since(asked.stamp.at);
    let evidence = Evidence::packet("ev-challenge-ack", challenge.stamp)
        .with("syn", asked.stamp)
        .with("acknowledges", u64::from(challenge.acknowledgment))
        .with("due", u64::from(asked.sequence.wrapping_add(1)))
        .with("after", after.max(Nanos(0)));
    let again = reused(case);
    let confidence = if again.is_some() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let finding = case
        .finding(
            Cause::T10,
            Party::Server,
            PhaseName::Connect,
            evidence.clone(),
        )
        .severity(severity)
        .confidence(confidence)
        .with("lost", lost.unwrap_or_default())
        .shown_by(again)
        .rules_out(Party::Network, [evidence]);
    Some(if severity == Severity::Delay {
        finding.variant("delay")
    } else {
        finding
    })
}

/// The port was used before, as the capture shows.
fn reused(case: &Case<'_>) -> Option<Evidence> {
    let (client, first) = (case.client(), case.span().0);
    let before = case
        .siblings()
        .filter(|brief| brief.client == client && brief.last.at <= first)
        .max_by_key(|brief| brief.last)?;
    Some(
        Evidence::packet("ev-port-used-before", before.last)
            .with("port", u64::from(client.port()))
            .with("ago", first.since(before.last.at)),
    )
}

/// A host that still knows the old connection may also drop the SYN without a word: only a reused port is dead, and
/// others at the same endpoint are answered in the same seconds.
fn ignored(case: &Case<'_>) -> Option<Finding> {
    let syns = case.silent_syns()?;
    let again = reused(case)?;
    let other = case.answered_here(syns.first.at, syns.last.at)?;
    let answered = Evidence::packet("ev-endpoint-answered", other.syn?.answer?)
        .with("port", u64::from(other.client.port()));
    Some(
        case.finding(
            Cause::T10,
            Party::Undecided,
            PhaseName::Connect,
            syns.evidence(),
        )
        .confidence(Confidence::Possible)
        .variant("silent")
        .with("count", syns.count)
        .shown_by([again, answered])
        .or(&[Cause::T1, Cause::T2]),
    )
}
