//! The phases of one attempt in order.

use super::budget::OVERDUE;
use super::{Awaited, Outcome, connect, exchange, outcome, probe, proxy, tls, turns, wait};
use crate::attempt::{Attempt, Body, Connection};
use crate::dns::{Lookup, LookupOutcome};
use crate::quic;
use crate::time::{Nanos, Timestamp};

/// An attempt's time, cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Its phases, in order, without overlap; those that were not reached stand behind.
    pub phases: Vec<Phase>,
    /// How the attempt went.
    pub outcome: Outcome,
    /// A phase waited for the other side longer than [`super::OVERDUE`], whether or not it went on.
    pub is_stalled: bool,
    /// The longest wait for the other side inside a phase; `None` when no phase was seen.
    pub longest_wait: Option<Nanos>,
}

/// One stretch of an attempt's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Which.
    pub name: PhaseName,
    /// When it began; `None` when it was not reached or not observed.
    pub start: Option<Timestamp>,
    /// When it ended, or waiting did; `None` as with `start`, and when its end was not observed.
    pub end: Option<Timestamp>,
    /// How it went.
    pub outcome: PhaseOutcome,
    /// What was awaited when it stalled or failed.
    pub awaited: Option<Awaited>,
    /// How its boundaries are known.
    pub basis: PhaseBasis,
    /// The exchange that request, wait and receive belong to.
    pub exchange: Option<u32>,
}

/// The phases, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhaseName {
    /// Looking the name up.
    Dns,
    /// The TCP three-way handshake, or QUIC's first flight.
    Connect,
    /// CONNECT, SOCKS, PROXY protocol or STARTTLS.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// Sending the request.
    Request,
    /// From the request's end to the response's first byte.
    Wait,
    /// From the response's first byte to its last.
    Receive,
}

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseOutcome {
    /// It ended as it should.
    Completed,
    /// It waited past [`super::OVERDUE`] for the awaited side, and never went on.
    Stalled,
    /// It was ended: reset, close, alert, refusal.
    Failed,
    /// An earlier phase did not complete, or the client never came to it.
    NotReached,
    /// The capture cannot show it, or ends within it.
    NotObserved,
}

/// How the boundaries of a phase are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseBasis {
    /// Decoded from packets.
    Observed,
    /// Concluded from the order, direction or size of encrypted records.
    Inferred,
    /// Told by a client of our own, by its clock or its kernel's.
    Reported,
}

/// The phases of an attempt, and how it went.
#[must_use]
pub fn timeline_of(attempt: &Attempt) -> Timeline {
    match &attempt.body {
        Body::Tcp(connection) => of_tcp(attempt, connection),
        Body::Quic(flow) => of_quic(attempt, flow),
        Body::Lookup(lookup) => of_lookup(attempt, lookup),
        Body::Probe(log) => probe::timeline(attempt, log),
    }
}

/// Room for every phase once, and for an exchange that is shown beside the first.
const USUAL_PHASES: usize = 8;

fn of_tcp(attempt: &Attempt, connection: &Connection) -> Timeline {
    let mut phases = Vec::with_capacity(USUAL_PHASES);
    phases.extend([dns(attempt), connect::tcp(attempt, connection)]);
    phases.extend(proxy::phase(attempt, connection));
    phases.extend(tls::phase(attempt, connection));
    let (shown, troubled) = turns::of(connection);
    match shown {
        Some(turns) => phases.extend(exchange::phases(attempt, connection, &turns)),
        None => phases.extend(undelivered(attempt, connection)),
    }
    if let Some(turns) = troubled {
        phases.extend(exchange::phases(attempt, connection, &turns));
    }
    drop_after_trouble(&mut phases);
    set_apart(&mut phases);
    for name in [PhaseName::Request, PhaseName::Wait, PhaseName::Receive] {
        if !phases.iter().any(|phase| phase.name == name) {
            phases.push(Phase::not_reached(name));
        }
    }
    let waits = phases.iter().filter_map(|phase| match phase.outcome {
        PhaseOutcome::Stalled => phase.length(),
        _ => wait::longest_pause(connection, phase.start?, phase.end?),
    });
    let longest_wait = waits.max();
    Timeline {
        outcome: outcome::tcp(attempt, connection, &phases),
        is_stalled: is_stalled(&phases, longest_wait),
        longest_wait,
        phases,
    }
}

/// The dns phase: the lookup that was made for this attempt.
pub(super) fn dns(attempt: &Attempt) -> Phase {
    match (&attempt.answer, attempt.owns_lookup) {
        (Some(answer), true) => {
            let start = answer.lookup_started.at;
            Phase::completed(PhaseName::Dns, start, answer.answered.at.max(start))
        }
        _ => Phase::not_observed(PhaseName::Dns),
    }
}

/// What a client says in a protocol that is not understood is a request too, when none of it arrives.
fn undelivered(attempt: &Attempt, connection: &Connection) -> Option<Phase> {
    let client = connection.client();
    let sender = &connection.flow.sides[client];
    let first = sender.first_payload?;
    let unheard = connection.tls().is_none()
        && connection.flow.sides[!client].payload_segments == 0
        && sender.acked.map_or(0, |acked| acked.position) == 0
        && turns::is_undelivered(connection, client);
    unheard.then(|| {
        wait::never_completed(
            attempt,
            connection,
            PhaseName::Request,
            first.at,
            Awaited::RequestAck,
        )
    })
}

/// What stands behind a phase that did not complete was not reached.
pub(super) fn drop_after_trouble(phases: &mut Vec<Phase>) {
    if let Some(trouble) = phases.iter().position(Phase::is_trouble) {
        for phase in phases.iter_mut().skip(trouble + 1) {
            *phase = Phase::not_reached(phase.name);
        }
        // One bit for each name that stands before.
        let mut seen = 0_u8;
        phases.retain(|phase| {
            let name = 1 << phase.name as u8;
            let is_repeated = phase.outcome == PhaseOutcome::NotReached && seen & name != 0;
            seen |= name;
            !is_repeated
        });
    }
}

/// No phase begins before the one in front of it ends: early data and requests sent beside the last
/// handshake message count from there on.
pub(super) fn set_apart(phases: &mut [Phase]) {
    let mut free_from = None;
    for phase in phases {
        if let (Some(start), Some(bound)) = (phase.start, free_from) {
            phase.start = Some(start.max(bound));
            phase.end = phase.end.map(|end| end.max(bound));
        }
        free_from = phase.end.or(phase.start).or(free_from);
    }
}

pub(super) fn is_stalled(phases: &[Phase], longest_wait: Option<Nanos>) -> bool {
    phases
        .iter()
        .any(|phase| phase.outcome == PhaseOutcome::Stalled)
        || longest_wait.is_some_and(|wait| wait >= OVERDUE)
}

fn of_quic(attempt: &Attempt, flow: &quic::Flow) -> Timeline {
    let connect = connect::quic(flow);
    let outcome = match connect.outcome {
        PhaseOutcome::Completed => Outcome::Completed,
        PhaseOutcome::Stalled => Outcome::QuicUnanswered,
        PhaseOutcome::Failed => Outcome::Unreachable,
        PhaseOutcome::NotObserved if connect.start.is_some() => Outcome::InProgress,
        PhaseOutcome::NotReached | PhaseOutcome::NotObserved => Outcome::NotObserved,
    };
    let mut phases = vec![dns(attempt), connect];
    if connect.went_on() {
        phases.push(connect::quic_tls(flow));
    }
    let longest_wait = phases.iter().filter_map(Phase::length).max();
    Timeline {
        outcome,
        is_stalled: is_stalled(&phases, longest_wait),
        longest_wait,
        phases,
    }
}

fn of_lookup(attempt: &Attempt, lookup: &Lookup) -> Timeline {
    let start = lookup.started.at;
    let end = lookup
        .settled
        .map_or(attempt.ended().at, |settled| settled.at)
        .max(start);
    let overdue = attempt.observed_until.since(start) >= OVERDUE;
    let name = PhaseName::Dns;
    let phase = match lookup.outcome {
        LookupOutcome::Answered | LookupOutcome::Referred => Phase::completed(name, start, end),
        LookupOutcome::Unanswered | LookupOutcome::Truncated if overdue => {
            let end = if end > start { end } else { start + OVERDUE };
            Phase::stalled(name, start, end, Awaited::DnsResponse)
        }
        LookupOutcome::Unanswered | LookupOutcome::Truncated => Phase::unfinished(name, start),
        LookupOutcome::Empty
        | LookupOutcome::NonExistentName
        | LookupOutcome::Failed(_)
        | LookupOutcome::RefusedByIcmp => Phase::failed(name, start, end, Awaited::DnsResponse),
    };
    let outcome = if phase.outcome == PhaseOutcome::NotObserved {
        Outcome::InProgress
    } else {
        outcome::lookup(lookup)
    };
    Timeline {
        outcome,
        is_stalled: is_stalled(&[phase], phase.length()),
        longest_wait: phase.length(),
        phases: vec![phase],
    }
}

impl Phase {
    const fn bare(name: PhaseName, outcome: PhaseOutcome) -> Self {
        Self {
            name,
            start: None,
            end: None,
            outcome,
            awaited: None,
            basis: PhaseBasis::Observed,
            exchange: None,
        }
    }

    pub(super) const fn not_observed(name: PhaseName) -> Self {
        Self::bare(name, PhaseOutcome::NotObserved)
    }

    pub(super) const fn not_reached(name: PhaseName) -> Self {
        Self::bare(name, PhaseOutcome::NotReached)
    }

    /// It began, and the capture ends within it.
    pub(super) const fn unfinished(name: PhaseName, start: Timestamp) -> Self {
        Self {
            start: Some(start),
            ..Self::bare(name, PhaseOutcome::NotObserved)
        }
    }

    pub(super) const fn completed(name: PhaseName, start: Timestamp, end: Timestamp) -> Self {
        Self {
            start: Some(start),
            end: Some(end),
            ..Self::bare(name, PhaseOutcome::Completed)
        }
    }

    pub(super) const fn failed(
        name: PhaseName,
        start: Timestamp,
        end: Timestamp,
        awaited: Awaited,
    ) -> Self {
        Self {
            start: Some(start),
            end: Some(end),
            awaited: Some(awaited),
            ..Self::bare(name, PhaseOutcome::Failed)
        }
    }

    pub(super) const fn stalled(
        name: PhaseName,
        start: Timestamp,
        end: Timestamp,
        awaited: Awaited,
    ) -> Self {
        Self {
            outcome: PhaseOutcome::Stalled,
            ..Self::failed(name, start, end, awaited)
        }
    }

    pub(super) const fn inferred(self) -> Self {
        Self {
            basis: PhaseBasis::Inferred,
            ..self
        }
    }

    pub(super) const fn reported(self) -> Self {
        Self {
            basis: PhaseBasis::Reported,
            ..self
        }
    }

    pub(super) const fn of_exchange(self, exchange: u32) -> Self {
        Self {
            exchange: Some(exchange),
            ..self
        }
    }

    /// What comes after it can have been reached.
    pub(super) const fn went_on(&self) -> bool {
        match self.outcome {
            PhaseOutcome::Completed => true,
            PhaseOutcome::NotObserved => self.start.is_none(),
            PhaseOutcome::Stalled | PhaseOutcome::Failed | PhaseOutcome::NotReached => false,
        }
    }

    /// It was reached and did not complete.
    pub(crate) const fn is_trouble(&self) -> bool {
        match self.outcome {
            PhaseOutcome::Stalled | PhaseOutcome::Failed => true,
            PhaseOutcome::NotObserved => self.start.is_some(),
            PhaseOutcome::Completed | PhaseOutcome::NotReached => false,
        }
    }

    /// How long it took or was waited; `None` when a boundary is missing.
    #[must_use]
    pub fn length(&self) -> Option<Nanos> {
        Some(self.end?.since(self.start?))
    }
}
