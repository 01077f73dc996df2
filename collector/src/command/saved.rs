//! A report that was written before: shown again as if it had just been made.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use stallscope_shared::report::v1::Report;
use stallscope_shared::report::{ReportError, read};

/// Reports of the default size have some 10 MB; one with every attempt of a large capture has hundreds.
const LARGEST: u64 = 2 << 30;

/// The report, where the files are one and it is a report.
pub(super) fn report(files: &[PathBuf]) -> anyhow::Result<Option<Report>> {
    let [path] = files else {
        return Ok(None);
    };
    // What cannot be opened or is no file is told by the one who reads captures.
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    if !is_file || !begins_as_object(path) {
        return Ok(None);
    }
    let context = || format!("{}", path.display());
    if path.metadata().with_context(context)?.len() > LARGEST {
        bail!(
            "{} is larger than the 2 GiB that are read of a report",
            path.display()
        );
    }
    let bytes = std::fs::read(path).with_context(context)?;
    match read(&bytes) {
        Ok(report) => Ok(Some(report)),
        // A HAR or another kind of JSON: what it looks like is said where captures are read.
        Err(ReportError::NotJson { .. } | ReportError::NoVersion) => Ok(None),
        Err(error) => Err(error).with_context(context),
    }
}

fn begins_as_object(path: &Path) -> bool {
    let mut start = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read(&mut start));
    let length = read.unwrap_or_default();
    let bytes = start.get(..length).unwrap_or_default();
    bytes.trim_ascii_start().first() == Some(&b'{')
}
