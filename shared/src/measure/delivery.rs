//! What became of a message's bytes on their way: acknowledged, held in part, sent again.

use super::packets::Packets;
use crate::flow::facts::{Retransmission, SideFacts, TcpFlow};
use crate::ids::Stamp;
use crate::side::Side;

/// What became of one message (M3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Its bytes.
    pub bytes: u64,
    /// The other side's first packet that acknowledges all of it; `None` when none does.
    pub acked: Option<Stamp>,
    /// How many of its bytes were acknowledged in the end.
    pub acked_bytes: u64,
    /// A part of it that the other side reported to hold although bytes before were missing: from and to,
    /// counted from its first byte, and the packet that said so (H4).
    pub sacked: Option<(u64, u64, Stamp)>,
    /// How often its most repeated byte was sent, the first time counted.
    pub copies: u32,
    /// The repetitions of any of it, kept ones.
    pub resent: Vec<Stamp>,
}

/// A message's stream positions: of its first byte, and after its last.
pub(super) type Range = (u64, u64);

/// What became of `range` of `side`'s stream, which `sent` completed.
pub(super) fn delivery(
    flow: &TcpFlow,
    packets: &Packets<'_>,
    side: Side,
    (start, end): Range,
    sent: Stamp,
) -> Delivery {
    let sender = &flow.sides[side];
    let mark = flow
        .marks
        .iter()
        .find(|mark| mark.side == side && mark.end == end);
    let bytes = end.saturating_sub(start);
    let acked_bytes = acked_position(sender).saturating_sub(start).min(bytes);
    // An ACK from before it was sent belongs to an older connection of the same ports.
    let told = mark.and_then(|mark| mark.acked).map(|acked| acked.stamp);
    let acked = || match told {
        Some(acked) if acked.packet > sent.packet => Some(acked),
        None if mark.is_some() => None,
        _ => {
            // Relative numbers count the SYN, positions do not.
            let end = u32::try_from(end.saturating_add(1) & u64::from(u32::MAX)).ok()?;
            packets
                .after(sent)
                .find(|entry| entry.acknowledges(!side, end))
                .map(crate::flow::journal::Entry::stamp)
        }
    };
    let sacked = mark.and_then(|mark| mark.sacked.as_deref().copied());
    let repeated = || repetitions(sender).filter(|copy| overlaps(copy, (start, end)));
    let most = repeated()
        .map(|copy| {
            let first = copy.start.max(start);
            let covering = repeated().filter(|other| overlaps(other, (first, first + 1)));
            covering.count()
        })
        .max()
        .unwrap_or(0);
    Delivery {
        bytes,
        acked: if acked_bytes == bytes { acked() } else { None },
        acked_bytes,
        sacked: sacked.and_then(|(left, right, stamp)| {
            let inside = |edge: u64| edge.saturating_sub(start).min(bytes);
            // What is behind the message, a FIN above all, is no part of it.
            (inside(left) < inside(right)).then_some((inside(left), inside(right), stamp))
        }),
        copies: u32::try_from(most).unwrap_or(u32::MAX).saturating_add(1),
        resent: repeated().map(|copy| copy.stamp).collect(),
    }
}

/// The kept retransmissions of a side in order.
pub(super) fn repetitions(side: &SideFacts) -> impl Iterator<Item = &Retransmission> {
    side.retransmissions
        .iter()
        .chain(side.last_retransmission.as_deref())
}

/// It repeats some of `range`.
pub(super) const fn overlaps(copy: &Retransmission, (start, end): Range) -> bool {
    copy.start < end && start < copy.start.saturating_add(copy.length as u64)
}

fn acked_position(side: &SideFacts) -> u64 {
    side.acked.map_or(0, |acked| acked.position)
}
