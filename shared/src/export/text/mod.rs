//! A report for a terminal: what a tired engineer wants to see first.
//!
//! From top to bottom: the headline, the verdicts with what shows them, the captures and how far they can be trusted, warnings,
//! what a probe's own host added, a line for each server, who gave and who answered behind its addresses, and a waterfall of the failed, stalled and slowest attempts. Colour only repeats what a
//! letter, a glyph or a word says as well.

mod arms;
mod axis;
mod bar;
mod captures;
mod choose;
mod lines;
mod nodes;
mod notes;
mod numbers;
mod pen;
mod servers;
mod summary;
mod surroundings;
mod table;
mod verdicts;
mod waterfall;
mod words;

use std::fmt;

use crate::report::epoch;
use crate::report::v1::Report;
use crate::time::{Nanos, Timestamp};

pub(super) use self::lines::wrap;
use self::pen::Pen;

/// How the text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Columns of the terminal, taken for [`NARROWEST`] where fewer and for [`WIDEST`] where more.
    pub width: usize,
    /// With ANSI colours.
    pub color: bool,
    /// With characters beyond ASCII.
    pub unicode: bool,
    /// Attempts drawn in the waterfall, at most; `usize::MAX` draws every one.
    pub attempts: usize,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            width: 100,
            color: false,
            unicode: true,
            attempts: 20,
        }
    }
}

/// The narrowest text that still says something.
pub const NARROWEST: usize = 60;

/// The widest text that is of use: eyes do not follow longer lines.
pub const WIDEST: usize = 400;

/// The report as text.
#[must_use]
pub fn text(report: &Report, style: TextStyle) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _infallible = write(&mut out, report, style);
    out
}

/// Writes the report as text.
pub fn write(out: &mut dyn fmt::Write, report: &Report, style: TextStyle) -> fmt::Result {
    let page = Page {
        report,
        pen: Pen {
            color: style.color,
            unicode: style.unicode,
        },
        width: style.width.clamp(NARROWEST, WIDEST),
        attempts: style.attempts,
        epoch: report
            .epoch
            .as_deref()
            .and_then(epoch::parse)
            .unwrap_or(Timestamp::from_nanos(0)),
    };
    summary::write(out, &page)?;
    verdicts::write(out, &page)?;
    captures::write(out, &page)?;
    captures::write_warnings(out, &page)?;
    surroundings::write(out, &page)?;
    servers::write(out, &page)?;
    arms::write(out, &page)?;
    nodes::write(out, &page)?;
    waterfall::write(out, &page)
}

/// What every section needs.
struct Page<'a> {
    report: &'a Report,
    pen: Pen,
    width: usize,
    attempts: usize,
    epoch: Timestamp,
}

impl Page<'_> {
    /// The moment that lies `after_epoch_ns` after the report's epoch.
    fn moment(&self, after_epoch_ns: i64) -> epoch::Civil {
        epoch::Civil::from(self.epoch + Nanos(after_epoch_ns))
    }
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
