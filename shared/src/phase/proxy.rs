//! The proxy phase: what had to be settled with a proxy, or by STARTTLS, before the protocol could start.

use super::timeline::{Phase, PhaseName};
use super::{Awaited, wait};
use crate::attempt::{Attempt, Connection};
use crate::stream::facts::{Prelude, PreludeKind, PreludeOutcome};

/// From the first prelude's first byte to the last one's answer; `None` when there was no prelude.
///
/// PROXY protocol awaits no answer, so alone it takes no time and is no phase.
pub(super) fn phase(attempt: &Attempt, connection: &Connection) -> Option<Phase> {
    let dialogues = || {
        connection
            .stream()
            .preludes
            .iter()
            .filter(|prelude| is_dialogue(prelude))
    };
    let first = dialogues().next()?;
    let last = dialogues().next_back()?;
    let start = first.started.at;
    let awaited = if last.request_complete.is_some() {
        Awaited::ProxyReply
    } else {
        Awaited::ProxyRequest
    };
    let answered = last.response_complete.or(last.response_first_byte);
    Some(match (last.outcome, answered) {
        (PreludeOutcome::Accepted, Some(answer)) => {
            Phase::completed(PhaseName::Proxy, start, answer.at.max(start))
        }
        (PreludeOutcome::Assumed | PreludeOutcome::Accepted, _) => {
            Phase::not_observed(PhaseName::Proxy)
        }
        (PreludeOutcome::Refused, answer) => {
            let end = answer.map_or(connection.flow.last.at, |answer| answer.at);
            Phase::failed(PhaseName::Proxy, start, end.max(start), awaited)
        }
        (PreludeOutcome::Awaited, _) => {
            wait::never_completed(attempt, connection, PhaseName::Proxy, start, awaited)
        }
    })
}

const fn is_dialogue(prelude: &Prelude) -> bool {
    !matches!(prelude.kind, PreludeKind::ProxyProtocol { .. })
}
