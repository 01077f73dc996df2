//! The three-way handshake as seen (RFC 9293 §3.5), and its round trip (M1).

use crate::flow::few::Few;
use crate::ids::Stamp;
use crate::time::Nanos;

/// Every SYN and SYN-ACK, the answer that completed or broke it, and the round trip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreeWayHandshake {
    /// SYNs of the originator, first ones.
    pub syns: Few<Syn>,
    /// How many SYNs there were, retransmissions included.
    pub syn_count: u32,
    /// SYN-ACKs of the responder, first ones.
    pub syn_acks: Few<SynAck>,
    /// How many SYN-ACKs there were, retransmissions included (T4 when the originator had answered).
    pub syn_ack_count: u32,
    /// The originator's first segment after the SYN-ACK that acknowledges it.
    pub ack: Option<Stamp>,
    /// The responder's first bare ACK that answers a SYN instead of a SYN-ACK (T10).
    pub challenge: Option<Box<ChallengeAck>>,
    /// M1; `None` when SYN or SYN-ACK was not seen.
    pub round_trip: Option<SynRoundTrip>,
}

impl ThreeWayHandshake {
    /// The SYN and the SYN-ACK of `round_trip`.
    #[must_use]
    pub fn round_trip_segments(&self) -> Option<(&Syn, &SynAck)> {
        let round_trip = self.round_trip?;
        let syn = self.syns.get(usize::from(round_trip.syn))?;
        let syn_ack = self.syn_acks.get(usize::from(round_trip.syn_ack))?;
        Some((syn, syn_ack))
    }
}

/// One SYN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syn {
    /// The packet.
    pub stamp: Stamp,
    /// Its sequence number as sent.
    pub sequence: u32,
    /// TSval, when it has the timestamps option.
    pub tsval: Option<u32>,
    /// MSS option.
    pub mss: Option<u16>,
    /// ECE and CWR are both set: it asks for ECN (RFC 3168 §6.1.1).
    pub ecn_setup: bool,
    /// It has the fast open option (RFC 7413).
    pub fast_open: bool,
    /// Payload bytes it carries.
    pub payload: u32,
}

/// One SYN-ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynAck {
    /// The packet.
    pub stamp: Stamp,
    /// Its sequence number as sent.
    pub sequence: u32,
    /// Its acknowledgement number as sent.
    pub acknowledgment: u32,
    /// TSval and TSecr, when it has the timestamps option.
    pub timestamps: Option<(u32, u32)>,
    /// MSS option.
    pub mss: Option<u16>,
    /// ECE without CWR: it agrees to ECN.
    pub ecn_setup: bool,
    /// Which SYN it answers by its TSecr, as an index into `syns`; `None` without timestamps or match.
    pub echoes: Option<u8>,
    /// Time to live or hop limit.
    pub ttl: u8,
}

/// A bare ACK that answers a SYN: the responder still knows an older flow of this 5-tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChallengeAck {
    /// The packet.
    pub stamp: Stamp,
    /// Its acknowledgement number as sent; not the SYN's plus one.
    pub acknowledgment: u32,
}

/// From a SYN to its SYN-ACK (M1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynRoundTrip {
    /// The SYN that was answered: its index in `syns`.
    pub syn: u8,
    /// The SYN-ACK: its index in `syn_acks`.
    pub syn_ack: u8,
    /// The time between; negative when the capture has them in the wrong order.
    pub rtt: Nanos,
    /// How it is known which SYN was answered.
    pub basis: RoundTripBasis,
}

/// How it is known which SYN a SYN-ACK answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundTripBasis {
    /// The SYN-ACK echoes the TSval that only this SYN had.
    Echoed,
    /// There was only one SYN before it.
    OnlySyn,
    /// Several SYNs and nothing to tell them apart: counted from the last one before it.
    LatestSyn,
}
