//! What is shown on a terminal while attempts are made: for each address a strip of outcomes, how many attempts are under
//! way, the medians of its phases, and why the last failure failed.

use std::collections::{BTreeMap, VecDeque};
use std::io::IsTerminal as _;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use stallscope_shared::phase::{PhaseName, PhaseOutcome, Timeline};
use stallscope_shared::text::{Language, duration};
use stallscope_shared::time::Nanos;
use tokio::time::Duration;

use super::plan::Lane;
use crate::output::pane::{self, Pane};

/// Addresses that have a line, where the terminal has as many; the others are counted.
const LINES: usize = 24;
/// Lines of the terminal for the counts of all, and for what was typed.
const OTHER_LINES: usize = 2;
/// Outcomes in a strip.
const STRIP: usize = 30;

/// One address, as it is shown.
#[derive(Debug, Default)]
struct Row {
    address: String,
    strip: VecDeque<char>,
    attempts: u32,
    failures: u32,
    under_way: u32,
    last_failure: Option<String>,
    lengths: BTreeMap<PhaseName, Vec<Nanos>>,
}

impl Row {
    fn add(&mut self, timeline: &Timeline) {
        self.attempts += 1;
        let has_failed = timeline.outcome.is_failure();
        let glyph = match (has_failed, timeline.is_stalled) {
            (false, false) => '.',
            (false, true) => '~',
            (true, false) => 'x',
            (true, true) => '!',
        };
        if self.strip.len() >= STRIP {
            self.strip.pop_front();
        }
        self.strip.push_back(glyph);
        if has_failed {
            self.failures += 1;
            self.last_failure = Some(words(&format!("{:?}", timeline.outcome)));
        }
        for phase in &timeline.phases {
            if let (PhaseOutcome::Completed, Some(length)) = (phase.outcome, phase.length()) {
                self.lengths.entry(phase.name).or_default().push(length);
            }
        }
    }

    /// As much of it as is seen whole.
    fn line(&self, columns: usize) -> String {
        // Three phases, of ten characters and a few more each.
        const PHASES: usize = 46;
        let taken = self.address.len() + " 9999".len() + PHASES;
        let width = columns.saturating_sub(taken).clamp(STRIP / 3, STRIP);
        let late = self.strip.len().saturating_sub(width);
        let strip: String = self.strip.iter().skip(late).collect();
        let mut line = format!("{} {strip:<width$} {:>4}", self.address, self.attempts);
        let mut add = |text: String| {
            if line.chars().count() + text.chars().count() <= columns {
                line.push_str(&text);
            }
        };
        if self.under_way > 0 {
            add(format!("  {} under way", self.under_way));
        }
        if self.failures > 0 {
            let why = self.last_failure.as_deref().unwrap_or_default();
            add(format!("  {} failed, {why}", self.failures));
        }
        let shown = [
            (PhaseName::Connect, "connect"),
            (PhaseName::Tls, "tls"),
            (PhaseName::Wait, "wait"),
        ];
        for (name, word) in shown {
            if let Some(median) = self.lengths.get(&name).and_then(|all| median(all)) {
                add(format!("  {word} {}", duration(median, Language::English)));
            }
        }
        line
    }
}

fn median(lengths: &[Nanos]) -> Option<Nanos> {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

/// Those of the terminal at standard error.
fn columns() -> usize {
    usize::from(pane::size().0)
}

/// `TlsStalled` as `TLS stalled`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words.replace("tls", "TLS").replace("syn", "SYN")
}

/// Lines on standard error, while somebody is looking.
#[derive(Debug)]
pub(crate) struct Screen {
    rows: Vec<Row>,
    lines: Vec<ProgressBar>,
    rest: ProgressBar,
}

impl Screen {
    /// A line for each address; none at all where nobody looks.
    pub(crate) fn new(addresses: impl Iterator<Item = String>, is_quiet: bool) -> Self {
        let addresses: Vec<String> = addresses.collect();
        let widest = addresses.iter().map(String::len).max().unwrap_or(0);
        let rows: Vec<Row> = addresses
            .into_iter()
            .map(|address| Row {
                address: format!("{address:<widest$}"),
                ..Row::default()
            })
            .collect();
        if is_quiet || !std::io::stderr().is_terminal() {
            return Self {
                rows,
                lines: Vec::new(),
                rest: ProgressBar::hidden(),
            };
        }
        let all = MultiProgress::with_draw_target(Pane::target());
        let style = ProgressStyle::with_template("{wide_msg}");
        let line = || {
            let bar = all.add(ProgressBar::new_spinner());
            if let Ok(style) = &style {
                bar.set_style(style.clone());
            }
            bar
        };
        let room = usize::from(pane::size().1).saturating_sub(OTHER_LINES);
        let shown = LINES.min(room).max(1);
        let lines = rows.iter().take(shown).map(|_| line()).collect();
        Self {
            rest: line(),
            rows,
            lines,
        }
    }

    /// An attempt at an address is over.
    pub(crate) fn over(&mut self, lane: usize, timeline: &Timeline) {
        if self.rest.is_hidden() {
            return;
        }
        if let Some(row) = self.rows.get_mut(lane) {
            row.add(timeline);
            if let Some(bar) = self.lines.get(lane) {
                bar.set_message(row.line(columns()));
            }
        }
    }

    /// A moment has passed.
    pub(crate) fn tick(&mut self, lanes: &[Lane], left: Duration) {
        if self.rest.is_hidden() {
            return;
        }
        let columns = columns();
        for ((bar, row), lane) in self.lines.iter().zip(&mut self.rows).zip(lanes) {
            let under_way = lane.begun.saturating_sub(lane.odds.attempts);
            // Also before the first of them is over: an address at which all hang is what somebody looks for.
            if std::mem::replace(&mut row.under_way, under_way) != under_way {
                bar.set_message(row.line(columns));
            }
        }
        let begun: u32 = lanes.iter().map(|lane| lane.begun).sum();
        let over: u32 = lanes.iter().map(|lane| lane.odds.attempts).sum();
        let under_way = begun - over;
        let message = format!(
            "{over} done, {under_way} under way, {} s left at most{}",
            left.as_secs(),
            self.hidden()
        );
        self.rest.set_message(message);
    }

    /// What the addresses without a line come to.
    fn hidden(&self) -> String {
        let hidden = self.rows.get(self.lines.len()..).unwrap_or_default();
        let failures: u32 = hidden.iter().map(|row| row.failures).sum();
        match hidden.len() {
            0 => String::new(),
            count => format!(", {failures} failed at {count} addresses more"),
        }
    }

    /// Takes the lines away, before results are written where they stand.
    pub(crate) fn clear(&self) {
        for line in self.lines.iter().chain([&self.rest]) {
            line.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use stallscope_shared::phase::{Outcome, Timeline};

    use super::{ProgressBar, Row, Screen, words};

    fn timeline(outcome: Outcome, is_stalled: bool) -> Timeline {
        Timeline {
            phases: Vec::new(),
            outcome,
            is_stalled,
            longest_wait: None,
        }
    }

    #[test]
    fn a_line_tells_outcomes_in_order_and_why() {
        let mut row = Row {
            address: "192.0.2.1:443".to_owned(),
            ..Row::default()
        };
        row.add(&timeline(Outcome::Completed, false));
        row.add(&timeline(Outcome::TlsStalled, true));
        row.add(&timeline(Outcome::Refused, false));
        row.add(&timeline(Outcome::Completed, true));
        let line = row.line(100);
        assert!(
            line.contains(".!x~") && line.contains("2 failed, refused"),
            "{line}"
        );
        for _ in 0..100 {
            row.add(&timeline(Outcome::Completed, false));
        }
        assert!(row.strip.len() <= super::STRIP);
        for columns in [60, 80, 120] {
            let line = row.line(columns);
            assert!(line.chars().count() <= columns, "{columns}: {line}");
            assert!(line.ends_with("2 failed, refused"), "{columns}: {line}");
        }
    }

    /// Nothing is over yet at an address where everything hangs.
    #[test]
    fn a_line_tells_what_is_under_way_before_anything_is_over() {
        let row = Row {
            address: "192.0.2.1:443".to_owned(),
            under_way: 3,
            ..Row::default()
        };
        for columns in [80, 120] {
            let line = row.line(columns);
            assert!(line.ends_with("   0  3 under way"), "{columns}: {line}");
        }
    }

    #[test]
    fn addresses_without_a_line_are_counted_with_their_failures() {
        let addresses = (1..=30).map(|last| format!("192.0.2.{last}:443"));
        let mut screen = Screen::new(addresses, true);
        screen.lines = vec![ProgressBar::hidden(); 22];
        for lane in [3, 24, 29] {
            screen.rows[lane].add(&timeline(Outcome::Refused, false));
        }
        assert_eq!(screen.hidden(), ", 2 failed at 8 addresses more");
        screen.lines = vec![ProgressBar::hidden(); 30];
        assert_eq!(screen.hidden(), "");
    }

    #[test]
    fn outcomes_are_written_in_words() {
        assert_eq!(words("TlsStalled"), "TLS stalled");
        assert_eq!(words("SynUnanswered"), "SYN unanswered");
    }
}
