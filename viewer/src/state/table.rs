//! The rows of the attempts table, and the sentences above and below it.

use stallscope_shared::report::v1::{Attempt, PhaseOutcome, Report, Warning};

use super::words;

/// Phases of one attempt that are written out; a long-lived connection has three per request.
const PHASES_SHOWN: usize = 10;

/// One attempt as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its rank by start.
    pub(crate) id: u32,
    /// When it began, after the first packet.
    pub(crate) started: String,
    /// The name the client wanted, where known.
    pub(crate) name: Option<String>,
    /// Address and port.
    pub(crate) server: String,
    /// `QUIC` or `lookup`; absent for TCP.
    pub(crate) kind: Option<&'static str>,
    /// How it went.
    pub(crate) outcome: &'static str,
    /// It did not do what it was made for.
    pub(crate) is_failure: bool,
    /// Its phases, in order.
    pub(crate) phases: Vec<PhaseCell>,
}

/// One phase as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PhaseCell {
    /// Name, length and what was awaited.
    pub(crate) text: String,
    /// It stalled or failed.
    pub(crate) is_fault: bool,
    /// The capture cannot show it.
    pub(crate) is_unseen: bool,
}

/// One attempt as a row.
pub(crate) fn row(attempt: &Attempt) -> Row {
    let mut phases: Vec<PhaseCell> = attempt
        .phases
        .iter()
        .filter_map(|phase| {
            Some(PhaseCell {
                text: words::phase_text(phase)?,
                is_fault: matches!(phase.outcome, PhaseOutcome::Stalled | PhaseOutcome::Failed),
                is_unseen: phase.outcome == PhaseOutcome::NotObserved,
            })
        })
        .collect();
    if phases.len() > PHASES_SHOWN {
        let left_out = phases.len() - PHASES_SHOWN;
        // The end is where it went wrong, so it is the middle that is left out.
        phases.drain(PHASES_SHOWN / 2..PHASES_SHOWN / 2 + left_out);
        let gap = PhaseCell {
            text: format!("… {left_out} more …"),
            is_fault: false,
            is_unseen: true,
        };
        phases.insert(PHASES_SHOWN / 2, gap);
    }
    Row {
        id: attempt.id,
        started: format!("+{}", words::duration(attempt.started_ns)),
        name: attempt.server_name.clone(),
        server: attempt.server.clone(),
        kind: words::kind(attempt.kind),
        outcome: words::outcome(attempt.outcome),
        is_failure: attempt.outcome.is_failure(),
        phases,
    }
}

/// What was read, in one sentence.
pub(crate) fn read(report: &Report) -> String {
    let names: Vec<&str> = report
        .captures
        .iter()
        .map(|capture| capture.name.as_str())
        .collect();
    let packets = report.captures.iter().map(|capture| capture.packets).sum();
    let bytes = report.captures.iter().map(|capture| capture.bytes).sum();
    format!(
        "{}: {}, {}.",
        names.join(", "),
        words::count(packets, "packet"),
        words::bytes(bytes)
    )
}

/// What was found, in one sentence.
pub(crate) fn found(report: &Report) -> String {
    let totals = &report.totals;
    let attempts = words::count(totals.attempts, "attempt");
    match (totals.attempts, totals.failures, totals.stalled) {
        (0, ..) => "No connection attempts in it.".to_owned(),
        (_, 0, 0) => format!("{attempts}. None failed and none stalled."),
        (_, failures, 0) => format!("{attempts}. {failures} failed, none stalled."),
        (_, failures, stalled) => {
            format!("{attempts}. {failures} failed; a phase stalled in {stalled}.")
        }
    }
}

/// One warning as a sentence that says where.
pub(crate) fn warning(report: &Report, warning: &Warning) -> String {
    let mut sentence = warning.detail.clone();
    let capture = warning
        .capture
        .and_then(|index| report.captures.get(usize::from(index)));
    let place = [
        capture
            .filter(|_| report.captures.len() > 1)
            .map(|capture| format!("in {}", capture.name)),
        warning.packet.map(|packet| format!("packet {packet}")),
        warning.offset.map(|offset| format!("byte {offset}")),
    ];
    let place: Vec<String> = place.into_iter().flatten().collect();
    if !place.is_empty() {
        sentence += &format!(" ({})", place.join(", "));
    }
    if warning.count > 1 {
        sentence += &format!(", {} times in all", warning.count);
    }
    sentence + "."
}

#[cfg(test)]
mod tests;
