//! A11: a bulk transfer loses packets all the way: a policer, or a path with loss.

use crate::diagnosis::{
    Answer, Case, Cause, Confidence, Documentation, Evidence, Finding, Party, Rule, Severity, Tcp,
};
use crate::flow::facts::{Retransmission, SideFacts};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, PhaseName};
use crate::time::Nanos;

pub(super) const RULE: Rule = Rule {
    cause: Cause::A11,
    documentation: Documentation {
        sees: "A transfer of many segments in which one of 67 or more had to be sent again, from the beginning to the \
               end, for a second or more.",
        means: "At that rate of loss TCP cannot hold more than its initial window of ten segments in flight (Mathis et \
                al. 1997: 1.22 divided by the root of the rate), however fast the path is. Loss in even measure is \
                what a policer or a bad link does; loss that only ends a burst is TCP finding the path's limit.",
        refuted_by: "Copies that were spurious (the acknowledgements were late or lost), loss in one burst only, a \
                     capture that dropped packets itself (they are acknowledged and never sent again).",
        needs: "A hundred segments or more in one direction.",
        matches: &["d_a11_policer"],
        near_misses: &["d_ok_loss1", "d_ok_reorder_v6", "d_t16_bloat"],
        sources: &[
            "Mathis et al. 1997",
            "RFC 6928",
            "RFC 3649 §1",
            "pypi/support#3833",
        ],
    },
    explains: &[Cause::H13],
    judge,
};

/// A transfer of less is no bulk: the initial window alone is a tenth of it.
const BULK: u32 = 100;

/// Fewer losses are chance, or one burst.
const FEWEST: u32 = 10;

fn judge(case: &Case<'_>) -> Answer {
    let Some(tcp) = case.tcp() else {
        return Answer::NoMatch;
    };
    let download = losing(tcp.server).map(|span| (true, tcp.server, span));
    let upload = losing(tcp.client).map(|span| (false, tcp.client, span));
    let Some((is_download, side, span)) = download.or(upload) else {
        return Answer::NoMatch;
    };
    finding(case, &tcp, (is_download, side), span).into()
}

/// From the first to the last retransmission, where they are so many that loss bounds the rate.
fn losing(side: &SideFacts) -> Option<(Stamp, Stamp)> {
    let lost = lost(side);
    // (1.22 / 10)² is 1 in 67.
    let is_bound = u64::from(lost).saturating_mul(67) >= u64::from(side.payload_segments);
    if side.payload_segments < BULK || lost < FEWEST || !is_bound {
        return None;
    }
    let first = side.retransmissions.first()?.stamp;
    let last = last_copy(side)?.stamp;
    let is_throughout = Tcp::between(first, last) >= OVERDUE;
    is_throughout.then_some((first, last))
}

const fn lost(side: &SideFacts) -> u32 {
    let counts = &side.loss;
    counts
        .retransmissions
        .saturating_sub(counts.spurious_retransmissions)
}

fn last_copy(side: &SideFacts) -> Option<&Retransmission> {
    side.last_retransmission
        .as_deref()
        .or(side.retransmissions.last())
}

fn finding(
    case: &Case<'_>,
    tcp: &Tcp<'_>,
    (is_download, side): (bool, &SideFacts),
    (first, last): (Stamp, Stamp),
) -> Option<Finding> {
    let (lost, segments) = (lost(side), side.payload_segments);
    let length = Tcp::between(first, last);
    let rate = side
        .stream_bytes
        .saturating_mul(1_000_000_000)
        .checked_div(u64::try_from(total(case).get()).ok()?)?;
    let copies = side.retransmissions.iter().map(|copy| copy.stamp);
    let shown = Evidence::packets("ev-losses", copies.chain([last]))?
        .with("lost", lost)
        .with("segments", segments)
        .with("length", length);
    let phase = if is_download {
        PhaseName::Receive
    } else {
        PhaseName::Request
    };
    let variant = if is_download { "download" } else { "upload" };
    Some(
        case.finding(Cause::A11, Party::Network, phase, shown.clone())
            .variant(variant)
            .severity(Severity::Delay)
            .confidence(Confidence::Likely)
            .with("lost", lost)
            .with("segments", segments)
            .with("rate", rate / 1_000)
            .shown_by(tcp.unseen_packets())
            .rules_out(Party::Server, [shown])
            .or(&[Cause::H13, Cause::T16]),
    )
}

fn total(case: &Case<'_>) -> Nanos {
    let (from, until) = case.span();
    until.since(from).max(Nanos(1))
}
