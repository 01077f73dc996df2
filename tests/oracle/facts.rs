//! Facts compared one by one: counted by kind, and written down where two opinions differ.

use std::collections::BTreeMap;
use std::fmt::Display;

/// How far two times of one packet may be apart: tshark has microseconds of some captures.
const CLOSE_NS: i128 = 1_000;

/// How often both said the same of one kind of fact.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) agree: u64,
    /// Of these: both counted none.
    pub(crate) none: u64,
    pub(crate) disagree: u64,
}

/// One fact on which the two differ. Its first four fields are its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Disagreement {
    /// First digits of the capture's SHA-256.
    pub(crate) sha: String,
    /// The capture's file name, for the reader.
    pub(crate) capture: String,
    /// The stream or message.
    pub(crate) subject: String,
    /// The kind of fact.
    pub(crate) fact: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

/// Everything that was compared.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    sha: String,
    capture: String,
    wraps: Vec<i128>,
    pub(crate) tallies: BTreeMap<&'static str, Tally>,
    pub(crate) disagreements: Vec<Disagreement>,
}

impl Comparison {
    /// Of one capture.
    pub(crate) fn of(sha: &str, path: &str) -> Self {
        Self {
            sha: sha.chars().take(12).collect(),
            capture: path.rsplit('/').next().unwrap_or(path).to_owned(),
            ..Self::default()
        }
    }

    /// In this capture tshark's times are ours less any number of these, nanoseconds: it counts what was read in
    /// a field where it does not fit.
    pub(crate) fn wrap_at(&mut self, wraps: Vec<i128>) {
        self.wraps = wraps;
    }

    /// Takes over what another one holds.
    pub(crate) fn merge(&mut self, other: Self) {
        for (fact, tally) in other.tallies {
            let sum = self.tallies.entry(fact).or_default();
            sum.add(tally);
        }
        self.disagreements.extend(other.disagreements);
    }

    /// One fact of a subject. What neither saw is no fact.
    pub(crate) fn fact<T: PartialEq + Display>(
        &mut self,
        subject: &str,
        fact: &'static str,
        ours: Option<T>,
        theirs: Option<T>,
    ) {
        let is_same = ours == theirs;
        if ours.is_some() || theirs.is_some() {
            self.add(subject, fact, is_same, [text(ours), text(theirs)]);
        }
    }

    /// A count. Zero is a fact like any other: it was looked for and not found.
    pub(crate) fn count(&mut self, subject: &str, fact: &'static str, ours: u64, theirs: u64) {
        let values = [ours.to_string(), theirs.to_string()];
        self.add(subject, fact, ours == theirs, values);
        if ours == 0 && theirs == 0 {
            self.tallies.entry(fact).or_default().none += 1;
        }
    }

    /// A time or a length of time, nanoseconds.
    pub(crate) fn time(
        &mut self,
        subject: &str,
        fact: &'static str,
        ours: Option<i128>,
        theirs: Option<i128>,
    ) {
        let is_close = match (ours, theirs) {
            (None, None) => return,
            (Some(ours), Some(theirs)) => self.is_close(ours - theirs),
            _ => false,
        };
        let values = [text(ours.map(seconds)), text(theirs.map(seconds))];
        self.add(subject, fact, is_close, values);
    }

    fn is_close(&self, apart: i128) -> bool {
        let mut wraps = self.wraps.iter();
        let wrapped = |wrap: &i128| apart.rem_euclid(*wrap).min((-apart).rem_euclid(*wrap));
        apart.abs() <= CLOSE_NS || wraps.any(|wrap| wrapped(wrap) <= CLOSE_NS)
    }

    fn add(
        &mut self,
        subject: &str,
        fact: &'static str,
        is_same: bool,
        [ours, theirs]: [String; 2],
    ) {
        let tally = self.tallies.entry(fact).or_default();
        if is_same {
            tally.agree += 1;
            return;
        }
        tally.disagree += 1;
        self.disagreements.push(Disagreement {
            sha: self.sha.clone(),
            capture: self.capture.clone(),
            subject: subject.to_owned(),
            fact: fact.to_owned(),
            ours,
            theirs,
        });
    }

    /// The table of all kinds, and the share of facts on which both agree, of those of which there was any.
    pub(crate) fn table(&self) -> (String, f64) {
        let mut table = format!(
            "{:28}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}\n",
            "fact", "agree", "disagree", "total", "%", "both 0", "% of > 0"
        );
        let mut sum = Tally::default();
        for (fact, tally) in &self.tallies {
            sum.add(*tally);
            table += &line(fact, *tally);
        }
        table += &line("all", sum);
        (table, sum.share_of_some())
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.agree += other.agree;
        self.none += other.none;
        self.disagree += other.disagree;
    }

    /// The share of facts on which both agree.
    fn share(self) -> f64 {
        self.agree as f64 / (self.agree + self.disagree).max(1) as f64
    }

    /// The same where at least one of them counted something.
    fn share_of_some(self) -> f64 {
        let agree = self.agree - self.none;
        agree as f64 / (agree + self.disagree).max(1) as f64
    }
}

fn line(fact: &str, tally: Tally) -> String {
    let total = tally.agree + tally.disagree;
    format!(
        "{fact:28}{:>9}{:>9}{total:>9}{:>9.2}{:>9}{:>9.2}\n",
        tally.agree,
        tally.disagree,
        100.0 * tally.share(),
        tally.none,
        100.0 * tally.share_of_some(),
    )
}

/// What is written where one side has nothing: never a number.
fn text<T: Display>(value: Option<T>) -> String {
    value.map_or_else(
        || "-".to_owned(),
        |value| value.to_string().replace(['\t', '\n', '\r'], " "),
    )
}

fn seconds(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    format!(
        "{sign}{}.{:09}",
        nanos / 1_000_000_000,
        nanos % 1_000_000_000
    )
}
