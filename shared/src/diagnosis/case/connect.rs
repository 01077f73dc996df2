//! The three-way handshake: SYNs that nothing answered, and SYN-ACKs that came only after the SYN was sent again.

use std::net::IpAddr;

use super::{Case, Tcp};
use crate::diagnosis::{Brief, Evidence};
use crate::flow::facts::{Syn, SynAck};
use crate::ids::Stamp;
use crate::phase::{OVERDUE, Outcome};
use crate::side::Side;
use crate::time::{Nanos, Timestamp};

/// A SYN is sent again after a second at the earliest (RFC 6298 §2.1). Less a tenth, for clocks that tick coarsely
/// and for stamps taken late.
pub const SENT_AGAIN: Nanos = Nanos::from_millis(900);

/// SYNs that no packet of any kind answered.
#[derive(Clone, Copy, Debug)]
pub struct SilentSyns<'a> {
    /// The kept ones, in order.
    pub kept: &'a [Syn],
    /// How many.
    pub count: u32,
    /// The first.
    pub first: Stamp,
    /// The last.
    pub last: Stamp,
}

/// A SYN-ACK before which the SYN had been sent more than once.
#[derive(Clone, Copy, Debug)]
pub struct LateConnect<'a> {
    /// The SYNs before it, kept ones; at least two.
    pub sent: &'a [Syn],
    /// The SYN-ACK.
    pub syn_ack: &'a SynAck,
    /// Which SYN it answers.
    pub answered: AnsweredSyn,
    /// What repeating cost: from the first SYN to the one that was answered; to the SYN-ACK where an earlier one was.
    pub lost: Nanos,
}

/// Which of several SYNs a SYN-ACK answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnsweredSyn {
    /// One before the last: what was lost or late is an answer.
    Earlier,
    /// The last one: those before it got no answer.
    Last,
    /// Nothing tells.
    Unknown,
}

impl<'a> Tcp<'a> {
    /// The client's SYNs when nothing answered them, no ICMP error either, and the client did not go on as if
    /// something had.
    #[must_use]
    pub fn silent_syns(&self) -> Option<SilentSyns<'a>> {
        let handshake = &self.flow.handshake;
        let first = handshake.syns.first()?.stamp;
        let is_silent = self.client_side == Side::Originator
            && self.server.packets == 0
            && self.flow.icmp_count == 0
            && handshake.ack.is_none()
            && self.client.packets <= handshake.syn_count;
        is_silent.then_some(SilentSyns {
            kept: &handshake.syns,
            count: handshake.syn_count,
            first,
            last: if self.flow.last.at > first.at {
                self.flow.last
            } else {
                first
            },
        })
    }

    /// The SYN-ACK, when the SYN had to be sent again before it came.
    #[must_use]
    pub fn late_connect(&self) -> Option<LateConnect<'a>> {
        let handshake = &self.flow.handshake;
        let syn_ack = handshake.syn_acks.first()?;
        let before = handshake
            .syns
            .iter()
            .take_while(|syn| syn.stamp.packet < syn_ack.stamp.packet)
            .count();
        let sent = handshake.syns.get(..before)?;
        let (first, last) = (sent.first()?, sent.last()?);
        if before < 2 || last.stamp.at.since(first.stamp.at) < SENT_AGAIN {
            return None;
        }
        let answered = self.answered(sent, syn_ack);
        let until = match answered {
            AnsweredSyn::Last => last.stamp.at,
            AnsweredSyn::Earlier | AnsweredSyn::Unknown => syn_ack.stamp.at,
        };
        Some(LateConnect {
            sent,
            syn_ack,
            answered,
            lost: until.since(first.stamp.at),
        })
    }

    /// By the timestamp that the SYN-ACK echoes (RFC 7323 §3.2); without timestamps by the round trip of later data,
    /// since no answer is faster than the path.
    fn answered(&self, sent: &[Syn], syn_ack: &SynAck) -> AnsweredSyn {
        if let Some(echoed) = syn_ack.echoes {
            return if usize::from(echoed) + 1 < sent.len() {
                AnsweredSyn::Earlier
            } else {
                AnsweredSyn::Last
            };
        }
        let (Some(trips), Some(last)) = (self.client.round_trips, sent.last()) else {
            return AnsweredSyn::Unknown;
        };
        let took = syn_ack.stamp.at.since(last.stamp.at).get();
        // A clock that stands still makes either longer or shorter by as much.
        let tick = self.clock_tick().get();
        let (longest, shortest) = (took.saturating_add(tick), trips.min.get() - tick);
        if longest.saturating_mul(5) < shortest.saturating_mul(4) {
            AnsweredSyn::Earlier
        } else if took <= trips.max.get().saturating_mul(2) {
            AnsweredSyn::Last
        } else {
            AnsweredSyn::Unknown
        }
    }
}

impl SilentSyns<'_> {
    /// As evidence.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let id = if self.count > 1 {
            "ev-syns-unanswered"
        } else {
            "ev-syn-unanswered"
        };
        let mut packets: Vec<Stamp> = self.kept.iter().map(|syn| syn.stamp).collect();
        if packets.last() != Some(&self.last) {
            packets.push(self.last);
        }
        Evidence::packets(id, packets)
            .unwrap_or_else(|| Evidence::packet(id, self.first).with("last", self.last))
            .with("count", self.count)
            .with("length", self.last.at.since(self.first.at))
    }
}

impl LateConnect<'_> {
    /// As evidence: the SYNs, and the SYN-ACK that came at last.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let id = match self.answered {
            AnsweredSyn::Earlier => "ev-syn-ack-of-earlier-syn",
            AnsweredSyn::Last => "ev-syn-ack-of-last-syn",
            AnsweredSyn::Unknown => "ev-syn-ack-late",
        };
        let syns = self.sent.iter().map(|syn| syn.stamp);
        Evidence::packets(id, syns.chain([self.syn_ack.stamp]))
            .unwrap_or_else(|| Evidence::packet(id, self.syn_ack.stamp))
            .with("last", self.syn_ack.stamp)
            .with("count", self.sent.len() as u64)
            .with("lost", self.lost)
    }
}

impl<'a> Case<'a> {
    /// SYNs that nothing answered, of an attempt that failed by it.
    #[must_use]
    pub fn silent_syns(&self) -> Option<SilentSyns<'a>> {
        let is_unanswered = self.outcome() == Outcome::SynUnanswered;
        self.tcp()?.silent_syns().filter(|_| is_unanswered)
    }

    /// An attempt of the same host at another address whose SYN was answered in this stretch.
    #[must_use]
    pub fn answered_elsewhere(&self, from: Timestamp, until: Timestamp) -> Option<&'a Brief> {
        let own = self.server().ip();
        self.own_others()
            .find(|brief| brief.server.ip() != own && is_answered_within(brief, from, until))
    }

    /// An attempt of the same host at the same endpoint whose SYN was answered in this stretch.
    #[must_use]
    pub fn answered_here(&self, from: Timestamp, until: Timestamp) -> Option<&'a Brief> {
        let own = self.client().ip();
        self.siblings()
            .find(|brief| brief.client.ip() == own && is_answered_within(brief, from, until))
    }

    /// The client's network worked: what clears it.
    #[must_use]
    pub fn client_reached_others(&self) -> Option<Evidence> {
        let (from, until) = self.span();
        let other = self.answered_elsewhere(from, until + OVERDUE)?;
        let answer = other.syn?.answer?;
        Some(Evidence::packet("ev-others-answered", answer).with("other", other.server))
    }

    /// An attempt at the same endpoint, at the same time, whose bytes the kernel took and whose process kept it
    /// waiting: what fills a queue of connections that nobody accepts.
    #[must_use]
    pub fn stalled_sibling(&self) -> Option<&'a Brief> {
        let (from, until) = self.span();
        self.siblings().find(|brief| {
            let is_late = brief.hello.as_ref().is_some_and(|hello| {
                let is_taken = hello.acked_in.is_some() && brief.retransmissions == 0;
                is_taken && hello.answered_in.is_some_and(|after| after >= OVERDUE)
            });
            brief.meets(from, until) && brief.is_connected() && (brief.is_proven_stall || is_late)
        })
    }

    /// An attempt whose packets from the server were captured: the capture sees that direction. One that is known to
    /// have lost packets need not have seen a single answer.
    #[must_use]
    pub fn hears_servers(&self) -> bool {
        let vantage = self.attempt.vantage;
        if self.crowd.is_leaky(vantage) {
            return false;
        }
        let mut others = self.crowd.briefs();
        others.any(|brief| brief.vantage == vantage && brief.server_ttl.is_some())
    }
}

fn is_answered_within(brief: &Brief, from: Timestamp, until: Timestamp) -> bool {
    let answer = brief.syn.and_then(|syn| syn.answer);
    answer.is_some_and(|answer| from <= answer.at && answer.at <= until)
}

/// The first 24 bits of an IPv4 address, the first 48 of an IPv6 address: the longest prefixes that are routed between
/// networks (RFC 7454 §6.1.3, RIPE-532), so addresses that share one share the way to their network.
#[must_use]
pub fn site_of(address: IpAddr) -> IpAddr {
    const V4_HOST: u32 = 0xff;
    const V6_HOST: u128 = (1 << 80) - 1;
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & !V4_HOST).into()),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !V6_HOST).into()),
    }
}
