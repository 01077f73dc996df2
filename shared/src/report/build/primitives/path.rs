//! M8, M9, M11, M12, resets and what the capture spoils.

use super::super::Context;
use super::super::context::{Ends, packet};
use super::{packets, relative};
use crate::flow::facts::{IpIdFacts, Reset, ResetSequence, SackFacts, SequenceJump};
use crate::measure::{Caveats, Sequence, Ttls};
use crate::report::v1;
use crate::side::{PerSide, Side};

pub(super) fn sequence(sequence: &Sequence, context: &Context) -> v1::SequenceJump {
    v1::SequenceJump {
        sent_to: relative(sequence.sent_to),
        received_to: relative(sequence.received_to),
        missing_bytes: sequence.missing,
        jump_count: sequence.jump_count,
        jumps: sequence
            .jumps
            .iter()
            .map(|found| jump(found, context))
            .collect(),
        packets: packets([sequence.last_ack, sequence.last_heard]),
    }
}

fn jump(jump: &SequenceJump, context: &Context) -> v1::Jump {
    v1::Jump {
        seen: context.stamp(jump.stamp),
        expected: relative(jump.expected),
        found: relative(jump.found),
        with_payload: jump.with_payload,
        filled: jump.filled.map(|stamp| context.stamp(stamp)),
        acked: jump.acked.map(|stamp| context.stamp(stamp)),
    }
}

pub(super) fn sack(sacks: &PerSide<Option<SackFacts>>, ends: Ends) -> Option<v1::SackReport> {
    if sacks.originator.is_none() && sacks.responder.is_none() {
        return None;
    }
    let mut blocks: Vec<_> = [Side::Originator, Side::Responder]
        .into_iter()
        .filter_map(|side| Some((side, sacks[side]?)))
        .flat_map(|(side, sack)| {
            let held = sack.last_block.zip(sack.last_block_in);
            let duplicate = sack.first_duplicate.zip(sack.first_dsack);
            let block = |((left, right), stamp), is_duplicate| v1::SackBlock {
                from: ends.of(side),
                left: relative(left),
                right: relative(right),
                is_duplicate,
                packet: packet(stamp),
            };
            let held = held.map(|found| block(found, false));
            held.into_iter()
                .chain(duplicate.map(|found| block(found, true)))
        })
        .collect();
    blocks.sort_by_key(|block| (block.packet.capture, block.packet.number));
    let count = |count: fn(&SackFacts) -> u32| {
        ends.each(sacks, |sack| sack.as_ref().map_or(0, count).into())
    };
    Some(v1::SackReport {
        packets_with_blocks: count(|sack| sack.segments),
        duplicate_blocks: count(|sack| sack.dsacks),
        blocks,
    })
}

pub(super) fn ip_id(facts: &IpIdFacts) -> v1::IpIdContinuity {
    v1::IpIdContinuity {
        clean_steps: facts.single_steps.into(),
        is_usable: facts.is_counter(),
        unseen_packets: facts.missing.into(),
        wild_steps: facts.wild_steps.into(),
        gaps: facts
            .gaps
            .iter()
            .map(|gap| v1::IpIdGap {
                missing: gap.missing,
                before: packet(gap.before),
                after: packet(gap.after),
            })
            .collect(),
        packets: facts
            .gaps
            .iter()
            .flat_map(|gap| [packet(gap.before), packet(gap.after)])
            .collect(),
    }
}

pub(super) fn ttls(ttls: &Ttls) -> v1::Ttls {
    v1::Ttls {
        values: ttls
            .values
            .iter()
            .map(|value| v1::TtlValue {
                ttl: value.ttl,
                packets: value.packets.into(),
                first: packet(value.first),
            })
            .collect(),
        changes: ttls.change_count,
    }
}

pub(super) fn caveats(caveats: &Caveats) -> v1::Caveats {
    v1::Caveats {
        super_segments: caveats.super_segments.into(),
        first_super_segment: caveats.first_super_segment.map(packet),
        snapped_segments: caveats.snapped_segments.into(),
        duplicate_packets: caveats.duplicate_packets.into(),
        acked_unseen: caveats.acked_unseen.into(),
        missing_bytes: caveats.missing_bytes,
    }
}

pub(super) fn reset(reset: &Reset, ends: Ends, context: &Context) -> v1::ResetPrint {
    v1::ResetPrint {
        sent: context.stamp(reset.stamp),
        from: ends.of(reset.by),
        has_ack: reset.acknowledgment.is_some(),
        relation: match reset.relation {
            ResetSequence::Next => v1::ResetRelation::Next,
            ResetSequence::EchoesAcknowledgment => v1::ResetRelation::EchoesAcknowledgment,
            ResetSequence::Zero => v1::ResetRelation::Zero,
            ResetSequence::InWindow => v1::ResetRelation::InWindow,
            ResetSequence::Elsewhere => v1::ResetRelation::Elsewhere,
            ResetSequence::Unknown => v1::ResetRelation::Unknown,
        },
        ttl: reset.ttl,
        usual_ttl: reset.usual_ttl,
        ip_id: reset.identification,
        ip_id_step: reset.identification_step,
        copies_ip_id: reset.copies_identification,
        window: reset.window,
        copies_window: reset.copies_window,
        has_timestamps: reset.has_timestamps,
        has_options: reset.has_options,
        payload: reset.payload,
        answers: reset.answers.map(|stamp| context.stamp(stamp)),
        answers_data: reset.answers_data.map(|stamp| context.stamp(stamp)),
        contradicted: reset.contradicted.map(|stamp| context.stamp(stamp)),
    }
}
