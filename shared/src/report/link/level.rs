//! How much of a report a link holds. Each level leaves out more than the one before, and says so in the report.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::build::text_of;
use crate::report::redaction::{cited_packets, drop_uncited};
use crate::report::v1::{
    self, Attempt, Environment, LeftOut, Outcome, Primitives, Report, Server, Severity, Verdict,
};
use crate::text::{Language, Message, has, render};

/// A level of detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything but where packets are in their file.
    Everything,
    /// Every attempt with its phases and verdict; evidence and cited packets of one failing attempt, the example.
    Attempts,
    /// The attempts that failed or stalled, a healthy one beside each, and the example.
    Failing,
    /// The addresses, and the example.
    Summary,
    /// The addresses and what is said of them.
    Bare,
}

impl Level {
    /// Every one, the most detailed first.
    pub const ALL: [Self; 5] = [
        Self::Everything,
        Self::Attempts,
        Self::Failing,
        Self::Summary,
        Self::Bare,
    ];

    /// Its name in links.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Attempts => "attempts",
            Self::Failing => "failing",
            Self::Summary => "summary",
            Self::Bare => "bare",
        }
    }

    /// What a link of it holds, for the one who opens it.
    #[must_use]
    pub fn message(self) -> Message {
        Message::new(match self {
            Self::Everything => "level-everything",
            Self::Attempts => "level-attempts",
            Self::Failing => "level-failing",
            Self::Summary => "level-summary",
            Self::Bare => "level-bare",
        })
    }

    /// The one of this name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }
}

/// The report with these attempts in full; of the others only phases and what is said of them.
pub(crate) fn with_whole(report: &Report, whole: &BTreeSet<u32>) -> Report {
    let mut made = report.clone();
    let others = made.attempts.iter_mut();
    for attempt in others.filter(|attempt| !whole.contains(&attempt.id)) {
        strip(attempt, &BTreeSet::new(), false);
        if let Some(verdict) = &mut attempt.verdict {
            in_short(verdict);
        }
    }
    drop_uncited(&mut made);
    made
}

/// The report at this level.
pub(crate) fn at(level: Level, report: &Report) -> Report {
    let mut made = report.clone();
    if level == Level::Everything {
        return made;
    }
    let example = example_of(report);
    let shown = shown(level, report, example);
    let before = made.attempts.len();
    made.attempts.retain(|attempt| shown.contains(&attempt.id));
    leave_out(&mut made, before);
    let is_asked = report.servers.iter().any(|server| server.verdict.is_some());
    for attempt in &mut made.attempts {
        let is_example = Some(attempt.id) == example;
        let cited = if is_example {
            cited_packets(report, attempt)
        } else {
            BTreeSet::new()
        };
        strip(attempt, &cited, is_example);
        if let Some(verdict) = attempt.verdict.as_mut().filter(|_| !is_example) {
            in_short(verdict);
        }
        if let Some(verdict) = attempt.verdict.as_mut().filter(|_| is_asked || !is_example) {
            // The address's verdict says what to do; what differs from attempt to attempt are times and ports.
            verdict.remedy = String::new();
            verdict.remedy_message = None;
        }
    }
    made.environment = made
        .environment
        .as_ref()
        .filter(|_| level != Level::Bare)
        .map(essential);
    let proven = report
        .attempts
        .iter()
        .map(Box::as_ref)
        .find(|attempt| level != Level::Bare && Some(attempt.id) == example);
    for server in &mut made.servers {
        prove_by(server, proven);
    }
    drop_uncited(&mut made);
    made.dns.clear();
    made.warnings.truncate(WARNINGS);
    for point in &mut made.vantage.points {
        point.because = None;
    }
    for capture in &mut made.captures {
        capture.interfaces.clear();
        capture.link_types.clear();
        capture.quality.not_understood.clear();
    }
    made
}

/// Leaves of an address's evidence what this attempt at it shows.
fn prove_by(server: &mut Server, attempt: Option<&Attempt>) {
    let own = attempt.filter(|attempt| attempt.server == server.address);
    match (
        &mut server.verdict,
        own.and_then(|own| own.verdict.as_ref()),
    ) {
        // That it was the same in other attempts is what the counts say.
        (Some(verdict), Some(own)) => verdict.evidence.retain(|id| own.evidence.contains(id)),
        (Some(verdict), None) => without_evidence(verdict),
        (None, _) => {}
    }
    // A digest is as long as a sentence, and nothing makes it shorter.
    for node in server.nodes.iter_mut().flatten() {
        node.certificate_sha256 = None;
    }
}

/// What the times of a probe are worth.
fn essential(environment: &Environment) -> Environment {
    Environment {
        scheduling: environment.scheduling.clone(),
        clock: environment.clock.clone(),
        ..Environment::default()
    }
}

/// Warnings that travel with less than everything.
const WARNINGS: usize = 3;

/// The failing attempt that is shown with its packets: one that the headline is about, at best the one whose
/// evidence stands for its address.
fn example_of(report: &Report) -> Option<u32> {
    let accused = report
        .headline
        .as_ref()
        .and_then(|headline| headline.servers.first());
    let server = report
        .servers
        .iter()
        .find(|server| Some(&server.address) == accused);
    let first = server
        .and_then(|server| server.verdict.as_ref())
        .and_then(|verdict| verdict.evidence.first());
    let rank = |attempt: &&Attempt| {
        let verdict = attempt.verdict.as_ref();
        let stands_for_address =
            first.is_some() && verdict.and_then(|verdict| verdict.evidence.first()) == first;
        let is_accused = accused == Some(&attempt.server);
        let has_cause = verdict.map(|verdict| &verdict.cause)
            == report.headline.as_ref().map(|headline| &headline.cause);
        (
            stands_for_address,
            is_accused && has_cause,
            is_accused,
            attempt.outcome.is_failure(),
        )
    };
    let attempts = report.attempts.iter().map(Box::as_ref);
    let judged = attempts.filter(|attempt| is_fault(attempt));
    // The first of the best.
    judged.rev().max_by_key(rank).map(|attempt| attempt.id)
}

fn shown(level: Level, report: &Report, example: Option<u32>) -> BTreeSet<u32> {
    let mut shown: BTreeSet<u32> = example.into_iter().collect();
    match level {
        Level::Everything | Level::Attempts => {
            shown.extend(report.attempts.iter().map(|attempt| attempt.id));
        }
        Level::Failing => {
            for attempt in report.attempts.iter().filter(|attempt| is_fault(attempt)) {
                shown.insert(attempt.id);
                shown.extend(control_of(report, attempt).map(|control| control.id));
            }
        }
        Level::Summary => {}
        Level::Bare => shown.clear(),
    }
    shown
}

/// A healthy attempt at another address of the same name, the one that began closest in time; at the same address
/// where there is no other.
#[must_use]
pub fn control_of<'a>(report: &'a Report, attempt: &Attempt) -> Option<&'a Attempt> {
    let is_healthy = |other: &&Attempt| {
        matches!(other.outcome, Outcome::Completed | Outcome::HandshakeOnly)
            && other.server_name == attempt.server_name
            && !is_fault(other)
    };
    let attempts = report.attempts.iter().map(Box::as_ref);
    let healthy = attempts.filter(is_healthy);
    healthy.min_by_key(|other| {
        (
            other.server == attempt.server,
            other.started_ns.abs_diff(attempt.started_ns),
        )
    })
}

/// It failed, stalled, or has a verdict that accuses somebody.
#[must_use]
pub fn is_fault(attempt: &Attempt) -> bool {
    let verdict = attempt.verdict.as_ref();
    attempt.outcome.is_failure()
        || verdict.is_some_and(|verdict| verdict.severity != Severity::Info)
}

fn leave_out(report: &mut Report, before: usize) {
    let left = (before - report.attempts.len()) as u64;
    if left > 0 {
        let out = report.attempts_left_out.get_or_insert_with(|| LeftOut {
            count: 0,
            because: String::new(),
        });
        out.count = out.count.saturating_add(left);
        if !out.because.is_empty() {
            out.because.push_str("; ");
        }
        out.because.push_str("left out to fit the link");
    }
}

fn strip(attempt: &mut Attempt, cited: &BTreeSet<(u16, u32)>, is_example: bool) {
    let left_out = attempt.packets.len() as u64;
    attempt.packets_left_out = attempt.packets_left_out.saturating_add(left_out);
    attempt
        .packets
        .retain(|packet| cited.contains(&(packet.packet.capture, packet.packet.number)));
    attempt.packets_left_out -= attempt.packets.len() as u64;
    for packet in &mut attempt.packets {
        packet.timestamps = None;
    }
    match &mut attempt.probe {
        // Readings of the kernel are many, and what they show is said by the evidence.
        Some(probe) if is_example => probe.samples.clear(),
        probe => *probe = None,
    }
    attempt.logged = attempt.logged.take().filter(|_| is_example);
    attempt.transport = None;
    attempt.tls = None;
    attempt.proxy.clear();
    attempt.http.clear();
    attempt.http2 = None;
    attempt.quic = None;
    attempt.lookups.clear();
    attempt.icmp.clear();
    attempt.primitives = Primitives::default();
    attempt.silences.clear();
    close_up(attempt);
    // What follows its last phase is the farewell of two kernels.
    let end = attempt.phases.iter().filter_map(|phase| phase.end_ns).max();
    attempt.ended_ns = end.map_or(attempt.ended_ns, |end| {
        attempt.started_ns.saturating_add(end)
    });
    for phase in &mut attempt.phases {
        phase.exchange = None;
    }
    if let Some(verdict) = attempt.verdict.as_mut().filter(|_| !is_example) {
        without_evidence(verdict);
    }
}

/// The name of the cause instead of the sentence: the example's says it at length, with other numbers.
fn in_short(verdict: &mut Verdict) {
    let message = v1::Message {
        id: format!("cause-{}", verdict.cause.to_ascii_lowercase()),
        arguments: BTreeMap::new(),
    };
    if has(Language::English, &message.id) {
        verdict.statement = render(Language::English, &text_of(&message));
        verdict.statement_message = Some(message);
    }
}

/// Pauses between phases that nobody would see in a drawing, in nanoseconds.
const PAUSE_NS: i64 = 2_000_000;

/// Moves phases together where there is but a moment between them; their lengths stay.
fn close_up(attempt: &mut Attempt) {
    let (mut last, mut earlier) = (0_i64, 0_i64);
    for phase in &mut attempt.phases {
        let (Some(start), Some(end)) = (phase.start_ns, phase.end_ns) else {
            continue;
        };
        let pause = start.saturating_sub(last);
        if (0..PAUSE_NS).contains(&pause) {
            earlier = earlier.saturating_add(pause);
        }
        last = end;
        phase.start_ns = Some(start - earlier);
        phase.end_ns = Some(end - earlier);
    }
}

fn without_evidence(verdict: &mut Verdict) {
    verdict.evidence.clear();
    verdict.rules_out.clear();
    verdict.alternatives.clear();
}
