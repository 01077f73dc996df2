//! What is said of an attempt in the end.

use super::{Cause, Evidence, Exclusion, Finding};
use crate::phase::PhaseName;
use crate::text::Message;

/// Whose a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The client or its host.
    Client,
    /// The path between.
    Network,
    /// A NAT, firewall, proxy or load balancer that is not the server's own.
    Middlebox,
    /// The server, its host or its load balancer.
    Server,
    /// The resolver.
    Resolver,
    /// The evidence does not say.
    Undecided,
}

impl Party {
    /// The id of its name among the texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "party-client",
            Self::Network => "party-network",
            Self::Middlebox => "party-middlebox",
            Self::Server => "party-server",
            Self::Resolver => "party-resolver",
            Self::Undecided => "party-undecided",
        }
    }
}

/// How bad it is, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A remark that accuses nobody.
    Info,
    /// It was slow, and worked.
    Delay,
    /// It failed.
    Failure,
}

/// How sure it is, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It fits, and so does a neighbour: what would tell them apart was not observed.
    Possible,
    /// Every other cause that fits needs a coincidence as well.
    Likely,
    /// An observation excludes every other party.
    Certain,
}

/// The one finding that stands, and what else it might be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What went wrong.
    pub cause: Cause,
    /// Whose it is.
    pub party: Party,
    /// How bad it is.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where it shows.
    pub phase: PhaseName,
    /// What happened.
    pub statement: Message,
    /// What shows it; never empty.
    pub evidence: Vec<Evidence>,
    /// Who it was not, and which observation says so.
    pub rules_out: Vec<Exclusion>,
    /// What to do, or what would decide.
    pub remedy: Message,
    /// Causes that this evidence does not tell from it.
    pub alternatives: Vec<Cause>,
    /// How the whole report says it, where the attempts were compared to find it.
    pub headline: Option<Message>,
}

impl From<Finding> for Verdict {
    fn from(finding: Finding) -> Self {
        Self {
            cause: finding.cause,
            party: finding.party,
            severity: finding.severity,
            confidence: finding.confidence,
            phase: finding.phase,
            statement: finding.message("statement"),
            remedy: finding.message("remedy"),
            headline: finding.is_compared.then(|| finding.message("headline")),
            evidence: finding.evidence,
            rules_out: finding.rules_out,
            alternatives: finding.alternatives,
        }
    }
}
