//! Counts the names that segments were given.

use super::facts::LossCounts;
use super::journal::Notes;

impl LossCounts {
    /// Counts every name in the set.
    pub(crate) fn count(&mut self, notes: Notes) {
        let counters = [
            (Notes::RETRANSMISSION, &mut self.retransmissions),
            (Notes::FAST_RETRANSMISSION, &mut self.fast_retransmissions),
            (
                Notes::SPURIOUS_RETRANSMISSION,
                &mut self.spurious_retransmissions,
            ),
            (Notes::OUT_OF_ORDER, &mut self.out_of_order),
            (Notes::KEEP_ALIVE, &mut self.keep_alives),
            (Notes::ZERO_WINDOW_PROBE, &mut self.zero_window_probes),
            (Notes::LOST_BEFORE, &mut self.lost_before),
            (Notes::ACKED_UNSEEN, &mut self.acked_unseen),
            (Notes::DUPLICATE_ACK, &mut self.duplicate_acks),
            (Notes::KEEP_ALIVE_ACK, &mut self.keep_alive_acks),
            (
                Notes::ZERO_WINDOW_PROBE_ACK,
                &mut self.zero_window_probe_acks,
            ),
            (Notes::ZERO_WINDOW, &mut self.zero_windows),
            (Notes::WINDOW_FULL, &mut self.window_full),
            (Notes::WINDOW_UPDATE, &mut self.window_updates),
        ];
        for (name, counter) in counters {
            if notes.contains(name) {
                *counter = counter.saturating_add(1);
            }
        }
    }
}
