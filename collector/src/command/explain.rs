//! `stallscope explain`: what a client's error text can mean, and what is known of a cause.

use std::path::Path;

use anyhow::{Context as _, bail};
use stallscope_shared::export::{causes, logged};
use stallscope_shared::logged::{Tally, recognise};

use super::read::{Ended, Interrupt, Source};
use crate::cli::Explain;
use crate::exit::Outcome;
use crate::output::sink::Sink;
use crate::output::terminal;

/// Writes the list of causes, or what is known of what was asked for.
pub(crate) fn run(args: &Explain) -> anyhow::Result<Outcome> {
    let width = args.width.map_or_else(terminal::columns, usize::from);
    let mut outcome = Outcome::NoFault;
    let text = match &args.log {
        Some(path) => {
            let (tally, ended) = read(path)?;
            if ended == Ended::Interrupted {
                outcome = Outcome::Interrupted;
            }
            logged::tally(&tally, width)
        }
        None if args.what.is_empty() => causes::list(),
        None => told(&args.what, width)?,
    };
    let mut sink = Sink::open(None)?;
    sink.write_all(text.as_bytes())?;
    sink.flush()?;
    Ok(outcome)
}

/// All that was asked for, with a gap between.
fn told(what: &[String], width: usize) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for word in what {
        let of_cause = causes::of(word, width);
        let of_text = || Some(logged::saying(recognise(word)?, word, width));
        let Some(text) = of_cause.or_else(of_text) else {
            bail!(
                "{word} is no cause and no error text that is known; `stallscope explain` lists the causes, and a text \
                 is put in quotes as the client wrote it"
            );
        };
        parts.push(text);
    }
    Ok(parts.join("\n"))
}

fn read(path: &Path) -> anyhow::Result<(Tally, Ended)> {
    let interrupt = Interrupt::install()?;
    let mut tally = Tally::default();
    let source = Source::open(path).with_context(|| format!("{} (--log)", path.display()))?;
    let ended = source.pieces(&interrupt, |piece| {
        tally.feed(piece);
        Ok(true)
    })?;
    tally.end();
    Ok((tally, ended))
}
