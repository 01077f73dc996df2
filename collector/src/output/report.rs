//! A report on its way out, in the form that was asked for.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use stallscope_shared::export::{jsonl, text};
use stallscope_shared::report::epoch;
use stallscope_shared::report::v1::{Report, Severity, Verdict};
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

/// An attempt failed, or a verdict says what delayed one. A wait of which no rule says anything may be meant, as that for an
/// event or in long polling: it is told, and is no fault.
pub(crate) fn has_fault(report: &Report) -> bool {
    let is_fault = |verdict: &Verdict| verdict.severity != Severity::Info;
    let attempts = report.attempts.iter();
    let attempts = attempts.filter_map(|attempt| attempt.verdict.as_ref());
    // Attempts that were written as lines are no longer in the report; what was said of their addresses is.
    let servers = report.servers.iter();
    let servers = servers.filter_map(|server| server.verdict.as_ref());
    report.totals.failures > 0 || attempts.chain(servers).any(is_fault)
}

/// The time by this machine's clock, RFC 3339.
pub(crate) fn now() -> Option<String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let nanos = i64::try_from(since.as_nanos()).ok()?;
    Some(epoch::rfc3339(Timestamp::from_nanos(nanos)))
}

#[cfg(test)]
mod tests {
    use stallscope_shared::report::v1::{Report, Totals};

    use super::has_fault;

    /// As in long polling: the answer came late and in good order, and no rule says a word.
    #[test]
    fn a_wait_that_no_rule_calls_a_fault_is_none() {
        let mut report = Report {
            totals: Totals {
                attempts: 1,
                stalled: 1,
                ..Totals::default()
            },
            ..Report::default()
        };
        assert!(!has_fault(&report));
        report.totals.failures = 1;
        assert!(has_fault(&report));
    }
}
