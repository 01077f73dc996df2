//! Whose timer ended a wait (M16).

use super::Circle;
use super::packets::Packets;
use super::timers::{Covers, KNOWN, KnownTimer, Owner};
use crate::flow::facts::TcpFlow;
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Phase, PhaseOutcome, Timeline};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// How long a process that is ready to run may wait for its turn on a busy Linux host: the longest
/// scheduling round of CFS (`sched_latency_ns`, 6 ms times 1 + log2 of at most 8 CPUs). It comes in twice:
/// between arming the timer and sending the packet that the wait is counted from, which makes the wait look
/// shorter, and between the timer's end and the packet that ends the wait, which makes it look longer.
const SCHEDULING: Nanos = Nanos::from_millis(24);

/// How long a process in a container with a CPU quota may wait for its turn: one period of CPU bandwidth
/// control. It is allowed for where a timer is known by its phase, its owner and its start too; that a wait
/// lasted a whole number of seconds, whichever, would else be met by chance once in eight times.
const THROTTLED: Nanos = Circle::PERIOD;

/// `poll`, `select` and `epoll_wait` may return late by a thousandth of their timeout, 100 ms at most
/// (Linux `fs/select.c`, `select_estimate_accuracy`).
const SLACK_DIVISOR: i64 = 1_000;
const SLACK_MOST: Nanos = Nanos::from_millis(100);

/// A wait that a packet ended, and the timers that agree with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerMatch {
    /// How long was waited.
    pub waited: Nanos,
    /// What it is counted from.
    pub since: Since,
    /// The packet that it is counted from; `None` when that is not one of the connection's kept packets.
    pub from: Option<Stamp>,
    /// The FIN or RST that ended it.
    pub until: Stamp,
    /// That was an RST.
    pub by_reset: bool,
    /// Who sent that.
    pub ended_by: Side,
    /// The known timers that agree.
    pub known: Vec<&'static KnownTimer>,
    /// The whole number of seconds that it agrees with: what people configure.
    pub whole_seconds: Option<u32>,
}

/// What a wait is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The first packet of the phase that failed.
    PhaseStart,
    /// The attempt's first packet, its lookup's where that was made for it.
    AttemptStart,
    /// The last new payload of the side that was awaited, or the phase's start where that is later; of an
    /// idle connection, the last new thing that either side said.
    LastProgress,
}

/// The end of a wait.
#[derive(Clone, Copy)]
struct Goodbye {
    stamp: Stamp,
    by: Side,
    is_reset: bool,
}

/// M16 of the phase that stalled or failed, when a FIN or RST was the end of it.
pub(super) fn of_wait(
    flow: &TcpFlow,
    client: Side,
    timeline: &Timeline,
    packets: &Packets<'_>,
) -> Option<TimerMatch> {
    let phase = timeline.phases.iter().find(|phase| is_over(phase))?;
    let (start, end) = (phase.start?, phase.end?);
    let goodbye = goodbyes(flow).find(|goodbye| goodbye.stamp.at == end)?;
    let heard = flow.sides[!client]
        .last_payload
        .map(|heard| heard.at)
        .filter(|heard| *heard > start && *heard <= end);
    let begun = timeline.phases.iter().find_map(|phase| phase.start);
    let origins = [
        (Since::PhaseStart, start),
        (Since::AttemptStart, begun.unwrap_or(flow.first.at)),
        (Since::LastProgress, heard.unwrap_or(start)),
    ];
    let packet = |at: Timestamp| {
        let entry = packets.iter().find(|entry| entry.stamp().at == at)?;
        Some(entry.stamp())
    };
    let made = origins.map(|(since, at)| {
        let applies = |timer: &&KnownTimer| match timer.covers {
            Covers::Phases(names) => names.contains(&phase.name),
            Covers::Idle => false,
        };
        matched(since, (at, packet(at)), goodbye, client, applies)
    });
    best(made)
}

/// M16 of an idle connection that was closed or reset.
pub(super) fn of_idle(flow: &TcpFlow, client: Side, timeline: &Timeline) -> Option<TimerMatch> {
    if timeline.phases.iter().any(Phase::is_trouble) {
        return None;
    }
    let goodbye = goodbyes(flow).min_by_key(|goodbye| goodbye.stamp.packet)?;
    let pause = flow
        .pauses
        .iter()
        .find(|pause| pause.until == Some(goodbye.stamp) && pause.length >= OVERDUE)?;
    let from = (pause.after.at, Some(pause.after));
    let applies = |timer: &&KnownTimer| timer.covers == Covers::Idle;
    Some(matched(Since::LastProgress, from, goodbye, client, applies))
}

fn is_over(phase: &Phase) -> bool {
    matches!(phase.outcome, PhaseOutcome::Stalled | PhaseOutcome::Failed)
}

fn goodbyes(flow: &TcpFlow) -> impl Iterator<Item = Goodbye> {
    let fins = [Side::Originator, Side::Responder]
        .into_iter()
        .filter_map(|by| {
            let fin = flow.sides[by].fin.as_ref()?;
            Some(Goodbye {
                stamp: fin.stamp,
                by,
                is_reset: false,
            })
        });
    let resets = flow.resets.iter().map(|reset| Goodbye {
        stamp: reset.stamp,
        by: reset.by,
        is_reset: true,
    });
    fins.chain(resets)
}

fn matched(
    since: Since,
    (start, from): (Timestamp, Option<Stamp>),
    goodbye: Goodbye,
    client: Side,
    applies: impl Fn(&&KnownTimer) -> bool,
) -> TimerMatch {
    let waited = goodbye.stamp.at.since(start);
    let owner = if goodbye.by == client {
        Owner::Client
    } else {
        Owner::Server
    };
    let known = KNOWN
        .iter()
        .filter(applies)
        .filter(|timer| timer.owner == owner && timer.since == since)
        .filter(|timer| agrees(waited, timer.length))
        .collect();
    TimerMatch {
        waited,
        since,
        from,
        until: goodbye.stamp,
        by_reset: goodbye.is_reset,
        ended_by: goodbye.by,
        known,
        whole_seconds: whole_seconds(waited),
    }
}

/// The one that a known timer explains, else the one of whole seconds, else the phase's own.
fn best(made: [TimerMatch; 3]) -> Option<TimerMatch> {
    let rank = |found: &TimerMatch| {
        if !found.known.is_empty() {
            0
        } else {
            1 + u8::from(found.whole_seconds.is_none())
        }
    };
    made.into_iter().min_by_key(rank)
}

/// A known timer of this length may have ended this wait.
pub(super) fn agrees(waited: Nanos, length: Nanos) -> bool {
    is_within(waited, length, THROTTLED)
}

/// A timer of this length, whose process runs `delay` late at most, may have ended this wait.
fn is_within(waited: Nanos, length: Nanos, delay: Nanos) -> bool {
    let slack = (length.get() / SLACK_DIVISOR).min(SLACK_MOST.get());
    let over = waited.get().saturating_sub(length.get());
    -SCHEDULING.get() <= over && over <= delay.get().saturating_add(slack)
}

/// The whole number of seconds that a wait agrees with.
pub(crate) fn whole_seconds(waited: Nanos) -> Option<u32> {
    const SECOND: i64 = 1_000_000_000;
    let nearest = waited.get().saturating_add(SECOND / 2).div_euclid(SECOND);
    let seconds = u32::try_from(nearest).ok().filter(|seconds| *seconds > 0)?;
    is_within(waited, Nanos::from_secs(nearest), SCHEDULING).then_some(seconds)
}
