//! The request, wait and receive phases of one exchange.

use super::timeline::{Phase, PhaseBasis, PhaseName};
use super::turns::{ResponseEnding, Turns, is_undelivered};
use super::{Awaited, wait};
use crate::attempt::{Attempt, Connection};
use crate::time::Timestamp;

/// The three phases of an exchange.
pub(super) fn phases(attempt: &Attempt, connection: &Connection, turns: &Turns) -> [Phase; 3] {
    let request = request(attempt, connection, turns);
    let wait = if request.went_on() {
        waiting(attempt, connection, turns)
    } else {
        Phase::not_reached(PhaseName::Wait)
    };
    let receive = match turns.response {
        Some(response) if wait.went_on() => receive(attempt, connection, turns, response),
        _ => Phase::not_reached(PhaseName::Receive),
    };
    [request, wait, receive].map(|phase| {
        let phase = phase.of_exchange(turns.index);
        match turns.basis {
            PhaseBasis::Observed => phase,
            PhaseBasis::Inferred => phase.inferred(),
            PhaseBasis::Reported => phase.reported(),
        }
    })
}

/// A response proves that the request arrived; without one, an acknowledgement must.
fn request(attempt: &Attempt, connection: &Connection, turns: &Turns) -> Phase {
    let (start, end) = turns.request;
    if turns.response.is_some() {
        return Phase::completed(PhaseName::Request, start, end.max(start));
    }
    let awaited = if !turns.is_asked {
        Awaited::RequestRest
    } else if is_undelivered(connection, connection.client()) {
        Awaited::RequestAck
    } else {
        return Phase::completed(PhaseName::Request, start, end.max(start));
    };
    wait::never_completed(attempt, connection, PhaseName::Request, start, awaited)
}

fn waiting(attempt: &Attempt, connection: &Connection, turns: &Turns) -> Phase {
    let start = turns.request.1;
    match turns.response {
        // A server may answer before it has the whole request.
        Some((first, _)) => Phase::completed(PhaseName::Wait, start.min(first), first),
        None if turns.ending == ResponseEnding::Unknown || connection.flow.is_one_sided() => {
            Phase::not_observed(PhaseName::Wait)
        }
        None => wait::never_completed(
            attempt,
            connection,
            PhaseName::Wait,
            start,
            Awaited::Response,
        ),
    }
}

fn receive(
    attempt: &Attempt,
    connection: &Connection,
    turns: &Turns,
    (first, last): (Timestamp, Timestamp),
) -> Phase {
    let end = last.max(first);
    match turns.ending {
        ResponseEnding::Whole => Phase::completed(PhaseName::Receive, first, end),
        ResponseEnding::Unknown => Phase::not_observed(PhaseName::Receive),
        ResponseEnding::Cut => Phase::failed(PhaseName::Receive, first, end, Awaited::ResponseRest),
        ResponseEnding::Due => wait::never_completed(
            attempt,
            connection,
            PhaseName::Receive,
            first,
            Awaited::ResponseRest,
        ),
    }
}
