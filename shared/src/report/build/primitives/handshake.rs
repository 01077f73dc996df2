//! M1, M10 and M13.

use super::super::Context;
use super::super::context::{Ends, packet};
use crate::flow::facts::RoundTripBasis;
use crate::measure::{Attribution, AttributionBasis, Connect, OptionPrint, Subject, SynRtt};
use crate::report::v1;

pub(super) fn syn_rtt(trip: SynRtt) -> v1::SynRtt {
    v1::SynRtt {
        rtt_ns: trip.rtt.get(),
        basis: match trip.basis {
            RoundTripBasis::OnlySyn => v1::SynRttBasis::SingleSyn,
            RoundTripBasis::Echoed => v1::SynRttBasis::TimestampEcho,
            RoundTripBasis::LatestSyn => v1::SynRttBasis::LastSyn,
        },
        packets: vec![packet(trip.syn), packet(trip.syn_ack)],
    }
}

pub(super) fn copies(connect: &Connect, context: &Context) -> Option<v1::HandshakeCopies> {
    if connect.syns.is_empty() && connect.syn_acks.is_empty() {
        return None;
    }
    Some(v1::HandshakeCopies {
        syns: connect
            .syns
            .iter()
            .map(|syn| v1::SynCopy {
                sent: context.stamp(syn.stamp),
                timestamps: syn.tsval.is_some(),
                ecn: syn.ecn_setup,
                fast_open: syn.fast_open,
                payload: syn.payload,
            })
            .collect(),
        syn_acks: connect
            .syn_acks
            .iter()
            .map(|syn_ack| v1::SynAckCopy {
                sent: context.stamp(syn_ack.stamp),
                echoes: syn_ack
                    .echoes
                    .map(|index| u32::from(index).saturating_add(1)),
                ecn: syn_ack.ecn_setup,
                ttl: syn_ack.ttl,
            })
            .collect(),
        ack: connect.ack.map(|ack| context.stamp(ack)),
        syn_acks_after_ack: connect.syn_acks_after_ack,
        challenge: connect.challenge.map(|challenge| v1::Challenge {
            sent: context.stamp(challenge.stamp),
            acknowledgment: challenge.acknowledgment,
        }),
    })
}

pub(super) fn option_print(print: &OptionPrint) -> v1::OptionPrint {
    let last = print.kinds.iter().rposition(|kind| *kind != 0);
    let count = last.map_or(0, |last| last.saturating_add(1));
    v1::OptionPrint {
        kinds: print.kinds.iter().copied().take(count).collect(),
        mss: print.mss,
        window_scale: print.window_scale,
        sack_permitted: print.sack_permitted,
        timestamps: print.timestamps,
        ecn: print.ecn,
        fast_open: print.fast_open,
        window: print.window,
        packets_without_timestamps: print.bare_packets.map(Into::into),
        first_without_timestamps: print.first_bare.map(packet),
        packet: packet(print.packet),
    }
}

pub(super) fn attribution(told: &Attribution, ends: Ends) -> v1::Attribution {
    v1::Attribution {
        of: match told.subject {
            Subject::Syn => v1::AttributionOf::Syn,
            Subject::SynAck => v1::AttributionOf::SynAck,
            Subject::ClientHello => v1::AttributionOf::ClientHello,
            Subject::ServerFlight => v1::AttributionOf::ServerFlight,
            Subject::Request => v1::AttributionOf::Request,
            Subject::Data => v1::AttributionOf::Data,
        },
        from: ends.of(told.sender),
        basis: match told.basis {
            AttributionBasis::TimestampEcho => v1::AttributionBasis::TimestampEcho,
            AttributionBasis::DuplicateSack => v1::AttributionBasis::DuplicateSack,
        },
        answered_copy: told.arrived,
        copies: told.copies,
        packets: told
            .sent
            .iter()
            .copied()
            .chain(told.answer)
            .map(packet)
            .collect(),
    }
}
