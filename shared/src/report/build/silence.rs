//! Silences: what was awaited while nothing came, and why it would have been seen.

use super::Context;
use super::context::{Ends, packet};
use crate::attempt::Connection;
use crate::flow::facts::{Pause, TcpFlow};
use crate::phase::{Awaited, Phase, PhaseName, Timeline, Turn};
use crate::report::v1;
use crate::side::Side;
use crate::time::Timestamp;

/// The pauses that fall into a phase in which somebody was awaited, longest first.
pub(super) fn silences(
    connection: &Connection,
    timeline: &Timeline,
    context: &Context,
) -> Vec<v1::Silence> {
    let ends = Ends {
        client: connection.client(),
    };
    let flow = &connection.flow;
    flow.pauses
        .iter()
        .filter_map(|pause| {
            let awaited = awaited_during(pause, timeline, connection.client())?;
            let side = match awaited.turn() {
                Turn::Client => ends.client,
                Turn::Server => !ends.client,
                Turn::Either => !pause.last_speaker,
            };
            Some(v1::Silence {
                after: packet(pause.after),
                until: pause.until.map(packet),
                start_ns: context.ns(pause.after.at),
                end_ns: context.ns(pause.after.at + pause.length),
                awaiting: awaited.name().to_owned(),
                from: ends.of(side),
                proof: proof(flow, side, pause, context),
            })
        })
        .collect()
}

/// What the phase that the pause falls into waited for at that moment.
fn awaited_during(pause: &Pause, timeline: &Timeline, client: Side) -> Option<Awaited> {
    let begin = pause.after.at;
    let phase = timeline.phases.iter().find(|phase| covers(phase, begin))?;
    if let Some(awaited) = phase.awaited {
        return Some(awaited);
    }
    let client_spoke = pause.last_speaker == client;
    Some(match phase.name {
        PhaseName::Dns => Awaited::DnsResponse,
        PhaseName::Connect if client_spoke => Awaited::SynAck,
        PhaseName::Connect => Awaited::HandshakeAck,
        PhaseName::Proxy if client_spoke => Awaited::ProxyReply,
        PhaseName::Proxy => Awaited::ProxyRequest,
        PhaseName::Tls if client_spoke => Awaited::ServerFlight,
        PhaseName::Tls => Awaited::NextFlight,
        PhaseName::Request => Awaited::RequestRest,
        PhaseName::Wait => Awaited::Response,
        PhaseName::Receive => Awaited::ResponseRest,
    })
}

fn covers(phase: &Phase, at: Timestamp) -> bool {
    phase.start.is_some_and(|start| start <= at) && phase.end.is_none_or(|end| at < end)
}

fn proof(flow: &TcpFlow, side: Side, pause: &Pause, context: &Context) -> v1::SilenceProof {
    let begin = pause.after.at;
    let end = begin + pause.length;
    let during = |at: Timestamp| at > begin && at <= end;
    let later = flow
        .journal
        .iter()
        .find(|entry| entry.side() == side && entry.stamp().at > begin);
    let sender = &flow.sides[side];
    let alive = flow.sides[!side].keep_alives.as_ref();
    let answered = alive.map_or(0, |alive| {
        let told = alive.first.iter().chain(alive.last.iter());
        let mut answers: Vec<_> = told
            .filter_map(|probe| probe.answered)
            .filter(|a| during(a.at))
            .collect();
        answers.dedup();
        answers.len() as u64
    });
    let lost = sender
        .jumps
        .iter()
        .filter(|jump| during(jump.stamp.at) && jump.acked.is_none());
    let running = context.running.filter(|last| last.at >= end);
    v1::SilenceProof {
        same_side_later: later.map(|entry| packet(entry.stamp())),
        capture_running: running.map(packet),
        kernel_drops: None,
        answered_probes: answered,
        sent_but_lost_bytes: lost
            .map(|jump| jump.found.saturating_sub(jump.expected))
            .sum(),
    }
}
