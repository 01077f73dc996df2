//! T16: the client's own link is full, and every packet waits in its queue.

use std::net::SocketAddr;

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity,
};
use crate::phase::{OVERDUE, Phase, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T16,
    documentation: Documentation {
        sees: "While another connection of the host moves bulk data, round trips to this address are longer than they \
               are at other times by more than TCP's least timeout, and so are those of that connection, which goes \
               to another address. The attempt lost a second or more. Or its SYN had to be sent again, nothing tells \
               which of them was answered, and the other connection's round trips were longer than a SYN waits.",
        means: "Two addresses have only the client's side in common. There a queue stands that the bulk data fills: \
                every packet of the host waits in it.",
        refuted_by: "Round trips to the other address that stay short, a path that is always long, no bulk transfer.",
        needs: "The bulk transfer in the same capture, with TCP timestamps or acknowledged data of the client.",
        matches: &["d_t16_bloat"],
        near_misses: &[
            "d_ok_rtt300",
            "d_a11_policer",
            "d_t3_synackloss80",
            "old_synackloss",
        ],
        sources: &["RFC 8289 §4.4", "moby/moby#28724", "bufferbloat.net"],
    },
    explains: &[
        Cause::T1,
        Cause::T2,
        Cause::T3,
        Cause::T7,
        Cause::H13,
        Cause::H16,
        Cause::A1,
        Cause::A2,
        Cause::A11,
    ],
    judge,
};

/// How long a SYN waits before it is sent again (RFC 6298 §2.1).
const FIRST_TIMEOUT: Nanos = Nanos::from_secs(1);

fn judge(case: &Case<'_>) -> Answer {
    if case.is_failure() || case.tcp().is_none() || handshakes_and_wait(case) < OVERDUE {
        return Answer::NoMatch;
    }
    saturated(case).or_else(|| blocked(case)).into()
}

/// Round trips of its own show the queue.
fn saturated(case: &Case<'_>) -> Option<Finding> {
    let own = case.brief()?;
    let base = base(case)?;
    let (_, longest) = own.round_trip_range()?;
    if !Brief::is_queue(base, longest) {
        return None;
    }
    let bulk = bulk_beside(case)?;
    let trips = Evidence::packets("ev-round-trips-vary", [own.first, own.last])?
        .with("shortest", base)
        .with("longest", longest);
    let finding = finding(case, trips, &bulk)
        .confidence(Confidence::Likely)
        .with("longest", longest)
        .or(&[Cause::H13, Cause::A11]);
    Some(finding)
}

/// Only the bulk shows the queue: one in which each SYN waits for longer than until the next is sent.
fn blocked(case: &Case<'_>) -> Option<Finding> {
    let late = case.tcp()?.late_connect()?;
    let bulk = bulk_beside(case)?;
    if late.syn_ack.echoes.is_some() || bulk.longest < FIRST_TIMEOUT {
        return None;
    }
    let finding = finding(case, late.evidence(), &bulk)
        .variant("syn")
        .confidence(Confidence::Possible)
        .with("lost", late.lost)
        .with("longest", bulk.longest)
        .or(&[Cause::T1, Cause::T2, Cause::H13]);
    Some(finding)
}

fn finding(case: &Case<'_>, seen: Evidence, bulk: &Bulk) -> Finding {
    case.finding(Cause::T16, Party::Client, PhaseName::Connect, seen)
        .severity(Severity::Delay)
        .with("other", bulk.server)
        .shown_by([bulk.evidence.clone()])
        .rules_out(Party::Server, [bulk.evidence.clone()])
}

/// A transfer with another address.
struct Bulk {
    server: SocketAddr,
    longest: Nanos,
    evidence: Evidence,
}

/// One at the same time, whose round trips grew as well.
fn bulk_beside(case: &Case<'_>) -> Option<Bulk> {
    let (bulk, shortest, longest) = case
        .bulk_beside()
        .filter(|brief| brief.server.ip() != case.server().ip())
        .find_map(|brief| {
            let (shortest, longest) = brief.round_trip_range()?;
            Brief::is_queue(shortest, longest).then_some((brief, shortest, longest))
        })?;
    let evidence = Evidence::packets("ev-bulk-beside", [bulk.first, bulk.last])?
        .with("other", bulk.server)
        .with("bytes", bulk.server_bytes.max(bulk.client_bytes))
        .with("shortest", shortest)
        .with("longest", longest);
    Some(Bulk {
        server: bulk.server,
        longest,
        evidence,
    })
}

/// The shortest round trip that any attempt of the host at this address knows: the path without a queue, at most.
fn base(case: &Case<'_>) -> Option<Nanos> {
    let client = case.client().ip();
    let same = case.crowd.to(case.server().ip());
    let shortest = same
        .filter(|brief| brief.client.ip() == client)
        .filter_map(Brief::round_trip_range);
    shortest.map(|(shortest, _)| shortest).min()
}

/// What the attempt spent on handshakes and on waiting for the response.
fn handshakes_and_wait(case: &Case<'_>) -> Nanos {
    let is_counted = |phase: &&Phase| {
        matches!(
            phase.name,
            PhaseName::Connect | PhaseName::Tls | PhaseName::Wait
        )
    };
    let phases = case.timeline.phases.iter().filter(is_counted);
    let lengths = phases.filter_map(Phase::length);
    Nanos(lengths.fold(0, |sum, length| sum.saturating_add(length.get())))
}
