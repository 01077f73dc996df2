//! What was read, and how far it can be trusted.

use std::fmt;

use super::Page;
use super::lines::{pack, wrap};
use super::numbers::{bytes, count, counted, duration};
use super::pen::Ink;
use crate::report::v1::{Capture, NotUnderstood, Quality, Warning};

/// Warnings that are written out.
const WARNINGS_SHOWN: usize = 12;
/// Captures that are written out.
const CAPTURES_SHOWN: usize = 12;
/// Kinds of what was not understood that are written out.
const KINDS_SHOWN: usize = 4;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    if page.report.captures.is_empty() {
        return Ok(());
    }
    let pen = page.pen;
    writeln!(out, "\n{}", pen.paint(Ink::Strong, "Captures"))?;
    for capture in page.report.captures.iter().take(CAPTURES_SHOWN) {
        write_facts(out, page, capture)?;
        let blemishes = quality(&capture.quality);
        let (ink, lines) = if blemishes.is_empty() {
            (Ink::Dim, wrap(trust(&capture.quality), page.width - 4))
        } else {
            (Ink::Warn, pack(&blemishes, pen.separator(), page.width - 4))
        };
        for line in lines {
            writeln!(out, "    {}", pen.paint(ink, &pen.clean(&line)))?;
        }
        for comment in capture.comments.iter().take(2) {
            let comment = pen.shorten(comment, page.width.saturating_sub(13));
            writeln!(
                out,
                "    {}",
                pen.paint(Ink::Dim, &format!("comment: {comment}"))
            )?;
        }
    }
    let hidden = page.report.captures.len().saturating_sub(CAPTURES_SHOWN);
    if hidden > 0 {
        writeln!(out, "  and {} more", count(hidden as u64))?;
    }
    Ok(())
}

/// Name and facts, on one line where they fit.
fn write_facts(out: &mut dyn fmt::Write, page: &Page<'_>, capture: &Capture) -> fmt::Result {
    let name = page.pen.shorten(&capture.name, page.width - 2);
    let facts = facts(page, capture);
    let separator = page.pen.separator();
    let joined = facts.join(separator);
    write!(out, "  {}", page.pen.paint(Ink::Strong, &name))?;
    if name.chars().count() + joined.chars().count() + 4 <= page.width {
        return writeln!(out, "  {joined}");
    }
    writeln!(out)?;
    for line in pack(&facts, separator, page.width - 4) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn facts(page: &Page<'_>, capture: &Capture) -> Vec<String> {
    let mut facts = vec![page.pen.clean(&capture.format)];
    if let Some(compression) = &capture.compression {
        facts.push(page.pen.clean(compression));
    }
    facts.push(counted(capture.packets, "packet"));
    facts.push(bytes(capture.bytes));
    if let (Some(first), Some(last)) = (capture.first_ns, capture.last_ns) {
        let at = page.moment(first);
        facts.push(format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} UTC",
            at.year,
            at.month,
            at.day,
            at.hour,
            at.minute,
            at.second,
            at.nanos / 1_000_000
        ));
        facts.push(duration(page.pen, last.saturating_sub(first)));
    }
    facts
}

/// What a capture without blemish can be trusted for.
const fn trust(quality: &Quality) -> &'static str {
    match quality.kernel_drops {
        Some(_) => "clean: nothing dropped, cut or missing",
        None => "nothing cut or missing; the file does not say whether packets were dropped",
    }
}

/// Every blemish in words.
fn quality(quality: &Quality) -> Vec<String> {
    let blemishes = [
        (
            quality.kernel_drops.unwrap_or(0),
            "packet",
            "dropped by the capturing kernel",
        ),
        (
            quality.acked_not_captured,
            "segment",
            "acknowledged but not captured",
        ),
        (
            quality.snapped_packets,
            "packet",
            "cut by the snapshot length",
        ),
        (quality.time_went_back, "packet", "out of time order"),
        (quality.packets_without_time, "packet", "without a time"),
        (quality.duplicates, "packet", "captured twice"),
        (
            quality.one_sided_flows,
            "flow",
            "seen in one direction only",
        ),
        (quality.flows_joined_midway, "flow", "joined midway"),
        (
            quality.offload_super_segments,
            "segment",
            "larger than on the wire (offload)",
        ),
    ];
    let found = blemishes.into_iter().filter(|(count, _, _)| *count > 0);
    let mut parts: Vec<String> = found
        .map(|(count, noun, what)| format!("{} {what}", counted(count, noun)))
        .collect();
    if quality.bytes_skipped > 0 {
        parts.push(format!("{} unreadable", bytes(quality.bytes_skipped)));
    }
    parts.extend(quality.cut_at.map(|cut| match cut.packet {
        Some(packet) => format!("cut inside packet {}", count(u64::from(packet))),
        None => format!("cut at byte {}", count(cut.offset)),
    }));
    parts.extend(not_understood(&quality.not_understood));
    parts
}

/// What was not dissected, the most frequent kinds by name.
fn not_understood(kinds: &[NotUnderstood]) -> Option<String> {
    let packets = kinds
        .iter()
        .map(|kind| kind.packets)
        .fold(0, u64::saturating_add);
    let named = kinds.iter().take(KINDS_SHOWN);
    let mut named: Vec<String> = named
        .map(|kind| format!("{} {}", count(kind.packets), kind.kind))
        .collect();
    if kinds.len() > KINDS_SHOWN {
        named.push("more".to_owned());
    }
    let noun = counted(packets, "packet");
    (packets > 0).then(|| format!("{noun} not understood ({})", named.join(", ")))
}

/// What is odd about the input, in words.
pub(super) fn write_warnings(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let warnings = &page.report.warnings;
    if warnings.is_empty() {
        return Ok(());
    }
    let pen = page.pen;
    writeln!(out, "\n{}", pen.paint(Ink::Strong, "Warnings"))?;
    for warning in warnings.iter().take(WARNINGS_SHOWN) {
        let text = pen.clean(&sentence(page, warning));
        for (index, line) in wrap(&text, page.width - 4).iter().enumerate() {
            let mark = if index == 0 {
                pen.paint(Ink::Warn, "!")
            } else {
                " ".to_owned()
            };
            writeln!(out, "  {mark} {line}")?;
        }
    }
    let hidden = warnings.len().saturating_sub(WARNINGS_SHOWN);
    if hidden > 0 {
        let text = format!(
            "and {} more; --format json has them all",
            count(hidden as u64)
        );
        writeln!(out, "    {}", pen.paint(Ink::Dim, &text))?;
    }
    Ok(())
}

fn sentence(page: &Page<'_>, warning: &Warning) -> String {
    let mut places = Vec::new();
    let captures = &page.report.captures;
    let capture = warning
        .capture
        .and_then(|index| captures.get(usize::from(index)));
    if let Some(capture) = capture.filter(|_| captures.len() > 1) {
        places.push(capture.name.clone());
    }
    places.extend(
        warning
            .packet
            .map(|packet| format!("packet {}", count(u64::from(packet)))),
    );
    places.extend(
        warning
            .offset
            .map(|offset| format!("byte {}", count(offset))),
    );
    let mut text = warning.detail.clone();
    if !places.is_empty() {
        text.push_str(&format!(" ({})", places.join(", ")));
    }
    if warning.count > 1 {
        text.push_str(&format!(", {} times in all", count(warning.count)));
    }
    text
}
