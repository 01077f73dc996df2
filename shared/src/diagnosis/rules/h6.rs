//! H6: a reset that the server did not send.

use super::probed;
use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Party, ResetMaker, Rule,
};
use crate::phase::{Outcome, PhaseName};

pub(super) const RULE: Rule = Rule {
    cause: Cause::H6,
    documentation: Documentation {
        sees: "A reset from the server's address that the server cannot have sent: sooner than its answer can travel, \
               with another TTL, a copied identification, without the options of the flow, or contradicted by \
               genuine packets of the server behind it. At least two such signs.",
        means: "Who is on the way can forge an address, and not the distance: the TTL, the time and the flow's own \
                counters belong to the place where a packet was made.",
        refuted_by: "Continuity of TTL, options and identification with the flow (H7), the bare form of a host \
                     without the connection (H8), an anycast route that moved (TTL differs, time does not).",
        needs: "The SYN-ACK and the reset; what follows the reset makes it certain.",
        matches: &["d_h6_rst3", "old_rstinj"],
        near_misses: &["d_h7_rst", "d_h8_bare", "old_rstflav", "d_ok_go_h1_close"],
        sources: &[
            "Weaver, Sommer, Paxson: Detecting Forged TCP Reset Packets (NDSS 2009)",
            "klzgrad/naiveproxy#558",
        ],
    },
    explains: &[Cause::H2, Cause::H7, Cause::H8, Cause::H9, Cause::A5],
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
    let is_ended = case.outcome() == Outcome::ResetByServer || case.is_failure();
    if !is_ended || case.outcome() == Outcome::Refused || tcp.maker(reset) != ResetMaker::Stranger {
        return Answer::NoMatch;
    }
    let phase = case.trouble().map_or(PhaseName::Tls, |phase| phase.name);
    let contradicted = reset
        .contradicted
        .map(|later| Evidence::packet("ev-genuine-after-reset", later));
    let confidence = match contradicted {
        Some(_) => Confidence::Certain,
        None => Confidence::Likely,
    };
    let looks = tcp.reset_evidence(reset);
    case.finding(Cause::H6, Party::Middlebox, phase, looks.clone())
        .confidence(confidence)
        .with("ttl", u64::from(reset.ttl))
        .with("usual", u64::from(reset.usual_ttl.unwrap_or(reset.ttl)))
        .with("packet", reset.stamp)
        .shown_by(contradicted.clone())
        .rules_out(Party::Server, contradicted.or(Some(looks)))
        .rules_out(Party::Client, tcp.prompt_hello())
        .into()
}
