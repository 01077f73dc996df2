//! Attempts of a client of our own that differ in one thing, side by side.

use std::sync::Arc;

use super::Case;
use crate::diagnosis::{Arms, Brief, Evidence};
use crate::ids::Stamp;
use crate::phase::Outcome;
use crate::probe::Arm;

/// A difference that goes with failing: attempts with it fail, those without never do, and chance does not explain it.
#[derive(Clone, Debug)]
pub struct Contrast {
    /// How many of either kind failed.
    pub arms: Arms,
    /// Of the ClientHellos that pass, the largest.
    pub passing_bytes: u64,
    /// First ClientHellos of those that pass.
    pub passing: Vec<Stamp>,
}

/// How many of those that pass are named.
const CITED: usize = 3;

impl Contrast {
    /// As evidence that those without it pass.
    #[must_use]
    pub fn evidence(&self, id: &'static str) -> Option<Evidence> {
        Some(
            Evidence::packets(id, self.passing.iter().copied())?
                .with("attempts", self.arms.own.attempts)
                .with("failed", self.arms.own.failures)
                .with("others", self.arms.other.attempts)
                .with("chance", self.arms.chance_in_words()),
        )
    }
}

impl Arms {
    /// The probability of its coming about by chance, for people.
    #[must_use]
    pub fn chance_in_words(&self) -> String {
        let chance = self.chance();
        if chance < 0.0001 {
            "< 0.0001".to_owned()
        } else {
            format!("{chance:.4}")
        }
    }
}

impl Case<'_> {
    /// Attempts at the same endpoint for the same name in two kinds: `own` says of which an attempt is, `None` for what
    /// is not comparable. Failing is failing in the TLS handshake.
    #[must_use]
    pub fn contrast(&self, own: impl Fn(&Brief) -> Option<bool>) -> Option<Contrast> {
        self.contrast_in(own, |brief| {
            brief.outcome.is_failure() && !brief.is_through_tls()
        })
    }

    fn contrast_in(
        &self,
        own: impl Fn(&Brief) -> Option<bool>,
        has_failed: impl Fn(&Brief) -> bool,
    ) -> Option<Contrast> {
        let with_hello = |brief: &Brief| own(brief).filter(|_| brief.hello.is_some());
        self.compared(with_hello, has_failed)
    }

    /// Attempts at the same endpoint for the same name in two kinds, whatever they got to.
    fn compared(
        &self,
        own: impl Fn(&Brief) -> Option<bool>,
        has_failed: impl Fn(&Brief) -> bool,
    ) -> Option<Contrast> {
        let name = self.brief()?.name.as_ref();
        let server = self.server();
        let mut found = Contrast {
            arms: Arms::default(),
            passing_bytes: 0,
            passing: Vec::new(),
        };
        for brief in self.crowd.to(server.ip()) {
            let is_same = brief.name.as_ref().map(Arc::as_ptr) == name.map(Arc::as_ptr);
            if !is_same || brief.server != server || brief.is_broken_off() {
                continue;
            }
            let hello = brief.hello.as_ref();
            let has_failed = has_failed(brief);
            match own(brief) {
                Some(true) => found.arms.own.count(has_failed),
                Some(false) => {
                    found.arms.other.count(has_failed);
                    let bytes = hello.map_or(0, |hello| hello.bytes);
                    found.passing_bytes = found.passing_bytes.max(bytes);
                    if found.passing.len() < CITED {
                        let first = hello.map_or(brief.first, |hello| hello.first);
                        found.passing.push(first);
                    }
                }
                None => {}
            }
        }
        (found.arms.other.failures == 0 && found.arms.is_telling()).then_some(found)
    }

    /// Large ClientHellos fail and small ones never.
    #[must_use]
    pub fn by_size(&self) -> Option<Contrast> {
        let is_large = |brief: &Brief| brief.hello.as_ref().is_some_and(|hello| hello.is_split);
        // Every attempt is looked at for this, so only where something was varied.
        let own = self.brief()?;
        if own.arm.is_none() || !is_large(own) {
            return None;
        }
        self.contrast(|brief| Some(is_large(brief)))
    }

    /// ClientHellos with this name fail, and those with another or none never.
    #[must_use]
    pub fn by_name(&self) -> Option<Contrast> {
        let own = self.brief()?;
        let name = own.hello.as_ref()?.sni.as_ref()?;
        let is_own = |brief: &Brief| {
            let other = brief.hello.as_ref().and_then(|hello| hello.sni.as_ref());
            other.map(Arc::as_ptr) == Some(Arc::as_ptr(name))
        };
        // A refusal is an answer: whoever gives it has read the ClientHello.
        let is_unanswered = |brief: &Brief| {
            let hello = brief.hello.as_ref();
            let is_answered = hello.is_some_and(|hello| hello.answered_in.is_some());
            brief.outcome.is_failure() && !is_answered && brief.outcome != Outcome::TlsAlert
        };
        own.arm?;
        self.contrast_in(|brief| Some(is_own(brief)), is_unanswered)
    }

    /// What nothing is changed in fails, and attempts of this arm never.
    #[must_use]
    pub fn by_arm(&self, arm: Arm) -> Option<Contrast> {
        let own = self.brief()?.arm?;
        if own == arm {
            return None;
        }
        self.contrast(|brief| match brief.arm {
            Some(Arm::Base) => Some(true),
            other if other == Some(arm) => Some(false),
            _ => None,
        })
    }

    /// Requests on a connection that was used fail, and those on a fresh one never, at whatever step.
    #[must_use]
    pub fn by_reuse(&self) -> Option<Contrast> {
        self.brief()?.arm.filter(|arm| *arm == Arm::Reused)?;
        let is_reused = |brief: &Brief| match brief.arm {
            Some(Arm::Reused) => Some(true),
            Some(Arm::Base) => Some(false),
            _ => None,
        };
        self.compared(is_reused, |brief| brief.outcome.is_failure())
    }

    /// Attempts of the case's own arm fail, and those that nothing is changed in never.
    #[must_use]
    pub fn by_own_arm(&self) -> Option<Contrast> {
        let own = self.brief()?.arm.filter(|arm| *arm != Arm::Base)?;
        self.contrast(|brief| match brief.arm {
            Some(Arm::Base) => Some(false),
            other if other == Some(own) => Some(true),
            _ => None,
        })
    }
}
