//! From the findings of all rules to the one that stands.

use super::documentation::Rule;
use super::{
    Answer, Case, Cause, Confidence, Evidence, Finding, Missing, Party, RULES, Severity, Verdict,
};
use crate::attempt::Body;
use crate::phase::{OVERDUE, Outcome, PhaseName};
use crate::probe::{Ender, Log};
use crate::text::{Message, Value};
use crate::time::Nanos;

/// What is to be said of a case; `None` when nothing is wrong.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Option<Verdict> {
    // What it waited for might have come: a wait that we ended ourselves accuses nobody.
    if is_broken_off(case) {
        return None;
    }
    if case
        .tcp()
        .is_some_and(|tcp| !tcp.connection.is_client_known())
    {
        // Every rule speaks of client and server, and which is which is a guess.
        let missing = Missing {
            what: Message::new("missing-handshake"),
            collect: Message::new("collect-from-start"),
        };
        return case.is_failure().then(|| undecided(case, &[missing]))?;
    }
    let mut findings: Vec<(&Rule, Finding)> = Vec::new();
    let mut missing = Vec::new();
    for rule in RULES {
        match (rule.judge)(case) {
            Answer::Match(finding) => findings.push((rule, *finding)),
            Answer::CannotTell(what) => missing.push(what),
            Answer::NoMatch => {}
        }
    }
    // What is explained away itself explains nothing.
    let is_explained_by =
        |cause: Cause, rule: &Rule| rule.cause != cause && rule.explains.contains(&cause);
    let is_explained = |cause: Cause| {
        findings
            .iter()
            .any(|(rule, _)| is_explained_by(cause, rule))
    };
    let explained: Vec<Cause> = findings
        .iter()
        .filter(|(rule, _)| !is_explained(rule.cause))
        .flat_map(|(rule, _)| rule.explains)
        .copied()
        .collect();
    // The first of equals stands: rules are in the order in which the decision procedure asks.
    let standing = findings
        .into_iter()
        .map(|(_, finding)| finding)
        .filter(|finding| !explained.contains(&finding.cause))
        .reduce(|best, next| {
            let rank = |finding: &Finding| (finding.severity, finding.confidence);
            if rank(&next) > rank(&best) {
                next
            } else {
                best
            }
        });
    match standing {
        Some(finding)
            if finding.severity == Severity::Failure || finding.is_excuse || !case.is_failure() =>
        {
            Some(lingered(case, cautious(case, finding).into()))
        }
        // What merely cost time does not explain a failure.
        _ if case.is_failure() => undecided(case, &missing),
        _ => None,
    }
}

fn is_broken_off(case: &Case<'_>) -> bool {
    let log = case.probe().map(|probe| probe.log);
    case.outcome() == Outcome::InProgress && log.is_some_and(Log::is_broken_off)
}

/// What the socket saw that was kept open past the limit is said behind what the limit left open.
fn lingered(case: &Case<'_>, verdict: Verdict) -> Verdict {
    let Some((after, note)) = case.probe().and_then(|probe| probe.lingered()) else {
        return verdict;
    };
    let note = Message::new(note).with("after", after);
    Verdict {
        statement: Message::new("lingered-statement")
            .with("first", verdict.statement)
            .with("note", note),
        ..verdict
    }
}

/// What the capture spoils lowers the confidence.
fn cautious(case: &Case<'_>, finding: Finding) -> Finding {
    if case.probe().is_some() && case.crowd.is_intercepted() && is_beyond(finding.party) {
        return finding.confidence(Confidence::Possible).or(&[Cause::P2]);
    }
    let Some(tcp) = case.tcp() else {
        return finding;
    };
    let is_spoilt = !tcp.is_two_sided() || tcp.flow.joined_midway();
    let cap = if is_spoilt {
        Confidence::Likely
    } else {
        Confidence::Certain
    };
    let confidence = finding.confidence.min(cap);
    finding.confidence(confidence)
}

/// A proxy that answers for everybody may be whom a client took for them.
const fn is_beyond(party: Party) -> bool {
    matches!(party, Party::Server | Party::Network)
}

/// What the socket of a client of our own said instead of an answer.
fn socket_error(case: &Case<'_>) -> Option<Evidence> {
    let log = case.probe()?.log;
    let (end, Ender::Broken(error)) = log.ender()? else {
        return None;
    };
    let after = end.at.since(log.began);
    let told = Evidence::packet("ev-socket-error", end);
    Some(told.with("error", &*error.errno).with("after", after))
}

/// It failed, and nobody can judge: with what would be needed.
fn undecided(case: &Case<'_>, missing: &[Missing]) -> Option<Verdict> {
    let phase = case
        .trouble()
        .map_or(PhaseName::Connect, |phase| phase.name);
    // What ended at once was not silent.
    let is_silence = |length: Nanos| case.probe().is_none() || length >= OVERDUE;
    let evidence = case
        .stillness()
        .filter(|silence| is_silence(silence.length))
        .map(|silence| Evidence::silence("ev-silence", silence))
        .or_else(|| socket_error(case))
        .unwrap_or_else(|| Evidence::packet("ev-last-packet", case.attempt.ended()));
    let list = |pick: fn(&Missing) -> &Message| -> Vec<Value> {
        let mut seen: Vec<Message> = Vec::new();
        for message in missing.iter().map(pick) {
            if !seen.contains(message) {
                seen.push(message.clone());
            }
        }
        let port = case.server().port();
        let ported = |message: Message| match case.probe() {
            Some(_) => message.with("server-port", u64::from(port)),
            None => message,
        };
        seen.into_iter().map(ported).map(Value::from).collect()
    };
    let mut finding = case
        .finding(Cause::Undecided, Party::Undecided, phase, evidence)
        .confidence(Confidence::Possible)
        .with("what", Value::List(list(|missing| &missing.what)))
        .with("collect", Value::List(list(|missing| &missing.collect)));
    if missing.is_empty() {
        finding = finding.variant("bare");
    }
    if case.probe().is_some() {
        let variant = if missing.is_empty() {
            "probed-bare"
        } else {
            "probed"
        };
        finding = finding.variant(variant);
    }
    if matches!(case.attempt.body, Body::Tcp(_))
        && case.tcp().is_some_and(|tcp| !tcp.is_two_sided())
    {
        finding = finding.variant("one-sided");
    }
    Some(lingered(case, finding.into()))
}
