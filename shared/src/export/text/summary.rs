//! The first lines: who speaks, how much was looked at, and the headline.

use std::fmt;

use super::Page;
use super::lines::wrap;
use super::numbers::{count, counted, duration, percent};
use super::pen::Ink;
use crate::report::v1::{Outcome, Report};

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let (report, pen) = (page.report, page.pen);
    let tool = pen.clean(&format!("{} {}", report.tool.name, report.tool.version));
    let mut parts = vec![(Ink::Strong, pen.shorten(&tool, page.width))];
    parts.extend(counts(report));
    write_parts(out, page, &parts)?;
    if let Some(headline) = &report.headline {
        writeln!(out)?;
        for line in wrap(&pen.clean(&headline.statement), page.width) {
            writeln!(out, "{}", pen.paint(Ink::Strong, &line))?;
        }
    }
    write_dns(out, page)
}

/// Attempts, and how they went.
fn counts(report: &Report) -> Vec<(Ink, String)> {
    let totals = &report.totals;
    let mut parts = vec![(Ink::Plain, counted(totals.attempts, "attempt"))];
    let broken_off = report.broken_off();
    if broken_off > 0 {
        parts.push((Ink::Warn, format!("{} broken off", count(broken_off))));
    }
    let unobserved = totals.outcomes.get(&Outcome::NotObserved).copied();
    let unobserved = unobserved.unwrap_or(0);
    if totals.failures > 0 {
        let settled = totals.attempts.saturating_sub(broken_off);
        let share = percent(totals.failures, settled);
        let failed = format!("{} failed ({share})", count(totals.failures));
        parts.push((Ink::Fail, failed));
    } else if unobserved == 0 || unobserved < totals.attempts {
        parts.push((Ink::Plain, "none failed".to_owned()));
    }
    if unobserved > 0 {
        parts.push((Ink::Warn, format!("{} not observed", count(unobserved))));
    }
    if totals.stalled > 0 {
        parts.push((Ink::Plain, format!("{} stalled", count(totals.stalled))));
    }
    parts
}

/// One line on DNS, where there is any.
fn write_dns(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
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
    let mut parts = vec![(Ink::Plain, counted(dns.len() as u64, "DNS transaction"))];
    if unanswered > 0 {
        parts.push((
            Ink::Fail,
            format!("{} unanswered", count(unanswered as u64)),
        ));
    }
    if let Some(&median) = times.get(times.len() / 2) {
        let median = duration(page.pen, median);
        parts.push((Ink::Plain, format!("answered in {median} (median)")));
    }
    write_parts(out, page, &parts)
}

/// Parts with separators between them; a part that does not fit begins a line of its own.
fn write_parts(out: &mut dyn fmt::Write, page: &Page<'_>, parts: &[(Ink, String)]) -> fmt::Result {
    let separator = page.pen.separator();
    let mut used = 0;
    for (ink, text) in parts {
        let width = text.chars().count();
        if used > 0 && used + separator.chars().count() + width > page.width {
            writeln!(out)?;
            used = 0;
        }
        if used > 0 {
            out.write_str(separator)?;
            used += separator.chars().count();
        }
        out.write_str(&page.pen.paint(*ink, text))?;
        used += width;
    }
    writeln!(out)
}
