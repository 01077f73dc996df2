//! The worker's job: files are read by slices and pushed into the analyser; between slices the page may say
//! stop. What was found stays here, and the page asks for the attempts and packets that it shows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::future::join;
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::CaptureError;
use stallscope_shared::export::html;
use stallscope_shared::report;
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::link;
use stallscope_shared::report::overview::Overview;
use stallscope_shared::report::v1::{Attempt, Report};
use stallscope_shared::text::render;

use super::kind::{self, Kind};
use super::summary::summary;
use super::{answer, order, share, tell as said};
use crate::load::protocol::{FromWorker, Progress, Refusal, ToWorker};
use crate::load::reckoned::Piece;
use crate::load::sentence::Sentence;
use crate::platform::file::{LocalFile, Unreadable};
use crate::platform::{heap_bytes, now_ms, scope, spawn};
use crate::text::number;

/// Bytes of one slice: large enough that reading costs little, small enough that stop is heard soon.
pub(super) const SLICE_BYTES: u64 = 4 << 20;

/// Milliseconds between two messages about progress.
const PROGRESS_MS: f64 = 50.0;

/// Attempts that are kept in full; the others have a row, and are read again when they are asked for.
const KEPT_ATTEMPTS: usize = 2000;

/// Bytes of a report that is read: it is held as text and as values at once.
const REPORT_BYTES: u64 = 256 << 20;

thread_local! {
    static IS_STOPPED: Cell<bool> = const { Cell::new(false) };
    pub(super) static FOUND: RefCell<Found> = RefCell::default();
}

/// What a job leaves for later questions.
#[derive(Default)]
pub(super) struct Found {
    /// The captures in the order in which they were read, as the report counts them.
    pub(super) captures: Vec<LocalFile>,
    /// The attempts that are known in full, by id.
    pub(super) attempts: BTreeMap<u32, Box<Attempt>>,
    /// Of these, the ones that the report holds, in its order; the others were read again.
    pub(super) kept: Vec<u32>,
    /// The report without its attempts.
    pub(super) report: Report,
}

impl Found {
    /// The report with its attempts.
    pub(super) fn whole(&self) -> Report {
        let attempts = self.kept.iter().filter_map(|id| self.attempts.get(id));
        Report {
            attempts: attempts.cloned().collect(),
            ..self.report.clone()
        }
    }
}

/// Hears the page.
pub fn start(words: ToWorker, files: Vec<LocalFile>) {
    match words {
        ToWorker::Open => spawn(async move {
            if let Err(refusal) = open(files).await {
                scope::post(&FromWorker::Failed(refusal));
            }
        }),
        ToWorker::Stop => IS_STOPPED.set(true),
        ToWorker::Attempt(id) => spawn(answer::attempt(id)),
        ToWorker::Packet { packet, link_type } => spawn(answer::packet(packet, link_type)),
        ToWorker::Share(choice) => spawn(share::sheet(choice)),
        ToWorker::Export(kind, choice) => spawn(share::export(kind, choice, files)),
    }
}

async fn open(files: Vec<LocalFile>) -> Result<(), Refusal> {
    let (mut captures, mut key_logs) = (Vec::new(), Vec::new());
    let is_alone = files.len() == 1;
    for file in files {
        match kind::of(&head(&file, kind::HEAD).await?) {
            kind @ (Kind::Report | Kind::Page | Kind::Link) if is_alone => {
                return open_report(&file, kind).await;
            }
            Kind::Report | Kind::Page | Kind::Link => {
                return Err(Refusal::ReportAmongOthers { file: file.name() });
            }
            Kind::KeyLog => key_logs.push(file.name()),
            Kind::Capture => captures.push(file),
        }
    }
    if captures.is_empty() {
        return Err(Refusal::OnlyKeyLogs);
    }
    if captures.len() > 1 {
        captures = in_order(captures).await?;
    }
    Job::new(&captures).run(captures, key_logs).await
}

/// By the first packet; files without one keep their places at the end.
async fn in_order(files: Vec<LocalFile>) -> Result<Vec<LocalFile>, Refusal> {
    let mut dated = Vec::new();
    for file in files {
        let first = order::first_packet(&head(&file, order::HEAD).await?);
        dated.push((first, file));
    }
    dated.sort_by_key(|(first, _)| (first.is_none(), *first));
    Ok(dated.into_iter().map(|(_, file)| file).collect())
}

async fn head(file: &LocalFile, length: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let read = file.read(0, length, &mut bytes).await;
    read.map_err(|_gone| Refusal::Gone { file: file.name() })?;
    Ok(bytes)
}

async fn open_report(file: &LocalFile, kind: Kind) -> Result<(), Refusal> {
    if file.size() > REPORT_BYTES {
        return Err(Refusal::ReportTooLarge {
            file: file.name(),
            bytes: file.size(),
        });
    }
    let bytes = head(file, file.size()).await?;
    let not_report = |reason| Refusal::NotReport {
        file: file.name(),
        reason,
    };
    let (report, remark) = match kind {
        Kind::Link => of_link(&bytes)?,
        Kind::Page => {
            let page = String::from_utf8_lossy(&bytes);
            let held = html::held(&page).and_then(|held| held.report().cloned());
            let report = held.ok_or_else(|| not_report(said!("page-not-ours")))?;
            (report, None)
        }
        _ => {
            let read = report::read(&bytes);
            let report = read.map_err(|error| not_report(Sentence::Plain(error.to_string())))?;
            (report, None)
        }
    };
    let overview = Overview::of_report(&report);
    tell(
        report,
        &overview,
        Opened {
            remark,
            ..Opened::default()
        },
    );
    Ok(())
}

/// The report of a link, and what the link holds of the one that it was made from.
fn of_link(bytes: &[u8]) -> Result<(Report, Option<Sentence>), Refusal> {
    let text = String::from_utf8_lossy(bytes);
    let opened = link::open(kind::link_in(&text).unwrap_or_default()).map_err(|error| {
        let message = error.message();
        Refusal::BadLink {
            reason: Sentence::write(|language| render(language, &message)),
        }
    })?;
    let message = opened.level.message();
    let remark = Sentence::write(|language| render(language, &message));
    Ok((opened.report, Some(remark)))
}

/// What a report was opened from.
#[derive(Default)]
struct Opened {
    captures: Vec<LocalFile>,
    key_logs: Vec<String>,
    /// What is to be said of it beside what it says itself.
    remark: Option<Sentence>,
}

/// Rows that the page takes in at once, in a few milliseconds.
const ROWS_AT_ONCE: usize = 2048;

/// Tells the page what was found, and keeps what it may ask for.
fn tell(mut report: Report, overview: &Overview, opened: Opened) {
    let words = FromWorker::Report {
        key_logs: opened.key_logs,
        is_stopped: IS_STOPPED.get(),
    };
    let mut summary = summary(&report);
    let first = not_held(&report, overview, opened.remark.is_some());
    let first = opened.remark.into_iter().chain(first);
    summary.remarks.splice(0..0, first);
    scope::post_cargo(&words, &summary);
    for (words, piece) in rows(overview) {
        scope::post_cargo(&words, &piece);
    }
    let attempts = std::mem::take(&mut report.attempts);
    FOUND.replace(Found {
        captures: opened.captures,
        kept: attempts.iter().map(|attempt| attempt.id).collect(),
        attempts: attempts
            .into_iter()
            .map(|attempt| (attempt.id, attempt))
            .collect(),
        report,
    });
}

/// The rows in pieces, each with the words that it comes with.
pub(super) fn rows(overview: &Overview) -> impl Iterator<Item = (FromWorker, Piece)> {
    let count = overview.rows.len().div_ceil(ROWS_AT_ONCE).max(1);
    let pieces = Piece::all(overview, ROWS_AT_ONCE).zip((0..count).rev());
    pieces.map(|(piece, left)| {
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        (FromWorker::Rows { left }, piece)
    })
}

/// That attempts were counted and have no row.
fn not_held(report: &Report, overview: &Overview, is_link: bool) -> Option<Sentence> {
    let (kept, all) = (overview.rows.len() as u64, report.totals.attempts);
    let id = if is_link {
        "rows-in-link"
    } else {
        "rows-left-out"
    };
    (kept < all).then(|| said!(id, "kept" = number(kept), "all" = number(all)))
}

struct Job {
    analyzer: Analyzer,
    progress: Progress,
    started_ms: f64,
    told_ms: f64,
}

impl Job {
    fn new(files: &[LocalFile]) -> Self {
        Self {
            analyzer: Analyzer::new(Options {
                keep: Keep::Bounded(KEPT_ATTEMPTS),
                digest: false,
            })
            .with_overview(),
            progress: Progress {
                bytes_total: files.iter().map(LocalFile::size).sum(),
                ..Progress::default()
            },
            started_ms: now_ms(),
            told_ms: 0.0,
        }
    }

    async fn run(mut self, files: Vec<LocalFile>, key_logs: Vec<String>) -> Result<(), Refusal> {
        for file in &files {
            self.read(file).await?;
        }
        self.told_ms = 0.0;
        self.tell(0);
        let report = self.analyzer.report();
        let overview = self.analyzer.take_overview();
        let opened = Opened {
            captures: files,
            key_logs,
            remark: None,
        };
        tell(report, &overview, opened);
        Ok(())
    }

    /// Reads one file to its end, or to where the page says stop.
    async fn read(&mut self, file: &LocalFile) -> Result<(), Refusal> {
        let name = file.name();
        let not_capture = |error: CaptureError| Refusal::NotCapture {
            file: name.clone(),
            reason: in_every_language(&error),
        };
        self.progress.file.clone_from(&name);
        self.analyzer.begin(&name);
        let gone = |_unreadable: Unreadable| Refusal::Gone { file: name.clone() };
        let (mut bytes, mut ahead) = (Vec::new(), Vec::new());
        let mut offset = 0;
        file.read(offset, SLICE_BYTES, &mut bytes)
            .await
            .map_err(gone)?;
        while !bytes.is_empty() && !IS_STOPPED.get() {
            let read = bytes.len() as u64;
            offset = offset.saturating_add(read);
            // The browser fetches the next slice while this one is analysed.
            let next = file.read(offset, SLICE_BYTES, &mut ahead);
            let analysis = async { self.analyzer.feed(&bytes) };
            let (arrived, fed) = join(next, analysis).await;
            fed.map_err(not_capture)?;
            self.tell(read);
            arrived.map_err(gone)?;
            std::mem::swap(&mut bytes, &mut ahead);
        }
        if IS_STOPPED.get() {
            // The report closes what is open; that the file goes on is no oddity of it.
            return Ok(());
        }
        self.analyzer.end().map_err(not_capture)
    }

    fn tell(&mut self, read: u64) {
        let now = now_ms();
        let so_far = self.analyzer.progress();
        self.progress.bytes_read = self.progress.bytes_read.saturating_add(read);
        self.progress.elapsed_ms = whole_ms(now - self.started_ms);
        self.progress.packets = so_far.packets;
        self.progress.attempts = so_far.attempts;
        self.progress.failures = so_far.failures;
        self.progress.heap_bytes = heap_bytes();
        if now - self.told_ms >= PROGRESS_MS {
            self.told_ms = now;
            scope::post(&FromWorker::Progress(self.progress.clone()));
        }
    }
}

fn in_every_language(error: &CaptureError) -> Sentence {
    let message = error.message();
    Sentence::write(|language| render(language, &message))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast from float saturates, and a clock that went back counts as no time"
)]
const fn whole_ms(ms: f64) -> u64 {
    ms as u64
}
