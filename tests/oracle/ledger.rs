//! The checked-in list of known disagreements, each with the reason why it is none of our mistakes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{fs, io};

use crate::facts::Disagreement;

/// Where the list is, and where its reasons are spelled out.
const LIST: &str = "oracle/disagreements.tsv";
const REASONS: &str = "oracle/REASONS.md";
/// Makes the test write the list anew.
pub(crate) const REWRITE: &str = "STALLSCOPE_ORACLE_REWRITE";
/// The reason of what nobody looked into yet.
const UNEXPLAINED: &str = "unexplained";
const HEAD: &str = "sha256\tcapture\tsubject\tfact\tours\ttheirs\treason\n";

/// Known disagreements and their reasons.
#[derive(Debug, Default)]
pub(crate) struct Ledger(BTreeMap<Disagreement, String>);

impl Ledger {
    /// The checked-in one.
    pub(crate) fn read() -> io::Result<Self> {
        let text = fs::read_to_string(path(LIST))?;
        let rows = text.lines().skip(1).filter_map(|line| {
            let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
            let [sha, capture, subject, fact, ours, theirs, reason] = fields.try_into().ok()?;
            let row = Disagreement {
                sha,
                capture,
                subject,
                fact,
                ours,
                theirs,
            };
            Some((row, reason))
        });
        Ok(Self(rows.collect()))
    }

    /// What is in only one of the two, rows without a reason and reasons without a sentence, one line each.
    pub(crate) fn complaints(&self, found: &[Disagreement]) -> io::Result<Vec<String>> {
        let text = fs::read_to_string(path(REASONS))?;
        let sections = text.split("\n## ").skip(1);
        let sections: BTreeMap<&str, &str> = sections
            .map(|section| section.split_once('\n').unwrap_or((section, "")))
            .collect();
        let known: BTreeSet<&str> = sections.keys().copied().collect();
        let bare = sections.iter().filter(|(_, text)| text.trim().is_empty());
        let bare = bare.map(|(reason, _)| format!("reason without a word: {reason}"));
        let used: BTreeSet<&str> = self.0.values().map(String::as_str).collect();
        let found: BTreeSet<&Disagreement> = found.iter().collect();
        let listed: BTreeSet<&Disagreement> = self.0.keys().collect();
        let new = found
            .difference(&listed)
            .map(|row| format!("new: {}", line(row)));
        let gone = listed
            .difference(&found)
            .map(|row| format!("no longer: {}", line(row)));
        let without = used.difference(&known);
        let without = without.map(|reason| format!("reason not in {REASONS}: {reason}"));
        let idle = known
            .difference(&used)
            .map(|reason| format!("reason not used: {reason}"));
        let rows = new.chain(gone);
        Ok(rows.chain(without).chain(idle).chain(bare).collect())
    }

    /// Writes the list of what was found. Reasons are kept where the same fact was listed before.
    pub(crate) fn rewrite(&self, found: &[Disagreement]) -> io::Result<()> {
        let name = |row: &Disagreement| (row.sha.clone(), row.subject.clone(), row.fact.clone());
        let reasons: BTreeMap<_, _> = self
            .0
            .iter()
            .map(|(row, reason)| (name(row), reason))
            .collect();
        let found: BTreeSet<&Disagreement> = found.iter().collect();
        let mut text = HEAD.to_owned();
        for row in found {
            let reason = reasons
                .get(&name(row))
                .map_or(UNEXPLAINED, |reason| reason.as_str());
            text += &format!("{}\t{reason}\n", line(row));
        }
        fs::write(path(LIST), text)
    }
}

fn line(row: &Disagreement) -> String {
    let fields = [
        &row.sha,
        &row.capture,
        &row.subject,
        &row.fact,
        &row.ours,
        &row.theirs,
    ];
    fields.map(String::as_str).join("\t")
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}
