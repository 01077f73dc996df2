//! One word for another: the internal enums and the report's.

use crate::attempt;
use crate::phase;
use crate::report::v1::{Basis, NameBasis, Outcome, PhaseName, PhaseOutcome};

impl From<phase::PhaseName> for PhaseName {
    fn from(name: phase::PhaseName) -> Self {
        match name {
            phase::PhaseName::Dns => Self::Dns,
            phase::PhaseName::Connect => Self::Connect,
            phase::PhaseName::Proxy => Self::Proxy,
            phase::PhaseName::Tls => Self::Tls,
            phase::PhaseName::Request => Self::Request,
            phase::PhaseName::Wait => Self::Wait,
            phase::PhaseName::Receive => Self::Receive,
        }
    }
}

impl From<phase::PhaseOutcome> for PhaseOutcome {
    fn from(outcome: phase::PhaseOutcome) -> Self {
        match outcome {
            phase::PhaseOutcome::Completed => Self::Completed,
            phase::PhaseOutcome::Stalled => Self::Stalled,
            phase::PhaseOutcome::Failed => Self::Failed,
            phase::PhaseOutcome::NotReached => Self::NotReached,
            phase::PhaseOutcome::NotObserved => Self::NotObserved,
        }
    }
}

impl From<phase::PhaseBasis> for Basis {
    fn from(basis: phase::PhaseBasis) -> Self {
        match basis {
            phase::PhaseBasis::Observed => Self::Observed,
            phase::PhaseBasis::Inferred => Self::Inferred,
            phase::PhaseBasis::Reported => Self::Reported,
        }
    }
}

impl From<attempt::NameBasis> for NameBasis {
    fn from(basis: attempt::NameBasis) -> Self {
        match basis {
            attempt::NameBasis::Sni => Self::Sni,
            attempt::NameBasis::Host => Self::Host,
            attempt::NameBasis::Proxy => Self::Proxy,
            attempt::NameBasis::Dns => Self::Dns,
        }
    }
}

impl From<phase::Outcome> for Outcome {
    fn from(outcome: phase::Outcome) -> Self {
        match outcome {
            phase::Outcome::Completed => Self::Completed,
            phase::Outcome::HandshakeOnly => Self::HandshakeOnly,
            phase::Outcome::InProgress => Self::InProgress,
            phase::Outcome::ClosedByClient => Self::ClosedByClient,
            phase::Outcome::ResetByClient => Self::ResetByClient,
            phase::Outcome::NotObserved => Self::NotObserved,
            phase::Outcome::SynUnanswered => Self::SynUnanswered,
            phase::Outcome::Refused => Self::Refused,
            phase::Outcome::Unreachable => Self::Unreachable,
            phase::Outcome::ConnectStalled => Self::ConnectStalled,
            phase::Outcome::ProxyRefused => Self::ProxyRefused,
            phase::Outcome::ProxyStalled => Self::ProxyStalled,
            phase::Outcome::TlsAlert => Self::TlsAlert,
            phase::Outcome::TlsStalled => Self::TlsStalled,
            phase::Outcome::NotTls => Self::NotTls,
            phase::Outcome::RequestStalled => Self::RequestStalled,
            phase::Outcome::ResponseStalled => Self::ResponseStalled,
            phase::Outcome::ReceiveStalled => Self::ReceiveStalled,
            phase::Outcome::ClosedByServer => Self::ClosedByServer,
            phase::Outcome::ResetByServer => Self::ResetByServer,
            phase::Outcome::DnsTimeout => Self::DnsTimeout,
            phase::Outcome::DnsError => Self::DnsError,
            phase::Outcome::QuicUnanswered => Self::QuicUnanswered,
        }
    }
}
