//! H8: the packet reached a host that knows nothing of the connection.

use super::probed;
use crate::diagnosis::{Answer, Case, Cause, Confidence, Documentation, Party, ResetMaker, Rule};
use crate::phase::{OVERDUE, Outcome};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H8,
    documentation: Documentation {
        sees: "A bare reset: no ACK flag, no options, window 0, and as its sequence number the one that our packet \
               acknowledged, in the middle of a connection that was in use.",
        means: "This is how a host answers a segment for which it has no socket (RFC 9293 §3.5.2). The connection was \
                made with another host, or this one lost it: a change of route behind an anycast or load-balanced \
                address, or a restarted node.",
        refuted_by: "Options, window and identification of the live flow (H7), an idle time before it (P4, A7).",
        needs: "The reset and the packet it answers.",
        matches: &["d_h8_bare", "old_rstflav"],
        near_misses: &["d_h7_rst", "d_h6_rst3", "d_p4_idlerst", "d_a7_race"],
        sources: &[
            "RFC 9293 §3.5.2",
            "NANOG 2018-09, message 096874",
            "https://jamesmoriarty.xyz/post/tcp-anycast-shift",
        ],
    },
    explains: &[],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::reset(case, &probe);
    }
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let Some(reset) = tcp.server_reset() else {
        return Answer::NoMatch;
    };
    if case.outcome() != Outcome::ResetByServer || tcp.maker(reset) != ResetMaker::NoSocket {
        return Answer::NoMatch;
    }
    let (Some(trouble), Some(answers)) = (case.trouble(), reset.answers_data) else {
        return Answer::NoMatch;
    };
    let idle = tcp
        .flow
        .silences
        .iter()
        .any(|silence| silence.until == Some(answers) && silence.length >= OVERDUE);
    if idle {
        return Answer::NoMatch;
    }
    // Whose hashing or restart it was does not show at one end.
    case.finding(
        Cause::H8,
        Party::Network,
        trouble.name,
        tcp.reset_evidence(reset),
    )
    .confidence(Confidence::Possible)
    .with("packet", reset.stamp)
    .rules_out(Party::Client, tcp.prompt_hello())
    .or(&[Cause::H7])
    .into()
}
