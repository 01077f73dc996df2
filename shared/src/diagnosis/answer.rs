//! What a rule answers.

use std::borrow::Cow;

use super::{Cause, Confidence, Evidence, Exclusion, Party, Severity};
use crate::phase::PhaseName;
use crate::text::{Arguments, Message, Value};

/// What a rule says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is this.
    Match(Box<Finding>),
    /// It is not this.
    NoMatch,
    /// It may be this, and something that would tell was not observed.
    CannotTell(Missing),
}

/// What would have to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What was not observed.
    pub what: Message,
    /// What would collect it.
    pub collect: Message,
}

/// What a rule found. There is none without evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(super) cause: Cause,
    pub(super) party: Party,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) phase: PhaseName,
    pub(super) evidence: Vec<Evidence>,
    pub(super) rules_out: Vec<Exclusion>,
    pub(super) alternatives: Vec<Cause>,
    pub(super) is_excuse: bool,
    pub(super) is_compared: bool,
    variant: Option<&'static str>,
    arguments: Arguments,
}

impl Finding {
    /// A likely failure, until said otherwise, with what shows it first.
    #[must_use]
    pub fn new(cause: Cause, party: Party, phase: PhaseName, evidence: Evidence) -> Self {
        Self {
            cause,
            party,
            severity: Severity::Failure,
            confidence: Confidence::Likely,
            phase,
            evidence: vec![evidence],
            rules_out: Vec::new(),
            alternatives: Vec::new(),
            is_excuse: false,
            is_compared: false,
            variant: None,
            arguments: Arguments::default(),
        }
    }

    /// With another severity.
    #[must_use]
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// A remark that shows that nobody was kept waiting by what looks like a failure: it stands where one would.
    #[must_use]
    pub const fn excuse(mut self) -> Self {
        self.severity = Severity::Info;
        self.is_excuse = true;
        self
    }

    /// With another confidence.
    #[must_use]
    pub const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// With another text: `H1` says `h1-VARIANT-statement` then.
    #[must_use]
    pub const fn variant(mut self, variant: &'static str) -> Self {
        self.variant = Some(variant);
        self
    }

    /// Found by comparing attempts: the report's headline says so, `h1-VARIANT-headline`.
    #[must_use]
    pub const fn compared(mut self) -> Self {
        self.is_compared = true;
        self
    }

    /// With a value for its texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.arguments.insert(Cow::Borrowed(name), value.into());
        self
    }

    /// With more that shows it; what is shown already is not shown twice.
    #[must_use]
    pub fn shown_by(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        for more in evidence {
            if !self.evidence.contains(&more) {
                self.evidence.push(more);
            }
        }
        self
    }

    /// With an observation that clears somebody.
    #[must_use]
    pub fn rules_out(mut self, party: Party, because: impl IntoIterator<Item = Evidence>) -> Self {
        let cleared = because
            .into_iter()
            .map(|because| Exclusion { party, because });
        self.rules_out.extend(cleared);
        self
    }

    /// With causes that this evidence does not tell from it.
    #[must_use]
    pub fn or(mut self, alternatives: &[Cause]) -> Self {
        self.alternatives.extend_from_slice(alternatives);
        self
    }

    /// One of its texts: `statement` or `remedy`.
    pub(super) fn message(&self, part: &str) -> Message {
        let id = self.cause.id().to_ascii_lowercase();
        let id = match self.variant {
            Some(variant) => format!("{id}-{variant}-{part}"),
            None => format!("{id}-{part}"),
        };
        Message {
            id: Cow::Owned(id),
            arguments: self.arguments.clone(),
        }
    }
}

impl From<Finding> for Answer {
    fn from(finding: Finding) -> Self {
        Self::Match(Box::new(finding))
    }
}

impl From<Option<Finding>> for Answer {
    fn from(finding: Option<Finding>) -> Self {
        finding.map_or(Self::NoMatch, Self::from)
    }
}

impl Answer {
    /// It may be this; the messages say what was not observed and what would collect it.
    #[must_use]
    pub fn cannot_tell(what: &'static str, collect: &'static str) -> Self {
        Self::CannotTell(Missing {
            what: Message::new(what),
            collect: Message::new(collect),
        })
    }
}
