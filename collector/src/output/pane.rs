//! Standard error as progress is drawn on it.
//!
//! A drawing ends with the cursor at the beginning of its last line. Behind the end of that line, where indicatif leaves it,
//! the `^C` that the terminal itself writes would stand on a line more, so that clearing would leave the first one.

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressDrawTarget, TermLike};
use terminal_size::terminal_size_of;

/// Redraws for each second.
const HERTZ: u8 = 10;
/// Where the terminal does not say.
const SIZE: (u16, u16) = (80, 24);

/// What is drawn is kept until it is whole.
#[derive(Debug, Default)]
pub(crate) struct Pane(Mutex<String>);

impl Pane {
    /// Where progress is drawn.
    pub(crate) fn target() -> ProgressDrawTarget {
        ProgressDrawTarget::term_like_with_hz(Box::new(Self::default()), HERTZ)
    }

    fn add(&self, text: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_str(text);
    }

    /// The cursor goes so far to a side.
    fn step(&self, count: usize, side: char) {
        if count > 0 {
            self.add(&format!("\x1b[{count}{side}"));
        }
    }

    /// What was drawn since the last time.
    fn take(&self) -> String {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.is_empty() {
            true => String::new(),
            false => std::mem::take(&mut *kept) + "\r",
        }
    }
}

/// Columns and rows of standard error.
pub(crate) fn size() -> (u16, u16) {
    terminal_size_of(io::stderr()).map_or(SIZE, |(width, height)| (width.0, height.0))
}

impl TermLike for Pane {
    fn width(&self) -> u16 {
        size().0
    }

    fn height(&self) -> u16 {
        size().1
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.step(n, 'A');
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.step(n, 'B');
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.step(n, 'C');
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.step(n, 'D');
        Ok(())
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        self.add(s);
        self.add("\n");
        Ok(())
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.add(s);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.add("\r\x1b[2K");
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut stderr = io::stderr().lock();
        stderr.write_all(self.take().as_bytes())?;
        stderr.flush()
    }
}

#[cfg(test)]
mod tests {
    use indicatif::TermLike as _;

    use super::Pane;

    #[test]
    fn a_drawing_ends_at_the_beginning_of_its_last_line() {
        let pane = Pane::default();
        pane.move_cursor_up(2).unwrap();
        pane.move_cursor_up(0).unwrap();
        pane.clear_line().unwrap();
        pane.write_str("3 done").unwrap();
        assert_eq!(pane.take(), "\x1b[2A\r\x1b[2K3 done\r");
        assert_eq!(pane.take(), "", "nothing was drawn since");
    }
}
