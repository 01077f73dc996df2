//! The waterfall: one row for each attempt, only those that are seen.

use stallscope_shared::report::overview::{Judgement, Overview, Row};
use stallscope_shared::report::v1::Party;
use stallscope_shared::text::Language;

use super::marks::look;
use crate::geometry::bars::{Bar, BarKind, EndMark, bars};
use crate::geometry::scale::Scale;
use crate::load::reckoned::total;
use crate::platform::canvas::{Align, Canvas};
use crate::state::arrange::Item;
use crate::text::{length, number, say, words};

/// Height of an attempt's row.
pub(crate) const ROW: f64 = 20.0;

/// Height of a group's head.
pub(crate) const HEAD: f64 = 28.0;

/// Height of the time axis.
pub(crate) const AXIS: f64 = 24.0;

/// From this width on the right gutter has room for the cause.
pub(crate) const WITH_CAUSE: f64 = 330.0;

/// A gap that takes less of its attempt's time is not named.
const NAMED_GAP: f64 = 0.08;

/// Everything that is drawn.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    /// Rows and words.
    pub(crate) overview: &'a Overview,
    /// Lines that are seen, each with its upper edge on the canvas.
    pub(crate) lines: Vec<(Item, f64)>,
    /// Time over the width between the gutters.
    pub(crate) scale: Scale,
    /// Time is counted from the capture's start and not from each attempt's.
    pub(crate) is_clock: bool,
    /// Width of what stands left of the bars, and right of them.
    pub(crate) gutters: (f64, f64),
    /// Index of the selected row.
    pub(crate) selected: Option<usize>,
    /// Index of the row under the pointer.
    pub(crate) hovered: Option<usize>,
    /// A stretch that is being dragged, on the canvas.
    pub(crate) dragged: Option<(f64, f64)>,
    /// What texts are written in.
    pub(crate) language: Language,
}

impl Scene<'_> {
    /// Draws it.
    pub(crate) fn paint(&self, canvas: &Canvas) {
        let (left, right) = self.gutters;
        let plot = (canvas.width - left - right).max(1.0);
        let ticks = self.scale.ticks((plot / 90.0) as usize);
        canvas.fill("--grid");
        for tick in &ticks {
            canvas.rect((left + tick.x).round(), AXIS, 1.0, canvas.height - AXIS);
        }
        for (item, y) in &self.lines {
            if let Item::Row(index) = item
                && let Some(row) = self.overview.rows.get(*index)
            {
                self.row(canvas, *index, row, *y);
            }
        }
        if let Some(x) = self.scale.break_x() {
            canvas.fill("--panel");
            canvas.rect(left + x - 4.0, AXIS, 6.0, canvas.height - AXIS);
        }
        for (item, y) in &self.lines {
            self.head(canvas, item, *y);
        }
        self.axis(canvas, &ticks);
        if let Some((from, to)) = self.dragged {
            canvas.fill("--brush");
            canvas.rect(from.min(to), AXIS, (to - from).abs(), canvas.height - AXIS);
        }
    }

    fn axis(&self, canvas: &Canvas, ticks: &[crate::geometry::scale::Tick]) {
        let (left, right) = self.gutters;
        canvas.fill("--panel");
        canvas.rect(0.0, 0.0, canvas.width, AXIS);
        canvas.fill("--line");
        canvas.rect(0.0, AXIS - 1.0, canvas.width, 1.0);
        canvas.fill("--ink-soft");
        canvas.font(12.0, "--text", false);
        let mut free = 0.0;
        for tick in ticks {
            let x = left + tick.x;
            let text = length(self.language, tick.ns);
            let wide = canvas.text_width(&text);
            let x = x.min(canvas.width - right + 8.0 - wide / 2.0);
            if x - wide / 2.0 >= free && tick.x >= -1.0 {
                canvas.text(&text, (x, AXIS / 2.0), Align::Middle, 120.0);
                free = x + wide / 2.0 + 8.0;
            }
        }
        if let Some(x) = self.scale.break_x() {
            let x = left + x;
            canvas.stroke("--ink-soft");
            for from in [x - 5.0, x + 1.0] {
                canvas.line((from, AXIS + 4.0), (from + 4.0, AXIS - 6.0), 1.5);
            }
        }
    }

    fn head(&self, canvas: &Canvas, item: &Item, y: f64) {
        let Item::Head {
            word,
            count,
            failures,
        } = item
        else {
            return;
        };
        canvas.fill("--head");
        canvas.rect(0.0, y, canvas.width, HEAD);
        let middle = y + HEAD / 2.0;
        canvas.fill("--ink");
        canvas.font(13.0, "--mono", true);
        let name = word.map_or_else(
            || say!(self.language, "nameless"),
            |word| self.overview.words.word(word).to_owned(),
        );
        let room = canvas.width * 0.6;
        canvas.text(&name, (8.0, middle), Align::Start, room);
        let after = 8.0 + canvas.text_width(&name).min(room) + 12.0;
        canvas.font(12.0, "--text", false);
        canvas.fill("--ink-soft");
        let count = say!(
            self.language,
            "attempts",
            "count" = *count as u64,
            "number" = number(*count as u64)
        );
        canvas.text(&count, (after, middle), Align::Start, canvas.width - after);
        if *failures > 0 {
            let after = after + canvas.text_width(&count) + 10.0;
            canvas.fill("--fault");
            let text = say!(
                self.language,
                "failed-short",
                "number" = number(*failures as u64)
            );
            canvas.text(&text, (after, middle), Align::Start, canvas.width - after);
        }
    }

    fn row(&self, canvas: &Canvas, index: usize, row: &Row, y: f64) {
        let (left, right) = self.gutters;
        if self.selected == Some(index) {
            canvas.fill("--selected");
            canvas.rect(0.0, y, canvas.width, ROW);
            canvas.fill("--accent");
            canvas.rect(0.0, y, 3.0, ROW);
        } else if self.hovered == Some(index) {
            canvas.fill("--hover");
            canvas.rect(0.0, y, canvas.width, ROW);
        }
        self.left_gutter(canvas, row, y);
        let plot = canvas.width - left - right;
        canvas.clip(left, y, plot + 14.0, ROW);
        self.bars(canvas, row, y);
        canvas.unclip();
        self.right_gutter(canvas, row, y);
    }

    /// Number, time of start, and client port where there is room.
    fn left_gutter(&self, canvas: &Canvas, row: &Row, y: f64) {
        let middle = y + ROW / 2.0;
        let (left, _) = self.gutters;
        canvas.font(12.0, "--mono", false);
        canvas.fill("--ink-soft");
        canvas.text(&format!("#{}", row.id), (8.0, middle), Align::Start, 56.0);
        if left >= 150.0 {
            let at = format!("+{}", length(self.language, row.started_ns));
            canvas.text(&at, (left - 60.0, middle), Align::End, left - 120.0);
            canvas.text(
                &format!(":{}", row.client_port),
                (left - 8.0, middle),
                Align::End,
                52.0,
            );
        }
    }

    fn bars(&self, canvas: &Canvas, row: &Row, y: f64) {
        let (left, _) = self.gutters;
        let offset = if self.is_clock { row.started_ns } else { 0 };
        let bars = bars(self.overview.spans_of(row), offset, &self.scale);
        let total: i64 = bars.iter().map(|bar| bar.ns).sum();
        let mut end = left + self.scale.x(offset);
        for bar in &bars {
            let bar = Bar {
                x: left + bar.x,
                ..*bar
            };
            end = bar.x + bar.width;
            // Far to the left or right of what is seen there is nothing to draw.
            if end < left - 10.0 || bar.x > canvas.width {
                continue;
            }
            let cut = Bar {
                x: bar.x.max(left - 10.0),
                width: end.min(canvas.width) - bar.x.max(left - 10.0),
                ..bar
            };
            self.bar(canvas, cut, y, total);
        }
        canvas.fill("--fault");
        for repeat in self.overview.repeats_of(row) {
            let x = left + self.scale.x(offset.saturating_add(*repeat));
            canvas.dot(x, y + ROW / 2.0, 2.5);
        }
        if let Some(mark) = EndMark::of(row.outcome) {
            let token = if row.outcome.is_failure() {
                "--fault"
            } else {
                "--ink-soft"
            };
            end_mark(canvas, mark, token, (end + 8.0, y + ROW / 2.0));
        }
    }

    fn bar(&self, canvas: &Canvas, bar: Bar, y: f64, total: i64) {
        let Bar { x, width, kind, .. } = bar;
        match kind {
            // A dashed frame of a few pixels is a smudge.
            BarKind::Gap if width < 6.0 => {}
            BarKind::Gap => {
                canvas.stroke("--gap");
                canvas.dash(true);
                canvas.frame(x, y + 6.0, width, ROW - 12.0);
                canvas.dash(false);
                if bar.ns as f64 > total as f64 * NAMED_GAP && width > 44.0 {
                    canvas.fill("--ink-soft");
                    canvas.font(11.0, "--text", false);
                    let text = say!(self.language, "gap", "time" = length(self.language, bar.ns));
                    let wide = canvas.text_width(&text) + 8.0;
                    canvas.fill("--panel");
                    canvas.rect(x + (width - wide) / 2.0, y + 4.0, wide, ROW - 8.0);
                    canvas.fill("--ink-soft");
                    canvas.text(
                        &text,
                        (x + width / 2.0, y + ROW / 2.0 + 0.5),
                        Align::Middle,
                        width - 6.0,
                    );
                }
            }
            BarKind::Phase(phase) => {
                let look = look(phase);
                let (top, height) = if look.is_thin {
                    (y + 6.0, ROW - 12.0)
                } else {
                    (y + 3.0, ROW - 6.0)
                };
                canvas.fill(look.fill);
                canvas.rect(x, top, width, height);
                canvas.stroke(look.outline);
                canvas.frame(x, top, width, height);
            }
            BarKind::Trouble(phase) => {
                canvas.fill("--trouble");
                canvas.rect(x, y + 3.0, width, ROW - 6.0);
                canvas.stroke("--trouble-hatch");
                canvas.hatch(x, y + 3.0, width, ROW - 6.0);
                if width > 40.0 {
                    let text = words::phase(self.language, phase);
                    canvas.font(11.0, "--text", true);
                    let wide = canvas.text_width(&text) + 8.0;
                    canvas.fill("--trouble");
                    canvas.rect(x + 3.0, y + 4.0, wide.min(width - 6.0), ROW - 8.0);
                    canvas.fill("--on-trouble");
                    canvas.text(
                        &text,
                        (x + 7.0, y + ROW / 2.0 + 0.5),
                        Align::Start,
                        width - 12.0,
                    );
                }
            }
        }
    }

    /// How long and how it went.
    fn right_gutter(&self, canvas: &Canvas, row: &Row, y: f64) {
        let (_, right) = self.gutters;
        let middle = y + ROW / 2.0;
        let from = canvas.width - right;
        let total = total(self.overview, row);
        canvas.font(12.0, "--mono", false);
        canvas.fill("--ink-soft");
        canvas.text(
            &length(self.language, total),
            (from + 78.0, middle),
            Align::End,
            68.0,
        );
        if right > 110.0 {
            let is_failure = row.outcome.is_failure();
            canvas.fill(if is_failure { "--fault" } else { "--ink-soft" });
            canvas.font(12.0, "--text", is_failure);
            let text = words::outcome(self.language, row.outcome);
            let room = if right >= WITH_CAUSE {
                132.0
            } else {
                right - 96.0
            };
            canvas.text(&text, (from + 90.0, middle), Align::Start, room);
        }
        if right >= WITH_CAUSE {
            self.cause(canvas, row, (from + 230.0, middle));
        }
    }

    /// The cause and whose it is, where there is a verdict: colour and words.
    fn cause(&self, canvas: &Canvas, row: &Row, (x, y): (f64, f64)) {
        let Judgement::Found { cause, party, .. } = row.judgement else {
            return;
        };
        canvas.fill(party_token(party));
        let mut x = x;
        if let Some(cause) = words::cause(self.overview.words.word(cause)) {
            canvas.font(12.0, "--text", true);
            canvas.text(cause, (x, y), Align::Start, 40.0);
            x += 36.0;
        }
        canvas.font(12.0, "--text", false);
        let party = words::party(self.language, party);
        canvas.text(&party, (x, y), Align::Start, 64.0);
    }
}

/// The colour of a party.
const fn party_token(party: Party) -> &'static str {
    match party {
        Party::Client => "--party-client",
        Party::Network | Party::Middlebox => "--party-network",
        Party::Server | Party::Resolver => "--party-server",
        Party::Undecided => "--party-undecided",
    }
}

/// A cross for a reset, a triangle for a close, an hourglass for a timeout; alerts and open ends are letters.
fn end_mark(canvas: &Canvas, mark: EndMark, token: &'static str, (x, y): (f64, f64)) {
    canvas.fill(token);
    canvas.stroke(token);
    match mark {
        EndMark::Reset => {
            canvas.line((x - 4.0, y - 4.0), (x + 4.0, y + 4.0), 2.0);
            canvas.line((x - 4.0, y + 4.0), (x + 4.0, y - 4.0), 2.0);
        }
        EndMark::Close => canvas.shape(&[(x + 4.0, y - 5.0), (x + 4.0, y + 5.0), (x - 4.0, y)]),
        EndMark::Timeout => {
            canvas.shape(&[(x - 4.0, y - 6.0), (x + 4.0, y - 6.0), (x, y)]);
            canvas.shape(&[(x - 4.0, y + 6.0), (x + 4.0, y + 6.0), (x, y)]);
        }
        EndMark::Alert => {
            canvas.font(14.0, "--text", true);
            canvas.text("!", (x, y), Align::Middle, 14.0);
        }
        EndMark::Open => {
            canvas.font(14.0, "--text", true);
            canvas.text("…", (x, y - 2.0), Align::Middle, 14.0);
        }
    }
}
