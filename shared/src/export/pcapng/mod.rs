//! The packets that a report cites, as a capture of their own: headers built anew from what was read of them, and the
//! bytes of TLS handshakes. Link layers, tunnels, payload and options that we do not know are not copied, so what
//! they hold cannot leave. Addresses of clients are those for benchmarks (RFC 2544, RFC 5180).

mod blocks;
mod rebuild;

use std::collections::BTreeMap;

use super::case::Case;
use crate::capture::{CaptureError, CaptureReader, CaptureSink, CapturedPacket};
use crate::ids::CaptureId;
use crate::packet::{Dissector, Outcome};
use crate::report::epoch;
use crate::report::redaction::{RedactedReport, cited_packets};
use crate::report::v1::{self, Attempt, End, EvidenceSource, JournalPacket, Report};
use crate::time::Timestamp;
use crate::warning::WarningLog;

/// Which packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those that the verdict of any attempt cites.
    Cited,
    /// Every kept packet of the attempts that an evidence page shows, from which their verdict can be told again.
    Shown,
}

/// The capture of a report from which packets are taken: the one in which the first example is, the first one
/// otherwise.
#[must_use]
pub fn capture_of(report: &RedactedReport) -> u16 {
    capture(report.report())
}

fn capture(report: &Report) -> u16 {
    let case = Case::of(report);
    let packet = case
        .examples
        .iter()
        .find_map(|example| example.packets.first());
    packet.map_or(0, |packet| packet.packet.capture)
}

/// The packets that [`Selection::Shown`] takes, in the order in which they are taken.
#[must_use]
pub fn shown(report: &Report) -> Vec<v1::PacketRef> {
    let case = Case::of(report);
    let capture = capture(report);
    let attempts = case.examples.iter().copied().chain(case.control);
    let packets = attempts.flat_map(|attempt| &attempt.packets);
    let references = packets.map(|packet| packet.packet);
    let taken = references.filter(|reference| reference.capture == capture);
    let by_number: BTreeMap<u32, v1::PacketRef> = taken
        .map(|reference| (reference.number, reference))
        .collect();
    by_number.into_values().collect()
}

/// What a packet is known by in another reading of it, whatever its capture and number are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    at_ns: i64,
    from: End,
    flags: Option<String>,
    numbers: (Option<u64>, Option<u64>),
    length: u32,
}

/// The packets that a report lists of these attempts.
pub fn known<'a>(
    report: &Report,
    attempts: impl IntoIterator<Item = &'a Attempt>,
) -> impl Iterator<Item = (v1::PacketRef, Known)> {
    let epoch = report.epoch.as_deref().and_then(epoch::parse);
    let epoch = epoch.map_or(0, Timestamp::nanos);
    let packets = attempts.into_iter().flat_map(|attempt| &attempt.packets);
    packets.map(move |packet| {
        let known = Known {
            at_ns: epoch.saturating_add(packet.at_ns),
            from: packet.from,
            flags: packet.flags.clone(),
            numbers: (packet.seq, packet.ack),
            length: packet.length,
        };
        (packet.packet, known)
    })
}

/// Takes packets out of a capture that is read again.
#[derive(Debug)]
pub struct Slice<'a> {
    reader: CaptureReader,
    taking: Taking<'a>,
}

impl<'a> Slice<'a> {
    /// Of the report's capture of this index.
    #[must_use]
    pub fn new(report: &'a RedactedReport, capture: u16, selection: Selection) -> Self {
        let wanted = wanted(report.report(), capture, selection);
        let mut out = Vec::new();
        blocks::section(&mut out, &about(report, capture));
        blocks::interface(&mut out);
        Self {
            reader: CaptureReader::new(CaptureId(capture)),
            taking: Taking {
                report,
                wanted,
                dissector: Dissector::new(),
                warnings: WarningLog::default(),
                out,
                taken: 0,
            },
        }
    }

    /// The next bytes of the capture.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), CaptureError> {
        self.reader.feed(bytes, &mut self.taking)
    }

    /// The pcapng. A capture that ends early gives the packets before its end.
    #[must_use]
    pub fn finish(mut self) -> Taken {
        let missing_before = self.taking.wanted.len();
        let ended = self.reader.finish(&mut self.taking);
        drop(ended);
        Taken {
            bytes: self.taking.out,
            packets: self.taking.taken,
            missing: missing_before - self.taking.taken,
        }
    }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// A pcapng file.
    pub bytes: Vec<u8>,
    /// Packets in it.
    pub packets: usize,
    /// Packets that were wanted and are not in it: the capture is another one, or they could not be read.
    pub missing: usize,
}

#[derive(Debug)]
struct Taking<'a> {
    report: &'a RedactedReport,
    wanted: BTreeMap<u32, Wanted>,
    dissector: Dissector,
    warnings: WarningLog,
    out: Vec<u8>,
    taken: usize,
}

impl CaptureSink for Taking<'_> {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        let number = packet.reference.number.get();
        let Some(wanted) = self.wanted.get(&number) else {
            return;
        };
        let Outcome::Dissected(dissected) = self.dissector.dissect(&packet) else {
            return;
        };
        let Some(made) = rebuild::packet(&dissected, self.report, wanted.is_servers) else {
            return;
        };
        let at = packet.at.map_or(0, Timestamp::nanos);
        blocks::packet(&mut self.out, at, &made, &wanted.comment);
        self.taken += 1;
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// A packet that is to be taken.
#[derive(Debug)]
struct Wanted {
    /// What is to be said of it.
    comment: String,
    /// It is known to come from the server.
    is_servers: bool,
}

/// The wanted packets by number.
fn wanted(report: &Report, capture: u16, selection: Selection) -> BTreeMap<u32, Wanted> {
    let mut wanted = BTreeMap::new();
    let mut want = |attempt: &Attempt, number: u32| {
        let said = said_of(report, attempt, capture, number);
        let is_it = |packet: &&JournalPacket| {
            (packet.packet.capture, packet.packet.number) == (capture, number)
        };
        let known = attempt.packets.iter().find(is_it);
        wanted.entry(number).or_insert_with(|| Wanted {
            comment: format!(
                "packet {number} of the capture, attempt {}{said}",
                attempt.id
            ),
            is_servers: known.is_some_and(|packet| packet.from == End::Server),
        });
    };
    match selection {
        Selection::Cited => {
            for attempt in &report.attempts {
                for (_, number) in cited_packets(report, attempt)
                    .into_iter()
                    .filter(|(from, _)| *from == capture)
                {
                    want(attempt, number);
                }
            }
        }
        Selection::Shown => {
            let case = Case::of(report);
            for attempt in case.examples.iter().copied().chain(case.control) {
                for packet in attempt
                    .packets
                    .iter()
                    .filter(|packet| packet.packet.capture == capture)
                {
                    want(attempt, packet.packet.number);
                }
            }
        }
    }
    wanted
}

/// What evidence says of a packet.
fn said_of(report: &Report, attempt: &Attempt, capture: u16, number: u32) -> String {
    let Some(verdict) = &attempt.verdict else {
        return String::new();
    };
    let is_about = |source: &EvidenceSource| match source {
        EvidenceSource::Packets(packets) => packets
            .first()
            .is_some_and(|packet| (packet.capture, packet.number) == (capture, number)),
        EvidenceSource::Silence(silence) => {
            (silence.after.capture, silence.after.number) == (capture, number)
        }
        EvidenceSource::Events(_) => false,
    };
    let mut evidence = report
        .evidence
        .iter()
        .filter(|evidence| verdict.evidence.contains(&evidence.id));
    let said = evidence.find(|evidence| is_about(&evidence.source));
    said.map_or_else(String::new, |evidence| format!(": {}", evidence.statement))
}

/// What is said of the file as a whole.
fn about(report: &RedactedReport, capture: u16) -> String {
    let captures = &report.report().captures;
    let digest = captures
        .get(usize::from(capture))
        .and_then(|capture| capture.sha256.as_deref())
        .unwrap_or("not computed");
    let mut text = format!(
        "Packets cited by a stallscope report, headers and TLS handshakes only; the capture has SHA-256 {digest}."
    );
    for (name, address) in rebuild::addresses(report) {
        text.push_str(&format!(" {address} stands for {name}."));
    }
    text
}
