//! The three-way handshake: round trip (M1), every copy sent (M10), option prints (M13).

use super::packets::Packets;
use crate::flow::facts::{ChallengeAck, RoundTripBasis, SideFacts, Syn, SynAck, TcpFlow};
use crate::ids::Stamp;
use crate::side::{PerSide, Side};
use crate::time::Nanos;

/// What the handshake shows.
#[derive(Clone, Debug)]
pub struct Connect {
    /// M1; `None` when SYN or SYN-ACK was not seen.
    pub round_trip: Option<SynRtt>,
    /// SYNs, first ones: options may differ from copy to copy (T9, T14, T15).
    pub syns: Vec<Syn>,
    /// How many SYNs there were.
    pub syn_count: u32,
    /// SYN-ACKs, first ones.
    pub syn_acks: Vec<SynAck>,
    /// How many SYN-ACKs there were.
    pub syn_ack_count: u32,
    /// The client's answer to a SYN-ACK.
    pub ack: Option<Stamp>,
    /// SYN-ACKs that came after the client's answer was captured, kept ones: the server does not have it (T4).
    pub syn_acks_after_ack: u32,
    /// A bare ACK that answered a SYN (T10).
    pub challenge: Option<ChallengeAck>,
    /// M13 of each side; `None` where its SYN or SYN-ACK was not seen.
    pub options: PerSide<Option<OptionPrint>>,
}

/// M1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynRtt {
    /// The time between; negative when the capture has them in the wrong order.
    pub rtt: Nanos,
    /// How it is known which SYN was answered.
    pub basis: RoundTripBasis,
    /// The SYN that was answered.
    pub syn: Stamp,
    /// The SYN-ACK.
    pub syn_ack: Stamp,
}

/// What a SYN or SYN-ACK looks like, and whether later packets keep to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionPrint {
    /// Option kinds in the order sent, zeros behind them.
    pub kinds: [u8; 16],
    /// MSS option.
    pub mss: Option<u16>,
    /// Window scale option, as sent.
    pub window_scale: Option<u8>,
    /// SACK permitted option.
    pub sack_permitted: bool,
    /// Timestamps option.
    pub timestamps: bool,
    /// A SYN that asks for ECN, a SYN-ACK that agrees to it (RFC 3168 §6.1.1).
    pub ecn: bool,
    /// Fast open option (RFC 7413).
    pub fast_open: bool,
    /// Window as sent; `None` when the packet is not kept.
    pub window: Option<u16>,
    /// Later packets without the timestamps that both had agreed on; `None` without agreement.
    pub bare_packets: Option<u32>,
    /// The first of them.
    pub first_bare: Option<Stamp>,
    /// The SYN or SYN-ACK.
    pub packet: Stamp,
}

/// The fast open option's kind (RFC 7413 §4.1.1).
const FAST_OPEN: u8 = 34;

impl Connect {
    pub(super) fn of(flow: &TcpFlow, packets: &Packets<'_>) -> Self {
        let handshake = &flow.handshake;
        let round_trip = handshake.round_trip.and_then(|trip| {
            let (syn, syn_ack) = handshake.round_trip_segments()?;
            Some(SynRtt {
                rtt: trip.rtt,
                basis: trip.basis,
                syn: syn.stamp,
                syn_ack: syn_ack.stamp,
            })
        });
        let is_after_ack = |syn_ack: &&SynAck| {
            handshake
                .ack
                .is_some_and(|ack| ack.packet < syn_ack.stamp.packet)
        };
        let late = handshake.syn_acks.iter().filter(is_after_ack).count();
        let syn = handshake.syns.first();
        let syn_ack = handshake.syn_acks.first();
        let agreed = flow.timestamps_agreed();
        let print = |side: Side, packet: Option<Stamp>, ecn: bool| {
            OptionPrint::of(&flow.sides[side], packet?, packets).map(|print| OptionPrint {
                ecn,
                bare_packets: agreed.then_some(flow.sides[side].timestamps.without),
                ..print
            })
        };
        Self {
            round_trip,
            syns: handshake.syns.to_vec(),
            syn_count: handshake.syn_count,
            syn_acks: handshake.syn_acks.to_vec(),
            syn_ack_count: handshake.syn_ack_count,
            ack: handshake.ack,
            syn_acks_after_ack: u32::try_from(late).unwrap_or(u32::MAX),
            challenge: handshake.challenge.as_deref().copied(),
            options: PerSide {
                originator: print(
                    Side::Originator,
                    syn.map(|syn| syn.stamp),
                    syn.is_some_and(|syn| syn.ecn_setup),
                ),
                responder: print(
                    Side::Responder,
                    syn_ack.map(|syn_ack| syn_ack.stamp),
                    syn_ack.is_some_and(|syn_ack| syn_ack.ecn_setup),
                ),
            },
        }
    }
}

impl OptionPrint {
    fn of(side: &SideFacts, packet: Stamp, packets: &Packets<'_>) -> Option<Self> {
        let kinds = side.option_kinds?;
        let window = packets.at(packet).map(|entry| entry.window);
        Some(Self {
            kinds,
            mss: side.mss,
            window_scale: side.window_scale,
            sack_permitted: side.sack_permitted == Some(true),
            timestamps: side.timestamps.offered == Some(true),
            ecn: false,
            fast_open: kinds.contains(&FAST_OPEN),
            window: window.and_then(|window| u16::try_from(window).ok()),
            bare_packets: None,
            first_bare: side.timestamps.first_missing.as_deref().copied(),
            packet,
        })
    }
}
