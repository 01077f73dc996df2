//! `stallscope explain`: what is known of a cause, from the rules themselves.

use anyhow::bail;
use stallscope_shared::export::causes;

use crate::cli::Explain;
use crate::exit::Outcome;
use crate::output::sink::Sink;
use crate::output::terminal;

/// Writes the list of causes, or what is written of those that were asked for.
pub(crate) fn run(args: &Explain) -> anyhow::Result<Outcome> {
    let mut sink = Sink::open(None)?;
    let width = args.width.map_or_else(terminal::columns, usize::from);
    if args.causes.is_empty() {
        sink.write(|out| out.write_all(causes::list().as_bytes()))?;
    }
    for (index, name) in args.causes.iter().enumerate() {
        let Some(text) = causes::of(name, width) else {
            bail!("there is no cause {name}; `stallscope explain` lists them");
        };
        let gap = if index > 0 { "\n" } else { "" };
        sink.write(|out| out.write_all(format!("{gap}{text}").as_bytes()))?;
    }
    sink.flush()?;
    Ok(Outcome::NoFault)
}
