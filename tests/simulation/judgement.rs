//! A verdict beside the truth.

use std::net::SocketAddr;

use stallscope_shared::diagnosis;
use stallscope_shared::report::v1::{Attempt, Party, Report, Severity};
use stallscope_shared::testkit::simulation::label::Label;

/// How good a verdict is; in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The cause or a neighbour that the packets do not tell from it, and its party.
    Right,
    /// Healthy, and nothing is said, or a remark that accuses nobody.
    Clean,
    /// That it failed, and that nobody can tell why.
    Undecided,
    /// Nothing is said of a fault.
    Silent,
    /// Another cause, of a party whose it may be.
    Other,
    /// Somebody is accused who did nothing.
    Wrong,
}

impl Judgement {
    /// It must not happen, in no story.
    pub(crate) const fn breaks_the_law(self) -> bool {
        matches!(self, Self::Wrong | Self::Other)
    }
}

/// Every attempt of a report and every label, judged, with a line about it.
pub(crate) fn judge(labels: &[Label], report: &Report) -> Vec<(Judgement, String)> {
    let mut judged = Vec::new();
    let mut used = vec![false; labels.len()];
    for attempt in &report.attempts {
        let ends = ends(attempt);
        let matching = labels.iter().enumerate();
        let mut matching = matching.filter(|(_, label)| Some((label.client, label.server)) == ends);
        // A port that is used again: in order.
        let found = matching.clone().find(|(index, _)| !used[*index]);
        let label = found.or_else(|| matching.next());
        if let Some((index, _)) = label {
            used[index] = true;
        }
        let judgement = one(label.map(|(_, label)| label), attempt);
        judged.push((judgement, line(label.map(|(_, label)| label), attempt)));
    }
    for (label, _) in labels.iter().zip(used).filter(|(_, used)| !used) {
        let judgement = if label.cause.is_none() {
            Judgement::Clean
        } else {
            Judgement::Silent
        };
        judged.push((judgement, format!("no attempt for {label:?}")));
    }
    judged
}

fn ends(attempt: &Attempt) -> Option<(SocketAddr, SocketAddr)> {
    Some((attempt.client.parse().ok()?, attempt.server.parse().ok()?))
}

fn one(label: Option<&Label>, attempt: &Attempt) -> Judgement {
    let truth = label.and_then(|label| Some((label, label.cause?)));
    let verdict = attempt.verdict.as_ref();
    let Some((label, cause)) = truth else {
        return match verdict {
            None => Judgement::Clean,
            Some(verdict) if verdict.severity == Severity::Info => Judgement::Clean,
            Some(verdict) if verdict.party == Party::Undecided => Judgement::Undecided,
            Some(_) => Judgement::Wrong,
        };
    };
    let Some(verdict) = verdict else {
        return silent(label);
    };
    let is_named =
        verdict.cause == cause.id() || label.also.iter().any(|also| verdict.cause == also.id());
    if verdict.party == Party::Undecided && !(is_named && verdict.severity == Severity::Info) {
        return Judgement::Undecided;
    }
    let is_of_party = label
        .parties
        .iter()
        .any(|party| is_same(*party, verdict.party));
    if verdict.severity == Severity::Info {
        return if is_named {
            Judgement::Right
        } else {
            silent(label)
        };
    }
    match (is_named, is_of_party) {
        (true, true) => Judgement::Right,
        (false, true) => Judgement::Other,
        (_, false) => Judgement::Wrong,
    }
}

const fn silent(label: &Label) -> Judgement {
    if label.may_be_silent {
        Judgement::Right
    } else {
        Judgement::Silent
    }
}

fn is_same(party: diagnosis::Party, reported: Party) -> bool {
    format!("{party:?}") == format!("{reported:?}")
}

fn line(label: Option<&Label>, attempt: &Attempt) -> String {
    let truth = label.and_then(|label| label.cause);
    let truth = truth.map_or("healthy", |cause| cause.id());
    let said = attempt.verdict.as_ref().map_or_else(
        || "nothing".to_owned(),
        |verdict| {
            format!(
                "{} {:?} {:?}: {}",
                verdict.cause, verdict.party, verdict.severity, verdict.statement
            )
        },
    );
    format!(
        "{} to {}: {truth} is called {said} ({:?})",
        attempt.client, attempt.server, attempt.outcome
    )
}
