//! Takes in the segments of the three-way handshake (RFC 9293 §3.5) and works its round trip out (M1).

use super::facts::{ChallengeAck, RoundTripBasis, Syn, SynAck, SynRoundTrip, ThreeWayHandshake};
use super::journal::Notes;
use super::seen::Seen;
use crate::limits::SYNS;
use crate::packet::TcpFlags;
use crate::side::Side;
use crate::time::Nanos;

impl ThreeWayHandshake {
    /// A SYN of the originator.
    pub(crate) fn on_syn(&mut self, seen: &Seen<'_>) {
        self.syn_count = self.syn_count.saturating_add(1);
        if self.syns.len() >= SYNS {
            return;
        }
        let ecn = TcpFlags(TcpFlags::ECE.0 | TcpFlags::CWR.0);
        let syn = Syn {
            stamp: seen.stamp,
            sequence: seen.segment.sequence,
            tsval: seen.tsval(),
            mss: seen.segment.options.mss,
            ecn_setup: seen.segment.flags.contains(ecn),
            fast_open: seen.segment.options.fast_open,
            payload: seen.segment.payload_length,
        };
        self.syns.push(syn, SYNS);
        // A capture of several queues can have the answer first.
        if self.round_trip.is_none() && self.syn_ack_count > 0 {
            self.measure();
        }
    }

    /// A SYN-ACK of the responder.
    pub(crate) fn on_syn_ack(&mut self, seen: &Seen<'_>) {
        self.syn_ack_count = self.syn_ack_count.saturating_add(1);
        if self.syn_acks.len() >= SYNS {
            return;
        }
        let syn_ack = SynAck {
            stamp: seen.stamp,
            sequence: seen.segment.sequence,
            acknowledgment: seen.segment.acknowledgment,
            timestamps: seen.segment.options.timestamps,
            mss: seen.segment.options.mss,
            ecn_setup: seen.has(TcpFlags::ECE) && !seen.has(TcpFlags::CWR),
            echoes: seen.tsecr().and_then(|tsecr| self.echoed_syn(tsecr)),
            ttl: seen.ttl,
        };
        self.syn_acks.push(syn_ack, SYNS);
        if self.round_trip.is_none() {
            self.measure();
        }
    }

    /// A segment that is no SYN.
    pub(crate) fn on_other(&mut self, seen: &Seen<'_>) -> Notes {
        if !seen.has(TcpFlags::ACK) || seen.has(TcpFlags::RST) {
            return Notes::default();
        }
        let acknowledgment = seen.segment.acknowledgment;
        match seen.side {
            Side::Originator if self.ack.is_none() => {
                let answers = self
                    .syn_acks
                    .iter()
                    .any(|syn_ack| acknowledges(acknowledgment, syn_ack.sequence));
                if answers {
                    self.ack = Some(seen.stamp);
                }
            }
            Side::Responder
                if self.syn_ack_count == 0
                    && self.challenge.is_none()
                    && seen.segment.payload_length == 0
                    && !self.syns.is_empty() =>
            {
                let answers_syn = self.syns.iter().any(|syn| {
                    acknowledges(acknowledgment, syn.sequence)
                        && acknowledgment.wrapping_sub(syn.sequence)
                            <= most_sent(seen.stamp.at.since(syn.stamp.at))
                });
                if !answers_syn {
                    self.challenge = Some(Box::new(ChallengeAck {
                        stamp: seen.stamp,
                        acknowledgment,
                    }));
                    return Notes::CHALLENGE_ACK;
                }
            }
            _ => {}
        }
        Notes::default()
    }

    /// The only SYN with this TSval.
    fn echoed_syn(&self, tsecr: u32) -> Option<u8> {
        let mut matching = self
            .syns
            .iter()
            .enumerate()
            .filter(|(_, syn)| syn.tsval == Some(tsecr));
        let (index, _) = matching.next()?;
        if matching.next().is_some() {
            return None;
        }
        u8::try_from(index).ok()
    }

    /// Pairs the first SYN-ACK with its SYN.
    fn measure(&mut self) {
        let Some(syn_ack) = self.syn_acks.first().copied() else {
            return;
        };
        let echoed = syn_ack
            .timestamps
            .and_then(|(_, tsecr)| self.echoed_syn(tsecr));
        let before = self
            .syns
            .iter()
            .rposition(|syn| syn.stamp.at <= syn_ack.stamp.at)
            .and_then(|index| u8::try_from(index).ok());
        let (syn, basis) = match (echoed, before) {
            (Some(index), _) if self.syns.len() > 1 => (index, RoundTripBasis::Echoed),
            (_, None) if self.syns.is_empty() => return,
            (_, None | Some(0)) => (0, RoundTripBasis::OnlySyn),
            (_, Some(index)) => (index, RoundTripBasis::LatestSyn),
        };
        let Some(sent) = self.syns.get(usize::from(syn)) else {
            return;
        };
        self.round_trip = Some(SynRoundTrip {
            syn,
            syn_ack: 0,
            rtt: syn_ack.stamp.at.since(sent.stamp.at),
            basis,
        });
        if let Some(first) = self.syn_acks.first_mut()
            && first.echoes.is_none()
        {
            first.echoes = echoed;
        }
    }
}

/// What 1 Gbit/s carries in this time, one window without scaling at least: what a connection sends in its first round
/// trips is far less (RFC 6928).
fn most_sent(elapsed: Nanos) -> u32 {
    let bytes = elapsed.get().max(0) / 8;
    u32::try_from(bytes).unwrap_or(u32::MAX).max(1 << 16)
}

/// `acknowledgment` covers the SYN at `sequence`, and not much less than everything after it.
const fn acknowledges(acknowledgment: u32, sequence: u32) -> bool {
    let distance = acknowledgment.wrapping_sub(sequence);
    distance >= 1 && distance <= 1 << 30
}
