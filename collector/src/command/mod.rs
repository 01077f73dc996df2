//! One module for each verb.

mod addresses;
mod analyze;
mod explain;
mod export;
mod exporter;
mod given;
mod lab;
mod probe;
mod proxy;
mod quic;
mod read;
mod remarks;
mod saved;
mod serve;
mod verify;
mod viewer;

use crate::cli::Verb;
use crate::exit::Outcome;

/// Does what was asked.
pub(crate) fn run(verb: &Verb) -> anyhow::Result<Outcome> {
    match verb {
        Verb::Analyze(args) => analyze::run(args),
        Verb::Probe(args) => probe::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Export(args) => export::run(args),
        Verb::Verify(args) => verify::run(args),
        Verb::Exporter(args) => exporter::run(args),
        Verb::Lab(args) => lab::run(args),
        Verb::Serve(args) => serve::run(args),
    }
}
