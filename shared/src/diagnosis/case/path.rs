//! What clears or accuses the path: TTL, identification, loss, a box that answers in the server's place.

use super::{Case, Tcp};
use crate::diagnosis::{Brief, Evidence};
use crate::flow::facts::{EchoLag, IpIdFacts, SequenceJump};
use crate::ids::Stamp;
use crate::measure::TtlCount;

impl<'a> Tcp<'a> {
    /// All packets from the server's address have one TTL: one host speaks (M12).
    #[must_use]
    pub fn one_ttl(&self) -> Option<Evidence> {
        let values = &self.measured.ttls[!self.client_side].values;
        let [only] = values.as_slice() else {
            return None;
        };
        Some(Evidence::packet("ev-one-ttl", only.first).with("ttl", u64::from(only.ttl)))
    }

    /// The TTLs seen from the server's address.
    #[must_use]
    pub fn server_ttls(&self) -> &'a [TtlCount] {
        &self.measured.ttls[!self.client_side].values
    }

    /// The server's identifications go up by one from packet to packet: none of its packets is missing (M11).
    #[must_use]
    pub fn no_unseen_packets(&self) -> Option<Evidence> {
        self.no_unseen_packets_until(self.server.last?)
    }

    /// The same up to this packet.
    #[must_use]
    pub fn no_unseen_packets_until(&self, last: Stamp) -> Option<Evidence> {
        let facts = self.measured.ip_id.as_ref()?;
        let first = self.flow.handshake.ack.or(self.syn_ack())?;
        let is_whole = facts.is_counter() && !facts.gaps.iter().any(|gap| gap.after <= last);
        let packets = if self.server.last == Some(last) {
            facts.visible
        } else {
            let mut entries = self.flow.journal.iter();
            let entry = entries.find(|entry| entry.stamp() == last)?;
            let steps = entry.identification()?.wrapping_sub(facts.first?);
            u32::from(steps) + 1
        };
        is_whole
            .then(|| Evidence::packets("ev-identification-continuous", [first, last]))
            .flatten()
            .map(|evidence| evidence.with("packets", packets))
    }

    /// The server's identifications, when they count the packets of this connection and of no other: only then does a
    /// gap stand for packets of it. A listening socket's SYN-ACK has no counter yet and is sent with 0 (Linux,
    /// `ip_build_and_send_pkt`); one that has a number shows a counter of the whole host, which others move on.
    #[must_use]
    pub fn own_counter(&self) -> Option<&'a IpIdFacts> {
        let facts = self.measured.ip_id.as_ref().filter(|it| it.is_counter())?;
        let syn_ack = self.syn_ack()?;
        let mut entries = self.flow.journal.iter();
        let entry = entries.find(|entry| entry.stamp() == syn_ack)?;
        (entry.identification() == Some(0)).then_some(facts)
    }

    /// Packets of the server that its identifications count and the capture lacks (M11).
    #[must_use]
    pub fn unseen_packets(&self) -> Option<Evidence> {
        let facts = self.own_counter().filter(|facts| facts.missing > 0)?;
        let around = facts.gaps.iter().flat_map(|gap| [gap.before, gap.after]);
        Some(Evidence::packets("ev-identification-gap", around)?.with("missing", facts.missing))
    }

    /// Up to this packet there is no hole in what the server sent, and nothing that it sent again. The lists of both
    /// hold the first ones.
    #[must_use]
    pub fn is_server_lossless_until(&self, last: Stamp) -> bool {
        let jumps = self.server.jumps.iter().map(|jump| jump.stamp);
        let again = self.server.retransmissions.iter().map(|again| again.stamp);
        let counter = self.own_counter().into_iter();
        let gaps = counter.flat_map(|facts| facts.gaps.iter().map(|gap| gap.after));
        jumps.chain(again).chain(gaps).all(|stamp| stamp > last)
    }

    /// Nothing of either side had to be sent again, and nothing is missing.
    #[must_use]
    pub fn is_without_loss(&self) -> bool {
        self.client.loss.retransmissions == 0
            && self.server.loss.retransmissions == 0
            && self.server.jump_count == 0
            && self.client.jump_count == 0
    }

    /// Bytes of the server that were sent, never came, and were never acknowledged (M8), by the packet that shows it.
    /// Where only the server's packets were captured nobody could have acknowledged them, and their own numbers tell.
    #[must_use]
    pub fn lost_on_the_way(&self) -> Option<(u64, Stamp)> {
        let Some(sequence) = self.measured.sequence.as_ref() else {
            // A pure ACK is the witness: holes between packets with payload may be a capture filter's.
            let jumps = self.server.jumps.iter().rev();
            let is_told = |jump: &&SequenceJump| jump.filled.is_none() && !jump.with_payload;
            let jump = jumps.filter(|_| self.syn_ack().is_some()).find(is_told)?;
            return Some((jump.found.saturating_sub(jump.expected), jump.stamp));
        };
        let lost = sequence
            .jumps
            .iter()
            .find(|jump| jump.filled.is_none() && jump.acked.is_none())?;
        Some((sequence.missing, lost.stamp))
    }

    /// The client spoke promptly after the SYN-ACK (M2): what clears its process.
    #[must_use]
    pub fn prompt_hello(&self) -> Option<Evidence> {
        let think = self.measured.client_think_before_hello?;
        (think.length() <= PROMPT)
            .then(|| Evidence::packet("ev-prompt-hello", think.until).with("think", think.length()))
    }
}

/// Two scheduling periods of Linux's CPU bandwidth control would be 200 ms; a client that is not starved speaks in
/// milliseconds. Above half a period the client's own time is not negligible any more.
const PROMPT: crate::time::Nanos = crate::time::Nanos::from_millis(50);

impl Tcp<'_> {
    /// The connection's own handshake shows that what acknowledges is not what answers: the ACK of the ClientHello came
    /// in less than three tenths of the time to the answer, from a TCP without any option that its client offers. What
    /// such a box acknowledges did not reach the server by that.
    #[must_use]
    pub fn is_acknowledged_nearby(&self) -> bool {
        let Some(hello) = self.measured.hellos.first() else {
            return false;
        };
        let answered = hello.answer.map(|answer| answer.length());
        let Some((acked, answered)) = hello.delivered_in().zip(answered) else {
            return false;
        };
        let is_poor = self.server.sack_permitted == Some(false)
            && self.server.window_scale.is_none()
            && self.server.timestamps.offered != Some(true);
        is_poor && acked.get().saturating_mul(10) < answered.get().saturating_mul(3)
    }
}

impl<'a> Case<'a> {
    /// A box near the client ends TCP in the server's place (P2), as healthy connections show that look alike (to the
    /// same address, or of the same client with the same TTL): they are acknowledged far sooner than answered, their
    /// SYN-ACK has no option but the MSS, and the TTL is that of a host at most two hops away, or one and the same for
    /// different addresses. One healthy connection that does not look so refutes it.
    #[must_use]
    pub fn split_by(&self) -> Option<&'a Brief> {
        let own = self.brief()?;
        if own.syn.is_some_and(|syn| syn.is_rich_answer) {
            return None;
        }
        let is_like = |brief: &&Brief| {
            brief.is_through_tls()
                && (brief.server.ip() == own.server.ip() || brief.server_ttl == own.server_ttl)
        };
        let mut tells: Option<&Brief> = None;
        let mut has_two_addresses = false;
        for brief in self.own_others().filter(is_like) {
            match is_split(brief) {
                Some(true) => {
                    let first = tells.get_or_insert(brief);
                    has_two_addresses |= first.server.ip() != brief.server.ip();
                }
                Some(false) => return None,
                None => {}
            }
        }
        tells.filter(|_| has_two_addresses || own.server_ttl.is_some_and(is_near))
    }

    /// It only lost time, while the host moved bulk data: what was late may have waited in the client's own queue (T16).
    #[must_use]
    pub fn may_wait_in_own_queue(&self) -> bool {
        !self.is_failure() && self.bulk_beside().next().is_some()
    }

    /// Other connections of the host that moved bulk data meanwhile, and so may have filled its own link.
    pub fn bulk_beside(&self) -> impl Iterator<Item = &'a Brief> {
        let (from, until) = self.span();
        self.own_others().filter(move |brief| {
            let bytes = brief.server_bytes.max(brief.client_bytes);
            bytes > EchoLag::BULK && brief.meets(from, until)
        })
    }
}

/// `None` when it does not show.
fn is_split(brief: &Brief) -> Option<bool> {
    let (hello, syn) = (brief.hello.as_ref()?, brief.syn?);
    let (acked, answered) = (hello.acked_in?, hello.answered_in?);
    Some(acked.get().saturating_mul(10) < answered.get().saturating_mul(3) && !syn.is_rich_answer)
}

/// Initial TTLs of common systems (64, 128, 255), less two hops at most.
const fn is_near(ttl: u8) -> bool {
    matches!(ttl, 62..=64 | 126..=128 | 253..=255)
}
