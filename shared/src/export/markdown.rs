//! A report as text for a ticket, and a short form of it for chat.

use std::fmt::Write as _;

use super::case::{Case, flow_filter, ranges, split, trouble};
use super::{commands, words};
use crate::report::build::text_of;
use crate::report::redaction::RedactedReport;
use crate::report::v1::{self, PhaseName, Server};
use crate::text::{Language, Message, Value, render};
use crate::time::Nanos;

/// Addresses and failing attempts that a ticket lists.
const LISTED: usize = 20;

/// GitHub's and GitLab's Markdown, which Jira takes too.
#[must_use]
pub fn ticket(report: &RedactedReport, language: Language) -> String {
    let case = Case::of(report.report());
    let mut ticket = Ticket {
        out: String::new(),
        language,
    };
    ticket.write(&case, report);
    ticket.out
}

/// Three lines for a chat.
#[must_use]
pub fn chat(report: &RedactedReport, language: Language) -> String {
    let case = Case::of(report.report());
    let say = |message: &Message| render(language, message);
    let quote = |text: &str, message: Option<&v1::Message>| {
        message.map_or_else(|| text.to_owned(), |message| say(&text_of(message)))
    };
    let Some(verdict) = case.verdict() else {
        return say(&Message::new("page-claim-healthy")) + "\n";
    };
    let headline = case.report.headline.as_ref();
    let claim = headline.map_or_else(
        || quote(&verdict.statement, verdict.statement_message.as_ref()),
        |headline| quote(&headline.statement, headline.message.as_ref()),
    );
    let mut out = format!(
        "{} {claim}\n{}\n",
        verdict.cause,
        quote(&verdict.remedy, verdict.remedy_message.as_ref())
    );
    if let Some(example) = case.examples.first() {
        let _infallible = writeln!(
            out,
            "{} UTC, {} → {}",
            case.utc(example.started_ns),
            example.client,
            example.server
        );
    }
    out
}

struct Ticket {
    out: String,
    language: Language,
}

impl Ticket {
    fn write(&mut self, case: &Case<'_>, redacted: &RedactedReport) {
        let title = match (
            case.server.filter(|_| case.verdict().is_some()),
            case.name(),
        ) {
            (Some(server), Some(name)) => Message::new("page-title")
                .with("server", server.address.as_str())
                .with("name", name),
            (Some(server), None) => {
                Message::new("page-title-bare").with("server", server.address.as_str())
            }
            (None, _) => Message::new("page-title-healthy"),
        };
        let title = self.say(&title);
        self.line(&format!("# {}\n", escaped(&title)));
        let Some(verdict) = case.verdict() else {
            let fine = self.word("page-claim-healthy");
            self.line(&escaped(&fine));
            self.servers(case);
            return;
        };
        if let Some(headline) = &case.report.headline {
            let claim = self.quote(&headline.statement, headline.message.as_ref());
            self.line(&format!("**{}**\n", escaped(&claim)));
        }
        let sure = Message::new("page-certainty")
            .with(
                "confidence",
                Message::new(words::confidence(verdict.confidence)),
            )
            .with("meaning", Message::new(words::meaning(verdict.confidence)));
        let sure = self.say(&sure);
        self.line(&format!("{} ({})\n", escaped(&sure), verdict.cause));
        self.observed(case, verdict);
        self.heading("page-ask");
        let remedy = self.quote(&verdict.remedy, verdict.remedy_message.as_ref());
        self.line(&(escaped(&remedy) + "\n"));
        self.failing(case);
        self.heading("page-addresses");
        self.servers(case);
        self.finding_again(case);
        self.removed(redacted);
    }

    fn observed(&mut self, case: &Case<'_>, verdict: &v1::Verdict) {
        self.heading("page-observed");
        let own = case
            .examples
            .first()
            .and_then(|example| example.verdict.as_ref())
            .unwrap_or(verdict);
        let statement = self.quote(&own.statement, own.statement_message.as_ref());
        self.line(&format!("- {}", escaped(&statement)));
        for evidence in case
            .report
            .evidence
            .iter()
            .filter(|evidence| own.evidence.contains(&evidence.id))
        {
            let said = self.quote(&evidence.statement, evidence.message.as_ref());
            self.line(&format!("- {}", escaped(&said)));
        }
        self.line("");
        if verdict.rules_out.is_empty() {
            return;
        }
        self.heading("page-ruled-out");
        for out in &verdict.rules_out {
            let party = self.word(words::party(out.party));
            let because = self.quote(&out.because, out.message.as_ref());
            self.line(&format!("- **{party}**: {}", escaped(&because)));
        }
        self.line("");
    }

    fn failing(&mut self, case: &Case<'_>) {
        if case.failing.is_empty() {
            return;
        }
        let heads = ["page-time", "page-client-port", "page-where"].map(|head| self.word(head));
        self.head(&heads);
        for attempt in case.failing.iter().take(LISTED) {
            let what = trouble(attempt).map_or_else(String::new, |(phase, length, awaited)| {
                let length = Value::Duration(Nanos(length)).write(self.language);
                let phase = self.word(words::phase(phase));
                awaited.map_or_else(
                    || format!("{phase}, {length}"),
                    |awaited| format!("{phase}, {length}, {awaited}"),
                )
            });
            self.row(&[case.utc(attempt.started_ns), attempt.client.clone(), what]);
        }
        self.line("");
    }

    fn servers(&mut self, case: &Case<'_>) {
        let mut heads = [
            "page-address",
            "page-attempts",
            "page-failed",
            "page-rate",
            "page-interval",
        ]
        .map(|head| self.word(head))
        .to_vec();
        let phases = [PhaseName::Connect, PhaseName::Tls, PhaseName::Wait];
        for phase in phases {
            heads.push(self.say(
                &Message::new("page-median").with("phase", Message::new(words::phase(phase))),
            ));
        }
        self.head(&heads);
        for server in case.report.servers.iter().take(LISTED) {
            let cells = self.server(server, &phases);
            self.row(&cells);
        }
        self.line("");
    }

    fn server(&self, server: &Server, phases: &[PhaseName]) -> Vec<String> {
        let write = |value: Value| value.write(self.language);
        let [low, high] = server.wilson95.map(|rate| write(Value::rate(rate)));
        let mut cells = vec![
            server.address.clone(),
            server.attempts.to_string(),
            server.failures.to_string(),
            write(Value::rate(server.failure_rate)),
            format!("{low} – {high}"),
        ];
        for phase in phases {
            let own = server.phase_percentiles.get(phase);
            cells.push(own.map_or_else(
                || "–".to_owned(),
                |own| {
                    format!(
                        "{} / {}",
                        write(Value::Duration(Nanos(own.p50_ns))),
                        write(Value::Duration(Nanos(own.p95_ns)))
                    )
                },
            ));
        }
        cells
    }

    /// What is only for who wants to look closer.
    fn finding_again(&mut self, case: &Case<'_>) {
        let summary = self.word("page-filters");
        self.line(&format!(
            "<details><summary>{}</summary>\n",
            escaped(&summary)
        ));
        let cited = case.cited();
        if !cited.is_empty() {
            self.code(
                "page-filter-wireshark",
                &format!("frame.number in {{{}}}", ranges(&cited)),
            );
        }
        if let Some(example) = case.examples.first() {
            self.code("page-filter-flow", &flow_filter(example));
        }
        for command in commands::of(case, case.server.map(|server| split(&server.address))) {
            self.code(command.what, &command.text);
        }
        for digest in case
            .report
            .captures
            .iter()
            .filter_map(|capture| capture.sha256.as_deref())
        {
            let what = self.word("page-sha256");
            self.line(&format!(
                "{what} ({}): `{digest}`\n",
                self.word("page-capture")
            ));
        }
        self.line("</details>\n");
    }

    fn removed(&mut self, redacted: &RedactedReport) {
        let removed = redacted.removed();
        let words: Vec<String> = removed
            .iter()
            .map(|removed| self.word(words::item(removed.item)))
            .collect();
        let text = if words.is_empty() {
            self.word("page-redactions-none")
        } else {
            words.join(", ")
        };
        let what = self.word("page-redactions");
        self.line(&format!("{what}: {text}"));
    }

    fn code(&mut self, what: &'static str, text: &str) {
        let what = self.word(what);
        // A fence longer than any run of backticks inside.
        self.line(&format!(
            "{}\n\n````\n{}\n````\n",
            escaped(&what),
            text.replace("````", "")
        ));
    }

    fn heading(&mut self, id: &'static str) {
        let text = self.word(id);
        self.line(&format!("## {text}\n"));
    }

    fn head(&mut self, cells: &[String]) {
        self.row(cells);
        self.line(&format!("|{}", " --- |".repeat(cells.len())));
    }

    fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn say(&self, message: &Message) -> String {
        render(self.language, message)
    }

    fn word(&self, id: &'static str) -> String {
        self.say(&Message::new(id))
    }

    fn quote(&self, sentence: &str, message: Option<&v1::Message>) -> String {
        message.map_or_else(
            || sentence.to_owned(),
            |message| self.say(&text_of(message)),
        )
    }
}

/// Text that means nothing in Markdown, HTML and tables.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_is_only_text() {
        assert_eq!(
            escaped("a|b <script> `x` [y](z)\nnext"),
            "a\\|b &lt;script> \\`x\\` \\[y\\](z) next"
        );
    }
}
