//! How an attempt went, in one word, from its first phase that did not complete.

use super::timeline::{Phase, PhaseName, PhaseOutcome};
use super::wait::{Ender, wait_end};
use super::{Awaited, tls};
use crate::attempt::{Attempt, Connection};
use crate::dns::{Lookup, LookupOutcome};
use crate::flow::facts::FlowEnd;
use crate::stream::facts::{PreludeOutcome, Protocol};

/// How an attempt went. Failures are those of [`Outcome::is_failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// What the client asked for came, as far as the capture can show.
    Completed,
    /// The connection was made (TLS too, where it was started) and nothing was asked on it.
    HandshakeOnly,
    /// The capture ends while it is under way and nothing is overdue, or whoever ran the probe broke it off.
    InProgress,
    /// The client closed before it had what it awaited, and nothing was overdue.
    ClosedByClient,
    /// The client reset before it had what it awaited, and nothing was overdue.
    ResetByClient,
    /// The capture does not show enough to tell.
    NotObserved,
    /// No SYN was answered.
    SynUnanswered,
    /// A reset answered the SYN.
    Refused,
    /// An ICMP error answered, and that was the end; or the client's own host had no way to send.
    Unreachable,
    /// A SYN was answered, but the three-way handshake did not complete.
    ConnectStalled,
    /// The proxy, SOCKS server or STARTTLS dialogue said no.
    ProxyRefused,
    /// The proxy, SOCKS server or STARTTLS dialogue fell silent.
    ProxyStalled,
    /// A fatal alert ended TLS.
    TlsAlert,
    /// The TLS handshake fell silent.
    TlsStalled,
    /// The answer to the ClientHello is not TLS.
    NotTls,
    /// The request was not delivered whole.
    RequestStalled,
    /// The request was delivered and no response began.
    ResponseStalled,
    /// The response began and fell silent.
    ReceiveStalled,
    /// The server's address closed before the client had what it awaited.
    ClosedByServer,
    /// The server's address reset before the client had what it awaited.
    ResetByServer,
    /// A lookup without an answer.
    DnsTimeout,
    /// A lookup whose answer is an error.
    DnsError,
    /// No QUIC Initial packet was answered.
    QuicUnanswered,
}

impl Outcome {
    /// The attempt did not do what it was made for, and not by the client's own choice.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(
            self,
            Self::Completed
                | Self::HandshakeOnly
                | Self::InProgress
                | Self::ClosedByClient
                | Self::ResetByClient
                | Self::NotObserved
        )
    }
}

/// The outcome of a TCP connection.
pub(super) fn tcp(attempt: &Attempt, connection: &Connection, phases: &[Phase]) -> Outcome {
    let trouble = phases.iter().find(|phase| phase.is_trouble());
    match trouble {
        Some(phase) if phase.outcome == PhaseOutcome::NotObserved => Outcome::InProgress,
        Some(phase) if phase.outcome == PhaseOutcome::Stalled => stalled(phase),
        Some(phase) => failed(attempt, connection, phase),
        None => untroubled(connection, phases),
    }
}

pub(super) const fn stalled(phase: &Phase) -> Outcome {
    match (phase.name, phase.awaited) {
        (PhaseName::Dns, _) => Outcome::DnsTimeout,
        (PhaseName::Connect, Some(Awaited::HandshakeAck)) => Outcome::ConnectStalled,
        (PhaseName::Connect, Some(Awaited::QuicAnswer)) => Outcome::QuicUnanswered,
        (PhaseName::Connect, _) => Outcome::SynUnanswered,
        (PhaseName::Proxy, _) => Outcome::ProxyStalled,
        (PhaseName::Tls, _) => Outcome::TlsStalled,
        (PhaseName::Request, _) => Outcome::RequestStalled,
        (PhaseName::Wait, _) => Outcome::ResponseStalled,
        (PhaseName::Receive, _) => Outcome::ReceiveStalled,
    }
}

fn failed(attempt: &Attempt, connection: &Connection, phase: &Phase) -> Outcome {
    let refused_by_proxy = || {
        let preludes = &connection.stream().preludes;
        preludes
            .iter()
            .any(|prelude| prelude.outcome == PreludeOutcome::Refused)
    };
    match phase.name {
        PhaseName::Connect if matches!(connection.flow.end, FlowEnd::Refused { .. }) => {
            Outcome::Refused
        }
        PhaseName::Connect => Outcome::Unreachable,
        PhaseName::Proxy if refused_by_proxy() => Outcome::ProxyRefused,
        PhaseName::Tls if refused(connection) => {
            let is_stranger = connection.tls().is_some_and(|tls| tls.not_tls.is_some());
            if is_stranger {
                Outcome::NotTls
            } else {
                Outcome::TlsAlert
            }
        }
        _ => ended(attempt, connection, phase),
    }
}

fn refused(connection: &Connection) -> bool {
    connection.tls().and_then(tls::refusal).is_some()
}

/// Who ended the phase.
fn ended(attempt: &Attempt, connection: &Connection, phase: &Phase) -> Outcome {
    let Some(start) = phase.start else {
        return Outcome::NotObserved;
    };
    let client = connection.client();
    match wait_end(attempt, connection, start).0 {
        Ender::Close(side) if side == client => Outcome::ClosedByClient,
        Ender::Close(_) => Outcome::ClosedByServer,
        Ender::Reset(side) if side == client => Outcome::ResetByClient,
        Ender::Reset(_) => Outcome::ResetByServer,
        // An HTTP/2 stream was reset and the connection lives.
        Ender::Watching => Outcome::ResetByServer,
    }
}

/// Nothing went wrong: how far it went.
fn untroubled(connection: &Connection, phases: &[Phase]) -> Outcome {
    let completed = |name: PhaseName| {
        phases
            .iter()
            .any(|phase| phase.name == name && phase.outcome == PhaseOutcome::Completed)
    };
    let payload = |side| connection.flow.sides[side].payload_segments > 0;
    let client = connection.client();
    if completed(PhaseName::Receive) || (payload(client) && payload(!client) && !is_tls(connection))
    {
        Outcome::Completed
    } else if completed(PhaseName::Tls)
        || (completed(PhaseName::Connect) && !payload(client) && !payload(!client))
    {
        Outcome::HandshakeOnly
    } else {
        Outcome::NotObserved
    }
}

fn is_tls(connection: &Connection) -> bool {
    connection.stream().protocol == Protocol::Tls
}

/// The outcome of a lookup.
pub(super) const fn lookup(lookup: &Lookup) -> Outcome {
    match lookup.outcome {
        LookupOutcome::Answered | LookupOutcome::Referred => Outcome::Completed,
        LookupOutcome::Empty | LookupOutcome::NonExistentName | LookupOutcome::Failed(_) => {
            Outcome::DnsError
        }
        LookupOutcome::Truncated | LookupOutcome::Unanswered => Outcome::DnsTimeout,
        LookupOutcome::RefusedByIcmp => Outcome::Unreachable,
    }
}
