//! H7: the server's own socket aborts the handshake.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, HelloFate, Party, ResetMaker, Rule,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H7,
    documentation: Documentation {
        sees: "After the ClientHello a reset that goes on where the flow stands: next sequence number, the options of \
               the flow, its TTL, the next IP identification.",
        means: "Only the socket itself knows these numbers: the server's process closed it with unread data, crashed, \
                or a policy of the server ended it.",
        refuted_by: "A reset with another TTL or too soon (H6), a bare reset without options (H8), one that comes \
                     after a whole number of seconds (H2).",
        needs: "The reset and an earlier packet of the server.",
        matches: &["d_h7_rst", "old_s8004", "d_origin_sticky_rst"],
        near_misses: &[
            "d_h6_rst3",
            "d_h8_bare",
            "d_ok_go_h1_close",
            "d_h2_rst15_nots",
        ],
        sources: &[
            "RFC 9293 §3.10.7.4",
            "engintron/engintron#1023",
            "nginx/unit#736",
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
    if case.outcome() != Outcome::ResetByServer || !case.is_trouble_in(PhaseName::Tls) {
        return Answer::NoMatch;
    }
    let maker = tcp.maker(reset);
    let signs = tcp.signs(reset);
    let confidence = match maker {
        ResetMaker::Socket => Confidence::Certain,
        // Nothing speaks against the socket, but nothing that only it can know is in the packet.
        ResetMaker::Unknown
            if reset.acknowledgment.is_some() && !signs.is_alien_ttl && !signs.is_too_soon =>
        {
            Confidence::Likely
        }
        ResetMaker::Unknown => {
            return Answer::cannot_tell("missing-reset-origin", "collect-more-resets");
        }
        ResetMaker::Stranger | ResetMaker::NoSocket => return Answer::NoMatch,
    };
    if case.split_by().is_some() {
        return Answer::NoMatch;
    }
    let delivered = matches!(tcp.hello_fate(), Some(HelloFate::Acknowledged(_)));
    let looks = tcp.reset_evidence(reset);
    case.finding(Cause::H7, Party::Server, PhaseName::Tls, looks.clone())
        .confidence(confidence)
        .with("packet", reset.stamp)
        .rules_out(Party::Middlebox, tcp.one_ttl())
        .rules_out(Party::Network, delivered.then_some(looks))
        .rules_out(Party::Client, tcp.prompt_hello())
        .or(&[Cause::H2, Cause::H5, Cause::H26])
        .into()
}
