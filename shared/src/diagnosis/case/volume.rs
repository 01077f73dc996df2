//! How far the server's bytes came, and whether there were more.

use super::Tcp;
use crate::diagnosis::Evidence;
use crate::flow::facts::SideFacts;
use crate::ids::Stamp;

impl Tcp<'_> {
    /// The largest segment that the server may send: what the client takes, and what its own link does, which is what
    /// its own option says (RFC 9293 §3.7.1).
    #[must_use]
    pub fn largest_allowed(&self) -> Option<u16> {
        let own = self.server.mss.unwrap_or(u16::MAX);
        self.client.mss.map(|theirs| theirs.min(own))
    }

    /// The client acknowledged nothing beyond the last byte of the server that is in the capture: where that stopped,
    /// the server did.
    #[must_use]
    pub fn is_end_captured(&self) -> bool {
        let acked = self.server.acked.map_or(0, |acked| acked.position);
        acked <= self.server.seen_end
    }

    /// Every byte that is known to have been sent is in the capture: neither side acknowledged, jumped over or went
    /// beyond others. Where one is missing, a message that was not seen may have been said.
    #[must_use]
    pub fn is_all_captured(&self) -> bool {
        let is_whole = |side: &SideFacts| {
            let acked = side.acked.map_or(0, |acked| acked.position);
            side.missing_bytes == 0 && acked.max(side.known_end) <= side.seen_end
        };
        is_whole(self.client) && is_whole(self.server)
    }

    /// The server's last packet with payload is as large as its packets can be: a message that is over ends in a
    /// shorter one, but for one length among a segment's size. `None` where sizes do not tell.
    #[must_use]
    pub fn ends_in_full_segment(&self) -> Option<bool> {
        // Nobody's full segment is smaller than what every host must accept (RFC 9293 §3.7.1).
        const SMALLEST_FULL: u32 = 536;
        let last = self.server.last_payload?;
        let mut entries = self.flow.journal.iter();
        let entry = entries.find(|entry| entry.stamp() == last)?;
        let handicaps = &self.server.handicaps;
        if handicaps.super_segments > 0 || handicaps.largest_payload < SMALLEST_FULL {
            return None;
        }
        Some(entry.payload == handicaps.largest_payload)
    }

    /// What the client sent after the server's last packet, and sent again or had to ask twice: nothing came back.
    #[must_use]
    pub fn unheard(&self) -> Option<Evidence> {
        let last = self.server.last?;
        let repeated = self
            .client
            .retransmissions
            .iter()
            .map(|copy| copy.stamp)
            .filter(|stamp| stamp.packet > last.packet);
        let probes = self
            .client
            .keep_alives
            .as_deref()
            .filter(|alive| alive.unanswered_last > 0)
            .and_then(|alive| alive.last)
            .map(|probe| probe.sent)
            .filter(|sent| sent.packet > last.packet);
        let mut sent: Vec<Stamp> = repeated.chain(probes).collect();
        sent.sort_unstable_by_key(|stamp| stamp.packet);
        Evidence::packets("ev-unheard", sent).map(|found| found.with("last-heard", last))
    }
}
