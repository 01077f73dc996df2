//! The waterfall: a bar for each failed or stalled attempt, and for the slowest of the rest.

use std::collections::BTreeSet;
use std::fmt;

use super::Page;
use super::axis;
use super::bar::Bar;
use super::choose::{Choice, choose, is_bad, span};
use super::lines::{pack, wrap};
use super::notes;
use super::numbers::{count, duration};
use super::pen::Ink;
use super::verdicts;
use super::words::{self, Ending};
use crate::report::v1::{Attempt, PhaseName};

/// From this width on, starting times have milliseconds.
const ROOMY: usize = 96;
/// Gaps between a row's parts.
const GAP: usize = 2;
/// The narrowest bar.
const NARROWEST_BAR: usize = 10;
/// Kinds of failures that are not drawn and are named.
const HIDDEN_SHOWN: usize = 6;

pub(super) fn write(out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
    let choice = choose(page.report, page.attempts);
    let columns = Columns::new(page, &choice);
    let mut used = Used::default();
    if !choice.failed.is_empty() {
        section(
            out,
            page,
            &columns,
            "Failed and stalled",
            &choice.failed,
            &mut used,
        )?;
        write_hidden(out, page, &choice)?;
    }
    if !choice.slow.is_empty() {
        let title = if choice.failed.is_empty() {
            "Slowest"
        } else {
            "Slowest of the rest"
        };
        section(out, page, &columns, title, &choice.slow, &mut used)?;
    }
    used.write(out, page)?;
    if let Some(left_out) = &page.report.attempts_left_out {
        let because = page.pen.clean(&left_out.because);
        let text = format!(
            "{} attempts are only counted: {because}",
            count(left_out.count)
        );
        writeln!(out)?;
        for line in wrap(&text, page.width) {
            writeln!(out, "{}", page.pen.paint(Ink::Dim, &line))?;
        }
    }
    Ok(())
}

/// What failed or stalled and is not drawn.
fn write_hidden(out: &mut dyn fmt::Write, page: &Page<'_>, choice: &Choice<'_>) -> fmt::Result {
    if choice.hidden.is_empty() {
        return Ok(());
    }
    let kinds = choice.hidden.iter().take(HIDDEN_SHOWN);
    let mut kinds: Vec<String> = kinds
        .map(|((server, outcome), hidden)| {
            format!(
                "{} {} at {server}",
                count(*hidden),
                words::outcome(*outcome)
            )
        })
        .collect();
    if choice.hidden.len() > HIDDEN_SHOWN {
        kinds.push("more of other kinds".to_owned());
    }
    let text = format!("not drawn: {}", kinds.join(", "));
    for line in wrap(&page.pen.clean(&text), page.width - GAP) {
        writeln!(out, "  {}", page.pen.paint(Ink::Dim, &line))?;
    }
    Ok(())
}

/// Widths of a row's parts.
struct Columns {
    id: usize,
    has_millis: bool,
    bar: usize,
    total: usize,
}

impl Columns {
    fn new(page: &Page<'_>, choice: &Choice<'_>) -> Self {
        let all = || choice.failed.iter().chain(&choice.slow);
        let id = all()
            .map(|attempt| attempt.id.to_string().len() + 1)
            .max()
            .unwrap_or(0);
        let total = all().map(|attempt| duration(page.pen, span(attempt)).chars().count());
        let total = total.max().unwrap_or(0);
        let outcome = all()
            .map(|attempt| words::ended(attempt).len())
            .max()
            .unwrap_or(0);
        let has_millis = page.width >= ROOMY;
        let mut columns = Self {
            id,
            has_millis,
            bar: 0,
            total,
        };
        let taken = columns.bar_column() + 1 + GAP + total + GAP + outcome;
        columns.bar = page.width.saturating_sub(taken).max(NARROWEST_BAR);
        columns
    }

    /// Where the bar begins.
    const fn bar_column(&self) -> usize {
        let time = if self.has_millis { 12 } else { 8 };
        GAP + self.id + GAP + time + GAP
    }
}

fn section(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    columns: &Columns,
    title: &str,
    attempts: &[&Attempt],
    used: &mut Used,
) -> fmt::Result {
    let pen = page.pen;
    let limit = axis::limit(attempts.iter().map(|attempt| span(attempt)).collect());
    let labels = axis::labels(pen, columns.bar, limit);
    let room = columns.bar_column().saturating_sub(title.len());
    writeln!(out)?;
    if room == 0 {
        writeln!(out, "{}", pen.paint(Ink::Strong, title))?;
        write!(out, "{:width$}", "", width = columns.bar_column())?;
    } else {
        write!(out, "{}{:room$}", pen.paint(Ink::Strong, title), "")?;
    }
    writeln!(out, "{}", pen.paint(Ink::Dim, &labels))?;
    let mut server: Option<&str> = None;
    for attempt in attempts {
        if server != Some(&attempt.server) {
            server = Some(&attempt.server);
            let name = attempt.server_name.as_deref().unwrap_or_default();
            let address = pen.paint(Ink::Strong, &pen.clean(&attempt.server));
            let name = pen.shorten(name, page.width / 2);
            let line = format!("  {address}  {}", pen.paint(Ink::Dim, &name));
            writeln!(out, "{}", line.trim_end())?;
        }
        row(out, page, columns, (attempt, limit), used)?;
    }
    Ok(())
}

fn row(
    out: &mut dyn fmt::Write,
    page: &Page<'_>,
    columns: &Columns,
    (attempt, limit): (&Attempt, i64),
    used: &mut Used,
) -> fmt::Result {
    let pen = page.pen;
    let label = notes::awaited(page, attempt);
    let (bar, is_named) = draw(page, columns.bar, (attempt, limit), label.as_deref(), used);
    let at = page.moment(attempt.started_ns);
    let mut time = format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
    if columns.has_millis {
        time.push_str(&format!(".{:03}", at.nanos / 1_000_000));
    }
    let id = format!("#{}", attempt.id);
    let is_bad = is_bad(attempt);
    let outcome = words::ended(attempt);
    let ink = match (attempt.outcome.is_failure(), is_bad) {
        (true, _) => Ink::Fail,
        (false, true) => Ink::Warn,
        (false, false) => Ink::Plain,
    };
    writeln!(
        out,
        "  {id:>id_width$}  {}  {}  {:>total_width$}  {}",
        pen.paint(Ink::Dim, &time),
        bar.render(),
        duration(pen, span(attempt)),
        pen.paint(ink, outcome),
        id_width = columns.id,
        total_width = columns.total,
    )?;
    let indent = GAP + columns.id + GAP;
    let room = page.width.saturating_sub(indent);
    if is_bad {
        let mut facts = notes::facts(page, attempt);
        if let Some(label) = label.filter(|_| !is_named) {
            facts.insert(0, label);
        }
        for line in pack(&facts, pen.separator(), room) {
            writeln!(out, "{:indent$}{}", "", pen.paint(Ink::Dim, &line))?;
        }
    }
    if let Some(verdict) = &attempt.verdict {
        let (ink, remark) = verdicts::remark(verdict);
        for line in wrap(&pen.clean(&remark), room) {
            writeln!(out, "{:indent$}{}", "", pen.paint(ink, &line))?;
        }
    }
    Ok(())
}

/// The bar of an attempt, and whether what it waited for is named in it.
fn draw(
    page: &Page<'_>,
    cells: usize,
    (attempt, limit): (&Attempt, i64),
    label: Option<&str>,
    used: &mut Used,
) -> (Bar, bool) {
    let mut bar = Bar::new(page.pen, cells, limit);
    let mut longest_idle = 0;
    let mut before: Option<i64> = None;
    for phase in &attempt.phases {
        let (Some(start), Some(end)) = (phase.start_ns, phase.end_ns) else {
            continue;
        };
        longest_idle = before
            .map_or(0, |before| start.saturating_sub(before))
            .max(longest_idle);
        before = Some(before.map_or(end, |before| before.max(end)));
        if end > start {
            used.phases.insert(phase.phase);
        }
        let quiet = notes::quiet(attempt, phase);
        used.has_silence |= !quiet.is_empty();
        let mut drawn = start;
        for (index, quiet) in quiet.into_iter().enumerate() {
            bar.phase(phase.phase, drawn, quiet.start);
            let letter = (index == 0).then_some(phase.phase);
            bar.silence(letter, quiet.start, quiet.end);
            drawn = drawn.max(quiet.end);
        }
        bar.phase(phase.phase, drawn, end);
    }
    for at in sent_again(attempt) {
        bar.dot(at.saturating_sub(attempt.started_ns));
        used.has_dots = true;
    }
    if let Some(ending) = words::ending(attempt.outcome) {
        let (unicode, ascii) = ending.glyphs();
        bar.ending(page.pen.pick(unicode, ascii));
        used.endings.insert(ending);
    }
    bar.letters();
    let is_named = label.is_some_and(|label| bar.name_silence(label));
    if longest_idle > 0 {
        // Where there is no room for the name, the axis still tells the length.
        let _has_room = bar.name_idle(&format!("{} idle", duration(page.pen, longest_idle)));
    }
    (bar, is_named)
}

/// When segments were sent again.
fn sent_again(attempt: &Attempt) -> impl Iterator<Item = i64> {
    let of_transport = attempt.transport.iter().flat_map(|transport| {
        let again = &transport.retransmissions;
        let lists = [
            &transport.syn_retransmissions,
            &transport.syn_ack_retransmissions,
            &again.client.first,
            &again.server.first,
        ];
        lists.into_iter().flatten()
    });
    of_transport.map(|stamp| stamp.at_ns)
}

/// What the legend has to explain.
#[derive(Default)]
struct Used {
    phases: BTreeSet<PhaseName>,
    endings: BTreeSet<Ending>,
    has_silence: bool,
    has_dots: bool,
}

impl Used {
    fn write(&self, out: &mut dyn fmt::Write, page: &Page<'_>) -> fmt::Result {
        let pen = page.pen;
        let mut parts: Vec<(Ink, String, &str)> = Vec::new();
        for phase in &self.phases {
            let letter = words::letter(*phase).to_string();
            parts.push((Ink::Phase(*phase), letter, words::phase(*phase)));
        }
        if self.has_silence {
            parts.push((Ink::Fail, pen.pick("┄", ".").to_owned(), "silence"));
        }
        if self.has_dots {
            parts.push((Ink::Fail, pen.pick("•", "*").to_owned(), "sent again"));
        }
        for ending in &self.endings {
            let (unicode, ascii) = ending.glyphs();
            let glyph = pen.pick(unicode, ascii).to_string();
            parts.push((Ink::Fail, glyph, ending.meaning()));
        }
        if parts.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut column = 0;
        for (ink, glyph, meaning) in parts {
            let width = GAP + 1 + 1 + meaning.len();
            if column > 0 && column + width > page.width {
                writeln!(out)?;
                column = 0;
            }
            column += width;
            let glyph = match ink {
                Ink::Phase(phase) if pen.color => {
                    format!(
                        "\x1b[{};{}m{glyph}\x1b[0m",
                        Ink::background(phase),
                        Ink::on(phase)
                    )
                }
                _ => pen.paint(ink, &glyph),
            };
            write!(out, "  {glyph} {meaning}")?;
        }
        writeln!(out)
    }
}
