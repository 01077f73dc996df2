//! Who was alive, and when nothing was said (M14).

use crate::ids::Stamp;
use crate::side::{PerSide, Side};
use crate::time::Nanos;

/// A time without any packet of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The packet before.
    pub after: Stamp,
    /// The packet that ended it; `None` when it lasted to the end of the capture.
    pub until: Option<Stamp>,
    /// How long. Up to the capture's last packet when `until` is `None`.
    pub length: Nanos,
    /// Who sent the packet before.
    pub last_speaker: Side,
    /// Whether each side had unacknowledged data (or a SYN or FIN) out when it began.
    pub outstanding: PerSide<bool>,
}

/// A time without anything new: no payload for the first time, no SYN, FIN or RST, from either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The last packet with something new.
    pub after: Stamp,
    /// The next one; `None` when there was none.
    pub until: Option<Stamp>,
    /// How long. Up to the capture's last packet when `until` is `None`.
    pub length: Nanos,
    /// Who sent the packet before.
    pub last_speaker: Side,
    /// Packets of the flow in between: proof that the capture was looking, and who was alive.
    pub packets: PerSide<u32>,
}

/// Keep-alives that one side sent, and the other's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeepAlives {
    /// How many.
    pub sent: u32,
    /// How many were answered before the next one.
    pub answered: u32,
    /// How many at the end had no answer.
    pub unanswered_last: u32,
    /// The first ones, in order.
    pub first: Vec<KeepAlive>,
    /// The last one.
    pub last: Option<KeepAlive>,
}

/// A keep-alive and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// The keep-alive.
    pub sent: Stamp,
    /// The answer; `None` when none was seen.
    pub answered: Option<Stamp>,
    /// Sequence position of the answer: what the other side had sent by then (M8). 0 without answer.
    pub answer_position: u64,
    /// Payload bytes of the answering side that the capture had by then.
    pub answer_expected: u64,
}

/// Times in which a side announced a receive window of 0 (A4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZeroWindows {
    /// How many times the window closed.
    pub count: u32,
    /// How long it was closed in total, up to the last packet for one that stayed closed.
    pub total: Nanos,
    /// The first ones.
    pub spans: Vec<ZeroWindowSpan>,
    /// The first and the last packet of a span that did not end.
    pub open_span: Option<(Stamp, Stamp)>,
}

/// From the first announcement of 0 to the first of more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZeroWindowSpan {
    /// The segment that closed the window.
    pub from: Stamp,
    /// The segment that opened it; `None` when none did.
    pub until: Option<Stamp>,
}
