//! T16: the client's own link is full, and every packet waits in its queue.

use crate::diagnosis::{
    Answer, Brief, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity,
};
use crate::phase::PhaseName;
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::T16,
    documentation: Documentation {
        sees: "While another connection of the host moves bulk data, round trips to this address are at times longer \
               than they are at others by more than TCP's least timeout, and so are those of that connection, which \
               goes to another address.",
        means: "Two addresses have only the client's side in common. There a queue stands that the bulk data fills: \
                every packet of the host waits in it.",
        refuted_by: "Round trips to the other address that stay short, a path that is always long, no bulk transfer.",
        needs: "The bulk transfer in the same capture.",
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

/// Linux's least retransmission timeout (`TCP_RTO_MIN`): a queue that adds more than this makes TCP send again what
/// was not lost.
const QUEUED: Nanos = Nanos::from_millis(200);

/// The largest window without scaling (RFC 7323 §1.1): a transfer smaller than one window cannot keep a queue full.
const BULK: u64 = 65_535;

fn judge(case: &Case<'_>) -> Answer {
    saturated(case).into()
}

fn saturated(case: &Case<'_>) -> Option<Finding> {
    let own = case.brief()?;
    let (shortest, longest) = queued(own)?;
    let (from, until) = case.span();
    let bulk = case.own_others().find(|brief| {
        brief.server.ip() != case.server().ip()
            && brief.meets(from, until)
            && brief.server_bytes.max(brief.client_bytes) > BULK
            && queued(brief).is_some()
    })?;
    if case.is_failure() || !(own.is_stalled || longest > QUEUED) {
        return None;
    }
    let (other_shortest, other_longest) = queued(bulk)?;
    let trips = Evidence::packets("ev-round-trips-vary", [own.first, own.last])?
        .with("shortest", shortest)
        .with("longest", longest);
    let other = Evidence::packets("ev-bulk-beside", [bulk.first, bulk.last])?
        .with("other", bulk.server)
        .with("bytes", bulk.server_bytes.max(bulk.client_bytes))
        .with("shortest", other_shortest)
        .with("longest", other_longest);
    Some(
        case.finding(Cause::T16, Party::Client, PhaseName::Connect, trips)
            .severity(Severity::Delay)
            .confidence(Confidence::Likely)
            .with("longest", longest)
            .with("other", bulk.server)
            .shown_by([other.clone()])
            .rules_out(Party::Server, [other])
            .or(&[Cause::H13, Cause::A11]),
    )
}

/// Its shortest and longest round trip, when the queue in between is longer than TCP's least timeout and than the
/// path.
fn queued(brief: &Brief) -> Option<(Nanos, Nanos)> {
    let (shortest, longest) = brief.round_trip_range()?;
    let queue = longest.get().saturating_sub(shortest.get());
    (queue >= QUEUED.get() && queue >= shortest.get()).then_some((shortest, longest))
}
