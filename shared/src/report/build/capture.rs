//! A capture and its quality.

use super::context::hex;
use super::{Context, kind_name};
use crate::attempt::Connection;
use crate::capture::{CaptureEnd, CaptureFacts, Container, InterfaceFacts, TimeUnit};
use crate::packet::Counters;
use crate::report::v1;
use crate::side::Side;

/// What the flows of a capture say of its quality.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlowQuality {
    duplicates: u64,
    one_sided: u64,
    super_segments: u64,
    joined_midway: u64,
    acked_unseen: u64,
}

impl FlowQuality {
    /// Counts one flow.
    pub fn add(&mut self, connection: &Connection) {
        let flow = &connection.flow;
        // Unanswered SYNs alone are no sign that one direction was not captured.
        let handshake = &flow.handshake;
        let only_syns =
            handshake.syn_count > 0 && handshake.syn_count == flow.sides.originator.packets;
        self.one_sided += u64::from(flow.is_one_sided() && !only_syns);
        self.joined_midway += u64::from(flow.joined_midway());
        for side in [Side::Originator, Side::Responder].map(|side| &flow.sides[side]) {
            self.duplicates += u64::from(side.duplicate_packets);
            self.super_segments += u64::from(side.handicaps.super_segments);
            self.acked_unseen += u64::from(side.loss.acked_unseen);
        }
    }
}

/// A capture as the report holds it.
#[must_use]
pub fn capture(
    name: &str,
    facts: &CaptureFacts,
    (counters, flows): (&Counters, FlowQuality),
    context: &Context,
) -> v1::Capture {
    let mut link_types: Vec<_> = facts.link_types.clone();
    link_types.sort_by_key(|(_, packets)| std::cmp::Reverse(*packets));
    v1::Capture {
        name: name.to_owned(),
        sha256: facts.sha256.map(|digest| hex(&digest)),
        format: facts
            .format
            .map_or("unknown", |format| container(format.container))
            .to_owned(),
        compression: facts
            .format
            .and_then(|format| format.compression)
            .map(|c| c.to_string()),
        packets: facts.packet_count,
        bytes: facts.bytes_fed,
        first_ns: facts.times.earliest.map(|at| context.ns(at)),
        last_ns: facts.times.latest.map(|at| context.ns(at)),
        link_types: link_types
            .into_iter()
            .map(|(link_type, packets)| v1::LinkTypeCount {
                link_type: link_type.0,
                name: link_type.name().map(str::to_owned),
                packets,
            })
            .collect(),
        interfaces: facts.interfaces.iter().map(interface).collect(),
        quality: quality(facts, counters, flows),
        comments: facts
            .comments
            .iter()
            .map(|comment| comment.text.clone())
            .collect(),
    }
}

const fn container(container: Container) -> &'static str {
    match container {
        Container::PcapMicros => "pcap",
        Container::PcapNanos => "pcap-nanosecond",
        Container::PcapModified => "pcap-modified",
        Container::Pcapng => "pcapng",
    }
}

fn interface(facts: &InterfaceFacts) -> v1::Interface {
    let statistics = &facts.statistics;
    let dropped = [statistics.interface_dropped, statistics.os_dropped];
    v1::Interface {
        name: facts.name.clone(),
        description: facts.description.clone(),
        link_type: facts.link_type.0,
        snap_length: facts.snaplen,
        tick_ns: match facts.time_unit {
            TimeUnit::Decimal(power @ 0..=9) => 10_u64.checked_pow(u32::from(9 - power)),
            TimeUnit::Decimal(_) | TimeUnit::Binary(_) => None,
        },
        received: statistics.received,
        dropped: dropped.into_iter().flatten().reduce(u64::saturating_add),
    }
}

fn quality(facts: &CaptureFacts, counters: &Counters, flows: FlowQuality) -> v1::Quality {
    let kinds = counters
        .not_understood
        .iter()
        .map(|(kind, tally)| v1::NotUnderstood {
            kind: kind_name::kind(*kind),
            packets: tally.packets,
        });
    let broken = counters
        .malformed
        .iter()
        .map(|(malformed, tally)| v1::NotUnderstood {
            kind: kind_name::malformed(*malformed),
            packets: tally.packets,
        });
    v1::Quality {
        kernel_drops: facts.dropped(),
        snapped_packets: facts.snapped_count,
        time_went_back: facts.times.went_back_count,
        largest_step_back_ns: facts.times.largest_step_back.get(),
        packets_without_time: facts.times.missing_count,
        duplicates: flows.duplicates,
        one_sided_flows: flows.one_sided,
        offload_super_segments: flows.super_segments,
        flows_joined_midway: flows.joined_midway,
        acked_not_captured: flows.acked_unseen,
        cut_at: match facts.end {
            CaptureEnd::Cut { packet, offset } => Some(v1::CutAt {
                packet: packet.map(crate::ids::PacketNumber::get),
                offset,
            }),
            CaptureEnd::NotYet | CaptureEnd::Clean | CaptureEnd::Damaged { .. } => None,
        },
        bytes_skipped: facts.bytes_skipped,
        not_understood: kinds.chain(broken).collect(),
    }
}
