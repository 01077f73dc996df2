//! Words of the report as messages of the catalogue.

use stallscope_shared::report::epoch;
use stallscope_shared::report::v1::{
    AttemptKind, Basis, Confidence, End, Outcome, Party, PhaseName, PhaseOutcome,
};
use stallscope_shared::text::Language;

use super::{has, render};
use crate::filter::{outcome_code, phase_code};

fn word(language: Language, prefix: &str, code: &str) -> String {
    render(
        language,
        &format!("{prefix}-{}", code.replace('_', "-")),
        &[],
    )
}

/// The id of a cause; `None` where none was found, which the party says already.
pub(crate) fn cause(id: &str) -> Option<&str> {
    (id != "undecided").then_some(id)
}

/// How an attempt went.
pub(crate) fn outcome(language: Language, outcome: Outcome) -> String {
    word(language, "outcome", outcome_code(outcome))
}

/// A phase, short.
pub(crate) fn phase(language: Language, phase: PhaseName) -> String {
    word(language, "phase-short", phase_code(phase))
}

/// How a phase went.
pub(crate) fn phase_outcome(language: Language, outcome: PhaseOutcome) -> String {
    let code = match outcome {
        PhaseOutcome::Completed => "completed",
        PhaseOutcome::Stalled => "stalled",
        PhaseOutcome::Failed => "failed",
        PhaseOutcome::NotReached => "not-reached",
        PhaseOutcome::NotObserved => "not-observed",
    };
    word(language, "phase-outcome", code)
}

/// Who.
pub(crate) fn party(language: Language, party: Party) -> String {
    word(language, "party", party_code(party))
}

/// The word of a party, also its class in the style sheet.
pub(crate) const fn party_code(party: Party) -> &'static str {
    match party {
        Party::Client => "client",
        Party::Network => "network",
        Party::Middlebox => "middlebox",
        Party::Server => "server",
        Party::Resolver => "resolver",
        Party::Undecided => "undecided",
    }
}

/// How sure.
pub(crate) fn confidence(language: Language, confidence: Confidence) -> String {
    let code = match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    };
    word(language, "confidence", code)
}

/// Which end.
pub(crate) fn end(language: Language, end: End) -> String {
    render(language, end_id(end), &[])
}

/// The message that names an end.
pub(crate) const fn end_id(end: End) -> &'static str {
    match end {
        End::Client => "party-client",
        End::Server => "party-server",
    }
}

/// How a time is known; `None` where it was read from the packets.
pub(crate) fn basis(language: Language, basis: Basis) -> Option<String> {
    let code = match basis {
        Basis::Observed => return None,
        Basis::Inferred => "inferred",
        Basis::Reported => "reported",
    };
    Some(word(language, "basis", code))
}

/// What an attempt is made of.
pub(crate) const fn kind(kind: AttemptKind) -> &'static str {
    match kind {
        AttemptKind::Tcp => "TCP",
        AttemptKind::Quic => "QUIC",
        AttemptKind::Dns => "DNS",
    }
}

/// A note of a packet; one without a message stands as it is in the report.
pub(crate) fn note(language: Language, note: &str) -> String {
    let id = format!("note-{note}");
    if has(&id) {
        render(language, &id, &[])
    } else {
        note.replace('-', " ")
    }
}

/// A moment after the report's epoch as RFC 3339 in UTC, microseconds; `None` where the epoch is not known.
pub(crate) fn moment(epoch_text: Option<&str>, ns: i64) -> Option<String> {
    let start = epoch::parse(epoch_text?)?;
    let text = epoch::rfc3339(start + stallscope_shared::time::Nanos(ns));
    // Nine decimals and `Z`: three of them are less than clocks of captures know.
    Some(
        text.get(..text.len().checked_sub(4)?)?
            .replacen('T', " ", 1),
    )
}
