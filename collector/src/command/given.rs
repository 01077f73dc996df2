//! What is exported or checked: a report from a file, or from the capture that it is made of.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::export::pcapng::{self, Selection, Slice, Taken};
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::redaction::RedactedReport;
use stallscope_shared::report::v1::Report;

use super::read::{Ended, Interrupt, Source};

/// Bytes of a report that is read as a whole; one with 2,000 attempts in full has about 30 MB.
const REPORT_BYTES: u64 = 1 << 30;

/// A report, and the capture where there is one.
pub(super) struct Given {
    pub(super) report: Report,
    pub(super) capture: Option<PathBuf>,
}

impl Given {
    /// Reads a report, or reads a capture and analyses it.
    pub(super) fn read(
        file: &Path,
        capture: Option<&Path>,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let named = || file.display().to_string();
        if is_report(file).with_context(named)? {
            let bytes = fs::read(file).with_context(named)?;
            let report = stallscope_shared::report::read(&bytes).with_context(named)?;
            return Ok(Self {
                report,
                capture: capture.map(Path::to_owned),
            });
        }
        let report = analyse(file, interrupt).with_context(named)?;
        Ok(Self {
            report,
            capture: Some(file.to_owned()),
        })
    }

    /// Packets of the report out of the capture; `None` when there is no capture.
    pub(super) fn packets(
        &self,
        report: &RedactedReport,
        selection: Selection,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Option<Taken>> {
        let Some(capture) = &self.capture else {
            return Ok(None);
        };
        let mut slice = Slice::new(report, pcapng::capture_of(report), selection);
        let source = Source::open(capture).with_context(|| capture.display().to_string())?;
        let ended = source.pieces(interrupt, |piece| {
            slice.feed(piece)?;
            Ok(true)
        });
        if ended.with_context(|| capture.display().to_string())? == Ended::Interrupted {
            bail!("stopped while reading {}", capture.display());
        }
        Ok(Some(slice.finish()))
    }
}

/// The report of a capture, with its digest.
pub(super) fn analyse(file: &Path, interrupt: &Interrupt) -> anyhow::Result<Report> {
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::DEFAULT,
        digest: true,
    });
    analyzer.begin(&file.display().to_string());
    let ended = Source::open(file)?.pieces(interrupt, |piece| {
        analyzer.feed(piece)?;
        Ok(true)
    })?;
    if ended == Ended::Interrupted {
        bail!("stopped while reading");
    }
    analyzer.end()?;
    Ok(analyzer.report())
}

/// JSON begins with a brace, and no capture does.
fn is_report(file: &Path) -> anyhow::Result<bool> {
    let Ok(metadata) = file.metadata() else {
        // Opening it says what is wrong.
        return Ok(false);
    };
    if !metadata.is_file() || metadata.len() > REPORT_BYTES {
        return Ok(false);
    }
    let mut head = [0; 64];
    let length = std::io::Read::read(&mut fs::File::open(file)?, &mut head)?;
    let first = head
        .iter()
        .take(length)
        .find(|byte| !byte.is_ascii_whitespace());
    Ok(first == Some(&b'{'))
}
