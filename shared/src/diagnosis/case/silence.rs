//! The silence that matters, and what it proves: did the server's process say nothing, or did its words not arrive?

use super::{Case, Tcp};
use crate::diagnosis::{Evidence, Stillness};
use crate::ids::Stamp;
use crate::measure::Liveness;
use crate::phase::{Awaited, OVERDUE};
use crate::time::{Nanos, Timestamp};

impl Case<'_> {
    /// The longest silence of the phase in trouble, else of the attempt, with what was due then.
    #[must_use]
    pub fn stillness(&self) -> Option<Stillness> {
        if let Some(probe) = self.probe() {
            return probe.stillness(self);
        }
        let tcp = self.tcp()?;
        let alive = tcp.measured.liveness.as_ref()?;
        let awaited = self.awaited().unwrap_or(Awaited::Response);
        Some(Stillness {
            after: alive.after,
            until: alive.until,
            length: alive.length,
            awaited,
            heard: tcp.heard(alive),
        })
    }
}

impl<'a> Tcp<'a> {
    /// Signs of life in the silence that matters (M14).
    #[must_use]
    pub fn liveness(&self) -> Option<&'a Liveness> {
        self.measured.liveness.as_ref()
    }

    /// The server's last packet in the silence, or its answer to the client's FIN that ended it.
    fn heard(&self, alive: &Liveness) -> Option<Stamp> {
        let farewell = alive.farewell.and_then(|farewell| farewell.answer);
        let last = farewell.or(alive.last_heard);
        last.map(|answer| answer.stamp)
    }

    /// For how long the server's own packets prove that it had sent nothing since `from`: up to the last packet of
    /// it, whose sequence number is what the client had already. `None` when no such packet came, when bytes are
    /// missing, or when only one direction was captured.
    ///
    /// A sequence number is written when a packet is sent (RFC 9293 §3.10.7.4): whatever was sent before would have
    /// moved it, whether or not it arrived.
    #[must_use]
    pub fn proven_silent(&self, from: Timestamp) -> Option<(Nanos, Stamp)> {
        let sequence = self.measured.sequence.as_ref()?;
        if sequence.missing > 0 || self.server.known_end > self.server.seen_end {
            return None;
        }
        let heard = self.server.last.filter(|last| last.at > from)?;
        let spoke_after = self
            .server
            .last_payload
            .filter(|last| last.at > from)
            .map(|_| self.last_before_payload(from));
        let heard = match spoke_after {
            Some(before) => before?,
            None => heard,
        };
        let length = heard.at.since(from);
        (length > Nanos(0)).then_some((length, heard))
    }

    /// The server's last packet after `from` that came before its next payload.
    fn last_before_payload(&self, from: Timestamp) -> Option<Stamp> {
        let server = !self.client_side;
        let entries = self.flow.journal.iter();
        entries
            .filter(|entry| entry.side() == server && entry.stamp().at > from)
            .take_while(|entry| entry.payload == 0)
            .last()
            .map(|entry| entry.stamp())
    }

    /// The same, as evidence, when it covers at least [`OVERDUE`].
    #[must_use]
    pub fn silence_proof(&self, from: Timestamp) -> Option<Evidence> {
        let (length, heard) = self.proven_silent(from)?;
        let bytes = self.sent_by(heard);
        (length >= OVERDUE).then(|| {
            Evidence::packet("ev-sequence-unchanged", heard)
                .with("length", length)
                .with("bytes", bytes)
        })
    }

    /// Bytes that the server had sent when this packet of it left, by its sequence number.
    fn sent_by(&self, heard: Stamp) -> u64 {
        let mut entries = self.flow.journal.iter();
        let entry = entries.find(|entry| entry.stamp() == heard);
        // Relative numbers count the SYN, positions do not.
        let position = entry.and_then(|entry| u64::from(entry.sequence).checked_sub(1));
        position.unwrap_or(self.server.known_end)
    }

    /// The client's keep-alives or other probes that the server's kernel answered in the silence.
    #[must_use]
    pub fn probes_answered(&self) -> Option<Evidence> {
        let alive = self.liveness()?;
        let (first, last) = (alive.first_answer?, alive.last_answer?);
        let (_, slowest) = alive.answer_times?;
        Some(
            Evidence::packets("ev-probes-answered", [first.stamp, last.stamp])?
                .with("answered", alive.answered)
                .with("probes", alive.probes)
                .with("slowest", slowest),
        )
    }
}
