//! Signs of life while nothing new was said (M14).

use super::packets::Packets;
use crate::flow::facts::{Pause, TcpFlow};
use crate::flow::journal::{Entry, Notes};
use crate::ids::Stamp;
use crate::packet::TcpFlags;
use crate::phase::{OVERDUE, Timeline};
use crate::side::Side;
use crate::time::Nanos;

/// What the client's kernel asked during the silence that matters, and what the server's kernel answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liveness {
    /// The last new thing before the silence.
    pub after: Stamp,
    /// The next new thing; `None` when there was none.
    pub until: Option<Stamp>,
    /// How long nothing new was said.
    pub length: Nanos,
    /// Keep-alives, window probes and retransmissions of the client.
    pub probes: u32,
    /// How many of them a packet of the server answered before the next one.
    pub answered: u32,
    /// The first and the last of the client's probes.
    pub probe_packets: Option<(Stamp, Stamp)>,
    /// The first answer.
    pub first_answer: Option<Answer>,
    /// The last answer.
    pub last_answer: Option<Answer>,
    /// The shortest and the longest time from a probe to its answer.
    pub answer_times: Option<(Nanos, Nanos)>,
    /// The server's last packet in it, answer or not: its kernel lived until then.
    pub last_heard: Option<Answer>,
    /// The client's FIN that ended it.
    pub farewell: Option<Farewell>,
}

/// A packet of the server's kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The packet.
    pub stamp: Stamp,
    /// Its relative sequence number: what the server says it has sent, plus the SYN (M8).
    pub sequence: u32,
}

/// A FIN after a silence: it asks the other kernel too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Farewell {
    /// The FIN.
    pub sent: Stamp,
    /// The ACK of it.
    pub answer: Option<Answer>,
}

/// M14 of the longest silence that falls into the phase in trouble, else of the longest one.
pub(super) fn of(
    flow: &TcpFlow,
    client: Side,
    timeline: &Timeline,
    packets: &Packets<'_>,
) -> Option<Liveness> {
    let pause = silence(flow, timeline)?;
    let mut found = Liveness {
        after: pause.after,
        until: pause.until,
        length: pause.length,
        probes: 0,
        answered: 0,
        probe_packets: None,
        first_answer: None,
        last_answer: None,
        answer_times: None,
        last_heard: None,
        farewell: farewell(flow, client, pause, packets),
    };
    let mut open: Option<Stamp> = None;
    for entry in packets.after(pause.after) {
        let stamp = entry.stamp();
        if pause
            .until
            .is_some_and(|until| stamp.packet >= until.packet)
        {
            break;
        }
        if entry.side() == client {
            if is_probe(entry) {
                found.on_probe(stamp);
                open = Some(stamp);
            }
        } else {
            found.last_heard = Some(Answer::of(entry));
            if is_answer(entry)
                && let Some(probe) = open.take()
            {
                found.on_answer(Answer::of(entry), probe);
            }
        }
    }
    if !packets.are_all() {
        found.count_left_out(flow, client, pause);
    }
    Some(found)
}

fn silence<'a>(flow: &'a TcpFlow, timeline: &Timeline) -> Option<&'a Pause> {
    let long = || flow.pauses.iter().filter(|pause| pause.length >= OVERDUE);
    let trouble = timeline.phases.iter().find(|phase| phase.is_trouble());
    let in_trouble = trouble.and_then(|phase| {
        let start = phase.start?;
        let meets = |pause: &&Pause| {
            let ends_before = pause.after.at + pause.length <= start;
            let begins_after = phase.end.is_some_and(|end| end <= pause.after.at);
            !ends_before && !begins_after
        };
        long().find(meets)
    });
    in_trouble.or_else(|| long().next())
}

fn is_probe(entry: &Entry) -> bool {
    let notes = entry.notes();
    notes.contains(Notes::KEEP_ALIVE)
        || notes.contains(Notes::ZERO_WINDOW_PROBE)
        || notes.contains(Notes::RETRANSMISSION)
}

/// The server's kernel sends it because it was asked. What it sends by its own timers (a SYN-ACK or data
/// once more, a probe of its own) it sends whether or not anything reaches it.
fn is_answer(entry: &Entry) -> bool {
    !is_probe(entry) && !entry.flags.intersects(TcpFlags::SYN)
}

fn farewell(
    flow: &TcpFlow,
    client: Side,
    pause: &Pause,
    packets: &Packets<'_>,
) -> Option<Farewell> {
    let fin = flow.sides[client].fin.as_ref()?;
    (pause.until == Some(fin.stamp)).then(|| Farewell {
        sent: fin.stamp,
        answer: fin
            .acked
            .and_then(|acked| packets.at(acked))
            .map(Answer::of),
    })
}

impl Answer {
    const fn of(entry: &Entry) -> Self {
        Self {
            stamp: entry.stamp(),
            sequence: entry.sequence,
        }
    }
}

impl Liveness {
    fn on_probe(&mut self, stamp: Stamp) {
        self.probes = self.probes.saturating_add(1);
        let first = self.probe_packets.map_or(stamp, |(first, _)| first);
        self.probe_packets = Some((first, stamp));
    }

    fn on_answer(&mut self, answer: Answer, probe: Stamp) {
        self.answered = self.answered.saturating_add(1);
        self.first_answer.get_or_insert(answer);
        self.last_answer = Some(answer);
        let took = answer.stamp.at.since(probe.at);
        let (shortest, longest) = self.answer_times.unwrap_or((took, took));
        self.answer_times = Some((shortest.min(took), longest.max(took)));
    }

    /// Of a silence with more packets than are kept: by the flow's own counts of keep-alives.
    fn count_left_out(&mut self, flow: &TcpFlow, client: Side, pause: &Pause) {
        let Some(alive) = flow.sides[client].keep_alives.as_ref() else {
            return;
        };
        let probes = alive.sent.min(pause.packets[client]);
        if probes > self.probes {
            self.probes = probes;
            self.answered = alive.answered.min(pause.packets[!client]).min(probes);
        }
    }
}
