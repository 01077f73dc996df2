//! How waiting on a TCP connection ended, and what that makes of a phase that never completed.

use super::timeline::{Phase, PhaseName};
use super::{Awaited, Turn, budget::OVERDUE};
use crate::attempt::{Attempt, Connection};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// What ended the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ender {
    /// A FIN.
    Close(Side),
    /// An RST.
    Reset(Side),
    /// Nothing but the capture's end, or the end of watching this flow.
    Watching,
}

/// The first FIN or RST at or after `from`, and when; else the end of watching.
pub(super) fn wait_end(
    attempt: &Attempt,
    connection: &Connection,
    from: Timestamp,
) -> (Ender, Timestamp) {
    let flow = &connection.flow;
    let closes = [Side::Originator, Side::Responder]
        .into_iter()
        .filter_map(|side| {
            let fin = flow.sides[side].fin.as_ref()?;
            Some((fin.stamp, Ender::Close(side)))
        });
    let resets = flow
        .resets
        .iter()
        .map(|reset| (reset.stamp, Ender::Reset(reset.by)));
    closes
        .chain(resets)
        .filter(|(stamp, _)| stamp.at >= from)
        // A coarse clock gives both FINs one time; their order in the capture tells who was first.
        .min_by_key(|(stamp, _)| (stamp.at, stamp.packet))
        .map_or(
            (Ender::Watching, attempt.observed_until.max(flow.last.at)),
            |(stamp, ender)| (ender, stamp.at),
        )
}

/// The last time the awaited side sent something new at or after `from`; else `from`. Where encryption
/// hides whose turn it is, either side. What the other side says meanwhile, its goodbye above all, is no progress.
fn last_progress(
    connection: &Connection,
    awaited: Awaited,
    (from, until): (Timestamp, Timestamp),
) -> Timestamp {
    let client = connection.client();
    let sides: &[Side] = match awaited.turn() {
        Turn::Client => &[client],
        Turn::Server => &[!client],
        Turn::Either => &[client, !client],
    };
    sides
        .iter()
        .filter_map(|side| last_payload(connection, *side, until))
        .fold(from, Timestamp::max)
}

/// When a side said something for the last time until then. What came later was said to nobody.
fn last_payload(connection: &Connection, side: Side, until: Timestamp) -> Option<Timestamp> {
    let flow = &connection.flow;
    let last = flow.sides[side].last_payload?.at;
    if last <= until {
        return Some(last);
    }
    let said = flow
        .journal
        .iter()
        .filter(|entry| entry.side() == side && entry.payload > 0 && entry.stamp().at <= until);
    said.map(|entry| entry.stamp().at).last()
}

/// A phase that began at `start` and never completed: stalled, failed, or cut off by the capture's end.
pub(super) fn never_completed(
    attempt: &Attempt,
    connection: &Connection,
    name: PhaseName,
    start: Timestamp,
    awaited: Awaited,
) -> Phase {
    let (ender, end) = wait_end(attempt, connection, start);
    let end = end.max(start);
    let waited = end.since(last_progress(connection, awaited, (start, end)).min(end));
    match ender {
        Ender::Close(side) | Ender::Reset(side) if side != connection.client() => {
            Phase::failed(name, start, end, awaited)
        }
        _ if waited >= OVERDUE => Phase::stalled(name, start, end, awaited),
        Ender::Watching => Phase::unfinished(name, start),
        Ender::Close(_) | Ender::Reset(_) => Phase::failed(name, start, end, awaited),
    }
}

/// The longest stretch of `from..until` in which nothing new came from the server while nothing new came
/// from the client either: what the client waited. `None` when no pause falls into it.
pub(super) fn longest_pause(
    connection: &Connection,
    from: Timestamp,
    until: Timestamp,
) -> Option<Nanos> {
    connection
        .flow
        .pauses
        .iter()
        .filter_map(|pause| {
            let begin = pause.after.at.max(from);
            let end = (pause.after.at + pause.length).min(until);
            let length = end.since(begin);
            (length > Nanos(0)).then_some(length)
        })
        .max()
}
