//! Answers to the page's questions after the job: one attempt in full, the bytes of one packet.

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::{CaptureReader, CaptureSink, CapturedPacket, LinkType};
use stallscope_shared::ids::CaptureId;
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::{Attempt, PacketRef};
use stallscope_shared::warning::WarningLog;

use super::dossier::dossier;
use super::fields;
use super::job::{FOUND, SLICE_BYTES};
use crate::load::protocol::FromWorker;
use crate::platform::file::LocalFile;
use crate::platform::scope;

/// Sends an attempt. One that was not kept is found by reading the captures again: attempts are numbered in
/// an order that does not change from one reading to the next.
pub(super) async fn attempt(id: u32) {
    if !FOUND.with_borrow(|found| found.attempts.contains_key(&id))
        && let Some(attempt) = read_again(id).await
    {
        FOUND.with_borrow_mut(|found| found.attempts.insert(id, attempt));
    }
    let words = FromWorker::Attempt(id);
    let known = FOUND.with_borrow(|found| {
        let attempt = found.attempts.get(&id)?;
        Some(dossier(attempt, &found.report.evidence))
    });
    match known {
        Some(dossier) => scope::post_cargo(&words, &dossier),
        None => scope::post(&words),
    }
}

/// Without its verdict: that takes all other attempts into account, which are not there when it is found.
async fn read_again(id: u32) -> Option<Box<Attempt>> {
    let captures = FOUND.with_borrow(|found| found.captures.clone());
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::All,
        digest: false,
    });
    let wanted = |attempts: Vec<Box<Attempt>>| {
        let mut found = attempts.into_iter().find(|attempt| attempt.id == id)?;
        found.verdict = None;
        Some(found)
    };
    for file in &captures {
        analyzer.begin(&file.name());
        let mut slices = Slices::of(file);
        while let Some(bytes) = slices.next().await {
            analyzer.feed(bytes).ok()?;
            if let Some(attempt) = wanted(analyzer.drain_attempts()) {
                return Some(attempt);
            }
        }
        analyzer.end().ok()?;
    }
    wanted(analyzer.report().attempts)
}

/// Sends a packet's bytes and what its headers say.
pub(super) async fn packet(packet: PacketRef, link_type: u16) {
    let capture =
        FOUND.with_borrow(|found| found.captures.get(usize::from(packet.capture)).cloned());
    let bytes = match capture {
        Some(file) => bytes_of(&file, packet).await,
        None => None,
    };
    match bytes {
        Some(bytes) => {
            let fields = fields::of(&bytes, packet, LinkType(link_type));
            scope::post_bytes(&FromWorker::Packet { packet, fields }, &bytes);
        }
        None => scope::post(&FromWorker::NoPacket(packet)),
    }
}

/// Straight from its place in the file, or, where the file is compressed, by unpacking it up to there.
async fn bytes_of(file: &LocalFile, packet: PacketRef) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read(0, 4, &mut bytes).await.ok()?;
    if !is_compressed(&bytes) {
        file.read(packet.offset, packet.length.into(), &mut bytes)
            .await
            .ok()?;
        return Some(bytes);
    }
    let mut search = Search {
        number: packet.number,
        found: None,
        warnings: WarningLog::default(),
    };
    let mut reader = CaptureReader::new(CaptureId(packet.capture));
    let mut slices = Slices::of(file);
    while let Some(bytes) = slices.next().await {
        reader.feed(bytes, &mut search).ok()?;
        if search.found.is_some() {
            break;
        }
    }
    search.found
}

/// gzip (RFC 1952 §2.3.1) or a Zstandard frame (RFC 8878 §3.1.1).
fn is_compressed(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b]) || head == [0x28, 0xb5, 0x2f, 0xfd]
}

struct Search {
    number: u32,
    found: Option<Vec<u8>>,
    warnings: WarningLog,
}

impl CaptureSink for Search {
    fn packet(&mut self, packet: CapturedPacket<'_>) {
        if packet.reference.number.get() == self.number {
            self.found = Some(packet.bytes.to_vec());
        }
    }

    fn warnings(&mut self) -> &mut WarningLog {
        &mut self.warnings
    }
}

/// A file, slice by slice; it ends early where it cannot be read.
pub(super) struct Slices<'a> {
    file: &'a LocalFile,
    offset: u64,
    bytes: Vec<u8>,
}

impl<'a> Slices<'a> {
    pub(super) const fn of(file: &'a LocalFile) -> Self {
        Self {
            file,
            offset: 0,
            bytes: Vec::new(),
        }
    }

    /// All of it was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.offset >= self.file.size()
    }

    pub(super) async fn next(&mut self) -> Option<&[u8]> {
        if self.offset >= self.file.size() {
            return None;
        }
        let read = self.file.read(self.offset, SLICE_BYTES, &mut self.bytes);
        read.await.ok()?;
        self.offset = self.offset.saturating_add(self.bytes.len() as u64);
        Some(&self.bytes)
    }
}
