//! T3: the SYN arrived, and the SYN-ACK did not, or late.

use crate::diagnosis::{
    Answer, AnsweredSyn, Case, Cause, Confidence, Documentation, Evidence, Finding, LateConnect,
    Party, Rule, Severity, Tcp,
};
use crate::phase::PhaseName;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T3,
    documentation: Documentation {
        sees: "The SYN was sent again, and the SYN-ACK that came after that echoes the timestamp of an earlier one; \
               often a second SYN-ACK follows. Later round trips are far shorter than that SYN-ACK took.",
        means: "The server had the earlier SYN: the path to it and its listener worked. What was lost or late is its \
                answer, on the way back.",
        refuted_by: "An echo of the last SYN (the earlier ones were lost on the way there: T1), round trips as long \
                     as the SYN-ACK took (a long path, or a full queue: T16).",
        needs: "TCP timestamps on both sides, or round trips of later data.",
        matches: &["d_t3_synackloss80", "old_synackloss"],
        near_misses: &[
            "old_synloss",
            "d_t7_firstsyn",
            "d_t16_bloat",
            "d_t4_ackhole",
            "d_ok_rtt300",
        ],
        sources: &[
            "RFC 7323 §3.2",
            "RFC 3522",
            "Linux commits 7c1f08154c4e and 336c39a03151",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    match tcp.late_connect() {
        Some(late) if late.answered == AnsweredSyn::Earlier && !case.is_failure() => {
            lost_answer(case, &tcp, late)
        }
        _ => Answer::NoMatch,
    }
}

fn lost_answer(case: &Case<'_>, tcp: &Tcp<'_>, late: LateConnect<'_>) -> Answer {
    let took = late.syn_ack.stamp.at.since(
        late.sent
            .first()
            .map_or(late.syn_ack.stamp.at, |syn| syn.stamp.at),
    );
    let Some(trips) = tcp.client.round_trips else {
        return if tcp.flow.handshake.syn_ack_count > 1 {
            finding(case, tcp, late)
                .confidence(Confidence::Possible)
                .into()
        } else {
            Answer::cannot_tell("missing-round-trip", "collect-more-of-connection")
        };
    };
    // On a path this long the SYN was sent again for nothing: no answer was lost.
    if took.get() <= trips.max.get().saturating_mul(2) {
        return Answer::NoMatch;
    }
    // A front end that first asks its back end answers late as well, once, and at a time of its own; and what is late
    // may have waited in the client's own queue.
    let own_link = case.bulk_beside().next().map(|_| Cause::T16);
    let confidence = if tcp.flow.handshake.syn_ack_count > 1 && own_link.is_none() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    finding(case, tcp, late)
        .confidence(confidence)
        .or(own_link.as_slice())
        .into()
}

fn finding(case: &Case<'_>, tcp: &Tcp<'_>, late: LateConnect<'_>) -> Finding {
    let again = tcp.flow.handshake.syn_acks.get(1).map(|again| {
        Evidence::packet("ev-syn-ack-again", again.stamp).with("first", late.syn_ack.stamp)
    });
    case.finding(
        Cause::T3,
        Party::Network,
        PhaseName::Connect,
        late.evidence(),
    )
    .severity(Severity::Delay)
    .with("lost", late.lost)
    .shown_by(again)
    .rules_out(Party::Server, [late.evidence()])
}
