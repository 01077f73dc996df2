//! What a client of our own saw of the attempt: did the server's kernel have the bytes, was it alive, whose time passed?

use super::{Case, HelloFate};
use crate::attempt::Body;
use crate::diagnosis::{Brief, Evidence, Stillness};
use crate::ids::Stamp;
use crate::phase::{Awaited, OVERDUE};
use crate::probe::{Kind, Log};
use crate::time::{Nanos, Timestamp};

/// An attempt of a client of our own.
#[derive(Clone, Copy, Debug)]
pub struct Probe<'a> {
    /// Everything that its sockets saw.
    pub log: &'a Log,
}

/// As for packets: half a period of CPU bandwidth control; a client that is not starved speaks in milliseconds.
const PROMPT: Nanos = Nanos::from_millis(50);

impl<'a> Case<'a> {
    /// The log, when the attempt is one of a client of our own.
    #[must_use]
    pub fn probe(&self) -> Option<Probe<'a>> {
        match &self.attempt.body {
            Body::Probe(log) => Some(Probe { log }),
            _ => None,
        }
    }

    /// An attempt at the same endpoint got its flight, and a segment that is of full size for this one too: what the
    /// server sends to this client comes through, large or small.
    #[must_use]
    pub fn flight_passes(&self) -> Option<Evidence> {
        let full_size = self.probe()?.log.first_sample()?.full_size();
        let is_large = |brief: &&Brief| brief.is_through_tls() && brief.server_largest >= full_size;
        let passed = self.siblings().find(is_large)?;
        Some(Evidence::packet("ev-flight-passes", passed.first).with("bytes", passed.server_bytes))
    }
}

impl<'a> Probe<'a> {
    /// When something first happened.
    #[must_use]
    pub fn first(&self, kind: Kind) -> Option<Stamp> {
        self.log.first(kind)
    }

    /// What became of the last ClientHello; `None` without one, or when the kernel did not say.
    #[must_use]
    pub fn hello_fate(&self) -> Option<HelloFate> {
        let written = self.log.last(Kind::HelloWritten)?;
        if let Some(acked) = self.log.hello_acked() {
            return Some(HelloFate::Acknowledged(acked));
        }
        let (before, last) = (self.log.first_sample()?, self.log.last_sample()?);
        let all = last.bytes_acked?.saturating_sub(before.bytes_acked?);
        let bytes = self.log.last_bytes_of(Kind::HelloWritten)?;
        let acked = all.saturating_sub(self.hello_bytes().saturating_sub(bytes));
        Some(match acked {
            0 if last.sacked > 0 => HelloFate::TailOnly {
                range: (u64::from(last.send_mss).min(bytes), bytes),
                told: written,
            },
            0 => HelloFate::Nothing,
            acked => HelloFate::HeadOnly {
                bytes: acked.min(bytes),
            },
        })
    }

    /// Bytes of all ClientHellos together.
    fn hello_bytes(&self) -> u64 {
        let hellos = self.log.events.iter();
        hellos
            .filter(|event| event.what.kind() == Kind::HelloWritten)
            .filter_map(|event| event.what.bytes())
            .sum()
    }

    /// The server asked for another ClientHello.
    #[must_use]
    pub fn retry(&self) -> Option<Stamp> {
        self.first(Kind::RetryAsked)
    }

    /// The peer's kernel, or its QUIC stack, acknowledged something a second or more after this moment: it was alive, and small packets
    /// pass in both directions.
    #[must_use]
    pub fn alive(&self, after: Stamp) -> Option<Evidence> {
        let heard = self.heard(after.at)?;
        let length = heard.at.since(after.at);
        let id = match self.log.quic {
            Some(_) => "ev-quic-alive",
            None => "ev-peer-alive",
        };
        (length >= OVERDUE).then(|| Evidence::packet(id, heard).with("length", length))
    }

    /// The last acknowledgement of the peer's kernel after this moment.
    #[must_use]
    pub fn heard(&self, after: Timestamp) -> Option<Stamp> {
        self.log.last_acknowledgement(after)
    }

    /// The client spoke promptly after the connection was made: what clears its process.
    #[must_use]
    pub fn prompt_hello(&self) -> Option<Evidence> {
        let (made, hello) = (
            self.first(Kind::Connected)?,
            self.first(Kind::HelloWritten)?,
        );
        let think = hello.at.since(made.at);
        (think <= PROMPT).then(|| Evidence::packet("ev-prompt-hello", hello).with("think", think))
    }

    /// The acknowledgement of the ClientHello, as evidence.
    #[must_use]
    pub fn hello_acked(&self) -> Option<Evidence> {
        let (hello, acked) = (self.log.last(Kind::HelloWritten)?, self.log.hello_acked()?);
        Some(
            Evidence::packets("ev-hello-acked", [hello, acked])?
                .with("bytes", self.log.last_bytes_of(Kind::HelloWritten)?)
                .with("after", acked.at.since(hello.at)),
        )
    }

    /// How often the kernel sent the client's bytes again since the connection was made.
    #[must_use]
    pub fn copies(&self) -> u32 {
        let sent = |sample: &crate::probe::Sample| sample.total_retransmits;
        let (before, last) = (
            self.log.first_sample().map_or(0, sent),
            self.log.last_sample().map_or(0, sent),
        );
        last.saturating_sub(before)
    }

    /// Segments that came from the server since the connection was made, whatever they said.
    #[must_use]
    pub fn segments_since_connect(&self) -> Option<u32> {
        let (before, last) = (self.log.first_sample()?, self.log.last_sample()?);
        Some(last.segments_in?.saturating_sub(before.segments_in?))
    }

    /// What came, or did not, while the socket was kept open past the limit: how long after it, and the id of its words.
    #[must_use]
    pub fn lingered(&self) -> Option<(Nanos, &'static str)> {
        let fired = self.first(Kind::LimitFired)?;
        let kinds = [
            (Kind::CameLate, "lingered-late"),
            (Kind::EndedLate, "lingered-ended"),
            (Kind::NeverCame, "lingered-never"),
        ];
        kinds.into_iter().find_map(|(kind, words)| {
            let at = self.first(kind)?;
            Some((at.at.since(fired.at), words))
        })
    }

    /// A segment of full size came on this very connection.
    #[must_use]
    pub fn full_segment(&self) -> Option<Evidence> {
        let last = self.log.last_sample()?;
        let size = last.receive_mss.filter(|_| last.has_full_segment())?;
        let word = self.log.last_word()?;
        Some(Evidence::packet("ev-full-segment", word).with("bytes", u64::from(size)))
    }

    /// Segments came that lie behind a hole: what the server sent before them is missing.
    #[must_use]
    pub fn has_hole(&self) -> bool {
        let last = self.log.last_sample();
        last.and_then(|sample| sample.out_of_order)
            .is_some_and(|count| count > 0)
    }

    /// From the last word of the server, or the connection, to the end.
    #[must_use]
    pub fn stillness(&self, case: &Case<'_>) -> Option<Stillness> {
        let trouble = case.trouble()?;
        let (start, end) = (trouble.start?, trouble.end?);
        let word = self.log.last_word().filter(|word| word.at >= start);
        let mut all = self.log.stamped().map(|(stamp, _)| stamp);
        let began = all.rfind(|stamp| stamp.at <= start);
        let after = word.or(began)?;
        Some(Stillness {
            after,
            until: None,
            length: end.since(after.at.max(start)),
            awaited: case.awaited().unwrap_or(Awaited::Response),
            heard: self.heard(after.at),
        })
    }
}
