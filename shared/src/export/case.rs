//! What an evidence page and a ticket are about: the accused address, the attempts that failed there, one or two of
//! them as examples, and a healthy one to a sibling to compare with.

use std::collections::BTreeSet;

use crate::report::epoch;
use crate::report::link::level::{control_of, is_fault};
use crate::report::redaction::cited_packets;
use crate::report::v1::{
    Attempt, AttemptKind, EvidenceSource, PhaseName, PhaseOutcome, Report, Server, Verdict,
};
use crate::time::Timestamp;

/// Failing attempts that are shown packet by packet.
const EXAMPLES: usize = 2;

/// What is shown of a report.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub(super) report: &'a Report,
    /// The address that the headline is about, or else the one that failed most.
    pub(super) server: Option<&'a Server>,
    /// Its attempts that failed or stalled, by time.
    pub(super) failing: Vec<&'a Attempt>,
    /// Those that are shown, first the one whose evidence stands for the address.
    pub(super) examples: Vec<&'a Attempt>,
    /// A healthy attempt beside the first example.
    pub(super) control: Option<&'a Attempt>,
}

impl<'a> Case<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let accused = report
            .headline
            .as_ref()
            .and_then(|headline| headline.servers.first());
        let failed_most = || {
            report
                .servers
                .iter()
                .find(|server| server.failures + server.stalled > 0)
        };
        let server = report
            .servers
            .iter()
            .find(|server| Some(&server.address) == accused)
            .or_else(failed_most);
        let is_there =
            |attempt: &&Attempt| server.is_none_or(|server| server.address == attempt.server);
        let failing: Vec<&Attempt> = report
            .attempts
            .iter()
            .map(Box::as_ref)
            .filter(is_there)
            .filter(|attempt| is_fault(attempt))
            .collect();
        let examples = examples(report, server, &failing);
        let control = examples
            .first()
            .and_then(|example| control_of(report, example));
        Self {
            report,
            server,
            failing,
            examples,
            control,
        }
    }

    /// What is said of the address, or of the first example.
    pub(super) fn verdict(&self) -> Option<&'a Verdict> {
        let of_server = self.server.and_then(|server| server.verdict.as_ref());
        of_server.or_else(|| {
            self.examples
                .first()
                .and_then(|example| example.verdict.as_ref())
        })
    }

    /// The name that the server was asked for.
    pub(super) fn name(&self) -> Option<&'a str> {
        let asked = self
            .examples
            .first()
            .and_then(|example| example.server_name.as_deref());
        asked.or_else(|| {
            self.server
                .and_then(|server| server.names.first())
                .map(String::as_str)
        })
    }

    /// The other addresses of the same name; every other one where the name is not known.
    pub(super) fn siblings(&self) -> impl Iterator<Item = &'a Server> {
        let own = self.server;
        self.report.servers.iter().filter(move |other| {
            own.is_none_or(|own| {
                let shares_name = own.names.iter().any(|name| other.names.contains(name));
                other.address != own.address && (shares_name || own.names.is_empty())
            })
        })
    }

    /// What its first example shows was told by sockets of a client of our own; there are no packets of it.
    pub(super) fn is_probed(&self) -> bool {
        let told = |attempt: &Attempt| attempt.probe.is_some() && attempt.packets.is_empty();
        let mut shown = self.examples.iter().copied();
        match shown.next() {
            Some(example) => told(example),
            None => {
                self.report.captures.is_empty() && self.report.attempts.iter().any(|one| told(one))
            }
        }
    }

    /// Ids of the attempts that are shown step by step.
    pub(super) fn shown(&self) -> BTreeSet<u32> {
        let shown = self.examples.iter().copied().chain(self.control);
        shown.map(|attempt| attempt.id).collect()
    }

    /// Numbers of the packets that the examples cite and that are known, in order, of one capture.
    pub(super) fn cited(&self) -> Vec<u32> {
        let capture = self
            .examples
            .first()
            .and_then(|example| example.packets.first())
            .map_or(0, |packet| packet.packet.capture);
        let cited = self
            .examples
            .iter()
            .flat_map(|example| cited_packets(self.report, example));
        let mut numbers: Vec<u32> = cited
            .filter(|(from, _)| *from == capture)
            .map(|(_, number)| number)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The time of day of a moment of the report, `2026-11-22 09:50:12.499123`.
    pub(super) fn utc(&self, at_ns: i64) -> String {
        utc(self.report, at_ns)
    }
}

/// Packets or events of it are known.
pub(super) fn has_steps(attempt: &Attempt) -> bool {
    let probe = attempt.probe.as_ref();
    !attempt.packets.is_empty() || probe.is_some_and(|probe| !probe.events.is_empty())
}

/// Numbers of the events of an attempt that its evidence cites, from 1.
pub(super) fn cited_events(report: &Report, attempt: &Attempt) -> BTreeSet<u32> {
    let Some(verdict) = &attempt.verdict else {
        return BTreeSet::new();
    };
    let ruled_out = verdict.rules_out.iter().flat_map(|out| &out.evidence);
    let ids: BTreeSet<u32> = verdict.evidence.iter().chain(ruled_out).copied().collect();
    let cited = report
        .evidence
        .iter()
        .filter(|evidence| ids.contains(&evidence.id));
    let events = cited.filter_map(|evidence| match &evidence.source {
        EvidenceSource::Events(events) => Some(events),
        _ => None,
    });
    let own = events
        .flatten()
        .filter(|event| event.attempt == Some(attempt.id));
    own.filter_map(|event| event.number).collect()
}

/// The time of day of a moment of a report in microseconds; empty without an epoch.
pub(super) fn utc(report: &Report, at_ns: i64) -> String {
    let Some(epoch) = report.epoch.as_deref().and_then(epoch::parse) else {
        return String::new();
    };
    let at = Timestamp::from_nanos(epoch.nanos().saturating_add(at_ns));
    let text = epoch::rfc3339(at);
    // `2026-11-22T09:50:12.499123000Z`
    let micros = text.get(..text.len().saturating_sub(4)).unwrap_or_default();
    micros.replacen('T', " ", 1)
}

/// Host and port of an endpoint.
pub(super) fn split(endpoint: &str) -> (&str, &str) {
    let (host, port) = endpoint.rsplit_once(':').unwrap_or((endpoint, ""));
    (host.trim_start_matches('[').trim_end_matches(']'), port)
}

/// Wireshark's filter for the connection of an attempt: the server's address and the client's port.
pub(super) fn flow_filter(attempt: &Attempt) -> String {
    let (host, _) = split(&attempt.server);
    let (_, port) = split(&attempt.client);
    let family = if host.contains(':') { "ipv6" } else { "ip" };
    let protocol = if attempt.kind == AttemptKind::Tcp {
        "tcp"
    } else {
        "udp"
    };
    format!("{family}.addr == {host} && {protocol}.port == {port}")
}

/// tcpdump's filter for the connection of an attempt.
pub(super) fn tcpdump_filter(attempt: &Attempt) -> String {
    let (host, _) = split(&attempt.server);
    let (_, port) = split(&attempt.client);
    format!("host {host} and port {port}")
}

/// `1-3,7`, as Wireshark's sets take it.
pub(super) fn ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let texts: Vec<String> = runs
        .filter_map(|run| match (run.first()?, run.last()?) {
            (first, last) if first == last => Some(first.to_string()),
            (first, last) => Some(format!("{first}..{last}")),
        })
        .collect();
    texts.join(", ")
}

/// How long the phase that went wrong took, and what it waited for.
pub(super) fn trouble(attempt: &Attempt) -> Option<(PhaseName, i64, Option<&str>)> {
    let is_wrong = |outcome| matches!(outcome, PhaseOutcome::Stalled | PhaseOutcome::Failed);
    let wrong = attempt
        .phases
        .iter()
        .find(|phase| is_wrong(phase.outcome))?;
    let length = wrong.end_ns? - wrong.start_ns?;
    Some((wrong.phase, length, wrong.awaiting.as_deref()))
}

fn examples<'a>(
    report: &Report,
    server: Option<&Server>,
    failing: &[&'a Attempt],
) -> Vec<&'a Attempt> {
    let verdict = server.and_then(|server| server.verdict.as_ref());
    let cause = verdict.map(|verdict| &verdict.cause);
    let first = verdict.and_then(|verdict| verdict.evidence.first());
    let mut ranked: Vec<&Attempt> = failing.to_vec();
    ranked.sort_by_key(|attempt| {
        let own = attempt.verdict.as_ref();
        let stands_for_it =
            first.is_some() && own.and_then(|verdict| verdict.evidence.first()) == first;
        let has_cause = cause.is_some() && own.map(|verdict| &verdict.cause) == cause;
        let is_shown =
            !cited_packets(report, attempt).is_empty() || !cited_events(report, attempt).is_empty();
        std::cmp::Reverse((is_shown, stands_for_it, has_cause))
    });
    ranked.truncate(EXAMPLES);
    ranked
}

#[cfg(test)]
mod tests {
    use super::{ranges, split};

    #[test]
    fn numbers_are_written_as_ranges() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1..3, 7, 9..10");
        assert_eq!(ranges(&[]), "");
    }

    #[test]
    fn endpoints_are_split_at_the_port() {
        assert_eq!(split("[2001:db8::1]:443"), ("2001:db8::1", "443"));
        assert_eq!(split("client-1:50000"), ("client-1", "50000"));
    }
}
