//! What headers tell of hosts and boxes on the way: TTL, identification, timestamps, round trips.

use crate::flow::few::Rare;
use crate::ids::Stamp;
use crate::time::Nanos;

/// Times to live or hop limits of one side's packets (M12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TtlFacts {
    /// That of the first packet; `None` when the side sent none.
    pub first: Option<u8>,
    /// Every change from packet to packet, first ones.
    pub changes: Rare<TtlChange>,
    /// How many changes there were.
    pub change_count: u32,
}

/// A packet whose TTL differs from that of the side's packet before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtlChange {
    /// The packet.
    pub stamp: Stamp,
    /// TTL before.
    pub from: u8,
    /// Its TTL.
    pub to: u8,
}

/// IPv4 identification of one side's packets (M11). SYN, SYN-ACK, RST and packets with
/// identification 0 are left out: they need not come from the flow's counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpIdFacts {
    /// The first identification; `None` when the side sent no such packet.
    pub first: Option<u16>,
    /// The last identification.
    pub last: Option<u16>,
    /// Packets looked at.
    pub visible: u32,
    /// Steps of exactly 1 from packet to packet.
    pub single_steps: u32,
    /// Forward steps of 2 up to `limits::IP_ID_STEP`.
    pub gap_count: u32,
    /// Packets that those gaps leave out.
    pub missing: u32,
    /// Steps backward, of 0, or too far: the numbers are not a counter of this flow.
    pub wild_steps: u32,
    /// Gaps, first ones.
    pub gaps: Vec<IpIdGap>,
}

impl IpIdFacts {
    /// The numbers behave as a counter of this flow alone: steps of 1 were seen again and again, at
    /// least half as often as gaps, and nothing wild. Only then do gaps count unseen packets.
    #[must_use]
    pub const fn is_counter(&self) -> bool {
        self.single_steps >= 2
            && self.single_steps.saturating_mul(2) >= self.gap_count
            && self.wild_steps == 0
    }
}

/// Identifications left out between two packets of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpIdGap {
    /// The packet before.
    pub before: Stamp,
    /// The packet after.
    pub after: Stamp,
    /// How many identifications lie between.
    pub missing: u16,
}

/// Round trips from one side's data to the other's acknowledgement, retransmitted data left out
/// (Karn's rule, RFC 6298 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundTrips {
    /// How many samples; at least 1.
    pub count: u32,
    /// The first.
    pub first: Nanos,
    /// The shortest.
    pub min: Nanos,
    /// The longest.
    pub max: Nanos,
    /// The last.
    pub last: Nanos,
    /// Smoothed as in RFC 6298 §2 (alpha 1/8).
    pub smoothed: Nanos,
}

/// Whether a side's packets carry the timestamps option (RFC 7323; M13). RST is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimestampUse {
    /// Packets with the option, SYN and SYN-ACK included.
    pub with: u32,
    /// Packets without it, SYN and SYN-ACK included.
    pub without: u32,
    /// The side's SYN or SYN-ACK had it; `None` when that was not seen.
    pub offered: Option<bool>,
    /// The first packet after the SYN that lacks it although both SYN and SYN-ACK had it.
    pub first_missing: Option<Box<Stamp>>,
    /// TSval of its last packet that has the option.
    pub latest: Option<u32>,
}

/// How far the other side's clock went on between the timestamp that a data packet echoes and the packet: a round trip,
/// at least, in ticks of that clock (RFC 7323 §4.1). Kept of transfers of more than [`BULK`](Self::BULK).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EchoLag {
    /// The longest that [`RUN`](Self::RUN) data packets in a row all needed; `None` of fewer packets.
    pub longest: Option<u32>,
    pub(in crate::flow) least: u32,
    pub(in crate::flow) run: u8,
}

impl EchoLag {
    /// The largest window without scaling, bytes (RFC 7323 §1.1): a transfer smaller than one window cannot keep a
    /// queue full.
    pub const BULK: u64 = 65_535;
    /// Data packets of an initial window (RFC 6928): fewer may all be of one burst after a pause of the sender's.
    pub const RUN: u8 = 10;
}
