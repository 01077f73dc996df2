//! Sentences of a report, written anew in English from their messages.

use crate::report::build::text_of;
use crate::report::v1::{Message, Report, Verdict};
use crate::text::{Language, render};

/// Writes every sentence that has a message.
pub(crate) fn write_anew(report: &mut Report) {
    if let Some(headline) = &mut report.headline {
        write(&mut headline.statement, headline.message.as_ref());
    }
    for evidence in &mut report.evidence {
        write(&mut evidence.statement, evidence.message.as_ref());
    }
    let of_attempts = report
        .attempts
        .iter_mut()
        .filter_map(|attempt| attempt.verdict.as_mut());
    let of_servers = report
        .servers
        .iter_mut()
        .filter_map(|server| server.verdict.as_mut());
    of_attempts.chain(of_servers).for_each(verdict);
}

fn verdict(verdict: &mut Verdict) {
    write(&mut verdict.statement, verdict.statement_message.as_ref());
    write(&mut verdict.remedy, verdict.remedy_message.as_ref());
    for out in &mut verdict.rules_out {
        write(&mut out.because, out.message.as_ref());
    }
}

fn write(sentence: &mut String, message: Option<&Message>) {
    if let Some(message) = message {
        *sentence = render(Language::English, &text_of(message));
    }
}
