//! What headers tell of the way: sequence (M8), identification (M11), TTL (M12), and what the capture
//! itself spoils.

use super::packets::Packets;
use crate::flow::facts::{IpIdFacts, SequenceJump, SideFacts, TcpFlow};
use crate::ids::Stamp;
use crate::side::{PerSide, Side};

/// M8: what the server is known to have sent, against what the client had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Position after the last one that the server is known to have sent.
    pub sent_to: u64,
    /// Position up to which the client acknowledged.
    pub received_to: u64,
    /// Bytes that the server jumped over, that never came and that the client never acknowledged.
    pub missing: u64,
    /// The jumps, first ones, those that were healed too.
    pub jumps: Vec<SequenceJump>,
    /// How many jumps there were.
    pub jump_count: u32,
    /// The client's ACK of the highest position.
    pub last_ack: Option<Stamp>,
    /// The server's last packet: the last word on `sent_to`.
    pub last_heard: Option<Stamp>,
}

/// M12 of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ttls {
    /// The values, by first packet.
    pub values: Vec<TtlCount>,
    /// How often the value changed from packet to packet, over all packets.
    pub change_count: u32,
}

/// One time to live or hop limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtlCount {
    /// The value.
    pub ttl: u8,
    /// Packets with it: all of them when it never changed, else kept ones.
    pub packets: u32,
    /// The first of them.
    pub first: Stamp,
}

/// What makes the capture of a side less telling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caveats {
    /// Packets larger than the other side's MSS allows: cut or merged beside the capture point.
    pub super_segments: u32,
    /// The first of them.
    pub first_super_segment: Option<Stamp>,
    /// Packets whose payload was cut by the snapshot length.
    pub snapped_segments: u32,
    /// Packets captured twice.
    pub duplicate_packets: u32,
    /// Acknowledgements by this side of something that the capture does not have.
    pub acked_unseen: u32,
    /// Stream bytes of this side that were sent and are not in the capture.
    pub missing_bytes: u64,
}

/// The same for both sides.
pub(super) fn each_side<T>(make: impl Fn(Side) -> T) -> PerSide<T> {
    PerSide {
        originator: make(Side::Originator),
        responder: make(Side::Responder),
    }
}

/// M8.
pub(super) fn sequence(flow: &TcpFlow, client: Side) -> Option<Sequence> {
    if flow.is_one_sided() {
        return None;
    }
    let server = &flow.sides[!client];
    let lost = server
        .jumps
        .iter()
        .filter(|jump| jump.filled.is_none() && jump.acked.is_none());
    Some(Sequence {
        sent_to: server.known_end,
        received_to: server.acked.map_or(0, |acked| acked.position),
        missing: lost
            .map(|jump| jump.found.saturating_sub(jump.expected))
            .fold(0, u64::saturating_add),
        jumps: server.jumps.to_vec(),
        jump_count: server.jump_count,
        last_ack: server.acked.map(|acked| acked.stamp),
        last_heard: server.last,
    })
}

/// M11.
pub(super) fn ip_id(flow: &TcpFlow, client: Side) -> Option<IpIdFacts> {
    let facts = &flow.sides[!client].ip_id;
    facts.first.is_some().then(|| facts.clone())
}

/// M12.
pub(super) fn ttls(flow: &TcpFlow, packets: &Packets<'_>, side: Side) -> Ttls {
    let sender = &flow.sides[side];
    let mut values: Vec<TtlCount> = Vec::new();
    for entry in packets.iter().filter(|entry| entry.side() == side) {
        match values.iter_mut().find(|value| value.ttl == entry.ttl) {
            Some(value) => value.packets = value.packets.saturating_add(1),
            None => values.push(TtlCount {
                ttl: entry.ttl,
                packets: 1,
                first: entry.stamp(),
            }),
        }
    }
    let change_count = sender.ttl.change_count;
    if let (0, [only]) = (change_count, values.as_mut_slice()) {
        only.packets = sender.packets;
    }
    for change in &sender.ttl.changes {
        if !values.iter().any(|value| value.ttl == change.to) {
            values.push(TtlCount {
                ttl: change.to,
                packets: 1,
                first: change.stamp,
            });
        }
    }
    values.sort_by_key(|value| value.first.packet);
    Ttls {
        values,
        change_count,
    }
}

impl Caveats {
    pub(super) fn of(side: &SideFacts) -> Self {
        let handicaps = &side.handicaps;
        Self {
            super_segments: handicaps.super_segments,
            first_super_segment: handicaps.first_super_segment.as_deref().copied(),
            snapped_segments: handicaps.snapped_segments,
            duplicate_packets: side.duplicate_packets,
            acked_unseen: side.loss.acked_unseen,
            missing_bytes: side.missing_bytes,
        }
    }
}
