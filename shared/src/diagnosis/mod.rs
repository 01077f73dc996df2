//! Root causes: which fault an attempt shows, whose it is, how sure that is, and which packets show it.
//!
//! ```text
//!  Case            one attempt with its measurements, and the crowd of all others
//!    rules/        one file for each cause        -> Answer: match, no match, cannot tell
//!    explain       what explains what away        -> the one finding that stands
//!    Verdict       cause, party, confidence, evidence, what it rules out
//!  crowd/          what many attempts show together: siblings, arms, bursts
//!  summary/        verdicts of addresses, and the headline
//! ```
//!
//! A rule is a pure function of its case, so the order of rules does not matter. Causes and their ids are those of
//! the project's catalogue; every threshold stands beside the mechanism that it comes from.

mod answer;
mod case;
mod cause;
mod crowd;
mod documentation;
mod evidence;
mod explain;
mod rules;
mod summary;
#[cfg(test)]
mod tests;
mod verdict;
pub mod wilson;

pub use self::answer::{Answer, Finding, Missing};
pub use self::case::{
    AnsweredSyn, Case, Contrast, HelloFate, LateConnect, LostRequest, Probe, ResetMaker,
    ResetSigns, SENT_AGAIN, SealedEnd, SealedEnder, SilentSyns, Tcp, UnansweredRequest, site_of,
};
pub use self::cause::Cause;
pub use self::crowd::{
    Arms, Brief, Crowd, HelloBrief, HelloKind, Issued, LookupBrief, Odds, SealedBrief, SynBrief,
};
pub use self::documentation::{Documentation, Rule};
pub use self::evidence::{Evidence, Exclusion, Source, Stillness};
pub use self::explain::diagnose;
pub use self::rules::ALL as RULES;
pub use self::summary::{
    ArmOdds, Counted, Headline, Judgement, Scope, ServerVerdict, Spread, arms_of, headline,
    name_of, servers,
};
pub use self::verdict::{Confidence, Party, Severity, Verdict};
