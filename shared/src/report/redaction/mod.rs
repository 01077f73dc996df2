//! A report without what is nobody else's business. Only a [`RedactedReport`] can be shared, and only
//! [`Redaction::apply`] makes one.
//!
//! What stays is what a vendor needs to find the same packets on the other side: addresses of the servers that the
//! report is about, times, source ports, request ids, who answered, facts of TLS. Every field has a rule
//! (`rules`); a field without one is not shared. What was taken out is remembered and looked for in everything that
//! stays, in whatever encoding (`secrets`). Sentences are written anew from their redacted arguments.

mod focus;
mod item;
mod rules;
mod scrub;
mod secrets;
mod sentences;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

use serde_json::Value;

pub use self::item::Item;

use self::focus::{Focus, address_of, is_internal};
use self::scrub::Scrubber;
use self::secrets::{Secrets, Traces};
use self::walk::Walk;
use super::v1::{Attempt, AttemptKind, EvidenceSource, LeftOut, Report, Verdict};

/// What is taken out. By default everything that is not needed to find the fault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    keep: BTreeSet<Item>,
}

impl Redaction {
    /// One that keeps nothing of what can be taken out.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that keeps this as well, by somebody's choice.
    #[must_use]
    pub fn keeping(mut self, item: Item) -> Self {
        if item.can_be_kept() {
            self.keep.insert(item);
        }
        self
    }

    /// The report as it can be shared.
    #[must_use]
    pub fn apply(&self, report: &Report) -> RedactedReport {
        self.work(report).0
    }

    /// The report as it can be shared, beside what that takes out of it. What was taken out is told: this is for
    /// the one who shares, not for the one who receives.
    #[must_use]
    pub fn preview(&self, report: &Report) -> Preview {
        let (redacted, changes) = self.work(report);
        Preview {
            bytes_before: bytes_of(report),
            bytes_after: bytes_of(&redacted.report),
            redacted,
            changes,
        }
    }

    fn keeps(&self, item: Item) -> bool {
        self.keep.contains(&item)
    }

    fn work(&self, report: &Report) -> (RedactedReport, Vec<Change>) {
        let mut focus = Focus::of(report);
        let mut taken = BTreeMap::new();
        let mut made = report.clone();
        let mut secrets = Secrets::default();
        if !self.keeps(Item::OtherFlow) {
            let left = drop_other_flows(&mut made, &focus);
            if left > 0 {
                taken.insert(Item::OtherFlow, left);
            }
        }
        self.name_addresses(&made, &mut focus, &mut secrets);
        self.name_addresses(report, &mut focus, &mut secrets);
        let keeps = |item| self.keeps(item);
        let mut walk = Walk::new(Scrubber {
            focus: &focus,
            secrets: &mut secrets,
            keeps: &keeps,
            taken: Vec::new(),
        });
        let mut value = serde_json::to_value(&made).unwrap_or(Value::Null);
        walk.by_rules(&mut value);
        // What was dropped as a whole may stand in what stays.
        walk.notice(&serde_json::to_value(report).unwrap_or(Value::Null));
        let traces = walk.traces();
        walk.by_traces(&mut value, &traces);
        let changes = walk.changes(&mut taken);
        // What cannot be put together again is not shared.
        let mut made: Report = serde_json::from_value(value).unwrap_or_default();
        sentences::write_anew(&mut made);
        let removed = taken
            .iter()
            .map(|(item, count)| Removed {
                item: *item,
                count: *count,
            })
            .collect();
        let mut kept: Vec<Item> = self.keep.iter().copied().collect();
        kept.sort_unstable();
        (
            RedactedReport {
                report: made,
                removed,
                kept,
                secrets,
                traces,
            },
            changes,
        )
    }

    /// Gives every address of one's own its stand-in, in the order in which they occur.
    fn name_addresses(&self, report: &Report, focus: &mut Focus, secrets: &mut Secrets) {
        let mut name = |endpoint: &str, item: Item| {
            let Some(address) = address_of(endpoint).filter(|address| !focus.has_address(*address))
            else {
                return;
            };
            if self.keeps(item) {
                focus.tell(address);
            } else {
                secrets.address(address, item);
            }
        };
        for attempt in &report.attempts {
            name(&attempt.client, Item::ClientAddress);
            if attempt.kind == AttemptKind::Dns
                && address_of(&attempt.server).is_some_and(is_internal)
            {
                name(&attempt.server, Item::Resolver);
            }
        }
        for lookup in &report.dns {
            name(&lookup.client, Item::ClientAddress);
            if address_of(&lookup.server).is_some_and(is_internal) {
                name(&lookup.server, Item::Resolver);
            }
        }
    }
}

/// A report that can be shared. Nothing but [`Redaction::apply`] makes one.
#[derive(Clone)]
pub struct RedactedReport {
    report: Report,
    removed: Vec<Removed>,
    kept: Vec<Item>,
    secrets: Secrets,
    traces: Traces,
}

impl RedactedReport {
    /// What can be shared.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// What was taken out, by kind; not what it was.
    #[must_use]
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// What was kept by choice.
    #[must_use]
    pub fn kept(&self) -> &[Item] {
        &self.kept
    }

    /// Addresses that were taken out, with what they are called, for packets that hold them.
    pub(crate) fn stand_ins(&self) -> impl Iterator<Item = (IpAddr, &str)> {
        self.secrets
            .addresses()
            .map(|(address, _, text)| (address, text))
    }

    /// Where the first trace of anything that was taken out is in bytes of any kind.
    pub(crate) fn first_trace(&self, bytes: &[u8]) -> Option<usize> {
        self.traces.first_in(bytes)
    }
}

/// Without what was taken out.
impl fmt::Debug for RedactedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut made = f.debug_struct("RedactedReport");
        made.field("report", &self.report)
            .field("removed", &self.removed)
            .finish_non_exhaustive()
    }
}

/// How much of one kind was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The kind.
    pub item: Item,
    /// How often.
    pub count: u64,
}

/// What redaction does to a report, for the one who shares it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What would be shared.
    pub redacted: RedactedReport,
    /// Texts that change, the first ones of each kind.
    pub changes: Vec<Change>,
    /// Bytes of the report before, as the JSON that is handed on.
    pub bytes_before: u64,
    /// Bytes of the report after, as the JSON that is handed on.
    pub bytes_after: u64,
}

/// A text before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Why it changes.
    pub item: Item,
    /// As it was.
    pub before: String,
    /// As it is shared.
    pub after: String,
}

/// Leaves out what is not about the focus; gives back how many attempts and lookups that were.
fn drop_other_flows(report: &mut Report, focus: &Focus) -> u64 {
    let before = report.attempts.len() + report.dns.len();
    report.attempts.retain(|attempt| focus.has_attempt(attempt));
    report.dns.retain(|lookup| focus.has_lookup(lookup));
    report
        .servers
        .retain(|server| focus.has_statistics_of(server));
    let left = (before - report.attempts.len() - report.dns.len()) as u64;
    if left > 0 {
        let out = report.attempts_left_out.get_or_insert_with(|| LeftOut {
            count: 0,
            because: String::new(),
        });
        out.count += left;
        let between = if out.because.is_empty() { "" } else { "; " };
        out.because.push_str(between);
        out.because
            .push_str("attempts and lookups of other hosts were left out before sharing");
    }
    let about_others = report.headline.as_ref().is_some_and(|headline| {
        let mut servers = headline.servers.iter();
        !servers.all(|server| focus.has_server(server))
    });
    if about_others {
        report.headline = None;
    }
    drop_uncited(report);
    left
}

/// Leaves out evidence that no verdict names any more.
pub(crate) fn drop_uncited(report: &mut Report) {
    let cited = cited(report);
    report
        .evidence
        .retain(|evidence| cited.contains(&evidence.id));
}

/// Ids of the evidence that any verdict names.
fn cited(report: &Report) -> BTreeSet<u32> {
    let of_attempts = report
        .attempts
        .iter()
        .filter_map(|attempt| attempt.verdict.as_ref());
    let of_servers = report
        .servers
        .iter()
        .filter_map(|server| server.verdict.as_ref());
    let ids = |verdict: &Verdict| {
        let ruled_out = verdict
            .rules_out
            .iter()
            .flat_map(|out| out.evidence.clone());
        verdict
            .evidence
            .iter()
            .copied()
            .chain(ruled_out)
            .collect::<Vec<_>>()
    };
    of_attempts.chain(of_servers).flat_map(ids).collect()
}

/// Of the JSON that is handed on, line breaks and all.
fn bytes_of(report: &Report) -> u64 {
    json(report).len() as u64
}

/// A report as it is handed on in JSON: to be read by people too.
pub(crate) fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

/// Packets that the evidence of an attempt cites, by capture and number.
pub(crate) fn cited_packets(report: &Report, attempt: &Attempt) -> BTreeSet<(u16, u32)> {
    let Some(verdict) = &attempt.verdict else {
        return BTreeSet::new();
    };
    let ruled_out = verdict.rules_out.iter().flat_map(|out| &out.evidence);
    let ids: BTreeSet<u32> = verdict.evidence.iter().chain(ruled_out).copied().collect();
    let mut cited = BTreeSet::new();
    for evidence in report
        .evidence
        .iter()
        .filter(|evidence| ids.contains(&evidence.id))
    {
        match &evidence.source {
            EvidenceSource::Packets(packets) => {
                cited.extend(packets.iter().map(|packet| (packet.capture, packet.number)));
            }
            EvidenceSource::Silence(silence) => {
                let ends = std::iter::once(&silence.after).chain(&silence.until);
                let heard = silence.proof.same_side_later.iter();
                cited.extend(
                    ends.chain(heard)
                        .map(|packet| (packet.capture, packet.number)),
                );
            }
            EvidenceSource::Events(_) => {}
        }
    }
    cited
}
