//! One bar of the waterfall: time becomes cells.
//!
//! In colour a cell is eight parts wide, and Unicode's left blocks draw its boundary to the eighth; without
//! colour a cell is one part, and its phase is told by a letter and a texture. What takes any time at all is at
//! least one part wide. Silence and idle time are drawn as dashes and as nothing, with their name in them.

use super::pen::{Ink, Pen};
use super::words;
use crate::report::v1::PhaseName;

const EIGHTHS: usize = 8;
/// Left blocks by how many eighths they fill.
const BLOCKS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// What fills a part of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    Blank,
    Idle,
    Silence,
    Phase(PhaseName),
}

/// What stands in a cell instead of its fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Letter(char),
    Text(char),
    Dot,
    Beyond,
    Ending(char),
}

/// A bar under construction. Times count from the attempt's start.
pub(super) struct Bar {
    pen: Pen,
    grain: usize,
    limit: i128,
    parts: Vec<Fill>,
    marks: Vec<Option<Mark>>,
    /// The first part that is not drawn on yet.
    cursor: usize,
}

impl Bar {
    /// An empty bar of `cells` columns, which stand for `limit` nanoseconds, and one for how it ended.
    pub(super) fn new(pen: Pen, cells: usize, limit: i64) -> Self {
        let grain = if pen.color && pen.unicode { EIGHTHS } else { 1 };
        Self {
            pen,
            grain,
            limit: i128::from(limit.max(1)),
            parts: vec![Fill::Blank; cells * grain],
            marks: vec![None; cells + 1],
            cursor: 0,
        }
    }

    /// A phase from `start` to `end`; time before it that nothing is drawn on is idle.
    pub(super) fn phase(&mut self, name: PhaseName, start: i64, end: i64) {
        self.idle_until(start);
        self.fill(Fill::Phase(name), start, end);
    }

    /// Waiting in vain from `start` to `end`. Where the phase to tell has no room for its letter before that,
    /// the silence has it.
    pub(super) fn silence(&mut self, tell: Option<PhaseName>, start: i64, end: i64) {
        self.idle_until(start);
        let cell = self.cursor.div_ceil(self.grain);
        let letter = tell.filter(|name| {
            let before = self.parts.get(..self.cursor).unwrap_or_default();
            let own = before
                .iter()
                .rev()
                .take_while(|part| **part == Fill::Phase(*name));
            own.count() < self.room_for_letter() * self.grain
        });
        self.fill(Fill::Silence, start, end);
        if let (Some(name), Some(mark)) = (letter, self.marks.get_mut(cell)) {
            *mark = Some(Mark::Letter(words::letter(name)));
        }
    }

    /// Something was sent again; what stands there already stays, and the dot comes after it.
    pub(super) fn dot(&mut self, at: i64) {
        let cell = self.part(at) / self.grain;
        let cells = self.marks.len().saturating_sub(1);
        let mut marks = self
            .marks
            .iter_mut()
            .take(cells)
            .skip(cell.min(cells.saturating_sub(1)));
        if let Some(mark) = marks.find(|mark| !matches!(mark, Some(Mark::Letter(_)))) {
            *mark = Some(Mark::Dot);
        }
    }

    /// Puts a letter on every phase that has room for it.
    pub(super) fn letters(&mut self) {
        let needed = self.room_for_letter();
        for (first, length, fill) in self.runs() {
            if let (Fill::Phase(phase), true) = (fill, length >= needed)
                && let Some(mark @ None) = self.marks.get_mut(first)
            {
                *mark = Some(Mark::Letter(words::letter(phase)));
            }
        }
    }

    /// Writes `text` into the longest silence; false when there is no room.
    pub(super) fn name_silence(&mut self, text: &str) -> bool {
        self.name(Fill::Silence, text)
    }

    /// Writes `text` into the longest idle time; false when there is no room.
    pub(super) fn name_idle(&mut self, text: &str) -> bool {
        self.name(Fill::Idle, text)
    }

    /// How it ended, after the last part that is drawn.
    pub(super) fn ending(&mut self, glyph: char) {
        let cell = self.cursor.div_ceil(self.grain);
        if let Some(mark) = self.marks.get_mut(cell) {
            *mark = Some(Mark::Ending(glyph));
        }
    }

    /// Whole cells that a phase needs to have its letter in the first of them.
    const fn room_for_letter(&self) -> usize {
        if self.grain == 1 { 1 } else { 2 }
    }

    fn part(&self, at: i64) -> usize {
        let parts = self.parts.len() as i128;
        let part = (i128::from(at.max(0)) * parts / self.limit).min(parts);
        usize::try_from(part).unwrap_or(0)
    }

    fn idle_until(&mut self, start: i64) {
        let start = self.part(start);
        if self.cursor > 0 && start > self.cursor {
            self.paint(Fill::Idle, start);
        }
        self.cursor = self.cursor.max(start);
    }

    fn fill(&mut self, fill: Fill, start: i64, end: i64) {
        if end <= start {
            return;
        }
        let until = self.part(end).max(self.cursor + 1);
        self.paint(fill, until);
        if i128::from(end) > self.limit
            && let Some(mark) = self.marks.iter_mut().rev().nth(1)
        {
            *mark = Some(Mark::Beyond);
        }
    }

    fn paint(&mut self, fill: Fill, until: usize) {
        let until = until.min(self.parts.len());
        for part in self.parts.get_mut(self.cursor..until).unwrap_or_default() {
            *part = fill;
        }
        self.cursor = self.cursor.max(until);
    }

    /// Stretches of whole cells with one fill: first cell, length, fill.
    fn runs(&self) -> Vec<(usize, usize, Fill)> {
        let mut runs: Vec<(usize, usize, Fill)> = Vec::new();
        for (cell, parts) in self.parts.chunks(self.grain).enumerate() {
            let Some(&fill) = parts
                .first()
                .filter(|fill| parts.iter().all(|part| part == *fill))
            else {
                continue;
            };
            match runs.last_mut() {
                Some((first, length, last)) if *last == fill && *first + *length == cell => {
                    *length += 1;
                }
                _ => runs.push((cell, 1, fill)),
            }
        }
        runs
    }

    fn name(&mut self, fill: Fill, text: &str) -> bool {
        let needed = text.chars().count() + 2;
        let mut best: Option<(usize, usize)> = None;
        for (first, length, _) in self.runs().into_iter().filter(|run| run.2 == fill) {
            for (first, length) in self.unmarked(first, length) {
                if best.is_none_or(|(_, longest)| length > longest) {
                    best = Some((first, length));
                }
            }
        }
        let Some((first, length)) = best.filter(|(_, length)| *length >= needed) else {
            return false;
        };
        let start = first + (length - needed) / 2;
        let padded = [' '].into_iter().chain(text.chars()).chain([' ']);
        for (mark, character) in self.marks.iter_mut().skip(start).zip(padded) {
            *mark = Some(Mark::Text(character));
        }
        true
    }

    /// The stretches of a run that nothing stands in.
    fn unmarked(&self, first: usize, length: usize) -> Vec<(usize, usize)> {
        let mut stretches = vec![(first, 0)];
        for (offset, mark) in self.marks.iter().skip(first).take(length).enumerate() {
            match (mark, stretches.last_mut()) {
                (None, Some((_, free))) => *free += 1,
                _ => stretches.push((first + offset + 1, 0)),
            }
        }
        stretches
    }

    /// The bar as text, one column wider than its cells.
    pub(super) fn render(&self) -> String {
        let mut out = Line::default();
        for (parts, mark) in self.parts.chunks(self.grain).zip(&self.marks) {
            let (style, character) = match mark {
                Some(mark) => self.mark(*mark, parts),
                None if self.grain == 1 => self.texture(parts),
                None => blocks(parts),
            };
            out.push(&style, character);
        }
        match self.marks.last() {
            Some(Some(Mark::Ending(glyph))) => out.push(&self.ink(Ink::Fail), *glyph),
            _ => out.push("", ' '),
        }
        out.finish()
    }

    fn ink(&self, ink: Ink) -> String {
        let code = ink.code().filter(|_| self.pen.color);
        code.unwrap_or_default().to_owned()
    }

    fn mark(&self, mark: Mark, parts: &[Fill]) -> (String, char) {
        let under = match parts.get(parts.len() / 2) {
            Some(Fill::Phase(phase)) if self.pen.color => Some(*phase),
            _ => None,
        };
        let on = |ink| match under {
            Some(phase) => format!("{};{}", Ink::background(phase), Ink::on(phase)),
            None => self.ink(ink),
        };
        match mark {
            Mark::Letter(letter) => (on(Ink::Fail), letter),
            Mark::Text(character) if under.is_none() => (self.ink(Ink::Plain), character),
            Mark::Text(character) => (on(Ink::Plain), character),
            Mark::Dot => (on(Ink::Fail), self.pen.pick('•', '*')),
            Mark::Beyond => (on(Ink::Dim), self.pen.pick('»', '>')),
            Mark::Ending(glyph) => (self.ink(Ink::Fail), glyph),
        }
    }

    /// A cell without eighths: texture without colour, blocks of one colour with it.
    fn texture(&self, parts: &[Fill]) -> (String, char) {
        match parts.first() {
            Some(Fill::Phase(phase)) if self.pen.color => {
                let style = format!("{};{}", Ink::background(*phase), Ink::on(*phase));
                (style, words::letter(*phase))
            }
            Some(Fill::Phase(phase)) if !self.pen.unicode => (String::new(), words::letter(*phase)),
            Some(Fill::Phase(phase)) => (String::new(), plain_texture(*phase)),
            Some(Fill::Silence) => (self.ink(Ink::Fail), self.pen.pick('┄', '.')),
            _ => (String::new(), ' '),
        }
    }
}

/// What tells phases apart without colour, next to their letters: making the connection is half a line high.
const fn plain_texture(phase: PhaseName) -> char {
    match phase {
        PhaseName::Dns => '▂',
        PhaseName::Connect | PhaseName::Proxy => '▄',
        PhaseName::Tls => '▆',
        PhaseName::Request | PhaseName::Receive => '█',
        PhaseName::Wait => '▒',
    }
}

/// A cell of eight parts: the first fill as a left block, the last one behind it.
fn blocks(parts: &[Fill]) -> (String, char) {
    let Some((&first, &last)) = parts.first().zip(parts.last()) else {
        return (String::new(), ' ');
    };
    let eighths = parts.iter().take_while(|part| **part == first).count();
    let block = |eighths: usize| BLOCKS.get(eighths).copied().unwrap_or('█');
    let code = |phase| Ink::Phase(phase).code().unwrap_or_default();
    match (first, last) {
        (Fill::Phase(front), Fill::Phase(back)) if eighths < EIGHTHS => (
            format!("{};{}", code(front), Ink::background(back)),
            block(eighths),
        ),
        (Fill::Phase(phase), _) => (code(phase).to_owned(), block(eighths)),
        // The block's own colour cannot be "none", so the cell is drawn the other way round.
        (_, Fill::Phase(phase)) => (format!("7;{}", code(phase)), block(eighths)),
        (Fill::Silence, _) => (Ink::Fail.code().unwrap_or_default().to_owned(), '┄'),
        _ => match parts.iter().find_map(|part| match part {
            Fill::Phase(phase) => Some(*phase),
            _ => None,
        }) {
            Some(phase) => (code(phase).to_owned(), '▎'),
            None => (String::new(), ' '),
        },
    }
}

/// Characters with their styles; neighbours of one style share the escape.
#[derive(Default)]
struct Line {
    text: String,
    style: String,
}

impl Line {
    fn push(&mut self, style: &str, character: char) {
        if self.style != style {
            self.reset();
            if !style.is_empty() {
                self.text.push_str(&format!("\x1b[{style}m"));
                style.clone_into(&mut self.style);
            }
        }
        self.text.push(character);
    }

    fn reset(&mut self) {
        if !self.style.is_empty() {
            self.text.push_str("\x1b[0m");
            self.style.clear();
        }
    }

    fn finish(mut self) -> String {
        self.reset();
        self.text
    }
}
