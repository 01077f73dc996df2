//! The first lines: who speaks, how much was looked at, and the headline.

use std::fmt;

use super::Page;
use super::numbers::{count, counted, duration, percent};
use super::pen::Ink;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let (report, pen) = (page.report, page.pen);
    let totals = &report.totals;
    let separator = pen.separator();
    let tool = pen.clean(&format!("{} {}", report.tool.name, report.tool.version));
    write!(
        out,
        "{}{separator}{}",
        pen.paint(Ink::Strong, &tool),
        counted(totals.attempts, "attempt")
    )?;
    if totals.failures > 0 {
        let share = percent(totals.failures, totals.attempts);
        let failed = format!("{} failed ({share})", count(totals.failures));
        write!(out, "{separator}{}", pen.paint(Ink::Fail, &failed))?;
    } else {
        write!(out, "{separator}none failed")?;
    }
    if totals.stalled > 0 {
        write!(out, "{separator}{} stalled", count(totals.stalled))?;
    }
    writeln!(out)?;
    if let Some(headline) = &report.headline {
        writeln!(out)?;
        for line in wrap(&pen.clean(&headline.statement), page.width) {
            writeln!(out, "{}", pen.paint(Ink::Strong, &line))?;
        }
    }
    write_lookups(out, page)
}

/// One line on DNS, where there is any.
fn write_lookups(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let dns = &page.report.dns;
    if dns.is_empty() {
        return Ok(());
    }
    let mut times: Vec<i64> = dns
        .iter()
        .filter_map(|asked| Some(asked.response_ns?.saturating_sub(asked.query_ns?)))
        .collect();
    times.sort_unstable();
    let unanswered = dns
        .iter()
        .filter(|asked| asked.response_ns.is_none())
        .count();
    let mut parts = vec![counted(dns.len() as u64, "DNS transaction")];
    if unanswered > 0 {
        let text = format!("{} unanswered", count(unanswered as u64));
        parts.push(page.pen.paint(Ink::Fail, &text));
    }
    if let Some(&median) = times.get(times.len() / 2) {
        let median = duration(page.pen, median);
        parts.push(format!("answered in {median} (median)"));
    }
    writeln!(out, "{}", parts.join(page.pen.separator()))
}

/// `text` in lines of at most `width` characters, broken between words; a longer word has its own line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
