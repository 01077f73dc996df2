//! Progress on standard error, while somebody is looking.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use super::pane::Pane;

const WITH_TOTAL: &str =
    "{wide_bar} {percent:>3} %  {decimal_bytes}  {decimal_bytes_per_sec}  {eta} left  {msg}";
const WITHOUT_TOTAL: &str = "{spinner} {decimal_bytes}  {decimal_bytes_per_sec}  {elapsed}  {msg}";
const JUDGING: &str =
    "{wide_bar} {percent:>3} %  {human_pos} of {human_len} attempts judged  {eta} left";
/// From a full cell to an empty one.
const CELLS: &str = "█▉▊▋▌▍▎▏ ";

/// A line on standard error that tells how far reading has come, and judging.
pub(crate) struct Progress {
    bar: ProgressBar,
    is_judging: bool,
}

impl Progress {
    /// A line for `total` bytes; of unknown length where that is `None`, none at all where nobody looks.
    pub(crate) fn new(total: Option<u64>, is_quiet: bool) -> Self {
        if is_quiet || !std::io::stderr().is_terminal() {
            return Self {
                bar: ProgressBar::hidden(),
                is_judging: false,
            };
        }
        let template = if total.is_some() {
            WITH_TOTAL
        } else {
            WITHOUT_TOTAL
        };
        let bar = ProgressBar::with_draw_target(total, Pane::target());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars(CELLS));
        }
        Self {
            bar,
            is_judging: false,
        }
    }

    /// `bytes` more were read, and so many attempts are known.
    pub(crate) fn advance(&self, bytes: u64, attempts: u64, failures: u64) {
        if self.bar.is_hidden() {
            return;
        }
        let failed = if failures > 0 {
            format!(", {failures} failed")
        } else {
            String::new()
        };
        self.bar.set_message(format!("{attempts} attempts{failed}"));
        self.bar.inc(bytes);
    }

    /// All is read, and so many attempts are judged of those that will be.
    pub(crate) fn judged(&mut self, judged: usize, all: usize) {
        if self.bar.is_hidden() {
            return;
        }
        if !std::mem::replace(&mut self.is_judging, true)
            && let Ok(style) = ProgressStyle::with_template(JUDGING)
        {
            self.bar.set_style(style.progress_chars(CELLS));
            self.bar.reset();
            self.bar.set_length(all as u64);
        }
        self.bar.set_position(judged as u64);
    }

    /// Lets `say` write to standard error without the line in between.
    pub(crate) fn pause(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }

    /// Takes the line away, before results are written where it stands.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
