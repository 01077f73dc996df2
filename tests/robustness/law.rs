//! What may be said of an attempt after its capture was damaged: nothing, that nobody can judge, what was said before,
//! or what its label allows. Never that somebody else is at fault.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use serde::Deserialize;
use stallscope_shared::report::v1::{Attempt, AttemptKind, Party, Report, Severity, Verdict};

/// Who asked, and who was asked. Of a lookup also the name, and no port: it uses several sockets, and which of them is
/// the first depends on what was captured.
pub(crate) type Ends = (SocketAddr, SocketAddr, String);

/// What was put into a capture.
#[derive(Deserialize)]
struct Paper {
    #[serde(default)]
    attempts: Vec<Label>,
}

/// What was put into one attempt.
#[derive(Debug, Deserialize)]
pub(crate) struct Label {
    client: String,
    server: String,
    /// What a lookup asks for.
    #[serde(default)]
    qname: String,
    party: String,
    #[serde(default)]
    also_accept_party: Vec<String>,
}

/// What was said of the attempts of an undamaged capture, and what is true of them.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    said: BTreeMap<Ends, Vec<Option<Said>>>,
    labels: BTreeMap<Ends, Vec<Label>>,
    pub(crate) clients: BTreeSet<IpAddr>,
}

/// A verdict in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    cause: String,
    party: Party,
    severity: Severity,
}

impl Said {
    fn of(verdict: &Verdict) -> Self {
        Self {
            cause: verdict.cause.clone(),
            party: verdict.party,
            severity: verdict.severity,
        }
    }

    pub(crate) fn accuses(&self) -> bool {
        self.severity != Severity::Info && self.party != Party::Undecided
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let said = format!("{} {:?} {:?}", self.cause, self.party, self.severity);
        formatter.write_str(&said.to_lowercase())
    }
}

/// `name` is empty of what is no lookup.
fn ends(client: &str, server: &str, name: &str) -> Option<Ends> {
    let mut client: SocketAddr = client.parse().ok()?;
    if !name.is_empty() {
        client.set_port(0);
    }
    Some((client, server.parse().ok()?, name.to_owned()))
}

fn said(attempts: &[Box<Attempt>]) -> BTreeMap<Ends, Vec<Option<Said>>> {
    let mut said: BTreeMap<Ends, Vec<Option<Said>>> = BTreeMap::new();
    for attempt in attempts {
        let name = attempt.server_name.as_deref();
        let name = name.filter(|_| attempt.kind == AttemptKind::Dns);
        if let Some(ends) = ends(&attempt.client, &attempt.server, name.unwrap_or_default()) {
            let verdict = attempt.verdict.as_ref().map(Said::of);
            said.entry(ends).or_default().push(verdict);
        }
    }
    said
}

/// The labels beside a capture; none where there is no paper.
fn labels(capture: &Path) -> BTreeMap<Ends, Vec<Label>> {
    let mut labels: BTreeMap<Ends, Vec<Label>> = BTreeMap::new();
    let Ok(text) = std::fs::read(capture.with_extension("json")) else {
        return labels;
    };
    let paper: Paper = serde_json::from_slice(&text).unwrap();
    for label in paper.attempts {
        if let Some(ends) = ends(&label.client, &label.server, &label.qname) {
            labels.entry(ends).or_default().push(label);
        }
    }
    labels
}

impl Label {
    fn allows(&self, said: &Said) -> bool {
        let party = format!("{:?}", said.party).to_lowercase();
        self.party == party || self.also_accept_party.contains(&party)
    }
}

/// How many attempts of a report accuse somebody, and how many failed for a reason that nobody can tell.
pub(crate) fn count(report: &Report) -> [usize; 2] {
    let said: Vec<Said> = said(&report.attempts)
        .into_values()
        .flatten()
        .flatten()
        .collect();
    let accused = said.iter().filter(|said| said.accuses()).count();
    let is_open = |said: &&Said| said.party == Party::Undecided;
    [accused, said.iter().filter(is_open).count()]
}

impl Truth {
    pub(crate) fn of(report: &Report, capture: &Path) -> Self {
        let said = said(&report.attempts);
        let clients = said.keys().map(|(client, ..)| client.ip()).collect();
        Self {
            said,
            labels: labels(capture),
            clients,
        }
    }

    /// What is said otherwise, or of somebody else. `rename` says where an address went.
    pub(crate) fn same(&self, report: &Report, rename: fn(IpAddr) -> IpAddr) -> Vec<String> {
        let after = said(&report.attempts);
        let moved = |end: SocketAddr| SocketAddr::new(rename(end.ip()), end.port());
        let mut different = Vec::new();
        for ((client, server, name), before) in &self.said {
            let none = Vec::new();
            let now = after.get(&(moved(*client), moved(*server), name.clone()));
            let now = now.unwrap_or(&none);
            if now != before {
                different.push(format!(
                    "{client} to {server}: {} -> {}",
                    list(before),
                    list(now)
                ));
            }
        }
        different
    }

    /// Accusations that the undamaged capture and its label do not bear out.
    pub(crate) fn unfair(&self, report: &Report) -> Vec<String> {
        let mut unfair = Vec::new();
        for ((client, server, name), verdicts) in said(&report.attempts) {
            for said in verdicts.into_iter().flatten().filter(Said::accuses) {
                // Without its first packets a connection may look as if the other end had begun it.
                let turned = Said {
                    party: match said.party {
                        Party::Client => Party::Server,
                        Party::Server => Party::Client,
                        other => other,
                    },
                    ..said.clone()
                };
                let ends = (client, server, name.clone());
                let is_fair = self.allows(&ends, &said)
                    || self.allows(&(server, client, name.clone()), &turned);
                if !is_fair {
                    let before = self.said.get(&ends);
                    let before = before.map_or("unknown".to_owned(), |before| list(before));
                    unfair.push(format!("{client} to {server}: {before} -> {said}"));
                }
            }
        }
        unfair
    }

    fn allows(&self, ends: &Ends, said: &Said) -> bool {
        let before = self.said.get(ends).into_iter().flatten().flatten();
        let is_known = before
            .filter(|before| before.accuses())
            .any(|before| before.party == said.party);
        let mut labels = self.labels.get(ends).into_iter().flatten();
        is_known || labels.any(|label| label.allows(said))
    }
}

fn list(verdicts: &[Option<Said>]) -> String {
    let words: Vec<String> = verdicts
        .iter()
        .map(|said| said.as_ref().map_or("none".to_owned(), ToString::to_string))
        .collect();
    words.join(", ")
}
