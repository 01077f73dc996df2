//! What a client's error text can mean, and what a log holds of such texts, for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::causes::paragraph;
use crate::diagnosis::name_of;
use crate::logged::{Client, Count, Saying, Tally, host_of};
use crate::phase::PhaseName;
use crate::text::{Language, Message, render};

/// Hosts and minutes that are shown, the worst first.
const SHOWN: usize = 10;
/// Written where the text names no host.
const ANY_HOST: &str = "HOST";

/// One text: what it stands for, what it hides, and what to run.
#[must_use]
pub fn saying(saying: &Saying, line: &str, width: usize) -> String {
    let mut out = title(saying);
    out.push('\n');
    paragraph(&mut out, "can stand for", &phases(saying), width);
    paragraph(&mut out, "what it says", saying.note, width);
    for (index, cause) in saying.causes.iter().enumerate() {
        let label = if index == 0 { "causes" } else { "" };
        let name = render(Language::English, &name_of(*cause));
        paragraph(&mut out, label, &format!("{:4}{name}", cause.id()), width);
    }
    let host = host_of(line).unwrap_or(ANY_HOST);
    paragraph(&mut out, "to run", &next(saying, host), width);
    out
}

/// A whole log.
#[must_use]
pub fn tally(tally: &Tally, width: usize) -> String {
    let mut out = format!(
        "{} of {} lines tell of a failure\n",
        tally.all.failures, tally.all.lines
    );
    let mut sayings: Vec<_> = tally.sayings.iter().collect();
    sayings.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (saying, count) in &sayings {
        let _infallible = write!(out, "\n{count:>7}  {}\n", title(saying));
        let mut note = String::new();
        paragraph(
            &mut note,
            "can stand for",
            &phases(saying),
            width.saturating_sub(7),
        );
        paragraph(
            &mut note,
            "what it says",
            saying.note,
            width.saturating_sub(7),
        );
        for line in note.lines() {
            let _infallible = writeln!(out, "       {line}");
        }
    }
    counts(&mut out, "By host", &tally.hosts);
    counts(&mut out, "By minute", &tally.minutes);
    if tally.beyond > 0 {
        let _infallible = writeln!(
            out,
            "\n{} lines are of further hosts or minutes, which were not told apart",
            tally.beyond
        );
    }
    if let Some((saying, _)) = sayings.first() {
        let worst = ranked(&tally.hosts)
            .first()
            .map_or(ANY_HOST, |(host, _)| *host);
        let _infallible = write!(out, "\nTo run\n  {}\n", next(saying, worst));
    }
    out
}

fn title(saying: &Saying) -> String {
    format!("{}: \"{}\"", saying.client.name(), saying.parts.join(" … "))
}

fn phases(saying: &Saying) -> String {
    let word = |phase: &PhaseName| {
        let id = match phase {
            PhaseName::Dns => "phase-dns",
            PhaseName::Connect => "phase-connect",
            PhaseName::Proxy => "phase-proxy",
            PhaseName::Tls => "phase-tls",
            PhaseName::Request => "phase-request",
            PhaseName::Wait => "phase-wait",
            PhaseName::Receive => "phase-receive",
        };
        render(Language::English, &Message::new(id))
    };
    let words: Vec<String> = saying.phases.iter().map(word).collect();
    words.join(", ")
}

/// The command that would tell: with the limits of the client that wrote it.
fn next(saying: &Saying, host: &str) -> String {
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let limits = match saying.client {
        Client::Go => " --go-timeouts",
        _ => "",
    };
    format!("stallscope probe https://{host}/{limits}")
}

fn ranked(counts: &BTreeMap<String, Count>) -> Vec<(&str, Count)> {
    let failing = counts.iter().filter(|(_, count)| count.failures > 0);
    let mut rows: Vec<(&str, Count)> = failing.map(|(key, count)| (key.as_str(), *count)).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(count.failures));
    rows
}

fn counts(out: &mut String, title: &str, counts: &BTreeMap<String, Count>) {
    let rows = ranked(counts);
    if rows.is_empty() {
        return;
    }
    let label = rows.iter().map(|(key, _)| key.chars().count());
    let label = label.take(SHOWN).max().unwrap_or_default().max(title.len());
    let _infallible = writeln!(out, "\n{title:label$}  failures     lines");
    for (key, count) in rows.iter().take(SHOWN) {
        let _infallible = writeln!(out, "{key:label$}  {:8}  {:8}", count.failures, count.lines);
    }
    if let Some(left) = rows.len().checked_sub(SHOWN).filter(|left| *left > 0) {
        let _infallible = writeln!(out, "and {left} more");
    }
}

#[cfg(test)]
mod tests {
    use super::{saying, tally};
    use crate::logged::{Tally, recognise};

    #[test]
    fn a_text_is_told_with_what_it_hides_and_what_to_run() {
        let line = r#"Get "https://cdn.example.com/": net/http: TLS handshake timeout"#;
        let told = saying(recognise(line).unwrap(), line, 76);
        assert!(told.starts_with("Go net/http: \"net/http: TLS handshake timeout\"\n"));
        assert!(
            told.contains("H1 server stall before ServerHello"),
            "{told}"
        );
        assert!(
            told.contains("stallscope probe https://cdn.example.com/ --go-timeouts"),
            "{told}"
        );
        assert!(
            told.lines().all(|line| line.chars().count() <= 76),
            "{told}"
        );
    }

    #[test]
    fn a_log_is_told_by_text_host_and_minute() {
        let mut log = Tally::default();
        log.feed(b"2026-08-01T10:11:12 Get \"https://a.example/\": EOF\n");
        log.feed(b"2026-08-01T10:11:13 Get \"https://a.example/\": 200\n");
        log.end();
        let told = tally(&log, 80);
        assert!(
            told.starts_with("1 of 2 lines tell of a failure\n"),
            "{told}"
        );
        let words = |line: &'static str| line.split_whitespace().collect::<Vec<_>>();
        let mut rows = told.lines().map(|line| line.split_whitespace());
        for row in ["a.example 1 2", "2026-08-01T10:11 1 2"] {
            assert!(rows.any(|line| line.eq(words(row))), "{told}");
        }
        assert!(told.ends_with("stallscope probe https://a.example/ --go-timeouts\n"));
    }
}
