//! One module for each verb.

mod analyze;
mod explain;
mod read;
mod serve;

use crate::cli::Verb;
use crate::exit::Outcome;

/// Does what was asked.
pub(crate) fn run(verb: &Verb) -> anyhow::Result<Outcome> {
    match verb {
        Verb::Analyze(args) => analyze::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Serve(args) => serve::run(args),
    }
}
