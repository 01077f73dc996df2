//! H23: the client gave up an attempt because another one won. Not a fault.

use super::probed;
use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Party, Rule, Severity,
};
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::H23,
    documentation: Documentation {
        sees: "The client closed or reset an attempt before it had an answer, and another connection of the same \
               client for the same name was through by then.",
        means: "Clients race connections: both address families (RFC 8305), or a new connection against one that \
                comes back to the pool. The loser is thrown away; nobody failed.",
        refuted_by: "No other connection of the client that was through by then.",
        needs: "The client's other connections in the same capture.",
        matches: &["d_h23_he_cancel"],
        near_misses: &["d_h1_go10_ttl118", "d_ok_ctrlc"],
        sources: &["RFC 8305 §5", "golang/go#59017"],
    },
    explains: &[Cause::H1, Cause::H13, Cause::H16],
    judge,
};

fn judge(case: &Case<'_>) -> Answer {
    if let Some(probe) = case.probe() {
        return probed::h23(case, &probe);
    }
    let is_left = matches!(
        case.outcome(),
        Outcome::ClosedByClient | Outcome::ResetByClient
    );
    let Some(tcp) = case.tcp().filter(|_| is_left) else {
        return Answer::NoMatch;
    };
    let left = tcp.client.fin.as_deref().map(|fin| fin.stamp).or_else(|| {
        let own = tcp.flow.resets.iter();
        own.filter(|reset| reset.by == tcp.client_side)
            .map(|reset| reset.stamp)
            .next()
    });
    let Some(left) = left else {
        return Answer::NoMatch;
    };
    let Some(winner) = case
        .own_others()
        .find(|brief| has_won(case, brief, left.at))
    else {
        return Answer::NoMatch;
    };
    let Some(won) = Evidence::packets("ev-other-won", [winner.first, left]) else {
        return Answer::NoMatch;
    };
    let phase = case.trouble().map_or(PhaseName::Tls, |phase| phase.name);
    case.finding(
        Cause::H23,
        Party::Client,
        phase,
        won.with("winner", winner.server),
    )
    .severity(Severity::Info)
    .confidence(Confidence::Likely)
    .with("winner", winner.server)
    .with("packet", left)
    .into()
}

/// It was for the same name, and through before the other one was given up, by not much.
fn has_won(case: &Case<'_>, brief: &Brief, left: crate::time::Timestamp) -> bool {
    let own = case.attempt.name.as_ref().map(|(name, _)| &**name);
    let is_same_name = own.is_some() && brief.name.as_deref() == own;
    let began = case.attempt.connected_from().at;
    let apart = Nanos(brief.first.at.since(began).get().abs());
    is_same_name && brief.through_tls.is_some_and(|at| at <= left) && apart <= OVERDUE
}
