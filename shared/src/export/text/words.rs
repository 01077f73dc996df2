//! The words and letters of outcomes, phases and ends.

use crate::report::v1::{Attempt, End, Outcome, Phase, PhaseName, PhaseOutcome};

/// How an attempt went. One of a probe that is under way when the probe is over was broken off with it.
pub(super) const fn ended(attempt: &Attempt) -> &'static str {
    match (attempt.outcome, &attempt.probe) {
        (Outcome::InProgress, Some(_)) => "broken off",
        (other, _) => outcome(other),
    }
}

/// An outcome in the field's words.
pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::HandshakeOnly => "handshake only",
        Outcome::InProgress => "in progress",
        Outcome::ClosedByClient => "closed by client",
        Outcome::ResetByClient => "reset by client",
        Outcome::NotObserved => "not observed",
        Outcome::SynUnanswered => "SYN unanswered",
        Outcome::Refused => "refused",
        Outcome::Unreachable => "unreachable",
        Outcome::ConnectStalled => "connect stalled",
        Outcome::ProxyRefused => "proxy refused",
        Outcome::ProxyStalled => "proxy stalled",
        Outcome::TlsAlert => "TLS alert",
        Outcome::TlsStalled => "TLS stalled",
        Outcome::NotTls => "not TLS",
        Outcome::RequestStalled => "request stalled",
        Outcome::ResponseStalled => "response stalled",
        Outcome::ReceiveStalled => "receive stalled",
        Outcome::ClosedByServer => "closed by server",
        Outcome::ResetByServer => "reset from server",
        Outcome::DnsTimeout => "DNS timeout",
        Outcome::DnsError => "DNS error",
        Outcome::QuicUnanswered => "QUIC unanswered",
    }
}

/// A phase's name.
pub(super) const fn phase(phase: PhaseName) -> &'static str {
    match phase {
        PhaseName::Dns => "dns",
        PhaseName::Connect => "connect",
        PhaseName::Proxy => "proxy",
        PhaseName::Tls => "tls",
        PhaseName::Request => "request",
        PhaseName::Wait => "wait",
        PhaseName::Receive => "receive",
    }
}

/// A phase's letter in a bar.
pub(super) const fn letter(phase: PhaseName) -> char {
    match phase {
        PhaseName::Dns => 'D',
        PhaseName::Connect => 'C',
        PhaseName::Proxy => 'P',
        PhaseName::Tls => 'T',
        PhaseName::Request => 'Q',
        PhaseName::Wait => 'W',
        PhaseName::Receive => 'R',
    }
}

/// One of the two ends.
pub(super) const fn end(end: End) -> &'static str {
    match end {
        End::Client => "client",
        End::Server => "server",
    }
}

/// What a stalled or failed phase waited for.
pub(super) fn awaited(phase: &Phase) -> &str {
    phase.awaiting.as_deref().unwrap_or(match phase.phase {
        PhaseName::Dns => "the DNS response",
        PhaseName::Connect => "SYN-ACK",
        PhaseName::Proxy => "the proxy",
        PhaseName::Tls => "the TLS handshake",
        PhaseName::Request => "the request's ACK",
        PhaseName::Wait => "the response",
        PhaseName::Receive => "the rest of the response",
    })
}

/// How an attempt ended, for the glyph after its bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// By a reset.
    Reset,
    /// By a close.
    Close,
    /// Nothing came.
    NoAnswer,
    /// By a TLS alert, or an answer that is an error.
    Alert,
    /// By an ICMP error.
    Unreachable,
}

/// The ending of an attempt with this outcome; `None` when it needs no glyph.
pub(super) const fn ending(outcome: Outcome) -> Option<Ending> {
    Some(match outcome {
        Outcome::Completed
        | Outcome::HandshakeOnly
        | Outcome::InProgress
        | Outcome::NotObserved => return None,
        Outcome::Refused | Outcome::ResetByServer | Outcome::ResetByClient => Ending::Reset,
        Outcome::ClosedByServer | Outcome::ClosedByClient => Ending::Close,
        Outcome::TlsAlert | Outcome::NotTls | Outcome::DnsError | Outcome::ProxyRefused => {
            Ending::Alert
        }
        Outcome::Unreachable => Ending::Unreachable,
        Outcome::SynUnanswered
        | Outcome::ConnectStalled
        | Outcome::ProxyStalled
        | Outcome::TlsStalled
        | Outcome::RequestStalled
        | Outcome::ResponseStalled
        | Outcome::ReceiveStalled
        | Outcome::DnsTimeout
        | Outcome::QuicUnanswered => Ending::NoAnswer,
    })
}

impl Ending {
    /// Its glyph, beyond ASCII and in ASCII.
    pub(super) const fn glyphs(self) -> (char, char) {
        match self {
            Self::Reset => ('✕', 'X'),
            Self::Close => ('◁', '<'),
            Self::NoAnswer => ('⊘', '?'),
            Self::Alert => ('!', '!'),
            Self::Unreachable => ('⊣', '#'),
        }
    }

    /// Its meaning, for the legend.
    pub(super) const fn meaning(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Close => "close",
            Self::NoAnswer => "no answer",
            Self::Alert => "error answer",
            Self::Unreachable => "ICMP error",
        }
    }
}

/// The phase is one that waited in vain.
pub(super) const fn is_stalled(phase: &Phase) -> bool {
    matches!(phase.outcome, PhaseOutcome::Stalled)
}
