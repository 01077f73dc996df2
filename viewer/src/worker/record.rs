//! What the worker says of a report, written down beforehand: a page that holds a report shows it without a worker. The
//! command records as well, so this names no browser.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket};
use stallscope_shared::export::html;
use stallscope_shared::export::html::behind::{self, Recording, Viewer};
use stallscope_shared::export::pcapng::{self, Known};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::overview::Overview;
use stallscope_shared::report::redaction::RedactedReport;
use stallscope_shared::report::v1::{Attempt, PacketRef, Report};
use stallscope_shared::warning::WarningLog;

use super::dossier::dossier;
use super::job::rows;
use super::summary::{link_type, summary};
use super::{fields, tell};
use crate::load::protocol::{FromWorker, Progress, ToWorker};
use crate::load::share::{Choice, FileKind, Sheet};

/// Bytes of what is recorded, before it is packed: as much as leaves the page short enough.
const ROOMS: [usize; 5] = [480_000, 240_000, 120_000, 60_000, 0];

/// Bytes of a page, its packets not counted.
const PAGE: usize = 600_000;

/// The evidence page, with this viewer behind it where there is one and the page stays short enough.
#[must_use]
pub fn page(
    report: &RedactedReport,
    options: &html::Options<'_>,
    viewer: Option<&Viewer<'_>>,
) -> String {
    let options = html::Options {
        is_in_front: viewer.is_some(),
        ..options.clone()
    };
    let page = html::page(report, &options);
    let both = viewer.and_then(|viewer| behind(&page, viewer));
    both.unwrap_or(page)
}

/// An evidence page with a viewer behind it; `None` when it is no page of ours, or would be too long.
#[must_use]
pub fn behind(page: &str, viewer: &Viewer<'_>) -> Option<String> {
    let held = html::held(page)?;
    let report = held.report()?;
    let packets = held.packets.as_ref().map(|(bytes, _)| bytes.as_slice());
    let packets = packets.unwrap_or_default();
    let room = PAGE + packets.len().div_ceil(3) * 4;
    let packets = held_packets(packets, report);
    let behind = |bytes: usize| {
        let recording = recording(report, &packets, bytes);
        behind::put(page, viewer, &recording, held.languages())
    };
    let mut pages = ROOMS.into_iter().filter_map(behind);
    pages.find(|page| page.len() <= room)
}

/// Every question that the page may ask of the report, with the answers that there is room for.
fn recording(report: &Report, packets: &HeldPackets, room: usize) -> Recording {
    let mut tape = Tape::default();
    tape.say(Vec::new(), &FromWorker::Ready, Vec::new());
    opening(&mut tape, report, packets);
    let kept = attempts(&mut tape, report, room);
    packet_bytes(&mut tape, &kept, packets, report);
    sharing(&mut tape);
    tape.0
}

/// A recording in the making.
#[derive(Default)]
struct Tape(Recording);

impl Tape {
    /// Words and what comes with them, as the worker sends both.
    fn tell(&mut self, question: Vec<u8>, words: &FromWorker, cargo: &impl Serialize) {
        self.say(question, words, written(cargo));
    }

    fn say(&mut self, question: Vec<u8>, words: &FromWorker, cargo: Vec<u8>) {
        self.0.answer(question, written(words), cargo);
    }
}

fn written(value: &impl Serialize) -> Vec<u8> {
    // Only a map without a length would be refused, and there is none.
    postcard::to_allocvec(value).unwrap_or_default()
}

fn opening(tape: &mut Tape, report: &Report, packets: &HeldPackets) {
    let question = written(&ToWorker::Open);
    // By this the page knows that packets can be asked for.
    let progress = Progress {
        packets: packets.len() as u64,
        ..Progress::default()
    };
    tape.say(
        question.clone(),
        &FromWorker::Progress(progress),
        Vec::new(),
    );
    let words = FromWorker::Report {
        key_logs: Vec::new(),
        is_stopped: false,
    };
    tape.tell(question.clone(), &words, &summary(report));
    for (words, piece) in rows(&Overview::of_report(report)) {
        tape.tell(question.clone(), &words, &piece);
    }
}

/// The attempts, as many as there is room for; of the others it is said that there is nothing more.
fn attempts<'a>(tape: &mut Tape, report: &'a Report, room: usize) -> Vec<&'a Attempt> {
    let shown = html::shown(report);
    let (first, rest): (Vec<&Attempt>, Vec<&Attempt>) = report
        .attempts
        .iter()
        .map(Box::as_ref)
        .partition(|attempt| shown.contains(&attempt.id));
    let mut kept = Vec::new();
    let mut left = room;
    for attempt in first.into_iter().chain(rest) {
        let question = written(&ToWorker::Attempt(attempt.id));
        let words = FromWorker::Attempt(attempt.id);
        let cargo = written(&dossier(attempt, &report.evidence));
        if cargo.len() <= left {
            left -= cargo.len();
            tape.say(question, &words, cargo);
            kept.push(attempt);
        } else {
            tape.say(question, &words, Vec::new());
        }
    }
    kept
}

/// The packets of the attempts that were recorded: their bytes where the page holds them.
fn packet_bytes(tape: &mut Tape, kept: &[&Attempt], held: &HeldPackets, report: &Report) {
    let link_types: Vec<u16> = report
        .captures
        .iter()
        .map(|capture| link_type(capture).unwrap_or_default())
        .collect();
    let journals = kept.iter().flat_map(|attempt| &attempt.packets);
    let mut asked = BTreeSet::new();
    for packet in journals.map(|packet| packet.packet) {
        if !asked.insert((packet.capture, packet.number)) {
            continue;
        }
        let link_type = link_types.get(usize::from(packet.capture));
        let question = written(&ToWorker::Packet {
            packet,
            link_type: link_type.copied().unwrap_or_default(),
        });
        match held.get(&(packet.capture, packet.number)) {
            Some((fields, bytes)) => {
                let fields = fields.clone();
                let words = FromWorker::Packet { packet, fields };
                tape.say(question, &words, bytes.clone());
            }
            None => tape.say(question, &FromWorker::NoPacket(packet), Vec::new()),
        }
    }
}

/// What a packet's headers say, and its bytes.
type PacketCopy = (Vec<(String, String)>, Vec<u8>);

/// The page's packets by capture and number.
type HeldPackets = BTreeMap<(u16, u32), PacketCopy>;

/// The packets of a page stand in the order in which the report has them. Only those are taken that are what the
/// report lists: the same time, direction, flags, numbers and length.
fn held_packets(packets: &[u8], report: &Report) -> HeldPackets {
    // As they are written: what is compressed could be of any size.
    if !packets.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
        return HeldPackets::new();
    }
    let references = pcapng::shown(report);
    let mut copies = Copies {
        most: references.len(),
        ..Copies::default()
    };
    let mut reader = CaptureReader::new(CaptureId(0));
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::All,
        digest: false,
    });
    analyzer.begin("packets of the page");
    let is_read = reader.feed(packets, &mut copies).is_ok()
        && analyzer.feed(packets).is_ok()
        && analyzer.end().is_ok();
    if !is_read || copies.found.len() != references.len() {
        return HeldPackets::new();
    }
    let listed = |report: &Report| -> BTreeMap<(u16, u32), Known> {
        let known = pcapng::known(report, report.attempts.iter().map(Box::as_ref));
        known
            .map(|(packet, known)| ((packet.capture, packet.number), known))
            .collect()
    };
    let (stated, told) = (listed(report), listed(&analyzer.report()));
    (1..)
        .zip(references.into_iter().zip(copies.found))
        .map(|(place, (reference, copy))| (place, (reference.capture, reference.number), copy))
        .filter(|(place, key, _)| {
            let there = told.get(&(0, *place));
            there.is_some() && there == stated.get(key)
        })
        .map(|(_, key, copy)| (key, copy))
        .collect()
}

#[derive(Default)]
struct Copies {
    found: Vec<PacketCopy>,
    most: usize,
    warnings: WarningLog,
}

impl CaptureSink for Copies {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        // One more than there should be tells that they are others.
        if self.found.len() > self.most {
            return;
        }
        let reference = PacketRef {
            capture: 0,
            number: packet.reference.number.get(),
            offset: packet.reference.offset(),
            length: packet.reference.length,
        };
        let fields = fields::of(packet.bytes, reference, packet.link_type);
        self.found.push((fields, packet.bytes.to_vec()));
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// The page has been handed on already; there is nothing more to make of it.
fn sharing(tape: &mut Tape) {
    let only = Sheet {
        notes: vec![tell!("page-viewer-only")],
        ..Sheet::default()
    };
    let variant = |words: &ToWorker| written(words).into_iter().take(1).collect::<Vec<u8>>();
    let share = variant(&ToWorker::Share(Choice::default()));
    tape.tell(share, &FromWorker::Share, &only);
    let export = variant(&ToWorker::Export(FileKind::Page, Choice::default()));
    tape.say(export, &FromWorker::Export(FileKind::Page), Vec::new());
}
