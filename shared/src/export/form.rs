//! Every form of text in which a report is handed on, by one name and written in one place, so that the command and the page
//! write the same bytes.

use super::{csv, har, markdown, otlp};
use crate::report::redaction::{self, RedactedReport};
use crate::text::Language;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A ticket in Markdown, one after the other where several languages are asked for.
    Ticket,
    /// A few lines for a chat.
    Chat,
    /// Attempts as a table.
    Table,
    /// HTTP exchanges as HAR 1.2.
    Har,
    /// Attempts as spans, in the file format of OpenTelemetry.
    Otlp,
    /// The report.
    Json,
}

/// The report in this form, in these languages where it has sentences.
#[must_use]
pub fn write(form: Form, report: &RedactedReport, languages: &[Language]) -> Vec<u8> {
    let text = match form {
        Form::Ticket => tickets(report, languages),
        Form::Chat => {
            let language = languages.first().copied();
            markdown::chat(report, language.unwrap_or_default())
        }
        Form::Table => csv::csv(report),
        Form::Har => har::har(report),
        Form::Otlp => otlp::lines(report, &otlp::Context::default())
            .iter()
            .map(|line| format!("{line}\n"))
            .collect(),
        Form::Json => redaction::json(report.report()),
    };
    text.into_bytes()
}

fn tickets(report: &RedactedReport, languages: &[Language]) -> String {
    let tickets: Vec<String> = languages
        .iter()
        .map(|language| markdown::ticket(report, *language))
        .collect();
    tickets.join("\n---\n\n")
}

#[cfg(test)]
mod tests {
    use super::{Form, write};
    use crate::report::redaction::Redaction;
    use crate::report::v1::Report;

    /// Whoever looks before sharing is told the size of what is shared.
    #[test]
    fn a_preview_counts_the_bytes_that_are_written() {
        let preview = Redaction::new().preview(&Report::default());
        let written = write(Form::Json, &preview.redacted, &[]);
        assert_eq!(preview.bytes_after, written.len() as u64);
    }
}
