//! One attempt of a client of our own in the same few words. What only packets show stays unknown.

use super::{Brief, HelloBrief, SynBrief};
use crate::phase::{OVERDUE, Outcome};
use crate::probe::{Arm, Kind, Log, Sample};
use crate::time::Nanos;

/// Bits of the options that both ends agreed on (`linux/tcp.h`, TCPI_OPT_*).
const TIMESTAMPS: u8 = 1;
const SACK: u8 = 2;
const WINDOW_SCALE: u8 = 4;

/// What a packet of an Ethernet holds behind headers and timestamps.
const ETHERNET: u64 = 1448;

impl Brief {
    pub(super) fn take_log(&mut self, log: &Log) {
        self.arm = log.arm;
        if log.quic.is_some() {
            return;
        }
        self.is_tcp = true;
        self.syn = self.syn_of(log);
        self.hello = hello(log);
        self.through_tls = log.first(Kind::HandshakeDone).map(|done| done.at);
        if let Some(last) = log.last_sample() {
            self.server_bytes = last.bytes_received.unwrap_or(0);
            self.client_bytes = last.bytes_acked.map_or(0, |bytes| bytes.saturating_sub(1));
            self.server_largest = last
                .receive_mss
                .filter(|_| last.has_full_segment())
                .unwrap_or(0);
            self.retransmissions = last.total_retransmits;
            let least = last.least_round_trip.unwrap_or(last.round_trip);
            self.round_trips =
                (last.round_trip > Nanos(0)).then(|| (least, last.round_trip.max(least)));
        }
        let is_unanswered = log.first(Kind::ServerHello).is_none();
        let acked = log.hello_acked().filter(|_| is_unanswered);
        self.is_proven_stall = acked.is_some_and(|acked| {
            let alive = log.last_acknowledgement(acked.at);
            alive.is_some_and(|alive| alive.at.since(acked.at) >= OVERDUE)
        });
    }

    fn syn_of(&self, log: &Log) -> Option<SynBrief> {
        log.first(Kind::SynSent)?;
        let answer = log.first(Kind::Connected);
        let count = log.syn_count().unwrap_or(1);
        let agreed = log.first_sample().map_or(0, |sample| sample.options);
        let is_first = answer.is_some() && log.syn_count() == Some(1);
        Some(SynBrief {
            count,
            answer,
            answered: is_first.then_some(1),
            round_trip: log.first_sample().map(Sample::trip),
            is_refused: self.outcome == Outcome::Refused,
            has_ecn: false,
            has_timestamps: agreed & TIMESTAMPS != 0,
            has_fast_open: false,
            is_rich_answer: agreed & (TIMESTAMPS | SACK | WINDOW_SCALE) != 0,
            is_answer_scaled: agreed & WINDOW_SCALE != 0,
        })
    }
}

fn hello(log: &Log) -> Option<HelloBrief> {
    let first = log.first(Kind::HelloWritten)?;
    let bytes = log.bytes_of(Kind::HelloWritten)?;
    let mss = log
        .first_sample()
        .map_or(ETHERNET, |sample| u64::from(sample.send_mss));
    let is_resuming =
        log.arm == Some(Arm::Resumed) && log.tls.as_ref().is_some_and(|tls| tls.has_ticket);
    let after = |kind: Kind| log.first(kind).map(|stamp| stamp.at.since(first.at));
    Some(HelloBrief {
        first,
        is_whole: true,
        bytes,
        records: if log.arm == Some(Arm::Records) { 2 } else { 1 },
        // On loopback one packet holds much more; what stands before servers is made for an Ethernet.
        is_split: bytes > mss.min(ETHERNET),
        has_psk: is_resuming,
        sni: None,
        // Of what makes a fingerprint, the client varies the version alone; sizes and names are compared by themselves.
        shape: u64::from(log.arm == Some(Arm::Tls12)),
        after_syn_ack: log
            .first(Kind::Connected)
            .map(|connected| first.at.since(connected.at)),
        acked_in: after(Kind::HelloAcked),
        answered_in: after(Kind::ServerHello),
    })
}
