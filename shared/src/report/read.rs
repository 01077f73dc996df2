//! The door for reports of any version.

use serde::Deserialize;

use super::v1;

/// Why bytes are not a report that can be shown.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The bytes are not JSON.
    #[error("this is not a report: it is not JSON (line {line}, column {column}): {reason}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// JSON without a version.
    #[error("this is JSON, but not a report: it has no \"report_version\"")]
    NoVersion,
    /// A later version than this program knows.
    #[error(
        "this report has version {found}{maker}, and this program reads versions up to {known}: \
         open it with a newer stallscope"
    )]
    Newer {
        /// Its version.
        found: u64,
        /// The latest version that is known.
        known: u32,
        /// ` (made by NAME VERSION)`, or empty.
        maker: String,
    },
    /// A version that never was.
    #[error("this report says that it has version {found}, which never was")]
    NoSuchVersion {
        /// Its version.
        found: u64,
    },
    /// The version is known, the content is not what it says.
    #[error("this report is damaged (line {line}, column {column}): {reason}")]
    Damaged {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
}

/// Reads a report of any version up to the present one, as the present one.
pub fn read(bytes: &[u8]) -> Result<v1::Report, ReportError> {
    // An older version is read as its own type here, and upgraded step by step.
    version(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| damaged(&error))
}

/// The version of a report, where it can be read.
pub fn version(bytes: &[u8]) -> Result<u64, ReportError> {
    let head: Head = serde_json::from_slice(bytes).map_err(|error| not_a_report(&error))?;
    match head.report_version.ok_or(ReportError::NoVersion)? {
        1 => Ok(1),
        0 => Err(ReportError::NoSuchVersion { found: 0 }),
        found => Err(ReportError::Newer {
            found,
            known: v1::VERSION,
            maker: head.tool.map_or_else(String::new, |tool| {
                format!(" (made by {} {})", tool.name, tool.version)
            }),
        }),
    }
}

/// The sentence about a report whose version is known and whose content is not what it says.
#[must_use]
pub fn damaged(error: &serde_json::Error) -> ReportError {
    ReportError::Damaged {
        line: error.line(),
        column: error.column(),
        reason: reason(error),
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    report_version: Option<u64>,
    tool: Option<v1::Tool>,
}

fn not_a_report(error: &serde_json::Error) -> ReportError {
    if error.is_data() {
        return ReportError::NoVersion;
    }
    ReportError::NotJson {
        line: error.line(),
        column: error.column(),
        reason: reason(error),
    }
}

/// The message without the place, which serde_json puts at its end.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _place)) => reason.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::report::v1::{Report, Tool, VERSION};

    fn empty() -> Report {
        Report {
            report_version: VERSION,
            tool: Tool {
                name: "stallscope".into(),
                version: "0.1.0".into(),
            },
            ..Report::default()
        }
    }

    #[test]
    fn a_report_survives() {
        let bytes = serde_json::to_vec(&empty()).unwrap();
        assert_eq!(read(&bytes).unwrap(), empty());
    }

    #[test]
    fn fields_that_are_not_known_are_passed_over() {
        let mut json = serde_json::to_value(empty()).unwrap();
        json["grown"] = serde_json::json!({"later": [1, 2]});
        assert_eq!(read(json.to_string().as_bytes()).unwrap(), empty());
    }

    #[test]
    fn what_cannot_be_read_is_said_in_a_sentence() {
        for (bytes, sentence) in [
            (
                "GET / HTTP/1.1",
                "this is not a report: it is not JSON (line 1, column 1): expected value",
            ),
            (
                "{\"log\":{}}",
                "this is JSON, but not a report: it has no \"report_version\"",
            ),
            (
                "[]",
                "this is JSON, but not a report: it has no \"report_version\"",
            ),
            (
                "{\"report_version\":0}",
                "this report says that it has version 0, which never was",
            ),
            (
                "{\"report_version\":7,\"tool\":{\"name\":\"stallscope\",\"version\":\"9.1\"}}",
                "this report has version 7 (made by stallscope 9.1), and this program reads versions up to 1: open it with a newer stallscope",
            ),
            (
                "{\"report_version\":1}",
                "this report is damaged (line 1, column 20): missing field `tool`",
            ),
        ] {
            assert_eq!(
                read(bytes.as_bytes()).unwrap_err().to_string(),
                sentence,
                "{bytes}"
            );
        }
    }
}
