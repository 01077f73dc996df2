//! How often which text stands in a log: by host, and by minute.

use std::collections::BTreeMap;

use super::{Saying, host_of, minute_of, recognise};

/// Hosts and minutes that are told apart; a day has 1,440 minutes, and a log of more than a week is cut before it is
/// read. What is beyond is counted together.
const MOST: usize = 10_080;
/// Bytes of a line that are looked at.
const LINE: usize = 1 << 14;

/// Lines counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Lines that name it at all.
    pub lines: u64,
    /// Of these, lines that tell of a failure.
    pub failures: u64,
}

impl Count {
    const fn add(&mut self, is_failure: bool) {
        self.lines = self.lines.saturating_add(1);
        if is_failure {
            self.failures = self.failures.saturating_add(1);
        }
    }
}

/// What a log holds.
#[derive(Debug, Default)]
pub struct Tally {
    /// Everything.
    pub all: Count,
    /// By text: which, and how often; in the order of their first lines.
    pub sayings: Vec<(&'static Saying, u64)>,
    /// By host.
    pub hosts: BTreeMap<String, Count>,
    /// By minute, as the log writes it.
    pub minutes: BTreeMap<String, Count>,
    /// Lines of further hosts and minutes, which were not told apart.
    pub beyond: u64,
    /// The beginning of a line whose end has not come.
    open: Vec<u8>,
}

impl Tally {
    /// Takes the next bytes of a log, cut anywhere.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            let room = LINE.saturating_sub(self.open.len());
            self.open.extend(piece.iter().take(room));
            if pieces.peek().is_some() {
                self.close();
            }
        }
    }

    /// There is no more: a last line without an end is one too.
    pub fn end(&mut self) {
        if !self.open.is_empty() {
            self.close();
        }
    }

    fn close(&mut self) {
        let line = std::mem::take(&mut self.open);
        self.take(&String::from_utf8_lossy(&line));
        self.open = line;
        self.open.clear();
    }

    fn take(&mut self, line: &str) {
        let saying = recognise(line);
        let is_failure = saying.is_some();
        self.all.add(is_failure);
        if let Some(saying) = saying {
            self.note(saying);
        }
        let mut beyond = false;
        if let Some(host) = host_of(line) {
            beyond |= !count(&mut self.hosts, host, is_failure);
        }
        if let Some(minute) = minute_of(line) {
            beyond |= !count(&mut self.minutes, minute, is_failure);
        }
        self.beyond = self.beyond.saturating_add(u64::from(beyond));
    }

    fn note(&mut self, saying: &'static Saying) {
        let mut known = self.sayings.iter_mut();
        match known.find(|(known, _)| std::ptr::eq(*known, saying)) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.sayings.push((saying, 1)),
        }
    }
}

/// `false`: there are too many already.
fn count(counts: &mut BTreeMap<String, Count>, key: &str, is_failure: bool) -> bool {
    if let Some(count) = counts.get_mut(key) {
        count.add(is_failure);
        return true;
    }
    if counts.len() >= MOST {
        return false;
    }
    let mut first = Count::default();
    first.add(is_failure);
    counts.insert(key.to_owned(), first);
    true
}
