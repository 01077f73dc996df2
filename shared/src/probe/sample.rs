//! What the kernel says of a connection (TCP_INFO).

use crate::time::{Nanos, Timestamp};

/// One reading of TCP_INFO, the client's side. What an older kernel does not tell is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it was read.
    pub at: Timestamp,
    /// State, as numbered in `linux/tcp_states.h`: 1 ESTABLISHED, 2 SYN_SENT, …
    pub state: u8,
    /// Times in a row that the retransmission timer fired.
    pub retransmits: u8,
    /// Segments sent and not acknowledged.
    pub unacknowledged: u32,
    /// Of these, selectively acknowledged.
    pub sacked: u32,
    /// Of these, taken for lost.
    pub lost: u32,
    /// Segments sent again over the connection's life.
    pub total_retransmits: u32,
    /// Smoothed round trip.
    pub round_trip: Nanos,
    /// Smallest round trip.
    pub least_round_trip: Option<Nanos>,
    /// Since the last data came; `None` when none did.
    pub since_data: Option<Nanos>,
    /// Since the last acknowledgement came; `None` when none did.
    pub since_ack: Option<Nanos>,
    /// Largest segment that may be sent.
    pub send_mss: u32,
    /// Largest segment of the peer that came; 536 until a larger one did (`tcp_initialize_rcv_mss` of Linux).
    pub receive_mss: Option<u32>,
    /// Options that both ends agreed on: bit 0 timestamps, 1 SACK, 2 window scaling, 3 ECN.
    pub options: u8,
    /// Bytes that the peer acknowledged, the SYN counted as one.
    pub bytes_acked: Option<u64>,
    /// Bytes of the peer that came in order.
    pub bytes_received: Option<u64>,
    /// Segments of the peer that came, of any kind.
    pub segments_in: Option<u32>,
    /// Segments that came out of order: something before them is missing.
    pub out_of_order: Option<u32>,
}

impl Sample {
    /// The smallest round trip that is known, else the smoothed one.
    #[must_use]
    pub fn trip(&self) -> Nanos {
        self.least_round_trip.unwrap_or(self.round_trip)
    }

    /// What a segment of full size has: as much as this end may send, or as an Ethernet carries.
    #[must_use]
    pub fn full_size(&self) -> u32 {
        /// What a packet of an Ethernet holds behind headers and timestamps.
        const ETHERNET: u32 = 1448;
        self.send_mss.min(ETHERNET)
    }

    /// A segment of full size came.
    #[must_use]
    pub fn has_full_segment(&self) -> bool {
        self.receive_mss
            .is_some_and(|size| size >= self.full_size())
    }

    /// It says nothing that `earlier` does not, but that time went by, and that the peer's kernel has answered a keep-alive
    /// meanwhile: that is an event of its own.
    #[must_use]
    pub fn only_waits_since(&self, earlier: &Self) -> bool {
        /// The kernel counts these times in jiffies, of which there are a hundred a second or more (CONFIG_HZ).
        const JIFFY: Nanos = Nanos::from_millis(10);
        let is_same = |one: Option<Timestamp>, other: Option<Timestamp>| match (one, other) {
            (Some(one), Some(other)) => one.since(other) <= JIFFY && other.since(one) <= JIFFY,
            (one, other) => one == other,
        };
        let then = Self {
            at: earlier.at,
            since_data: earlier.since_data,
            since_ack: earlier.since_ack,
            segments_in: earlier.segments_in,
            ..*self
        };
        // Each of its segments is such an answer: nothing else came with them.
        let is_answered = !is_same(self.acked_at(), earlier.acked_at());
        let has_more = self.segments_in > earlier.segments_in;
        then == *earlier && is_answered == has_more && is_same(self.data_at(), earlier.data_at())
    }

    /// When the last data came.
    fn data_at(&self) -> Option<Timestamp> {
        let since = self.since_data?;
        Some(self.at + Nanos(since.get().saturating_neg()))
    }

    /// When the last acknowledgement came.
    #[must_use]
    pub fn acked_at(&self) -> Option<Timestamp> {
        let since = self.since_ack?;
        Some(self.at + Nanos(since.get().saturating_neg()))
    }
}
