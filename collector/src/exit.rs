//! Exit codes, in one place.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Finished, no fault found.
    NoFault,
    /// Finished, a fault was found: an attempt failed, or a verdict says what delayed one.
    Fault,
    /// Could not do what was asked, or not all of it.
    Unable,
    /// Nothing was measured: no attempt was made, and no lookup that failed says why.
    Unmeasured,
    /// Ctrl-C, after writing what there was.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::NoFault => 0,
            Outcome::Fault => 1,
            Outcome::Unable => 2,
            Outcome::Unmeasured => 3,
            // 128 + SIGINT, as shells report it.
            Outcome::Interrupted => 130,
        })
    }
}
