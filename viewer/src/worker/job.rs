//! One job: files are read by slices and pushed into the analyser; between slices the page may say stop.

use std::cell::Cell;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::report::keep::Keep;

use super::protocol::{FromWorker, Progress, ToWorker};
use crate::platform::file::LocalFile;
use crate::platform::{now_ms, scope, spawn};

/// Bytes of one slice: large enough that reading costs little, small enough that stop is heard soon.
const SLICE_BYTES: u64 = 4 << 20;

/// Milliseconds between two messages about progress.
const PROGRESS_MS: f64 = 50.0;

/// Attempts that the page is given in full; the others are in the totals.
const KEPT_ATTEMPTS: usize = 1000;

thread_local! {
    static IS_STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Hears the page.
pub fn start(words: ToWorker, files: Vec<LocalFile>) {
    match words {
        ToWorker::Open => spawn(async move { Job::new(&files).run(&files).await }),
        ToWorker::Stop => IS_STOPPED.set(true),
    }
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
                digest: true,
            }),
            progress: Progress {
                bytes_total: files.iter().map(LocalFile::size).sum(),
                ..Progress::default()
            },
            started_ms: now_ms(),
            told_ms: 0.0,
        }
    }

    async fn run(mut self, files: &[LocalFile]) {
        for file in files {
            if let Err(sentence) = self.read(file).await {
                scope::post(&FromWorker::Failed { sentence });
                return;
            }
        }
        match serde_json::to_vec(&self.analyzer.report()) {
            Ok(report) => scope::post_bytes(&FromWorker::Done, &report),
            Err(error) => scope::post(&FromWorker::Broken {
                detail: error.to_string(),
            }),
        }
    }

    /// Reads one file to its end, or to where the page says stop.
    async fn read(&mut self, file: &LocalFile) -> Result<(), String> {
        let name = file.name();
        self.progress.file.clone_from(&name);
        self.analyzer.begin(&name);
        let mut bytes = Vec::new();
        let mut offset = 0;
        while offset < file.size() && !IS_STOPPED.get() {
            file.read(offset, SLICE_BYTES, &mut bytes)
                .await
                .map_err(|_gone| format!("{name} cannot be read any more. Was it moved, changed or deleted? Choose it again."))?;
            self.analyzer
                .feed(&bytes)
                .map_err(|error| format!("{name}: {error}."))?;
            let read = bytes.len() as u64;
            offset = offset.saturating_add(read);
            self.tell(read);
        }
        self.analyzer
            .end()
            .map_err(|error| format!("{name}: {error}."))
    }

    fn tell(&mut self, read: u64) {
        let now = now_ms();
        let so_far = self.analyzer.progress();
        self.progress.bytes_read = self.progress.bytes_read.saturating_add(read);
        self.progress.elapsed_ms = whole_ms(now - self.started_ms);
        self.progress.packets = so_far.packets;
        self.progress.attempts = so_far.attempts;
        self.progress.failures = so_far.failures;
        if now - self.told_ms >= PROGRESS_MS {
            self.told_ms = now;
            scope::post(&FromWorker::Progress(self.progress.clone()));
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast from float saturates, and a clock that went back counts as no time"
)]
const fn whole_ms(ms: f64) -> u64 {
    ms as u64
}
