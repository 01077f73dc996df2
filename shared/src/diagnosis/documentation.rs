//! A rule and what is written of it, in a fixed form: the one source of the viewer's help and of `explain`.

use super::{Answer, Case, Cause};

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The cause that it finds.
    pub cause: Cause,
    /// What is written of it.
    pub documentation: Documentation,
    /// Causes whose findings it takes back when it matches: it explains what they saw.
    pub explains: &'static [Cause],
    /// The rule itself.
    pub judge: fn(&Case<'_>) -> Answer,
}

/// What is written of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// What it sees.
    pub sees: &'static str,
    /// Why that means the cause.
    pub means: &'static str,
    /// What would refute it.
    pub refuted_by: &'static str,
    /// What it needs to decide.
    pub needs: &'static str,
    /// Cases that it matches: captures of the corpus, or tests of the rules (`test:NAME`); never none.
    pub matches: &'static [&'static str],
    /// Cases that look like it, and that it does not match; never none.
    pub near_misses: &'static [&'static str],
    /// Where the mechanism is described.
    pub sources: &'static [&'static str],
}
