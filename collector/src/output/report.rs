//! A report on its way out, in the form that was asked for.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use stallscope_shared::export::{jsonl, text};
use stallscope_shared::report::epoch;
use stallscope_shared::report::v1::{Report, Severity};
use stallscope_shared::time::Timestamp;

use super::sink::Sink;
use super::terminal::style;
use crate::cli::{Format, Out};

/// JSON lines that are being written.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    has_head: bool,
}

impl Lines {
    /// Writes the first line, once.
    pub(crate) fn head(&mut self, sink: &mut Sink, epoch: Option<&str>) -> anyhow::Result<()> {
        if std::mem::replace(&mut self.has_head, true) {
            return Ok(());
        }
        let made_at = now();
        let head = jsonl::head(made_at.as_deref(), epoch);
        sink.write_all(head?.as_bytes())
    }

    fn rest(&mut self, sink: &mut Sink, report: &Report) -> anyhow::Result<()> {
        self.head(sink, report.epoch.as_deref())?;
        let attempts = report
            .attempts
            .iter()
            .map(|attempt| jsonl::attempt(attempt));
        for line in attempts.chain(jsonl::tail(report)) {
            sink.write_all(line?.as_bytes())?;
        }
        Ok(())
    }
}

/// Writes a report.
pub(crate) fn write(
    report: &Report,
    args: &Out,
    lines: &mut Lines,
    sink: &mut Sink,
) -> anyhow::Result<()> {
    match args.format {
        Format::Text => {
            let text = text::text(report, style(args));
            sink.write_all(text.as_bytes())
        }
        Format::Json => sink.write(|out| {
            serde_json::to_writer(&mut *out, report)?;
            out.write_all(b"\n")
        }),
        Format::Jsonl => lines.rest(sink, report),
    }
}

/// An attempt failed or stalled, and nobody says that it is only a remark.
pub(crate) fn has_fault(report: &Report) -> bool {
    let is_fault = |severity| matches!(severity, Severity::Failure | Severity::Delay);
    let mut verdicts = report
        .attempts
        .iter()
        .filter_map(|attempt| attempt.verdict.as_ref());
    report.totals.failures > 0
        || report.totals.stalled > 0
        || verdicts.any(|verdict| is_fault(verdict.severity))
}

/// The time by this machine's clock, RFC 3339.
pub(crate) fn now() -> Option<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let nanos = i64::try_from(since.as_nanos()).ok()?;
    Some(epoch::rfc3339(Timestamp::from_nanos(nanos)))
}
