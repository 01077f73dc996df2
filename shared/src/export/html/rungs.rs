//! What stands in a ladder, from top to bottom: the packets of an attempt, or what its client's socket was told.

use super::markup::Markup;
use crate::report::v1::{Attempt, End, JournalPacket, PhaseOutcome, Probe, ProbeEvent};
use crate::text::{Language, Message, has};
use crate::time::Nanos;

/// Rungs drawn at the start and at the end of an attempt.
const HEAD: usize = 18;
const TAIL: usize = 8;
/// A gap is drawn from this length on, where it is also a good part of the attempt.
const GAP_NS: i64 = 200_000_000;

/// The peer's kernel answered a question of TCP's, which no process sees.
pub(super) const PEER_ALIVE: &str = "peer-alive";

/// Events that another one beside them says as well, or that are of no other host.
const PASSED_OVER: [&str; 4] = ["record", "request-begun", "head-read", "handshake-done"];

/// One line of a ladder.
pub(super) enum Rung {
    /// Something went from one side to the other, or happened at the client.
    Step(Step),
    /// Nothing that was awaited came: what to say of it, in each language.
    Gap(Vec<String>),
    /// So many are not drawn.
    LeftOut(u64),
}

/// A packet or an event.
pub(super) struct Step {
    /// Whose it is; neither's where the client's host says something of itself.
    pub(super) from: Option<End>,
    /// When, after the attempt's start.
    pub(super) at_ns: i64,
    /// Number of the packet or event.
    pub(super) number: u32,
    /// What it is.
    pub(super) label: String,
}

/// The rungs of an attempt; none where neither packets nor events are known.
pub(super) fn rungs(page: &Markup, attempt: &Attempt) -> Vec<Rung> {
    let (all, hidden) = match &attempt.probe {
        Some(probe) if attempt.packets.is_empty() => (of_events(page, attempt, probe), 0),
        _ => (of_packets(page, attempt), attempt.packets_left_out),
    };
    cut(all, hidden)
}

/// What an event is called, and which way it went.
pub(super) fn named(page: &Markup, event: &ProbeEvent) -> (String, Option<End>) {
    let id = format!("page-event-{}", event.kind);
    let said = if has(Language::default(), &id) {
        page.words(&Message::new(id))
    } else {
        event.kind.clone()
    };
    let detail = event.detail.as_ref().filter(|_| !is_said(&event.kind));
    let said = detail.map_or_else(|| said.clone(), |detail| format!("{said} ({detail})"));
    (said, direction(&event.kind))
}

/// Its words have the detail in them.
fn is_said(kind: &str) -> bool {
    matches!(kind, "dns-query" | "dns-response")
}

fn direction(kind: &str) -> Option<End> {
    match kind {
        "syn-sent"
        | "proxy-asked"
        | "client-hello-written"
        | "alert-sent"
        | "finished-written"
        | "request-begun"
        | "request-written"
        | "closed-by-client"
        | "dns-query" => Some(End::Client),
        "connect-failed" | "handshake-done" | "broken" | "limit-fired" | "interrupted"
        | "lost-race" => None,
        _ => Some(End::Server),
    }
}

fn of_packets(page: &Markup, attempt: &Attempt) -> Vec<Rung> {
    let whole = attempt.ended_ns - attempt.started_ns;
    let mut rungs = Vec::new();
    let mut last: Option<&JournalPacket> = None;
    for packet in &attempt.packets {
        let gap = last.map_or(0, |last| packet.at_ns - last.at_ns);
        if is_gap(gap, whole) {
            rungs.push(Rung::Gap(gap_between_packets(page, attempt, gap)));
        }
        rungs.push(Rung::Step(Step {
            from: Some(packet.from),
            at_ns: packet.at_ns - attempt.started_ns,
            number: packet.packet.number,
            label: label(packet),
        }));
        last = Some(packet);
    }
    rungs
}

fn of_events(page: &Markup, attempt: &Attempt, probe: &Probe) -> Vec<Rung> {
    let whole = attempt.ended_ns - attempt.started_ns;
    let mut rungs = Vec::new();
    let (mut last, mut answered) = (None, 0_u64);
    for (number, event) in (1..).zip(&probe.events) {
        let at = event.kernel_ns.unwrap_or(event.at_ns);
        if event.kind == PEER_ALIVE {
            answered += 1;
            continue;
        }
        if PASSED_OVER.contains(&event.kind.as_str()) {
            continue;
        }
        let gap = last.map_or(0, |last| at - last);
        if is_gap(gap, whole) {
            let said = gap_between_events(page, attempt, Nanos(gap), answered);
            rungs.push(Rung::Gap(said));
        }
        let (said, from) = named(page, event);
        let bytes = event.bytes.map(|bytes| format!(" · {bytes} B"));
        rungs.push(Rung::Step(Step {
            from,
            at_ns: at - attempt.started_ns,
            number,
            label: said + &bytes.unwrap_or_default(),
        }));
        (last, answered) = (Some(at), 0);
    }
    rungs
}

const fn is_gap(gap: i64, whole: i64) -> bool {
    gap >= GAP_NS && gap >= whole / 10
}

/// The first and the last ones; packets that the report has not are counted with those between.
fn cut(mut all: Vec<Rung>, left_out: u64) -> Vec<Rung> {
    let between = all.len().saturating_sub(HEAD + TAIL);
    if between == 0 {
        return all;
    }
    let tail = all.split_off(HEAD + between);
    let hidden = all.split_off(HEAD);
    let steps = hidden
        .iter()
        .filter(|rung| matches!(rung, Rung::Step(_)))
        .count();
    all.push(Rung::LeftOut(steps as u64 + left_out));
    all.extend(tail);
    all
}

/// `PSH,ACK 282 B client-hello`
fn label(packet: &JournalPacket) -> String {
    let mut parts = Vec::new();
    parts.extend(packet.flags.clone());
    if packet.length > 0 {
        parts.push(format!("{} B", packet.length));
    }
    parts.extend(packet.notes.iter().take(2).cloned());
    parts.join(" · ")
}

fn gap_between_packets(page: &Markup, attempt: &Attempt, length: i64) -> Vec<String> {
    let awaited = attempt
        .silences
        .iter()
        .find(|silence| (silence.end_ns - silence.start_ns - length).abs() < GAP_NS);
    let said = match awaited {
        Some(silence) => Message::new("page-nothing-awaited")
            .with("length", Nanos(length))
            .with("awaited", silence.awaiting.as_str()),
        None => Message::new("page-nothing-came").with("length", Nanos(length)),
    };
    page.each(&said)
}

fn gap_between_events(
    page: &Markup,
    attempt: &Attempt,
    length: Nanos,
    answered: u64,
) -> Vec<String> {
    let stalled = attempt
        .phases
        .iter()
        .find(|phase| phase.outcome == PhaseOutcome::Stalled);
    let awaited = stalled.and_then(|phase| phase.awaiting.as_deref());
    let said = match (awaited, answered) {
        (Some(awaited), 0) => Message::new("page-nothing-awaited").with("awaited", awaited),
        (Some(awaited), _) => Message::new("page-nothing-answered")
            .with("awaited", awaited)
            .with("count", answered),
        (None, _) => Message::new("page-nothing-came"),
    };
    page.each(&said.with("length", length))
}
