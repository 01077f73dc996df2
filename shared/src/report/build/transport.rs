//! What TCP says of one connection.

use super::Context;
use super::context::{Ends, packet};
use crate::flow::facts::{Reset, SideFacts, TcpFlow, ZeroWindows};
use crate::report::v1;
use crate::side::Side;

pub(super) fn transport(flow: &TcpFlow, ends: Ends, context: &Context) -> v1::Transport {
    let handshake = &flow.handshake;
    let syn = handshake.syns.first().map(|syn| syn.stamp);
    let syn_ack = handshake.syn_acks.first().map(|syn_ack| syn_ack.stamp);
    let teardown = teardown(flow, ends, context);
    let first_of = |kind| {
        teardown
            .iter()
            .find(|end| end.kind == kind)
            .map(|end| end.from)
    };
    v1::Transport {
        syn_ns: context.at(syn),
        syn_packet: syn.map(packet),
        syn_count: handshake.syn_count.into(),
        syn_retransmissions: handshake
            .syns
            .iter()
            .skip(1)
            .map(|syn| context.stamp(syn.stamp))
            .collect(),
        syn_ack_ns: context.at(syn_ack),
        syn_ack_packet: syn_ack.map(packet),
        syn_ack_count: handshake.syn_ack_count.into(),
        syn_ack_retransmissions: handshake
            .syn_acks
            .iter()
            .skip(1)
            .map(|syn_ack| context.stamp(syn_ack.stamp))
            .collect(),
        established_ns: context.at(handshake.ack),
        syn_rtt_ns: handshake.round_trip.map(|trip| trip.rtt.get()),
        segments: ends.each(&flow.sides, |side| segments(side)),
        retransmissions: ends.each(&flow.sides, |side| retransmissions(side, context)),
        zero_window: ends.each(&flow.sides, |side| {
            zero_window(side.zero_windows.as_deref(), context)
        }),
        keep_alives: ends.each(&flow.sides, |side| {
            side.keep_alives
                .as_ref()
                .map_or(0, |alive| alive.sent.into())
        }),
        keep_alives_answered: ends.each(&flow.sides, |side| {
            side.keep_alives
                .as_ref()
                .map_or(0, |alive| alive.answered.into())
        }),
        reset_by: first_of(v1::TeardownKind::Rst),
        closed_by: first_of(v1::TeardownKind::Fin),
        teardown,
        resets: flow.reset_count.into(),
        joined_midway: flow.joined_midway(),
        one_sided: flow.is_one_sided(),
        nth_use_of_ports: flow.nth,
        ends: ends.each(&flow.sides, |side| end(side, context)),
        rtt: ends.each(&flow.sides, |side| rtt(side)),
    }
}

fn segments(side: &SideFacts) -> v1::SegmentCounts {
    let loss = &side.loss;
    v1::SegmentCounts {
        out_of_order: loss.out_of_order.into(),
        lost_before: loss.lost_before.into(),
        acked_unseen: loss.acked_unseen.into(),
        duplicate_acks: loss.duplicate_acks.into(),
        keep_alives: loss.keep_alives.into(),
        keep_alive_acks: loss.keep_alive_acks.into(),
        zero_windows: loss.zero_windows.into(),
        zero_window_probes: loss.zero_window_probes.into(),
        zero_window_probe_acks: loss.zero_window_probe_acks.into(),
        window_full: loss.window_full.into(),
        window_updates: loss.window_updates.into(),
    }
}

fn retransmissions(side: &SideFacts, context: &Context) -> v1::Retransmissions {
    let loss = &side.loss;
    let told = loss
        .fast_retransmissions
        .saturating_add(loss.spurious_retransmissions);
    v1::Retransmissions {
        count: loss.retransmissions.into(),
        fast: loss.fast_retransmissions.into(),
        timeout: loss.retransmissions.saturating_sub(told).into(),
        spurious: loss.spurious_retransmissions.into(),
        first: side
            .retransmissions
            .iter()
            .map(|again| context.stamp(again.stamp))
            .collect(),
    }
}

fn zero_window(windows: Option<&ZeroWindows>, context: &Context) -> v1::ZeroWindow {
    windows.map_or_else(v1::ZeroWindow::default, |windows| v1::ZeroWindow {
        count: windows.count.into(),
        total_ns: windows.total.get(),
        first: windows.spans.first().map(|span| context.stamp(span.from)),
    })
}

/// Every kept reset and each side's FIN, in order of time.
fn teardown(flow: &TcpFlow, ends: Ends, context: &Context) -> Vec<v1::Teardown> {
    let fins = [Side::Originator, Side::Responder]
        .into_iter()
        .filter_map(|side| {
            let fin = flow.sides[side].fin.as_ref()?;
            let entry = flow.journal.iter().find(|entry| entry.stamp() == fin.stamp);
            Some(v1::Teardown {
                at_ns: context.ns(fin.stamp.at),
                from: ends.of(side),
                kind: v1::TeardownKind::Fin,
                has_ack: None,
                has_timestamps: entry.map(|entry| entry.timestamps().is_some()),
                window: None,
                ttl: entry.map(|entry| entry.ttl),
                ip_id: entry.and_then(|entry| entry.identification()),
                seq: Some(fin.position.saturating_add(1)),
                packet: packet(fin.stamp),
            })
        });
    let mut all: Vec<_> = fins
        .chain(
            flow.resets
                .iter()
                .map(|reset| rst(reset, flow, ends, context)),
        )
        .collect();
    all.sort_by_key(|end| (end.at_ns, end.packet.number));
    all
}

fn rst(reset: &Reset, flow: &TcpFlow, ends: Ends, context: &Context) -> v1::Teardown {
    let isn = flow.sides[reset.by].isn;
    v1::Teardown {
        at_ns: context.ns(reset.stamp.at),
        from: ends.of(reset.by),
        kind: v1::TeardownKind::Rst,
        has_ack: Some(reset.acknowledgment.is_some()),
        has_timestamps: Some(reset.has_timestamps),
        window: Some(reset.window),
        ttl: Some(reset.ttl),
        ip_id: reset.identification,
        seq: isn.map(|isn| u64::from(reset.sequence.wrapping_sub(isn))),
        packet: packet(reset.stamp),
    }
}

fn end(side: &SideFacts, context: &Context) -> v1::EndTransport {
    v1::EndTransport {
        packets: side.packets.into(),
        duplicates: side.duplicate_packets.into(),
        payload_bytes: side.payload_bytes,
        bytes: side.stream_bytes,
        missing_bytes: side.missing_bytes,
        snapped_bytes: side.snapped_bytes,
        mss: side.mss,
        window_scale: side.window_scale,
        sack_permitted: side.sack_permitted,
        timestamps: side.timestamps.offered,
        ttl: side.ttl.first,
        smallest_window: side.window_min,
        largest_segment: side.handicaps.largest_payload,
        in_flight_max: side.in_flight_max,
        first_data_ns: context.at(side.first_payload),
        last_data_ns: context.at(side.last_payload),
    }
}

fn rtt(side: &SideFacts) -> Option<v1::Rtt> {
    let trips = side.round_trips.as_ref()?;
    Some(v1::Rtt {
        samples: trips.count.into(),
        min_ns: trips.min.get(),
        max_ns: trips.max.get(),
        smoothed_ns: trips.smoothed.get(),
    })
}
