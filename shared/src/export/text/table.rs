//! Aligned columns.

use std::fmt;

use super::pen::{Ink, Pen};

/// Spaces between two columns.
pub(super) const GAP: usize = 2;

/// One cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    ink: Ink,
    is_right: bool,
}

impl Cell {
    /// Aligned left.
    pub(super) fn left(ink: Ink, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ink,
            is_right: false,
        }
    }

    /// Aligned right, as numbers are.
    pub(super) fn right(ink: Ink, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ink,
            is_right: true,
        }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// Rows of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Adds a row.
    pub(super) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Columns that it takes with its indent.
    pub(super) fn width(&self) -> usize {
        self.widths().iter().map(|width| width + GAP).sum()
    }

    /// Writes it, indented by the gap.
    pub(super) fn write(&self, out: &mut dyn fmt::Write, pen: Pen) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            let mut pending = 0;
            for (cell, width) in row.iter().zip(&widths) {
                let padding = width.saturating_sub(cell.width());
                let before = if cell.is_right { padding } else { 0 };
                // Spaces are only written before something, so that no line ends in them.
                pending += GAP + before;
                if !cell.text.is_empty() {
                    write!(out, "{:pending$}{}", "", pen.paint(cell.ink, &cell.text))?;
                    pending = 0;
                }
                pending += if cell.is_right && !cell.text.is_empty() {
                    0
                } else if cell.text.is_empty() {
                    width - before
                } else {
                    padding
                };
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(Cell::width).max().unwrap_or(0)
            })
            .collect()
    }
}
