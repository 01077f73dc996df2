//! One capture in, one report out: what the native tests and the wasm module have in common.

pub mod captures;
pub mod parallel;

use stallscope_shared::analyzer::{Analyzer, Options};
use stallscope_shared::capture::CaptureError;
use stallscope_shared::report::keep::Keep;
use stallscope_shared::report::v1::Report;

/// The report of one capture, pushed in by chunks of this many bytes.
///
/// # Errors
/// When it is no capture.
pub fn report(bytes: &[u8], name: &str, chunk_bytes: usize) -> Result<Report, CaptureError> {
    report_of(std::iter::once(bytes), name, chunk_bytes)
}

/// The whole report of captures of one event, each by the same name.
///
/// # Errors
/// When one of them is no capture.
pub fn report_of<'a>(
    captures: impl Iterator<Item = &'a [u8]>,
    name: &str,
    chunk_bytes: usize,
) -> Result<Report, CaptureError> {
    let mut analyzer = Analyzer::new(Options {
        keep: Keep::All,
        digest: true,
    });
    for bytes in captures {
        analyzer.begin(name);
        for chunk in bytes.chunks(chunk_bytes.max(1)) {
            analyzer.feed(chunk)?;
        }
        analyzer.end()?;
    }
    Ok(analyzer.report())
}

/// The same as JSON, or the sentence that says why there is no report.
#[must_use]
pub fn report_text(bytes: &[u8], name: &str, chunk_bytes: usize) -> String {
    match report(bytes, name, chunk_bytes) {
        Ok(report) => {
            serde_json::to_string(&report).unwrap_or_else(|error| format!("error: {error}"))
        }
        Err(error) => format!("error: {error}"),
    }
}
